/* SPDX-License-Identifier: Apache-2.0 */
/* Digits: an image is shown, the animal answers by striatal activity, the right answer is paid.
 *
 * The course of a trial is that of task/trial.h; with a delay the window of the answer opens after
 * the cue has gone. Nothing but the reward reads the class. */
#include "task/digits.h"
#include "task/tasks.h"

#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    DRAW_LABEL = PH_DRAW_OWN,
    DRAW_OUTLIER,
    DRAW_DISTRACTED,
    DRAW_DISTRACTOR
};

typedef struct state {
    const ph_digits_params *p;
    uint64_t seed;
    ph_images images;
    ph_trials trials;
    int n_digits;            /* cues of the rule in force */
    int digits[PH_IMAGE_CLASSES];
    int n_list;              /* images that may be shown */
    int *list;               /* their numbers; each_once: in the order shown */
    int image;               /* shown in this trial */
    int other;               /* its distractor's image, -1: none */
    int outlier;             /* 1: its outcome is the wrong way round */
    double reward;
} state;

/* --- layout ----------------------------------------------------------------------------------- */

static const ph_digits_rule *rule_in_force(const ph_digits_params *p)
{
    const ph_digits_rule *rules = p->rules.items;
    for (int r = 0; r < p->rules.count; r++)
        if (!strcmp(rules[r].item.name, p->rule))
            return &rules[r];
    return NULL;
}

int ph_digits_answer_of(const ph_digits_params *p, int digit)
{
    const ph_digits_rule *rule = rule_in_force(p);
    const ph_digits_answer *answers = rule ? rule->answers.items : NULL;
    for (int i = 0; rule && i < rule->answers.count; i++)
        if (atoi(answers[i].item.name) == digit)
            return ph_actor_index(&p->actor, answers[i].action);
    return -1;
}

static ph_status check(const ph_digits_params *p)
{
    PH_TRY(ph_actor_check(&p->actor));
    const ph_digits_rule *rule = rule_in_force(p);
    PH_CHECK(rule && rule->answers.count > 0, PH_CONFIG, "task.rule: there is no rule '%s'",
             p->rule);
    const ph_digits_answer *answers = rule->answers.items;
    for (int i = 0; i < rule->answers.count; i++) {
        const char *digit = answers[i].item.name;
        PH_CHECK(digit[0] >= '0' && digit[0] <= '9' && !digit[1], PH_CONFIG,
                 "task.rules.%s: '%s' is not a digit 0 to 9", p->rule, digit);
        PH_CHECK(ph_actor_index(&p->actor, answers[i].action) >= 0, PH_CONFIG,
                 "task.rules.%s.%s: there is no action '%s'", p->rule, digit, answers[i].action);
    }
    const ph_digits_distractor *d = &p->distractor;
    PH_CHECK(d->when == PH_WHEN_CUE || p->delay > 0 || d->share == 0, PH_CONFIG,
             "task.distractor.when: it comes in the delay, but task.delay is 0");
    PH_CHECK(!d->target.text || !isnan(d->weight), PH_CONFIG,
             "task.distractor: a target of its own needs a weight");
    return ph_trial_times_check(&p->trial);
}

static ph_status add_input(ph_task_layout *l, const ph_address *target, const char *receptor,
                           double weight)
{
    PH_CHECK(l->n_inputs < PH_TASK_INPUTS, PH_CONFIG, "task: more than %d inputs", PH_TASK_INPUTS);
    l->inputs[l->n_inputs++] = (ph_task_input){target->span, receptor, weight};
    return PH_OK;
}

static ph_status layout(const void *params, ph_task_layout *l)
{
    const ph_digits_params *p = params;
    PH_TRY(check(p));
    PH_TRY(add_input(l, &p->stimulus.target, p->stimulus.receptor, p->stimulus.weight));
    l->n_channels = PH_CHANNEL_ACTIONS;
    ph_actor_layout(&p->actor, l);
    const ph_digits_distractor *d = &p->distractor;
    if (d->target.text)
        PH_TRY(add_input(l, &d->target, d->receptor, d->weight));
    const ph_digits_go *go = p->go.items;
    for (int i = 0; i < p->go.count; i++)
        PH_TRY(add_input(l, &go[i].target, go[i].receptor, go[i].weight));
    return PH_OK;
}

/* --- which image comes next ------------------------------------------------------------------- */

static void choose_image(state *s)
{
    if (s->p->order == PH_ORDER_EACH_ONCE) {
        s->image = s->list[s->trials.trial % s->n_list];
        return;
    }
    int order[PH_IMAGE_CLASSES];
    memcpy(order, s->digits, sizeof order);
    int64_t turn = s->trials.trial / (s->p->order == PH_ORDER_BLOCKED ? s->p->block : 1);
    ph_trials_shuffle(&s->trials, order, s->n_digits, turn / s->n_digits * PH_IMAGE_CLASSES);
    int digit = order[turn % s->n_digits], n = 0;
    for (int i = 0; i < s->n_list; i++)
        n += s->images.label[s->list[i]] == digit;
    int pick = (int)ph_trials_draw(&s->trials, PH_DRAW_STIMULUS, s->trials.trial, (uint32_t)n);
    for (int i = 0; i < s->n_list; i++)
        if (s->images.label[s->list[i]] == digit && pick-- == 0)
            s->image = s->list[i];
}

/* Whether what has this probability comes to pass in this trial. */
static int happens(const state *s, int what, double probability)
{
    const uint32_t whole = 1U << 24;
    return ph_trials_draw(&s->trials, what, s->trials.trial, whole) < probability * whole;
}

static void choose_distractor(state *s)
{
    const ph_digits_distractor *d = &s->p->distractor;
    s->other = -1;
    if (d->share > 0 && happens(s, DRAW_DISTRACTED, d->probability))
        s->other = s->list[ph_trials_draw(&s->trials, DRAW_DISTRACTOR, s->trials.trial,
                                          (uint32_t)s->n_list)];
}

/* Whether a phase of these parameters shows an image. */
static int is_shown(const state *s, const ph_digits_params *p, int image)
{
    return ph_digits_answer_of(p, s->images.label[image]) >= 0 &&
           s->images.held_out[image] == (p->split == PH_SPLIT_HELD_OUT);
}

static int64_t trials_of(const void *opaque, const void *params, int64_t asked)
{
    const state *s = opaque;
    const ph_digits_params *p = params;
    if (asked > 0 || p->order != PH_ORDER_EACH_ONCE)
        return asked;
    int64_t n = 0;
    for (int i = 0; i < s->images.n; i++)
        n += is_shown(s, p, i);
    return n;
}

static ph_status make_list(state *s)
{
    const ph_digits_rule *rule = rule_in_force(s->p);
    const ph_digits_answer *answers = rule->answers.items;
    int n_of[PH_IMAGE_CLASSES] = {0};
    s->n_digits = s->n_list = 0;
    for (int i = 0; i < rule->answers.count; i++)
        s->digits[s->n_digits++] = atoi(answers[i].item.name);
    for (int i = 0; i < s->images.n; i++) {
        if (is_shown(s, s->p, i)) {
            s->list[s->n_list++] = i;
            n_of[s->images.label[i]]++;
        }
    }
    for (int d = 0; d < s->n_digits; d++)
        PH_CHECK(n_of[s->digits[d]] > 0, PH_CONFIG, "task.images: no image of digit %d to show",
                 s->digits[d]);
    if (s->p->order == PH_ORDER_EACH_ONCE)
        ph_trials_shuffle(&s->trials, s->list, s->n_list, (int64_t)1 << 32);
    return PH_OK;
}

/* --- the trial -------------------------------------------------------------------------------- */

/* Add a share of an image, of mean 1, to what is shown. */
static void add_image(const state *s, int image, double share, float *channels)
{
    const uint8_t *pixels = s->images.pixels[image];
    int sum = 0;
    for (int i = 0; i < PH_IMAGE_PIXELS; i++)
        sum += pixels[i];
    for (int i = 0; i < PH_IMAGE_PIXELS; i++)
        channels[i] += sum ? (float)(share * ((double)pixels[i] * PH_IMAGE_PIXELS / sum)) : 0;
    channels[PH_CHANNEL_CUE] = 1;
}

static void clear_images(float *channels)
{
    memset(channels, 0, PH_CHANNEL_GO * sizeof *channels);
}

static void show_distractor(const state *s, float *channels)
{
    const ph_digits_distractor *d = &s->p->distractor;
    if (s->other >= 0)
        add_image(s, s->other, d->share, channels + (d->target.text ? PH_CHANNEL_OTHER : 0));
}

static void show_cue(const state *s, float *channels)
{
    const ph_digits_distractor *d = &s->p->distractor;
    int is_beside = d->when == PH_WHEN_CUE && s->other >= 0;
    int is_blended = is_beside && !d->target.text;
    clear_images(channels);
    add_image(s, s->image, is_blended ? 1 - d->share : 1, channels);
    if (is_beside)
        show_distractor(s, channels);
}

/* What is seen and heard. */
static void present(state *s, unsigned due, float *channels)
{
    int is_delayed = s->p->delay > 0;
    if (due & PH_DUE_BEGIN) {
        choose_image(s);
        choose_distractor(s);
        show_cue(s, channels);
    }
    if (due & PH_DUE_CUE_END) {
        clear_images(channels);
        if (s->p->distractor.when == PH_WHEN_DELAY)
            show_distractor(s, channels);
    }
    if (due & PH_DUE_OPEN && is_delayed)
        clear_images(channels);
    if (due & PH_DUE_OPEN)
        channels[PH_CHANNEL_GO] = 1;
    if (due & PH_DUE_SHUT)
        channels[PH_CHANNEL_GO] = 0;
}

/* The times of the trial that is on. */
static ph_trial_times times_of(const state *s)
{
    const ph_digits_params *p = s->p;
    ph_trial_times times = p->trial;
    if (p->delay > 0) {
        times.choose_from += times.cue + p->delay;
        times.choose_at += times.cue + p->delay;
    }
    if (p->spacing.trials > 0 && (s->trials.trial + 1) % p->spacing.trials == 0)
        times.pause += p->spacing.pause;
    return times;
}

static int required_action(const state *s)
{
    int digit = s->images.label[s->image];
    if (s->p->labels == PH_LABELS_SHUFFLED) {
        ph_random4 bits = ph_random(s->seed, PH_PURPOSE_TASK, s->image, DRAW_LABEL, 0, 0);
        digit = s->digits[ph_random_below(bits.v[0], bits.v[1], (uint32_t)s->n_digits)];
    }
    return ph_digits_answer_of(s->p, digit);
}

static void pay(state *s, ph_task_beat *beat)
{
    int right = s->trials.action == required_action(s);
    if (s->p->reward == PH_REWARD_INDEPENDENT)
        right = (int)ph_trials_draw(&s->trials, PH_DRAW_REWARD, s->trials.trial, 2);
    s->outlier = happens(s, DRAW_OUTLIER, s->p->outlier);
    s->reward = right != s->outlier;
    beat->outcome = 1;
    beat->reward = s->reward;
}

static void end_trial(state *s, const ph_trial_times *times, ph_task_beat *beat)
{
    ph_trial row = ph_trials_row(&s->trials, times);
    row.stimulus = s->image;
    row.context = s->images.label[s->image];
    row.correct = !s->trials.forced && s->trials.action == required_action(s);
    row.reward = (float)s->reward;
    row.better = required_action(s);
    row.outlier = s->outlier;
    row.distractor = s->other;
    ph_trials_end(&s->trials, &row, beat);
}

static ph_status act(void *opaque, ph_task_beat *beat)
{
    state *s = opaque;
    ph_trial_times times = times_of(s);
    unsigned due = ph_trials_due(&s->trials, &times, s->p->actor.efference.duration, beat);
    present(s, due, beat->channels);
    ph_trials_choose(&s->trials, &s->p->actor, due, beat->counts,
                     beat->channels + PH_CHANNEL_ACTIONS);
    if (due & PH_DUE_OUTCOME)
        pay(s, beat);
    if (due & PH_DUE_END)
        end_trial(s, &times, beat);
    return PH_OK;
}

/* --- life ------------------------------------------------------------------------------------- */

static void close(void **opaque)
{
    state *s = *opaque;
    ph_images_free(&s->images);
    ph_free(s->list);
    ph_free(s);
    *opaque = NULL;
}

static const char *const fixed[] = {"images", "held_out_every", NULL};

static ph_status open(const void *params, uint64_t seed, void **out)
{
    state *s;
    PH_ALLOC(s, 1);
    *out = s;
    s->p = params;
    s->seed = seed;
    PH_TRY(ph_images_read(s->p->images, (int)s->p->held_out_every, &s->images));
    PH_ALLOC(s->list, s->images.n);
    return PH_OK;
}

static ph_status begin_phase(void *opaque, const void *params, int64_t trials, int phase)
{
    state *s = opaque;
    s->p = params;
    PH_TRY(check(s->p));
    ph_trials_begin(&s->trials, s->seed, trials_of(s, params, trials), phase);
    return make_list(s);
}

static ph_status keep(void *opaque, ph_state *kept)
{
    state *s = opaque;
    PH_TRY(PH_STATE(kept, s->trials));
    PH_TRY(PH_STATE(kept, s->n_digits));
    PH_TRY(PH_STATE(kept, s->digits));
    PH_TRY(PH_STATE(kept, s->n_list));
    PH_TRY(ph_state_bytes(kept, "s->list", s->list, (size_t)s->images.n * sizeof *s->list));
    PH_TRY(PH_STATE(kept, s->image));
    PH_TRY(PH_STATE(kept, s->other));
    PH_TRY(PH_STATE(kept, s->outlier));
    return PH_STATE(kept, s->reward);
}

const ph_task_type ph_task_digits = {
    .base = {"digits", "handwritten digits as cues, an action for each, reward for the right one",
             &ph_digits_table},
    .layout = layout,
    .open = open,
    .fixed = fixed,
    .trials = trials_of,
    .begin_phase = begin_phase,
    .beat = act,
    .rates = ph_digits_rates,
    .keep = keep,
    .close = close,
};
