/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers of many keys at once, in vectors; phasic/random.h says what a number is. */
#ifndef PHASIC_BASE_RANDOM_H
#define PHASIC_BASE_RANDOM_H

#include <phasic/random.h>

/** @brief The numbers of n keys, whose ids and counters go in strides, in vectors.
 *  Not collective.
 *  @param id,counter of the first key @param id_stride,counter_stride from one key to the next
 *  @param out 4 n words: word k of key i at k n + i */
void ph_random_many(uint64_t seed, ph_purpose purpose, int64_t id, int64_t id_stride,
                    uint32_t stream, int64_t counter, int64_t counter_stride, uint32_t sub, int n,
                    uint32_t *out);

/** @brief The numbers of n keys of one counter, in vectors. Not collective.
 *  @param id,sub n of each @param out 4 n words: word k of key i at k n + i */
void ph_random_each(uint64_t seed, ph_purpose purpose, const int64_t *id, uint32_t stream,
                    int64_t counter, const uint32_t *sub, int n, uint32_t *out);

/** @brief ph_random_normal(ph_random_unit(bits[i])) of n draws, in vectors. Not collective. */
void ph_random_normals(const uint32_t *bits, int n, double *z);

#endif
