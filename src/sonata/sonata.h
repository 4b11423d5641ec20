/* SPDX-License-Identifier: Apache-2.0 */
/* SONATA in: a simulation_config.json, or circuits that regions take in, become populations and
 * projections of a phasic configuration. Edges and nodes stay in their files and are read where the
 * network is built, by the rank that owns them. */
#ifndef PHASIC_SONATA_SONATA_H
#define PHASIC_SONATA_SONATA_H

#include "comm/comm.h"
#include "config/tree.h"

/** @brief Read a configuration, as ph_config_load does, of phasic or of SONATA. What it takes from
 *  SONATA is in the tree as if it had been written there. Not collective.
 *  @param registries PH_REGISTRIES
 *  @param comm edges are looked at by all of its ranks, of which the others are in
 *  ph_edge_bounds_serve until this one calls ph_edge_bounds_end; NULL: by this process
 *  @param tree out: owned by the caller
 *  @return PH_CONFIG with all errors, or the first of SONATA's; PH_FILE */
ph_status ph_sonata_load(const char *path, const char *const *sets, int n_sets,
                         const ph_registry *registries, const ph_comm *comm, ph_tree **tree);

/* What a simulation says of its output. */
typedef struct ph_sonata_output {
    const char *folder; /* absolute; NULL: it says nothing */
    int overwrite;      /* 1: an existing folder may be written over */
} ph_sonata_output;

/** @brief The output section of a simulation_config.json. Not collective.
 *  @param tree owns the texts @param output out: empty for a configuration of phasic */
ph_status ph_sonata_output_of(ph_tree *tree, const char *path, ph_sonata_output *output);

#endif
