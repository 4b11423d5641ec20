/* SPDX-License-Identifier: Apache-2.0 */
/* Private to io: sorting more records than memory holds. Records are arrays of 64-bit words, of
 * which the first ones are the key; what does not fit is spilled to one temporary file as sorted
 * runs, which are merged while they are read. */
#ifndef PHASIC_IO_SORT_H
#define PHASIC_IO_SORT_H

#include <phasic/status.h>
#include <phasic/types.h>

#define PH_SORT_KEYS 4 /* most words of a key */

typedef struct ph_sorter ph_sorter;

/** @brief Begin to sort. Not collective.
 *  @param folder where runs are spilled to; borrowed
 *  @param words of a record @param keys words of them that are compared, 1 to PH_SORT_KEYS
 *  @param memory bytes that may be used; a few records at least
 *  @param sorter out: owned by the caller, ph_sorter_destroy */
ph_status ph_sorter_create(const char *folder, int words, int keys, size_t memory,
                           ph_sorter **sorter);

/** @brief Add a record. Not collective. */
ph_status ph_sorter_add(ph_sorter *sorter, const uint64_t *record);

/** @brief Go to the first record; nothing may be added after it. Not collective. */
ph_status ph_sorter_rewind(ph_sorter *sorter);

/** @brief The next record in ascending order of the keys, NULL after the last. Not collective.
 *  @param record out: borrowed until the next call */
ph_status ph_sorter_next(ph_sorter *sorter, const uint64_t **record);

/** @brief Free a sorter, with its file, and null the handle. Not collective. */
void ph_sorter_destroy(ph_sorter **sorter);

#endif
