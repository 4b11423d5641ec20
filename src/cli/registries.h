/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that `type:` can name: what is built in, and what ph_register (phasic/phasic.h) has
 * added. */
#ifndef PHASIC_CLI_REGISTRIES_H
#define PHASIC_CLI_REGISTRIES_H

#include <phasic/param.h>

/** @brief The PH_REGISTRIES registries. Not collective. Static memory. */
const ph_registry *ph_registries(void);

#endif
