/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of HDF5 files that others wrote, read in pieces. Any thread may read: calls wait for each
 * other, as HDF5 is not made for threads. */
#ifndef PHASIC_IO_NUMBERS_H
#define PHASIC_IO_NUMBERS_H

#include <phasic/status.h>
#include <phasic/types.h>

typedef struct ph_h5_source ph_h5_source; /* a file that is read */
typedef struct ph_numbers ph_numbers;     /* a dataset of it */

/** @brief Open a file for reading. Not collective.
 *  @param source out: owned by the caller @return PH_FILE */
ph_status ph_h5_source_open(const char *path, ph_h5_source **source);

/** @brief Close the file, after its datasets, and null the handle. Not collective. */
void ph_h5_source_close(ph_h5_source **source);

/** @brief Whether the file has an object of this name; no part of the path needs to be there.
 *  Not collective. */
int ph_h5_source_has(const ph_h5_source *source, const char *name);

/** @brief The members of a group, in alphabetical order. Not collective.
 *  @param names out: n texts in one piece of memory, owned by the caller, freed with ph_free
 *  @param n out; 0 where there is no such group */
ph_status ph_h5_source_members(const ph_h5_source *source, const char *group, char ***names,
                               int *n);

/** @brief A text attribute of an object; empty where there is none. Not collective. */
ph_status ph_h5_source_attribute(const ph_h5_source *source, const char *name,
                                 const char *attribute, char *text, size_t room);

/** @brief Open a dataset of numbers in one or two dimensions. Not collective.
 *  @param numbers out: owned by the caller; closed before the source */
ph_status ph_numbers_open(const ph_h5_source *source, const char *name, ph_numbers **numbers);

/** @brief The same of a dataset with one number in each row. Not collective.
 *  @param rows that it must have; below 0: any number of them */
ph_status ph_numbers_open_column(const ph_h5_source *source, const char *name, int64_t rows,
                                 ph_numbers **numbers);

/** @brief Whether one row of a file lies behind another, whatever numbers stand for them.
 *  Not collective. */
static inline int ph_row_follows(int64_t row, int64_t before)
{
    return row > before && row - 1 == before;
}

/** @brief Close a dataset and null the handle; NULL inside is allowed. Not collective. */
void ph_numbers_close(ph_numbers **numbers);

/** @brief Rows of the dataset; numbers of a row. Not collective. */
int64_t ph_numbers_rows(const ph_numbers *numbers);
int64_t ph_numbers_width(const ph_numbers *numbers);

/** @brief Whether they are real numbers of 4 bytes. Not collective. */
int ph_numbers_are_floats(const ph_numbers *numbers);

/** @brief Read rows as integers, whatever their size in the file. Not collective.
 *  @param out n * width @return PH_FILE where they cannot be read or are no integers */
ph_status ph_numbers_ints(const ph_numbers *numbers, int64_t first, int64_t n, int64_t *out);

/** @brief Read rows as real numbers, whatever their type in the file. Not collective. */
ph_status ph_numbers_reals(const ph_numbers *numbers, int64_t first, int64_t n, double *out);

/** @brief Read all texts of a one-dimensional dataset of strings. Not collective.
 *  @param texts out: n texts in one piece of memory, owned by the caller, freed with ph_free */
ph_status ph_h5_source_texts(const ph_h5_source *source, const char *name, char ***texts, int *n);

#endif
