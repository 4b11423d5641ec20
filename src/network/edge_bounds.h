/* SPDX-License-Identifier: Apache-2.0 */
/* What weights and delays a file's edges have, before a network is built: quanta, slices and the
 * longest delay follow from it. */
#ifndef PHASIC_NETWORK_EDGE_BOUNDS_H
#define PHASIC_NETWORK_EDGE_BOUNDS_H

#include "network/edge_file.h"

/* Edges of weights at or above 0, and below. */
typedef struct ph_edge_bounds {
    int64_t n[2];
    double weight_min[2], weight_max[2]; /* in the port's unit */
    double delay_min[2], delay_max[2];   /* ms */
} ph_edge_bounds;

/** @brief Look at all edges of a population; those that lead from or to nodes that are not there
 *  are an error. Not collective.
 *  @param params file, population, types and autapses are used
 *  @param sources,targets nodes of the two populations @param is_same 1: they are the same one
 *  @param has_type by type: set to 1 where an edge has it
 *  @return PH_FILE */
ph_status ph_edge_bounds_read(const ph_connect_sonata_params *params, int64_t sources,
                              int64_t targets, int is_same, ph_edge_bounds *bounds,
                              uint8_t *has_type);

#endif
