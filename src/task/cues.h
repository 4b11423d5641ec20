/* SPDX-License-Identifier: Apache-2.0 */
/* Cues: each is a sparse random subset of a population's cells, which receive input at a rate while
 * it is shown. What is shown stands in slots, channels of the broadcast that hold a cue's number.
 *
 * A share of the cells may instead fire in sequence after a cue's onset, each for a while at a time
 * of its own, so that the time since the cue is represented when the cue itself is over (time
 * cells: C. J. MacDonald and others, Neuron 71:737, 2011, doi 10.1016/j.neuron.2011.07.012). Each
 * cue has an order of its own.
 *
 * A second population may be tuned to cues: its cells are parts in order, each the place of one. */
#ifndef PHASIC_TASK_CUES_H
#define PHASIC_TASK_CUES_H

#include "task/trial.h"

typedef struct ph_cue_sequence {
    double share;    /* of the target's cells, which then belong to no cue */
    double duration; /* ms from the cue's onset */
    double width;    /* ms from a bump's peak to its end */
    double rate;     /* Hz of one input at the peak */
} ph_cue_sequence;

typedef struct ph_cue_kin {
    int64_t first; /* cue that has kin; 0: none */
    double share;  /* correlation of the cells of kin */
} ph_cue_kin;

typedef struct ph_cue_tuned {
    ph_address target; /* no text: there is none */
    const char *receptor;
    double weight;     /* pA or nS */
    double rate;       /* Hz of one input */
    int64_t indegree;  /* inputs of a cell */
    int64_t parts;     /* of the target, of equal size */
} ph_cue_tuned;

typedef struct ph_cue_stimulus {
    ph_address target;
    const char *receptor;
    double weight;    /* pA or nS */
    double rate;      /* Hz of one input */
    int64_t indegree; /* inputs of a cell */
    double fraction;  /* of the cells, in each cue */
    double overlap;   /* correlation of two cues' subsets */
    double part;      /* of a cue's cells that are shown */
    ph_cue_kin kin;
    ph_cue_sequence sequence;
    ph_cue_tuned tuned;
} ph_cue_stimulus;

extern const ph_table ph_cue_stimulus_table;

/* What may be shown at once, then the sequence: whose it is, and the time since its onset in ms. */
enum { PH_SLOT_CUE, PH_SLOT_DISTRACTOR, PH_SLOT_CONTEXT, PH_SLOT_SEQUENCE, PH_SLOT_TIME,
       PH_CUE_CHANNELS };

/* Numbers of cues that are not the task's first ones: each kind has subsets of its own. */
enum { PH_CUE_DISTRACTORS = 1 << 20, PH_CUE_CONTEXTS = 2 << 20, PH_CUE_NOVEL = 3 << 20,
       PH_CUES_MAX = 1 << 23 };

/** @brief Add the inputs and the channels of cues. Not collective. @return PH_CONFIG */
ph_status ph_cues_layout(const ph_cue_stimulus *stimulus, ph_task_layout *layout);

/** @brief How many inputs those are. Not collective. */
int ph_cues_inputs(const ph_cue_stimulus *stimulus);

/** @brief Show a cue in a slot. Not collective. @param cue below PH_CUES_MAX; -1: none
 *  @param channels of the cues */
void ph_cues_show(float *channels, int slot, int cue);

/** @brief Follow a trial: its cue is shown and goes off, with the context's, its sequence advances;
 *  a distractor is off when a trial begins. Once a beat. Not collective.
 *  @param cue -1: none @param channels of the cues */
void ph_cues_follow(const ph_cue_stimulus *stimulus, const ph_trials *trials, unsigned due,
                    int cue, double beat_ms, float *channels);

/** @brief Rates of an input's cells, see ph_task_type.rates. Not collective.
 *  @param input 0: the target, 1: the population that is tuned */
void ph_cues_rates(const ph_cue_stimulus *stimulus, uint64_t seed, int input,
                   const float *channels, int64_t first, int64_t stride, int64_t n, float *rate);

/** @brief ph_task_type.rates of tasks with these inputs alone, whose parameters begin with its
 *  ph_cue_stimulus. Not collective. */
void ph_cues_task_rates(const void *params, uint64_t seed, int input, const float *channels,
                        int64_t first, int64_t stride, int64_t n, float *rate);

#endif
