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

extern const ph_descriptor ph_connect_fixed_indegree;
extern const ph_descriptor ph_connect_fixed_total_number;
extern const ph_descriptor ph_connect_pairwise_bernoulli;
extern const ph_descriptor ph_connect_one_to_one;
extern const ph_descriptor ph_connect_all_to_all;
extern const ph_descriptor ph_connect_ring;
extern const ph_descriptor ph_connect_headings;

#endif
