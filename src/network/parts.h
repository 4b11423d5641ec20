/* SPDX-License-Identifier: Apache-2.0 */
/* The synapses onto one block of a set of projections, drawn part by part in the order of targets.
 * Who lays them out walks over them more than once: the draws are the same each time. */
#ifndef PHASIC_NETWORK_PARTS_H
#define PHASIC_NETWORK_PARTS_H

#include "network/block.h"
#include "network/draw.h"

/* Placing touches memory at random places. All places of a part are asked for before the first is
 * used, so that many cache misses are under way at once. */
#define PH_PART 256

typedef struct ph_part {
    const ph_group *group;
    const ph_projection *projection;
    const ph_drawer *drawer;
    const ph_drawn *drawn;
    int i;                   /* target within the group */
    int64_t target;          /* the same within its population */
    int64_t first;           /* of the part among the target's synapses */
    int n;
    const uint32_t *source;  /* n: index within the source population */
    uint16_t delay[PH_PART]; /* steps; ph_part_delays */
    double weight[PH_PART];  /* in the port's unit; ph_part_weights */
    uint64_t at[PH_PART];    /* for who lays them out */
} ph_part;

typedef struct ph_parts {
    const ph_build *build;
    const ph_block *block;
    const ph_projection *const *projections;
    int n;
    ph_drawer **drawers; /* of each projection; NULL where it has no target here */
    int is_watched;      /* 1: what is drawn counts for who looks on */
} ph_parts;

/** @brief Prepare to draw a set of projections for a block. Not collective.
 *  @param projections,n borrowed @param parts out: ph_parts_destroy frees it even after an error */
ph_status ph_parts_create(const ph_build *build, const ph_block *block,
                          const ph_projection *const *projections, int n, ph_parts *parts);

/** @brief Free what the handle holds. Not collective. */
void ph_parts_destroy(ph_parts *parts);

/** @brief Draw every synapse and show it, part by part. Not collective.
 *  @param visit is given each part, its sources filled in */
ph_status ph_parts_each(const ph_parts *parts, ph_status (*visit)(void *context, ph_part *part),
                        void *context);

/** @brief Fill in a part's delays. Not collective. */
ph_status ph_part_delays(ph_part *part);

/** @brief Fill in a part's weights. Not collective. */
void ph_part_weights(ph_part *part);

/** @brief Sources that a projection of the set can have here: indices within its population.
 *  Not collective. @param low,high out: high is beyond the last; equal when there is none */
void ph_parts_range(const ph_parts *parts, int p, int64_t *low, int64_t *high);

/** @brief Expected number of synapses of the whole set onto the block. Not collective. */
double ph_parts_expected(const ph_parts *parts);

#endif
