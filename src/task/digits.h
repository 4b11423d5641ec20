/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the digits task: its parameters and channels. */
#ifndef PHASIC_TASK_DIGITS_H
#define PHASIC_TASK_DIGITS_H

#include "task/images.h"
#include "task/trial.h"

typedef struct ph_digits_answer { /* digit: action */
    ph_item item;
    const char *action;
} ph_digits_answer;

typedef struct ph_digits_rule {
    ph_item item;
    ph_map answers; /* of ph_digits_answer */
} ph_digits_rule;

typedef struct ph_digits_stimulus {
    ph_address target;
    const char *receptor;
    double weight;             /* pA or nS */
    double rate_max, rate_min; /* Hz, of one input */
    int64_t indegree;          /* inputs of a cell */
    double theta, slope;       /* of the field's response, mean grey levels */
} ph_digits_stimulus;

typedef struct ph_digits_distractor {
    ph_address target;
    const char *receptor;
    double weight;      /* pA or nS; NaN: not given */
    double share;       /* of full grey levels */
    double probability; /* of a trial */
    int when;           /* PH_WHEN_* */
} ph_digits_distractor;

typedef struct ph_digits_go {
    ph_item item;
    ph_address target;
    const char *receptor;
    double weight; /* pA or nS */
    double rate;   /* Hz, onto each cell */
} ph_digits_go;

typedef struct ph_digits_spacing {
    int64_t trials; /* of a group, 0: no groups */
    double pause;   /* ms */
} ph_digits_spacing;

typedef struct ph_digits_params {
    const char *images;
    int64_t held_out_every;
    int split;                      /* PH_SPLIT_* */
    int order;                      /* PH_ORDER_* */
    int64_t block;                  /* trials */
    ph_digits_spacing spacing;
    ph_map rules;                   /* of ph_digits_rule */
    const char *rule;
    ph_digits_stimulus stimulus;
    ph_actor actor;
    ph_trial_times trial;
    double delay;                   /* ms */
    ph_map go;                      /* of ph_digits_go */
    ph_digits_distractor distractor;
    double outlier;                 /* probability */
    int reward, labels;             /* PH_REWARD_*, PH_LABELS_* */
} ph_digits_params;

enum { PH_SPLIT_TRAIN, PH_SPLIT_HELD_OUT };
enum { PH_ORDER_BALANCED, PH_ORDER_BLOCKED, PH_ORDER_EACH_ONCE };
enum { PH_REWARD_CONTINGENT, PH_REWARD_INDEPENDENT };
enum { PH_LABELS_TRUE, PH_LABELS_SHUFFLED };

enum { PH_WHEN_CUE, PH_WHEN_DELAY };

/* Channels of the broadcast: pixels and whether they are shown, the same for another population
 * that sees a distractor, the go signal, then for each action its efference and its suppression. */
enum {
    PH_CHANNEL_CUE = PH_IMAGE_PIXELS,
    PH_CHANNEL_OTHER,
    PH_CHANNEL_OTHER_CUE = PH_CHANNEL_OTHER + PH_IMAGE_PIXELS,
    PH_CHANNEL_GO,
    PH_CHANNEL_ACTIONS
};

extern const ph_table ph_digits_table;

/** @brief Rates of cells of a task's input, see ph_task_type.rates. Not collective. */
void ph_digits_rates(const void *params, uint64_t seed, int input, const float *channels,
                     int64_t first, int64_t stride, int64_t n, float *rate);

/** @brief The action that a rule asks for, -1: none. Not collective. */
int ph_digits_answer_of(const ph_digits_params *params, int digit);

#endif
