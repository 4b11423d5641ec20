/* SPDX-License-Identifier: Apache-2.0 */
/* Where a source's row is: a bit for each source of the rank, and how many bits are set before.
 * Two bits a source, so that a shard with few rows of very many sources stays small. */
#ifndef PHASIC_NETWORK_ROW_INDEX_H
#define PHASIC_NETWORK_ROW_INDEX_H

#include <phasic/status.h>
#include <phasic/types.h>

/* Of 32 sources: a bit for each that has a row (low half), and the rows before (high half). */
typedef uint64_t ph_row_index;

/** @brief Index ascending rows by ascending sources. Not collective.
 *  @param sources,n_sources of the rank @param rows,n_rows the sources of the rows, among them
 *  @param index out: freed by the caller */
ph_status ph_row_index_create(const ph_gid *sources, int64_t n_sources, const ph_gid *rows,
                              int64_t n_rows, ph_row_index **index);

/** @brief The row of a source, by its number among the rank's; -1: none. Not collective. */
static inline int64_t ph_row_index_find(const ph_row_index *index, int32_t source)
{
    ph_row_index word = index[source >> 5];
    uint32_t bit = 1u << (source & 31), bits = (uint32_t)word;
    return bits & bit ? (int64_t)(word >> 32) + __builtin_popcount(bits & (bit - 1)) : -1;
}

#endif
