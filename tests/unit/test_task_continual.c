/* SPDX-License-Identifier: Apache-2.0 */
/* The continual task, played without a brain: which cues are shown and paid, and that what is shown
 * does not tell what is right. */
#include "task_player.h"

#include "task/continual.h"
#include "task/tasks.h"

static ph_action action_items[] = {{{"left", NULL}, {.span = {0, 0, 40}}},
                                   {{"right", NULL}, {.span = {0, 40, 40}}},
                                   {{"up", NULL}, {.span = {0, 80, 40}}}};

static ph_continual_params parameters(int actions)
{
    return (ph_continual_params){
        .choice = {.stimulus = {.target = {.span = {1, 0, 100}}, .receptor = "exc", .weight = 1,
                                .rate = 40, .indegree = 20, .fraction = 0.1, .part = 1,
                                .sequence = {0, 1000, 100, 30}},
                   .actor = {.actions = {actions, action_items},
                             .efference = {.duration = 30, .exc_receptor = "exc",
                                           .inh_receptor = "inh", .exc_weight = 1,
                                           .inh_weight = 1, .exc_rate = 500, .inh_rate = 2000}},
                   .trial = {.cue = 100, .choose_from = 20, .choose_at = 60, .reward_after = 25,
                             .pause = 50}},
        .cues = 3, .first = 0, .shown = 1, .turn = 1};
}

static player continual(const ph_continual_params *p, uint64_t seed)
{
    return (player){.type = &ph_task_continual, .params = p, .seed = seed,
                    .n_channels = PH_CUE_CHANNELS};
}

/* Knows what is right by its own reading of the cue that is seen. */
static int informed(void *context, int trial, const float *channels)
{
    (void)trial;
    const ph_continual_params *p = context;
    int cue = (int)channels[PH_SLOT_CUE] - 1, n = p->choice.actor.actions.count;
    if (cue < 0)
        return -1;
    int set = cue / (int)p->cues, place = cue - set * (int)p->cues;
    return (place + set * (int)p->turn) % n;
}

static void every_cue_of_the_sets_shown_comes_once_in_a_block(void)
{
    static played out;
    ph_continual_params p = parameters(3);
    p.first = 2;
    p.shown = 2;
    play_once(continual(&p, 5), 600, &out);
    int same = 0;
    for (int i = 0; i < out.n; i += 6) {
        int seen = 0;
        for (int k = i; k < i + 6; k++) {
            CU_ASSERT_EQUAL(out.trials[k].context, out.trials[k].stimulus / 3);
            seen |= 1 << out.trials[k].stimulus;
        }
        CU_ASSERT_EQUAL(seen, 0xFC0); /* 6 to 11 */
        same += out.trials[i].stimulus == out.trials[0].stimulus;
    }
    CU_ASSERT(is_binomial(same, 100, 1 / 6.0, 4));
}

static void the_same_answers_are_paid_in_another_order_in_each_set(void)
{
    static played out;
    for (int actions = 2; actions <= 3; actions++)
        for (int turn = 0; turn < 3; turn++) {
            ph_continual_params p = parameters(actions);
            p.shown = 5;
            p.turn = turn;
            player animal = continual(&p, 1);
            animal.animal = informed;
            animal.animal_context = &p;
            play_once(animal, 300, &out);
            for (int i = 0; i < out.n; i++)
                CU_ASSERT(out.trials[i].correct == 1 && out.reward[i] == 1 &&
                          out.trials[i].p_better == 1);
        }
}

static void what_is_wrong_is_not_paid(void)
{
    static played out;
    ph_continual_params p = parameters(2), q = p;
    q.turn = 0; /* the animal's belief: true in every other set */
    p.shown = 4;
    player animal = continual(&p, 1);
    animal.animal = informed;
    animal.animal_context = &q;
    play_once(animal, 240, &out);
    for (int i = 0; i < out.n; i++) {
        int is_even = out.trials[i].context % 2 == 0;
        CU_ASSERT(out.reward[i] == is_even && out.trials[i].correct == is_even);
        CU_ASSERT(out.trials[i].p_reward == (float)is_even);
    }
    p.choice.reward = PH_CHOICE_INDEPENDENT;
    play_once(animal, 240, &out);
    int paid = 0;
    for (int i = 0; i < out.n; i++)
        paid += out.reward[i] > 0;
    CU_ASSERT(is_binomial(paid, 240, 0.5, 4));
}

static void a_cue_of_a_set_is_the_same_in_every_phase(void)
{
    static played one, other;
    float channels[PH_TASK_CHANNELS] = {0};
    ph_continual_params p = parameters(2), q = p;
    q.first = 1;
    q.shown = 2;
    player animal = continual(&p, 3);
    player_open(&animal);
    player_phase(&animal, &p, 0, 6, channels, &one);
    player_phase(&animal, &q, 1, 60, channels, &other);
    animal.type->close(&animal.state);
    for (int i = 0; i < one.n; i++)
        CU_ASSERT(one.trials[i].stimulus < 3 && one.trials[i].better == one.trials[i].stimulus % 2);
    for (int i = 0; i < other.n; i++)
        CU_ASSERT(other.trials[i].stimulus >= 3 && other.trials[i].stimulus < 9);
}

static void what_is_shown_does_not_tell_what_is_right(void)
{
    static played one, other;
    ph_continual_params p = parameters(2), q = p;
    q.turn = 0;
    p.first = q.first = 1;
    play_once(continual(&p, 9), 100, &one);
    play_once(continual(&q, 9), 100, &other);
    CU_ASSERT_EQUAL(one.shown, other.shown);
    CU_ASSERT_NOT_EQUAL(one.trials[0].better, other.trials[0].better);
}

static void bad_sets_are_refused(void)
{
    ph_task_layout layout = {.n_inputs = 0};
    ph_continual_params p = parameters(2);
    CU_ASSERT_EQUAL(ph_task_continual.layout(&p, &layout), PH_OK);
    CU_ASSERT(layout.n_inputs == 5 && layout.n_channels == PH_CUE_CHANNELS + 4);
    CU_ASSERT(layout.n_readouts == 2 && layout.n_actions == 2);
    layout = (ph_task_layout){.n_inputs = 0};
    p.cues = 500;
    p.shown = 3;
    CU_ASSERT_EQUAL(ph_task_continual.layout(&p, &layout), PH_CONFIG);
    layout = (ph_task_layout){.n_inputs = 0};
    p = parameters(1);
    CU_ASSERT_EQUAL(ph_task_continual.layout(&p, &layout), PH_CONFIG);
}

int main(void)
{
    static const suite_test tests[] = {
        {"every cue of the sets shown comes once in a block",
         every_cue_of_the_sets_shown_comes_once_in_a_block},
        {"the same answers are paid in another order in each set",
         the_same_answers_are_paid_in_another_order_in_each_set},
        {"what is wrong is not paid", what_is_wrong_is_not_paid},
        {"a cue of a set is the same in every phase", a_cue_of_a_set_is_the_same_in_every_phase},
        {"what is shown does not tell what is right", what_is_shown_does_not_tell_what_is_right},
        {"bad sets are refused", bad_sets_are_refused},
    };
    return suite_run("task_continual", tests, (int)(sizeof tests / sizeof tests[0]));
}
