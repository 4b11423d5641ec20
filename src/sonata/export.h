/* SPDX-License-Identifier: Apache-2.0 */
/* SONATA out: a brain as files of nodes and edges, tables of types and configurations. What the
 * format has no words for stays a configuration of phasic, whose regions take in the circuit. */
#ifndef PHASIC_SONATA_EXPORT_H
#define PHASIC_SONATA_EXPORT_H

#include "comm/comm.h"
#include "config/tree.h"
#include "model/brain.h"

#include <phasic/task.h>

typedef struct ph_export {
    const ph_brain *brain;
    const ph_comm *comm;
    const ph_task_input *inputs; /* n_inputs Poisson inputs beside stimuli, for the quanta */
    int n_inputs;
    const char *folder;   /* that gets the files; it is there */
    ph_tree *tree;        /* rank 0: the configuration as resolved, which is changed; else NULL */
    int64_t edges;        /* out: written in all */
} ph_export;

/** @brief Write all of it. Collective on comm.
 *  @return PH_CONFIG where a configuration says what neither file can, PH_FILE */
ph_status ph_sonata_export(ph_export *export);

/** @brief Name of a node population in the files. Not collective. */
static inline const char *ph_export_name(const ph_population *population)
{
    return population->recorded_as ? population->recorded_as : population->address;
}

/* --- its parts, private to sonata ------------------------------------------------------------- */

/** @brief Write nodes, their types and parameters. Not collective; one rank does. */
ph_status ph_export_nodes(const ph_export *export);

/** @brief Write edges and their types, each rank those of its targets. Collective on comm. */
ph_status ph_export_edges(ph_export *export);

/** @brief What is in a file of nodes and its table: neurons, or virtual nodes. Not collective.
 *  @return whether the brain has such populations */
int ph_export_has_nodes(const ph_brain *brain, int are_virtual);

/** @brief Whether each of its neurons says where it begins (V_m). Not collective. */
int ph_export_has_starts(const ph_population *population);

/** @brief Names of these files, without .h5 and .csv, by what is in them. */
#define PH_EXPORT_NODES(are_virtual) ((are_virtual) ? "virtual_nodes" : "nodes")
#define PH_EXPORT_NODE_TYPES(are_virtual) ((are_virtual) ? "virtual_node_types" : "node_types")

/** @brief Find what neither file can say, before anything is written. Not collective; one rank
 *  does. @return PH_CONFIG */
ph_status ph_export_check(const ph_export *export);

/** @brief Write what goes on top of the circuit; the tree is changed. Not collective; one rank
 *  does. */
ph_status ph_export_own(const ph_export *export);

/** @brief Say what a reader other than phasic does not get. Not collective; one rank does. */
ph_status ph_export_print_missing(const ph_brain *brain);

/** @brief Write nodes as a JSON file into the folder. Not collective. */
ph_status ph_export_json(const ph_export *export, const char *name, const ph_node *root);

/* A text that grows. */
typedef struct ph_export_text {
    char *text;
    size_t length, room;
} ph_export_text;

/** @brief Put formatted words behind a text. Not collective. @param text freed with ph_free */
ph_status ph_export_add(ph_export_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** @brief Put a cell of a table behind a text, with a blank before it unless it begins a line; in
 *  quotes where it needs them. Not collective. */
ph_status ph_export_cell(ph_export_text *text, const char *cell);

#endif
