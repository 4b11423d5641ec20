/* SPDX-License-Identifier: Apache-2.0 */
/* Rows: the synapses of one source onto one block, ordered by (delay, target). A row is a list of
 * runs (delay, count); static synapses take 4 bytes, plastic ones an index, a weight and the
 * rule's state. */
#ifndef PHASIC_NETWORK_ROWS_H
#define PHASIC_NETWORK_ROWS_H

#include "model/brain.h"
#include <phasic/plasticity.h>
#include <phasic/types.h>

/* Spikes of a projection within a region are handed on every slice, of a tract every epoch. */
typedef enum ph_tier { PH_TIER_SLICE, PH_TIER_EPOCH, PH_TIERS } ph_tier;

/* A static synapse: where it adds, and how much. */
typedef struct ph_synapse {
    uint16_t slot;    /* neuron of the block; the port is that of the rows */
    ph_weight weight; /* in quanta of the port, signed */
} ph_synapse;

/* Synapses behind the last of static rows that delivery may read: with weight 0 and slot 0. */
#define PH_SYNAPSE_PADDING 7

/* Consecutive synapses of a row with the same delay. */
typedef struct ph_run {
    uint16_t delay; /* steps */
    uint16_t count; /* synapses; a longer run is cut in two */
} ph_run;

typedef struct ph_rows {
    ph_tier tier;
    const ph_projection *projection; /* plastic: the projection; static: NULL */
    const ph_rule *rule;             /* plastic: its rule */
    int64_t n_rows;
    ph_gid *source;        /* n_rows, ascending */
    uint64_t *first;       /* n_rows + 1: first synapse of a row */
    uint64_t *first_run;   /* n_rows + 1: first run of a row */
    ph_run *runs;
    uint64_t n_synapses;
    ph_synapse *synapses;  /* static: n_synapses, and padding */
    uint32_t *target;      /* plastic: index of the neuron within its group, n_synapses */
    ph_real *w;            /* plastic: weight (magnitude), in the port's unit */
    ph_real *state[PH_RULE_STATES]; /* plastic: the rule's state */
    int32_t *row_of;       /* rank source -> row, -1: none; filled in by ph_sources */

    /* plastic: one of each a row */
    ph_step *last;         /* step of emission of the visit before */
    ph_real *x;            /* presynaptic trace just after it */
    ph_step *next_sweep;   /* when the next sweep is due */
    int64_t *by_sweep;     /* rows in the order of their phase */
    ph_step sweep_period;  /* steps between sweeps of a row */
    int64_t sweep_cursor;  /* next of by_sweep to look at */
    int64_t sweep_cycle;   /* how often the cursor has gone round */

    int port;              /* receptor port of the targets */

    /* plastic: where the targets lie */
    int group;             /* index of the group in the block */
    double sign;           /* of the weight when it is delivered */
    ph_history *history;   /* of the group's neurons; borrowed from the block */
    const ph_rule_context *context; /* borrowed from the network */
    int64_t events;        /* plastic events so far */
} ph_rows;

/** @brief Ask for where a row's runs and synapses begin. Not collective. */
static inline void ph_rows_prefetch_index(const ph_rows *rows, int64_t row)
{
    __builtin_prefetch(&rows->first[row]);
    __builtin_prefetch(&rows->first_run[row]);
}

/** @brief Ask for the runs of a row, whose index has come. Not collective. */
static inline void ph_rows_prefetch_runs(const ph_rows *rows, int64_t row)
{
    const char *last = (const char *)&rows->runs[rows->first_run[row + 1]];
    for (const char *at = (const char *)&rows->runs[rows->first_run[row]]; at < last; at += 64)
        __builtin_prefetch(at);
}

struct ph_block;
struct ph_build;

/** @brief Draw and place the synapses onto one block of a set of projections.
 *  Not collective.
 *  @param build what the network is built from @param block the block, its groups made
 *  @param projections,n the set: all static ones of a tier and port, or a single plastic one
 *  @param rows out: owned by the block */
ph_status ph_rows_build(const struct ph_build *build, struct ph_block *block,
                        const ph_projection *const *projections, int n, ph_rows *rows);

/** @brief Free what rows own. Not collective. */
void ph_rows_destroy(ph_rows *rows);

/** @brief Bytes that rows hold. Not collective. */
int64_t ph_rows_bytes(const ph_rows *rows);

#endif
