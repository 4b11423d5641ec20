/* SPDX-License-Identifier: Apache-2.0 */
/* What the update kernels of the neuron models share. */
#ifndef PHASIC_NEURON_KERNEL_H
#define PHASIC_NEURON_KERNEL_H

#include "base/isa.h"
#include <phasic/neuron.h>
#include <phasic/types.h>

#include <math.h>

/* Total conductance, in g_L, for which a part of a step is short: that of strongly driven cells. */
#define PH_HIGH_CONDUCTANCE 20
#define PH_MOST_PARTS 1000 /* of a step, however fast a neuron is made */

/** @brief Into how many equal parts to divide a step of h ms, so that a Runge-Kutta method of order
 *  4 follows what changes with time constant tau (ms): parts of tau / 2 leave an error like that of
 *  float's rounding, parts of tau / 60 one below 1e-9 mV. Not collective. */
PH_INLINE int ph_parts(double h, double tau)
{
    const double in_tau = sizeof(ph_real) == sizeof(double) ? 60 : 2;
    return (int)fmin(ceil(in_tau * h / tau), PH_MOST_PARTS);
}

/** @brief x, or 0 where |x| < 1e-30 (in the unit of x): decaying state never becomes subnormal.
 *  Not collective. */
PH_INLINE ph_real ph_flush(ph_real x)
{
    return x < (ph_real)1e-30 && x > (ph_real)-1e-30 ? 0 : x;
}

/** @brief A number that two ph_real hold together: state of models that make rounding grow before a
 *  spike is advanced in double and kept as such a pair. Not collective. */
PH_INLINE double ph_joined(ph_real high, ph_real low)
{
    return (double)high + (double)low;
}

/** @brief Divide x between two ph_real. Not collective. */
PH_INLINE void ph_split(double x, ph_real *high, ph_real *low)
{
    *high = (ph_real)x;
    *low = (ph_real)(x - (double)*high);
}

/** @brief Whether any of n marks is set. Not collective. */
PH_INLINE int32_t ph_any(const int32_t *marks, int n)
{
    int32_t any = 0;
    for (int i = 0; i < n; i++)
        any |= marks[i];
    return any;
}

#define PH_SPAN (8 * PH_PAD) /* marks looked at together */

/** @brief Turn marks (1: spiked) into the ascending list of their indices, in place. Spikes are
 *  rare, so spans are looked at whole, then vectors. Not collective. @return number of spikes */
PH_INLINE int ph_compact(int32_t *spiked, int n, int n_neurons)
{
    int count = 0;
    for (int first = 0; first < n; first += PH_SPAN) {
        int last = n - first < PH_SPAN ? n : first + PH_SPAN;
        if (!ph_any(spiked + first, last - first))
            continue;
        for (int i = first; i < last; i += PH_PAD) {
            if (!ph_any(spiked + i, PH_PAD))
                continue;
            for (int j = i; j < i + PH_PAD && j < n_neurons; j++)
                if (spiked[j])
                    spiked[count++] = j;
        }
    }
    return count;
}

#endif
