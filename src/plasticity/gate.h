/* SPDX-License-Identifier: Apache-2.0 */
/* The running integral of a factor M(t) that changes beat by beat:
 *     I(t0, t1) = integral from t0 to t1 of M(s) exp(-(s - t0) / tau_e) ds
 * in O(1) whatever M did. With G(t) the integral from the origin o to t of exp(-(s - o)/tau_e) M(s)
 * it is exp((t0 - o) / tau_e) (G(t1) - G(t0)); the origin is renewed at fixed global times, at most
 * 20 tau_e apart, and an interval that crosses one takes a segment for each side. */
#ifndef PHASIC_PLASTICITY_GATE_H
#define PHASIC_PLASTICITY_GATE_H

#include "base/isa.h"
#include <phasic/plasticity.h>
#include <phasic/state.h>
#include <phasic/status.h>
#include <phasic/types.h>

struct ph_gate {
    double tau;         /* tau_e, ms */
    ph_step beat;       /* steps of a beat */
    ph_step period;     /* steps between origins, whole beats */
    ph_step mask;       /* the rings of G and growth hold mask + 1 steps */
    ph_step close_mask; /* the ring of closing values */
    double *G;          /* by step: from the step's origin, ms */
    double *growth;     /* by step: exp((step - its origin) / tau) */
    double *close;      /* by origin: G at the next origin, ms */
    double *M;          /* by beat, modulo .beats: from them all rings can be made again */
    ph_step beats;      /* of M: those within the rings, and one */
    double *X;          /* exp(n h / tau), n = 0 .. period */
    double *step_weight;/* tau (1 - exp(-n h / tau)), n = 0 .. beat, ms */
    double period_decay;/* exp(-period h / tau) */
    double rest;        /* M during a rest phase */
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

/** @brief Save or load what is left of the past. Not collective.
 *  @param now the present step, end of the last beat */
ph_status ph_gate_state(ph_gate *gate, ph_step now, ph_state *state);

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

/* Lanes that begin in the period of the arrival: one segment. */
PH_INLINE void ph_gate_integrals_within(const double *restrict G, const double *restrict growth,
                                        int32_t at, int32_t mask, int n,
                                        const int32_t *restrict begin,
                                        const int32_t *restrict end, double *restrict integral)
{
    for (int s = 0; s < n; s += PH_PAD)
        for (int i = s; i < s + PH_PAD; i++) {
            int32_t t0 = (at - begin[i]) & mask, t1 = (at - end[i]) & mask;
            integral[i] = growth[t0] * (G[t1] - G[t0]);
        }
}

/* Lanes some of which begin in the period before: a segment for each side of the origin, which lies
 * `origin` steps before the arrival. */
PH_INLINE void ph_gate_integrals_across(const ph_gate *gate, double close, int32_t at,
                                        int32_t origin, int n, const int32_t *restrict begin,
                                        const int32_t *restrict end, double *restrict integral)
{
    const double *restrict G = gate->G, *restrict growth = gate->growth;
    double decay = gate->period_decay;
    int32_t mask = (int32_t)gate->mask;
    for (int s = 0; s < n; s += PH_PAD)
        for (int i = s; i < s + PH_PAD; i++) {
            int32_t t0 = (at - begin[i]) & mask, t1 = (at - end[i]) & mask;
            double from = G[t0], to = G[t1], factor = growth[t0];
            double one = factor * (to - from);
            double two = factor * (close - from) + factor * decay * to;
            integral[i] = begin[i] > origin && end[i] <= origin ? two : one;
        }
}

/** @brief I(arrival - begin, arrival - end) of many lanes, in ms, by the operations of
 *  ph_gate_integral. Not collective.
 *  @param arrival step, of the last beat @param n whole blocks of PH_PAD
 *  @param begin,end steps before the arrival @param longest no begin lies further back */
PH_INLINE void ph_gate_integrals(const ph_gate *gate, ph_step arrival, int n,
                                 const int32_t *begin, const int32_t *end, int32_t longest,
                                 double *integral)
{
    /* A beat's end may be the origin of the next period already. */
    ph_step start = gate->origin;
    if (arrival >= start + gate->period)
        start += gate->period;
    int32_t origin = (int32_t)(arrival - start), at = (int32_t)(arrival & gate->mask);
    if (longest <= origin) {
        ph_gate_integrals_within(gate->G, gate->growth, at, (int32_t)gate->mask, n, begin, end,
                                 integral);
    } else if (longest <= origin + gate->period) {
        double close = gate->close[(start / gate->period - 1) & gate->close_mask];
        ph_gate_integrals_across(gate, close, at, origin, n, begin, end, integral);
    } else {
        for (int i = 0; i < n; i++)
            integral[i] = ph_gate_integral(gate, arrival - begin[i], arrival - end[i]);
    }
}

#endif
