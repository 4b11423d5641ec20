/* SPDX-License-Identifier: Apache-2.0 */
/* Private to io: the checksum of part files and checkpoints. It finds damage, not forgery. */
#ifndef PHASIC_IO_CHECKSUM_H
#define PHASIC_IO_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#define PH_SUM_LANES 4
#define PH_SUM_STRIDE (PH_SUM_LANES * sizeof(uint64_t)) /* bytes that all lanes take at once */

/* A checksum of bytes that come in pieces. */
typedef struct ph_check_sum {
    uint64_t lanes[PH_SUM_LANES];
    uint64_t bytes; /* so far */
} ph_check_sum;

/** @brief A checksum of nothing yet. Not collective.
 *  @param seed 0, or the checksum of what came before */
ph_check_sum ph_check_sum_begin(uint64_t seed);

/** @brief Add bytes. Not collective.
 *  @param n a multiple of PH_SUM_STRIDE, unless these are the last */
void ph_check_sum_add(ph_check_sum *sum, const void *bytes, size_t n);

/** @brief The checksum of all that was added. Not collective. */
uint64_t ph_check_sum_end(const ph_check_sum *sum);

/** @brief A 64-bit checksum; begin with seed 0, go on with the former result. Not
 *  collective. */
uint64_t ph_checksum(uint64_t seed, const void *bytes, size_t n);

#endif
