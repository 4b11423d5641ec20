/* SPDX-License-Identifier: Apache-2.0 */
/* A plasticity rule: a postsynaptic spike strengthens what has just been active, and every arrival
 * costs a toll.
 *     x' = -x / tau,  x += 1 at a presynaptic arrival
 *     dw = learning_rate w_max x       at a postsynaptic spike
 *     dw = -learning_rate w_max toll   at a presynaptic arrival
 * A synapse is visited when a spike of its source arrives, or when it is swept; it then catches up
 * over the postsynaptic spikes since. */
#include "types.h"

typedef struct params {
    double tau;           /* ms */
    double learning_rate; /* pure number */
    double toll;          /* pure number */
    double w_max;         /* in the unit of the weight */
    int bounds;           /* PH_BOUNDS_* */
} params;

static const ph_param keys[] = {
    PH_REAL(params, tau, "ms", "20 ms", 0.1, 1e4, "time constant of the presynaptic trace x"),
    /* Any receptor may move it; its value at the event counts. */
    PH_REAL_FLAG(params, learning_rate, "1", "0.01", -10, 10, PH_PARAM_MODULATED_SAMPLED,
                 "change of w / w_max by a pair at no delay"),
    PH_REAL(params, toll, "1", "0.1", 0, 10, "what an arrival costs, in pairs at no delay"),
    PH_RULE_W_MAX(params),
    PH_RULE_BOUNDS(params, "hard"),
};
static const ph_table table = PH_TABLE("hebb_toll", params, keys, "parameters of hebb_toll");

static void visit(const ph_rule_context *c, const ph_visit *v)
{
    const params *p = c->params;
    for (int i = 0; i < v->n; i++) {
        ph_posts posts = ph_visit_posts(c, v, i);
        for (int k = 0; k < posts.n; k++) {
            ph_post post = ph_posts_at(c, &posts, k);
            double dw = ph_sampled_value(c->sampled[0], post.step) *
                        ph_visit_x(c, v, i, post.step);
            v->w[i] = ph_bounded(v->w[i], dw * c->w_max, c->w_max, p->bounds);
        }
        if (v->kind != PH_VISIT_SPIKE)
            continue;
        double dw = -ph_sampled_value(c->sampled[0], v->arrival) * p->toll;
        v->w[i] = ph_bounded(v->w[i], dw * c->w_max, c->w_max, p->bounds);
    }
}

const ph_rule hebb_toll = {
    .base = {"hebb_toll", "pairs strengthen, every arrival costs (examples/embedding)", &table},
    .pre = {"tau", NULL},
    .sampled = {"learning_rate", NULL},
    .w_max = "w_max",
    .visit = visit,
};
