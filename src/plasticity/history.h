/* SPDX-License-Identifier: Apache-2.0 */
/* The postsynaptic spikes of the neurons of one population in one block, with the trace y that
 * they leave: as far back as any synapse may still have to catch up. */
#ifndef PHASIC_PLASTICITY_HISTORY_H
#define PHASIC_PLASTICITY_HISTORY_H

#include "plasticity/decay.h"

/* One postsynaptic spike. */
typedef struct ph_post {
    ph_step step; /* when it was emitted */
    ph_real y;    /* trace just after it */
} ph_post;

#define PH_TRAIN_RECENT 3
#define PH_NEVER (-((ph_step)1 << 40)) /* the step of a recent spike that there is none of */

/* A visit mostly needs the newest spikes: they lie with the train itself, in one line of cache. */
typedef struct ph_train {
    _Alignas(64) ph_post recent[PH_TRAIN_RECENT]; /* the newest first; else PH_NEVER and 0 */
    ph_post *posts; /* all of them, ascending in time */
    uint32_t count, room;
} ph_train;

struct ph_history {
    int n;                 /* neurons */
    const ph_decay *decay; /* of y, tau_minus; borrowed */
    ph_step keep;          /* how far back spikes are needed, steps */
    ph_train *trains;      /* n */
};

/** @brief Make an empty history of n neurons. Not collective.
 *  @param decay of the trace y; borrowed @param keep steps back that visits may ask for */
ph_status ph_history_create(int n, const ph_decay *decay, ph_step keep, ph_history **history);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_history_destroy(ph_history **history);

/** @brief Note that neuron i spiked at a step: y = y exp(-dt / tau_minus) + 1. Not collective. */
ph_status ph_history_append(ph_history *history, int i, ph_step step);

/** @brief Spike j of a train, counted from the oldest. Not collective. */
static inline const ph_post *ph_train_post(const ph_train *train, uint32_t j)
{
    uint32_t from_newest = train->count - 1 - j;
    return from_newest < PH_TRAIN_RECENT ? &train->recent[from_newest] : &train->posts[j];
}

/** @brief Index of the first spike at or after a step; count when there is none. Not collective. */
static inline uint32_t ph_train_from(const ph_train *train, ph_step step)
{
    uint32_t i = train->count;
    while (i > 0 && ph_train_post(train, i - 1)->step >= step)
        i--;
    return i;
}

#endif
