/* SPDX-License-Identifier: Apache-2.0 */
/* What a run has still to go, by hand, and what that means for the job that it is in. */
#include "suite.h"

#include "base/clock.h"
#include "cli/registries.h"
#include "config/read.h"
#include "sim/internal.h"

#include <math.h>
#include <stdio.h>

#define H 0.1             /* ms */
#define S(x) ((ph_step)((x) * 1e4)) /* steps of x seconds */
#define NIGHT_S (8 * 3600.0)

static ph_tree *tree;
static ph_brain *brain;
static int64_t trials_done[16];

/* A run of these phases that has just begun. */
static ph_sim begin(const char *config, const char *phases)
{
    ph_status status = ph_config_load(config, &phases, 1, &tree);
    if (status == PH_OK)
        status = ph_brain_create(tree, ph_registries(), &brain);
    if (status != PH_OK)
        fprintf(stderr, "%s\n", ph_error_message());
    CU_ASSERT_EQUAL_FATAL(status, PH_OK);
    for (int p = 0; p < 16; p++)
        trials_done[p] = 0;
    return (ph_sim){.brain = brain, .h = H, .n_correct = trials_done, .end = INT64_MAX,
                    .stop_at = INT64_MAX, .begun_at = ph_clock()};
}

static void end(void)
{
    ph_brain_destroy(&brain);
    ph_tree_destroy(&tree);
}

static void expect(const ph_sim *sim, double stepped_s, double rested_s)
{
    ph_left left = ph_sim_left(sim);
    CU_ASSERT_DOUBLE_EQUAL(left.stepped_s, stepped_s, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(left.rested_s, rested_s, 1e-6);
}

static const char nights[] = "phases={learn: {duration: 50 s}, n1: {rest: true, duration: 8 h}, "
                             "recall: {duration: 1 s}, n2: {rest: true, duration: 8 h}, "
                             "later: {duration: 2 s}}";
static const char one[] = "tests/fixtures/one_neuron.yaml";

/* Two seconds of wall time for one that is stepped, and four for a night. */
static void rests_take_no_steps(void)
{
    ph_sim sim = begin(one, nights);
    expect(&sim, 53, 2 * NIGHT_S);
    CU_ASSERT(isnan(ph_sim_left_wall_s(&sim)));
    sim.step = S(25);
    sim.begun_at = ph_clock() - 50;
    expect(&sim, 28, 2 * NIGHT_S);
    CU_ASSERT_DOUBLE_EQUAL(ph_sim_left_wall_s(&sim), 56, 1); /* nothing is known of nights */
    sim.phase = 2;
    sim.step = S(50.5);
    sim.phase_begin = S(50);
    sim.rested = S(NIGHT_S);
    sim.rest_s = 4;
    sim.begun_at = ph_clock() - 105;
    expect(&sim, 2.5, NIGHT_S);
    CU_ASSERT_DOUBLE_EQUAL(ph_sim_left_wall_s(&sim), 9, 0.5);
    /* Resumed after the first night: what was before tells nothing of this process. */
    sim.first_step = S(50);
    sim.first_rested = S(NIGHT_S);
    sim.rest_s = 0;
    sim.begun_at = ph_clock() - 3;
    CU_ASSERT_DOUBLE_EQUAL(ph_sim_left_wall_s(&sim), 2.5 * 6, 0.5);
    end();
}

/* --until and --stop-at are times of the run, rests included. */
static void limits(void)
{
    ph_sim sim = begin(one, nights);
    sim.step = S(20);
    sim.end = S(30);
    expect(&sim, 10, 0);
    sim.end = S(3650);
    expect(&sim, 30, 3600);
    sim.stop_at = S(22);
    expect(&sim, 2, 0);
    sim.stop_at = S(1e6);
    sim.end = INT64_MAX;
    expect(&sim, 33, 2 * NIGHT_S);
    sim.phase = 2;
    sim.step = S(50.5);
    sim.phase_begin = S(50);
    sim.rested = S(NIGHT_S);
    sim.stop_at = S(50.75 + NIGHT_S);
    expect(&sim, 0.25, 0);
    end();
}

/* As long as those that are over, of which phases with a duration are no part. */
static void trials_take_as_long_as_trials(void)
{
    /* learn and omit are the file's */
    ph_sim sim = begin("tests/fixtures/tasks/conditioning.yaml",
                       "phases={learn: {trials: 10}, omit: {trials: 20}, pause: {duration: 30 s, "
                       "task: false}, night: {rest: true, duration: 8 h}, test: {trials: 5}}");
    CU_ASSERT(isnan(ph_sim_left(&sim).stepped_s));
    sim.end = S(100);
    expect(&sim, 100, 0);
    sim.end = INT64_MAX;
    sim.step = S(12);
    trials_done[0] = 4;
    expect(&sim, (6 + 20 + 5) * 3 + 30, NIGHT_S);
    trials_done[0] = 10;
    trials_done[1] = 20;
    sim.phase = 2;
    sim.phase_begin = S(90);
    sim.step = S(100);
    expect(&sim, 20 + 5 * 3, NIGHT_S);
    sim.phase = 4;
    sim.phase_begin = S(120);
    sim.step = S(123);
    sim.rested = S(NIGHT_S);
    trials_done[4] = 1;
    expect(&sim, 4 * 3, 0);
    /* 2 s of the night took steps. */
    sim.phase_begin = S(122);
    sim.step = S(125);
    sim.rested = S(NIGHT_S - 2);
    expect(&sim, 4 * 3, 0);
    end();
}

/* --- the job's end ---------------------------------------------------------------------------- */

/* Ten minutes of which so many seconds are left. */
static ph_job_end ends_in(double s)
{
    return (ph_job_end){.at = ph_clock() + s, .began = ph_clock() + s - 600};
}

static void asked_twice(void)
{
    int leave = 0;
    ph_job_end e = ends_in(70);
    CU_ASSERT_EQUAL(ph_job_end_ask(&e, 0, 1e4, &leave), 0);
    e = ends_in(50);
    CU_ASSERT_EQUAL(ph_job_end_ask(&e, 0, 1e4, &leave), 1);
    CU_ASSERT_EQUAL(leave, 1);
    /* It fits: a checkpoint, and on. */
    leave = 0;
    e = ends_in(50);
    CU_ASSERT_EQUAL(ph_job_end_ask(&e, 0, 40, &leave), 1);
    CU_ASSERT_EQUAL(ph_job_end_ask(&e, 0, 1e4, &leave), 0);
    CU_ASSERT_EQUAL(leave, 0);
    /* And later: it fits still, or not, or nobody knows. */
    const double left[] = {20, 1e4, NAN};
    for (int i = 0; i < 3; i++) {
        leave = 0;
        e = ends_in(25);
        e.asked = 1;
        CU_ASSERT_EQUAL(ph_job_end_ask(&e, 0, left[i], &leave), i > 0);
        CU_ASSERT_EQUAL(leave, i > 0);
        CU_ASSERT_EQUAL(ph_job_end_ask(&e, 0, 1e4, &leave), 0);
    }
    e.at = NAN;
    CU_ASSERT_EQUAL(ph_job_end_ask(&e, 0, 1e4, &leave), 0);
}

/* What writing is expected to take counts until one has been written. */
static void writing_takes_time(void)
{
    int leave = 0;
    ph_job_end e = ends_in(150);
    e.write_s = 50;
    CU_ASSERT_EQUAL(ph_job_end_ask(&e, 1, 1e4, &leave), 0);
    CU_ASSERT_EQUAL(ph_job_end_ask(&e, 0, 1e4, &leave), 1);
    e = ends_in(290); /* never more than half of the run's time */
    CU_ASSERT_EQUAL(ph_job_end_ask(&e, 1e6, 1e4, &leave), 1);
    e = ends_in(310);
    CU_ASSERT_EQUAL(ph_job_end_ask(&e, 1e6, 1e4, &leave), 0);
}

static void warned_once(void)
{
    ph_job_end e = ends_in(595);
    CU_ASSERT_EQUAL(ph_job_end_warns(&e, 1e4), 0);
    e = ends_in(500);
    CU_ASSERT_EQUAL(ph_job_end_warns(&e, NAN), 0);
    CU_ASSERT_EQUAL(ph_job_end_warns(&e, 400), 0);
    CU_ASSERT_EQUAL(ph_job_end_warns(&e, 600), 1);
    CU_ASSERT_EQUAL(ph_job_end_warns(&e, 600), 0);
}

static const suite_test tests[] = {{"rests take no steps", rests_take_no_steps},
                                   {"limits", limits},
                                   {"trials", trials_take_as_long_as_trials},
                                   {"asked twice", asked_twice},
                                   {"writing takes time", writing_takes_time},
                                   {"warned once", warned_once}};

int main(void)
{
    return suite_run("left", tests, (int)(sizeof tests / sizeof *tests));
}
