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
 * where a receptor of acetylcholine drives depression_rate (its value at the event counts; eta_ACh
 * is depression_rate w_max), and one of dopamine learning_rate (eta_DA is w_max times its integral
 * over the burst). A synapse knows no trials: potentiation adds to what depression has left. For a
 * pairing t before the burst it is the larger while exp(t / tau_e) is below eta_DA / eta_ACh: with
 * the papers' .01 and .002 up to 1.6 tau_e. Their weights within 1 and 3 are plastic ones with a
 * w_max of 2 beside static ones of 1. Bounds and order are those of stdp_reward, first the gate,
 * then the pairing. */
#include "plasticity/rules.h"

#include "plasticity/eligibility.h"

typedef struct params {
    double tau, tau_e;              /* ms */
    double depression_rate;         /* pure number */
    double learning_rate;           /* 1/s */
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
    PH_REAL_FLAG(params, A_pre_post, "1", "1.0", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "what pre before post is worth, at no delay between them"),
    PH_REAL_FLAG(params, A_post_pre, "1", "1.0", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "what post before pre is worth"),
    PH_RULE_W_MAX(params),
    PH_RULE_BOUNDS(params, "hard"),
};

static const ph_table table = PH_TABLE("sequential", params, keys, "parameters of sequential");

PH_INLINE int visit_lanes(const ph_rule_context *c, const ph_visit *v, int bounds)
{
    const ph_eligibility use = {.bounds = bounds, .sign_pre = 1, .online = 1};
    return ph_eligibility_visit(c, v, use);
}

PH_VISIT_WITH_BOUNDS(visit, params, visit_lanes)

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
    .n_states = 1,
    .states = {"eligibility"},
    .pre = {"tau", NULL},
    .post = {"tau", NULL},
    .decays = {"tau_e", NULL},
    .gates = {{"learning_rate", "tau_e"}},
    .sampled = {"A_pre_post", "A_post_pre", "depression_rate", NULL},
    .online = "depression_rate",
    .local = 1,
    .w_max = "w_max",
    .visit = visit,
    .rest = rest,
};
