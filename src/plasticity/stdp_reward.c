/* SPDX-License-Identifier: Apache-2.0 */
/* Reward-modulated STDP: pairing leaves an eligibility that a neuromodulator turns into change.
 *
 * E. M. Izhikevich, Cereb Cortex 17:2443 (2007), with all-to-all pair traces:
 *     x' = -x / tau_plus,   x += 1 at a presynaptic arrival
 *     y' = -y / tau_minus,  y += 1 at a postsynaptic spike
 *     e' = -e / tau_e,      e += A_plus x at a postsynaptic spike, e -= A_minus y at an arrival
 *     w' = learning_rate M(t) w_max e      (M: what the receptors make of it; see `modulation`)
 * Bounds are applied at arrivals, postsynaptic spikes and sweeps: soft multiplies an increase by
 * (1 - w / w_max) and a decrease by w / w_max (factors at the interval's start); both keep w in
 * [0, w_max]. At equal steps the arrival comes first, then the postsynaptic spike. */
#include "plasticity/rules.h"

#include "base/math.h"
#include "plasticity/gate.h"
#include "plasticity/lanes.h"
#include "plasticity/sampled.h"

typedef struct params {
    double tau_plus, tau_minus, tau_e; /* ms */
    double learning_rate;              /* 1/s */
    double A_plus, A_minus;            /* pure numbers */
    double w_max;                      /* in the unit of the weight */
    int bounds;                        /* PH_BOUNDS_* */
} params;

static const ph_param keys[] = {
    PH_REAL(params, tau_plus, "ms", "20 ms", 0.1, 1e4, "time constant of the presynaptic trace x"),
    PH_REAL(params, tau_minus, "ms", "20 ms", 0.1, 1e4,
            "time constant of the postsynaptic trace y"),
    PH_REAL(params, tau_e, "ms", "500 ms", 1, 1e5, "time constant of the eligibility trace e"),
    PH_REAL_FLAG(params, learning_rate, "/s", "0.1 /s", -1e3, 1e3, PH_PARAM_MODULATED_INTEGRATED,
                 "change of w / w_max per second and unit of eligibility"),
    PH_REAL_FLAG(params, A_plus, "1", "1.0", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "eligibility left by pre before post, at no delay between them"),
    PH_REAL_FLAG(params, A_minus, "1", "1.0", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "eligibility taken away by post before pre; negative: left, as by pre before "
                 "post"),
    PH_REAL(params, w_max, "pA|nS", NULL, 0, 1e9, "largest weight"),
    PH_CHOICE(params, bounds, ph_bounds_choices, "soft",
              "how the weight is kept within 0 and w_max"),
};

static const ph_table table = PH_TABLE("stdp_reward", params, keys,
                                       "parameters of stdp_reward; lazily evaluated");

/* w after an interval in which e decayed and the gate was open. */
PH_INLINE ph_real integrate(double w_max, int bounds, ph_real w, ph_real e, double integral)
{
    return ph_bounded(w, w_max * (double)e * 1e-3 * integral, w_max, bounds);
}

/* Spikes older than the recent ones, one by one. */
static void catch_up_older(const ph_rule_context *c, const ph_visit *v, int i, ph_lanes *l)
{
    const params *p = c->params;
    uint32_t j, end;
    const ph_train *train = ph_lanes_older(c, v, i, l, &j, &end);
    int32_t s = l->special[i];
    ph_real w = l->w[s], e = l->state[0][s];
    ph_step last = v->arrival - l->interval[s], t = last;
    for (; j < end; j++) {
        ph_step post = train->posts[j].step + c->dendritic;
        w = integrate(c->w_max, p->bounds, w, e, ph_gate_integral(c->gate[0], t, post));
        e *= ph_decay_factor(c->decay[0], post - t);
        e += (ph_real)ph_sampled_at(c->sampled[0], post) * l->x[s] *
             ph_decay_factor(c->pre[0], post - last);
        t = post;
    }
    l->w[s] = w;
    l->state[0][s] = e;
    l->from[s] = (int32_t)(v->arrival - t);
}

/* Lanes 0 .. n - 1 up to their next spike. */
PH_INLINE void catch_up(const ph_rule_context *c, int bounds, int n, const int32_t *restrict post,
                        const double *restrict plus, const double *restrict integral,
                        ph_lanes *restrict l)
{
    const ph_real *restrict decay_x = c->pre[0]->table, *restrict decay_e = c->decay[0]->table;
    int32_t last_x = (int32_t)c->pre[0]->n, last_e = (int32_t)c->decay[0]->n;
    double w_max = c->w_max;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            int32_t since = l->from[s] - post[s], since_last = l->interval[s] - post[s];
            since = since < last_e ? since : last_e;
            since_last = since_last < last_x ? since_last : last_x;
            ph_real e = l->state[0][s];
            l->w[s] = integrate(w_max, bounds, l->w[s], e, integral[s]);
            l->state[0][s] = e * decay_e[since] +
                             (ph_real)plus[s] * l->x[s] * decay_x[since_last];
            l->from[s] = post[s];
        }
}

/* Lanes 0 .. n - 1 up to the arrival; minus is 0 for a sweep. */
PH_INLINE void arrive(const ph_rule_context *c, int bounds, int n, ph_real minus,
                      const double *restrict integral, ph_lanes *restrict l)
{
    const ph_real *restrict decay_y = c->post[0]->table, *restrict decay_e = c->decay[0]->table;
    int32_t last_e = (int32_t)c->decay[0]->n;
    double w_max = c->w_max;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            int32_t since = l->from[s] < last_e ? l->from[s] : last_e;
            ph_real e = l->state[0][s];
            l->w[s] = integrate(w_max, bounds, l->w[s], e, integral[s]);
            l->state[0][s] = ph_flushed(e * decay_e[since] -
                                        minus * l->y[s] * decay_y[l->newest[s]]);
        }
}

PH_INLINE int visit_lanes(const ph_rule_context *c, const ph_visit *v, int bounds)
{
    static const int32_t arrival[PH_LANES]; /* ages of it: 0 */
    const ph_sampled *A_plus = c->sampled[0];
    const ph_lanes_use use = {.states = 1};
    ph_lanes l; /* not cleared: it is large */
    double plus[PH_LANES], integral[PH_LANES];
    ph_lanes_fill(c, v, use, &l);
    for (int i = 0; i < l.n_special; i++)
        catch_up_older(c, v, i, &l);
    int constant = v->arrival - l.longest >= A_plus->since;
    for (int q = 0; q < PH_RECENT && l.end[q + 1] > 0; q++) {
        int n = l.end[q + 1];
        if (q == 0 || !constant)
            ph_sampled_each(A_plus, v->arrival, constant ? arrival : l.post[q], n, plus);
        ph_gate_integrals(c->gate[0], v->arrival, n, l.from, l.post[q], l.longest, integral);
        catch_up(c, bounds, n, l.post[q], plus, integral, &l);
    }
    int n = l.end[0];
    double minus = v->kind == PH_VISIT_SPIKE ? ph_sampled_at(c->sampled[1], v->arrival) : 0;
    ph_gate_integrals(c->gate[0], v->arrival, n, l.from, arrival, l.longest, integral);
    arrive(c, bounds, n, (ph_real)minus, integral, &l);
    ph_lanes_store(v, use, &l);
    return n;
}

PH_INLINE int visit_soft_body(const ph_rule_context *c, const ph_visit *v)
{
    return visit_lanes(c, v, PH_BOUNDS_SOFT);
}

PH_INLINE int visit_hard_body(const ph_rule_context *c, const ph_visit *v)
{
    return visit_lanes(c, v, PH_BOUNDS_HARD);
}

PH_KERNEL(int, visit_soft, (const ph_rule_context *c, const ph_visit *v), (c, v))
PH_KERNEL(int, visit_hard, (const ph_rule_context *c, const ph_visit *v), (c, v))

static void visit(const ph_rule_context *c, const ph_visit *v)
{
    const params *p = c->params;
    if (p->bounds == PH_BOUNDS_SOFT)
        visit_soft(c, v);
    else
        visit_hard(c, v);
}

/* What is left of the eligibility decays under the factor of the rest. */
static void rest(const ph_rule_context *c, const ph_rest *r)
{
    const params *p = c->params;
    double left = ph_exp(-r->ms / p->tau_e);
    double integral = c->gate[0]->rest * p->tau_e * (1 - left);
    for (int i = 0; i < r->n; i++) {
        r->w[i] = integrate(c->w_max, p->bounds, r->w[i], r->state[0][i], integral);
        r->state[0][i] = ph_flushed(r->state[0][i] * (ph_real)left);
    }
}

const ph_rule ph_rule_stdp_reward = {
    .base = {"stdp_reward",
             "eligibility STDP gated by a neuromodulator (Izhikevich 2007, "
             "doi 10.1093/cercor/bhl152)",
             &table},
    .n_states = 1,
    .states = {"eligibility"},
    .pre = {"tau_plus", NULL},
    .post = {"tau_minus", NULL},
    .decays = {"tau_e", NULL},
    .gates = {{"learning_rate", "tau_e"}},
    .sampled = {"A_plus", "A_minus", NULL},
    .w_max = "w_max",
    .visit = visit,
    .rest = rest,
};
