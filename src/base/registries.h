/* SPDX-License-Identifier: Apache-2.0 */
/* The registries of everything that `type:` can name, assembled in cli/registries.c and handed
 * down to config and model. */
#ifndef PHASIC_BASE_REGISTRIES_H
#define PHASIC_BASE_REGISTRIES_H

#include <phasic/param.h>

/** @brief The descriptor of a name; NULL when there is none. Not collective. */
const ph_descriptor *ph_registry_find(const ph_registry *registry, const char *name);

#endif
