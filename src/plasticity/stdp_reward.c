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

#include "plasticity/eligibility.h"

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
    PH_RULE_W_MAX(params),
    PH_RULE_BOUNDS(params, "soft"),
};

static const ph_table table = PH_TABLE("stdp_reward", params, keys,
                                       "parameters of stdp_reward; lazily evaluated");

PH_INLINE int visit_lanes(const ph_rule_context *c, const ph_visit *v, int bounds)
{
    const ph_eligibility use = {.bounds = bounds, .sign_pre = -1};
    return ph_eligibility_visit(c, v, use);
}

PH_VISIT_WITH_BOUNDS(visit, params, visit_lanes)

static void rest(const ph_rule_context *c, const ph_rest *r)
{
    const params *p = c->params;
    ph_eligibility_rest(c, r, (ph_eligibility){.bounds = p->bounds});
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
    .local = 1,
    .w_max = "w_max",
    .visit = visit,
    .rest = rest,
};
