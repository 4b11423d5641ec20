/* SPDX-License-Identifier: Apache-2.0 */
/* Making the index from sources to rows. */
#include "network/row_index.h"

#include "base/memory.h"

ph_status ph_row_index_create(const ph_gid *sources, int64_t n_sources, const ph_gid *rows,
                              int64_t n_rows, ph_row_index **index)
{
    PH_ALLOC(*index, (n_sources + 31) / 32);
    int64_t row = 0;
    for (int64_t s = 0; s < n_sources; s++) {
        ph_row_index *word = &(*index)[s >> 5];
        if ((s & 31) == 0)
            *word = (uint64_t)row << 32;
        if (row < n_rows && rows[row] == sources[s]) {
            *word |= 1u << (s & 31);
            row++;
        }
    }
    return PH_OK;
}
