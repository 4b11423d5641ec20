/* SPDX-License-Identifier: Apache-2.0 */
/* What weights and delays a file's edges have, before a network is built: quanta, slices and the
 * longest delay follow from it. */
#ifndef PHASIC_NETWORK_EDGE_BOUNDS_H
#define PHASIC_NETWORK_EDGE_BOUNDS_H

#include "comm/comm.h"
#include "network/edge_file.h"

/* Edges of weights at or above 0, and below. */
typedef struct ph_edge_bounds {
    int64_t n[2];
    double weight_min[2], weight_max[2]; /* in the port's unit */
    double delay_min[2], delay_max[2];   /* ms */
} ph_edge_bounds;

/** @brief Look at all edges of a population, each rank at a part of them; those that lead from or
 *  to nodes that are not there are an error. Rank 0 calls it while the others are in
 *  ph_edge_bounds_serve. Collective on comm.
 *  @param comm NULL: this process looks at all of them, not collective
 *  @param params file, population, types and autapses are used
 *  @param sources,targets nodes of the two populations @param is_same 1: they are the same one
 *  @param has_type by type: set to 1 where an edge has it
 *  @return PH_FILE */
ph_status ph_edge_bounds_read(const ph_comm *comm, const ph_connect_sonata_params *params,
                              int64_t sources, int64_t targets, int is_same,
                              ph_edge_bounds *bounds, uint8_t *has_type);

/** @brief Look at parts of edges as rank 0 asks for it, until it says that this is the end.
 *  Collective on comm: all ranks but 0. @return errors that are not of files: those are rank 0's */
ph_status ph_edge_bounds_serve(const ph_comm *comm);

/** @brief Say that this is the end. Collective on comm: rank 0. */
ph_status ph_edge_bounds_end(const ph_comm *comm);

/** @brief Look at one of several parts of the edges. Not collective. @param part from 0 */
ph_status ph_edge_bounds_part(const ph_connect_sonata_params *params, int64_t sources,
                              int64_t targets, int is_same, int part, int parts,
                              ph_edge_bounds *bounds, uint8_t *has_type);

/** @brief Look at nothing but the types of all edges, and count them: where the bounds are known.
 *  Not collective. @param has_type by type: set to 1 where an edge has it @param n out: edges
 *  @return PH_FILE */
ph_status ph_edge_types_read(const ph_connect_sonata_params *params, uint8_t *has_type, int64_t *n);

#endif
