/* SPDX-License-Identifier: Apache-2.0 */
/* What a task is: a closed loop of stimuli, actions and reward, advanced once a beat on the root
 * rank, whose stimuli reach every rank as channels of the broadcast. One file with one const
 * ph_task_type and one line in the registry. */
#ifndef PHASIC_TASK_H
#define PHASIC_TASK_H

#include <phasic/param.h>
#include <phasic/state.h>
#include <phasic/status.h>

#include <math.h>

#define PH_TASK_CHANNELS 512 /* most stimulus channels of a task */
#define PH_TASK_INPUTS 64    /* most stimulated populations */
#define PH_TASK_READOUTS 64  /* most counted populations */

/* A Poisson input whose rate the task sets: each neuron of the span receives its own spikes. */
typedef struct ph_task_input {
    ph_span span;
    const char *receptor; /* port of the target's model */
    double weight;        /* pA or nS, as the port's unit */
} ph_task_input;

/* What a task needs of the brain; filled in on every rank. */
typedef struct ph_task_layout {
    int n_channels; /* values of the broadcast, each a float that every rank sees bit-identical */
    int n_inputs;
    ph_task_input inputs[PH_TASK_INPUTS];
    int n_readouts; /* populations whose spikes are counted, beat by beat */
    ph_span readouts[PH_TASK_READOUTS];
    int n_actions;
    const char *actions[PH_TASK_READOUTS]; /* names, for trials */
} ph_task_layout;

/* One finished trial: a row of run.h5. */
typedef struct ph_trial {
    ph_step step;     /* onset of the cue, in steps */
    int32_t phase;    /* index of the phase */
    int32_t stimulus; /* which stimulus of the data (image number) */
    int32_t context;  /* its class */
    int32_t action;   /* index of the action taken; -1: none of its own, a forced one was used */
    int32_t correct;  /* 1 when the action was the rewarded one and was not forced */
    float reward;     /* paid */
    float latency;    /* ms from cue to choice; NaN without a choice */
    float value;      /* what the critic expected at the outcome; NaN without a critic */
    /* What the task knows and no cell is told: for analysis. -1 or NaN where it means nothing. */
    int32_t block;       /* reversals of the run so far */
    int32_t better;      /* the action of the highest probability of reward */
    float p_better;      /* that probability */
    float p_reward;      /* of the action that was carried out, or of the cue */
    int32_t is_volatile; /* 1: this phase reverses */
    int32_t outlier;     /* 1: a due reward was left out, or actions pay as if reversed, for this
                            trial or a few */
    int32_t distractor;  /* which irrelevant cue was shown */
    int32_t responses;   /* spikes of the responding population before the outcome */
} ph_trial;

/** @brief A trial that says nothing yet. Not collective. */
static inline ph_trial ph_trial_none(void)
{
    return (ph_trial){.action = -1, .latency = NAN, .value = NAN, .block = -1, .better = -1,
                      .p_better = NAN, .p_reward = NAN, .is_volatile = -1, .outlier = -1,
                      .distractor = -1, .responses = -1};
}

/* What a task sees and says in one beat. */
typedef struct ph_task_beat {
    ph_step step;                /* start of the beat in which the task acts */
    double beat_ms;              /* length of a beat, ms */
    const int64_t *counts;       /* spikes of each readout in the beat before last; n_readouts */
    float *channels;             /* out: n_channels; keep their values until changed */
    int outcome;                 /* out: 1 in the beat in which a trial's outcome is known */
    double reward;               /* out: paid in this beat */
    int n_trials;                /* out: 1 when a trial ended in this beat */
    ph_trial trial;              /* out: that trial (phase is filled in by the caller) */
    int done;                    /* out: 1 when the phase's trials are over */
} ph_task_beat;

typedef struct ph_task_type {
    ph_descriptor base;
    /** Describe inputs and readouts from the parameters. Every rank; no files.
     *  @param params resolved parameters (addresses have spans) */
    ph_status (*layout)(const void *params, ph_task_layout *layout);
    /** Load data and make the state. Root only. @param seed the run's @param state out: owned by
     *  the caller, freed by close */
    ph_status (*open)(const void *params, uint64_t seed, void **state);
    /** Keys that `open` reads for the whole run, so that no phase can change them; NULL-terminated,
     *  NULL: none. */
    const char *const *fixed;
    /** What is wrong with a phase of this index, in which the task goes on; NULL: nothing. May be
     *  NULL. Every rank. @param params the phase's */
    const char *(*check_phase)(const void *params, int phase);
    /** How many trials a phase has. Root only. @param asked for by the phase, 0: none
     *  @return 0 when the phase goes on until the caller ends it */
    int64_t (*trials)(const void *state, const void *params, int64_t asked);
    /** Begin a phase. Root only. @param params this phase's parameters (same structure)
     *  @param trials to run, 0: until the caller ends it @param phase index, keys the draws */
    ph_status (*begin_phase)(void *state, const void *params, int64_t trials, int phase);
    /** Advance by one beat. Root only. */
    ph_status (*beat)(void *state, ph_task_beat *beat);
    /** Rates of an input's cells under the present channels. Every rank; pure, no libm.
     *  @param input index of the input @param first,stride,n cells first, first + stride, ... of
     *  the span @param rate out: n rates in Hz */
    void (*rates)(const void *params, uint64_t seed, int input, const float *channels,
                  int64_t first, int64_t stride, int64_t n, float *rate);
    /** Save what the trials of the phase have made of the state, or load it into one in which the
     *  same phase has begun. Root only. */
    ph_status (*keep)(void *state, ph_state *kept);
    void (*close)(void **state);
} ph_task_type;

#endif
