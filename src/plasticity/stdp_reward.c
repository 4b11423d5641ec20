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

#include "plasticity/gate.h"
#include "plasticity/history.h"
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

/* w after the interval [t0, t1] in which e decays and the gate is open. */
static inline ph_real integrate(const ph_rule_context *c, const params *p, ph_real w, ph_real e,
                                ph_step t0, ph_step t1)
{
    double dw = c->w_max * (double)e * 1e-3 * ph_gate_integral(c->gate, t0, t1);
    return ph_bounded(w, dw, c->w_max, p->bounds);
}

static void visit(const ph_rule_context *c, const ph_visit *v)
{
    const params *p = c->params;
    const ph_decay *decay_x = c->decay[0], *decay_y = c->decay[1], *decay_e = c->decay[2];
    ph_step dendritic = c->dendritic;
    for (int i = 0; i < v->n; i++) {
        const ph_train *train = &v->history->trains[v->target[i]];
        ph_real w = v->w[i], e = v->state[0][i];
        ph_step t = v->last;
        uint32_t j = ph_train_from(train, v->last - dendritic);
        for (; j < train->count; j++) {
            ph_step post = ph_train_post(train, j)->step + dendritic;
            if (post >= v->arrival)
                break;
            w = integrate(c, p, w, e, t, post);
            e *= ph_decay_factor(decay_e, post - t);
            e += (ph_real)ph_sampled_at(c->sampled[0], post) * v->x *
                 ph_decay_factor(decay_x, post - v->last);
            t = post;
        }
        w = integrate(c, p, w, e, t, v->arrival);
        e *= ph_decay_factor(decay_e, v->arrival - t);
        if (v->is_spike && j > 0) {
            const ph_post *post = ph_train_post(train, j - 1);
            ph_step since = v->arrival - (post->step + dendritic);
            e -= (ph_real)ph_sampled_at(c->sampled[1], v->arrival) * post->y *
                 ph_decay_factor(decay_y, since);
        }
        v->w[i] = w;
        v->state[0][i] = ph_flushed(e);
    }
}

const ph_rule ph_rule_stdp_reward = {
    .base = {"stdp_reward",
             "eligibility STDP gated by a neuromodulator (Izhikevich 2007, "
             "doi 10.1093/cercor/bhl152)",
             &table},
    .n_states = 1,
    .states = {"eligibility"},
    .decays = {"tau_plus", "tau_minus", "tau_e", NULL},
    .gate = "learning_rate",
    .sampled = {"A_plus", "A_minus", NULL},
    .w_max = "w_max",
    .visit = visit,
};
