/* SPDX-License-Identifier: Apache-2.0 */
/* A relay: spikes at every step at which a spike arrives, whatever its weight, and at no other. So
 * a population of relays fires the very spikes of its stimuli or of the task's inputs. */
#include "neuron/models.h"

#include "neuron/kernel.h"

static const ph_table table = {.name = "relay", .doc = "parameters of relay: there are none"};

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
        spiked[i] = in[i] > 0;
    return ph_compact(spiked, n, step->n_neurons);
}

PH_KERNEL(int, update, (const ph_neuron_step *step), (step))

static double rest(const void *params)
{
    (void)params;
    return 0;
}

const ph_neuron_model ph_relay = {
    .base = {"relay", "spikes at every step at which a spike arrives", &table},
    .n_ports = 2,
    .ports = {{"exc", "pA", 1}, {"inh", "pA", -1}},
    .n_states = 1,
    .states = {"V_m"},
    .prepare = prepare,
    .update = update,
    .rest = rest,
};
