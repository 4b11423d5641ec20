/* SPDX-License-Identifier: Apache-2.0 */
/* The postsynaptic spikes of the neurons of one population in one block, with the trace y that
 * they leave: as far back as any synapse may still have to catch up. */
#ifndef PHASIC_PLASTICITY_HISTORY_H
#define PHASIC_PLASTICITY_HISTORY_H

#include "plasticity/decay.h"

/* The spikes of one neuron: arrays, of which a rule pays only for those that it asks for. */
typedef struct ph_train {
    ph_step *steps; /* when each was emitted, ascending */
    ph_real *y;     /* trace just after each; NULL: it is 1 */
    ph_real *y_two; /* second trace, just before each; NULL: there is none */
    ph_real *gates; /* of the compartment's potential at each, 0 .. 1; NULL: there is none */
    uint32_t count, room;
} ph_train;

#define PH_RECENT 3

/* A visit mostly needs the newest spikes alone: of all neurons they fit into cache. Steps are kept
 * modulo 2^32, and ph_history_renew sees to it that none falls back by more than half of that. */
typedef struct ph_recent {
    uint32_t step[PH_RECENT]; /* the newest first; long ago where there is none */
    ph_real y;                /* trace just after the newest; 0 where there is none */
} ph_recent;

/* The second trace just before each of the newest spikes. */
typedef struct ph_recent_two {
    ph_real y[PH_RECENT];
} ph_recent_two;

/* The gates of the newest spikes. */
typedef struct ph_recent_gates {
    ph_real gate[PH_RECENT];
} ph_recent_gates;

/* A gate of pairs by the potential of a compartment at the event, a postsynaptic spike or an
 * arrival:
 *     gate = 1 / (1 + exp(-(V - V_half) / slope)) */
typedef struct ph_local {
    const ph_real *V;     /* of each neuron, mV above E_L; borrowed from the group; NULL: no gate */
    double V_half, slope; /* mV above E_L, mV */
} ph_local;

/* How the traces of a history go. */
typedef struct ph_traces {
    const ph_decay *decay[PH_TRACES]; /* borrowed; NULL: there is no such trace, y is 1 */
    int pairing;                      /* PH_PAIRING_NEAREST: a spike sets a trace to 1 */
} ph_traces;

struct ph_history {
    int n;                 /* neurons */
    ph_traces traces;
    ph_local local;
    ph_step keep;          /* how far back spikes are needed, steps */
    ph_train *trains;      /* n */
    ph_recent *recent;     /* n */
    ph_recent_two *recent_two;     /* n; NULL: there is no second trace */
    ph_recent_gates *recent_gates; /* n; NULL: there is no gate */
    ph_gid gid, stride;    /* global id of neuron 0, and from one to the next */
};

/** @brief Make an empty history of n neurons. Not collective.
 *  @param traces,local copied; local NULL: no gate
 *  @param keep steps back that visits may ask for */
ph_status ph_history_create(int n, const ph_traces *traces, const ph_local *local, ph_step keep,
                            ph_history **history);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_history_destroy(ph_history **history);

/** @brief Note that neuron i spiked at a step: y = y exp(-dt / tau) + 1, or y = 1 where pairs are
 *  of nearest spikes. Not collective. */
ph_status ph_history_append(ph_history *history, int i, ph_step step);

/** @brief Forget all spikes. Not collective. @param now the present step */
void ph_history_clear(ph_history *history, ph_step now);

/** @brief To be called at every step: keeps recent steps within reach of 32 bits.
 *  Not collective. */
void ph_history_renew(ph_history *history, ph_step step);

/** @brief The gate of neuron i at its present potential. Not collective. */
ph_real ph_history_gate(const ph_history *history, int i);

/** @brief Steps from a recent spike to now, modulo 2^32; negative: it is still to come.
 *  Not collective. */
static inline int32_t ph_age(uint32_t now, uint32_t step)
{
    return (int32_t)(now - step);
}

/** @brief The trace just after a spike of the train. Not collective. */
static inline ph_real ph_train_y(const ph_train *train, uint32_t j)
{
    return train->y ? train->y[j] : 1;
}

/** @brief The gate of a spike of the train; 1 where there is none. Not collective. */
static inline double ph_train_gate(const ph_train *train, uint32_t j)
{
    return train->gates ? (double)train->gates[j] : 1;
}

/** @brief Index of the first spike at or after a step; count when there is none. Not collective. */
static inline uint32_t ph_train_from(const ph_train *train, ph_step step)
{
    uint32_t i = train->count;
    while (i > 0 && train->steps[i - 1] >= step)
        i--;
    return i;
}

#endif
