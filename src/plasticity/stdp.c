/* SPDX-License-Identifier: Apache-2.0 */
/* Pair-based STDP with all-to-all traces.
 *
 * S. Song, K. D. Miller, L. F. Abbott, Nat Neurosci 3:919 (2000); traces as in A. Morrison,
 * M. Diesmann, W. Gerstner, Biol Cybern 98:459 (2008):
 *     x' = -x / tau_plus,   x += 1 at a presynaptic arrival
 *     y' = -y / tau_minus,  y += 1 at a postsynaptic spike
 *     dw = learning_rate w_max A_plus x   at a postsynaptic spike
 *     dw = -learning_rate w_max A_minus y at a presynaptic arrival
 * Soft bounds multiply an increase by (1 - w / w_max) and a decrease by w / w_max. At equal steps
 * the arrival comes first, then the postsynaptic spike. */
#include "plasticity/rules.h"

#include "plasticity/history.h"
#include "plasticity/sampled.h"

typedef struct params {
    double tau_plus, tau_minus; /* ms */
    double learning_rate;       /* pure number */
    double A_plus, A_minus;     /* pure numbers */
    double w_max;               /* in the unit of the weight */
    int bounds;                 /* PH_BOUNDS_* */
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
    PH_REAL(params, w_max, "pA|nS", NULL, 0, 1e9, "largest weight"),
    PH_CHOICE(params, bounds, ph_bounds_choices, "hard",
              "how the weight is kept within 0 and w_max"),
};

static const ph_table table = PH_TABLE("stdp", params, keys, "parameters of stdp");

static void visit(const ph_rule_context *c, const ph_visit *v)
{
    const params *p = c->params;
    const ph_decay *decay_x = c->decay[0], *decay_y = c->decay[1];
    ph_step dendritic = c->dendritic;
    for (int i = 0; i < v->n; i++) {
        if (i < v->n_ahead)
            __builtin_prefetch(v->ahead[i], 1);
        const ph_train *train = &v->history->trains[v->target[i]];
        ph_real w = v->w[i];
        ph_step last = v->arrival - v->interval[i];
        uint32_t j = ph_train_from(train, last - dendritic);
        for (; j < train->count; j++) {
            ph_step post = train->posts[j].step + dendritic;
            if (post >= v->arrival)
                break;
            double x = (double)(v->x[i] * ph_decay_factor(decay_x, post - last));
            double dw = ph_sampled_at(c->sampled[0], post) * ph_sampled_at(c->sampled[1], post) * x;
            w = ph_bounded(w, dw * c->w_max, c->w_max, p->bounds);
        }
        if (v->is_spike && j > 0) {
            const ph_post *post = &train->posts[j - 1];
            ph_step since = v->arrival - (post->step + dendritic);
            double y = (double)(post->y * ph_decay_factor(decay_y, since));
            double dw = -ph_sampled_at(c->sampled[0], v->arrival) *
                        ph_sampled_at(c->sampled[2], v->arrival) * y;
            w = ph_bounded(w, dw * c->w_max, c->w_max, p->bounds);
        }
        v->w[i] = w;
    }
}

const ph_rule ph_rule_stdp = {
    .base = {"stdp", "pair-based STDP, all-to-all (Song et al. 2000, Morrison et al. 2008)",
             &table},
    .n_states = 0,
    .decays = {"tau_plus", "tau_minus", NULL},
    .sampled = {"learning_rate", "A_plus", "A_minus", NULL},
    .w_max = "w_max",
    .visit = visit,
};
