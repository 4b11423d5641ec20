/* SPDX-License-Identifier: Apache-2.0 */
/* What the update kernels of the neuron models share. */
#ifndef PHASIC_NEURON_KERNEL_H
#define PHASIC_NEURON_KERNEL_H

#include "base/isa.h"
#include <phasic/neuron.h>
#include <phasic/types.h>

#include <math.h>
#include <string.h>

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
    return (ph_real)fabs((double)x) < (ph_real)1e-30 ? 0 : x;
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

/** A constant in a loop over neurons i, of a body that is compiled twice: `each` is 0, and `k` a
 *  copy of the constants of all (which stores into the arrays cannot change), or it is 1, and `own`
 *  are those of every neuron. */
#define PH_OF(c) (each ? own[(size_t)(c) * stride + (size_t)i] : k[c])

/** What PH_OF needs, at the top of a body with `step` and `each`. @param n constants */
#define PH_CONSTANTS_OF(n)                                                                         \
    ph_real k[n];                                                                                  \
    if (!each)                                                                                     \
        memcpy(k, step->k, sizeof k);                                                              \
    const ph_real *restrict own = __builtin_assume_aligned(step->k, 64);                           \
    const size_t stride = step->k_stride

/** The two kernels of such a body. */
#define PH_UPDATES(advance)                                                                        \
    PH_INLINE int update_body(const ph_neuron_step *step)                                          \
    {                                                                                              \
        return advance(step, 0);                                                                   \
    }                                                                                              \
    PH_INLINE int update_each_body(const ph_neuron_step *step)                                     \
    {                                                                                              \
        return advance(step, 1);                                                                   \
    }                                                                                              \
    PH_KERNEL(int, update, (const ph_neuron_step *step), (step))                                   \
    PH_KERNEL(int, update_each, (const ph_neuron_step *step), (step))

#define PH_SPAN (8 * PH_PAD) /* marks looked at together: most have no spike among them */

/** @brief Whether any of n marks is set; n is a multiple of PH_PAD. Not collective. */
PH_INLINE uint32_t ph_any(const int32_t *spiked, int n)
{
    int32_t any = 0;
    n &= ~(PH_PAD - 1); /* as the compiler does not know it, and would make a rest of it */
    for (int i = 0; i < n; i++)
        any |= spiked[i];
    return any != 0;
}

/** @brief Whether any mark of a vector is set, by two at a time. Not collective. */
PH_INLINE uint32_t ph_any_of_vector(const int32_t *spiked)
{
    uint64_t pairs[PH_PAD / 2], any = 0;
    memcpy(pairs, spiked, sizeof pairs);
    for (int i = 0; i < PH_PAD / 2; i++)
        any |= pairs[i];
    return any != 0;
}

/** @brief Turn marks (1: spiked) into the ascending list of their indices, in place. Spans, then
 *  vectors, then neurons are picked by the bits of a word and without a branch on what a mark is:
 *  nobody could foretell it, and a branch taken wrongly costs as much as a vector of the update.
 *  Not collective. @return number of spikes */
PH_INLINE int ph_compact(int32_t *spiked, int n, int n_neurons)
{
    int count = 0;
    for (int i = n_neurons; i < n; i++)
        spiked[i] = 0;
    for (int first = 0, last; first < n; first = last) {
        last = n - first < 32 * PH_SPAN ? n : first + 32 * PH_SPAN;
        uint32_t spans = 0, vectors = 0;
        for (int i = first, bit = 0; i < last; i += PH_SPAN, bit++)
            spans |= ph_any(spiked + i, last - i < PH_SPAN ? last - i : PH_SPAN) << bit;
        for (; spans; spans &= spans - 1) {
            int span = first + __builtin_ctz(spans) * PH_SPAN;
            for (int i = span, bit = 0; i < span + PH_SPAN && i < last; i += PH_PAD, bit++)
                vectors |= ph_any_of_vector(spiked + i) << bit;
            for (; vectors; vectors &= vectors - 1) {
                int vector = span + __builtin_ctz(vectors) * PH_PAD;
                for (int i = vector; i < vector + PH_PAD; i++) {
                    int32_t mark = spiked[i]; /* count <= i: read before it can be overwritten */
                    spiked[count] = i;
                    count += mark;
                }
            }
        }
    }
    return count;
}

#endif
