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

typedef struct ph_train {
    ph_post *posts; /* ascending in time */
    uint32_t count, room;
} ph_train;

#define PH_RECENT 3

/* A visit mostly needs the newest spikes alone: of all neurons they fit into cache. Steps are kept
 * modulo 2^32, and ph_history_renew sees to it that none falls back by more than half of that. */
typedef struct ph_recent {
    uint32_t step[PH_RECENT]; /* the newest first; long ago where there is none */
    ph_real y;                /* trace just after the newest; 0 where there is none */
} ph_recent;

struct ph_history {
    int n;                 /* neurons */
    const ph_decay *decay; /* of y, tau_minus; borrowed */
    ph_step keep;          /* how far back spikes are needed, steps */
    ph_train *trains;      /* n */
    ph_recent *recent;     /* n */
};

/** @brief Make an empty history of n neurons. Not collective.
 *  @param decay of the trace y; borrowed @param keep steps back that visits may ask for */
ph_status ph_history_create(int n, const ph_decay *decay, ph_step keep, ph_history **history);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_history_destroy(ph_history **history);

/** @brief Note that neuron i spiked at a step: y = y exp(-dt / tau_minus) + 1. Not collective. */
ph_status ph_history_append(ph_history *history, int i, ph_step step);

/** @brief To be called at every step: keeps recent steps within reach of 32 bits.
 *  Not collective. */
void ph_history_renew(ph_history *history, ph_step step);

/** @brief Steps from a recent spike to now, modulo 2^32; negative: it is still to come.
 *  Not collective. */
static inline int32_t ph_age(uint32_t now, uint32_t step)
{
    return (int32_t)(now - step);
}

/** @brief Index of the first spike at or after a step; count when there is none. Not collective. */
static inline uint32_t ph_train_from(const ph_train *train, ph_step step)
{
    uint32_t i = train->count;
    while (i > 0 && train->posts[i - 1].step >= step)
        i--;
    return i;
}

#endif
