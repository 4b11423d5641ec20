/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of node and edge types: columns by name, in any order, separated by blanks. */
#ifndef PHASIC_SONATA_CSV_H
#define PHASIC_SONATA_CSV_H

#include "config/tree.h"

typedef struct ph_csv {
    const char *path;
    int n_columns, n_rows;
    const char **names; /* n_columns */
    const char **cells; /* n_rows * n_columns; NULL: the value NULL */
    int *lines;         /* n_rows: of the file, from 1 */
} ph_csv;

/** @brief Read a table. Quotes within quotes are doubled. Not collective.
 *  @param tree gets all of the table @return PH_FILE with file and line */
ph_status ph_csv_read(ph_tree *tree, const char *path, ph_csv *csv);

/** @brief The rows that are for one population: those whose column `population` names it or is
 *  NULL, all where there is no such column. Not collective. @param id column in which whole numbers
 *  are expected only once @param own out: in the tree's memory, or the table itself
 *  @return PH_FILE with both lines where two of these rows have one id */
ph_status ph_csv_select(ph_tree *tree, const ph_csv *csv, const char *population, const char *id,
                        ph_csv *own);

/** @brief A cell; NULL where there is no such column, or NULL stands there. Not collective. */
const char *ph_csv_cell(const ph_csv *csv, int row, const char *column);

/** @brief The same as a number. Not collective. @param value out: NaN where there is none
 *  @return PH_FILE where the cell is no number */
ph_status ph_csv_number(const ph_csv *csv, int row, const char *column, double *value);

/** @brief The row whose column has a whole number; -1: there is none. Not collective. */
int ph_csv_find(const ph_csv *csv, const char *column, int64_t number);

#endif
