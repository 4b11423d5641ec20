/* SPDX-License-Identifier: Apache-2.0 */
/* NEURON's artificial cell IntFire1 (M. L. Hines, N. T. Carnevale, Neural Comput 12:995, 2000).
 *
 *     m' = -m / tau,  m += w at an arrival;  m > 1: spike, at the step of the arrival
 * After a spike nothing that arrives has an effect for t_ref; then m = 0. m is a pure number; 1 pA
 * of a weight counts as 1, and V_m stands for m. */
#include "neuron/models.h"

#include <phasic/math.h>
#include "neuron/kernel.h"

#include <math.h>

typedef struct params {
    double tau, t_ref; /* ms */
} params;

static const ph_param keys[] = {
    PH_REAL(params, tau, "ms", "10 ms", 1e-3, 1e9, "time constant of m"),
    PH_REAL(params, t_ref, "ms", "5 ms", 0, 1e6, "time after a spike without effect of arrivals"),
};

static const ph_table table =
    PH_TABLE("intfire1", params, keys, "parameters of intfire1; 1 pA of a weight moves m by 1");

enum { DECAY, REFRACTORY, CONSTANTS };

static void prepare(const void *parameters, double h, ph_real *k)
{
    const params *p = parameters;
    k[DECAY] = (ph_real)ph_exp(-h / p->tau);
    k[REFRACTORY] = (ph_real)floor(p->t_ref / h + 0.5);
}

PH_INLINE int advance(const ph_neuron_step *step, int each)
{
    PH_CONSTANTS_OF(CONSTANTS);
    ph_real *restrict m = __builtin_assume_aligned(step->state[0], 64);
    int32_t *restrict r = __builtin_assume_aligned(step->refractory, 64);
    int32_t *restrict spiked = __builtin_assume_aligned(step->spiked, 64);
    const ph_real *restrict in = __builtin_assume_aligned(step->in[0], 64);
    const int n = step->n & ~(PH_PAD - 1);
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        int32_t left = r[i] > 0 ? r[i] - 1 : 0;
        ph_real next = left == 0 ? ph_flush(m[i] * PH_OF(DECAY)) + in[i] : 0;
        int32_t spikes = next > 1;
        spiked[i] = spikes;
        r[i] = spikes ? (int32_t)PH_OF(REFRACTORY) : left;
        m[i] = spikes ? 0 : next;
    }
    return ph_compact(spiked, n, step->n_neurons);
}

PH_UPDATES(advance)

static double rest(const void *parameters)
{
    (void)parameters;
    return 0;
}

const ph_neuron_model ph_intfire1 = {
    .base = {"intfire1",
             "leaky integrate-and-fire with jumps of the potential, NEURON's IntFire1 (Hines & "
             "Carnevale 2000, doi 10.1162/089976600300015475)",
             &table},
    .n_ports = 1,
    .ports = {{"syn", "pA", 0}},
    .n_states = 1,
    .states = {"V_m"},
    .prepare = prepare,
    .update = update,
    .update_each = update_each,
    .n_constants = CONSTANTS,
    .rest = rest,
};
