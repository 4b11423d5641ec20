/* SPDX-License-Identifier: Apache-2.0 */
/* The course of a trial, which tasks share: a cue, a window in which spikes choose an action, its
 * efference copy, the outcome, a pause.
 *
 * A task acts once a beat. What it sets comes into force PH_TRIAL_LATENCY beats after the beat
 * whose counts it sees: act a of a trial (0 sets the cue) is given the counts of beat a - latency
 * of the cue. The choice is the action whose populations spiked most from choose_from to
 * choose_at; without a difference a forced one is drawn, which is carried out and never counts as
 * the animal's. */
#ifndef PHASIC_TASK_TRIAL_H
#define PHASIC_TASK_TRIAL_H

#include "task/actor.h"

#define PH_TRIAL_LATENCY 3

typedef struct ph_trial_times {
    double cue;                     /* ms, on from 0 */
    double choose_from, choose_at;  /* ms after cue onset */
    double reward_after;            /* ms after the cue's end, or the choice if that is later */
    double pause, pause_jitter;     /* ms after the outcome, and most that is added to it */
} ph_trial_times;

/** Times of tasks with a choice, and of tasks without one (choose_at stays 0). */
extern const ph_table ph_trial_times_table, ph_cue_times_table;

/* What a number of a task is drawn for: the stream of its key. A task's own begin with OWN. */
enum {
    PH_DRAW_ORDER,
    PH_DRAW_STIMULUS,
    PH_DRAW_FORCED,
    PH_DRAW_REWARD,
    PH_DRAW_OWN,
    PH_DRAW_PAUSE = 100
};

/* What is due in a beat: bits, in the order in which a task attends to them. */
enum {
    PH_DUE_BEGIN = 1,    /* the cue comes on */
    PH_DUE_COUNT = 2,    /* spikes count for the choice */
    PH_DUE_CHOICE = 4,   /* an action is chosen */
    PH_DUE_CALM = 8,     /* its efference is over */
    PH_DUE_CUE_END = 16, /* the cue goes off */
    PH_DUE_OUTCOME = 32, /* reward, or none */
    PH_DUE_END = 64,     /* the trial is over; the next beat begins another */
    PH_DUE_OPEN = 128,   /* from choose_from: what is set now is in force with the first count */
    PH_DUE_SHUT = 256    /* to choose_at: what was set is in force with the last count */
};

/* The trials of a phase. */
typedef struct ph_trials {
    uint64_t seed;
    int phase;
    int64_t n;                       /* of the phase, 0: until the caller ends it */
    int64_t trial;                   /* number within the phase */
    int act;                         /* beats of the trial so far, with the present one */
    ph_step onset;                   /* of the cue */
    int64_t score[PH_ACTIONS_MAX];
    int action, forced;              /* 1: it was drawn */
} ph_trials;

/** @brief Begin the trials of a phase. Not collective. @param n 0: until the caller ends it */
void ph_trials_begin(ph_trials *trials, uint64_t seed, int64_t n, int phase);

/** @brief What is due in this beat of the trial: once a beat. Not collective.
 *  @param efference ms, how long the chosen action is told */
unsigned ph_trials_due(ph_trials *trials, const ph_trial_times *times, double efference,
                       const ph_task_beat *beat);

/** @brief Do what is due for the choice: count, choose, tell, end of telling. Not collective.
 *  @param counts of the actor's readouts @param channels the actor's */
void ph_trials_choose(ph_trials *trials, const ph_actor *actor, unsigned due,
                      const int64_t *counts, float *channels);

/** @brief What every trial's row says: onset, action (-1: forced), latency. Not collective. */
ph_trial ph_trials_row(const ph_trials *trials, const ph_trial_times *times);

/** @brief End the trial, when that is due, and hand on its row. Not collective. */
void ph_trials_end(ph_trials *trials, const ph_trial *row, ph_task_beat *beat);

/** @brief A number in [0, below), a function of seed, phase, purpose and counter alone.
 *  Not collective. */
uint32_t ph_trials_draw(const ph_trials *trials, int what, int64_t counter, uint32_t below);

/** @brief A uniform number in (0, 1) of the same kind. Not collective. */
double ph_trials_unit(const ph_trials *trials, int what, int64_t counter);

/** @brief Put items in random order. Not collective. @param counter of the first draw of n */
void ph_trials_shuffle(const ph_trials *trials, int *items, int n, int64_t counter);

/** @brief Beats in a time, to the nearest. Not collective. */
int ph_trial_beats(double ms, double beat_ms);

/** @brief Whether the times are in order. Not collective. @return PH_CONFIG */
ph_status ph_trial_times_check(const ph_trial_times *times);

/** @brief The state of a task, size bytes of zeros that begin with a ph_trials. Not collective.
 *  @param state out: freed by ph_task_free */
ph_status ph_trials_open(size_t size, uint64_t seed, void **state);

/** @brief ph_task_type.keep of a state that is one piece of memory with one pointer: to the phase's
 *  parameters, which stays. Not collective. @param size of the state @param params the pointer */
ph_status ph_task_keep(void *task, size_t size, const void *params, ph_state *kept);

/** @brief ph_task_type.trials of tasks that go on for as long as they are asked. Not collective. */
int64_t ph_trials_asked(const void *state, const void *params, int64_t asked);

/** @brief ph_task_type.close of tasks whose state is one piece of memory. Not collective. */
void ph_task_free(void **state);

#endif
