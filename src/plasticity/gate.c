/* SPDX-License-Identifier: Apache-2.0 */
/* Running integrals of a modulated factor, with renewed origins. */
#include "plasticity/gate.h"

#include <phasic/math.h>
#include "base/memory.h"

#define PERIOD_TAUS 8.0    /* exp(8) = 3000 leaves 12 digits of a double to the sum */
#define PERIOD_STEPS 10000 /* and no longer than this, so that X stays in cache */

static ph_step power_of_two_above(ph_step n)
{
    ph_step power = 1;
    while (power <= n)
        power *= 2;
    return power;
}

ph_status ph_gate_create(double tau, double h, ph_step beat, ph_step keep, ph_gate **out)
{
    ph_gate *gate;
    PH_ALLOC(gate, 1);
    *out = gate;
    gate->tau = tau;
    gate->beat = beat;
    double longest = PERIOD_TAUS * tau / h;
    if (longest > PERIOD_STEPS)
        longest = PERIOD_STEPS;
    ph_step beats = (ph_step)(longest / (double)beat);
    gate->period = (beats < 1 ? 1 : beats) * beat;
    gate->mask = power_of_two_above(keep + 2 * beat) - 1;
    gate->close_mask = power_of_two_above(keep / gate->period + 4) - 1;
    PH_ALLOC(gate->G, gate->mask + 1);
    PH_ALLOC(gate->growth, gate->mask + 1);
    PH_ALLOC(gate->close, gate->close_mask + 1);
    gate->beats = gate->mask / beat + 1;
    PH_ALLOC(gate->M, gate->beats);
    PH_ALLOC(gate->X, gate->period + 1);
    PH_ALLOC(gate->step_weight, beat + 1);
    for (ph_step n = 0; n <= gate->period; n++)
        gate->X[n] = ph_exp((double)n * h / tau);
    for (ph_step n = 0; n <= beat; n++)
        gate->step_weight[n] = -tau * ph_expm1(-(double)n * h / tau);
    gate->period_decay = ph_exp(-(double)gate->period * h / tau);
    gate->growth[0] = gate->X[0];
    return PH_OK;
}

void ph_gate_destroy(ph_gate **gate)
{
    if (!*gate)
        return;
    ph_free((*gate)->G);
    ph_free((*gate)->growth);
    ph_free((*gate)->close);
    ph_free((*gate)->M);
    ph_free((*gate)->X);
    ph_free((*gate)->step_weight);
    ph_free(*gate);
    *gate = NULL;
}

void ph_gate_begin_beat(ph_gate *gate, ph_step begin, double M)
{
    ph_step since_origin = begin % gate->period;
    gate->M[begin / gate->beat % gate->beats] = M;
    gate->origin = begin - since_origin;
    double start = gate->G[begin & gate->mask];
    double scale = M / gate->X[since_origin];
    for (ph_step n = 1; n <= gate->beat; n++) {
        gate->G[(begin + n) & gate->mask] = start + scale * gate->step_weight[n];
        gate->growth[(begin + n) & gate->mask] = gate->X[since_origin + n];
    }
    ph_step end = begin + gate->beat;
    if (end % gate->period == 0) {
        gate->close[(begin / gate->period) & gate->close_mask] = gate->G[end & gate->mask];
        gate->G[end & gate->mask] = 0;
        gate->growth[end & gate->mask] = gate->X[0];
    }
}

/* The rings are made again by the same operations, from where they begin. */
ph_status ph_gate_state(ph_gate *gate, ph_step now, ph_state *state)
{
    ph_step last = now / gate->beat, first = last - (gate->beats - 1);
    first = first < 0 ? 0 : first;
    ph_step begin = first * gate->beat;
    PH_TRY(PH_STATE(state, gate->rest));
    PH_TRY(PH_STATE(state, gate->G[begin & gate->mask]));
    PH_TRY(ph_state_bytes(state, "gate->M", gate->M, (size_t)gate->beats * sizeof *gate->M));
    for (ph_step b = first; state->is_loading && b < last; b++)
        ph_gate_begin_beat(gate, b * gate->beat, gate->M[b % gate->beats]);
    return PH_OK;
}

double ph_gate_integral_across(const ph_gate *gate, ph_step t0, ph_step t1)
{
    ph_step k0 = t0 / gate->period, k1 = t1 / gate->period;
    double factor = gate->X[t0 - k0 * gate->period];
    double from = gate->G[t0 & gate->mask], to = gate->G[t1 & gate->mask];
    if (k0 == k1)
        return factor * (to - from);
    double sum = factor * (gate->close[k0 & gate->close_mask] - from);
    for (ph_step k = k0 + 1; k < k1; k++) {
        factor *= gate->period_decay;
        sum += factor * gate->close[k & gate->close_mask];
    }
    return sum + factor * gate->period_decay * to;
}
