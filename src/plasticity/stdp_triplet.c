/* SPDX-License-Identifier: Apache-2.0 */
/* Triplet STDP, of all triplets or of nearest spikes.
 *
 * J.-P. Pfister, W. Gerstner, J Neurosci 26:9673 (2006); theirs are r1, r2 (here x, x2), o1, o2
 * (here y, y2):
 *     x' = -x / tau_plus,   y' = -y / tau_minus,   x2' = -x2 / tau_x,   y2' = -y2 / tau_y
 *     x, x2 += 1 at a presynaptic arrival;  y, y2 += 1 at a postsynaptic spike
 *     dw = learning_rate w_max x (A2_plus + A3_plus y2)     at a postsynaptic spike
 *     dw = -learning_rate w_max y (A2_minus + A3_minus x2)  at a presynaptic arrival
 * with y2 and x2 just before the spike itself. With `pairing: nearest` a spike sets its traces to 1
 * instead. Soft bounds multiply an increase by (1 - w / w_max) and a decrease by w / w_max. At
 * equal steps the arrival comes first, then the postsynaptic spike.
 *
 * The defaults are the paper's full set for all pairs in visual cortex. Public copies of it have
 * A2_plus and A3_plus 1.5 times as large. These give what Sjoestroem et al. (2001) measured at 0.1
 * to 50 Hz: for 60 pairs at +10 and -10 ms chi squared is 3.4 over 10 points, with those copies 56
 * (scripts/reproduce frequency-dependence). The minimal set is A2_plus 0, A3_plus 6.5e-3,
 * A2_minus 7.1e-3, A3_minus 0, tau_y 114 ms (chi squared 3.6). For nearest spikes the full set is
 * A2_plus 8.8e-11, A3_plus 5.3e-2, A2_minus 6.6e-3, A3_minus 3.1e-3, tau_x 714 ms, tau_y 40 ms
 * (2.3). All take pairs to be periodic, as the paper does. They were measured in 15 bursts of 5:
 * the full set then gives 62, and A3_plus 1.29e-2 with A2_minus 6.2e-3, the others 0, gives 7.9. */
#include "plasticity/rules.h"

#include "plasticity/lanes.h"

typedef struct params {
    double tau_plus, tau_x, tau_minus, tau_y;      /* ms */
    double learning_rate;                          /* pure number */
    double A2_plus, A3_plus, A2_minus, A3_minus;   /* pure numbers */
    double w_max;                                  /* in the unit of the weight */
    int bounds;                                    /* PH_BOUNDS_* */
    int pairing;                                   /* PH_PAIRING_* */
} params;

static const ph_param keys[] = {
    PH_REAL(params, tau_plus, "ms", "16.8 ms", 0.1, 1e4,
            "time constant of the fast presynaptic trace x"),
    PH_REAL(params, tau_x, "ms", "101 ms", 0.1, 1e4,
            "time constant of the slow presynaptic trace x2"),
    PH_REAL(params, tau_minus, "ms", "33.7 ms", 0.1, 1e4,
            "time constant of the fast postsynaptic trace y"),
    PH_REAL(params, tau_y, "ms", "125 ms", 0.1, 1e4,
            "time constant of the slow postsynaptic trace y2"),
    PH_REAL_FLAG(params, learning_rate, "1", "1", -1e3, 1e3, PH_PARAM_MODULATED_SAMPLED,
                 "factor of all amplitudes"),
    PH_REAL_FLAG(params, A2_plus, "1", "5e-10", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "increase of w / w_max by a pair, pre before post"),
    PH_REAL_FLAG(params, A3_plus, "1", "6.2e-3", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "increase of w / w_max by a triplet post, pre, post"),
    PH_REAL_FLAG(params, A2_minus, "1", "7e-3", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "decrease of w / w_max by a pair, post before pre"),
    PH_REAL_FLAG(params, A3_minus, "1", "2.3e-4", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "decrease of w / w_max by a triplet pre, post, pre"),
    PH_RULE_W_MAX(params),
    PH_RULE_BOUNDS(params, "hard"),
    PH_RULE_PAIRING(params),
};

static const ph_table table = PH_TABLE("stdp_triplet", params, keys, "parameters of stdp_triplet");

enum { LEARNING_RATE, A2_PLUS, A3_PLUS, A2_MINUS, A3_MINUS }; /* of context->sampled */

/* What is in force at the spikes of a round, lane by lane. */
typedef struct factors {
    double rate[PH_LANES], A2[PH_LANES], A3[PH_LANES];
} factors;

PH_INLINE ph_real potentiated(double w_max, int bounds, ph_real w, double rate, double A2,
                              double A3, ph_real x, ph_real y_two)
{
    return ph_bounded(w, rate * (double)x * (A2 + A3 * (double)y_two) * w_max, w_max, bounds);
}

/* Spikes older than the recent ones, one by one. */
PH_INLINE void catch_up_older(const ph_rule_context *c, const ph_visit *v, int bounds, int i,
                              ph_lanes *l)
{
    uint32_t j, end;
    const ph_train *train = ph_lanes_older(c, v, i, l, &j, &end);
    int32_t s = l->special[i];
    ph_step last = v->arrival - l->interval[s];
    for (; j < end; j++) {
        ph_step post = train->steps[j] + c->dendritic;
        l->w[s] = potentiated(c->w_max, bounds, l->w[s],
                              ph_sampled_at(c->sampled[LEARNING_RATE], post) *
                                  ph_train_gate(train, j),
                              ph_sampled_at(c->sampled[A2_PLUS], post),
                              ph_sampled_at(c->sampled[A3_PLUS], post),
                              l->x[s] * ph_decay_factor(c->pre[0], post - last),
                              train->y_two[j]);
    }
}

/* Lanes 0 .. n - 1 up to their spike of round q. */
PH_INLINE void catch_up(const ph_rule_context *c, int bounds, int n, int q,
                        const factors *restrict f, ph_lanes *restrict l)
{
    const ph_real *restrict decay_x = c->pre[0]->table;
    int32_t last_x = (int32_t)c->pre[0]->n;
    double w_max = c->w_max;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            ph_real x = ph_left(decay_x, last_x, l->x[s], l->interval[s] - l->post[q][s]);
            l->w[s] = potentiated(w_max, bounds, l->w[s], f->rate[s], f->A2[s], f->A3[s], x,
                                  l->y_two[q][s]);
        }
}

/* A spike arrives at lanes 0 .. n - 1. */
PH_INLINE void arrive(const ph_rule_context *c, int bounds, int n, ph_step arrival,
                      ph_lanes *restrict l)
{
    const ph_real *restrict decay_y = c->post[0]->table, *restrict decay_x = c->pre[1]->table;
    int32_t last_x = (int32_t)c->pre[1]->n;
    double w_max = c->w_max, rate = ph_sampled_at(c->sampled[LEARNING_RATE], arrival);
    double A2 = ph_sampled_at(c->sampled[A2_MINUS], arrival);
    double A3 = ph_sampled_at(c->sampled[A3_MINUS], arrival);
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            double y = (double)(l->y[s] * decay_y[l->newest[s]]);
            double x_two = (double)ph_left(decay_x, last_x, l->x_two[s], l->interval[s]);
            l->w[s] = ph_bounded(l->w[s], -rate * y * (A2 + A3 * x_two) * w_max, w_max, bounds);
        }
}

PH_INLINE int visit_lanes(const ph_rule_context *c, const ph_visit *v, int bounds)
{
    const ph_lanes_use use = {.two = 1};
    ph_lanes l; /* not cleared: it is large */
    factors f;
    ph_lanes_fill(c, v, use, &l);
    for (int i = 0; i < l.n_special; i++)
        catch_up_older(c, v, bounds, i, &l);
    for (int q = 0; q < PH_RECENT && l.end[q + 1] > 0; q++) {
        ph_lanes_gated(c->sampled[LEARNING_RATE], v, &l, q, f.rate);
        ph_lanes_sampled(c->sampled[A2_PLUS], v, &l, q, f.A2);
        ph_lanes_sampled(c->sampled[A3_PLUS], v, &l, q, f.A3);
        catch_up(c, bounds, l.end[q + 1], q, &f, &l);
    }
    if (v->kind == PH_VISIT_SPIKE)
        arrive(c, bounds, l.end[0], v->arrival, &l);
    ph_lanes_store(v, use, &l);
    return l.end[0];
}

PH_VISIT_WITH_BOUNDS(visit, params, visit_lanes)

const ph_rule ph_rule_stdp_triplet = {
    .base = {"stdp_triplet",
             "triplet STDP (Pfister & Gerstner 2006, doi 10.1523/JNEUROSCI.1425-06.2006)",
             &table},
    .pre = {"tau_plus", "tau_x", NULL},
    .post = {"tau_minus", "tau_y", NULL},
    .pairing = "pairing",
    .sampled = {"learning_rate", "A2_plus", "A3_plus", "A2_minus", "A3_minus", NULL},
    .local = 1,
    .w_max = "w_max",
    .visit = visit,
};
