/* SPDX-License-Identifier: Apache-2.0 */
/* The running integral of a factor M(t) that changes beat by beat:
 *     I(t0, t1) = integral from t0 to t1 of M(s) exp(-(s - t0) / tau_e) ds
 * in O(1) whatever M did. With G(t) the integral from the origin o to t of exp(-(s - o)/tau_e) M(s)
 * it is exp((t0 - o) / tau_e) (G(t1) - G(t0)); the origin is renewed at fixed global times, at most
 * 20 tau_e apart, and an interval that crosses one takes a segment for each side. */
#ifndef PHASIC_PLASTICITY_GATE_H
#define PHASIC_PLASTICITY_GATE_H

#include <phasic/plasticity.h>
#include <phasic/status.h>
#include <phasic/types.h>

struct ph_gate {
    double tau;         /* tau_e, ms */
    ph_step beat;       /* steps of a beat */
    ph_step period;     /* steps between origins, whole beats */
    ph_step mask;       /* the ring of G holds mask + 1 steps */
    ph_step close_mask; /* the ring of closing values */
    double *G;          /* by step: from the step's origin, ms */
    double *close;      /* by origin: G at the next origin, ms */
    double *X;          /* exp(n h / tau), n = 0 .. period */
    double *step_weight;/* tau (1 - exp(-n h / tau)), n = 0 .. beat, ms */
    double period_decay;/* exp(-period h / tau) */
    ph_step origin;     /* of the period that the last beat lies in, steps */
};

/** @brief Make a gate. Not collective.
 *  @param tau ms @param h resolution, ms @param beat steps @param keep steps back that integrals
 *  may begin */
ph_status ph_gate_create(double tau, double h, ph_step beat, ph_step keep, ph_gate **gate);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_gate_destroy(ph_gate **gate);

/** @brief M holds for the beat that begins at a step (a multiple of the beat). Beats come in order.
 *  Not collective. */
void ph_gate_begin_beat(ph_gate *gate, ph_step begin, double M);

/** @brief I(t0, t1) across origins; see ph_gate_integral. Not collective. */
double ph_gate_integral_across(const ph_gate *gate, ph_step t0, ph_step t1);

/** @brief I(t0, t1) in ms, begin <= t0 <= t1 <= end of the last beat. Not collective. */
static inline double ph_gate_integral(const ph_gate *gate, ph_step t0, ph_step t1)
{
    /* Most intervals lie in the present period: no division. */
    if (t0 < gate->origin || t1 >= gate->origin + gate->period)
        return ph_gate_integral_across(gate, t0, t1);
    return gate->X[t0 - gate->origin] * (gate->G[t1 & gate->mask] - gate->G[t0 & gate->mask]);
}

#endif
