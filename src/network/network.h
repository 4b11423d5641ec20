/* SPDX-License-Identifier: Apache-2.0 */
/* All that one rank owns of the brain: its blocks, the rules' contexts, and the list of sources
 * that have synapses here. */
#ifndef PHASIC_NETWORK_NETWORK_H
#define PHASIC_NETWORK_NETWORK_H

#include "network/block.h"
#include "plasticity/gate.h"
#include "plasticity/sampled.h"

/* What a rank has read of a projection's file of edges. */
typedef struct ph_edge_tally {
    int64_t unlisted; /* edges that the index leaves out; their sum over ranks is to be 0 */
    int64_t synapses;
} ph_edge_tally;

typedef struct ph_network {
    const ph_brain *brain;
    const ph_layout *layout;
    int rank;
    uint64_t seed;
    ph_quanta quanta;
    ph_edges **edges;          /* per projection, until its rows are built; NULL: of no file */
    ph_node_classes **classes; /* per population, until its groups are built; NULL likewise */
    ph_rule_context *contexts; /* per projection of the brain; what they point to is owned */
    int n_blocks;              /* of all threads: block b belongs to thread b % n_threads */
    ph_block *blocks;
    ph_step sweep;             /* steps between sweeps of a source: whole beats, one second */
    ph_lid n_local;            /* neurons of this rank */
    int64_t *share_first;      /* per population: first of this rank's share */
    int64_t *share_count;      /* per population */
    ph_lid *population_lid;    /* per population: number of its first own neuron */
    int64_t n_sources;         /* neurons, of any rank, that have synapses here */
    ph_gid *sources;           /* n_sources, ascending; until ph_network_forget_sources */
    int32_t *source_of_local;  /* by own number: its number among the sources, -1: none */
    int64_t synapses, plastic_synapses;
    ph_edge_tally *tally;      /* per projection; zeros: of no file */
} ph_network;

/** @brief Do something to each block, in the thread that steps it: memory that is taken there is
 *  near it (first touch). Not collective. Master, while no thread steps. @return the first error */
ph_status ph_network_each_block(const ph_network *network,
                                ph_status (*visit)(void *context, int block), void *context);

/** @brief Build a rank's share of the brain, its blocks in parallel on all threads.
 *  Not collective.
 *  @param inputs,n_inputs Poisson inputs beside stimuli, for the quanta
 *  @param watch .show and .context of who looks on, the rest is filled in; NULL: nobody
 *  @param network out: owned by the caller; destroy it even after an error */
ph_status ph_network_create(const ph_brain *brain, const ph_layout *layout, int rank,
                            uint64_t seed, const ph_task_input *inputs, int n_inputs,
                            ph_build_watch *watch, ph_network **network);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_network_destroy(ph_network **network);

/** @brief This rank's number of its own neuron. Not collective. */
ph_lid ph_network_local(const ph_network *network, ph_gid gid);

/** @brief Which sources of 32 have rows of a tier: a bit each. Not collective.
 *  @param word sources 32 word and on */
uint32_t ph_network_needed(const ph_network *network, ph_tier tier, int64_t word);

/** @brief Number of the first source at or above a global id. Not collective. */
int64_t ph_network_first_source(const ph_network *network, ph_gid gid);

/** @brief Free the list of sources: after the other ranks have been asked, their numbers do.
 *  Not collective. */
void ph_network_forget_sources(ph_network *network);

#endif
