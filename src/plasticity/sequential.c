/* SPDX-License-Identifier: Apache-2.0 */
/* Sequential neuromodulation: acetylcholine makes pairings depress at once, dopamine that comes
 * afterwards turns what they left into potentiation.
 *
 * Z. Brzosko, S. Zannone, W. Schultz, C. Clopath, O. Paulsen, eLife 6:e27756 (2017), and
 * S. Zannone, Z. Brzosko, O. Paulsen, C. Clopath, Sci Rep 8:9486 (2018). There a pair of spikes dt
 * apart is worth STDP = A exp(-|dt| / tau). With acetylcholine it changes w by -eta_ACh STDP, and
 * an eligibility with tau_e by STDP; a reward sets w to what it was at the trial's start, and
 * eta_DA times the eligibility. Here, with all pairs:
 *     x' = -x / tau,  x += 1 at a presynaptic arrival;  y' = -y / tau,  y += 1 at a spike
 *     p = A_pre_post x at a postsynaptic spike,  p = A_post_pre y at an arrival
 *     dw = -depression_rate w_max p at once
 *     e' = -e / tau_e,  e += p
 *     w' = learning_rate w_max e
 *     w += what pairings have taken of it since the last renewal, when `restoration` rises through
 *          a half
 *     e = 0, and nothing has been taken, when `renewal` rises through a half
 * where a receptor of acetylcholine drives depression_rate (its value at the event counts; eta_ACh
 * is depression_rate w_max), and one of dopamine learning_rate (eta_DA is w_max times its integral
 * over the burst). The papers' update is this with restoration driven by dopamine and renewal by
 * what marks the begin of a trial. Without them a synapse knows no trials: potentiation adds to
 * what depression has left, and for a pairing t before the burst it is the larger while
 * exp(t / tau_e) is below eta_DA / eta_ACh: with the papers' .01 and .002 up to 1.6 tau_e. Their
 * weights within 1 and 3 are plastic ones with a w_max of 2 beside static ones of 1. Bounds and
 * order are those of stdp_reward, first the gate, then the pairing; what rises at a step comes
 * after an arrival at it and before a spike. */
#include "plasticity/rules.h"

#include "plasticity/eligibility.h"

#include <string.h>

typedef struct params {
    double tau, tau_e;              /* ms */
    double depression_rate;         /* pure number */
    double learning_rate;           /* 1/s */
    double restoration, renewal;    /* 0 .. 1 */
    double A_pre_post, A_post_pre;  /* pure numbers */
    double w_max;                   /* in the unit of the weight */
    int bounds;                     /* PH_BOUNDS_* */
} params;

static const ph_param keys[] = {
    PH_REAL(params, tau, "ms", "10 ms", 0.1, 1e4, "time constant of both traces"),
    PH_REAL(params, tau_e, "ms", "2000 ms", 1, 1e5, "time constant of the eligibility"),
    PH_REAL_FLAG(params, depression_rate, "1", "0.001", -10, 10, PH_PARAM_MODULATED_SAMPLED,
                 "decrease of w / w_max at once by a pair at no delay, at A = 1"),
    PH_REAL_FLAG(params, learning_rate, "/s", "0.01 /s", -1e3, 1e3, PH_PARAM_MODULATED_INTEGRATED,
                 "change of w / w_max per second and unit of eligibility"),
    PH_REAL_FLAG(params, restoration, "1", "0", 0, 1, PH_PARAM_MODULATED_SAMPLED,
                 "where a beat finds it risen to a half or more, w gets back what pairings have "
                 "taken of it since the last renewal"),
    PH_REAL_FLAG(params, renewal, "1", "0", 0, 1, PH_PARAM_MODULATED_SAMPLED,
                 "where a beat finds it risen to a half or more, the eligibility ends, and what "
                 "pairings took is no longer given back"),
    PH_REAL_FLAG(params, A_pre_post, "1", "1.0", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "what pre before post is worth, at no delay between them"),
    PH_REAL_FLAG(params, A_post_pre, "1", "1.0", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "what post before pre is worth"),
    PH_RULE_W_MAX(params),
    PH_RULE_BOUNDS(params, "hard"),
};

static const ph_table table = PH_TABLE("sequential", params, keys, "parameters of sequential");

enum { RESTORATION = 3, RENEWAL = 4 }; /* among the sampled */

PH_INLINE int visit_lanes(const ph_rule_context *c, const ph_visit *v, int bounds)
{
    const ph_eligibility use = {.bounds = bounds, .sign_pre = 1, .online = 1};
    return ph_eligibility_visit(c, v, use);
}

PH_VISIT_WITH_BOUNDS(advance, params, visit_lanes)

static ph_step next_rise(const ph_rule_context *c, ph_step from, ph_step until)
{
    ph_step restored = ph_sampled_next_rise(c->sampled[RESTORATION], from, until);
    ph_step renewed = ph_sampled_next_rise(c->sampled[RENEWAL], from, until);
    return restored < renewed ? restored : renewed;
}

/* What rises at a step, for synapse i, which has been brought there. */
static void rise(const ph_rule_context *c, const ph_visit *v, ph_step step, int i)
{
    if (ph_sampled_next_rise(c->sampled[RESTORATION], step, step + 1) == step) {
        v->w[i] = ph_bounded(v->w[i], (double)v->state[1][i], c->w_max, PH_BOUNDS_HARD);
        v->state[1][i] = 0;
    }
    if (ph_sampled_next_rise(c->sampled[RENEWAL], step, step + 1) == step)
        v->state[0][i] = v->state[1][i] = 0;
}

/* By a visit of all synapses at each rise; for those that were visited after it, one of no length.
 */
static void visit_rises(const ph_rule_context *c, const ph_visit *v, int32_t longest)
{
    int32_t left[PH_VISIT_MOST], interval[PH_VISIT_MOST];
    ph_real x[PH_VISIT_MOST];
    memcpy(left, v->interval, (size_t)v->n * sizeof *left);
    memcpy(x, v->x[0], (size_t)v->n * sizeof *x);
    ph_visit part = *v;
    part.interval = interval;
    part.x[0] = x;
    part.kind = PH_VISIT_SWEEP;
    part.n_ahead = 0;
    ph_step first = v->arrival - longest;
    for (ph_step step = next_rise(c, first, v->arrival); step < v->arrival;
         step = next_rise(c, step + 1, v->arrival)) {
        int32_t since = (int32_t)(v->arrival - step);
        for (int i = 0; i < v->n; i++)
            interval[i] = left[i] > since ? left[i] - since : 0;
        part.arrival = step;
        advance(c, &part);
        for (int i = 0; i < v->n; i++) {
            if (left[i] < since)
                continue;
            rise(c, v, step, i);
            x[i] *= ph_decay_factor(c->pre[0], interval[i]);
            left[i] = since;
        }
    }
    part = *v;
    part.interval = left;
    part.x[0] = x;
    advance(c, &part);
}

static void visit(const ph_rule_context *c, const ph_visit *v)
{
    int32_t longest = 0;
    for (int i = 0; i < v->n; i++)
        longest = v->interval[i] > longest ? v->interval[i] : longest;
    ph_step from = v->arrival - longest;
    if (from > c->sampled[RESTORATION]->risen && from > c->sampled[RENEWAL]->risen)
        advance(c, v);
    else
        visit_rises(c, v, longest);
}

static void rest(const ph_rule_context *c, const ph_rest *r)
{
    const params *p = c->params;
    ph_eligibility_rest(c, r, (ph_eligibility){.bounds = p->bounds});
}

const ph_rule ph_rule_sequential = {
    .base = {"sequential",
             "depression by acetylcholine, then potentiation by dopamine (Brzosko et al. 2017, "
             "doi 10.7554/eLife.27756)",
             &table},
    .n_states = 2,
    .states = {"eligibility", "taken"},
    .pre = {"tau", NULL},
    .post = {"tau", NULL},
    .decays = {"tau_e", NULL},
    .gates = {{"learning_rate", "tau_e"}},
    .sampled = {"A_pre_post", "A_post_pre", "depression_rate", "restoration", "renewal", NULL},
    .online = {"depression_rate", "restoration", NULL},
    .local = 1,
    .w_max = "w_max",
    .visit = visit,
    .rest = rest,
};
