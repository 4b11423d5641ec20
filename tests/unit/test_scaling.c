/* SPDX-License-Identifier: Apache-2.0 */
/* Homeostatic factors from period to period against a fine integration of their equations, and sums
 * over the synapses of a target as a rule is given them. */
#include "suite.h"

#include "plasticity/rules.h"
#include "plasticity/scaling.h"
#include "plasticity/targets.h"

#include <math.h>

static void a_factor_follows_its_law(void)
{
    ph_scaling_constants c = {.rate = 5, .tau = 100e3, .tau_rate = 10e3, .min = 0.1, .max = 3};
    ph_scaling *scaling = NULL;
    CU_ASSERT_EQUAL_FATAL(ph_scaling_create(2, &c, &scaling), PH_OK);
    double f[2] = {1, 1}, r[2] = {5, 5};
    for (int second = 0; second < 150; second++) {
        int32_t spikes[2] = {second < 60 ? 12 : 1, 0}; /* too lively, then too quiet; silent */
        ph_scaling_follow(scaling, spikes, 1000);
        for (int ms = 0; ms < 1000; ms++)
            for (int i = 0; i < 2; i++) {
                r[i] += (spikes[i] - r[i]) / c.tau_rate;
                f[i] = fmin(fmax(f[i] + f[i] * (1 - r[i] / c.rate) / c.tau, c.min), c.max);
            }
        /* The factor goes by the rate at the end of a period: 1 s of 10 s late at most. */
        CU_ASSERT_DOUBLE_EQUAL(scaling->rate[0], r[0], 1e-3 * r[0]);
        CU_ASSERT_DOUBLE_EQUAL(scaling->factor[0], f[0], 0.02 * f[0]);
        CU_ASSERT_DOUBLE_EQUAL(scaling->factor[1], f[1], 0.02 * f[1]);
    }
    CU_ASSERT(scaling->factor[0] < 0.9 && scaling->factor[1] == 3);
    ph_scaling_destroy(&scaling);
}

/* A state that takes on the sum, and a level that is the number of its call. */
static ph_real take_sum(const ph_rule_context *context, double sum, double ms, int resting,
                        double *state)
{
    (void)context, (void)ms, (void)resting;
    *state = sum;
    return (ph_real)sum;
}

static void a_period_goes_by_the_sum_of_the_one_before(void)
{
    const ph_rule rule = {.follow = take_sum};
    const ph_rule_context context = {.w_max = 4, .h = 0.1};
    ph_targets *targets = NULL;
    CU_ASSERT_EQUAL_FATAL(ph_targets_create(3, 100, &targets), PH_OK);
    for (ph_step begin = 0; begin < 1000; begin += 100) {
        ph_targets_turn(targets);
        ph_targets_begin(targets, &rule, &context, begin);
        double before = begin > 0 ? (double)(begin / 100 - 1) : 0;
        CU_ASSERT_DOUBLE_EQUAL(targets->state[2], 3 * before, 1e-7);
        for (int k = 0; k < 3; k++)
            ph_targets_add(targets, 2, (double)(begin / 100));
        /* Across the beginning of the period: 40 steps of the level before, 30 of this one. */
        if (begin >= 100) {
            double level[2] = {begin >= 200 ? 3 * (before - 1) : 0, 3 * before};
            ph_levels seen = ph_targets_levels(targets, begin + 30);
            double now = (double)seen.now[2], old = (double)seen.before[2];
            CU_ASSERT_DOUBLE_EQUAL(70 * ph_level_between(seen.age, now, old, 70, 0),
                                   40 * level[0] + 30 * level[1], 1e-4);
            CU_ASSERT_DOUBLE_EQUAL(ph_level_between(seen.age, now, old, 60, 35), level[0], 1e-6);
            CU_ASSERT_EQUAL(ph_targets_levels(targets, begin + 100).now, seen.now);
            CU_ASSERT_DOUBLE_EQUAL(ph_level_between(100, now, old, 90, 0), level[1], 1e-6);
        }
        CU_ASSERT_EQUAL(targets->state[0], 0);
    }
    ph_targets_destroy(&targets);
}

/* Three projections onto two neurons, and one of another rule. */
static void cells_have_one_sum_for_all_projections_of_a_rule(void)
{
    const ph_rule rule = {.follow = take_sum};
    const ph_rule_context context = {.h = 0.1};
    ph_targets *of[4] = {NULL};
    for (int k = 0; k < 4; k++)
        CU_ASSERT_EQUAL_FATAL(ph_targets_create(2, 100, &of[k]), PH_OK);
    ph_targets_share(of[0], of[1]);
    ph_targets_share(of[0], of[2]);
    for (ph_step begin = 0; begin < 500; begin += 100) {
        for (int k = 0; k < 4; k++)
            ph_targets_turn(of[k]);
        for (int k = 0; k < 4; k++) {
            ph_targets_begin(of[k], &rule, &context, begin);
            double parts = k < 3 ? 1 + 2 + 3 : 4; /* of the period before */
            CU_ASSERT_DOUBLE_EQUAL(of[k]->state[0], parts * (double)begin, 1e-6);
            CU_ASSERT_EQUAL(of[k]->state[1], 0);
            ph_targets_add(of[k], 0, (k + 1) * (double)(begin + 100));
        }
    }
    for (int k = 0; k < 4; k++)
        ph_targets_destroy(&of[k]);
}

int main(void)
{
    static const suite_test tests[] = {
        {"a factor follows its law", a_factor_follows_its_law},
        {"a period goes by the sum of the one before", a_period_goes_by_the_sum_of_the_one_before},
        {"cells have one sum for all projections of a rule",
         cells_have_one_sum_for_all_projections_of_a_rule},
    };
    return suite_run("scaling", tests, (int)(sizeof tests / sizeof tests[0]));
}
