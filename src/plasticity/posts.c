/* SPDX-License-Identifier: Apache-2.0 */
/* A visit as rules outside the library see it, synapse by synapse. Those within it are laid out in
 * lanes instead (plasticity/lanes.h), for speed. */
#include "plasticity/gate.h"
#include "plasticity/history.h"
#include "plasticity/sampled.h"

ph_posts ph_visit_posts(const ph_rule_context *context, const ph_visit *visit, int i)
{
    int target = visit->target[i];
    const ph_train *train = &visit->history->trains[target];
    ph_step now = visit->arrival - context->dendritic;
    uint32_t first = ph_train_from(train, now - visit->interval[i]);
    return (ph_posts){.n = (int)(ph_train_from(train, now) - first),
                      .history = visit->history,
                      .target = target,
                      .first = first};
}

ph_post ph_posts_at(const ph_rule_context *context, const ph_posts *posts, int k)
{
    const ph_train *train = &posts->history->trains[posts->target];
    uint32_t j = posts->first + (uint32_t)k;
    return (ph_post){.step = train->steps[j] + context->dendritic,
                     .y = (double)ph_train_y(train, j),
                     .y_two = train->y_two ? (double)train->y_two[j] : 0,
                     .gate = ph_train_gate(train, j)};
}

double ph_visit_y(const ph_rule_context *context, const ph_visit *visit, int i)
{
    int target = visit->target[i];
    const ph_train *train = &visit->history->trains[target];
    ph_step now = visit->arrival - context->dendritic;
    uint32_t end = ph_train_from(train, now);
    if (end == 0 || !context->post[0])
        return end > 0;
    double y = (double)ph_train_y(train, end - 1) *
               (double)ph_decay_factor(context->post[0], now - train->steps[end - 1]);
    return context->is_gated ? y * (double)ph_history_gate(visit->history, target) : y;
}

double ph_visit_x(const ph_rule_context *context, const ph_visit *visit, int i, ph_step step)
{
    ph_step last = visit->arrival - visit->interval[i];
    return (double)(visit->x[0][i] * ph_decay_factor(context->pre[0], step - last));
}

double ph_decay_left(const ph_decay *decay, ph_step n)
{
    return (double)ph_decay_factor(decay, n);
}

double ph_sampled_value(const ph_sampled *sampled, ph_step step)
{
    return ph_sampled_at(sampled, step);
}

double ph_gate_between(const ph_gate *gate, ph_step t0, ph_step t1)
{
    return ph_gate_integral(gate, t0, t1);
}
