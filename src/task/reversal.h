/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the reversal task: its parameters. */
#ifndef PHASIC_TASK_REVERSAL_H
#define PHASIC_TASK_REVERSAL_H

#include "task/choice.h"

typedef struct ph_reversals {
    int64_t every, jitter; /* trials */
    int64_t right, of;     /* so many of the last so many choices */
} ph_reversals;

typedef struct ph_outliers {
    int64_t every, jitter, length; /* trials */
} ph_outliers;

typedef struct ph_reversal_params {
    ph_choice_params choice;
    int64_t cues;
    double p_better, p_worse;
    ph_reversals reversals;
    ph_outliers outliers;
    int context; /* 1: a cue tells the rule */
} ph_reversal_params;

#endif
