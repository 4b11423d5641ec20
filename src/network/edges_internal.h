/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the files that read a rank's edges: where they are, and which of a slab count. */
#ifndef PHASIC_NETWORK_EDGES_INTERNAL_H
#define PHASIC_NETWORK_EDGES_INTERNAL_H

#include "network/edges.h"

/* Edges that lie behind one another in the file and end on one target. */
typedef struct ph_edge_span {
    int64_t begin, n;
} ph_edge_span;

struct ph_edges {
    const ph_projection *projection;
    ph_edge_file *file;
    const ph_connect_sonata_params *params;
    int64_t first, count;  /* targets */
    int64_t targets, sources; /* neurons of the populations */
    int is_part;           /* 1: not all types of edges count */
    int needs_targets;     /* 1: edges of a node onto itself do not count */
    ph_real sign;          /* of weights as the port takes them: -1 where it takes magnitudes */
    double h;              /* ms */
    double bound;          /* of weights' magnitudes, in the port's unit */
    int64_t *at;           /* count + 1: first span, or edge in memory, of each target */
    ph_edge_span *spans;           /* NULL: the edges are in memory */
    int64_t last;          /* beyond the last edge of the spans */
    int64_t listed;        /* edges that the index, or all targets, say are here */
    int64_t *n;            /* edges of each target; of spans, once it has been asked for */
    uint32_t *source;
    ph_real *weight;
    uint16_t *delay;
};

/* Which edges of a slab belong to the projection, and what they are to it. */
typedef struct ph_taken {
    int kept;          /* as in the slab */
    int64_t kept_type;
    uint8_t is_one[PH_EDGE_SLAB];
    uint16_t delay[PH_EDGE_SLAB]; /* steps */
} ph_taken;

/** @brief Find which edges of a slab belong to the projection, and their delays. Not collective.
 *  @param begin the slab's first edge @param t in, out: of the last slab, with the same slab
 *  @return PH_FILE where an edge is not what the bounds say or comes from nowhere */
ph_status ph_edges_take(const ph_edges *edges, const ph_edge_slab *slab, int64_t begin,
                        ph_taken *t);

#endif
