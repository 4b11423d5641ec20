/* SPDX-License-Identifier: Apache-2.0 */
/* Sums and slow states of postsynaptic neurons, period by period. */
#include "plasticity/targets.h"

#include "base/memory.h"

#include <string.h>

ph_status ph_targets_create(int n, ph_step period, ph_targets **out)
{
    ph_targets *targets;
    PH_ALLOC(targets, 1);
    *out = targets;
    targets->n = n;
    targets->period = period;
    targets->next = targets;
    PH_ALLOC(targets->sum, n);
    PH_ALLOC(targets->before, n);
    PH_ALLOC(targets->state, n);
    PH_ALLOC(targets->level, n * PH_TARGET_PERIODS);
    PH_ALLOC(targets->rest_level, n);
    return PH_OK;
}

void ph_targets_destroy(ph_targets **targets)
{
    if (!*targets)
        return;
    ph_free((*targets)->sum);
    ph_free((*targets)->before);
    ph_free((*targets)->state);
    ph_free((*targets)->level);
    ph_free((*targets)->rest_level);
    ph_free(*targets);
    *targets = NULL;
}

void ph_targets_clear_sums(ph_targets *targets)
{
    memset(targets->sum, 0, (size_t)targets->n * sizeof *targets->sum);
}

void ph_targets_share(ph_targets *a, ph_targets *b)
{
    ph_targets *next = a->next;
    a->next = b->next;
    b->next = next;
}

void ph_targets_turn(ph_targets *targets)
{
    int64_t *sum = targets->sum;
    targets->sum = targets->before;
    targets->before = sum;
    ph_targets_clear_sums(targets);
}

static double sum_of_all(const ph_targets *targets, int i)
{
    int64_t sum = targets->before[i];
    for (const ph_targets *t = targets->next; t != targets; t = t->next)
        sum += t->before[i];
    return (double)sum * PH_SUM_QUANTUM;
}

static void follow(ph_targets *targets, const ph_rule *rule, const ph_rule_context *context,
                   double ms, int resting, ph_real *level)
{
    for (int i = 0; i < targets->n; i++)
        level[i] =
            rule->follow(context, sum_of_all(targets, i), ms, resting, &targets->state[i]);
}

void ph_targets_begin(ph_targets *targets, const ph_rule *rule, const ph_rule_context *context,
                      ph_step begin)
{
    ph_step number = begin / targets->period % PH_TARGET_PERIODS;
    follow(targets, rule, context, (double)targets->period * context->h, 0,
           targets->level + number * targets->n);
}

void ph_targets_begin_rest(ph_targets *targets, const ph_rule *rule,
                           const ph_rule_context *context, double ms)
{
    follow(targets, rule, context, ms, 1, targets->rest_level);
}

void ph_targets_end_rest(ph_targets *targets)
{
    for (ph_step k = 0; k < PH_TARGET_PERIODS; k++)
        memcpy(targets->level + k * targets->n, targets->rest_level,
               (size_t)targets->n * sizeof *targets->level);
}
