/* SPDX-License-Identifier: Apache-2.0 */
/* Documentation from the tables: text for a person, JSON Schema for an editor, a configuration of
 * everything. */
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

/** @brief Write what can be explained, a word a line: keys (tracts.weight) and types, for shells
 *  that complete them. Not collective. @param paths 1: only those keys that `--set` takes as they
 *  are, without a name that the user gives */
void ph_explain_words(FILE *out, const ph_table *root, const ph_registry *registries, int paths);

/** @brief Write what a key may be: kind, unit, range, default. Not collective. */
void ph_explain_value(FILE *out, const ph_param *param);

/** @brief Write a configuration in which every key stands, with what ph_explain_value says of it:
 *  keys with a default and those that are required as they are, what is optional or excludes
 *  another in comments. Not collective. @return PH_FILE when it cannot be written */
ph_status ph_reference(FILE *out, const ph_table *root, const ph_registry *registries);

/** @brief Write the JSON Schema (draft 7) of the configuration. Not collective.
 *  @return PH_FILE when it cannot be written */
ph_status ph_schema(FILE *out, const ph_table *root, const ph_registry *registries);

#endif
