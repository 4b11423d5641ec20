/* SPDX-License-Identifier: Apache-2.0 */
/* Visits of the rules whose pairs leave an eligibility that a gate turns into change; the rules say
 * in the heads of their files what their equations are. In common they have
 *     x' = -x / tau,  x += 1 at a presynaptic arrival;  y likewise at a postsynaptic spike
 *     e += p at a pairing, where p = A_post x at a postsynaptic spike and p = A_pre y at an arrival
 *     w' = gate[0] w_max e
 * and, with `online`, state 1 is what pairings have taken of w at once. Their order: pre[0],
 * post[0] and decay[0] are those of x, y and e, sampled[0] and sampled[1] the amplitudes at
 * postsynaptic spikes and at arrivals. */
#ifndef PHASIC_PLASTICITY_ELIGIBILITY_H
#define PHASIC_PLASTICITY_ELIGIBILITY_H

#include <phasic/math.h>
#include "plasticity/gate.h"
#include "plasticity/lanes.h"

/* What a rule has of it; constant where it is given, so that the rest costs nothing. */
typedef struct ph_eligibility {
    int bounds;     /* PH_BOUNDS_* */
    double sign_pre; /* of sampled[1]: -1 where it is an amplitude of depression */
    int rises;      /* 1: e = scale (state 0 - state 1), the latter with decay[1] and gate[1] */
    double scale;
    int online;     /* 1: a pairing also changes w at once, by -sampled[2] w_max p, and state 1 is
                       the sum of what it takes */
} ph_eligibility;

/* Per lane, what a round asks for. */
typedef struct ph_eligibility_round {
    double amplitude[PH_LANES]; /* at the spike */
    double online[PH_LANES];    /* change of w / w_max per pairing, at once */
    double integral[2][PH_LANES]; /* of the gates, ms */
} ph_eligibility_round;

/* w after an interval in which e decayed and the gate was open. */
PH_INLINE ph_real ph_eligibility_gated(ph_eligibility use, double w_max, ph_real w, ph_real e,
                                       ph_real rise, double integral, double rise_integral)
{
    double dw = w_max * (double)e * 1e-3 * integral;
    if (use.rises)
        dw = use.scale * (dw - w_max * (double)rise * 1e-3 * rise_integral);
    return ph_bounded(w, dw, w_max, use.bounds);
}

/* What a pairing takes of w at once. */
PH_INLINE void ph_eligibility_taken(ph_eligibility use, double w_max, double rate, ph_real p,
                                    ph_real *w, ph_real *taken)
{
    ph_real before = *w;
    *w = ph_bounded(before, -rate * (double)p * w_max, w_max, use.bounds);
    *taken += before - *w;
}

/* Spikes older than the recent ones, one by one. */
PH_INLINE void ph_eligibility_older(const ph_rule_context *c, const ph_visit *v,
                                    ph_eligibility use, int i, ph_lanes *l)
{
    uint32_t j, end;
    const ph_train *train = ph_lanes_older(c, v, i, l, &j, &end);
    int32_t s = l->special[i];
    ph_real w = l->w[s], e = l->state[0][s], rise = use.rises ? l->state[1][s] : 0;
    ph_real taken = use.online ? l->state[1][s] : 0;
    ph_step last = v->arrival - l->interval[s], t = last;
    for (; j < end; j++) {
        ph_step post = train->steps[j] + c->dendritic;
        w = ph_eligibility_gated(use, c->w_max, w, e, rise, ph_gate_integral(c->gate[0], t, post),
                                 use.rises ? ph_gate_integral(c->gate[1], t, post) : 0);
        ph_real p = (ph_real)(ph_sampled_at(c->sampled[0], post) * ph_train_gate(train, j)) *
                    l->x[s] * ph_decay_factor(c->pre[0], post - last);
        e = e * ph_decay_factor(c->decay[0], post - t) + p;
        if (use.rises)
            rise = rise * ph_decay_factor(c->decay[1], post - t) + p;
        if (use.online)
            ph_eligibility_taken(use, c->w_max, ph_sampled_at(c->sampled[2], post), p, &w, &taken);
        t = post;
    }
    l->w[s] = w;
    l->state[0][s] = e;
    if (use.rises)
        l->state[1][s] = rise;
    if (use.online)
        l->state[1][s] = taken;
    l->from[s] = (int32_t)(v->arrival - t);
}

/* The gates of n lanes from where they are to the spikes of a round (or the arrival). */
PH_INLINE void ph_eligibility_integrals(const ph_rule_context *c, const ph_visit *v,
                                        ph_eligibility use, int n, const int32_t *end,
                                        const ph_lanes *l, ph_eligibility_round *round)
{
    for (int g = 0; g < 1 + use.rises; g++)
        ph_gate_integrals(c->gate[g], v->arrival, n, l->from, end, l->longest,
                          round->integral[g]);
}

/* Lanes 0 .. n - 1 up to their next spike. */
PH_INLINE void ph_eligibility_catch_up(const ph_rule_context *c, ph_eligibility use, int n,
                                       const int32_t *restrict post,
                                       const ph_eligibility_round *restrict round,
                                       ph_lanes *restrict l)
{
    const ph_real *restrict decay_x = c->pre[0]->table, *restrict decay_e = c->decay[0]->table;
    const ph_real *restrict decay_rise = use.rises ? c->decay[1]->table : NULL;
    int32_t last_x = (int32_t)c->pre[0]->n, last_e = (int32_t)c->decay[0]->n;
    int32_t last_rise = use.rises ? (int32_t)c->decay[1]->n : 0;
    double w_max = c->w_max;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            int32_t since = l->from[s] - post[s];
            ph_real e = l->state[0][s], rise = use.rises ? l->state[1][s] : 0;
            ph_real p = ph_left(decay_x, last_x, (ph_real)round->amplitude[s] * l->x[s],
                                l->interval[s] - post[s]);
            ph_real w = ph_eligibility_gated(use, w_max, l->w[s], e, rise, round->integral[0][s],
                                             use.rises ? round->integral[1][s] : 0);
            l->state[0][s] = ph_left(decay_e, last_e, e, since) + p;
            if (use.rises)
                l->state[1][s] = ph_left(decay_rise, last_rise, rise, since) + p;
            if (use.online)
                ph_eligibility_taken(use, w_max, round->online[s], p, &w, &l->state[1][s]);
            l->w[s] = w;
            l->from[s] = post[s];
        }
}

/* Lanes 0 .. n - 1 up to the arrival; both factors are 0 where it is no spike. */
PH_INLINE void ph_eligibility_arrive(const ph_rule_context *c, ph_eligibility use, int n,
                                     ph_real amplitude, double online,
                                     const ph_eligibility_round *restrict round,
                                     ph_lanes *restrict l)
{
    const ph_real *restrict decay_y = c->post[0]->table, *restrict decay_e = c->decay[0]->table;
    const ph_real *restrict decay_rise = use.rises ? c->decay[1]->table : NULL;
    int32_t last_e = (int32_t)c->decay[0]->n;
    int32_t last_rise = use.rises ? (int32_t)c->decay[1]->n : 0;
    double w_max = c->w_max;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            ph_real e = l->state[0][s], rise = use.rises ? l->state[1][s] : 0;
            ph_real p = amplitude * l->y[s] * decay_y[l->newest[s]];
            ph_real w = ph_eligibility_gated(use, w_max, l->w[s], e, rise, round->integral[0][s],
                                             use.rises ? round->integral[1][s] : 0);
            l->state[0][s] = ph_flushed(ph_left(decay_e, last_e, e, l->from[s]) + p);
            if (use.rises)
                l->state[1][s] =
                    ph_flushed(ph_left(decay_rise, last_rise, rise, l->from[s]) + p);
            if (use.online)
                ph_eligibility_taken(use, w_max, online, p, &w, &l->state[1][s]);
            l->w[s] = w;
        }
}

/** @brief Catch up to visit->arrival and apply it. Not collective. @return lanes */
PH_INLINE int ph_eligibility_visit(const ph_rule_context *c, const ph_visit *v,
                                   ph_eligibility use)
{
    static const int32_t arrival[PH_LANES]; /* ages of it: 0 */
    const ph_lanes_use lanes_use = {.states = 1 + (use.rises || use.online)};
    ph_lanes l; /* not cleared: it is large */
    ph_eligibility_round round;
    ph_lanes_fill(c, v, lanes_use, &l);
    for (int i = 0; i < l.n_special; i++)
        ph_eligibility_older(c, v, use, i, &l);
    for (int q = 0; q < PH_RECENT && l.end[q + 1] > 0; q++) {
        int n = l.end[q + 1];
        ph_lanes_gated(c->sampled[0], v, &l, q, round.amplitude);
        if (use.online)
            ph_lanes_sampled(c->sampled[2], v, &l, q, round.online);
        ph_eligibility_integrals(c, v, use, n, l.post[q], &l, &round);
        ph_eligibility_catch_up(c, use, n, l.post[q], &round, &l);
    }
    int n = l.end[0], is_spike = v->kind == PH_VISIT_SPIKE;
    double amplitude = is_spike ? use.sign_pre * ph_sampled_at(c->sampled[1], v->arrival) : 0;
    double online = is_spike && use.online ? ph_sampled_at(c->sampled[2], v->arrival) : 0;
    ph_eligibility_integrals(c, v, use, n, arrival, &l, &round);
    ph_eligibility_arrive(c, use, n, (ph_real)amplitude, online, &round, &l);
    ph_lanes_store(v, lanes_use, &l);
    return n;
}

/** @brief A step of a rest: what is left of the eligibility decays under the factor of the rest.
 *  Not collective. */
static inline void ph_eligibility_rest(const ph_rule_context *c, const ph_rest *r,
                                       ph_eligibility use)
{
    double left[2] = {0}, integral[2] = {0};
    for (int g = 0; g < 1 + use.rises; g++) {
        double tau = c->decay[g]->tau;
        left[g] = ph_exp(-r->ms / tau);
        integral[g] = c->gate[g]->rest * tau * (1 - left[g]);
    }
    for (int i = 0; i < r->n; i++) {
        ph_real e = r->state[0][i], rise = use.rises ? r->state[1][i] : 0;
        r->w[i] = ph_eligibility_gated(use, c->w_max, r->w[i], e, rise, integral[0], integral[1]);
        r->state[0][i] = ph_flushed(e * (ph_real)left[0]);
        if (use.rises)
            r->state[1][i] = ph_flushed(rise * (ph_real)left[1]);
    }
}

#endif
