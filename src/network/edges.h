/* SPDX-License-Identifier: Apache-2.0 */
/* The edges of a SONATA file that end on a rank's neurons. Where the file lists the edges of a
 * target behind one another, only their places are kept and the edges read as they are asked for;
 * else all are read into memory once. */
#ifndef PHASIC_NETWORK_EDGES_H
#define PHASIC_NETWORK_EDGES_H

#include "model/brain.h"
#include "network/edge_file.h"

typedef struct ph_edges ph_edges;

/* Of one who reads: a thread's. */
typedef struct ph_edge_reader ph_edge_reader;

/* The edges of one target, in the file's order. */
typedef struct ph_edge_list {
    int64_t n;
    const uint32_t *source; /* index within the source population */
    const ph_real *weight;  /* in the port's unit */
    const uint16_t *delay;  /* steps, at least 1 */
} ph_edge_list;

/** @brief Find the edges of a projection that end on a range of its targets.
 *  Not collective. @param quantum of the port: weights may have been rounded to it, so that half of
 *  it is allowed beyond the bounds @param first,count targets, indices within their population
 *  @param edges out: owned by the caller @return PH_FILE */
ph_status ph_edges_create(const ph_brain *brain, const ph_projection *projection, double quantum,
                          int64_t first, int64_t count, ph_edges **edges);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_edges_destroy(ph_edges **edges);

/** @brief How many edges the file has more than its index lists for the targets of all ranks: this
 *  rank's part of a sum over ranks that is 0 where the index is whole. Not collective. */
int64_t ph_edges_unlisted(const ph_edges *edges);

/** @brief Edges of the range that belong to the projection, once each target has been asked for.
 *  Not collective. */
int64_t ph_edges_synapses(const ph_edges *edges);

/** @brief Begin to read. Not collective; any thread. @param edges borrowed
 *  @param reader out: owned by the caller */
ph_status ph_edge_reader_create(const ph_edges *edges, ph_edge_reader **reader);

/** @brief The edges of a target; quick where targets are asked for in ascending order.
 *  Not collective. @param target within the range @param list out: borrowed until the next call */
ph_status ph_edge_reader_list(ph_edge_reader *reader, int64_t target, ph_edge_list *list);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_edge_reader_destroy(ph_edge_reader **reader);

#endif
