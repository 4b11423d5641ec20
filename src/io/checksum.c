/* SPDX-License-Identifier: Apache-2.0 */
/* A checksum in four lanes: each word waits for a product of its own lane only, so that memory, not
 * the multiplier's latency, sets the speed. Multiply and fold as in a splitmix step; a changed word
 * changes its lane for certain, as each step is a bijection of the lane. */
#include "io/checksum.h"

#include <string.h>

static inline uint64_t mix(uint64_t lane, uint64_t word)
{
    lane = (lane ^ word) * 0xD6E8FEB86659FD93u;
    return lane ^ lane >> 32;
}

ph_check_sum ph_check_sum_begin(uint64_t seed)
{
    ph_check_sum sum = {.bytes = 0};
    for (uint64_t k = 0; k < PH_SUM_LANES; k++)
        sum.lanes[k] = mix(seed ^ 0x9E3779B97F4A7C15u, k);
    return sum;
}

void ph_check_sum_add(ph_check_sum *sum, const void *bytes, size_t n)
{
    const char *next = bytes;
    uint64_t a = sum->lanes[0], b = sum->lanes[1], c = sum->lanes[2], d = sum->lanes[3];
    sum->bytes += n;
    for (; n > 0;) {
        uint64_t words[PH_SUM_LANES] = {0};
        if (n >= PH_SUM_STRIDE) { /* of known length: registers, no call */
            memcpy(words, next, PH_SUM_STRIDE);
            next += PH_SUM_STRIDE;
            n -= PH_SUM_STRIDE;
        } else {
            memcpy(words, next, n);
            n = 0;
        }
        a = mix(a, words[0]);
        b = mix(b, words[1]);
        c = mix(c, words[2]);
        d = mix(d, words[3]);
    }
    sum->lanes[0] = a;
    sum->lanes[1] = b;
    sum->lanes[2] = c;
    sum->lanes[3] = d;
}

uint64_t ph_check_sum_end(const ph_check_sum *sum)
{
    uint64_t all = sum->bytes;
    for (int k = 0; k < PH_SUM_LANES; k++)
        all = mix(all, sum->lanes[k]);
    return all;
}

uint64_t ph_checksum(uint64_t seed, const void *bytes, size_t n)
{
    ph_check_sum sum = ph_check_sum_begin(seed);
    ph_check_sum_add(&sum, bytes, n);
    return ph_check_sum_end(&sum);
}
