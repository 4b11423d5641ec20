/* SPDX-License-Identifier: Apache-2.0 */
/* Receptors over a beat: binding is exact at constant concentration, desensitisation at constant
 * binding (its mean over the beat), the messenger at constant desensitisation (its mean). */
#include "neuromod/receptor.h"

#include <phasic/math.h>
#include "neuromod/kinetics.h"

ph_receptor_state ph_receptor_steady(const ph_receptor *receptor, double C)
{
    const ph_desensitisation *d = &receptor->desensitisation;
    ph_receptor_state state = {.bound = C / (C + receptor->EC50)};
    double load = d->rate * d->tau * state.bound;
    state.desensitised = load / (1 + load);
    state.occupancy = state.bound * (1 - state.desensitised);
    state.o_tonic = state.messenger = state.m_tonic = state.occupancy;
    return state;
}

static void desensitise(ph_receptor_state *state, const ph_desensitisation *d, double bound,
                        double T)
{
    double rate = d->rate * bound + 1 / d->tau, steady = d->rate * bound / rate;
    state->desensitised += (state->desensitised - steady) * ph_expm1(-rate * T);
}

void ph_receptor_advance(ph_receptor_state *state, const ph_receptor *receptor, double C, double T)
{
    double EC50 = receptor->EC50, k_off = receptor->k_off, bound = state->bound;
    double answers = 1 - state->desensitised, leave = ph_expm1(-T / receptor->tau_tonic);
    state->bound = ph_occupancy_after(bound, C, EC50, k_off, T);
    if (receptor->desensitisation.rate > 0)
        desensitise(state, &receptor->desensitisation,
                    ph_occupancy_mean(bound, state->bound, C, EC50, k_off, T), T);
    else
        state->desensitised = 0;
    answers = 0.5 * (answers + 1 - state->desensitised);
    state->occupancy = state->bound * (1 - state->desensitised);
    state->o_tonic -= (state->occupancy - state->o_tonic) * leave;
    state->messenger =
        receptor->messenger.tau > 0
            ? ph_messenger_after(state->messenger, bound, C, EC50, k_off, answers,
                                 receptor->messenger.tau * 1e-3, T)
            : state->occupancy;
    state->m_tonic -= (state->messenger - state->m_tonic) * leave;
}

void ph_receptor_rest(ph_receptor_state *state, const ph_receptor *receptor, double T)
{
    double tau = receptor->messenger.tau * 1e-3, o = state->occupancy;
    state->messenger = tau > 0 ? o + (state->messenger - o) * ph_exp(-T / tau) : o;
}

double ph_curve_at(const ph_curve *curve, const ph_receptor_state *state)
{
    double x = 0;
    switch (curve->of) {
    case PH_CURVE_OF_OCCUPANCY:
        x = state->occupancy;
        break;
    case PH_CURVE_OF_DEVIATION:
        x = state->occupancy - state->o_tonic;
        break;
    case PH_CURVE_OF_MESSENGER:
        x = state->messenger;
        break;
    default:
        x = state->messenger - state->m_tonic;
    }
    if (curve->type == PH_CURVE_LINEAR)
        return x;
    if (x < 0)
        return 0;
    double power = ph_powi(x, (int)curve->n);
    return power / (ph_powi(curve->half, (int)curve->n) + power);
}
