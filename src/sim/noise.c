/* SPDX-License-Identifier: Apache-2.0 */
/* A spike of noise is a Bernoulli trial in each step: a Poisson process in discrete time. */
#include "sim/noise.h"

#include "base/random.h"
#include "network/block.h"

int ph_noise_spikes(uint64_t seed, ph_gid gid, ph_gid stride, int n, ph_step step, double p,
                    int32_t *spiked)
{
    uint32_t words[4 * PH_TILE]; /* the first n are used */
    uint64_t below = p >= 1 ? (uint64_t)1 << 32 : (uint64_t)(p * 0x1p32 + 0.5);
    int spikes = 0;
    ph_random_many(seed, PH_PURPOSE_INTERVENTION, gid, stride, 0, step, 0, 0, n, words);
    for (int i = 0; i < n; i++)
        if (words[i] < below)
            spiked[spikes++] = i;
    return spikes;
}
