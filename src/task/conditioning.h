/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the conditioning task: its parameters. */
#ifndef PHASIC_TASK_CONDITIONING_H
#define PHASIC_TASK_CONDITIONING_H

#include "task/cues.h"

typedef struct ph_conditioning_cue {
    ph_item item;
    double probability; /* of its reward */
    double reward;      /* its size; negative: a punishment */
    int64_t per_block;  /* trials of it in each block */
    int shown;          /* 0: nothing is seen */
} ph_conditioning_cue;

typedef struct ph_conditioning_response {
    ph_address population;
    int64_t threshold; /* spikes that make a response */
    int needed;        /* 1: without one nothing good is paid */
} ph_conditioning_response;

typedef struct ph_satiety {
    double per_reward; /* fall of the value by a reward of 1 */
    double recovery;   /* ms */
} ph_satiety;

typedef struct ph_conditioning_params {
    ph_cue_stimulus stimulus;
    ph_map cues; /* of ph_conditioning_cue */
    double omission;
    ph_conditioning_response response;
    ph_satiety satiety;
    ph_trial_times trial;
    int reward; /* PH_CONDITIONING_* */
} ph_conditioning_params;

enum { PH_CONDITIONING_CONTINGENT, PH_CONDITIONING_INDEPENDENT };

#endif
