/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the novelty task: its parameters. */
#ifndef PHASIC_TASK_NOVELTY_H
#define PHASIC_TASK_NOVELTY_H

#include "task/cues.h"

typedef struct ph_novelty_params {
    ph_cue_stimulus stimulus;
    int64_t familiar;    /* cues that every phase shows */
    double novel_share;  /* of the trials that show another one */
    int64_t repeats;     /* times that each novel cue is shown */
    int64_t together;    /* novel cues that are shown in turn */
    double paying;       /* share of the cues that are paid */
    double amount;
    ph_trial_times trial;
    int reward; /* PH_NOVELTY_* */
} ph_novelty_params;

enum { PH_NOVELTY_CONTINGENT, PH_NOVELTY_INDEPENDENT };

/** @brief Whether a cue is one that is paid: a function of seed and cue. Not collective. */
int ph_novelty_pays(const ph_novelty_params *params, uint64_t seed, int cue);

#endif
