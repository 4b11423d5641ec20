/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the export of edges: what is known of each projection's while they are written. */
#ifndef PHASIC_SONATA_EXPORT_EDGES_H
#define PHASIC_SONATA_EXPORT_EDGES_H

#include "io/shared.h"
#include "network/quanta.h"
#include "sonata/export.h"

/* One projection's edges. */
typedef struct ph_edge_set {
    const ph_projection *projection;
    int64_t sources, targets;    /* neurons of the populations */
    int64_t first, count;        /* targets of this rank */
    int64_t mine, before, all;   /* edges: of this rank, of ranks before it, in all */
    double quantum, sign;        /* of weights; sign in the file */
    int is_plastic, one_weight, one_delay; /* 1: the type says it */
    ph_place source, target, type, group, index, weight, delay;
    ph_place by_target[2], by_source[2]; /* node_id_to_range, range_to_edge_id */
} ph_edge_set;

/* What is being written. */
typedef struct ph_edge_writer {
    const ph_export *export;
    ph_edge_set *sets; /* n: of each projection */
    int n;
    char path[4096], temporary[4096 + 8];
    ph_shared_file *file;
} ph_edge_writer;

/** @brief Weight that all edges of a set have, if they have one, as its type has it.
 *  Not collective. */
double ph_edge_set_weight(const ph_edge_set *set);

/** @brief Describe a projection's edges and count those of this rank. Not collective.
 *  @param set its projection is given */
ph_status ph_edge_set_count(const ph_edge_writer *w, const ph_quanta *quanta, ph_edge_set *set);

/** @brief Write this rank's edges of all sets, and the index by target. Not collective. */
ph_status ph_edge_sets_write(const ph_edge_writer *w);

/** @brief Write the index of a set by source. Collective on comm, once all ranks' edges are in the
 *  file. */
ph_status ph_edge_set_index(const ph_edge_writer *w, const ph_edge_set *set);

/** @brief Ranks' rows lie behind one another. Collective on comm. @param before,all out: rows of
 *  the ranks before this one, of all */
ph_status ph_place_among(const ph_comm *comm, int64_t mine, int64_t *before, int64_t *all);

#endif
