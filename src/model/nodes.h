/* SPDX-License-Identifier: Apache-2.0 */
/* What a configuration says of neurons that differ within a population. */
#ifndef PHASIC_MODEL_NODES_H
#define PHASIC_MODEL_NODES_H

#include <phasic/param.h>

#include <stdint.h>

/* A parameter that a file has for each node. */
typedef struct ph_node_column {
    ph_item item;          /* name: the parameter */
    const char *dataset;   /* its name in the file */
    double factor;         /* from the file's unit to the parameter's */
    const ph_param *param; /* resolved; NULL: V_init */
} ph_node_column;

#define PH_NODE_V_MIN (-200.) /* mV, of V_init by type or by neuron */
#define PH_NODE_V_MAX 200.

/* The potential at which the neurons of a type begin. */
typedef struct ph_node_start {
    ph_item item;  /* name: the number of the type */
    double V_init; /* mV */
    int64_t type;  /* resolved */
} ph_node_start;

/* Parameters by node, of a SONATA file; see network/classes.h. */
typedef struct ph_nodes {
    const char *file;        /* path of an HDF5 file of nodes; NULL: there is none */
    const char *population;  /* node population in it */
    const ph_node *types;    /* the model's parameters by the number of the type; NULL: of all
                                types those of `neuron` */
    ph_map columns;          /* of ph_node_column */
    ph_map V_init;           /* of ph_node_start */
    int n_types;             /* resolved */
    int64_t *type_id;        /* resolved: n_types numbers */
    const void **type_params; /* resolved: n_types structs of the model's parameters */
} ph_nodes;

#endif
