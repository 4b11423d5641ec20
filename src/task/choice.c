/* SPDX-License-Identifier: Apache-2.0 */
/* Choices between actions by cues, see choice.h. */
#include "task/choice.h"

enum { DRAW_DISTRACTOR = 50 };

static const ph_param distractor_keys[] = {
    PH_INT(ph_distractor, cues, "0", 0, 1000, "how many irrelevant cues there are; 0: none"),
    PH_REAL(ph_distractor, onset, "ms", "0 ms", 0, 1e5, "after the trial's cue"),
    PH_REAL(ph_distractor, duration, "ms", "200 ms", 1, 1e5, "how long it is shown"),
};
const ph_table ph_distractor_table =
    PH_TABLE("distractor", ph_distractor, distractor_keys, "cues that mean nothing");

const char *const ph_choice_rewards[] = {"contingent", "independent", "none", NULL};

ph_status ph_choice_layout(const ph_choice_params *params, ph_task_layout *layout)
{
    PH_TRY(ph_actor_check(&params->actor));
    PH_TRY(ph_trial_times_check(&params->trial));
    PH_TRY(ph_cues_layout(&params->stimulus, layout));
    ph_actor_layout(&params->actor, layout);
    return ph_outcomes_layout(&params->outcomes, &params->actor, layout);
}

int ph_choice_cue_of_block(const ph_choice *choice, int n)
{
    int order[PH_CHOICE_CUES_MAX];
    int64_t trial = choice->trials.trial;
    for (int c = 0; c < n; c++)
        order[c] = c;
    ph_trials_shuffle(&choice->trials, order, n, trial / n * PH_CHOICE_CUES_MAX);
    return order[trial % n];
}

/* Which irrelevant cue a trial has. */
static int distractor_of(const ph_choice *choice, const ph_choice_params *params)
{
    int n = (int)params->distractor.cues;
    return n ? (int)ph_trials_draw(&choice->trials, DRAW_DISTRACTOR, choice->trials.trial,
                                   (uint32_t)n)
             : -1;
}

static void distract(const ph_choice *choice, const ph_choice_params *params, double beat_ms,
                     float *channels)
{
    int which = distractor_of(choice, params), act = choice->trials.act - 1;
    int on = ph_trial_beats(params->distractor.onset, beat_ms);
    if (which >= 0 && act == on)
        ph_cues_show(channels, PH_SLOT_DISTRACTOR, PH_CUE_DISTRACTORS + which);
    if (which >= 0 && act == on + ph_trial_beats(params->distractor.duration, beat_ms))
        ph_cues_show(channels, PH_SLOT_DISTRACTOR, -1);
}

static float *outcomes_channels(const ph_choice_params *params, float *channels)
{
    return channels + PH_CUE_CHANNELS + 2 * params->actor.actions.count;
}

/* The outcome of a paid action for its time, counted from the beat in which it is paid. */
static void tell_outcome(ph_choice *choice, const ph_choice_params *params, float *channels)
{
    ph_outcomes_tell(&params->outcomes, &params->actor,
                     choice->tasted > 0 ? choice->trials.action : -1, channels);
    if (choice->tasted > 0)
        choice->tasted--;
}

void ph_choice_follow(ph_choice *choice, const ph_choice_params *params, unsigned due,
                      ph_task_beat *beat)
{
    float *channels = beat->channels;
    ph_cues_follow(&params->stimulus, &choice->trials, due, choice->cue, beat->beat_ms, channels);
    if (due & PH_DUE_BEGIN && choice->context >= 0)
        ph_cues_show(channels, PH_SLOT_CONTEXT, PH_CUE_CONTEXTS + choice->context);
    distract(choice, params, beat->beat_ms, channels);
    ph_trials_choose(&choice->trials, &params->actor, due, beat->counts,
                     channels + PH_CUE_CHANNELS);
    if (due & PH_DUE_BEGIN)
        choice->tasted = 0;
    tell_outcome(choice, params, outcomes_channels(params, channels));
}

void ph_choice_pay(ph_choice *choice, const ph_choice_params *params, const double *p, int n,
                   ph_task_beat *beat)
{
    double chance = p[choice->trials.action];
    if (params->reward == PH_CHOICE_INDEPENDENT) {
        chance = 0;
        for (int a = 0; a < n; a++)
            chance += p[a] / n;
    }
    if (params->reward == PH_CHOICE_NONE)
        chance = 0;
    int comes = ph_trials_unit(&choice->trials, PH_DRAW_REWARD, choice->trials.trial) < chance;
    int action = choice->trials.action;
    choice->paid = comes ? ph_outcomes_worth(&params->outcomes, &params->actor, action) : 0;
    choice->tasted = comes ? ph_trial_beats(params->outcomes.duration, beat->beat_ms) : 0;
    beat->outcome = 1;
    beat->reward = choice->paid;
}

ph_trial ph_choice_row(const ph_choice *choice, const ph_choice_params *params, const double *p,
                       int better)
{
    ph_trial row = ph_trials_row(&choice->trials, &params->trial);
    row.stimulus = choice->cue;
    row.reward = (float)choice->paid;
    row.better = better;
    row.correct = row.action == better;
    row.p_better = (float)p[better];
    row.p_reward = (float)p[choice->trials.action];
    row.distractor = distractor_of(choice, params);
    return row;
}

void ph_choice_task_rates(const void *params, uint64_t seed, int input, const float *channels,
                          int64_t first, int64_t stride, int64_t n, float *rate)
{
    const ph_choice_params *p = params;
    int own = input - ph_cues_inputs(&p->stimulus);
    if (own < 0) {
        ph_cues_rates(&p->stimulus, seed, input, channels, first, stride, n, rate);
        return;
    }
    const float *actors = channels + PH_CUE_CHANNELS;
    int of_outcomes = own - ph_actor_inputs(&p->actor);
    float same = of_outcomes < 0
                     ? ph_actor_rate(&p->actor, own, actors)
                     : ph_outcomes_rate(&p->outcomes, &p->actor, of_outcomes,
                                        actors + 2 * p->actor.actions.count);
    for (int64_t i = 0; i < n; i++)
        rate[i] = same;
}
