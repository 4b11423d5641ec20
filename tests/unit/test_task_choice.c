/* SPDX-License-Identifier: Apache-2.0 */
/* Reversal and bandit, played without a brain: schedules against their definition, probabilities by
 * binomial intervals, drift, controls, and that what is shown does not tell the rule. */
#include "task_player.h"

#include "task/bandit.h"
#include "task/reversal.h"
#include "task/tasks.h"

#define Z 4.0 /* deviations: one of 16,000 intervals fails by chance, and none with these seeds */

static ph_action action_items[] = {{{"left", NULL}, {.span = {0, 0, 40}}},
                                   {{"right", NULL}, {.span = {0, 40, 40}}},
                                   {{"up", NULL}, {.span = {0, 80, 40}}}};

static ph_choice_params choice(int actions)
{
    return (ph_choice_params){
        .stimulus = {.target = {.span = {1, 0, 100}}, .receptor = "exc", .weight = 1, .rate = 40,
                     .indegree = 20, .fraction = 0.1, .part = 1, .sequence = {0, 1000, 100, 30}},
        .actor = {.actions = {actions, action_items},
                  .efference = {.duration = 30, .exc_receptor = "exc", .inh_receptor = "inh",
                                .exc_weight = 1, .inh_weight = 1, .exc_rate = 500,
                                .inh_rate = 2000}},
        .distractor = {.duration = 60},
        .trial = {.cue = 100, .choose_from = 20, .choose_at = 60, .reward_after = 25,
                  .pause = 50}};
}

static ph_reversal_params parameters(void)
{
    return (ph_reversal_params){.choice = choice(2), .cues = 1, .p_better = 0.8, .p_worse = 0.3,
                                .reversals = {.of = 10}, .outliers = {.length = 1}};
}

static player reversal(const ph_reversal_params *p, uint64_t seed)
{
    return (player){.type = &ph_task_reversal, .params = p, .seed = seed,
                    .n_channels = PH_CUE_CHANNELS};
}

/* Always the same action. */
static int stubborn(void *context, int trial, const float *channels)
{
    (void)trial, (void)channels;
    return *(const int *)context;
}

static player always(player p, int *action)
{
    p.animal = stubborn;
    p.animal_context = action;
    return p;
}

/* --- reversal --------------------------------------------------------------------------------- */

static void actions_are_paid_by_their_probability(void)
{
    static played out;
    int left = 0, n[2] = {0}, paid[2] = {0};
    ph_reversal_params p = parameters();
    p.reversals.every = 10;
    play_once(always(reversal(&p, 1), &left), 2000, &out);
    for (int i = 0; i < out.n; i++) {
        const ph_trial *t = &out.trials[i];
        CU_ASSERT(t->action == 0 && t->latency == 60);
        CU_ASSERT_EQUAL(t->correct, t->better == 0);
        CU_ASSERT(t->p_better == 0.8F && t->p_reward == (t->correct ? 0.8F : 0.3F));
        CU_ASSERT(out.reward[i] == (double)t->reward && (t->reward == 0 || t->reward == 1));
        CU_ASSERT(t->is_volatile == 1 && t->outlier == 0 && t->distractor == -1);
        n[t->correct]++;
        paid[t->correct] += out.reward[i] > 0;
    }
    CU_ASSERT(n[0] == 1000 && n[1] == 1000);
    CU_ASSERT(is_binomial(paid[1], n[1], 0.8, Z) && is_binomial(paid[0], n[0], 0.3, Z));
}

static void the_first_rule_is_the_seeds_and_stays_without_reversals(void)
{
    static played out;
    float channels[PH_TASK_CHANNELS] = {0};
    ph_reversal_params p = parameters(), q = p;
    q.p_better = 1;
    int left = 0;
    for (int seed = 0; seed < 200; seed++) {
        player animal = reversal(&p, (uint64_t)seed);
        player_open(&animal);
        player_phase(&animal, &p, 0, 3, channels, &out);
        int better = out.trials[0].better;
        left += better == 0;
        player_phase(&animal, &q, 1, 5, channels, &out);
        for (int i = 0; i < out.n; i++)
            CU_ASSERT(out.trials[i].better == better && out.trials[i].block == 0);
        CU_ASSERT_EQUAL(out.trials[0].is_volatile, 0);
        animal.type->close(&animal.state);
    }
    CU_ASSERT(is_binomial(left, 200, 0.5, Z));
}

/* Lengths of the blocks that are whole. @return how many */
static int blocks_of(const played *out, int *length)
{
    int n = 0, begin = 0;
    for (int i = 1; i < out->n; i++) {
        if (out->trials[i].block == out->trials[i - 1].block)
            continue;
        CU_ASSERT_EQUAL(out->trials[i].block, out->trials[i - 1].block + 1);
        CU_ASSERT_NOT_EQUAL(out->trials[i].better, out->trials[i - 1].better);
        length[n++] = i - begin;
        begin = i;
    }
    return n;
}

static void volatile_blocks_have_their_lengths(void)
{
    static played out, again;
    static int length[PLAYED_MAX];
    ph_reversal_params p = parameters();
    p.reversals = (ph_reversals){.every = 20, .jitter = 5, .of = 10};
    play_once(reversal(&p, 4), 3000, &out);
    play_once(reversal(&p, 4), 3000, &again);
    CU_ASSERT(!memcmp(out.reward, again.reward, sizeof out.reward) && out.shown == again.shown);
    int n = blocks_of(&out, length), shortest = 0, longest = 0;
    double sum = 0;
    for (int b = 0; b < n; b++) {
        CU_ASSERT(length[b] >= 15 && length[b] <= 25);
        shortest += length[b] == 15;
        longest += length[b] == 25;
        sum += length[b];
    }
    CU_ASSERT_DOUBLE_EQUAL(sum / n, 20, 4 * sqrt(10.0 / n));
    CU_ASSERT(is_binomial(shortest, n, 1 / 11.0, Z) && is_binomial(longest, n, 1 / 11.0, Z));
    p.reversals.jitter = 0;
    play_once(reversal(&p, 4), 200, &out);
    n = blocks_of(&out, length);
    CU_ASSERT_EQUAL(n, 9);
    for (int b = 0; b < n; b++)
        CU_ASSERT_EQUAL(length[b], 20);
}

/* Stays with what was paid, leaves what was not; sees its own rewards in what was played. */
typedef struct memory {
    const played *out;
    int trial, action;
} memory;

static int win_stay(void *context, int trial, const float *channels)
{
    (void)channels;
    memory *m = context;
    if (trial > m->trial && m->out->reward[trial - 1] == 0)
        m->action = 1 - m->action;
    m->trial = trial;
    return m->action;
}

static void a_criterion_reverses_what_is_learned(void)
{
    static played out;
    static int length[PLAYED_MAX];
    ph_reversal_params p = parameters();
    p.p_better = 1;
    p.p_worse = 0;
    p.reversals = (ph_reversals){.right = 8, .of = 10};
    memory m = {&out, 0, 0};
    player animal = reversal(&p, 2);
    animal.animal = win_stay;
    animal.animal_context = &m;
    play_once(animal, 200, &out);
    int n = blocks_of(&out, length);
    CU_ASSERT(n > 20);
    for (int b = 1; b < n; b++)
        CU_ASSERT_EQUAL(length[b], 9); /* one wrong, eight right */
    play_once(reversal(&p, 2), 200, &out);
    CU_ASSERT_EQUAL(blocks_of(&out, length), 0); /* forced choices are never right */
    p.reversals.every = 50;
    play_once(reversal(&p, 2), 201, &out);
    CU_ASSERT_EQUAL(blocks_of(&out, length), 4);
}

static void cues_share_a_rule_and_come_in_blocks(void)
{
    static played out;
    ph_reversal_params p = parameters();
    p.choice.actor.actions.count = 3;
    p.cues = 4;
    p.reversals.every = 7;
    play_once(reversal(&p, 3), 1200, &out);
    int next[3] = {0};
    for (int i = 0; i < out.n; i++) {
        const ph_trial *t = &out.trials[i];
        int seen = 0;
        for (int k = i / 4 * 4; k < i / 4 * 4 + 4; k++)
            seen |= 1 << out.trials[k].stimulus;
        CU_ASSERT_EQUAL(seen, 15);
        CU_ASSERT_EQUAL(t->better, (t->stimulus + t->context) % 3);
        if (i && t->block != out.trials[i - 1].block)
            next[(t->context - out.trials[i - 1].context + 3) % 3]++;
    }
    CU_ASSERT_EQUAL(next[0], 0);
    CU_ASSERT(is_binomial(next[1], next[1] + next[2], 0.5, Z));
}

static void outliers_pay_as_after_a_reversal(void)
{
    static played out;
    ph_reversal_params p = parameters();
    int left = 0, outliers = 0, starts = 0;
    p.p_better = 1;
    p.p_worse = 0;
    p.outliers = (ph_outliers){.every = 20, .jitter = 3, .length = 2};
    play_once(always(reversal(&p, 2), &left), 1000, &out);
    for (int i = 0; i < out.n; i++) {
        const ph_trial *t = &out.trials[i];
        CU_ASSERT(t->block == 0 && t->better == out.trials[0].better && t->is_volatile == 0);
        CU_ASSERT_EQUAL(out.reward[i], t->outlier ? !t->correct : t->correct);
        CU_ASSERT_EQUAL((double)t->p_reward, out.reward[i]);
        outliers += t->outlier;
        starts += t->outlier && !out.trials[i - 1].outlier;
    }
    CU_ASSERT(outliers == 2 * starts && starts >= 45 && starts <= 55);
}

typedef struct looker {
    int on, first, last, beat, cue_was; /* of the distractor, in beats from the cue's onset */
    int n[5];
    float context;
} looker;

static int look(void *context, int trial, const float *channels)
{
    (void)trial;
    looker *l = context;
    int is_cue = channels[PH_SLOT_CUE] > 0;
    l->beat = is_cue && !l->cue_was ? 0 : l->beat + 1;
    l->cue_was = is_cue;
    if (is_cue)
        l->context = channels[PH_SLOT_CONTEXT];
    if (channels[PH_SLOT_DISTRACTOR] > 0) {
        if (!l->on) {
            l->first = l->beat;
            l->n[(int)channels[PH_SLOT_DISTRACTOR] - PH_CUE_DISTRACTORS - 1]++;
        }
        l->last = l->beat;
    }
    l->on = channels[PH_SLOT_DISTRACTOR] > 0;
    return -1;
}

static void distractors_are_shown_at_their_time_and_mean_nothing(void)
{
    static played out;
    looker l = {0};
    ph_reversal_params p = parameters();
    p.choice.distractor = (ph_distractor){5, 40, 80};
    player animal = reversal(&p, 2);
    animal.animal = look;
    animal.animal_context = &l;
    play_once(animal, 1000, &out);
    CU_ASSERT(l.first == 8 && l.last == 23);
    int better[5] = {0}, shown[5] = {0}, first = out.trials[0].better;
    for (int i = 0; i < out.n; i++) {
        shown[out.trials[i].distractor]++;
        better[out.trials[i].distractor] += out.reward[i] > 0;
        CU_ASSERT_EQUAL(out.trials[i].better, first);
    }
    for (int d = 0; d < 5; d++) {
        CU_ASSERT_EQUAL(l.n[d], shown[d]);
        CU_ASSERT(is_binomial(shown[d], 1000, 0.2, Z));
        CU_ASSERT(is_binomial(better[d], shown[d], 0.55, Z)); /* forced: each action half the time */
    }
}

static void a_context_is_seen_only_where_it_is_shown(void)
{
    static played out;
    ph_reversal_params p = parameters();
    p.reversals.every = 1;
    for (int shown = 0; shown < 2; shown++) {
        looker l = {0};
        p.context = shown;
        player animal = reversal(&p, 2);
        animal.animal = look;
        animal.animal_context = &l;
        for (int n = 1; n < 6; n++) {
            play_once(animal, n, &out);
            CU_ASSERT_EQUAL(l.context,
                            (float)(shown ? PH_CUE_CONTEXTS + out.trials[n - 1].context + 1 : 0));
        }
    }
}

static void what_is_shown_does_not_tell_the_rule(void)
{
    static played one, other;
    ph_reversal_params p = parameters(), q = parameters();
    p.cues = q.cues = 3;
    p.choice.distractor = q.choice.distractor = (ph_distractor){3, 0, 60};
    q.reversals = (ph_reversals){.every = 5, .jitter = 2, .of = 10};
    q.outliers = (ph_outliers){.every = 7, .length = 1};
    q.p_better = 0.6;
    q.p_worse = 0.1;
    play_once(reversal(&p, 9), 200, &one);
    play_once(reversal(&q, 9), 200, &other);
    CU_ASSERT_EQUAL(one.shown, other.shown);
    q.context = 1;
    play_once(reversal(&q, 9), 200, &other);
    CU_ASSERT_NOT_EQUAL(one.shown, other.shown);
}

static void independent_rewards_teach_nothing(void)
{
    static played out;
    ph_reversal_params p = parameters();
    int right = 1, n[2] = {0}, paid[2] = {0};
    p.reversals.every = 10;
    p.choice.reward = PH_CHOICE_INDEPENDENT;
    play_once(always(reversal(&p, 1), &right), 2000, &out);
    for (int i = 0; i < out.n; i++) {
        n[out.trials[i].correct]++;
        paid[out.trials[i].correct] += out.reward[i] > 0;
    }
    CU_ASSERT(is_binomial(paid[0], n[0], 0.55, Z) && is_binomial(paid[1], n[1], 0.55, Z));
}

static void bad_reversals_are_refused(void)
{
    ph_task_layout layout = {.n_inputs = 0};
    ph_reversal_params p = parameters();
    CU_ASSERT_EQUAL(ph_task_reversal.layout(&p, &layout), PH_OK);
    CU_ASSERT(layout.n_inputs == 5 && layout.n_channels == PH_CUE_CHANNELS + 4);
    CU_ASSERT(layout.n_readouts == 2 && layout.n_actions == 2);
    for (int bad = 0; bad < 5; bad++) {
        layout = (ph_task_layout){.n_inputs = 0};
        p = parameters();
        if (bad == 0)
            p.choice.actor.actions.count = 1;
        if (bad == 1)
            p.p_worse = p.p_better;
        if (bad == 2)
            p.reversals = (ph_reversals){.every = 5, .jitter = 5, .of = 10};
        if (bad == 3)
            p.reversals = (ph_reversals){.right = 11, .of = 10};
        if (bad == 4)
            p.outliers = (ph_outliers){.every = 3, .jitter = 1, .length = 2};
        CU_ASSERT_EQUAL(ph_task_reversal.layout(&p, &layout), PH_CONFIG);
    }
}

/* --- bandit ----------------------------------------------------------------------------------- */

static ph_arm arms[] = {{{"right", NULL}, 0.5}, {{"left", NULL}, 0.2}, {{"up", NULL}, 0.7}};

static ph_bandit_params bandit_parameters(void)
{
    return (ph_bandit_params){
        .choice = choice(3), .arms = {3, arms}, .walk = {.sd = 0, .min = 0.1, .max = 0.9}};
}

static player bandit(const ph_bandit_params *p, uint64_t seed)
{
    return (player){.type = &ph_task_bandit, .params = p, .seed = seed,
                    .n_channels = PH_CUE_CHANNELS};
}

static void arms_pay_by_their_probability(void)
{
    static played out;
    static const double p_of[] = {0.2, 0.5, 0.7}; /* left, right, up */
    ph_bandit_params p = bandit_parameters();
    for (int control = 0; control < 2; control++)
        for (int a = 0; a < 3; a++) {
            int paid = 0;
            p.choice.reward = control;
            play_once(always(bandit(&p, 3), &a), 1000, &out);
            for (int i = 0; i < out.n; i++) {
                const ph_trial *t = &out.trials[i];
                CU_ASSERT(t->action == a && t->better == 2 && t->correct == (a == 2));
                CU_ASSERT(t->p_better == 0.7F && t->p_reward == (float)p_of[a]);
                CU_ASSERT(t->is_volatile == 0 && t->block == -1);
                paid += out.reward[i] > 0;
            }
            CU_ASSERT(is_binomial(paid, out.n, control ? 1.4 / 3 : p_of[a], Z));
        }
}

static double correlation(const double *a, const double *b, int n)
{
    double ab = 0, aa = 0, bb = 0;
    for (int i = 0; i < n; i++) {
        ab += a[i] * b[i];
        aa += a[i] * a[i];
        bb += b[i] * b[i];
    }
    return ab / sqrt(aa * bb);
}

/* The walk of each arm as seen by an animal that plays it alone: what it does changes nothing. */
static void probabilities_drift_as_a_reflected_walk(void)
{
    static played out[3];
    static double steps[3][PLAYED_MAX];
    ph_bandit_params p = bandit_parameters();
    p.walk.sd = 0.03;
    for (int a = 0; a < 3; a++) {
        play_once(always(bandit(&p, 3), &a), 3000, &out[a]);
        double sum = 0, squares = 0;
        int n = 0, paid = 0;
        double expected = 0, variance = 0;
        for (int i = 0; i < out[a].n; i++) {
            double now = (double)out[a].trials[i].p_reward;
            CU_ASSERT(now >= 0.0999999 && now <= 0.9000001);
            paid += out[a].reward[i] > 0;
            expected += now;
            variance += now * (1 - now);
            double next = i + 1 < out[a].n ? (double)out[a].trials[i + 1].p_reward : now;
            steps[a][i] = next - now;
            if (now < 0.25 || now > 0.75 || i + 1 == out[a].n)
                continue;
            n++;
            sum += next - now;
            squares += (next - now) * (next - now);
        }
        CU_ASSERT(n > 500);
        CU_ASSERT_DOUBLE_EQUAL(sum / n, 0, Z * 0.03 / sqrt(n));
        CU_ASSERT_DOUBLE_EQUAL(sqrt(squares / n), 0.03, Z * 0.03 / sqrt(2.0 * n));
        CU_ASSERT(fabs(paid - expected) < Z * sqrt(variance));
    }
    for (int a = 0; a < 3; a++)
        CU_ASSERT(fabs(correlation(steps[a], steps[(a + 1) % 3], 2999)) < Z / sqrt(2999));
    for (int i = 0; i < 3000; i++) {
        int best = 0;
        for (int a = 1; a < 3; a++)
            if (out[a].trials[i].p_reward > out[best].trials[i].p_reward)
                best = a;
        for (int a = 0; a < 3; a++) {
            CU_ASSERT_EQUAL(out[a].trials[i].better, best);
            CU_ASSERT_EQUAL(out[a].trials[i].p_better, out[best].trials[i].p_reward);
        }
    }
}

static void bad_arms_are_refused(void)
{
    ph_bandit_params p = bandit_parameters();
    ph_task_layout layout = {.n_inputs = 0};
    CU_ASSERT_EQUAL(ph_task_bandit.layout(&p, &layout), PH_OK);
    p.arms.count = 2;
    CU_ASSERT_EQUAL(ph_task_bandit.layout(&p, &layout), PH_CONFIG);
    p = bandit_parameters();
    p.walk = (ph_walk){0.1, 0.3, 0.9};
    CU_ASSERT_EQUAL(ph_task_bandit.layout(&p, &layout), PH_CONFIG);
    p.walk = (ph_walk){0, 0.9, 0.9};
    CU_ASSERT_EQUAL(ph_task_bandit.layout(&p, &layout), PH_CONFIG);
    p = bandit_parameters();
    ph_arm other[] = {{{"left", NULL}, 0.5}, {{"down", NULL}, 0.2}, {{"up", NULL}, 0.7}};
    p.arms.items = other;
    CU_ASSERT_EQUAL(ph_task_bandit.layout(&p, &layout), PH_CONFIG);
}

int main(void)
{
    static const suite_test tests[] = {
        {"actions are paid by their probability", actions_are_paid_by_their_probability},
        {"the first rule is the seed's and stays without reversals",
         the_first_rule_is_the_seeds_and_stays_without_reversals},
        {"volatile blocks have their lengths", volatile_blocks_have_their_lengths},
        {"a criterion reverses what is learned", a_criterion_reverses_what_is_learned},
        {"cues share a rule and come in blocks", cues_share_a_rule_and_come_in_blocks},
        {"outliers pay as after a reversal", outliers_pay_as_after_a_reversal},
        {"distractors are shown at their time and mean nothing",
         distractors_are_shown_at_their_time_and_mean_nothing},
        {"a context is seen only where it is shown", a_context_is_seen_only_where_it_is_shown},
        {"what is shown does not tell the rule", what_is_shown_does_not_tell_the_rule},
        {"independent rewards teach nothing", independent_rewards_teach_nothing},
        {"bad reversals are refused", bad_reversals_are_refused},
        {"arms pay by their probability", arms_pay_by_their_probability},
        {"probabilities drift as a reflected walk", probabilities_drift_as_a_reflected_walk},
        {"bad arms are refused", bad_arms_are_refused},
    };
    return suite_run("task_choice", tests, (int)(sizeof tests / sizeof tests[0]));
}
