/* SPDX-License-Identifier: Apache-2.0 */
/* The navigation task, played without a brain: fields of place cells and movement against closed
 * forms in libm, walls, and the course of its trials. */
#include "suite.h"

#include "task/navigation.h"
#include "task/tasks.h"

#include <math.h>
#include <string.h>

#define HEADINGS 40
#define STEP 10 /* of a beat of 1 ms */

static ph_maze_place places[] = {{{"north_east", NULL}, 1.5, 1.5, 0.3},
                                 {{"south_west", NULL}, -1.5, -1.5, 0.3}};

static ph_navigation_params parameters(void)
{
    return (ph_navigation_params){
        .half_side = 2, .bounce = 0.01, .places = {2, places}, .goal = "north_east",
        .place_cells = {.target = {.text = "r.place", .span = {0, 0, 121}}, .receptor = "exc",
                        .weight = 1, .rate = 400, .width = 0.4},
        .headings = {.cells = {.text = "r.heading", .span = {1, 0, HEADINGS}}, .tau_rise = 20,
                     .tau_decay = 50, .speed = 0.08},
        .alert = {.target = {.text = "r.LC", .span = {2, 0, 1}}, .receptor = "exc", .weight = 1,
                  .rate = 20000, .duration = 1},
        .trial = {.timeout = 2000, .stay = 300, .pause = 200}};
}

/* --- fields and movement ---------------------------------------------------------------------- */

static void place_cells_have_their_fields(void)
{
    static const double at[][2] = {{0, 0}, {1.5, -0.37}, {-1.999, 1.2}, {2, 2}};
    ph_navigation_params p = parameters();
    for (int k = 0; k < 4; k++)
        for (int first = 0; first < 3; first++) {
            float rate[41];
            int n = (121 - first + 2) / 3;
            ph_maze_rates(&p, at[k][0], at[k][1], first, 3, n, rate);
            for (int j = 0; j < n; j++) {
                int i = first + 3 * j;
                double d = hypot(at[k][0] - (-2 + 0.4 * (i % 11)), at[k][1] - (-2 + 0.4 * (i / 11)));
                double expected = 400 * exp(-d * d / 0.16);
                CU_ASSERT_DOUBLE_EQUAL((double)rate[j], d > sqrt(12) * 0.4 ? 0 : expected,
                                       1e-4 + 1e-6 * expected);
            }
        }
}

/* What one spike of each of the headings given moves the animal by in the end. */
static void moved_by(const int *headings, int n, double *x, double *y)
{
    ph_navigation_params p = parameters();
    ph_maze_animal animal;
    ph_maze_enter(&p, &animal);
    for (int t = 0; t < 3000; t++) {
        int64_t counts[HEADINGS] = {0};
        for (int k = 0; k < n && t == 0; k++)
            counts[headings[k]]++;
        ph_maze_move(&p, 1, counts, &animal);
    }
    *x = animal.x;
    *y = animal.y;
}

static void spikes_move_the_animal_along_their_headings(void)
{
    /* Sums of exp(-k / tau) over k = 0, 1, ... ms */
    double sum = (1 / (1 - exp(-1 / 50.0)) - 1 / (1 - exp(-1 / 20.0))) / 30;
    for (int i = 0; i < HEADINGS; i++) {
        double x, y, opposite = (i + HEADINGS / 2) % HEADINGS;
        moved_by(&i, 1, &x, &y);
        CU_ASSERT_DOUBLE_EQUAL(x, 0.08 / HEADINGS * sum * sin(2 * M_PI * i / HEADINGS), 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(y, 0.08 / HEADINGS * sum * cos(2 * M_PI * i / HEADINGS), 1e-12);
        int both[] = {i, (int)opposite};
        moved_by(both, 2, &x, &y);
        CU_ASSERT(hypot(x, y) < 1e-12);
    }
}

static void walls_set_the_animal_back(void)
{
    ph_navigation_params p = parameters();
    ph_maze_animal animal;
    int64_t counts[HEADINGS] = {0}, none[HEADINGS] = {0};
    ph_maze_enter(&p, &animal);
    counts[10] = 5; /* east */
    double farthest = 0;
    for (int t = 0; t < 1000; t++) {
        ph_maze_move(&p, 1, counts, &animal);
        farthest = fmax(farthest, animal.x);
    }
    CU_ASSERT(farthest > 1.98 && farthest < 2.02);
    for (int t = 0; t < 1000; t++)
        ph_maze_move(&p, 1, none, &animal);
    CU_ASSERT(animal.x < 2 && animal.x > 1.9 && fabs(animal.y) < 1e-9);
}

/* --- trials ----------------------------------------------------------------------------------- */

typedef struct played {
    ph_trial trials[10];
    int n, done;
    int outcome_beat[10]; /* from the begin of the trial */
    double reward[10];
    int seen_beats[10], alert_beats[10];
    double latency[10];   /* as the channels show it: beats until the goal's disc is entered */
} played;

/* The same heading spikes all the time, while the animal sees where it is. */
static void play(const ph_navigation_params *p, int heading, int64_t trials, played *out)
{
    void *state = NULL;
    float channels[PH_MAZE_CHANNELS] = {0};
    memset(out, 0, sizeof *out);
    CU_ASSERT_EQUAL_FATAL(ph_task_navigation.open(p, 1, &state), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_task_navigation.begin_phase(state, p, trials, 0), PH_OK);
    for (int t = 0, since = 0; t < 60000 && !out->done && out->n < 10; t++, since++) {
        int64_t counts[HEADINGS] = {0};
        int n = out->n, seen = channels[PH_MAZE_SEEN] > 0;
        if (heading >= 0 && seen)
            counts[heading] = 1;
        ph_task_beat beat = {.step = t * STEP, .beat_ms = 1, .counts = counts,
                             .channels = channels};
        CU_ASSERT_EQUAL_FATAL(ph_task_navigation.beat(state, &beat), PH_OK);
        out->seen_beats[n] += channels[PH_MAZE_SEEN] > 0;
        out->alert_beats[n] += channels[PH_MAZE_ALERT] > 0;
        if (beat.outcome) {
            out->outcome_beat[n] = since;
            out->reward[n] = beat.reward;
        }
        if (beat.n_trials) {
            out->trials[out->n++] = beat.trial;
            since = -1;
        }
        out->done = beat.done;
    }
    ph_task_navigation.close(&state);
}

static void who_walks_to_the_goal_is_rewarded(void)
{
    ph_navigation_params p = parameters();
    played run;
    play(&p, 5, 3, &run); /* north-east */
    CU_ASSERT_EQUAL_FATAL(run.n, 3);
    CU_ASSERT(run.done);
    /* Nearly .002 per ms, after the filter has risen: from the middle to the disc's edge. */
    double least = (1.5 * M_SQRT2 - 0.3) / 0.002;
    for (int k = 0; k < 3; k++) {
        const ph_trial *t = &run.trials[k];
        CU_ASSERT(t->correct == 1 && t->action == 0 && t->stimulus == 0 && t->reward == 1);
        CU_ASSERT((double)t->latency > least && (double)t->latency < least + 120);
        CU_ASSERT_EQUAL(run.outcome_beat[k], (int)t->latency + 300);
        CU_ASSERT_EQUAL(run.reward[k], 1);
        CU_ASSERT_EQUAL(run.seen_beats[k], (int)t->latency);
        CU_ASSERT_EQUAL(run.alert_beats[k], 1);
    }
    /* One after the other, each as long as its way, the stay and the pause. */
    double length = (double)run.trials[0].latency + 300 + 200 + 1;
    CU_ASSERT_EQUAL(run.trials[1].step, (ph_step)length * STEP);
}

static void who_does_not_is_taken_out_in_time(void)
{
    ph_navigation_params p = parameters();
    played run;
    play(&p, -1, 2, &run);
    CU_ASSERT_EQUAL_FATAL(run.n, 2);
    for (int k = 0; k < 2; k++) {
        const ph_trial *t = &run.trials[k];
        CU_ASSERT(t->correct == 0 && t->action == -1 && t->reward == 0 && isnan(t->latency));
        CU_ASSERT_EQUAL(run.outcome_beat[k], 2000);
        CU_ASSERT_EQUAL(run.reward[k], 0);
        CU_ASSERT_EQUAL(run.seen_beats[k], 2000);
    }
}

/* The goal has moved: the former one is told in the row, and pays nothing. */
static void a_place_on_the_way_is_told(void)
{
    ph_navigation_params p = parameters();
    played run;
    p.goal = "south_west";
    play(&p, 5, 1, &run);
    CU_ASSERT_EQUAL_FATAL(run.n, 1);
    CU_ASSERT(run.trials[0].stimulus == 1 && run.trials[0].action == 0);
    CU_ASSERT(run.trials[0].correct == 0 && run.reward[0] == 0);
    CU_ASSERT_EQUAL(run.outcome_beat[0], 2000);
    play(&p, 25, 1, &run);
    CU_ASSERT(run.trials[0].action == 1 && run.trials[0].correct == 1);
}

/* Any place ends the trial, which is paid by the number of the trial and by nothing else. */
static void an_independent_reward_is_a_coin(void)
{
    ph_navigation_params p = parameters();
    played run, other;
    int paid = 0;
    p.reward = PH_MAZE_INDEPENDENT;
    play(&p, 5, 10, &run);
    p.goal = "south_west";
    play(&p, 5, 10, &other);
    CU_ASSERT(run.n == 10 && other.n == 10);
    for (int i = 0; i < 10; i++) {
        CU_ASSERT(run.trials[i].correct == 1 && other.trials[i].correct == 0);
        CU_ASSERT(other.trials[i].action == 0 && other.trials[i].latency < 2000);
        CU_ASSERT_EQUAL(run.reward[i], other.reward[i]);
        paid += run.reward[i] > 0;
    }
    CU_ASSERT(paid > 0 && paid < 10);
}

static void the_layout_reads_each_heading(void)
{
    static ph_task_layout layout;
    ph_navigation_params p = parameters();
    p.headings.cells.span = (ph_span){1, 8, HEADINGS};
    CU_ASSERT_EQUAL(ph_task_navigation.layout(&p, &layout), PH_OK);
    CU_ASSERT(layout.n_readouts == HEADINGS && layout.n_inputs == 2 && layout.n_actions == 2);
    for (int i = 0; i < HEADINGS; i++)
        CU_ASSERT(layout.readouts[i].first == 8 + i && layout.readouts[i].count == 1);
    p.goal = "north";
    CU_ASSERT_EQUAL(ph_task_navigation.layout(&p, &layout), PH_CONFIG);
}

int main(void)
{
    static const suite_test tests[] = {
        {"place cells have their fields", place_cells_have_their_fields},
        {"spikes move the animal along their headings",
         spikes_move_the_animal_along_their_headings},
        {"walls set the animal back", walls_set_the_animal_back},
        {"who walks to the goal is rewarded", who_walks_to_the_goal_is_rewarded},
        {"who does not is taken out in time", who_does_not_is_taken_out_in_time},
        {"a place on the way is told", a_place_on_the_way_is_told},
        {"an independent reward is a coin", an_independent_reward_is_a_coin},
        {"the layout reads each heading", the_layout_reads_each_heading},
    };
    return suite_run("navigation", tests, (int)(sizeof tests / sizeof tests[0]));
}
