/* SPDX-License-Identifier: Apache-2.0 */
/* Familiar and novel cues, played without a brain: who is shown when and how often, who is paid. */
#include "task_player.h"

#include "task/novelty.h"
#include "task/tasks.h"

#include <stdlib.h>

#define Z 4.0 /* deviations: one of 16,000 intervals fails by chance, and none with these seeds */

static ph_novelty_params parameters(void)
{
    return (ph_novelty_params){
        .stimulus = {.target = {.span = {0, 0, 100}}, .receptor = "exc", .weight = 1, .rate = 40,
                     .indegree = 20, .fraction = 0.1, .part = 1, .sequence = {0, 1000, 100, 30}},
        .familiar = 4, .novel_share = 0.5, .repeats = 1, .together = 1, .paying = 0.3,
        .amount = 2, .trial = {.cue = 100, .reward_after = 50, .pause = 50}};
}

static player novelty(const ph_novelty_params *p, uint64_t seed)
{
    return (player){.type = &ph_task_novelty, .params = p, .seed = seed,
                    .n_channels = PH_CUE_CHANNELS};
}

static int is_novel(const ph_trial *t)
{
    CU_ASSERT_EQUAL(t->context, t->stimulus >= PH_CUE_NOVEL);
    CU_ASSERT(t->context || (t->stimulus >= 0 && t->stimulus < 4));
    return t->context;
}

/* How often a cue was shown before. */
static int before(const played *out, int trial)
{
    int n = 0;
    for (int i = 0; i < trial; i++)
        n += out->trials[i].stimulus == out->trials[trial].stimulus;
    return n;
}

static void one_shot_cues_never_come_again(void)
{
    static played out[3];
    float channels[PH_TASK_CHANNELS] = {0};
    ph_novelty_params p = parameters(), familiarise = p;
    familiarise.novel_share = 0;
    player animal = novelty(&p, 1);
    player_open(&animal);
    player_phase(&animal, &familiarise, 0, 40, channels, &out[0]);
    player_phase(&animal, &p, 1, 1000, channels, &out[1]);
    player_phase(&animal, &p, 2, 300, channels, &out[2]);
    animal.type->close(&animal.state);
    for (int i = 0; i < 40; i++)
        CU_ASSERT(!is_novel(&out[0].trials[i]) && out[0].trials[i].block == i / 4);
    int n = 0, familiar[4] = {0};
    for (int i = 0; i < 1000; i++) {
        const ph_trial *t = &out[1].trials[i];
        CU_ASSERT_EQUAL(t->block, before(&out[1], i));
        n += is_novel(t);
        CU_ASSERT(!t->context || t->block == 0);
        if (!t->context)
            familiar[t->stimulus]++;
        for (int k = 0; k < 300 && t->context; k++)
            CU_ASSERT_NOT_EQUAL(out[2].trials[k].stimulus, t->stimulus);
    }
    CU_ASSERT(is_binomial(n, 1000, 0.5, Z));
    for (int c = 0; c < 4; c++)
        CU_ASSERT(abs(familiar[c] - (1000 - n) / 4) <= 1); /* each once in a block */
}

static void repeated_cues_come_in_sets(void)
{
    static played out;
    ph_novelty_params p = parameters();
    p.repeats = 3;
    p.together = 5;
    play_once(novelty(&p, 2), 1000, &out);
    int n = 0, moved = 0;
    for (int i = 0; i < 1000; i++) {
        const ph_trial *t = &out.trials[i];
        if (!is_novel(t))
            continue;
        int number = t->stimulus - PH_CUE_NOVEL; /* of the first phase */
        CU_ASSERT_EQUAL(number / 5, n / 15);
        CU_ASSERT(t->block == before(&out, i) && t->block == n / 5 % 3);
        moved += number % 5 != n % 5;
        n++;
    }
    CU_ASSERT(is_binomial(moved, n, 0.8, Z)); /* the order of a round is random */
    p.together = 1;
    play_once(novelty(&p, 2), 300, &out);
    n = 0;
    for (int i = 0; i < 300; i++)
        if (is_novel(&out.trials[i]))
            CU_ASSERT_EQUAL(out.trials[i].stimulus - PH_CUE_NOVEL, n++ / 3);
}

static void paid_cues_are_always_paid_and_others_never(void)
{
    static played out;
    ph_novelty_params p = parameters();
    p.familiar = 100;
    play_once(novelty(&p, 3), 3000, &out);
    int novel = 0, paid = 0, familiar = 0;
    for (int i = 0; i < out.n; i++) {
        const ph_trial *t = &out.trials[i];
        CU_ASSERT(out.reward[i] == (double)t->reward && (t->reward == 0 || t->reward == 2));
        CU_ASSERT_EQUAL(t->p_reward, t->reward / 2);
        CU_ASSERT(t->action == -1 && t->correct == 0);
        novel += t->context;
        paid += t->context && t->reward > 0;
        familiar += !t->context && t->block == 0 && t->reward > 0;
        for (int k = 0; k < i && !t->context; k++)
            if (out.trials[k].stimulus == t->stimulus)
                CU_ASSERT_EQUAL(out.trials[k].reward, t->reward);
    }
    CU_ASSERT(is_binomial(paid, novel, 0.3, Z));
    CU_ASSERT(is_binomial(familiar, 100, 0.3, Z));
    p.familiar = 4;
    p.novel_share = 0;
    p.reward = PH_NOVELTY_INDEPENDENT;
    play_once(novelty(&p, 3), 2000, &out);
    int of[4] = {0};
    for (int i = 0; i < out.n; i++)
        of[out.trials[i].stimulus] += out.reward[i] > 0;
    for (int c = 0; c < 4; c++)
        CU_ASSERT(is_binomial(of[c], 500, 0.3, Z));
}

static void what_is_shown_does_not_tell_who_is_paid(void)
{
    static played one, other;
    ph_novelty_params p = parameters(), q = parameters();
    q.paying = 0.9;
    q.amount = -1;
    q.reward = PH_NOVELTY_INDEPENDENT;
    play_once(novelty(&p, 5), 300, &one);
    play_once(novelty(&q, 5), 300, &other);
    CU_ASSERT_EQUAL(one.shown, other.shown);
    play_once(novelty(&p, 5), 300, &other);
    CU_ASSERT(one.shown == other.shown && !memcmp(one.reward, other.reward, sizeof one.reward));
    play_once(novelty(&p, 6), 300, &other);
    CU_ASSERT_NOT_EQUAL(one.shown, other.shown);
}

int main(void)
{
    static const suite_test tests[] = {
        {"one-shot cues never come again", one_shot_cues_never_come_again},
        {"repeated cues come in sets", repeated_cues_come_in_sets},
        {"paid cues are always paid and others never", paid_cues_are_always_paid_and_others_never},
        {"what is shown does not tell who is paid", what_is_shown_does_not_tell_who_is_paid},
    };
    return suite_run("task_novelty", tests, (int)(sizeof tests / sizeof tests[0]));
}
