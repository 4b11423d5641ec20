/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the continual task: its parameters. */
#ifndef PHASIC_TASK_CONTINUAL_H
#define PHASIC_TASK_CONTINUAL_H

#include "task/choice.h"

typedef struct ph_continual_params {
    ph_choice_params choice;
    int64_t cues;         /* of a set */
    int64_t first, shown; /* the first set that is shown, and how many */
    int64_t turn;         /* actions by which answers move from a set to the next */
} ph_continual_params;

#endif
