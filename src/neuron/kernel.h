/* SPDX-License-Identifier: Apache-2.0 */
/* What the update kernels of the neuron models share. */
#ifndef PHASIC_NEURON_KERNEL_H
#define PHASIC_NEURON_KERNEL_H

#include "base/isa.h"
#include <phasic/neuron.h>
#include <phasic/types.h>

/** @brief x, or 0 where |x| < 1e-30 (in the unit of x): decaying state never becomes subnormal.
 *  Not collective. */
PH_INLINE ph_real ph_flush(ph_real x)
{
    return x < (ph_real)1e-30 && x > (ph_real)-1e-30 ? 0 : x;
}

/** @brief Turn marks (1: spiked) into the ascending list of their indices, in place. Most vectors
 *  hold no spike, so they are looked at whole. Not collective. @return number of spikes */
PH_INLINE int ph_compact(int32_t *spiked, int n, int n_neurons)
{
    int count = 0;
    for (int i = 0; i < n; i += PH_PAD) {
        int32_t any = 0;
        for (int j = 0; j < PH_PAD; j++)
            any |= spiked[i + j];
        if (!any)
            continue;
        for (int j = i; j < i + PH_PAD && j < n_neurons; j++)
            if (spiked[j])
                spiked[count++] = j;
    }
    return count;
}

#endif
