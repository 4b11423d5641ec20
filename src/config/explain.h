/* SPDX-License-Identifier: Apache-2.0 */
/* Documentation from the tables: text for a person, JSON Schema for an editor. */
#ifndef PHASIC_CONFIG_EXPLAIN_H
#define PHASIC_CONFIG_EXPLAIN_H

#include <phasic/param.h>
#include <phasic/status.h>

#include <stdio.h>

/** @brief Explain a key (tracts.weight), a type (iaf_psc_exp) or, with NULL, everything in short.
 *  Not collective. @param root table of the whole @param registries PH_REGISTRIES
 *  @return PH_CONFIG with the nearest known word when there is no such key or type */
ph_status ph_explain(FILE *out, const ph_table *root, const ph_registry *registries,
                     const char *word);

/** @brief Write the JSON Schema (draft 7) of the configuration. Not collective.
 *  @return PH_FILE when it cannot be written */
ph_status ph_schema(FILE *out, const ph_table *root, const ph_registry *registries);

#endif
