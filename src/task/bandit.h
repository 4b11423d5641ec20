/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the bandit task: its parameters. */
#ifndef PHASIC_TASK_BANDIT_H
#define PHASIC_TASK_BANDIT_H

#include "task/choice.h"

typedef struct ph_arm { /* action: probability */
    ph_item item;
    double probability;
} ph_arm;

typedef struct ph_walk {
    double sd;       /* of a step, a trial */
    double min, max; /* where probabilities are reflected */
} ph_walk;

typedef struct ph_bandit_params {
    ph_choice_params choice;
    ph_map arms; /* of ph_arm */
    ph_walk walk;
} ph_bandit_params;

#endif
