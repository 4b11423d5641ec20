/* SPDX-License-Identifier: Apache-2.0 */
/* Pair-based STDP, of all pairs or of nearest ones.
 *
 * S. Song, K. D. Miller, L. F. Abbott, Nat Neurosci 3:919 (2000); traces as in A. Morrison,
 * M. Diesmann, W. Gerstner, Biol Cybern 98:459 (2008):
 *     x' = -x / tau_plus,   x += 1 at a presynaptic arrival
 *     y' = -y / tau_minus,  y += 1 at a postsynaptic spike
 *     dw = learning_rate w_max A_plus x   at a postsynaptic spike
 *     dw = -learning_rate w_max A_minus y at a presynaptic arrival
 * With `pairing: nearest` a spike sets its trace to 1 instead: it is paired with the nearest
 * earlier spike of the other side alone (the symmetric scheme there).
 * Soft bounds multiply an increase by (1 - w / w_max) and a decrease by w / w_max. At equal steps
 * the arrival comes first, then the postsynaptic spike. */
#include "plasticity/rules.h"

#include "plasticity/lanes.h"

typedef struct params {
    double tau_plus, tau_minus; /* ms */
    double learning_rate;       /* pure number */
    double A_plus, A_minus;     /* pure numbers */
    double w_max;               /* in the unit of the weight */
    int bounds;                 /* PH_BOUNDS_* */
    int pairing;                /* PH_PAIRING_* */
} params;

static const ph_param keys[] = {
    PH_REAL(params, tau_plus, "ms", "20 ms", 0.1, 1e4, "time constant of the presynaptic trace x"),
    PH_REAL(params, tau_minus, "ms", "20 ms", 0.1, 1e4,
            "time constant of the postsynaptic trace y"),
    PH_REAL_FLAG(params, learning_rate, "1", "0.01", -10, 10, PH_PARAM_MODULATED_SAMPLED,
                 "change of w / w_max by a pair at no delay, at A = 1"),
    PH_REAL_FLAG(params, A_plus, "1", "1.0", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "amplitude of pre before post"),
    PH_REAL_FLAG(params, A_minus, "1", "1.0", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "amplitude of post before pre"),
    PH_RULE_W_MAX(params),
    PH_RULE_BOUNDS(params, "hard"),
    PH_RULE_PAIRING(params),
};

static const ph_table table = PH_TABLE("stdp", params, keys, "parameters of stdp");

/* Spikes older than the recent ones, one by one. */
static void catch_up_older(const ph_rule_context *c, const ph_visit *v, int i, ph_lanes *l)
{
    const params *p = c->params;
    uint32_t j, end;
    const ph_train *train = ph_lanes_older(c, v, i, l, &j, &end);
    int32_t s = l->special[i];
    ph_step last = v->arrival - l->interval[s];
    for (; j < end; j++) {
        ph_step post = train->steps[j] + c->dendritic;
        double x = (double)(l->x[s] * ph_decay_factor(c->pre[0], post - last));
        double dw = ph_sampled_at(c->sampled[0], post) * ph_sampled_at(c->sampled[1], post) * x;
        dw *= ph_train_gate(train, j);
        l->w[s] = ph_bounded(l->w[s], dw * c->w_max, c->w_max, p->bounds);
    }
}

/* Lanes 0 .. n - 1 up to their next spike. */
PH_INLINE void catch_up(const ph_rule_context *c, int bounds, int n, const int32_t *restrict post,
                        const double *restrict rate, const double *restrict plus,
                        ph_lanes *restrict l)
{
    const ph_real *restrict decay_x = c->pre[0]->table;
    int32_t last_x = (int32_t)c->pre[0]->n;
    double w_max = c->w_max;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            double x = (double)ph_left(decay_x, last_x, l->x[s], l->interval[s] - post[s]);
            l->w[s] = ph_bounded(l->w[s], rate[s] * plus[s] * x * w_max, w_max, bounds);
        }
}

/* A spike arrives at lanes 0 .. n - 1. */
PH_INLINE void arrive(const ph_rule_context *c, int bounds, int n, double rate_minus,
                      ph_lanes *restrict l)
{
    const ph_real *restrict decay_y = c->post[0]->table;
    double w_max = c->w_max;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            double y = (double)(l->y[s] * decay_y[l->newest[s]]);
            ph_real w = ph_bounded(l->w[s], rate_minus * y * w_max, w_max, bounds);
            l->w[s] = l->y[s] > 0 ? w : l->w[s]; /* not bounded where there was no spike */
        }
}

PH_INLINE int visit_lanes(const ph_rule_context *c, const ph_visit *v, int bounds)
{
    const ph_sampled *learning_rate = c->sampled[0];
    const ph_lanes_use use = {.states = 0};
    ph_lanes l; /* not cleared: it is large */
    double rate[PH_LANES], plus[PH_LANES];
    ph_lanes_fill(c, v, use, &l);
    for (int i = 0; i < l.n_special; i++)
        catch_up_older(c, v, i, &l);
    for (int q = 0; q < PH_RECENT && l.end[q + 1] > 0; q++) {
        ph_lanes_gated(learning_rate, v, &l, q, rate);
        ph_lanes_sampled(c->sampled[1], v, &l, q, plus);
        catch_up(c, bounds, l.end[q + 1], l.post[q], rate, plus, &l);
    }
    if (v->kind == PH_VISIT_SPIKE)
        arrive(c, bounds, l.end[0],
               -ph_sampled_at(learning_rate, v->arrival) *
                   ph_sampled_at(c->sampled[2], v->arrival), &l);
    ph_lanes_store(v, use, &l);
    return l.end[0];
}

PH_VISIT_WITH_BOUNDS(visit, params, visit_lanes)

const ph_rule ph_rule_stdp = {
    .base = {"stdp", "pair-based STDP (Song et al. 2000, Morrison et al. 2008)", &table},
    .n_states = 0,
    .pre = {"tau_plus", NULL},
    .post = {"tau_minus", NULL},
    .pairing = "pairing",
    .sampled = {"learning_rate", "A_plus", "A_minus", NULL},
    .local = 1,
    .w_max = "w_max",
    .visit = visit,
};
