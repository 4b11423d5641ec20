/* SPDX-License-Identifier: Apache-2.0 */
/* The length of a run, foretold: durations, trials, rests and --until. */
#include "suite.h"

#include "cli/length.h"
#include "cli/registries.h"
#include "config/read.h"

#include <math.h>
#include <stdio.h>

static ph_length length_of(const char *config, const char *const *sets, int n, double until_ms)
{
    ph_tree *tree = NULL;
    ph_brain *brain = NULL;
    ph_length length = {0};
    ph_status status = ph_config_load(config, sets, n, &tree);
    if (status == PH_OK)
        status = ph_brain_create(tree, ph_registries(), &brain);
    if (status == PH_OK)
        status = ph_length_of(brain, until_ms, &length);
    if (status != PH_OK)
        fprintf(stderr, "%s\n", ph_error_message());
    CU_ASSERT_EQUAL(status, PH_OK);
    ph_brain_destroy(&brain);
    ph_tree_destroy(&tree);
    return length;
}

static void durations(void)
{
    const char *sets[] = {"phases={a: {duration: 3 s}, b: {duration: 500 ms}}"};
    ph_length l = length_of("tests/fixtures/one_neuron.yaml", sets, 1, NAN);
    CU_ASSERT_DOUBLE_EQUAL(l.stepped_s, 3.5, 1e-9);
    CU_ASSERT_EQUAL(l.at_most, 0);
    l = length_of("tests/fixtures/one_neuron.yaml", sets, 1, 3200);
    CU_ASSERT_DOUBLE_EQUAL(l.stepped_s, 3.2, 1e-9);
    l = length_of("tests/fixtures/one_neuron.yaml", sets, 1, 1e6);
    CU_ASSERT_DOUBLE_EQUAL(l.stepped_s, 3.5, 1e-9);
}

/* A rest is simulated until all is silent, a few seconds; then it goes in steps of a minute. --until
 * may end within it. */
static void rests(void)
{
    const char *sets[] = {
        "phases={a: {duration: 2 s}, night: {rest: true, duration: 8 h}, b: {duration: 1 s}}"};
    ph_length l = length_of("tests/fixtures/one_neuron.yaml", sets, 1, NAN);
    double settling_s = l.stepped_s - 3;
    CU_ASSERT(settling_s > 0 && settling_s < 5);
    CU_ASSERT_DOUBLE_EQUAL(l.rested_s, 28800 - settling_s, 1e-6);
    CU_ASSERT_EQUAL(l.rest_steps, 480);
    l = length_of("tests/fixtures/one_neuron.yaml", sets, 1, 3600e3);
    CU_ASSERT_DOUBLE_EQUAL(l.stepped_s, 2 + settling_s, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(l.rested_s, 3598 - settling_s, 1e-6);
    CU_ASSERT_EQUAL(l.rest_steps, 60);
}

/* Trials of 100 ms of cue, the outcome 200 ms after its end, and a pause of 100 ms, in two phases of
 * four; the run's own trials are no longer (tests/invariance/tasks.sh runs them). */
static void trials(void)
{
    const char *sets[] = {"task.trial.pause_jitter=0 ms"};
    ph_length l = length_of("tests/fixtures/tasks/conditioning.yaml", sets, 1, NAN);
    CU_ASSERT_DOUBLE_EQUAL(l.stepped_s, 8 * 0.4, 8 * 0.011);
    CU_ASSERT_EQUAL(l.at_most, 1);
    double whole = l.stepped_s;
    l = length_of("tests/fixtures/tasks/conditioning.yaml", sets, 1, 1000);
    CU_ASSERT_DOUBLE_EQUAL(l.stepped_s, 1, 1e-9);
    const char *more[] = {sets[0], "phases.learn.trials=12"};
    l = length_of("tests/fixtures/tasks/conditioning.yaml", more, 2, NAN);
    CU_ASSERT_DOUBLE_EQUAL(l.stepped_s, 2 * whole, 0.02);
}

static const suite_test tests[] = {
    {"durations", durations}, {"rests", rests}, {"trials", trials}};

int main(void)
{
    return suite_run("length", tests, (int)(sizeof tests / sizeof *tests));
}
