/* SPDX-License-Identifier: Apache-2.0 */
/* The types that this program adds. */
#ifndef EMBEDDING_TYPES_H
#define EMBEDDING_TYPES_H

#include <phasic/phasic.h>

extern const ph_rule hebb_toll;
extern const ph_task_type knock;

#endif
