/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing connections: the incoming synapses of one target under one projection, a pure function
 * of (seed, projection, target), so that every shard draws its own without communication. */
#ifndef PHASIC_NETWORK_DRAW_H
#define PHASIC_NETWORK_DRAW_H

#include "base/random.h"
#include "model/brain.h"

/* One drawn synapse; its ordinal is its place in the list. */
typedef struct ph_drawn {
    int64_t source;       /* index within the source population */
    uint32_t weight_bits; /* the draw of its weight */
    uint32_t delay_bits;  /* the draw of its delay */
} ph_drawn;

typedef struct ph_drawer ph_drawer;

/** @brief Prepare to draw a projection for a contiguous range of its targets.
 *  Not collective.
 *  @param brain,projection borrowed @param seed the run's
 *  @param first,count range of target indices within the target population
 *  @param drawer out: owned by the caller */
ph_status ph_drawer_create(const ph_brain *brain, const ph_projection *projection, uint64_t seed,
                           int64_t first, int64_t count, ph_drawer **drawer);

/** @brief The incoming synapses of one target.
 *  Not collective.
 *  @param target index within the target population, inside the range
 *  @param list out: n synapses, borrowed until the next call @param n out: their number; 0 when the
 *  projection does not reach this target */
ph_status ph_drawer_incoming(ph_drawer *drawer, int64_t target, const ph_drawn **list, int64_t *n);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_drawer_destroy(ph_drawer **drawer);

/** @brief Weight of a drawn synapse, in the unit of the port. Not collective.
 *  @param target global id @param ordinal of the synapse in its target's list */
double ph_draw_weight(const ph_projection *projection, uint64_t seed, ph_gid target,
                      int64_t ordinal, uint32_t bits);

/** @brief Delay of a drawn synapse in steps, at least 1. Not collective. @param h resolution, ms */
ph_step ph_draw_delay(const ph_projection *projection, uint64_t seed, ph_gid target,
                      int64_t ordinal, uint32_t bits, double h);

/** @brief A value of a distribution from 32 bits, drawn again under (purpose, id, stream, counter)
 *  while out of its bounds (at most 1000 times, then clamped). Not collective. */
double ph_draw_dist(const ph_dist *dist, uint32_t bits, uint64_t seed, ph_purpose purpose,
                    int64_t id, uint32_t stream, int64_t counter);

/** @brief Largest magnitude that a distribution can give (32-bit uniforms end at 6.4 sd).
 *  Not collective. */
double ph_dist_bound(const ph_dist *dist);

/** @brief Binomial variate of n trials of probability p, exact in distribution, keyed.
 *  Not collective. Inversion for small means, else the transformed rejection with squeeze of
 *  Hoermann, J Stat Comput Simul 46:101 (1993), algorithm BTRS. */
int64_t ph_draw_binomial(int64_t n, double p, uint64_t seed, int64_t id, uint32_t stream,
                         int64_t counter);

#endif
