/* SPDX-License-Identifier: Apache-2.0 */
/* What tasks of choice between actions by cues share: what is shown, who is paid, what is told of a
 * trial. */
#ifndef PHASIC_TASK_CHOICE_H
#define PHASIC_TASK_CHOICE_H

#include "task/cues.h"
#include "task/outcomes.h"

typedef struct ph_distractor {
    int64_t cues;      /* how many there are; 0: none is shown */
    double onset;      /* ms after the trial's cue; may outlast it */
    double duration;   /* ms */
} ph_distractor;

typedef struct ph_choice_params {
    ph_cue_stimulus stimulus;
    ph_actor actor;
    ph_distractor distractor;
    ph_outcomes outcomes;
    ph_trial_times trial;
    int reward; /* PH_CHOICE_* */
} ph_choice_params;

enum { PH_CHOICE_CONTINGENT, PH_CHOICE_INDEPENDENT, PH_CHOICE_NONE };

extern const ph_table ph_distractor_table;
extern const char *const ph_choice_rewards[];

/** The keys of a ph_choice_params within a task's struct. */
#define PH_CHOICE_KEYS(type, field)                                                                \
    {.name = "stimulus", .kind = PH_KIND_RECORD, .offset = offsetof(type, field.stimulus),        \
     .table = &ph_cue_stimulus_table, .doc = "how cues drive cells"},                             \
    PH_ACTOR_KEYS(type, field.actor),                                                              \
    {.name = "distractor", .kind = PH_KIND_RECORD, .offset = offsetof(type, field.distractor),    \
     .table = &ph_distractor_table, .value = "{}",                                                 \
     .doc = "cues that mean nothing, one of them in each trial"},                                  \
    {.name = "outcomes", .kind = PH_KIND_RECORD, .offset = offsetof(type, field.outcomes),        \
     .table = &ph_outcomes_table, .value = "{}",                                                   \
     .doc = "outcomes that are told apart, one of each action"},                                   \
    {.name = "trial", .kind = PH_KIND_RECORD, .offset = offsetof(type, field.trial),              \
     .table = &ph_trial_times_table, .value = "{}", .doc = "the times of a trial"},                \
    {.name = "reward", .kind = PH_KIND_CHOICE, .offset = offsetof(type, field.reward),            \
     .choices = ph_choice_rewards, .value = "contingent",                                          \
     .doc = "independent: paid with the actions' mean probability, whatever was done (a control);" \
            " none: nobody is paid (extinction)"}

#define PH_CHOICE_CUES_MAX 1000 /* that are shown in turn */

/* The state of a task begins with it. */
typedef struct ph_choice {
    ph_trials trials;
    int cue, context; /* shown in this trial; -1: none */
    double paid;
    int tasted;       /* beats for which the outcome is still told */
} ph_choice;

/** @brief Check the keys and lay out inputs, readouts and channels: first the cues', then the
 *  actor's, then the outcomes'. Not collective. @return PH_CONFIG */
ph_status ph_choice_layout(const ph_choice_params *params, ph_task_layout *layout);

/** @brief Which of n cues, at most PH_CHOICE_CUES_MAX, this trial shows: a block of n trials has
 *  each once, in random order. Not collective. */
int ph_choice_cue_of_block(const ph_choice *choice, int n);

/** @brief Show what is due, count, choose and tell. Once a beat, after cue and context are set.
 *  Not collective. */
void ph_choice_follow(ph_choice *choice, const ph_choice_params *params, unsigned due,
                      ph_task_beat *beat);

/** @brief Pay what an outcome is worth (1 to one who is hungry), or nothing. Not collective.
 *  @param p probability of reward of each action, n of them */
void ph_choice_pay(ph_choice *choice, const ph_choice_params *params, const double *p, int n,
                   ph_task_beat *beat);

/** @brief The row of a trial but for what the task alone knows. Not collective.
 *  @param p as the outcome had them @param better the action most likely to be rewarded */
ph_trial ph_choice_row(const ph_choice *choice, const ph_choice_params *params, const double *p,
                       int better);

/** @brief ph_task_type.rates of tasks whose parameters begin with their ph_choice_params.
 *  Not collective. */
void ph_choice_task_rates(const void *params, uint64_t seed, int input, const float *channels,
                          int64_t first, int64_t stride, int64_t n, float *rate);

#endif
