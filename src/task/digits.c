/* SPDX-License-Identifier: Apache-2.0 */
/* Digits: an image is shown, the animal answers by striatal activity, the right answer is paid.
 *
 * The task acts once a beat. What it sets comes into force LATENCY beats after the beat whose
 * counts it sees: act a of a trial (0 sets the cue) is given the counts of beat a - LATENCY of
 * the cue. The answer is the action whose population, less the one against it, spiked most from
 * choose_from to choose_at; without a difference a forced one is drawn, which never counts as
 * correct. Nothing but the reward reads the class. */
#include "task/digits.h"
#include "task/tasks.h"

#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LATENCY 3

/* What a number of the task is drawn for: the stream of its key. */
enum { DRAW_ORDER, DRAW_IMAGE, DRAW_FORCED, DRAW_REWARD, DRAW_LABEL };

typedef struct state {
    const ph_digits_params *p;
    uint64_t seed;
    ph_images images;
    int phase;
    int64_t trials;          /* of the phase, 0: until the caller ends it */
    int64_t trial;           /* number within the phase */
    int act;                 /* within the trial */
    int n_digits;            /* cues of the rule in force */
    int digits[PH_IMAGE_CLASSES];
    int n_list;              /* images that may be shown */
    int *list;               /* their numbers; each_once: in the order shown */
    int image;               /* shown in this trial */
    int64_t score[PH_DIGITS_ACTIONS];
    int action, forced;
    double reward;
    ph_step cue_step;
} state;

/* --- layout ----------------------------------------------------------------------------------- */

static void add_action_inputs(const ph_digits_params *p, const ph_map *map, ph_task_layout *layout)
{
    const ph_digits_action *actions = map->items;
    const ph_digits_efference *e = &p->efference;
    for (int a = 0; a < map->count; a++) {
        ph_span span = actions[a].address.span;
        layout->inputs[layout->n_inputs++] =
            (ph_task_input){span, e->exc_receptor, e->exc_weight};
        layout->inputs[layout->n_inputs++] =
            (ph_task_input){span, e->inh_receptor, e->inh_weight};
        layout->readouts[layout->n_readouts++] = span;
    }
}

static int action_index(const ph_digits_params *p, const char *name)
{
    const ph_digits_action *actions = p->actions.items;
    for (int a = 0; a < p->actions.count; a++)
        if (!strcmp(actions[a].item.name, name))
            return a;
    return -1;
}

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
            return action_index(p, answers[i].action);
    return -1;
}

static ph_status check(const ph_digits_params *p)
{
    PH_CHECK(p->actions.count >= 1, PH_CONFIG,
             "task.actions names no population: which spikes are the answer?");
    PH_CHECK(p->actions.count <= PH_DIGITS_ACTIONS, PH_CONFIG,
             "task.actions names %d actions; at most %d are possible", p->actions.count,
             PH_DIGITS_ACTIONS);
    PH_CHECK(p->against.count == 0 || p->against.count == p->actions.count, PH_CONFIG,
             "task.against must name the same actions as task.actions, or none");
    const ph_digits_action *actions = p->actions.items, *against = p->against.items;
    for (int a = 0; a < p->against.count; a++)
        PH_CHECK(!strcmp(actions[a].item.name, against[a].item.name), PH_CONFIG,
                 "task.against names '%s' where task.actions names '%s'", against[a].item.name,
                 actions[a].item.name);
    const ph_digits_rule *rule = rule_in_force(p);
    PH_CHECK(rule && rule->answers.count > 0, PH_CONFIG, "task.rule: there is no rule '%s'",
             p->rule);
    const ph_digits_answer *answers = rule->answers.items;
    for (int i = 0; i < rule->answers.count; i++) {
        const char *digit = answers[i].item.name;
        PH_CHECK(digit[0] >= '0' && digit[0] <= '9' && !digit[1], PH_CONFIG,
                 "task.rules.%s: '%s' is not a digit 0 to 9", p->rule, digit);
        PH_CHECK(action_index(p, answers[i].action) >= 0, PH_CONFIG,
                 "task.rules.%s.%s: there is no action '%s'", p->rule, digit, answers[i].action);
    }
    PH_CHECK(p->trial.choose_from < p->trial.choose_at && p->trial.choose_at < p->trial.cue,
             PH_CONFIG, "task.trial: choose_from, choose_at and cue must come in this order");
    return PH_OK;
}

static ph_status layout(const void *params, ph_task_layout *l)
{
    const ph_digits_params *p = params;
    PH_TRY(check(p));
    l->inputs[l->n_inputs++] =
        (ph_task_input){p->stimulus.target.span, p->stimulus.receptor, p->stimulus.weight};
    add_action_inputs(p, &p->actions, l);
    add_action_inputs(p, &p->against, l);
    l->n_channels = PH_CHANNEL_ACTIONS + 2 * p->actions.count;
    const ph_digits_action *actions = p->actions.items;
    for (l->n_actions = 0; l->n_actions < p->actions.count; l->n_actions++)
        l->actions[l->n_actions] = actions[l->n_actions].item.name;
    return PH_OK;
}

/* --- which image comes next ------------------------------------------------------------------- */

static uint32_t draw(const state *s, int what, int64_t counter, uint32_t below)
{
    ph_random4 bits =
        ph_random(s->seed, PH_PURPOSE_TASK, s->phase, (uint32_t)what, counter, 0);
    return ph_random_below(bits.v[0], bits.v[1], below);
}

static void shuffle(const state *s, int *items, int n, int64_t key)
{
    for (int i = n - 1; i > 0; i--) {
        int j = (int)draw(s, DRAW_ORDER, key + i, (uint32_t)i + 1), kept = items[i];
        items[i] = items[j];
        items[j] = kept;
    }
}

static void choose_image(state *s)
{
    if (s->p->order == PH_ORDER_EACH_ONCE) {
        s->image = s->list[s->trial % s->n_list];
        return;
    }
    int order[PH_IMAGE_CLASSES];
    memcpy(order, s->digits, sizeof order);
    int64_t block = s->trial / s->n_digits;
    shuffle(s, order, s->n_digits, block * PH_IMAGE_CLASSES);
    int digit = order[s->trial % s->n_digits], n = 0;
    for (int i = 0; i < s->n_list; i++)
        n += s->images.label[s->list[i]] == digit;
    int pick = (int)draw(s, DRAW_IMAGE, s->trial, (uint32_t)n);
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
        shuffle(s, s->list, s->n_list, (int64_t)1 << 32);
    return PH_OK;
}

/* --- the trial -------------------------------------------------------------------------------- */

static int beats(double ms, double beat_ms)
{
    return (int)floor(ms / beat_ms + 0.5);
}

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

static void collect(state *s, const int64_t *counts)
{
    for (int a = 0; a < s->p->actions.count; a++) {
        s->score[a] += counts[a];
        if (s->p->against.count)
            s->score[a] -= counts[s->p->actions.count + a];
    }
}

static void answer(state *s, float *channels)
{
    int best = 0, ties = 0, n = s->p->actions.count;
    for (int a = 1; a < n; a++)
        if (s->score[a] > s->score[best])
            best = a;
    for (int a = 0; a < n; a++)
        ties += s->score[a] == s->score[best];
    s->forced = n > 1 && ties > 1;
    s->action = s->forced ? (int)draw(s, DRAW_FORCED, s->trial, (uint32_t)n) : best;
    for (int a = 0; a < n; a++) {
        channels[PH_CHANNEL_ACTIONS + 2 * a] = a == s->action;
        channels[PH_CHANNEL_ACTIONS + 2 * a + 1] = a != s->action;
    }
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
    int right = s->action == required_action(s);
    if (s->p->reward == PH_REWARD_INDEPENDENT)
        right = (int)draw(s, DRAW_REWARD, s->trial, 2);
    s->reward = right;
    beat->outcome = 1;
    beat->reward = s->reward;
}

static void end_trial(state *s, ph_task_beat *beat)
{
    int correct = !s->forced && s->action == required_action(s);
    beat->n_trials = 1;
    beat->trial = (ph_trial){.step = s->cue_step,
                             .stimulus = s->image,
                             .context = s->images.label[s->image],
                             .action = s->forced ? -1 : s->action,
                             .correct = correct,
                             .reward = (float)s->reward,
                             .latency = s->forced ? NAN : (float)s->p->trial.choose_at};
    s->trial++;
    s->act = -1;
    memset(s->score, 0, sizeof s->score);
    beat->done = s->trials > 0 && s->trial >= s->trials;
}

static ph_status act(void *opaque, ph_task_beat *beat)
{
    state *s = opaque;
    const ph_digits_trial *t = &s->p->trial;
    int from = beats(t->choose_from, beat->beat_ms), at = beats(t->choose_at, beat->beat_ms);
    int cue = beats(t->cue, beat->beat_ms), chosen = at + LATENCY - 1;
    int outcome = cue + beats(t->reward_after, beat->beat_ms);
    if (s->act == 0) {
        choose_image(s);
        s->cue_step = beat->step;
        show(s, beat->channels);
    }
    int seen = s->act - LATENCY;
    if (seen >= from && seen < at)
        collect(s, beat->counts);
    if (s->act == chosen)
        answer(s, beat->channels);
    if (s->act == chosen + beats(s->p->efference.duration, beat->beat_ms))
        memset(beat->channels + PH_CHANNEL_ACTIONS, 0,
               2 * (size_t)s->p->actions.count * sizeof *beat->channels);
    if (s->act == cue)
        memset(beat->channels, 0, PH_CHANNEL_ACTIONS * sizeof *beat->channels);
    if (s->act == outcome)
        pay(s, beat);
    if (s->act == outcome + beats(t->pause, beat->beat_ms))
        end_trial(s, beat);
    s->act++;
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
    s->phase = phase;
    s->trial = 0;
    s->act = 0;
    PH_TRY(check(s->p));
    PH_TRY(make_list(s));
    s->trials = trials_of(s, params, trials);
    return PH_OK;
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
