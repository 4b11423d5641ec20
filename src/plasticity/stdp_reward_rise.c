/* SPDX-License-Identifier: Apache-2.0 */
/* Reward-modulated STDP whose eligibility rises before it decays, so that a neuromodulator that
 * comes together with the pairing finds little of it yet: the window found by S. Yagishita,
 * A. Hayashi-Takagi, G. C. R. Ellis-Davies, H. Urakubo, S. Ishii, H. Kasai,
 * Science 345:1616 (2014).
 *
 * As stdp_reward, with a step r in between:
 *     x' = -x / tau_plus,   x += 1 at a presynaptic arrival
 *     y' = -y / tau_minus,  y += 1 at a postsynaptic spike
 *     r' = -r / tau_rise,   r += A_plus x at a postsynaptic spike, r -= A_minus y at an arrival
 *     e' = -e / tau_e + r / tau_rise
 *     w' = learning_rate M(t) w_max e      (M: what the receptors make of it; see `modulation`)
 * A pairing leaves as much eligibility in all as with stdp_reward, but later; its time course is a
 * difference of exponentials, and so it is kept: e = tau_e / (tau_e - tau_rise) (d - r), where d
 * takes up the same as r and decays with tau_e. Bounds and order are those of stdp_reward. */
#include "plasticity/rules.h"

#include "plasticity/eligibility.h"

#define LONGEST_RISE 0.95 /* of tau_e: nearer to it, d - r has too few digits */

typedef struct params {
    double tau_plus, tau_minus, tau_rise, tau_e; /* ms */
    double learning_rate;                        /* 1/s */
    double A_plus, A_minus;                      /* pure numbers */
    double w_max;                                /* in the unit of the weight */
    int bounds;                                  /* PH_BOUNDS_* */
} params;

static const ph_param keys[] = {
    PH_REAL(params, tau_plus, "ms", "20 ms", 0.1, 1e4, "time constant of the presynaptic trace x"),
    PH_REAL(params, tau_minus, "ms", "20 ms", 0.1, 1e4,
            "time constant of the postsynaptic trace y"),
    PH_REAL(params, tau_rise, "ms", "500 ms", 1, 1e5,
            "time constant of the eligibility's rise, at most 0.95 of tau_e"),
    PH_REAL(params, tau_e, "ms", "1000 ms", 1, 1e5, "time constant of the eligibility's decay"),
    PH_REAL_FLAG(params, learning_rate, "/s", "0.1 /s", -1e3, 1e3, PH_PARAM_MODULATED_INTEGRATED,
                 "change of w / w_max per second and unit of eligibility"),
    PH_REAL_FLAG(params, A_plus, "1", "1.0", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "eligibility that pre before post will leave, at no delay between them"),
    PH_REAL_FLAG(params, A_minus, "1", "1.0", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "eligibility that post before pre will take away; negative: leave"),
    PH_RULE_W_MAX(params),
    PH_RULE_BOUNDS(params, "soft"),
};

static const ph_table table = PH_TABLE("stdp_reward_rise", params, keys,
                                       "parameters of stdp_reward_rise");

static const char *check(const void *of)
{
    const params *p = of;
    return p->tau_rise > LONGEST_RISE * p->tau_e ? "tau_rise must be at most 0.95 of tau_e" : NULL;
}

PH_INLINE ph_eligibility use_of(const params *p, int bounds)
{
    return (ph_eligibility){.bounds = bounds,
                            .sign_pre = -1,
                            .rises = 1,
                            .scale = p->tau_e / (p->tau_e - p->tau_rise)};
}

PH_INLINE int visit_lanes(const ph_rule_context *c, const ph_visit *v, int bounds)
{
    return ph_eligibility_visit(c, v, use_of(c->params, bounds));
}

PH_VISIT_WITH_BOUNDS(visit, params, visit_lanes)

static void rest(const ph_rule_context *c, const ph_rest *r)
{
    const params *p = c->params;
    ph_eligibility_rest(c, r, use_of(p, p->bounds));
}

const ph_rule ph_rule_stdp_reward_rise = {
    .base = {"stdp_reward_rise",
             "eligibility STDP that a neuromodulator gates after a delay (Yagishita et al. 2014, "
             "doi 10.1126/science.1255514)",
             &table},
    .n_states = 2,
    .states = {"eligibility_decay", "eligibility_rise"},
    .pre = {"tau_plus", NULL},
    .post = {"tau_minus", NULL},
    .decays = {"tau_e", "tau_rise", NULL},
    .gates = {{"learning_rate", "tau_e"}, {"learning_rate", "tau_rise"}},
    .sampled = {"A_plus", "A_minus", NULL},
    .local = 1,
    .w_max = "w_max",
    .check = check,
    .visit = visit,
    .rest = rest,
};
