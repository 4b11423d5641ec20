/* SPDX-License-Identifier: Apache-2.0 */
/* Private to sonata: a circuit while a region takes it in. */
#ifndef PHASIC_SONATA_CIRCUIT_H
#define PHASIC_SONATA_CIRCUIT_H

#include "comm/comm.h"
#include "model/brain.h"
#include "sonata/csv.h"
#include "sonata/json.h"
#include "sonata/models.h"

/* A node population that a region takes. */
typedef struct ph_node_population {
    const char *name, *plain;     /* in the file, in phasic */
    const char *file;             /* absolute */
    ph_csv types;
    const ph_sonata_model *model;
    int64_t size;
    ph_node *node;                /* what is made of it */
} ph_node_population;

/* A region and what it takes. */
typedef struct ph_circuit {
    struct ph_circuit *circuits;  /* n_circuits: of all regions */
    int n_circuits;
    ph_tree *tree;
    const ph_registry *registries;
    const ph_comm *comm;          /* of those who look at edges; NULL: this process alone */
    ph_node *region;              /* its mapping */
    const char *name;             /* of the region */
    const ph_node *place;         /* its key `sonata` */
    ph_sonata options;
    ph_json json;
    ph_json node_sets;            /* root is NULL: not read yet, or there are none */
    const char *neuron_folder, *synapse_folder; /* of JSON files, with a slash; "" */
    int n_populations;
    ph_node_population *populations;
    ph_node *made_populations, *made_projections; /* mappings that are filled */
} ph_circuit;

/** @brief Read the circuit and make its populations. Not collective. @param circuit tree, region,
 *  name and options are set */
ph_status ph_circuit_read(ph_circuit *circuit);

/** @brief A file's name within the region: REGION.NAME becomes NAME, and what a map's names cannot
 *  have becomes _. Not collective. @return NULL without memory */
const char *ph_circuit_plain(const ph_circuit *circuit, const char *name);

/** @brief Make a population of phasic from a node population. Not collective. */
ph_status ph_circuit_population(ph_circuit *circuit, ph_node_population *population);

/** @brief Make projections onto the circuit's populations. Not collective.
 *  @param circuits,n all of them: sources may be in other regions
 *  @param tracts mapping that those from other regions are put into */
ph_status ph_circuit_projections(ph_circuit *circuits, int n, ph_circuit *circuit,
                                 ph_node *tracts);

/** @brief Give virtual nodes their spikes. Not collective. */
ph_status ph_circuit_inputs(ph_circuit *circuit);

/** @brief Read a JSON file of parameters. Not collective. @param folder of such files */
ph_status ph_circuit_parameters(const ph_circuit *circuit, const char *folder, const char *name,
                                ph_json *json);

/** @brief A population by its name in the file; NULL: there is none. Not collective. */
ph_node_population *ph_circuit_find(const ph_circuit *circuit, const char *name);

/* Nodes of one population. */
typedef struct ph_chosen {
    ph_node_population *population;
    int64_t n;       /* nodes; all of the population: its size */
    int64_t *nodes;  /* ascending; NULL: all */
} ph_chosen;

/** @brief What a node set means: a name of the file of node sets, a population, or a mapping.
 *  Not collective. @param sets out: one for each population that has such nodes, in the tree's
 *  memory */
ph_status ph_circuit_node_set(ph_circuit *circuit, const ph_node *set, ph_chosen **sets, int *n);

/** @brief Put the nodes of a set as words N and FIRST-LAST into a list. Not collective.
 *  @param prefix of each word, such as "region.population." */
ph_status ph_circuit_put_nodes(ph_tree *tree, const ph_chosen *set, const char *prefix,
                               ph_node *list);

#endif
