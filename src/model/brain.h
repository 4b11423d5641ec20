/* SPDX-License-Identifier: Apache-2.0 */
/* The description of the brain: what a configuration says, names resolved, before any layout. */
#ifndef PHASIC_MODEL_BRAIN_H
#define PHASIC_MODEL_BRAIN_H

#include "model/nodes.h"
#include <phasic/neuron.h>
#include <phasic/param.h>
#include <phasic/status.h>

typedef struct ph_tree ph_tree; /* config/tree.h */

/* --- regions ------------------------------------------------------------------------------- */

/* What a region takes from a SONATA circuit; src/sonata puts populations and projections in its
 * place before the rest is read. */
typedef struct ph_sonata {
    const char *circuit;    /* path of a circuit_config.json */
    ph_words populations;   /* node populations */
    const char *node_sets;  /* path; NULL: as the circuit says */
    const ph_node *inputs;  /* as in a simulation_config.json; NULL: none */
    double V_init;          /* mV; NaN: NEST's */
    double delay;           /* of edges without one, ms */
    int spike_times;        /* choice PH_SPIKES_*: input spikes between two steps */
    int autapses;           /* choice false, true */
} ph_sonata;

enum { PH_SPIKES_UP, PH_SPIKES_NEAREST };

typedef struct ph_population {
    ph_item item;         /* name within the region */
    int64_t size;         /* neurons in all channels together; as read: per channel, at scale 1 */
    int per_channel;      /* choice no, yes: one share for each channel of the region */
    ph_variant neuron;    /* model and parameters */
    ph_nodes nodes;       /* parameters by neuron */
    const char *recorded_as; /* name of its group in spikes.h5; NULL: its address */
    ph_dist V_init;       /* membrane potential at the start, mV */
    double rate;          /* expected stationary rate, Hz; used by `scale` to keep the mean input */
    ph_map stimuli;       /* of ph_named_variant, registry PH_REGISTRY_STIMULUS */
    ph_map modulation;    /* of ph_modulation: of the model's parameters and of the ports' gains */
    int index;            /* resolved: index in the brain, file order */
    int region;           /* resolved: index of the region */
    ph_gid gid;           /* resolved: global id of the first neuron */
    double I_scale;       /* resolved: constant current that keeps the mean under `scale`, pA */
    const char *address;  /* resolved: "region.population", owned by the tree */
    const ph_table *gains;/* resolved: a number gain_PORT for each receptor port, in their order,
                             by which the port's input is multiplied; 1 where nothing moves it */
} ph_population;

typedef struct ph_region {
    ph_item item;
    double scale;        /* of neurons and indegrees, 0 < scale <= 1 */
    ph_words channels;   /* action channels, or columns; [N] as read: N of them */
    ph_map populations;  /* of ph_population */
    ph_map projections;  /* of ph_projection */
    ph_sonata sonata;    /* circuit is NULL: none, or it has been taken in */
    int first;           /* resolved: index of the first population in the brain */
} ph_region;

/* --- projections --------------------------------------------------------------------------- */

enum { PH_CURVE_LINEAR, PH_CURVE_HILL };                 /* ph_curve.type */
enum {                                                   /* ph_curve.of */
    PH_CURVE_OF_OCCUPANCY,
    PH_CURVE_OF_DEVIATION,
    PH_CURVE_OF_MESSENGER,
    PH_CURVE_OF_MESSENGER_DEVIATION
};
enum { PH_COMBINE_PRODUCT, PH_COMBINE_SUM };             /* ph_modulation.combine */

/* How a receptor moves a parameter: product: p * (offset + gain f); sum: p + gain f (in the
 * parameter's unit), with f = x (linear) or f = x^n / (half^n + x^n) (hill, x below 0 counts as 0).
 * x is the occupancy o (of receptors that are not desensitised), the second messenger m, or the
 * deviation of either from its slow mean. */
typedef struct ph_curve {
    int type;      /* choice PH_CURVE_LINEAR, PH_CURVE_HILL */
    int of;        /* choice PH_CURVE_OF_*: x; when not given: of linear the deviation, of hill
                      the occupancy */
    double offset; /* of product, pure number */
    double gain;   /* pure number (product), or in the parameter's unit (sum) */
    double half;   /* hill: x of half effect, 0..1 */
    double n;      /* hill: exponent 1, 2, 3 or 4 */
} ph_curve;

/* Several may move one parameter: they are applied in file order. */
typedef struct ph_modulation {
    ph_item item;          /* name: the parameter that is moved, unless `parameter` says so */
    const char *parameter; /* the parameter that is moved; NULL: the entry's name */
    const char *receptor;  /* name of the receptor, looked up among all transmitters */
    int combine;           /* choice PH_COMBINE_* */
    ph_curve curve;
    double delay;          /* ms: the receptor's state of so long ago counts */
    int delay_beats;       /* resolved: the delay in beats, rounded half up */
    int transmitter;       /* resolved: index of the transmitter */
    int receptor_index;    /* resolved: index within the transmitter's receptors */
    const ph_param *param; /* resolved: the parameter: of the rule or the neuron model, U of
                              short-term plasticity, a gain of a population */
} ph_modulation;

/* ph_projection.channels */
enum { PH_CHANNELS_ALL, PH_CHANNELS_SAME, PH_CHANNELS_OTHER, PH_CHANNELS_NEAR };

#define PH_MOST_NEAR 8 /* neighbours of a channel on a ring: four on each side */

/* Short-term plasticity of a source's synapses; see plasticity/release.h. */
typedef struct ph_short_term {
    double U;         /* share of the resources that a first spike releases */
    double tau_rec;   /* recovery of the resources, ms */
    double tau_facil; /* decay of facilitation, ms; 0: none */
} ph_short_term;

/* Homeostatic scaling of the synapses onto each target; see plasticity/scaling.h */
typedef struct ph_homeostasis {
    double rate;          /* that targets are to have, Hz */
    double tau, tau_rate; /* ms */
    double min, max;      /* of the factor */
} ph_homeostasis;

/* A gate of plasticity by the potential of the dendrite that the synapses end on; see
 * plasticity/history.h */
typedef struct ph_dendritic_gate {
    double V_half, slope; /* mV */
} ph_dendritic_gate;

typedef struct ph_projection {
    ph_item item;
    ph_address source, target;    /* within a region: population[.channel]; tracts: full address */
    const char *receptor;         /* name of the port of the target's neuron model */
    ph_variant connect;           /* rule, registry PH_REGISTRY_CONNECT */
    ph_dist weight;               /* in the port's unit (pA or nS); inhibitory: pA < 0, nS > 0 */
    ph_dist delay;                /* axonal, ms; rounded to steps, at least one */
    double dendritic_delay;       /* ms; shifts postsynaptic times of plasticity */
    int channels;                 /* choice PH_CHANNELS_*: pairs of channels that connect */
    ph_short_term short_term;     /* U is 0 where it is not given */
    ph_homeostasis homeostasis;   /* rate is 0 where it is not given */
    ph_dendritic_gate dendritic_gate; /* slope is 0 where it is not given */
    ph_variant plasticity;        /* registry PH_REGISTRY_PLASTICITY; `static` by default */
    ph_map modulation;            /* of ph_modulation; stands inside `plasticity` in YAML */
    int index;                    /* resolved: index in brain->projections, file order:
                                     regions' projections first, then tracts */
    int tract;                    /* resolved: 1 for a tract, whatever the regions */
    int port;                     /* resolved: index of the receptor port */
    int64_t delay_min, delay_max; /* resolved: bounds in steps */
    int cut;                      /* resolved: 1 when an intervention cuts it: it is not built */
    const char *address;          /* resolved: "region.name" or the tract's name */
} ph_projection;

/* --- neuromodulators ----------------------------------------------------------------------- */

#define PH_MAX_RECEPTORS 8 /* of one transmitter */

/* Bound receptors stop answering: d' = rate b (1 - d) - d / tau, of the share b that is bound. */
typedef struct ph_desensitisation {
    double rate; /* 1/s; 0: there is none */
    double tau;  /* s */
} ph_desensitisation;

/* Second messenger: m' = (o - m) / tau */
typedef struct ph_messenger {
    double tau; /* ms; 0: there is none */
} ph_messenger;

typedef struct ph_receptor {
    ph_item item;
    double EC50;      /* concentration of half occupancy, nM */
    double k_off;     /* unbinding, 1/s; binding is k_off / EC50 */
    double tau_tonic; /* time constant of the slow local means, s */
    ph_desensitisation desensitisation;
    ph_messenger messenger;
} ph_receptor;

typedef struct ph_uptake {
    double V_max, K_m; /* nM/s, nM */
} ph_uptake;

typedef struct ph_transmitter {
    ph_item item;
    ph_address nucleus;     /* population that releases it */
    ph_map controllers;     /* of ph_named_variant, registry PH_REGISTRY_CONTROLLER */
    double release;         /* nM when every cell of the nucleus fires once, at innervation 1 */
    double tonic_rate;      /* of the nucleus, Hz: initial state, and what `tonic` broadcasts */
    ph_map innervation;     /* of ph_density */
    ph_map apical_innervation; /* of ph_density: at dendrites with a potential of their own */
    ph_map sources;         /* of ph_source: what releases it beside the nucleus */
    ph_uptake uptake;
    ph_map glia;            /* of ph_density: factor of V_max; 1 in regions that it does not name */
    double loss;            /* 1/s */
    ph_map receptors;       /* of ph_receptor */
    ph_map modulation;      /* of ph_modulation: of `release` and `V_max` by receptors there */
    ph_map local;           /* of ph_local_readout, by region: for broadcast `local` */
} ph_transmitter;

/* The parameters that `modulation` may move, as configured; see ph_terminal_table. */
typedef struct ph_terminal {
    double release, V_max; /* nM, nM/s */
} ph_terminal;

enum { PH_TERMINAL_RELEASE, PH_TERMINAL_V_MAX }; /* in the table */

#define PH_MAX_SOURCES 8 /* of all transmitters */

/* A population that releases a transmitter whose nucleus is another. */
typedef struct ph_source {
    ph_item item;
    ph_address population;
    double release;     /* nM when every cell fires once, at innervation 1 */
    double tonic_rate;  /* Hz: initial state, and what `tonic` broadcasts */
    ph_map innervation; /* of ph_density */
    int transmitter;    /* resolved: index of the transmitter */
} ph_source;

#define PH_MAX_LOCALS 64 /* of all transmitters */

/* A region's own readout, by which broadcast `local` releases there; see neuromod/local.h */
typedef struct ph_local_readout {
    ph_item item;          /* name: the region */
    ph_address population; /* in the region */
    double gain;           /* pure number */
    double window, tau;    /* ms, of the readout's rate and of its slow mean */
    double max;            /* most that is released, over the tonic release */
    int region;            /* resolved */
    int transmitter;       /* resolved */
} ph_local_readout;

/* One of a transmitter's controllers. */
typedef struct ph_controller {
    const ph_variant *variant;
    int transmitter;        /* index of the one whose nucleus it drives */
    const char *address;    /* "transmitter.controller", owned by the tree */
} ph_controller;

typedef struct ph_density { /* an entry of a map from region to number, written `striatum: 1.0` */
    ph_item item;
    double value;
    int region; /* resolved */
} ph_density;

typedef struct ph_neuromodulation {
    double beat;         /* ms */
    int broadcast;       /* choice PH_BROADCAST_* */
    const char *yoked;   /* path: run.h5 whose releases are played back */
    double shift;        /* ms: they come so much later; negative: earlier */
    ph_map transmitters; /* of ph_transmitter */
} ph_neuromodulation;

enum { PH_BROADCAST_GLOBAL, PH_BROADCAST_LOCAL, PH_BROADCAST_TONIC, PH_BROADCAST_YOKED };

/* --- protocol ------------------------------------------------------------------------------ */

enum { PH_PLASTICITY_ACTIVE, PH_PLASTICITY_FROZEN }; /* ph_phase.plasticity */
enum { PH_WEIGHTS_AT_PHASE_END, PH_WEIGHTS_NEVER };  /* ph_record_weights.at */

#define PH_PHASE_STEPS 2 /* of a phase's name: its group's and its own */

/* `night` and `night-3`; the same twice where nothing is repeated. */
typedef struct ph_phase_step {
    const char *name, *numbered;
} ph_phase_step;

/* A phase, or a group of phases, as described; or a phase of the run: a copy of its description. */
typedef struct ph_phase {
    ph_item item;         /* of the run's: its full name, night-3.nrem */
    int64_t trials;       /* trials of the task; 0 with a duration */
    double duration;      /* ms; NaN with trials */
    int plasticity;       /* choice PH_PLASTICITY_*: `active`, `frozen` */
    int has_task;         /* 0: the task waits */
    int rest;             /* 1: nothing fires, only slow states of synapses move */
    double step;          /* of a rest, ms */
    const ph_node *set;   /* a mapping from paths to values; NULL: none. The brain as it is in
                             this phase is ph_brain.phase_brains[i] */
    int64_t repeat;       /* times that it comes, where the key is given */
    ph_map phases;        /* of ph_phase: of a group */
    int index;            /* resolved: in ph_brain.phase; of a description its first one there */
    int as;               /* resolved: index of the first phase by the same description */
    const struct ph_phase *group; /* resolved: the group it is in; NULL: none */
    ph_phase_step path[PH_PHASE_STEPS]; /* resolved: of the run's; name NULL: no more */
} ph_phase;

typedef struct ph_record_spikes {
    ph_words populations; /* regions or populations */
} ph_record_spikes;

typedef struct ph_record_rates {
    ph_words populations; /* regions or populations */
    double interval;      /* ms, rounded to beats */
} ph_record_rates;

typedef struct ph_record_modulators {
    double interval;      /* ms, rounded to beats */
} ph_record_modulators;

typedef struct ph_record_V_m {
    ph_words populations; /* populations or channels */
    int64_t cells;        /* of each */
    double interval;      /* ms */
} ph_record_V_m;

typedef struct ph_record_weights {
    ph_words tracts; /* tracts or region.projection */
    int at;          /* choice PH_WEIGHTS_* */
    ph_words phases; /* at whose end */
} ph_record_weights;

enum { PH_REPORT_V_M, PH_REPORT_WEIGHTS }; /* ph_report.of */

/* A file of SONATA's form beside run.h5: of some cells. */
typedef struct ph_report {
    ph_item item;
    const char *file;  /* its name in the run's folder */
    int of;            /* choice PH_REPORT_* */
    ph_words cells;    /* addresses; of weights the targets */
    double interval;   /* ms, of potentials; 0: as they are recorded */
    double start, stop; /* ms, of potentials, both in it; stop is NaN: the end */
    int n_spans;
    ph_span *spans;    /* resolved: n_spans */
} ph_report;

typedef struct ph_recording {
    ph_record_spikes spikes;
    ph_record_rates rates;
    ph_record_V_m V_m;
    ph_record_modulators modulators;
    ph_record_weights weights;
    ph_map reports;    /* of ph_report */
    int *spikes_on;    /* resolved: per population of the brain, 1 when its spikes are recorded */
    int *rates_on;     /* resolved: the same for rates */
    int n_V_m;         /* resolved: number of spans with V_m recorded */
    ph_span *V_m_spans;/* resolved: the cells (first V_m.cells of each span named) */
    int *weights_on;   /* resolved: per projection */
} ph_recording;

enum { PH_EXPERIMENT_EFFECT, PH_EXPERIMENT_EQUIVALENCE, PH_EXPERIMENT_MECHANISM };
enum { PH_DIRECTION_ABOVE, PH_DIRECTION_BELOW };

/* What an experiment asks; nothing of it acts on a run, which hands it on to its summary. */
typedef struct ph_experiment {
    const char *claim;   /* NULL: the configuration asks nothing */
    const char *measure; /* the primary measure, with its unit */
    int kind;            /* choice PH_EXPERIMENT_* */
    const char *arm;     /* label of the arm under test */
    ph_words against;    /* labels of its controls, or one number */
    int direction;       /* choice PH_DIRECTION_*: of the arm, seen from its controls */
    double smallest;     /* difference worth having, in the measure's unit */
} ph_experiment;

/* The words of `kind` and `direction`. */
extern const char *const ph_experiment_kinds[], *const ph_experiment_directions[];

typedef struct ph_simulation {
    double resolution; /* ms */
    double duration;   /* ms, of a run without phases */
    int64_t seed;
} ph_simulation;

enum { PH_CHECKPOINT_WALL, PH_CHECKPOINT_BIOLOGICAL };

/* When checkpoints are taken, beside those that signals ask for. */
typedef struct ph_checkpoint_plan {
    double interval; /* ms; 0: never */
    int clock;       /* choice PH_CHECKPOINT_*: of which time */
    int at_end;      /* 1: another when the run ends */
} ph_checkpoint_plan;

/* The ranks that a region is to be on. */
typedef struct ph_seat {
    ph_item item;      /* name of the region */
    const char *ranks; /* "2", "0-3", or "any": wherever the load is least */
    int region;        /* resolved: its index; -1 after an error */
    int first, last;   /* resolved: ranks, consecutive; first is -1 for any */
} ph_seat;

/* --- the whole ----------------------------------------------------------------------------- */

typedef struct ph_brain {
    ph_simulation simulation;
    ph_map regions;        /* of ph_region */
    ph_map tracts;         /* of ph_projection */
    ph_neuromodulation neuromodulation;
    ph_variant task;       /* absent: .type NULL */
    ph_map phases;         /* of ph_phase */
    ph_map interventions;  /* of ph_named_variant, registry PH_REGISTRY_INTERVENTION */
    ph_recording recording;
    ph_checkpoint_plan checkpoint;
    const char *start_from; /* folder of a run or a checkpoint; NULL: from the beginning */
    ph_map layout;         /* of ph_seat; empty: regions are placed by cost */
    ph_experiment experiment;

    /* resolved */
    int n_regions;               /* == regions.count */
    int n_populations;
    ph_population **populations; /* n_populations pointers into the regions, file order */
    int n_projections;
    ph_projection **projections; /* n_projections pointers, regions' first, then tracts */
    ph_gid n_neurons;
    int n_sources;               /* of all transmitters, at most PH_MAX_SOURCES */
    ph_source *sources[PH_MAX_SOURCES]; /* n_sources, file order */
    int n_locals;                /* of all transmitters, at most PH_MAX_LOCALS */
    ph_local_readout *locals[PH_MAX_LOCALS]; /* n_locals, file order */
    int n_controllers;           /* of all transmitters, at most PH_MAX_CONTROLLERS */
    ph_controller *controllers;  /* n_controllers, file order */
    ph_step slice, epoch, beat;  /* steps; see model/times.c */
    ph_step epoch_slack;         /* steps after its end until an epoch's spikes must be there: whole
                                    slices, less than an epoch */
    ph_step sweep;               /* each source's synapses are visited so often: whole beats */
    ph_step settling;            /* silence after which nothing is on its way and every synapse has
                                    been visited, at most; whole beats */
    int has_tracts;              /* 1: some projection leads from region to region */
    int n_phases;                /* of the run, at least 1: without phases one, named `run` */
    struct ph_brain **phase_brains; /* n_phases: this brain with the phase's `set` applied;
                                       same structure, other values; owned */
    ph_phase **phase;            /* n_phases, repetitions written out */
    ph_tree *tree;               /* owns all strings and nodes */
} ph_brain;

/** @brief Build the description of a brain from a resolved tree: read it by the tables, resolve
 *  names, apply `scale`, check what one table cannot see (addresses, ports, units of weights,
 *  delays against the resolution, phases).
 *  Not collective.
 *  @param tree the configuration; borrowed, and must outlive the brain
 *  @param registries PH_REGISTRIES registries
 *  @param brain out: owned by the caller, ph_brain_destroy
 *  @return PH_CONFIG with all errors, a line each, in the message */
ph_status ph_brain_create(ph_tree *tree, const ph_registry *registries, ph_brain **brain);

/** @brief Free a brain and null the handle. Not collective. */
void ph_brain_destroy(ph_brain **brain);

/** @brief Find what an address names: "region.population" or "region.population.channel".
 *  Not collective.
 *  @return PH_CONFIG with the nearest known word when there is no such population */
ph_status ph_brain_find(const ph_brain *brain, const char *address, ph_span *span);

/** @brief Whether some phase has a broadcast of this kind (PH_BROADCAST_*). Not collective. */
static inline int ph_brain_has_broadcast(const ph_brain *brain, int broadcast)
{
    int has = 0;
    for (int p = 0; p < brain->n_phases; p++)
        has |= brain->phase_brains[p]->neuromodulation.broadcast == broadcast;
    return has;
}

/** @brief Fraction of a population that interventions of the brain silence in a phase: the largest,
 *  which has the neurons of the others. Not collective. */
double ph_silenced_fraction(const ph_brain *brain, int population, const ph_phase *phase);

/** @brief Whether a word names a phase of the run, or what it is a part of: night-3.nrem is named
 *  by night, night-3, night.nrem, night-3.nrem. Not collective. */
int ph_phase_is(const ph_phase *phase, const char *word);

/** @brief Index of the first phase that a word names; of what comes 0 times, of the phase that
 *  follows (n_phases at the end). Not collective. @return -1: it names nothing */
int ph_phase_first(const ph_brain *brain, const char *word);

/** @brief Neighbours that a channel has on a ring of channels. Not collective. */
static inline int64_t ph_channels_near(int64_t channels)
{
    return channels - 1 < PH_MOST_NEAR ? channels - 1 : PH_MOST_NEAR;
}

/** @brief How many of `sources` neurons in all channels a target may draw from. Not collective.
 *  @param channels of the region @param pairs PH_CHANNELS_* */
static inline double ph_channels_sources(int pairs, int64_t channels, double sources)
{
    if (channels <= 1 || pairs == PH_CHANNELS_ALL)
        return sources;
    double each = sources / (double)channels;
    if (pairs == PH_CHANNELS_NEAR)
        return each * (double)ph_channels_near(channels);
    return pairs == PH_CHANNELS_SAME ? each : sources - each;
}

/** @brief Whether a region holds a nucleus of some transmitter. Not collective. */
int ph_brain_holds_nucleus(const ph_brain *brain, int region);

/** @brief The region a population index belongs to. Not collective. */
static inline int ph_brain_region_of(const ph_brain *brain, int population)
{
    return brain->populations[population]->region;
}

#endif
