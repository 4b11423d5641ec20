/* SPDX-License-Identifier: Apache-2.0 */
/* Which rank owns each neuron: a pure function of the brain, of the number of ranks and of how many
 * of them have a core, the same on every rank. The number of threads is this rank's, and decides
 * about its blocks alone. */
#ifndef PHASIC_LAYOUT_LAYOUT_H
#define PHASIC_LAYOUT_LAYOUT_H

#include "model/brain.h"

typedef struct ph_layout {
    int n_ranks, n_threads;
    int n_owners;       /* the first so many ranks may own neurons */
    int n_idle;         /* ranks without a region */
    int root;           /* rank that hosts the nuclei and the task */
    int *region_first;  /* per region: first of the consecutive ranks that host it */
    int *region_ranks;  /* per region: how many */
    double *rank_cost;  /* per rank: estimated cost, arbitrary unit */
} ph_layout;

/** @brief Place the regions on ranks: whole regions by cost where there are fewer ranks than
 *  regions, shares of the costliest where there are more, as far as they have cores: a share that
 *  waits for a core holds up the others in every slice. Ranks beyond own no neurons. Regions that
 *  hold a nucleus stay whole, on the root rank, which is the least loaded one. Where the brain has
 *  a `layout`, that is followed instead, and regions of which it says nothing are placed by cost.
 *  Not collective.
 *  @param n_cored ranks that have a core of their own
 *  @param layout out: owned by the caller, even after an error
 *  @return PH_CONFIG when the brain's layout names a rank that is not there */
ph_status ph_layout_create(const ph_brain *brain, int n_ranks, int n_cored, int n_threads,
                           ph_layout **layout);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_layout_destroy(ph_layout **layout);

/** @brief The contiguous share of a population that a rank owns. Not collective.
 *  @param first,count out: indices within the population; count 0 when none */
void ph_layout_share(const ph_layout *layout, const ph_brain *brain, int population, int rank,
                     int64_t *first, int64_t *count);

/** @brief Whether a rank is among those that host a region. Not collective. */
static inline int ph_layout_holds(const ph_layout *layout, int region, int rank)
{
    int place = rank - layout->region_first[region];
    return place >= 0 && place < layout->region_ranks[region];
}

/** @brief The rank that owns a neuron. Not collective. */
int ph_layout_owner(const ph_layout *layout, const ph_brain *brain, ph_gid gid);

/** @brief The population of a global id. Not collective. */
int ph_brain_population_of(const ph_brain *brain, ph_gid gid);

/** @brief Expected number of synapses of a projection. Not collective. */
double ph_expected_synapses(const ph_brain *brain, const ph_projection *projection);

/** @brief The same onto a contiguous range of neurons of the target population. Not collective. */
double ph_expected_onto(const ph_brain *brain, const ph_projection *projection, int64_t first,
                        int64_t count);

#endif
