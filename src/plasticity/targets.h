/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule keeps for each postsynaptic neuron: a sum over its synapses, formed by their sweeps,
 * and slow states (proteins) that follow it from period to period. In a period every synapse is
 * swept once, so the sum of a period is complete when it ends; it is what the next period goes by.
 * Sums are of integers, so that their order is free. Each projection onto the neurons has its own
 * parts of the sums and its own states; the states follow the sums of all projections that have the
 * rule, as a cell's proteins serve all of its synapses. */
#ifndef PHASIC_PLASTICITY_TARGETS_H
#define PHASIC_PLASTICITY_TARGETS_H

#include <phasic/plasticity.h>
#include <phasic/status.h>
#include <phasic/types.h>

#include "base/isa.h"

#define PH_TARGET_PERIODS 4 /* levels kept: visits reach back by less than one period */
#define PH_SUM_QUANTUM 0x1p-30 /* of a part of a sum, a pure number */

struct ph_targets {
    int n;               /* neurons */
    ph_step period;      /* steps of a period */
    int64_t *sum;        /* n: of this period so far, quanta of PH_SUM_QUANTUM */
    int64_t *before;     /* n: of the period before */
    struct ph_targets *next; /* the ring of all that share the neurons and the rule */
    double *state;       /* n: the slow state at the beginning of this period */
    ph_real *level;      /* by period (modulo PH_TARGET_PERIODS) and neuron: mean of the state */
    ph_real *rest_level; /* n: mean of the state over a step of a rest phase */
};

/** @brief All zero. Not collective. @param n neurons @param period steps */
ph_status ph_targets_create(int n, ph_step period, ph_targets **targets);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_targets_destroy(ph_targets **targets);

/** @brief Have the states of both follow the sums of both, and of all that share with either.
 *  Not collective. @param a,b of the same neurons and rule */
void ph_targets_share(ph_targets *a, ph_targets *b);

/** @brief End a period, or a step of a rest: the sum formed so far is complete, and another begins.
 *  To be done for all that share before one of them begins the next. Not collective. */
void ph_targets_turn(ph_targets *targets);

/** @brief Begin the period that begins with a step: the sums that are complete are what the states
 *  follow in it. Not collective. @param begin multiple of the period */
void ph_targets_begin(ph_targets *targets, const ph_rule *rule, const ph_rule_context *context,
                      ph_step begin);

/** @brief Begin the sums anew. Not collective. */
void ph_targets_clear_sums(ph_targets *targets);

/** @brief Begin a step of a rest phase. Not collective. @param ms its length */
void ph_targets_begin_rest(ph_targets *targets, const ph_rule *rule,
                           const ph_rule_context *context, double ms);

/** @brief After a rest: the sum of its last step is what is known until a period has ended.
 *  Not collective. */
void ph_targets_end_rest(ph_targets *targets);

/** @brief Add a synapse's part to the sum of its target. Not collective. @param part pure number */
static inline void ph_targets_add(ph_targets *targets, int target, double part)
{
    targets->sum[target] += (int64_t)(part / PH_SUM_QUANTUM);
}

/* Levels as a visit sees them: it reaches back by less than a period. */
typedef struct ph_levels {
    const ph_real *now, *before; /* of the arrival's period and of the one before, by target */
    int32_t age;                 /* when the arrival's period began, in steps before it */
} ph_levels;

/** @brief The levels of a visit. Not collective. @param arrival within the present period, or its
 *  end */
static inline ph_levels ph_targets_levels(const ph_targets *targets, ph_step arrival)
{
    ph_step number = arrival > 0 ? (arrival - 1) / targets->period : 0;
    ph_step before = (number + PH_TARGET_PERIODS - 1) % PH_TARGET_PERIODS;
    return (ph_levels){
        .now = targets->level + number % PH_TARGET_PERIODS * targets->n,
        .before = targets->level + before * targets->n,
        .age = (int32_t)(arrival - number * targets->period),
    };
}

/** @brief Mean of a target's level from one age to another, ages as in ph_lanes. Not collective.
 *  @param age of the levels @param now,before the target's levels @param from > to, or equal: 0 */
PH_INLINE double ph_level_between(int32_t age, double now, double before, int32_t from, int32_t to)
{
    int32_t begin = from < age ? from : age, end = to < age ? to : age;
    double all = from > to ? from - to : 1;
    return (now * (begin - end) + before * ((from - begin) - (to - end))) / all;
}

#endif
