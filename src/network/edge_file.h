/* SPDX-License-Identifier: Apache-2.0 */
/* An edge population of a SONATA file, read in slabs: groups, types and factors applied, so that
 * what comes out is sources, targets, weights and delays. */
#ifndef PHASIC_NETWORK_EDGE_FILE_H
#define PHASIC_NETWORK_EDGE_FILE_H

#include "network/connect.h"
#include <phasic/status.h>
#include <phasic/types.h>

#define PH_EDGE_SLAB 4096 /* most edges that are read at once: columns stay in cache */

typedef struct ph_edge_file ph_edge_file;

/* Edges in the file's order. */
typedef struct ph_edge_slab {
    int n;
    int is_uniform;           /* 1: all of one type that says everything but their nodes */
    int kept;                 /* so many edges from the first on have what the type kept_type says,
                                 and need not be filled again */
    int64_t kept_type;
    int64_t *target, *source; /* node ids */
    double *weight;           /* in the port's unit */
    double *delay;            /* ms */
    int64_t *type, *group, *index; /* as in the file */
    double *scratch;
} ph_edge_slab;

/** @brief Open an edge population. Not collective; any thread.
 *  @param params the projection's; borrowed @param file out: owned by the caller
 *  @return PH_FILE with the file's name and what is wrong */
ph_status ph_edge_file_open(const ph_connect_sonata_params *params, ph_edge_file **file);

/** @brief Close it and null the handle; NULL inside is allowed. Not collective. */
void ph_edge_file_close(ph_edge_file **file);

/** @brief The error of an edge that leads from or to a node that is not there. Not collective.
 *  @param side words: "source" or "target" @param known nodes of its population
 *  @return PH_FILE */
ph_status ph_edge_leads_nowhere(const ph_connect_sonata_params *params, int64_t edge,
                                const char *side, int64_t node, int64_t known);

/** @brief Whether the node is there. Not collective. @return PH_FILE where it is not */
static inline ph_status ph_edge_check_node(const ph_connect_sonata_params *params, int64_t edge,
                                           const char *side, int64_t node, int64_t known)
{
    return node >= 0 && node < known ? PH_OK
                                     : ph_edge_leads_nowhere(params, edge, side, node, known);
}

/** @brief Which of the types of the parameters a number is; -1: none. Not collective. */
int ph_edge_file_type(const ph_edge_file *file, int64_t id);

/** @brief Edges in all. Not collective. */
int64_t ph_edge_file_count(const ph_edge_file *file);

/** @brief Where the index by targets begins, if the file has one: the range of ranges of each of
 *  some nodes. Not collective.
 *  @param ranges out: 2 n numbers, half-open; both 0 where there are none */
ph_status ph_edge_file_ranges(const ph_edge_file *file, int64_t first, int64_t n, int64_t *ranges);

/** @brief Ranges of edges of the index. Not collective. @param edges out: 2 n numbers, half-open */
ph_status ph_edge_file_index(const ph_edge_file *file, int64_t first, int64_t n, int64_t *edges);

/** @brief Nodes that the index knows, and its ranges; 0 and 0: there is no index.
 *  Not collective. */
void ph_edge_file_indexed(const ph_edge_file *file, int64_t *nodes, int64_t *ranges);

/** @brief Targets of edges, node ids. Not collective. @param target out: n */
ph_status ph_edge_file_targets(const ph_edge_file *file, int64_t first, int64_t n,
                               int64_t *target);

/** @brief Types of edges, their numbers. Not collective. @param types out: n */
ph_status ph_edge_file_types(const ph_edge_file *file, int64_t first, int64_t n, int64_t *types);

/** @brief Make room for a slab. Not collective. */
ph_status ph_edge_slab_create(ph_edge_slab *slab);

/** @brief Free what a slab holds. Not collective. */
void ph_edge_slab_destroy(ph_edge_slab *slab);

/* What a reader has no need of: it has seen it before. */
enum {
    PH_EDGE_TARGETS_KNOWN = 1, /* targets are left as they are */
    PH_EDGE_TYPE_KNOWN = 2     /* all edges are of the type of the last slab, which was uniform */
};

/** @brief Read edges. Not collective; any thread, each with a slab of its own.
 *  @param n at most PH_EDGE_SLAB @param known PH_EDGE_*_KNOWN, or 0 */
ph_status ph_edge_file_read(const ph_edge_file *file, int64_t first, int n, int known,
                            ph_edge_slab *slab);

#endif
