/* SPDX-License-Identifier: Apache-2.0 */
/* Digits with a delay, a go signal, distractors, blocks, pauses and wrong outcomes, played without a
 * brain: what is shown in every beat is held against the images themselves. */
#include "suite.h"

#include "task/digits.h"
#include "task/tasks.h"

#include <math.h>
#include <string.h>

#define BEAT_MS 5.0
#define BEAT 50
#define MOST_TRIALS 2000
#define MOST_BEATS 400 /* of a trial */

static ph_digits_answer answers[] = {
    {{"0", NULL}, "left"}, {{"1", NULL}, "left"}, {{"2", NULL}, "right"}, {{"3", NULL}, "right"}};
static ph_digits_rule rules[] = {{{"first", NULL}, {4, answers}}};
static ph_action actions[] = {{{"left", NULL}, {.span = {0, 0, 40}}},
                              {{"right", NULL}, {.span = {0, 40, 40}}}};
static ph_digits_go gos[] = {{{"thalamus", NULL}, {.span = {3, 0, 10}}, "exc", 2, 300},
                             {{"cortex", NULL}, {.span = {4, 0, 10}}, "exc", 2, 700}};

static ph_digits_params parameters(void)
{
    return (ph_digits_params){
        .images = "configs/data/digits.csv.gz", .held_out_every = 5, .rules = {1, rules},
        .rule = "first", .block = 20, .distractor = {.weight = NAN, .probability = 1},
        .actor = {.actions = {2, actions}, .efference = {.duration = 100, .exc_rate = 500}},
        .stimulus = {.target = {.span = {1, 0, 2191}}, .receptor = "exc", .weight = 1,
                     .rate_max = 80, .indegree = 10, .theta = 7, .slope = 4},
        .trial = {.cue = 300, .choose_from = 50, .choose_at = 240, .reward_after = 25,
                  .pause = 200}};
}

typedef struct played {
    int n;
    ph_trial trials[MOST_TRIALS];
    int paid[MOST_TRIALS];
    int n_beats;                                    /* of the last trial but one */
    float channels[MOST_BEATS][PH_CHANNEL_ACTIONS]; /* in its beats, as every rank sees them */
} played;

static played out;

/* Play trials. @param speaks_at beat after cue onset, as it is in force, in which the population of
 * `right` fires, -1: never */
static void play(const ph_digits_params *p, int n, int phase, int speaks_at)
{
    void *state = NULL;
    float channels[PH_TASK_CHANNELS] = {0};
    int64_t counts[3][2] = {{0}}; /* a beat's counts are seen three beats later */
    int since = -1;
    memset(&out, 0, sizeof out);
    CU_ASSERT_EQUAL_FATAL(ph_task_digits.open(p, 7, &state), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_task_digits.begin_phase(state, p, n, phase), PH_OK);
    for (int64_t k = 0; k < 1000000 && out.n < n; k++) {
        ph_task_beat beat = {.step = k * BEAT, .beat_ms = BEAT_MS, .counts = counts[k % 3],
                             .channels = channels};
        CU_ASSERT_EQUAL_FATAL(ph_task_digits.beat(state, &beat), PH_OK);
        since++;
        memset(counts[k % 3], 0, sizeof counts[0]);
        counts[k % 3][1] = since == speaks_at;
        if (since < MOST_BEATS && out.n == n - 2)
            memcpy(out.channels[since], channels, sizeof out.channels[0]);
        if (beat.outcome)
            out.paid[out.n] = beat.reward > 0;
        if (!beat.n_trials)
            continue;
        if (out.n == n - 2)
            out.n_beats = since + 1;
        out.trials[out.n++] = beat.trial;
        since = -1;
    }
    CU_ASSERT_EQUAL(out.n, n);
    ph_task_digits.close(&state);
}

/* Beats [from, to) of the trial in which a channel is on; false when it is on in several pieces. */
static int is_on_from_to(int channel, int from, int to)
{
    int right = 1;
    for (int b = 0; b < out.n_beats; b++)
        right &= (out.channels[b][channel] > 0) == (b >= from && b < to);
    return right;
}

/* The pixels of an image, of mean 1. */
static void image_of(const ph_digits_params *p, int number, double *pixels)
{
    ph_images images;
    double sum = 0;
    CU_ASSERT_EQUAL_FATAL(ph_images_read(p->images, (int)p->held_out_every, &images), PH_OK);
    for (int j = 0; j < PH_IMAGE_PIXELS; j++)
        sum += images.pixels[number][j];
    for (int j = 0; j < PH_IMAGE_PIXELS; j++)
        pixels[j] = images.pixels[number][j] * PH_IMAGE_PIXELS / sum;
    ph_images_free(&images);
}

/* The image of those that may be shown whose `share` these channels hold, beyond the share of one
 * that is known (NULL: nothing is); -1: none. */
static int image_in(const ph_digits_params *p, const float *channels, double share,
                    const double *known, double share_known)
{
    ph_images images;
    int found = -1;
    CU_ASSERT_EQUAL_FATAL(ph_images_read(p->images, (int)p->held_out_every, &images), PH_OK);
    for (int i = 0; i < images.n; i++) {
        double sum = 0, off = 0;
        for (int j = 0; j < PH_IMAGE_PIXELS; j++)
            sum += images.pixels[i][j];
        for (int j = 0; j < PH_IMAGE_PIXELS; j++)
            off += fabs(channels[j] - share * images.pixels[i][j] * PH_IMAGE_PIXELS / sum -
                        (known ? share_known * known[j] : 0));
        if (off < 1e-3 && !images.held_out[i] && images.label[i] < 4)
            found = i;
    }
    ph_images_free(&images);
    return found;
}

/* --- delay and go ----------------------------------------------------------------------------- */

static void without_a_delay_the_answer_is_given_to_the_cue(void)
{
    ph_digits_params p = parameters();
    p.go = (ph_map){2, gos};
    play(&p, 4, 0, 10); /* the first beat of the window: 50 ms */
    CU_ASSERT_EQUAL(out.trials[2].action, 1);
    CU_ASSERT(is_on_from_to(PH_CHANNEL_CUE, 0, 60));
    CU_ASSERT(is_on_from_to(PH_CHANNEL_GO, 10, 48));
    CU_ASSERT_EQUAL(out.n_beats, 60 + 5 + 40 + 1);
    play(&p, 4, 0, 9);
    CU_ASSERT_EQUAL(out.trials[2].action, -1);
    play(&p, 4, 0, 47);
    CU_ASSERT_EQUAL(out.trials[2].action, 1);
    play(&p, 4, 0, 48);
    CU_ASSERT_EQUAL(out.trials[2].action, -1);
}

static void with_a_delay_it_is_given_after_the_cue_has_gone(void)
{
    ph_digits_params p = parameters();
    p.go = (ph_map){2, gos};
    p.delay = 500;
    const int shift = 60 + 100; /* beats of cue and delay */
    play(&p, 4, 0, shift + 10);
    CU_ASSERT_EQUAL(out.trials[2].action, 1);
    CU_ASSERT_EQUAL(out.trials[2].latency, 300 + 500 + 240);
    CU_ASSERT_EQUAL(out.trials[2].better, out.trials[2].context >= 2);
    CU_ASSERT_EQUAL(out.trials[2].distractor, -1);
    CU_ASSERT(is_on_from_to(PH_CHANNEL_CUE, 0, 60));
    CU_ASSERT(is_on_from_to(PH_CHANNEL_GO, shift + 10, shift + 48));
    /* chosen two beats after the window, paid 25 ms later, then the pause */
    CU_ASSERT_EQUAL(out.n_beats, shift + 48 + 2 + 5 + 40 + 1);
    play(&p, 4, 0, 20); /* during the cue it is too early, */
    CU_ASSERT_EQUAL(out.trials[2].action, -1);
    play(&p, 4, 0, 110); /* and so it is in the delay */
    CU_ASSERT_EQUAL(out.trials[2].action, -1);
    for (int b = 60; b < out.n_beats; b++)
        for (int j = 0; j < PH_CHANNEL_GO; j++)
            CU_ASSERT_EQUAL_FATAL(out.channels[b][j], 0);
}

static void go_drives_its_populations_alike(void)
{
    ph_digits_params p = parameters();
    p.go = (ph_map){2, gos};
    p.distractor.target = (ph_address){.text = "other", .span = {2, 0, 100}};
    p.distractor.weight = 3;
    ph_task_layout layout = {.n_inputs = 0};
    CU_ASSERT_EQUAL_FATAL(ph_task_digits.layout(&p, &layout), PH_OK);
    CU_ASSERT_EQUAL_FATAL(layout.n_inputs, 1 + 4 + 1 + 2);
    CU_ASSERT(layout.inputs[5].span.population == 2 && layout.inputs[5].weight == 3);
    CU_ASSERT(layout.inputs[6].span.population == 3 && layout.inputs[7].span.population == 4);
    float channels[PH_TASK_CHANNELS] = {0}, rate[3];
    for (int input = 5; input < 8; input++) {
        ph_digits_rates(&p, 1, input, channels, 0, 1, 3, rate);
        CU_ASSERT(rate[0] == 0 && rate[1] == 0 && rate[2] == 0);
    }
    channels[PH_CHANNEL_GO] = 1;
    for (int input = 5; input < 8; input++) {
        ph_digits_rates(&p, 1, input, channels, 0, 1, 3, rate);
        float right = input == 5 ? 0 : input == 6 ? 300 : 700;
        CU_ASSERT(rate[0] == right && rate[1] == right && rate[2] == right);
    }
}

/* --- distractors ------------------------------------------------------------------------------ */

static void a_blended_distractor_leaves_the_cue_its_share(void)
{
    ph_digits_params p = parameters();
    double cue[PH_IMAGE_PIXELS], sum = 0;
    p.distractor.share = 0.25;
    play(&p, 4, 0, -1);
    image_of(&p, out.trials[2].stimulus, cue);
    int other = image_in(&p, out.channels[0], 0.25, cue, 0.75);
    CU_ASSERT(other >= 0);
    CU_ASSERT_EQUAL(out.trials[2].distractor, other);
    for (int j = 0; j < PH_IMAGE_PIXELS; j++)
        sum += (double)out.channels[0][j];
    CU_ASSERT_DOUBLE_EQUAL(sum, PH_IMAGE_PIXELS, 1e-3);
    CU_ASSERT(is_on_from_to(PH_CHANNEL_CUE, 0, 60));
    CU_ASSERT(is_on_from_to(PH_CHANNEL_OTHER_CUE, 0, 0));
}

static void a_distractor_of_the_delay_ends_before_the_answer(void)
{
    ph_digits_params p = parameters();
    double cue[PH_IMAGE_PIXELS];
    p.delay = 500;
    p.distractor.share = 0.5;
    p.distractor.when = PH_WHEN_DELAY;
    play(&p, 4, 0, -1);
    image_of(&p, out.trials[2].stimulus, cue);
    for (int j = 0; j < PH_IMAGE_PIXELS; j++)
        CU_ASSERT_DOUBLE_EQUAL(out.channels[0][j], cue[j], 1e-5);
    CU_ASSERT(image_in(&p, out.channels[100], 0.5, NULL, 0) >= 0);
    CU_ASSERT(is_on_from_to(PH_CHANNEL_CUE, 0, 170)); /* the window opens at 160 + 10 */
}

static void a_distractor_elsewhere_leaves_the_cue_alone(void)
{
    ph_digits_params p = parameters();
    double cue[PH_IMAGE_PIXELS];
    p.distractor.target = (ph_address){.text = "other", .span = {2, 0, 500}};
    p.distractor.weight = 1;
    p.distractor.share = 1;
    play(&p, 4, 0, -1);
    image_of(&p, out.trials[2].stimulus, cue);
    for (int j = 0; j < PH_IMAGE_PIXELS; j++)
        CU_ASSERT_DOUBLE_EQUAL(out.channels[0][j], cue[j], 1e-5);
    CU_ASSERT(image_in(&p, out.channels[0] + PH_CHANNEL_OTHER, 1, NULL, 0) >= 0);
    CU_ASSERT(is_on_from_to(PH_CHANNEL_OTHER_CUE, 0, 60));
    /* its fields are not those of the stimulus */
    static float stimulus[500], other[500];
    p.stimulus.target.span.count = 500;
    float channels[PH_TASK_CHANNELS] = {0};
    memcpy(channels, out.channels[0] + PH_CHANNEL_OTHER, (PH_IMAGE_PIXELS + 1) * sizeof(float));
    memcpy(channels + PH_CHANNEL_OTHER, channels, (PH_IMAGE_PIXELS + 1) * sizeof(float));
    ph_digits_rates(&p, 1, 0, channels, 0, 1, 500, stimulus);
    ph_digits_rates(&p, 1, 5, channels, 0, 1, 500, other);
    int active = 0, both = 0;
    for (int i = 0; i < 500; i++) {
        active += other[i] > 0;
        both += other[i] > 0 && other[i] == stimulus[i];
    }
    CU_ASSERT(active > 5 && both < active / 2 + 1);
}

/* Whether the image of the delay is of the cue's class, over many trials: as often as by chance. */
static void distractors_do_not_tell_the_cue_and_come_as_often_as_said(void)
{
    ph_digits_params p = parameters();
    ph_images images;
    int n = 0, same = 0;
    p.delay = 50;
    p.distractor.share = 1;
    p.distractor.when = PH_WHEN_DELAY;
    p.distractor.probability = 0.6;
    CU_ASSERT_EQUAL_FATAL(ph_images_read(p.images, 5, &images), PH_OK);
    for (int phase = 0; phase < 300; phase++) {
        play(&p, 2, phase, -1);
        int other = image_in(&p, out.channels[61], 1, NULL, 0);
        n += other >= 0;
        same += other >= 0 && images.label[other] == out.trials[0].context;
    }
    CU_ASSERT(n > 180 - 34 && n < 180 + 34);                 /* four standard deviations */
    CU_ASSERT(same > n / 4 - 4 * 6.0 && same < n / 4 + 4 * 6.0);
    ph_images_free(&images);
}

/* --- schedules -------------------------------------------------------------------------------- */

static void blocks_are_of_one_digit_and_all_digits_take_turns(void)
{
    ph_digits_params p = parameters();
    p.order = PH_ORDER_BLOCKED;
    p.block = 7;
    play(&p, 2 * 4 * 7, 0, -1);
    for (int cycle = 0; cycle < 2; cycle++) {
        int seen = 0;
        for (int b = 0; b < 4; b++) {
            int first = (4 * cycle + b) * 7;
            seen |= 1 << out.trials[first].context;
            for (int i = 0; i < 7; i++)
                CU_ASSERT_EQUAL(out.trials[first + i].context, out.trials[first].context);
            CU_ASSERT_NOT_EQUAL(out.trials[first].stimulus, out.trials[first + 6].stimulus);
        }
        CU_ASSERT_EQUAL(seen, 15);
    }
}

static void a_block_of_one_is_the_balanced_order(void)
{
    ph_digits_params p = parameters();
    static played balanced;
    play(&p, 40, 3, -1);
    balanced = out;
    p.order = PH_ORDER_BLOCKED;
    p.block = 1;
    play(&p, 40, 3, -1);
    for (int i = 0; i < 40; i++)
        CU_ASSERT_EQUAL(out.trials[i].stimulus, balanced.trials[i].stimulus);
}

static void spaced_groups_are_followed_by_a_pause(void)
{
    ph_digits_params p = parameters();
    static played massed;
    play(&p, 10, 3, -1);
    massed = out;
    p.spacing.trials = 3;
    p.spacing.pause = 2000;
    play(&p, 10, 3, -1);
    for (int i = 0; i < 10; i++) {
        ph_step later = out.trials[i].step - massed.trials[i].step;
        CU_ASSERT_EQUAL(later, (ph_step)(i / 3) * 400 * BEAT);
        CU_ASSERT_EQUAL(out.trials[i].stimulus, massed.trials[i].stimulus);
    }
}

static void outliers_turn_outcomes_around_as_often_as_said(void)
{
    ph_digits_params p = parameters();
    int wrong = 0;
    p.outlier = 0.2;
    play(&p, 1000, 0, 20); /* always right: correct in half of all trials */
    for (int i = 0; i < 1000; i++) {
        wrong += out.paid[i] != out.trials[i].correct;
        CU_ASSERT_EQUAL(out.trials[i].outlier, out.paid[i] != out.trials[i].correct);
        CU_ASSERT_EQUAL(out.paid[i], out.trials[i].reward > 0);
    }
    CU_ASSERT(wrong > 200 - 51 && wrong < 200 + 51); /* four standard deviations */
    p.outlier = 1;
    play(&p, 20, 0, 20);
    for (int i = 0; i < 20; i++)
        CU_ASSERT_EQUAL(out.paid[i], !out.trials[i].correct);
}

/* --- refused ---------------------------------------------------------------------------------- */

static void what_cannot_be_is_refused(void)
{
    ph_digits_params p = parameters();
    ph_task_layout layout = {.n_inputs = 0};
    p.distractor.share = 0.5;
    p.distractor.when = PH_WHEN_DELAY;
    CU_ASSERT_EQUAL(ph_task_digits.layout(&p, &layout), PH_CONFIG);
    p.delay = 100;
    CU_ASSERT_EQUAL(ph_task_digits.layout(&p, &layout), PH_OK);
    p.distractor.target = (ph_address){.text = "other", .span = {2, 0, 500}};
    layout = (ph_task_layout){.n_inputs = 0};
    CU_ASSERT_EQUAL(ph_task_digits.layout(&p, &layout), PH_CONFIG);
    static ph_digits_go many[PH_TASK_INPUTS];
    p = parameters();
    p.go = (ph_map){PH_TASK_INPUTS, many};
    layout = (ph_task_layout){.n_inputs = 0};
    CU_ASSERT_EQUAL(ph_task_digits.layout(&p, &layout), PH_CONFIG);
}

int main(void)
{
    static const suite_test tests[] = {
        {"without a delay the answer is given to the cue",
         without_a_delay_the_answer_is_given_to_the_cue},
        {"with a delay it is given after the cue has gone",
         with_a_delay_it_is_given_after_the_cue_has_gone},
        {"go drives its populations alike", go_drives_its_populations_alike},
        {"a blended distractor leaves the cue its share",
         a_blended_distractor_leaves_the_cue_its_share},
        {"a distractor of the delay ends before the answer",
         a_distractor_of_the_delay_ends_before_the_answer},
        {"a distractor elsewhere leaves the cue alone",
         a_distractor_elsewhere_leaves_the_cue_alone},
        {"distractors do not tell the cue and come as often as said",
         distractors_do_not_tell_the_cue_and_come_as_often_as_said},
        {"blocks are of one digit and all digits take turns",
         blocks_are_of_one_digit_and_all_digits_take_turns},
        {"a block of one is the balanced order", a_block_of_one_is_the_balanced_order},
        {"spaced groups are followed by a pause", spaced_groups_are_followed_by_a_pause},
        {"outliers turn outcomes around as often as said",
         outliers_turn_outcomes_around_as_often_as_said},
        {"what cannot be is refused", what_cannot_be_is_refused},
    };
    return suite_run("digits", tests, (int)(sizeof tests / sizeof tests[0]));
}
