/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks, played without a brain. Digits: balance, the split, the times of a trial, who is paid for
 * what, the controls, and that stimuli do not tell the rule. */
#include "suite.h"

#include "base/memory.h"
#include "task/digits.h"
#include "task/tasks.h"

#include <math.h>
#include <string.h>

#define BEAT_MS 5.0
#define BEAT 50

static ph_digits_answer first_answers[] = {
    {{"0", NULL}, "left"}, {{"1", NULL}, "left"}, {{"2", NULL}, "right"}, {{"3", NULL}, "right"}};
static ph_digits_answer second_answers[] = {
    {{"0", NULL}, "right"}, {{"1", NULL}, "left"}, {{"2", NULL}, "left"}, {{"3", NULL}, "right"}};
static ph_digits_rule rules[] = {{{"first", NULL}, {4, first_answers}},
                                 {{"second", NULL}, {4, second_answers}}};
static ph_action actions[] = {{{"left", NULL}, {.span = {0, 0, 40}}},
                                     {{"right", NULL}, {.span = {0, 40, 40}}}};

static ph_digits_params parameters(void)
{
    return (ph_digits_params){
        .images = "configs/data/digits.csv.gz", .held_out_every = 5, .rules = {2, rules},
        .rule = "first",
        .actor = {.actions = {2, actions},
                  .efference = {.duration = 100, .exc_receptor = "exc", .inh_receptor = "inh",
                                .exc_weight = 1, .inh_weight = 1, .exc_rate = 500,
                                .inh_rate = 2000}},
        .stimulus = {.target = {.span = {1, 0, 2191}}, .receptor = "exc", .weight = 1,
                     .rate_max = 80, .indegree = 10, .theta = 7, .slope = 4},
        .trial = {.cue = 350, .choose_from = 50, .choose_at = 240, .reward_after = 25,
                  .pause = 225}};
}

/* How an animal answers: the action whose count is higher. */
typedef enum animal { ALWAYS_RIGHT, ALWAYS_LEFT, SILENT, KNOWS } animal;

typedef struct played {
    ph_trial trials[400];
    double reward[400];
    int n;
    int cue_beats, efference_beats, outcome_beat; /* of the last trial, from cue onset */
    float cue_sum;                                /* of all pixel channels shown */
} played;

static int answer_of(const ph_digits_params *p, animal a, const uint8_t *label, int image)
{
    if (a == KNOWS)
        return ph_digits_answer_of(p, label[image]);
    return a == ALWAYS_RIGHT;
}

/* The animal sees the image only through the channels; KNOWS is told its number by the test. */
static void play(const ph_digits_params *p, int64_t trials, int phase, animal a, uint64_t seed,
                 played *out)
{
    void *state = NULL;
    ph_images images;
    memset(out, 0, sizeof *out);
    CU_ASSERT_EQUAL_FATAL(ph_images_read(p->images, (int)p->held_out_every, &images), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_task_digits.open(p, seed, &state), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_task_digits.begin_phase(state, p, trials, phase), PH_OK);
    float channels[PH_TASK_CHANNELS] = {0};
    int shown = -1, since = -1, done = 0;
    for (int64_t k = 0; k < 200000 && !done && out->n < 400; k++) {
        int64_t counts[2] = {0, 0};
        if (shown >= 0 && a != SILENT)
            counts[answer_of(p, a, images.label, shown)] = 3;
        int was_on = channels[PH_CHANNEL_CUE] > 0;
        ph_task_beat beat = {.step = k * BEAT, .beat_ms = BEAT_MS, .counts = counts,
                             .channels = channels};
        CU_ASSERT_EQUAL_FATAL(ph_task_digits.beat(state, &beat), PH_OK);
        if (!was_on && channels[PH_CHANNEL_CUE] > 0) {
            since = out->cue_beats = out->efference_beats = 0;
            for (int i = 0; i < images.n && a == KNOWS; i++) {
                int same = 1, sum = 0;
                for (int j = 0; j < PH_IMAGE_PIXELS; j++)
                    sum += images.pixels[i][j];
                for (int j = 0; j < PH_IMAGE_PIXELS && same; j++)
                    same = channels[j] == (float)((double)images.pixels[i][j] * 64 / sum);
                if (same)
                    shown = i;
            }
            if (a != KNOWS)
                shown = 0;
        }
        out->cue_beats += channels[PH_CHANNEL_CUE] > 0;
        for (int j = 0; j < PH_IMAGE_PIXELS; j++)
            out->cue_sum += channels[j];
        out->efference_beats += channels[PH_CHANNEL_ACTIONS] + channels[PH_CHANNEL_ACTIONS + 2] > 0;
        if (beat.outcome) {
            out->outcome_beat = since;
            out->reward[out->n] = beat.reward;
        }
        since++;
        if (beat.n_trials)
            out->trials[out->n++] = beat.trial;
        done = beat.done;
    }
    ph_task_digits.close(&state);
    ph_images_free(&images);
}

static void classes_are_balanced_in_every_block(void)
{
    ph_digits_params p = parameters();
    static played out;
    play(&p, 80, 0, ALWAYS_LEFT, 1, &out);
    CU_ASSERT_EQUAL(out.n, 80);
    int right = 0;
    for (int block = 0; block < 20; block++) {
        int seen = 0;
        for (int i = 0; i < 4; i++)
            seen |= 1 << out.trials[4 * block + i].context;
        CU_ASSERT_EQUAL(seen, 15);
    }
    for (int i = 0; i < out.n; i++)
        right += out.trials[i].correct;
    CU_ASSERT_EQUAL(right, 40); /* one action alone gives exactly half */
}

static void an_animal_that_knows_is_always_paid(void)
{
    ph_digits_params p = parameters();
    static played out;
    for (int rule = 0; rule < 2; rule++) {
        p.rule = rule ? "second" : "first";
        play(&p, 40, rule, KNOWS, 3, &out);
        for (int i = 0; i < out.n; i++) {
            int digit = out.trials[i].context;
            int wanted = rule ? digit == 0 || digit == 3 : digit >= 2;
            CU_ASSERT_EQUAL(out.trials[i].action, wanted);
            CU_ASSERT(out.trials[i].correct && out.reward[i] == 1);
        }
    }
}

static void silence_is_a_forced_answer_that_never_counts(void)
{
    ph_digits_params p = parameters();
    static played out;
    play(&p, 100, 0, SILENT, 5, &out);
    double paid = 0;
    for (int i = 0; i < out.n; i++) {
        CU_ASSERT(out.trials[i].action == -1 && !out.trials[i].correct);
        CU_ASSERT(isnan(out.trials[i].latency));
        paid += out.reward[i];
    }
    CU_ASSERT(paid > 30 && paid < 70); /* the forced action is carried out and may be paid */
}

static void the_times_of_a_trial_are_those_of_the_configuration(void)
{
    ph_digits_params p = parameters();
    static played out;
    play(&p, 3, 0, ALWAYS_LEFT, 1, &out);
    CU_ASSERT_EQUAL(out.cue_beats, 70);
    CU_ASSERT_EQUAL(out.efference_beats, 20);
    CU_ASSERT_EQUAL(out.outcome_beat, 75);
    CU_ASSERT_EQUAL(out.trials[1].step - out.trials[0].step, (75 + 45 + 1) * BEAT);
}

static void held_out_images_are_never_trained_and_each_is_shown_once(void)
{
    ph_digits_params p = parameters();
    static played train, test;
    static int seen[2000];
    memset(seen, 0, sizeof seen);
    play(&p, 300, 0, ALWAYS_LEFT, 1, &train);
    for (int i = 0; i < train.n; i++)
        seen[train.trials[i].stimulus] = 1;
    p.split = PH_SPLIT_HELD_OUT;
    p.order = PH_ORDER_EACH_ONCE;
    play(&p, 0, 2, ALWAYS_LEFT, 1, &test);
    CU_ASSERT_EQUAL(test.n, 142); /* a fifth of 178, 182, 177, 183, each rounded down */
    for (int i = 0; i < test.n; i++) {
        CU_ASSERT_EQUAL(seen[test.trials[i].stimulus], 0);
        seen[test.trials[i].stimulus] = 1;
    }
}

static void stimuli_do_not_tell_the_rule(void)
{
    ph_digits_params p = parameters();
    static played first, second;
    play(&p, 40, 0, SILENT, 9, &first);
    p.rule = "second";
    p.reward = PH_REWARD_INDEPENDENT;
    play(&p, 40, 0, SILENT, 9, &second);
    for (int i = 0; i < 40; i++)
        CU_ASSERT_EQUAL(first.trials[i].stimulus, second.trials[i].stimulus);
    CU_ASSERT_EQUAL(first.cue_sum, second.cue_sum);
}

static void controls_pay_by_chance(void)
{
    ph_digits_params p = parameters();
    static played out;
    p.reward = PH_REWARD_INDEPENDENT;
    play(&p, 200, 0, KNOWS, 3, &out);
    double paid = 0;
    int right = 0;
    for (int i = 0; i < out.n; i++)
        paid += out.reward[i];
    CU_ASSERT(paid > 70 && paid < 130);
    p = parameters();
    p.labels = PH_LABELS_SHUFFLED;
    play(&p, 200, 0, KNOWS, 3, &out);
    for (int i = 0; i < out.n; i++)
        right += out.trials[i].correct;
    CU_ASSERT(right > 70 && right < 130);
}

static void rates_are_pure_and_sparse(void)
{
    ph_digits_params p = parameters();
    float channels[PH_TASK_CHANNELS] = {0}, all[2191], part[730];
    ph_images images;
    CU_ASSERT_EQUAL_FATAL(ph_images_read(p.images, 5, &images), PH_OK);
    for (int i = 0; i < PH_IMAGE_PIXELS; i++)
        channels[i] = (float)images.pixels[0][i] / 5;
    ph_digits_rates(&p, 1, 0, channels, 0, 1, 2191, all);
    for (int i = 0; i < 2191; i++)
        CU_ASSERT_EQUAL_FATAL(all[i], 0); /* no cue, no rate */
    channels[PH_CHANNEL_CUE] = 1;
    ph_digits_rates(&p, 1, 0, channels, 0, 1, 2191, all);
    ph_digits_rates(&p, 1, 0, channels, 1, 3, 730, part);
    int active = 0;
    for (int i = 0; i < 2191; i++) {
        active += all[i] > 0;
        CU_ASSERT(all[i] >= 0 && all[i] <= 800);
    }
    CU_ASSERT(active > 20 && active < 700);
    for (int i = 0; i < 730; i++)
        CU_ASSERT_EQUAL(part[i], all[1 + 3 * i]);
    ph_images_free(&images);
}

static void bad_files_and_rules_are_refused(void)
{
    ph_digits_params p = parameters();
    void *state = NULL;
    p.images = "tests/unit/test_task.c";
    CU_ASSERT_EQUAL(ph_task_digits.open(&p, 1, &state), PH_FILE);
    ph_task_digits.close(&state);
    ph_task_layout layout = {.n_inputs = 0};
    p = parameters();
    CU_ASSERT_EQUAL(ph_task_digits.layout(&p, &layout), PH_OK);
    CU_ASSERT_EQUAL(layout.n_inputs, 5);
    p.actor.actions.count = 0;
    CU_ASSERT_EQUAL(ph_task_digits.layout(&p, &layout), PH_CONFIG);
    p = parameters();
    p.rule = "third";
    CU_ASSERT_EQUAL(ph_task_digits.layout(&p, &layout), PH_CONFIG);
}

/* --- coincidence ------------------------------------------------------------------------------ */

/* The same layout as the task's parameters, from its table. */
static void coincidence_set(void *params, const char *name, double value)
{
    const ph_table *table = ph_task_coincidence.base.params;
    for (int i = 0; i < table->count; i++)
        if (!strcmp(table->params[i].name, name))
            *(double *)(void *)((char *)params + table->params[i].offset) = value;
}

typedef struct payments {
    int n;
    int64_t beat[200]; /* in which they were paid */
    double amount[200];
    ph_trial trials[200];
    int64_t done;      /* beat in which the phase was over, -1: never */
} payments;

/* Cells that fire in given beats (-1 ends a list), in beats of 1 ms. */
static void pair(double delay, double jitter, uint64_t seed, int64_t trials, const int64_t *first,
                 const int64_t *second, payments *out)
{
    _Alignas(16) char params[512] = {0};
    CU_ASSERT_FATAL(ph_task_coincidence.base.params->size <= sizeof params);
    coincidence_set(params, "window", 20);
    coincidence_set(params, "delay", delay);
    coincidence_set(params, "jitter", jitter);
    coincidence_set(params, "amount", 0.5);
    void *state = NULL;
    *out = (payments){.done = -1};
    CU_ASSERT_EQUAL_FATAL(ph_task_coincidence.open(params, seed, &state), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_task_coincidence.begin_phase(state, params, trials, 0), PH_OK);
    for (int64_t k = 0; k < 60000 && out->n < 200; k++) {
        int64_t counts[2] = {*first == k, *second == k};
        first += *first == k;
        second += *second == k;
        ph_task_beat beat = {.step = k, .beat_ms = 1, .counts = counts};
        CU_ASSERT_EQUAL_FATAL(ph_task_coincidence.beat(state, &beat), PH_OK);
        CU_ASSERT_EQUAL(beat.outcome, beat.n_trials);
        if (beat.done && out->done < 0)
            out->done = k;
        if (!beat.outcome)
            continue;
        out->amount[out->n] = beat.reward;
        out->trials[out->n] = beat.trial;
        out->beat[out->n++] = k;
    }
    ph_task_coincidence.close(&state);
}

static void a_pair_in_order_and_in_time_is_paid_late(void)
{
    /* in time; too late by 1 ms; at once; the wrong way round; the first's last spike counts */
    const int64_t first[] = {100, 1000, 2000, 3010, 4000, 4030, -1};
    const int64_t second[] = {119, 1020, 2000, 3000, 4035, -1};
    static payments out;
    pair(500, 0, 1, 0, first, second, &out);
    CU_ASSERT_EQUAL_FATAL(out.n, 2);
    CU_ASSERT_EQUAL(out.beat[0], 119 + 500 - 2); /* nuclei fire two beats after the counted one */
    CU_ASSERT_EQUAL(out.beat[1], 4035 + 500 - 2);
    CU_ASSERT(out.amount[0] == 0.5 && out.trials[0].reward == 0.5F);
    CU_ASSERT(out.trials[0].step == 119 && out.trials[0].latency == 500);
    CU_ASSERT_EQUAL(out.done, -1);
    pair(0, 0, 1, 2, first, second, &out);
    CU_ASSERT_EQUAL(out.beat[0], 119); /* no sooner than it is seen */
    CU_ASSERT_EQUAL(out.done, 4035);
}

static void delays_of_rewards_are_spread_evenly(void)
{
    static int64_t first[201], second[201];
    static payments one, same, other;
    for (int i = 0; i < 200; i++) {
        first[i] = 100 + 250 * i;
        second[i] = first[i] + 5;
    }
    first[200] = second[200] = -1;
    pair(1000, 2000, 1, 0, first, second, &one);
    pair(1000, 2000, 1, 0, first, second, &same);
    pair(1000, 2000, 2, 0, first, second, &other);
    double sum = 0, squares = 0;
    int differ = 0, out_of_order = 0;
    CU_ASSERT_FATAL(one.n >= 190 && one.n == same.n);
    for (int i = 0; i < one.n; i++) {
        double ms = (double)one.trials[i].latency - 2000;
        CU_ASSERT(fabs(ms) <= 1000);
        CU_ASSERT_EQUAL(one.beat[i], one.trials[i].step + (int64_t)one.trials[i].latency - 2);
        CU_ASSERT_EQUAL(one.beat[i], same.beat[i]);
        differ += i < other.n && one.beat[i] != other.beat[i];
        out_of_order += i > 0 && one.trials[i].step < one.trials[i - 1].step;
        sum += ms;
        squares += ms * ms;
    }
    CU_ASSERT(fabs(sum / one.n) < 3 * 577 / sqrt(one.n));
    CU_ASSERT_DOUBLE_EQUAL(sqrt(squares / one.n), 577, 577 * 0.15);
    CU_ASSERT(differ > 150 && out_of_order > 10);
}

int main(void)
{
    static const suite_test tests[] = {
        {"classes are balanced in every block", classes_are_balanced_in_every_block},
        {"an animal that knows is always paid", an_animal_that_knows_is_always_paid},
        {"silence is a forced answer that never counts",
         silence_is_a_forced_answer_that_never_counts},
        {"the times of a trial are those of the configuration",
         the_times_of_a_trial_are_those_of_the_configuration},
        {"held-out images are never trained and each is shown once",
         held_out_images_are_never_trained_and_each_is_shown_once},
        {"stimuli do not tell the rule", stimuli_do_not_tell_the_rule},
        {"controls pay by chance", controls_pay_by_chance},
        {"rates are pure and sparse", rates_are_pure_and_sparse},
        {"bad files and rules are refused", bad_files_and_rules_are_refused},
        {"a pair in order and in time is paid late", a_pair_in_order_and_in_time_is_paid_late},
        {"delays of rewards are spread evenly", delays_of_rewards_are_spread_evenly},
    };
    return suite_run("task", tests, (int)(sizeof tests / sizeof tests[0]));
}
