/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the connection rules. */
#include "network/connect.h"

#define MOST_SYNAPSES 1e15

static const ph_param indegree_keys[] = {
    PH_INT(ph_connect_fixed_indegree_params, indegree, NULL, 0, 1000000000,
           "synapses onto each target (K); `scale` scales them"),
    PH_CHOICE(ph_connect_fixed_indegree_params, autapses, ph_false_true, "true",
              "a neuron may be its own source"),
    PH_CHOICE(ph_connect_fixed_indegree_params, multapses, ph_false_true, "true",
              "a source may be drawn more than once for a target"),
};
static const ph_table indegree_table =
    PH_TABLE("fixed_indegree", ph_connect_fixed_indegree_params, indegree_keys,
             "every target draws the same number of sources");
const ph_descriptor ph_connect_fixed_indegree = {
    "fixed_indegree", "every target draws the same number of sources", &indegree_table};

static const ph_param total_keys[] = {
    PH_INT(ph_connect_fixed_total_params, total, "", 0, MOST_SYNAPSES,
           "synapses of the projection in all; this or `probability`"),
    PH_REAL(ph_connect_fixed_total_params, probability, "1", "", 0, 0.999999999,
            "probability C of at least one synapse between two neurons: the total is "
            "ln(1-C)/ln(1-1/(N_source N_target)) (Potjans & Diesmann 2014)"),
};
static const ph_table total_table =
    PH_TABLE("fixed_total_number", ph_connect_fixed_total_params, total_keys,
             "sources and targets are drawn with replacement, a given number of times");
const ph_descriptor ph_connect_fixed_total_number = {
    "fixed_total_number",
    "sources and targets are drawn with replacement, a given number of times", &total_table};

static const ph_param bernoulli_keys[] = {
    PH_REAL(ph_connect_bernoulli_params, p, "1", NULL, 0, 1,
            "probability of a synapse between two neurons"),
};
static const ph_table bernoulli_table =
    PH_TABLE("pairwise_bernoulli", ph_connect_bernoulli_params, bernoulli_keys,
             "each pair of neurons is connected with a given probability");
const ph_descriptor ph_connect_pairwise_bernoulli = {
    "pairwise_bernoulli", "each pair of neurons is connected with a given probability",
    &bernoulli_table};

static const ph_table one_to_one_table = {
    .name = "one_to_one", .doc = "the i-th source to the i-th target"};
const ph_descriptor ph_connect_one_to_one = {
    "one_to_one", "the i-th source to the i-th target; the counts must be equal",
    &one_to_one_table};

static const ph_table all_to_all_table = {
    .name = "all_to_all", .doc = "every source to every target"};
const ph_descriptor ph_connect_all_to_all = {
    "all_to_all", "every source to every target", &all_to_all_table};

static const ph_param ring_keys[] = {
    PH_REAL(ph_connect_ring_params, kappa, "1", NULL, 0, 1e4,
            "a synapse has the weight times exp(kappa (cos d - 1)), d the angle between the two"),
    PH_CHOICE(ph_connect_ring_params, autapses, ph_false_true, "false",
              "a neuron may be its own source"),
};
static const ph_table ring_table =
    PH_TABLE("ring", ph_connect_ring_params, ring_keys,
             "every source to every target, both on a ring, the nearer the stronger");
const ph_descriptor ph_connect_ring = {
    "ring", "every source to every target, both on a ring, the nearer the stronger", &ring_table};

static const ph_table headings_table = {
    .name = "headings", .doc = "cells of a square grid to headings on a ring"};
const ph_descriptor ph_connect_headings = {
    "headings",
    "every cell of a square grid (row by row, from the south-west) to every heading of a ring "
    "(clockwise from north), but from the cells of an edge to none that leads out of it",
    &headings_table};

static const ph_param edge_type_keys[] = {
    PH_REAL(ph_edge_type, weight, "1", "", -1e9, 1e9,
            "weight of an edge, in the unit of the receptor port"),
    PH_REAL(ph_edge_type, delay, "ms", "", 0, 1e6, "delay of an edge"),
    PH_REAL(ph_edge_type, nsyns, "1", "", 0, 1e9, "synapses that an edge stands for"),
    PH_REAL(ph_edge_type, factor, "1", "1", -1e9, 1e9, "factor of the weight: sign, units"),
    PH_CHOICE(ph_edge_type, counts, ph_false_true, "true",
              "edges of the type belong to the projection; else they are those of another"),
};
static const ph_table edge_type_table =
    PH_TABLE("edge_type", ph_edge_type, edge_type_keys,
             "what edges of a type have where the file does not say it for each of them");

static const char *const edge_weights[] = {"all", "positive", "negative", "reversed", NULL};

static const ph_param sonata_keys[] = {
    PH_FIELD(ph_connect_sonata_params, file, PH_KIND_PATH, NULL, "HDF5 file of edges"),
    PH_FIELD(ph_connect_sonata_params, population, PH_KIND_STRING, NULL,
             "edge population in the file"),
    PH_MAP(ph_connect_sonata_params, types, &edge_type_table, "", "edge types by their number"),
    PH_CHOICE(ph_connect_sonata_params, weights, edge_weights, "all",
              "which edges count: all, only those of positive weight, only those of negative "
              "weight, or these with their sign reversed (ports that take magnitudes)"),
    PH_CHOICE(ph_connect_sonata_params, autapses, ph_false_true, "true",
              "edges of a neuron onto itself count"),
    PH_INT(ph_connect_sonata_params, synapses, "0", 0, MOST_SYNAPSES,
           "synapses of the projection in all; another number is an error, 0: any"),
};
static const ph_table sonata_table =
    PH_TABLE("sonata", ph_connect_sonata_params, sonata_keys,
             "edges of a SONATA file; `weight` and `delay` of the projection are bounds of theirs");
const ph_descriptor ph_connect_sonata = {
    "sonata", "edges of a SONATA file; `weight` and `delay` of the projection are their bounds",
    &sonata_table};
