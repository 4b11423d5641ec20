/* SPDX-License-Identifier: Apache-2.0 */
/* Outcomes that are told apart, played without a brain: who is told, for how long, what is paid to
 * an animal that is sated, extinction. */
#include "task_player.h"

#include "task/bandit.h"
#include "task/tasks.h"

#define CHANNELS (PH_CUE_CHANNELS + 2 * 2) /* before the outcomes' */

static ph_action actions[] = {{{"left", NULL}, {.span = {0, 0, 40}}},
                              {{"right", NULL}, {.span = {0, 40, 40}}}};
static ph_action cells[] = {{{"right", NULL}, {.span = {2, 0, 20}}},
                            {{"left", NULL}, {.span = {2, 20, 20}}}};
static ph_arm arms[] = {{{"left", NULL}, 0.5}, {{"right", NULL}, 1}};
static ph_sated sated[] = {{{"right", NULL}, 0}};

static ph_bandit_params parameters(double level)
{
    sated[0].level = level;
    return (ph_bandit_params){
        .choice = {.stimulus = {.target = {.span = {1, 0, 100}}, .receptor = "exc", .weight = 1,
                                .rate = 40, .indegree = 20, .fraction = 0.1, .part = 1},
                   .actor = {.actions = {2, actions},
                             .efference = {.duration = 30, .exc_receptor = "exc",
                                           .inh_receptor = "inh", .exc_weight = 1,
                                           .inh_weight = 1, .exc_rate = 500, .inh_rate = 2000}},
                   .outcomes = {.cells = {2, cells}, .sated = {1, sated}, .duration = 30,
                                .exc_receptor = "exc", .inh_receptor = "inh", .exc_weight = 1,
                                .inh_weight = 2, .exc_rate = 800, .inh_rate = 1000},
                   .trial = {.cue = 100, .choose_from = 20, .choose_at = 60, .reward_after = 25,
                             .pause = 50}},
        .arms = {2, arms}, .walk = {.min = 0.1, .max = 0.9}};
}

/* Counts the beats in which each outcome's cells are told of it, and notes their satiety. */
typedef struct listener {
    int action;
    int told[2];
    float sated[2];
} listener;

static int listen(void *context, int trial, const float *channels)
{
    listener *l = context;
    for (int a = 0; a < 2 && trial < PLAYED_MAX; a++) {
        l->told[a] += channels[CHANNELS + 2 * a] > 0;
        l->sated[a] = channels[CHANNELS + 2 * a + 1];
    }
    return l->action;
}

static int paid(const ph_bandit_params *p, listener *l, int trials, played *out)
{
    player animal = {.type = &ph_task_bandit, .params = p, .seed = 3, .animal = listen,
                     .animal_context = l, .n_channels = 1};
    play_once(animal, trials, out);
    int n = 0;
    for (int i = 0; i < out->n; i++)
        n += out->reward[i] > 0;
    return n;
}

static void what_comes_is_told_to_its_own_cells(void)
{
    static played out;
    ph_bandit_params p = parameters(0);
    for (int action = 0; action < 2; action++) {
        listener l = {.action = action};
        int n = paid(&p, &l, 200, &out);
        CU_ASSERT(action ? n == 200 : n > 50 && n < 150);
        CU_ASSERT_EQUAL(l.told[action], 6 * n); /* 30 ms of 5 ms beats */
        CU_ASSERT_EQUAL(l.told[1 - action], 0);
        CU_ASSERT(l.sated[0] == 0 && l.sated[1] == 0);
    }
}

static void satiety_is_told_and_lowers_what_is_paid(void)
{
    static played out;
    ph_bandit_params p = parameters(0.75);
    listener l = {.action = 1};
    CU_ASSERT_EQUAL(paid(&p, &l, 20, &out), 20);
    for (int i = 0; i < out.n; i++)
        CU_ASSERT(out.reward[i] == 0.25 && out.trials[i].reward == 0.25F);
    CU_ASSERT(l.sated[0] == 0 && l.sated[1] == 0.75F && l.told[1] == 120);
    l = (listener){.action = 0};
    paid(&p, &l, 20, &out);
    for (int i = 0; i < out.n; i++)
        CU_ASSERT(out.reward[i] == 0 || out.reward[i] == 1);
    p.choice.outcomes.cells.count = 0; /* nobody to tell: it pays less all the same */
    l = (listener){.action = 1};
    CU_ASSERT(paid(&p, &l, 20, &out) == 20 && out.reward[0] == 0.25);
    CU_ASSERT(l.told[1] == 0 && l.sated[1] == 0);
}

static void nothing_comes_in_extinction(void)
{
    static played out;
    ph_bandit_params p = parameters(0);
    listener l = {.action = 1};
    p.choice.reward = PH_CHOICE_NONE;
    CU_ASSERT_EQUAL(paid(&p, &l, 50, &out), 0);
    CU_ASSERT(out.n == 50 && l.told[0] == 0 && l.told[1] == 0);
}

static void cells_have_the_rates_of_their_action(void)
{
    ph_task_layout layout = {.n_inputs = 0};
    ph_bandit_params p = parameters(0);
    float channels[CHANNELS + 4] = {0}, rate[3];
    CU_ASSERT_EQUAL(ph_task_bandit.layout(&p, &layout), PH_OK);
    CU_ASSERT(layout.n_inputs == 9 && layout.n_channels == CHANNELS + 4);
    CU_ASSERT(layout.inputs[5].span.first == 0 && layout.inputs[7].span.first == 20);
    CU_ASSERT(layout.inputs[5].weight == 1 && layout.inputs[6].weight == 2);
    channels[CHANNELS] = 1;        /* left's outcome is tasted ... */
    channels[CHANNELS + 3] = 0.5F; /* ... by one half sated with right's */
    static const float expected[] = {0, 500, 800, 0};
    for (int input = 5; input < 9; input++) {
        ph_task_bandit.rates(&p, 1, input, channels, 0, 1, 3, rate);
        CU_ASSERT(rate[0] == expected[input - 5] && rate[2] == rate[0]);
    }
    channels[PH_CUE_CHANNELS] = 1; /* the actor's inputs are still its own */
    ph_task_bandit.rates(&p, 1, 1, channels, 0, 1, 3, rate);
    CU_ASSERT_EQUAL(rate[1], 500);
}

static void bad_outcomes_are_refused(void)
{
    ph_action stranger[] = {{{"up", NULL}, {.span = {2, 0, 20}}}};
    ph_sated unknown[] = {{{"up", NULL}, 1}};
    for (int bad = 0; bad < 4; bad++) {
        ph_task_layout layout = {.n_inputs = 0};
        ph_bandit_params p = parameters(0);
        if (bad == 0)
            p.choice.outcomes.cells = (ph_map){1, stranger};
        if (bad == 1)
            p.choice.outcomes.sated = (ph_map){1, unknown};
        if (bad == 2)
            p.choice.outcomes.exc_weight = NAN;
        if (bad == 3)
            p.choice.outcomes.inh_weight = NAN;
        CU_ASSERT_EQUAL(ph_task_bandit.layout(&p, &layout), PH_CONFIG);
    }
}

int main(void)
{
    static const suite_test tests[] = {
        {"what comes is told to its own cells", what_comes_is_told_to_its_own_cells},
        {"satiety is told and lowers what is paid", satiety_is_told_and_lowers_what_is_paid},
        {"nothing comes in extinction", nothing_comes_in_extinction},
        {"cells have the rates of their action", cells_have_the_rates_of_their_action},
        {"bad outcomes are refused", bad_outcomes_are_refused},
    };
    return suite_run("task_outcomes", tests, (int)(sizeof tests / sizeof tests[0]));
}
