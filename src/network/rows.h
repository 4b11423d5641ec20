/* SPDX-License-Identifier: Apache-2.0 */
/* Rows: the synapses of one source onto one block, ordered by (delay, target). A row is a list of
 * runs (delay, count); static synapses take 4 bytes, plastic ones a weight, the rule's state and an
 * index. */
#ifndef PHASIC_NETWORK_ROWS_H
#define PHASIC_NETWORK_ROWS_H

#include "model/brain.h"
#include "network/echoes.h"
#include "network/row_index.h"
#include "plasticity/release.h"
#include "plasticity/scaling.h"
#include "plasticity/targets.h"
#include <phasic/plasticity.h>
#include <phasic/types.h>
#include <string.h>

/* Spikes of a projection within a region are handed on every slice, of a tract every epoch. */
typedef enum ph_tier { PH_TIER_SLICE, PH_TIER_EPOCH, PH_TIERS } ph_tier;

/* A static synapse: where it adds, and how much. */
typedef struct ph_synapse {
    uint16_t slot;    /* neuron of the block; the port is that of the rows */
    ph_weight weight; /* in quanta of the port, signed */
} ph_synapse;

/* Synapses behind the last of static rows that delivery may read, with weight 0 and slot 0: a whole
 * group of those that it adds together, after a last bucket of full groups alone. */
#define PH_SYNAPSE_PADDING 8

/* Consecutive synapses of a row with the same delay. */
typedef struct ph_run {
    uint16_t delay; /* steps */
    uint16_t count; /* synapses; a longer run is cut in two */
} ph_run;

#define PH_RUN_MOST 65535

/* Rows are laid out by counters up to so many of them: faster than sorting, but there is one for
 * each source that there could be. */
#define PH_CELLS_PER_SYNAPSE 2

typedef struct ph_rows {
    ph_tier tier;
    const ph_projection *projection; /* plastic: the projection; static: NULL */
    const ph_rule *rule;             /* plastic: its rule */
    int64_t n_rows;
    ph_gid *source;        /* n_rows, ascending; static: until they are indexed, then NULL */
    uint32_t *first;       /* n_rows + 1: first synapse of a row */
    uint32_t *first_run;   /* n_rows + 1: first run of a row */
    ph_run *runs;
    uint64_t n_synapses;
    ph_synapse *synapses;  /* static: n_synapses, and padding */
    char *plastic;         /* plastic: by run, see ph_run_fields */
    size_t synapse_bytes;  /* plastic: of one synapse */
    ph_row_index *index;   /* from the rank's sources to rows; made by the network */

    /* plastic: one of each a row */
    ph_step *last;         /* step of emission of the visit before */
    ph_real *x[PH_TRACES]; /* presynaptic traces just after it; NULL: the rule has none such */
    ph_release *release;   /* resources of the source; NULL: no short-term plasticity */
    ph_step *next_sweep;   /* when the next sweep is due */
    int64_t *by_sweep;     /* rows in the order of their phase; NULL: they are not swept */
    ph_step sweep_period;  /* steps between sweeps of a row */
    int64_t sweep_cursor;  /* next of by_sweep to look at */
    int64_t sweep_cycle;   /* how often the cursor has gone round */

    ph_echoes *echoes;     /* plastic: to come; NULL: the rule has none */

    int port;              /* receptor port of the targets */

    /* plastic: where the targets lie */
    int group;             /* index of the group in the block */
    double sign;           /* of the weight when it is delivered */
    ph_history *history;   /* of the group's neurons; borrowed from the block */
    ph_targets *targets;   /* of the group's neurons; NULL: the rule keeps none */
    ph_scaling *scaling;   /* of the group's neurons; NULL: no homeostasis */
    const ph_rule_context *context; /* borrowed from the network */
    int64_t events;        /* plastic events so far */
} ph_rows;

/* The fields of a run of plastic synapses: all weights (magnitudes, in the port's unit), then each
 * state of the rule, then the targets (index of the neuron within its group). So the run lies in as
 * few lines as can be; fields are not aligned, and are read and written by memcpy. */
typedef struct ph_run_fields {
    char *w;                      /* ph_real */
    char *state[PH_RULE_STATES];  /* ph_real */
    char *target;                 /* uint16_t */
} ph_run_fields;

/** @brief Index of the first of n ascending global ids at or above one; n: there is none.
 *  Not collective. */
static inline int64_t ph_gid_first_from(const ph_gid *ids, int64_t n, ph_gid gid)
{
    int64_t low = 0, high = n;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (ids[middle] < gid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/** @brief Bytes of a plastic synapse. Not collective. */
static inline size_t ph_plastic_bytes(const ph_rule *rule)
{
    return (size_t)(1 + rule->n_states) * sizeof(ph_real) + sizeof(uint16_t);
}

/** @brief The row of a source; -1: there is none. Not collective. */
static inline int64_t ph_rows_find(const ph_rows *rows, ph_gid source)
{
    int64_t row = ph_gid_first_from(rows->source, rows->n_rows, source);
    return row < rows->n_rows && rows->source[row] == source ? row : -1;
}

/** @brief The fields of a run whose bytes begin at a place. Not collective.
 *  @param count its synapses */
static inline ph_run_fields ph_run_fields_at(char *bytes, size_t count, int n_states)
{
    ph_run_fields fields = {.w = bytes};
    char *next = fields.w + count * sizeof(ph_real);
    for (int s = 0; s < n_states; s++, next += count * sizeof(ph_real))
        fields.state[s] = next;
    fields.target = next;
    return fields;
}

/** @brief Where the fields of a run lie. Not collective.
 *  @param first its first synapse @param count how many it has */
static inline ph_run_fields ph_run_fields_of(const ph_rows *rows, uint64_t first, size_t count)
{
    return ph_run_fields_at(rows->plastic + first * rows->synapse_bytes, count,
                            rows->rule->n_states);
}

/** @brief Element i of a field of weights or states. Not collective. */
static inline ph_real ph_field_real(const char *field, size_t i)
{
    ph_real value;
    memcpy(&value, field + i * sizeof value, sizeof value);
    return value;
}

/** @brief Element i of a field of targets. Not collective. */
static inline uint16_t ph_field_target(const char *field, size_t i)
{
    uint16_t value;
    memcpy(&value, field + i * sizeof value, sizeof value);
    return value;
}

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
struct ph_part;
struct ph_parts;

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

/* --- for the two ways to lay rows out: rows_dense.c and rows_sparse.c ------------------------- */

/** @brief Lay out rows by a counter for each source and delay: for sources that all reach the
 *  block. Not collective. */
ph_status ph_rows_lay_dense(const struct ph_parts *parts, ph_rows *rows);

/** @brief Lay out rows by sorting the synapses' sources and delays: for sources of which few reach
 *  the block. Memory is in proportion to the synapses. Not collective. */
ph_status ph_rows_lay_sparse(const struct ph_parts *parts, ph_rows *rows);

/** @brief Counters that ph_rows_lay_dense would take. Not collective. */
uint64_t ph_rows_dense_cells(const struct ph_parts *parts);

/** @brief Make the lists of rows and runs. Not collective.
 *  @return PH_RESOURCE when 32 bits cannot number the synapses */
ph_status ph_rows_allocate_rows(ph_rows *rows, uint64_t n_rows, uint64_t n_runs,
                                uint64_t n_synapses);

/** @brief Make the synapses of rows that are laid out. Not collective. */
ph_status ph_rows_allocate_synapses(ph_rows *rows);

/** @brief Ask for the memory of a synapse that is to be placed. Not collective. */
static inline void ph_rows_prefetch(const ph_rows *rows, uint64_t at)
{
    if (rows->rule)
        __builtin_prefetch(rows->plastic + at * rows->synapse_bytes, 1);
    else
        __builtin_prefetch(&rows->synapses[at], 1);
}

/** @brief Write a part's synapses at their places. Not collective. */
void ph_rows_place(ph_rows *rows, const struct ph_part *part);

#endif
