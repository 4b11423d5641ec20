/* SPDX-License-Identifier: Apache-2.0 */
/* The connection rules' descriptors and parameters; network/draw.c draws by them. */
#ifndef PHASIC_NETWORK_CONNECT_H
#define PHASIC_NETWORK_CONNECT_H

#include <phasic/param.h>

typedef struct ph_connect_fixed_indegree_params {
    int64_t indegree; /* synapses onto each target */
    int autapses;     /* choice false, true: a neuron may be its own source */
    int multapses;    /* choice false, true: a source may be drawn more than once */
} ph_connect_fixed_indegree_params;

/* Exactly one of the two is given; model/scale.c then fills in the total. */
typedef struct ph_connect_fixed_total_params {
    int64_t total;      /* synapses of the projection; 0: not given */
    double probability; /* of at least one synapse between two neurons; NaN: not given */
} ph_connect_fixed_total_params;

typedef struct ph_connect_bernoulli_params {
    double p; /* probability of a synapse between two neurons */
} ph_connect_bernoulli_params;

typedef struct ph_connect_ring_params {
    double kappa; /* how fast weights fall with the angle */
    int autapses; /* choice false, true: a neuron may be its own source */
} ph_connect_ring_params;

/* Which weights of a SONATA edge population belong to the projection. */
enum {
    PH_EDGES_ALL,
    PH_EDGES_POSITIVE,
    PH_EDGES_NEGATIVE,
    PH_EDGES_REVERSED /* the negative ones, whose magnitude is the weight */
};

/* What a type of edges has where the file does not say it for each edge. */
typedef struct ph_edge_type {
    ph_item item;  /* name: the type's number */
    double weight; /* in the port's unit; NaN: the file must say it */
    double delay;  /* ms; NaN likewise */
    double nsyns;  /* synapses that an edge stands for; NaN: one */
    double factor; /* of the weight */
    int counts;    /* choice false, true: its edges belong to the projection */
} ph_edge_type;

typedef struct ph_connect_sonata_params {
    const char *file;       /* path of an HDF5 file of edges */
    const char *population; /* edge population in it */
    ph_map types;           /* of ph_edge_type */
    int weights;            /* choice PH_EDGES_* */
    int autapses;           /* choice false, true: edges of a neuron onto itself count */
    int64_t synapses;       /* that the projection has in all; 0: not known */
} ph_connect_sonata_params;

extern const ph_descriptor ph_connect_fixed_indegree;
extern const ph_descriptor ph_connect_fixed_total_number;
extern const ph_descriptor ph_connect_pairwise_bernoulli;
extern const ph_descriptor ph_connect_one_to_one;
extern const ph_descriptor ph_connect_all_to_all;
extern const ph_descriptor ph_connect_ring;
extern const ph_descriptor ph_connect_headings;
extern const ph_descriptor ph_connect_sonata;

#endif
