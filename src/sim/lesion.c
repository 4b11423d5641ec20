/* SPDX-License-Identifier: Apache-2.0 */
/* One draw for each neuron of the brain, the same at every time. */
#include "sim/lesion.h"

#include "base/random.h"

#define SUB 1 /* noise has 0 of the same stream */

int ph_lesion_spares(uint64_t seed, ph_gid gid, ph_gid stride, double fraction, int32_t *spiked,
                     int n)
{
    int left = 0;
    for (int i = 0; i < n; i++) {
        ph_random4 bits =
            ph_random(seed, PH_PURPOSE_INTERVENTION, gid + spiked[i] * stride, 0, 0, SUB);
        if (ph_random_unit(bits.v[0]) >= fraction)
            spiked[left++] = spiked[i];
    }
    return left;
}
