/* SPDX-License-Identifier: Apache-2.0 */
/* A block: neurons of one thread with ALL synapses onto them, and one input array that stays in
 * cache. A shard (one thread of one rank) has one block, or several when it has many neurons. */
#ifndef PHASIC_NETWORK_BLOCK_H
#define PHASIC_NETWORK_BLOCK_H

#include "layout/layout.h"
#include "network/calendar.h"
#include "network/classes.h"
#include "network/edges.h"
#include "network/quanta.h"
#include "network/rows.h"
#include "plasticity/history.h"

#define PH_BLOCK_NEURONS 65536 /* most neurons: a synapse names its target in 16 bits */
#define PH_STATIC_ROWS (PH_TIERS * PH_NEURON_PORTS) /* most static rows of a block */
#define PH_TILE 1024 /* neurons updated together: what lies between input and spikes stays in L1 */

/* Neurons of a tile whose parameters are the same. */
typedef struct ph_alike {
    int tile;              /* number of the tile */
    int first, n;          /* among the group's members */
    const ph_real *k;      /* their constants */
} ph_alike;

/* Where neurons of a group differ in their parameters: either those that are alike are brought
 * together, or, where most have a class of their own, each has its constants beside it. */
typedef struct ph_unlike {
    ph_real *each;         /* of tile t, constant c, neuron i of the tile: at
                              (t * n_constants + c) * PH_TILE + i; NULL: what follows */
    int n_alike;
    ph_alike *alike;       /* by tile */
    int32_t *members;      /* of the group: neurons by tile and class, ascending within */
    double *rest;          /* of each neuron, mV */
    ph_real *k;            /* PH_NEURON_CONSTANTS of each class that there is */
} ph_unlike;

/* The neurons of one population in one block; arrays are structure-of-arrays, padded. */
typedef struct ph_group {
    int population;
    const ph_neuron_model *model;
    int n, padded;         /* neurons, and with padding */
    int64_t first, stride; /* neuron i is number first + i * stride of its population */
    ph_gid gid;            /* global id of neuron 0; those of the others follow by stride */
    int slot;              /* neuron 0's place among those of the block */
    double quantum[PH_NEURON_PORTS];
    ph_real unit[PH_NEURON_PORTS]; /* what a quantum counts for in the port's unit: the quantum,
                                      times the gain that receptors give the port */
    ph_real k[PH_NEURON_CONSTANTS];
    ph_unlike *unlike;     /* NULL: k is for all of them */
    ph_real *state[PH_NEURON_STATES];
    int32_t *refractory;
    ph_real *I_each;       /* current of each neuron, pA, padded; NULL: I_constant and stimuli that
                              are the same for all */
    ph_real I_constant;    /* part of it that never changes, pA */
    int32_t *fired;               /* spikes of each neuron in the period; NULL: nobody asks */
    int n_histories;              /* distinct tau_minus of plastic projections onto it */
    ph_history **histories;       /* owned */
} ph_group;

typedef struct ph_block {
    _Alignas(64) int rank;     /* no line in common with the block of another thread */
    int index, n_blocks;       /* block `index` of the rank's n_blocks */
    int n_groups;
    ph_group *groups;
    int n_slots, n_ports;      /* neurons with padding; most ports of a model among them */
    ph_sum *input;             /* port * n_slots + slot: sums of the step, in quanta */
    int64_t *wide;             /* the same in 64 bits, for steps that could overflow */
    ph_real *in[PH_NEURON_PORTS]; /* of a tile: input of the step in the port's unit */
    ph_real *I;                /* of a tile: current of the step, pA */
    ph_real I_held;            /* what the first n_held of them are */
    int n_held;
    int32_t *spiked;           /* of a tile: indices of the step's spikes */
    ph_real *gathered;         /* room for a tile's neurons that are alike; NULL: all groups are */
    int32_t *gathered_ints;
    int64_t step_buckets;      /* delivered in the step so far */
    int step_wide;             /* 1: some of them into `wide` */
    int64_t largest_multapse;  /* most synapses of one source, delay and slot */
    int n_rows;
    ph_rows *rows;             /* static of each tier and port (at most PH_STATIC_ROWS), then one
                                  for each plastic projection */
    ph_calendar calendar;
    int64_t events;            /* synaptic events so far, plastic ones included */
} ph_block;

/* Who wants to know how far building is. Blocks add to `drawn`, the first thread's call `show`. */
typedef struct ph_build_watch {
    double expected;      /* synapses to be drawn, in all passes */
    _Atomic int64_t drawn;
    void (*show)(void *context, double share); /* often; it looks at the clock itself */
    void *context;
} ph_build_watch;

/* What networks are built from. */
typedef struct ph_build {
    const ph_brain *brain;
    const ph_layout *layout;
    const ph_quanta *quanta;
    const ph_rule_context *contexts; /* per projection; NULL decay for static ones */
    ph_edges *const *edges;          /* per projection; NULL: those of no file */
    ph_node_classes *const *classes; /* per population; NULL: all neurons are alike */
    uint64_t seed;
    int rank;
    ph_step sweep; /* steps between sweeps of a source, and of a period */
    ph_step keep;  /* steps back that visits may reach */
    ph_build_watch *watch; /* NULL: nobody looks on */
} ph_build;

/** @brief The longest delay of all projections, steps; 1 where there are none. Not collective. */
ph_step ph_longest_delay(const ph_brain *brain);

/** @brief Make a block: its neurons in their initial state, then its rows.
 *  Not collective; one thread builds a block alone.
 *  @param block out: zeroed memory, filled in; ph_block_destroy frees it even after an error */
ph_status ph_block_build(const ph_build *build, int index, int n_blocks, ph_block *block);

/** @brief E_L of a neuron of a group, mV. Not collective. */
double ph_group_rest(const ph_group *group, const ph_population *population, int i);

/** @brief Sort the neurons of a group into those that are alike. Not collective. @param classes of
 *  the rank's share of the population @param h resolution, ms */
ph_status ph_unlike_create(const ph_node_classes *classes, double h, ph_group *group);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_unlike_destroy(ph_unlike **unlike);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_block_destroy(ph_block *block);

/** @brief Begin a period of the slow states and factors of postsynaptic neurons, in which each
 *  source is swept once. Not collective; the block's thread.
 *  @param begin multiple of the period: what arrives later belongs to it
 *  @param rested 1: the period before was of a rest, whose silence says nothing of rates */
void ph_block_begin_period(ph_block *block, ph_step begin, ph_step period, int rested);

/** @brief The rows of a plastic projection; NULL: the block has none. Not collective.
 *  @param projection its index in the brain */
ph_rows *ph_block_plastic_rows(const ph_block *block, int projection);

/** @brief How many blocks a rank needs so that each has at most PH_BLOCK_NEURONS: a multiple of the
 *  threads; 0 when none is enough, there being too many populations. Not collective. */
int ph_blocks_needed(const ph_brain *brain, const ph_layout *layout, int rank);

/** @brief The rank's own number of a neuron: by population, then by index. Not collective. */
static inline ph_lid ph_group_lid(const ph_group *group, ph_lid population_lid, int64_t share_first,
                                  int i)
{
    return population_lid + (ph_lid)(group->first + i * group->stride - share_first);
}

#endif
