/* SPDX-License-Identifier: Apache-2.0 */
/* Inhibitory plasticity that brings its target to a rate, for synapses onto inhibitory ports.
 *
 * T. P. Vogels, H. Sprekeler, F. Zenke, C. Clopath, W. Gerstner, Science 334:1569 (2011):
 *     x' = -x / tau,  x += 1 at a presynaptic arrival
 *     y' = -y / tau,  y += 1 at a postsynaptic spike
 *     dw = learning_rate w_max (y - alpha)  at a presynaptic arrival,  alpha = 2 rho_0 tau
 *     dw = learning_rate w_max x            at a postsynaptic spike
 * Their eta is learning_rate w_max, in the unit of the weight. w is the weight's magnitude, so that
 * more of it is more inhibition, whatever the port's sign; it stays within 0 and w_max. At equal
 * steps the arrival comes first, then the postsynaptic spike. */
#include "plasticity/rules.h"

#include "plasticity/lanes.h"

typedef struct params {
    double tau;           /* ms */
    double learning_rate; /* pure number */
    double rho_0;         /* Hz */
    double w_max;         /* in the unit of the weight */
} params;

static const ph_param keys[] = {
    PH_REAL(params, tau, "ms", "20 ms", 0.1, 1e4, "time constant of both traces"),
    PH_REAL_FLAG(params, learning_rate, "1", "1e-4", -10, 10, PH_PARAM_MODULATED_SAMPLED,
                 "change of w / w_max by a pair at no delay; eta of the paper over w_max"),
    PH_REAL_FLAG(params, rho_0, "Hz", "3 Hz", 0, 1e3, PH_PARAM_MODULATED_SAMPLED,
                 "rate that the target is brought to"),
    PH_RULE_W_MAX(params),
};

static const ph_table table = PH_TABLE("istdp", params, keys, "parameters of istdp");

enum { LEARNING_RATE, RHO_0 }; /* of context->sampled */

PH_INLINE ph_real changed(ph_real w, double rate, double by, double w_max)
{
    return ph_bounded(w, rate * by * w_max, w_max, PH_BOUNDS_HARD);
}

/* Spikes older than the recent ones, one by one. */
PH_INLINE void catch_up_older(const ph_rule_context *c, const ph_visit *v, int i, ph_lanes *l)
{
    uint32_t j, end;
    const ph_train *train = ph_lanes_older(c, v, i, l, &j, &end);
    int32_t s = l->special[i];
    ph_step last = v->arrival - l->interval[s];
    for (; j < end; j++) {
        ph_step post = train->steps[j] + c->dendritic;
        double x = (double)(l->x[s] * ph_decay_factor(c->pre[0], post - last));
        l->w[s] = changed(l->w[s], ph_sampled_at(c->sampled[LEARNING_RATE], post), x, c->w_max);
    }
}

/* Lanes 0 .. n - 1 up to their next spike. */
PH_INLINE void catch_up(const ph_rule_context *c, int n, const int32_t *restrict post,
                        const double *restrict rate, ph_lanes *restrict l)
{
    const ph_real *restrict decay_x = c->pre[0]->table;
    int32_t last_x = (int32_t)c->pre[0]->n;
    double w_max = c->w_max;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            double x = (double)ph_left(decay_x, last_x, l->x[s], l->interval[s] - post[s]);
            l->w[s] = changed(l->w[s], rate[s], x, w_max);
        }
}

/* A spike arrives at lanes 0 .. n - 1. */
PH_INLINE void arrive(const ph_rule_context *c, int n, double rate, double alpha,
                      ph_lanes *restrict l)
{
    const ph_real *restrict decay_y = c->post[0]->table;
    double w_max = c->w_max;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            double y = (double)(l->y[s] * decay_y[l->newest[s]]);
            l->w[s] = changed(l->w[s], rate, y - alpha, w_max);
        }
}

PH_INLINE int visit_lanes_body(const ph_rule_context *c, const ph_visit *v)
{
    const ph_sampled *learning_rate = c->sampled[LEARNING_RATE];
    const ph_lanes_use use = {.states = 0};
    ph_lanes l; /* not cleared: it is large */
    double rate[PH_LANES];
    ph_lanes_fill(c, v, use, &l);
    for (int i = 0; i < l.n_special; i++)
        catch_up_older(c, v, i, &l);
    for (int q = 0; q < PH_RECENT && l.end[q + 1] > 0; q++) {
        ph_lanes_sampled(learning_rate, v, &l, q, rate);
        catch_up(c, l.end[q + 1], l.post[q], rate, &l);
    }
    if (v->kind == PH_VISIT_SPIKE) {
        double rho_0 = ph_sampled_at(c->sampled[RHO_0], v->arrival);
        double alpha = 2 * rho_0 * 1e-3 * ((const params *)c->params)->tau;
        arrive(c, l.end[0], ph_sampled_at(learning_rate, v->arrival), alpha, &l);
    }
    ph_lanes_store(v, use, &l);
    return l.end[0];
}

PH_KERNEL(int, visit_lanes, (const ph_rule_context *c, const ph_visit *v), (c, v))

static void visit(const ph_rule_context *c, const ph_visit *v)
{
    visit_lanes(c, v);
}

const ph_rule ph_rule_istdp = {
    .base = {"istdp",
             "inhibitory STDP towards a target rate (Vogels et al. 2011, "
             "doi 10.1126/science.1211095)",
             &table},
    .pre = {"tau", NULL},
    .post = {"tau", NULL},
    .sampled = {"learning_rate", "rho_0", NULL},
    .w_max = "w_max",
    .visit = visit,
};
