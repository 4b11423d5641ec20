/* SPDX-License-Identifier: Apache-2.0 */
/* Digits: an image is shown, the animal answers by striatal activity, the right answer is paid.
 *
 * The course of a trial is that of task/trial.h. Nothing but the reward reads the class. */
#include "task/digits.h"
#include "task/tasks.h"

#include "base/memory.h"
#include "base/random.h"

#include <stdlib.h>
#include <string.h>

enum { DRAW_LABEL = PH_DRAW_OWN };

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
    return ph_trial_times_check(&p->trial);
}

static ph_status layout(const void *params, ph_task_layout *l)
{
    const ph_digits_params *p = params;
    PH_TRY(check(p));
    l->inputs[l->n_inputs++] =
        (ph_task_input){p->stimulus.target.span, p->stimulus.receptor, p->stimulus.weight};
    l->n_channels = PH_CHANNEL_ACTIONS;
    ph_actor_layout(&p->actor, l);
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
    int64_t block = s->trials.trial / s->n_digits;
    ph_trials_shuffle(&s->trials, order, s->n_digits, block * PH_IMAGE_CLASSES);
    int digit = order[s->trials.trial % s->n_digits], n = 0;
    for (int i = 0; i < s->n_list; i++)
        n += s->images.label[s->list[i]] == digit;
    int pick = (int)ph_trials_draw(&s->trials, PH_DRAW_STIMULUS, s->trials.trial, (uint32_t)n);
    for (int i = 0; i < s->n_list; i++)
        if (s->images.label[s->list[i]] == digit && pick-- == 0)
            s->image = s->list[i];
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

static void show(state *s, float *channels)
{
    const uint8_t *pixels = s->images.pixels[s->image];
    int sum = 0;
    for (int i = 0; i < PH_IMAGE_PIXELS; i++)
        sum += pixels[i];
    for (int i = 0; i < PH_IMAGE_PIXELS; i++)
        channels[i] = sum ? (float)((double)pixels[i] * PH_IMAGE_PIXELS / sum) : 0;
    channels[PH_CHANNEL_CUE] = 1;
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
    s->reward = right;
    beat->outcome = 1;
    beat->reward = s->reward;
}

static void end_trial(state *s, ph_task_beat *beat)
{
    ph_trial row = ph_trials_row(&s->trials, &s->p->trial);
    row.stimulus = s->image;
    row.context = s->images.label[s->image];
    row.correct = !s->trials.forced && s->trials.action == required_action(s);
    row.reward = (float)s->reward;
    ph_trials_end(&s->trials, &row, beat);
}

static ph_status act(void *opaque, ph_task_beat *beat)
{
    state *s = opaque;
    unsigned due =
        ph_trials_due(&s->trials, &s->p->trial, s->p->actor.efference.duration, beat);
    if (due & PH_DUE_BEGIN) {
        choose_image(s);
        show(s, beat->channels);
    }
    ph_trials_choose(&s->trials, &s->p->actor, due, beat->counts,
                     beat->channels + PH_CHANNEL_ACTIONS);
    if (due & PH_DUE_CUE_END)
        memset(beat->channels, 0, PH_CHANNEL_ACTIONS * sizeof *beat->channels);
    if (due & PH_DUE_OUTCOME)
        pay(s, beat);
    if (due & PH_DUE_END)
        end_trial(s, beat);
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

const ph_task_type ph_task_digits = {
    .base = {"digits", "handwritten digits as cues, an action for each, reward for the right one",
             &ph_digits_table},
    .layout = layout,
    .open = open,
    .trials = trials_of,
    .begin_phase = begin_phase,
    .beat = act,
    .rates = ph_digits_rates,
    .close = close,
};
