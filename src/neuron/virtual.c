/* SPDX-License-Identifier: Apache-2.0 */
/* Stands for a neuron outside the brain, which fires spikes that are known: as often at a step as
 * the sum of what arrives at it, in pA, says. */
#include "neuron/models.h"

#include "neuron/kernel.h"

static const ph_table table = {.name = "virtual", .doc = "parameters of virtual: there are none"};

static void prepare(const void *params, double h, ph_real *k)
{
    (void)params, (void)h, (void)k;
}

PH_INLINE int update_body(const ph_neuron_step *step)
{
    int32_t *restrict spiked = __builtin_assume_aligned(step->spiked, 64);
    const ph_real *restrict in = __builtin_assume_aligned(step->in[0], 64);
    const int n = step->n & ~(PH_PAD - 1);
#pragma GCC ivdep
    for (int i = 0; i < n; i++)
        spiked[i] = in[i] > (ph_real)0.5;
    return ph_compact(spiked, n, step->n_neurons);
}

PH_KERNEL(int, update, (const ph_neuron_step *step), (step))

static double rest(const void *params)
{
    (void)params;
    return 0;
}

const ph_neuron_model ph_virtual = {
    .base = {"virtual",
             "stands for a neuron outside the brain: spikes at every step at which a spike of "
             "weight 1 pA arrives, twice where two arrive",
             &table},
    .n_ports = 1,
    .ports = {{"spikes", "pA", 1}},
    .repeats = 1,
    .n_states = 1,
    .states = {"V_m"},
    .prepare = prepare,
    .update = update,
    .rest = rest,
};
