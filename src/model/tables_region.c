/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of regions, populations and projections. */
#include "model/tables.h"

#define MOST_MS 1e6
#define MOST_WEIGHT 1e9

/* --- modulation ------------------------------------------------------------------------------- */

static const char *const curve_types[] = {"linear", "hill", NULL};
static const char *const curve_arguments[] = {"occupancy", "deviation", "messenger",
                                              "messenger_deviation", NULL};
static const char *const combinations[] = {"product", "sum", NULL};

static const ph_param curve_keys[] = {
    PH_CHOICE(ph_curve, type, curve_types, "linear",
              "linear: f = x; hill: f = x^n / (half^n + x^n), 0 where x < 0"),
    PH_CHOICE(ph_curve, of, curve_arguments, "",
              "what x is: the receptor's occupancy o, less what is desensitised, its second "
              "messenger, or the deviation of either from its slow local mean (deviation: o - "
              "o_tonic); when it is not given: of linear the deviation, of hill the occupancy"),
    PH_REAL(ph_curve, offset, "1", "1", -1e6, 1e6, "product: the parameter times offset + gain f"),
    PH_REAL(ph_curve, gain, "*", NULL, -1e9, 1e9,
            "pure number (product), or in the parameter's unit (sum)"),
    PH_REAL(ph_curve, half, "1", "0.5", 0, 1, "hill: x of half effect"),
    PH_REAL(ph_curve, n, "1", "2", 1, 4, "hill: exponent 1, 2, 3 or 4"),
};
static const ph_table curve_table =
    PH_TABLE("curve", ph_curve, curve_keys, "how occupancy moves the parameter");

static const ph_param modulation_keys[] = {
    PH_FIELD(ph_modulation, parameter, PH_KIND_STRING, "",
             "which parameter it moves, where that is not the entry's name; entries that move the "
             "same one are applied in file order, then the parameter's own range bounds the value"),
    PH_FIELD(ph_modulation, receptor, PH_KIND_STRING, NULL,
             "which receptor, by its name in neuromodulation.transmitters"),
    PH_CHOICE(ph_modulation, combine, combinations, "product",
              "whether it multiplies the parameter or adds to it"),
    PH_RECORD(ph_modulation, curve, &curve_table, NULL, "how occupancy moves the parameter"),
    PH_REAL(ph_modulation, delay, "ms", "0 ms", 0, 1e4,
            "the receptor's state of so long ago counts, rounded to whole beats (half a beat up); "
            "before the run it was the steady one"),
};
const ph_table ph_modulation_table =
    PH_TABLE("modulation", ph_modulation, modulation_keys,
             "which receptor of the region (of projections: the target's) moves the parameter, "
             "and how");

/* --- populations ------------------------------------------------------------------------------ */

static const ph_param node_column_keys[] = {
    PH_FIELD(ph_node_column, dataset, PH_KIND_STRING, NULL,
             "name of the column within dynamics_params of a node group"),
    PH_REAL(ph_node_column, factor, "1", "1", -1e12, 1e12,
            "from the file's unit to that of the parameter"),
};
static const ph_table node_column_table = PH_TABLE("node_column", ph_node_column, node_column_keys,
                                                   "a parameter that the file has for each node");

static const ph_param node_start_keys[] = {
    {.name = "", .kind = PH_KIND_REAL, .offset = offsetof(ph_node_start, V_init), .unit = "mV",
     .min = PH_NODE_V_MIN, .max = PH_NODE_V_MAX, .doc = "membrane potential at the start"},
};
static const ph_table node_start_table =
    PH_TABLE("node_start", ph_node_start, node_start_keys, "where the neurons of a type begin");

static const ph_param nodes_keys[] = {
    PH_FIELD(ph_nodes, file, PH_KIND_PATH, NULL, "HDF5 file of nodes, as SONATA has it"),
    PH_FIELD(ph_nodes, population, PH_KIND_STRING, NULL, "node population in the file"),
    PH_FIELD(ph_nodes, types, PH_KIND_NODE, "",
             "the model's parameters by the number of the node type: {100: {tau_m: 10 ms}}; "
             "absent: those of `neuron`"),
    PH_MAP(ph_nodes, columns, &node_column_table, "",
           "parameters that groups of the file have for each node, by name; V_init for the "
           "membrane potential at the start"),
    PH_MAP(ph_nodes, V_init, &node_start_table, "",
           "membrane potential at the start by the number of the node type: {100: -70 mV}; that of "
           "the population, where there is one, counts for all"),
};
static const ph_table nodes_table =
    PH_TABLE("nodes", ph_nodes, nodes_keys, "parameters by neuron, from a SONATA file of nodes");

static const ph_param population_keys[] = {
    PH_INT(ph_population, size, NULL, 1, 1e11,
           "number of neurons, at scale 1; with per_channel, of each channel"),
    PH_CHOICE(ph_population, per_channel, ph_false_true, "false",
              "whether each channel of the region has a share of its own"),
    PH_VARIANT(ph_population, neuron, PH_REGISTRY_NEURON, NULL, "neuron model and its parameters"),
    PH_RECORD(ph_population, nodes, &nodes_table, "",
              "parameters by neuron; `size` is that of the file"),
    PH_FIELD(ph_population, recorded_as, PH_KIND_STRING, "",
             "name of its group in spikes.h5; region.population when it is not given"),
    PH_DIST(ph_population, V_init, "mV", "", -200, 200,
            "membrane potential at the start; at rest when it is not given"),
    PH_REAL(ph_population, rate, "Hz", "", 0, 1e4,
            "expected stationary rate; `scale` keeps the mean input by it"),
    PH_VARIANTS(ph_population, stimuli, PH_REGISTRY_STIMULUS, "", "inputs from outside the brain"),
    PH_MAP(ph_population, modulation, &ph_modulation_table, "",
           "parameters of the neuron model that receptors of the region move, beat by beat, and "
           "gain_PORT (gain_exc, ..): a factor of what arrives at a receptor port"),
};
static const ph_table population_table =
    PH_TABLE("population", ph_population, population_keys, "neurons of one kind");

/* --- projections ------------------------------------------------------------------------------ */

static const char *const channel_pairs[] = {"all", "same", "other", "near", NULL};

static const ph_param short_term_keys[] = {
    PH_REAL_FLAG(ph_short_term, U, "1", NULL, 0, 1,
                 PH_PARAM_POSITIVE | PH_PARAM_MODULATED_SAMPLED,
                 "share of the resources that a first spike releases; modulation moves it as U"),
    PH_REAL(ph_short_term, tau_rec, "ms", "800 ms", 0, 1e6,
            "time constant with which resources recover"),
    PH_REAL(ph_short_term, tau_facil, "ms", "0 ms", 0, 1e6,
            "time constant with which facilitation decays; 0: there is none"),
};
const ph_table ph_short_term_table =
    PH_TABLE("short_term", ph_short_term, short_term_keys,
             "depression and facilitation (Tsodyks, Uziel & Markram 2000): a spike delivers "
             "weight u R, of the source's use u and resources R");

static const ph_param homeostasis_keys[] = {
    PH_REAL_FLAG(ph_homeostasis, rate, "Hz", NULL, 0, 1e3, PH_PARAM_POSITIVE,
                 "rate that each target is to have"),
    PH_REAL_FLAG(ph_homeostasis, tau, "ms", "1000 s", 0, MOST_MS, PH_PARAM_POSITIVE,
                 "time constant with which the factor grows in a silent target"),
    PH_REAL_FLAG(ph_homeostasis, tau_rate, "ms", "10 s", 0, MOST_MS, PH_PARAM_POSITIVE,
                 "time constant over which the rate is estimated"),
    PH_REAL_FLAG(ph_homeostasis, min, "1", "0.1", 0, 1, PH_PARAM_POSITIVE, "least factor"),
    PH_REAL(ph_homeostasis, max, "1", "10", 1, 100, "largest factor"),
};
static const ph_table homeostasis_table =
    PH_TABLE("homeostasis", ph_homeostasis, homeostasis_keys,
             "synaptic scaling (van Rossum, Bi & Turrigiano 2000): a spike delivers the weight "
             "times a factor of the target, which moves so that the target comes to its rate");

static const ph_param dendritic_gate_keys[] = {
    PH_REAL(ph_dendritic_gate, V_half, "mV", NULL, -200, 200, "potential of a gate half open"),
    PH_REAL_FLAG(ph_dendritic_gate, slope, "mV", "5 mV", 0, 100, PH_PARAM_POSITIVE,
                 "how much of it opens the gate by a factor of e"),
};
static const ph_table dendritic_gate_table =
    PH_TABLE("dendritic_gate", ph_dendritic_gate, dendritic_gate_keys,
             "what a pair does is multiplied by 1 / (1 + exp(-(V - V_half) / slope)), V the "
             "potential at its second spike of the dendrite that the synapses end on");

static const ph_param projection_keys[] = {
    PH_FIELD(ph_projection, source, PH_KIND_ADDRESS, NULL,
             "population[.channel] within a region, region.population[.channel] in tracts; of "
             "a population without channels a cell (E.0) or cells (E.0-9)"),
    PH_FIELD(ph_projection, target, PH_KIND_ADDRESS, NULL, "the same"),
    PH_FIELD(ph_projection, receptor, PH_KIND_STRING, NULL,
             "receptor port of the target's neuron model"),
    PH_VARIANT(ph_projection, connect, PH_REGISTRY_CONNECT, NULL, "connection rule"),
    PH_DIST(ph_projection, weight, "pA|nS", NULL, -MOST_WEIGHT, MOST_WEIGHT,
            "weight in the port's unit"),
    PH_DIST(ph_projection, delay, "ms", NULL, 0, MOST_MS,
            "axonal delay, rounded to steps of the resolution"),
    PH_REAL(ph_projection, dendritic_delay, "ms", "0 ms", 0, 1000,
            "shifts the postsynaptic times of plasticity"),
    PH_CHOICE(ph_projection, channels, channel_pairs, "all",
              "which pairs of channels connect: all, only the same, only others, or only the "
              "eight nearest others on a ring (near)"),
    PH_RECORD(ph_projection, short_term, &ph_short_term_table, "",
              "short-term plasticity, beside any rule"),
    PH_RECORD(ph_projection, homeostasis, &homeostasis_table, "",
              "homeostatic scaling, beside any rule"),
    PH_RECORD(ph_projection, dendritic_gate, &dendritic_gate_table, "",
              "gate of plasticity by the potential of the dendrite, for targets that have one"),
    PH_VARIANT(ph_projection, plasticity, PH_REGISTRY_PLASTICITY, "{type: static}",
               "plasticity rule and its parameters"),
    {.name = "modulation", .kind = PH_KIND_MAP, .offset = offsetof(ph_projection, modulation),
     .table = &ph_modulation_table, .value = "", .flags = PH_PARAM_INSIDE,
     .doc = "parameters of the rule, and U of short_term, that receptors of the target region "
            "move"},
};
const ph_table ph_projection_table =
    PH_TABLE("projection", ph_projection, projection_keys,
             "synapses from one population onto another; between regions, a tract");

/* --- regions ---------------------------------------------------------------------------------- */

static const char *const spike_times[] = {"up", "nearest", NULL};

static const ph_param sonata_keys[] = {
    PH_FIELD(ph_sonata, circuit, PH_KIND_PATH, NULL, "circuit_config.json"),
    PH_FIELD(ph_sonata, populations, PH_KIND_WORDS, "all", "node populations that are taken"),
    PH_FIELD(ph_sonata, node_sets, PH_KIND_PATH, "",
             "node_sets.json; when it is not given, as the circuit says"),
    PH_FIELD(ph_sonata, inputs, PH_KIND_NODE, "",
             "spikes of virtual nodes, as `inputs` of a simulation_config.json"),
    PH_REAL(ph_sonata, V_init, "mV", "", -200, 200,
            "membrane potential of NEST's models at the start, whatever their E_L, of types "
            "without V_m; as in NEST (-70 mV, glif_psc -78.85 mV) when it is not given; v_init of "
            "a simulation_config.json counts for nothing"),
    {.name = "delay", .kind = PH_KIND_REAL, .offset = offsetof(ph_sonata, delay), .unit = "ms",
     .value = "1 ms", .max = MOST_MS, .flags = PH_PARAM_POSITIVE,
     .doc = "of edges for which neither file nor type has one"},
    PH_CHOICE(ph_sonata, spike_times, spike_times, "up",
              "input spikes between two steps count at the end of theirs (up), or at the nearest "
              "step"),
    PH_CHOICE(ph_sonata, autapses, ph_false_true, "true", "edges of a node onto itself count"),
};
const ph_table ph_sonata_table =
    PH_TABLE("sonata", ph_sonata, sonata_keys,
             "node populations of a SONATA circuit and the edges between them become populations "
             "and projections; what stands beside under their names goes on top");

static const ph_param region_keys[] = {
    {.name = "scale", .kind = PH_KIND_REAL, .offset = offsetof(ph_region, scale), .unit = "1",
     .value = "1", .min = 0, .max = 1, .flags = PH_PARAM_POSITIVE,
     .doc = "part of the neurons (populations that are per_channel stay whole) and of the indegree "
            "within the region; weights / sqrt(scale) and a constant current keep mean and "
            "variance of the input (van Albada et al. 2015); weights / scale where the neuron "
            "model has no such current, or a projection reaches one channel alone: only the mean "
            "is kept"},
    PH_FIELD(ph_region, channels, PH_KIND_WORDS, "",
             "names of action channels, or of columns; [N] makes N of them, named 1 to N"),
    PH_MAP(ph_region, populations, &population_table, "{}", "populations by name"),
    PH_MAP(ph_region, projections, &ph_projection_table, "", "projections within the region"),
    PH_RECORD(ph_region, sonata, &ph_sonata_table, "",
              "populations and projections from SONATA files"),
};
const ph_table ph_region_table = PH_TABLE("region", ph_region, region_keys, "a part of the brain");
