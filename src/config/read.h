/* SPDX-License-Identifier: Apache-2.0 */
/* From nodes to C structs, driven by tables; and a walk over what was read. */
#ifndef PHASIC_CONFIG_READ_H
#define PHASIC_CONFIG_READ_H

#include "config/tree.h"

typedef struct ph_reader {
    ph_tree *tree;                 /* gets strings, arrays and defaults */
    const ph_registry *registries; /* PH_REGISTRIES */
    ph_errors *errors;             /* gets what is wrong */
} ph_reader;

/** @brief Read a mapping into the struct of a table. Defaults are put into the mapping, paths of
 *  files made absolute. Not collective.
 *  @param out table->size zeroed bytes @return PH_RESOURCE; errors of the user's are collected */
ph_status ph_read_table(const ph_reader *reader, const ph_table *table, ph_node *mapping,
                        void *out);

/** @brief Which of the units of "pA|nS" a quantity or distribution was written in.
 *  Not collective. @return index, 0 when it cannot be told */
int ph_read_unit(const ph_node *node, const char *units);

/* What the walk calls for a value: its key in the table, where it lies, and its node. */
typedef ph_status (*ph_visit_value)(void *context, const ph_table *table, const ph_param *param,
                                    void *record, void *value);

/** @brief Visit every value of a struct that was read by a table, into records, maps and variants.
 *  Not collective. @param visit gets the struct and the value within it */
ph_status ph_walk(const ph_table *table, void *record, ph_visit_value visit, void *context);

/** @brief Check that every file the configuration names can be read. Not collective.
 *  @return PH_FILE with the first that cannot */
ph_status ph_check_files(const ph_table *table, void *record);

/* --- single values, used by read.c ----------------------------------------------------------- */

/** @brief Read a value of the kind; what is wrong goes to the reader's errors. Not collective. */
ph_status ph_read_real(const ph_reader *reader, const ph_param *param, const ph_node *node,
                       double *out);
ph_status ph_read_int(const ph_reader *reader, const ph_param *param, const ph_node *node,
                      int64_t *out);
ph_status ph_read_choice(const ph_reader *reader, const ph_param *param, const ph_node *node,
                         int *out);
ph_status ph_read_words(const ph_reader *reader, const ph_node *node, ph_words *out);
ph_status ph_read_reals(const ph_reader *reader, const ph_param *param, const ph_node *node,
                        ph_reals *out);
ph_status ph_read_path(const ph_reader *reader, ph_node *node, const char **out);
ph_status ph_read_dist(const ph_reader *reader, const ph_param *param, ph_node *node,
                       ph_dist *out);

/** @brief Whether a node is a scalar with text; an error if not. Not collective. */
int ph_read_is_scalar(const ph_reader *reader, const ph_node *node, const char *expected);

/** @brief "unknown key 'X'; did you mean 'Y'? (known: a, b, c)". Not collective.
 *  @param known n words; NULL entries are left out */
void ph_read_unknown(const ph_reader *reader, const ph_node *node, int at_key, const char *what,
                     const char *word, const char *const *known, int n);

#endif
