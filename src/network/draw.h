/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing connections: the incoming synapses of one target under one projection, a pure function
 * of (seed, projection, target), so that every shard draws its own without communication. */
#ifndef PHASIC_NETWORK_DRAW_H
#define PHASIC_NETWORK_DRAW_H

#include "base/random.h"
#include "model/brain.h"
#include "network/edges.h"

/* The synapses of one target under one projection; a synapse's ordinal is its place. */
typedef struct ph_drawn {
    int64_t n;
    const uint32_t *source;      /* n: index within the source population */
    const uint32_t *weight_bits; /* n: the draw of its weight */
    const uint32_t *delay_bits;  /* n: the draw of its delay */
} ph_drawn;

typedef struct ph_drawer ph_drawer;

/** @brief Prepare to draw a projection for a contiguous range of its targets.
 *  Not collective.
 *  @param brain,projection borrowed @param seed the run's
 *  @param first,count range of target indices within the target population
 *  @param drawer out: owned by the caller */
ph_status ph_drawer_create(const ph_brain *brain, const ph_projection *projection, uint64_t seed,
                           int64_t first, int64_t count, ph_drawer **drawer);

/** @brief Have a projection's synapses read from a file instead of drawn. Not collective.
 *  @param edges of at least the drawer's targets; borrowed */
ph_status ph_drawer_read(ph_drawer *drawer, const ph_edges *edges);

/** @brief Sources that a contiguous range of target neurons can have: the smallest range of indices
 *  within the source population that holds them. Not collective.
 *  @param first,count targets, indices within their population
 *  @param low,high out: high is beyond the last; equal when there is none */
void ph_projection_sources(const ph_brain *brain, const ph_projection *projection, int64_t first,
                           int64_t count, int64_t *low, int64_t *high);

/** @brief The incoming synapses of one target.
 *  Not collective.
 *  @param target index within the target population, inside the range
 *  @param drawn out: borrowed until the next call; none when the projection does not reach this
 *  target */
ph_status ph_drawer_incoming(ph_drawer *drawer, int64_t target, ph_drawn *drawn);

/** @brief Delays in steps, at least 1, of drawn synapses.
 *  Not collective.
 *  @param target as it was drawn @param first,n a part of the list @param delay out: n */
void ph_drawer_delays(const ph_drawer *drawer, int64_t target, const ph_drawn *drawn,
                      int64_t first, int n, uint16_t *delay);

/** @brief Weights of drawn synapses, in the unit of the port.
 *  Not collective. @param target as it was drawn @param first,n a part of the list
 *  @param weight out: n */
void ph_drawer_weights(const ph_drawer *drawer, int64_t target, const ph_drawn *drawn,
                       int64_t first, int n, double *weight);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_drawer_destroy(ph_drawer **drawer);

/** @brief A value of a distribution from 32 bits, drawn again under (purpose, id, stream, counter)
 *  while out of its bounds (at most 1000 times, then clamped). Not collective. */
double ph_draw_dist(const ph_dist *dist, uint32_t bits, uint64_t seed, ph_purpose purpose,
                    int64_t id, uint32_t stream, int64_t counter);

/** @brief The first value of a draw, before it is held against the bounds; it never falls when the
 *  bits rise. Not collective. */
double ph_dist_value(const ph_dist *dist, uint32_t bits);

/** @brief n draws of a distribution whose i-th is ph_draw_dist with the counter `counter` + i.
 *  Not collective. @param bits,x n */
void ph_draw_dist_many(const ph_dist *dist, const uint32_t *bits, int n, uint64_t seed,
                       ph_purpose purpose, int64_t id, uint32_t stream, int64_t counter,
                       double *x);

/** @brief Largest magnitude that a distribution can give (32-bit uniforms end at 6.4 sd).
 *  Not collective. */
double ph_dist_bound(const ph_dist *dist);

/** @brief Binomial variate of n trials of probability p, exact in distribution, keyed.
 *  Not collective. Inversion for small means, else the transformed rejection with squeeze of
 *  Hoermann, J Stat Comput Simul 46:101 (1993), algorithm BTRS. */
int64_t ph_draw_binomial(int64_t n, double p, uint64_t seed, int64_t id, uint32_t stream,
                         int64_t counter);

#endif
