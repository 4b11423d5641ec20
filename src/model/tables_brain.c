/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of neuromodulators, phases, recording and the whole. */
#include "model/tables.h"

#define MOST_MS 1e12

/* --- neuromodulators -------------------------------------------------------------------------- */

static const char *const broadcasts[] = {"global", "local", "tonic", "yoked", NULL};

static const ph_param desensitisation_keys[] = {
    PH_REAL_FLAG(ph_desensitisation, rate, "/s", NULL, 0, 1e4, PH_PARAM_POSITIVE,
                 "at which bound receptors are desensitised"),
    PH_REAL_FLAG(ph_desensitisation, tau, "s", NULL, 0, 1e6, PH_PARAM_POSITIVE,
                 "time constant of recovery"),
};
static const ph_table desensitisation_table =
    PH_TABLE("desensitisation", ph_desensitisation, desensitisation_keys,
             "d' = rate b (1 - d) - d / tau, of the bound share b; the occupancy that acts is "
             "b (1 - d)");

static const ph_param messenger_keys[] = {
    PH_REAL_FLAG(ph_messenger, tau, "ms", NULL, 0, 1e9, PH_PARAM_POSITIVE,
                 "time constant of m' = (o - m) / tau"),
};
static const ph_table messenger_table =
    PH_TABLE("messenger", ph_messenger, messenger_keys,
             "a second messenger that follows the occupancy");

static const ph_param receptor_keys[] = {
    {.name = "EC50", .kind = PH_KIND_REAL, .offset = offsetof(ph_receptor, EC50), .unit = "nM",
     .max = 1e9, .flags = PH_PARAM_POSITIVE, .doc = "concentration of half occupancy"},
    {.name = "k_off", .kind = PH_KIND_REAL, .offset = offsetof(ph_receptor, k_off), .unit = "/s",
     .max = 1e4, .flags = PH_PARAM_POSITIVE, .doc = "unbinding; binding is k_off / EC50"},
    PH_REAL(ph_receptor, tau_tonic, "s", "10 s", 0.01, 1e5,
            "time constant of the slow local means, of occupancy (o_tonic) and messenger"),
    PH_RECORD(ph_receptor, desensitisation, &desensitisation_table, "",
              "receptors that stay bound stop answering"),
    PH_RECORD(ph_receptor, messenger, &messenger_table, "",
              "second messenger, for curves of messenger"),
};
static const ph_table receptor_table =
    PH_TABLE("receptor", ph_receptor, receptor_keys, "a receptor of the transmitter");

static const ph_param uptake_keys[] = {
    PH_REAL(ph_uptake, V_max, "nM/s", "4000 nM/s", 0, 1e9, "largest rate of uptake"),
    {.name = "K_m", .kind = PH_KIND_REAL, .offset = offsetof(ph_uptake, K_m), .unit = "nM",
     .value = "160 nM", .max = 1e9, .flags = PH_PARAM_POSITIVE,
     .doc = "concentration of half that rate"},
};
static const ph_table uptake_table =
    PH_TABLE("uptake", ph_uptake, uptake_keys, "Michaelis-Menten uptake");

static const ph_param density_keys[] = {
    {.name = "", .kind = PH_KIND_REAL, .offset = offsetof(ph_density, value), .unit = "1",
     .max = 1e6, .doc = "density of innervation"},
};
static const ph_table density_table =
    PH_TABLE("density", ph_density, density_keys, "a number for each region; others have 0");

static const ph_param factor_keys[] = {
    {.name = "", .kind = PH_KIND_REAL, .offset = offsetof(ph_density, value), .unit = "1",
     .max = 1e6, .doc = "factor of V_max"},
};
static const ph_table factor_table =
    PH_TABLE("factor", ph_density, factor_keys, "a number for each region; others have 1");

static const ph_param source_keys[] = {
    PH_FIELD(ph_source, population, PH_KIND_ADDRESS, NULL, "population whose spikes release"),
    PH_REAL(ph_source, release, "nM", NULL, 0, 1e9,
            "concentration when every one of its cells fires once, at innervation 1"),
    PH_REAL(ph_source, tonic_rate, "Hz", "5 Hz", 0, 1000,
            "of the population: initial state, and what broadcast `tonic` sends"),
    PH_MAP(ph_source, innervation, &density_table, "", "density of innervation by region"),
};
static const ph_table source_table =
    PH_TABLE("source", ph_source, source_keys,
             "another population that releases the transmitter: interneurons of a region, or a "
             "nucleus that releases two transmitters; it acts a beat later than the nucleus");

static const ph_param terminal_keys[] = {
    PH_REAL_FLAG(ph_terminal, release, "nM", "", 0, 1e9, PH_PARAM_MODULATED_SAMPLED,
                 "of nucleus and sources"),
    PH_REAL_FLAG(ph_terminal, V_max, "nM/s", "", 0, 1e9, PH_PARAM_MODULATED_SAMPLED,
                 "of the uptake, after the factor of glia"),
};
const ph_table ph_terminal_table = PH_TABLE("terminal", ph_terminal, terminal_keys,
                                            "what receptors may move of release and uptake");

static const ph_param local_keys[] = {
    PH_FIELD(ph_local_readout, population, PH_KIND_ADDRESS, NULL,
             "of the region, whose rate counts"),
    PH_REAL(ph_local_readout, gain, "1", "1", -1000, 1000,
            "g: release is that of the tonic rate times 1 + g (rate / slow mean - 1), not below "
            "0"),
    {.name = "window", .kind = PH_KIND_REAL, .offset = offsetof(ph_local_readout, window),
     .unit = "ms", .value = "100 ms", .max = MOST_MS, .flags = PH_PARAM_POSITIVE,
     .doc = "time constant of the mean that is the rate"},
    {.name = "tau", .kind = PH_KIND_REAL, .offset = offsetof(ph_local_readout, tau), .unit = "ms",
     .value = "10 s", .max = MOST_MS, .flags = PH_PARAM_POSITIVE,
     .doc = "time constant of its slow mean"},
    PH_REAL(ph_local_readout, max, "1", "10", 0, 1e6,
            "most that is released, over the tonic release"),
};
static const ph_table local_table =
    PH_TABLE("local", ph_local_readout, local_keys, "a region's own readout, for broadcast local");

static const ph_param transmitter_keys[] = {
    PH_FIELD(ph_transmitter, nucleus, PH_KIND_ADDRESS, NULL,
             "population whose spikes release it"),
    PH_VARIANTS(ph_transmitter, controllers, PH_REGISTRY_CONTROLLER, "",
                "feedback loops that drive the nucleus, by name: their drives add to each other "
                "and to its stimuli and projections"),
    PH_REAL(ph_transmitter, release, "nM", NULL, 0, 1e9,
            "concentration when every cell of the nucleus fires once, at innervation 1"),
    PH_REAL(ph_transmitter, tonic_rate, "Hz", "5 Hz", 0, 1000,
            "of the nucleus: initial state, and what broadcast `tonic` sends"),
    PH_MAP(ph_transmitter, innervation, &density_table, "",
           "density of innervation by region"),
    PH_MAP(ph_transmitter, apical_innervation, &density_table, "",
           "the same at the apical dendrites of the region's cells, where it is another"),
    PH_MAP(ph_transmitter, sources, &source_table, "",
           "further populations that release it, by name"),
    PH_RECORD(ph_transmitter, uptake, &uptake_table, "{}", "Michaelis-Menten uptake"),
    PH_MAP(ph_transmitter, glia, &factor_table, "", "factor of V_max by region"),
    PH_REAL(ph_transmitter, loss, "/s", "0.04 /s", 0, 1e4, "loss by diffusion"),
    PH_MAP(ph_transmitter, receptors, &receptor_table, "", "receptors by name"),
    PH_MAP(ph_transmitter, modulation, &ph_modulation_table, "",
           "how receptors of a region, of any transmitter, move `release` and `V_max` there: "
           "autoreceptors, and receptors of others on the terminals"),
    PH_MAP(ph_transmitter, local, &local_table, "",
           "broadcast `local`: readouts by region, which stand for the nucleus there; in other "
           "regions it is as if the nucleus fired at its tonic rate"),
};
static const ph_table transmitter_table =
    PH_TABLE("transmitter", ph_transmitter, transmitter_keys, "a neuromodulator");

static const ph_param neuromodulation_keys[] = {
    {.name = "beat", .kind = PH_KIND_REAL, .offset = offsetof(ph_neuromodulation, beat),
     .unit = "ms", .value = "5 ms", .max = 1000, .flags = PH_PARAM_POSITIVE,
     .doc = "time between two updates of task and neuromodulators; a whole number of steps"},
    PH_CHOICE(ph_neuromodulation, broadcast, broadcasts, "global",
              "global; local: no nucleus reaches any region, each has its own readouts (and the "
              "sources within it); tonic: no phasic signal reaches any region; yoked: played back "
              "from another run"),
    PH_FIELD(ph_neuromodulation, yoked, PH_KIND_PATH, "", "run.h5 that `yoked` plays back"),
    PH_REAL(ph_neuromodulation, shift, "ms", "0 ms", -MOST_MS, MOST_MS,
            "of `yoked`: its releases come so much later, or, when negative, earlier than they "
            "were; beyond the recording nuclei release at their tonic rates; rounded to beats"),
    PH_MAP(ph_neuromodulation, transmitters, &transmitter_table, "", "neuromodulators by name"),
};
const ph_table ph_neuromodulation_table =
    PH_TABLE("neuromodulation", ph_neuromodulation, neuromodulation_keys, "the broadcast layer");

/* --- protocol --------------------------------------------------------------------------------- */

static const char *const plasticities[] = {"active", "frozen", NULL};

#define PHASE_KEYS                                                                                 \
    PH_INT(ph_phase, trials, "", 0, 1000000000,                                                    \
           "trials of the task; absent, without `duration`: all stimuli of a task that shows "     \
           "each once"),                                                                           \
    PH_REAL_FLAG(ph_phase, duration, "ms", "", 0, MOST_MS, PH_PARAM_POSITIVE,                      \
                 "length; this or `trials`"),                                                      \
    PH_CHOICE(ph_phase, plasticity, plasticities, "active", "whether weights change"),             \
    {.name = "task", .kind = PH_KIND_CHOICE, .offset = offsetof(ph_phase, has_task),               \
     .choices = ph_false_true, .value = "true",                                                    \
     .doc = "false: the task waits (sleep, a break): no stimulus of its own, no reward"},          \
    PH_CHOICE(ph_phase, rest, ph_false_true, "false",                                              \
              "nothing fires and only slow states of synapses move, in large steps: hours take "   \
              "seconds; membranes go on afterwards as they were, modulators at the level of "      \
              "their tonic rates under the interventions of the phase, to which second "           \
              "messengers go by their own time constants; homeostasis and controllers stand "      \
              "still, but for average_reward, to which it is time without reward"),                \
    {.name = "step", .kind = PH_KIND_REAL, .offset = offsetof(ph_phase, step), .unit = "ms",       \
     .value = "1 min", .max = MOST_MS, .flags = PH_PARAM_POSITIVE, .doc = "of a rest"},            \
    PH_FIELD(ph_phase, set, PH_KIND_NODE, "",                                                      \
             "values of this phase: a mapping from paths, as those of --set, to values"),          \
    PH_INT(ph_phase, repeat, "", 0, 1000000,                                                       \
           "times that it comes; the phases are then night-1, night-2, ..., or, of a group, "      \
           "night-1.nrem; 0: it is left out")

static const ph_param member_keys[] = {PHASE_KEYS};
static const ph_table member_table =
    PH_TABLE("phase", ph_phase, member_keys, "a phase of the group, in file order");

static const ph_param phase_keys[] = {
    PHASE_KEYS,
    PH_MAP(ph_phase, phases, &member_table, "",
           "makes this a group of phases that come in turn, night.nrem, night.rem; beside it "
           "stand `repeat` and a `set` that comes before theirs, nothing else"),
};
static const ph_table phase_table =
    PH_TABLE("phase", ph_phase, phase_keys, "a part of the experiment, in file order");

static const ph_param spikes_keys[] = {
    PH_FIELD(ph_record_spikes, populations, PH_KIND_WORDS, "all",
             "addresses (a region's name: all of its populations), or all"),
};
static const ph_table spikes_table =
    PH_TABLE("spikes", ph_record_spikes, spikes_keys, "spikes, in spikes.h5");

static const ph_param rates_keys[] = {
    PH_FIELD(ph_record_rates, populations, PH_KIND_WORDS, "all",
             "addresses (a region's name: all of its populations), or all"),
    {.name = "interval", .kind = PH_KIND_REAL, .offset = offsetof(ph_record_rates, interval),
     .unit = "ms", .value = "10 ms", .max = MOST_MS, .flags = PH_PARAM_POSITIVE,
     .doc = "spikes are counted over this time"},
};
static const ph_table rates_table =
    PH_TABLE("rates", ph_record_rates, rates_keys, "population rates, in run.h5");

static const ph_param V_m_keys[] = {
    PH_FIELD(ph_record_V_m, populations, PH_KIND_WORDS, NULL,
             "addresses (a region's name: all of its populations), or all"),
    PH_INT(ph_record_V_m, cells, "5", 1, 1000000, "the first cells of each"),
    {.name = "interval", .kind = PH_KIND_REAL, .offset = offsetof(ph_record_V_m, interval),
     .unit = "ms", .value = "1 ms", .max = MOST_MS, .flags = PH_PARAM_POSITIVE,
     .doc = "time between two samples"},
};
static const ph_table V_m_table =
    PH_TABLE("V_m", ph_record_V_m, V_m_keys, "membrane potentials, in run.h5");

static const ph_param modulators_keys[] = {
    PH_REAL(ph_record_modulators, interval, "ms", "0 ms", 0, MOST_MS,
            "time between two samples; at least a beat"),
};
static const ph_table modulators_table =
    PH_TABLE("modulators", ph_record_modulators, modulators_keys,
             "concentrations and occupancies, in run.h5; nuclei are recorded every beat");

static const char *const weight_times[] = {"phase_end", "never", NULL};
static const ph_param weights_keys[] = {
    PH_FIELD(ph_record_weights, tracts, PH_KIND_WORDS, "all",
             "names of tracts or region.projection, or all that are plastic"),
    PH_CHOICE(ph_record_weights, at, weight_times, "phase_end", "when"),
    PH_FIELD(ph_record_weights, phases, PH_KIND_WORDS, "all", "the phases at whose end"),
};
static const ph_table weights_table =
    PH_TABLE("weights", ph_record_weights, weights_keys, "weights, in run.h5");

static const char *const reported[] = {"V_m", "weights", NULL};
static const ph_param report_keys[] = {
    PH_FIELD(ph_report, file, PH_KIND_STRING, NULL, "name of the file in the run's folder"),
    PH_CHOICE(ph_report, of, reported, "V_m",
              "membrane potentials, or the weights of what learns onto the cells, when weights are "
              "recorded"),
    PH_FIELD(ph_report, cells, PH_KIND_WORDS, NULL,
             "addresses of populations, channels or cells (a region's name: all of it), or all"),
    PH_REAL(ph_report, interval, "ms", "0 ms", 0, MOST_MS,
            "time between two samples of V_m, whole intervals of V_m; 0: each of them"),
    PH_REAL(ph_report, start, "ms", "0 ms", 0, MOST_MS, "first time of V_m"),
    PH_REAL(ph_report, stop, "ms", "", 0, MOST_MS,
            "last time of V_m, which is in it; the end of the run when it is not given"),
};
static const ph_table report_table =
    PH_TABLE("report", ph_report, report_keys, "a report of SONATA's form, in a file of its own");

static const ph_param recording_keys[] = {
    PH_RECORD(ph_recording, spikes, &spikes_table, "{populations: []}", "spikes"),
    PH_RECORD(ph_recording, rates, &rates_table, "{populations: []}", "population rates"),
    PH_RECORD(ph_recording, V_m, &V_m_table, "{populations: []}", "membrane potentials"),
    PH_RECORD(ph_recording, modulators, &modulators_table, "{}", "concentrations and occupancies"),
    PH_RECORD(ph_recording, weights, &weights_table, "{tracts: [], at: never}", "weights"),
    PH_MAP(ph_recording, reports, &report_table, "", "reports as SONATA has them, by name"),
};
static const ph_table recording_table =
    PH_TABLE("recording", ph_recording, recording_keys, "what is written; nothing else is");

static const char *const clocks[] = {"wall", "biological", NULL};

static const ph_param checkpoint_keys[] = {
    PH_REAL(ph_checkpoint_plan, interval, "ms", "0 ms", 0, MOST_MS,
            "time between two; 0: none but those that signals ask for"),
    PH_CHOICE(ph_checkpoint_plan, clock, clocks, "wall",
              "of which time; biological: of what is simulated, a rest only until all is silent"),
    PH_CHOICE(ph_checkpoint_plan, at_end, ph_false_true, "false",
              "another one when the run ends, for runs that start from it"),
};
static const ph_table checkpoint_table =
    PH_TABLE("checkpoint", ph_checkpoint_plan, checkpoint_keys,
             "when the run's state is written, to go on from (run --resume); the last two are "
             "kept. SIGUSR1 asks for one, SIGTERM for one after which the run leaves");

static const ph_param seat_keys[] = {
    {.name = "", .kind = PH_KIND_STRING, .offset = offsetof(ph_seat, ranks),
     .doc = "a rank (2), the first and the last of several (0-3), or any"},
};
static const ph_table seat_table =
    PH_TABLE("ranks", ph_seat, seat_keys,
             "ranks by region; a region that is not named goes, whole, where the load is least; "
             "regions with nuclei are on one rank, all on the same, with the task");

/* --- what the experiment asks ---------------------------------------------------------------- */

const char *const ph_experiment_kinds[] = {"effect", "equivalence", "mechanism", NULL};
const char *const ph_experiment_directions[] = {"above", "below", NULL};

static const ph_param experiment_keys[] = {
    PH_FIELD(ph_experiment, claim, PH_KIND_STRING, NULL, "what is claimed, in a sentence"),
    PH_FIELD(ph_experiment, measure, PH_KIND_STRING, NULL,
             "the primary measure, one number a run, with its unit"),
    PH_CHOICE(ph_experiment, kind, ph_experiment_kinds, "effect",
              "effect: the measure differs between arms; equivalence: by less than `smallest`; "
              "mechanism: as effect, but the configuration writes in what is found"),
    PH_FIELD(ph_experiment, arm, PH_KIND_STRING, NULL, "label of the arm under test"),
    PH_FIELD(ph_experiment, against, PH_KIND_WORDS, NULL,
             "labels of the control arms, each of which must differ; or one number"),
    PH_CHOICE(ph_experiment, direction, ph_experiment_directions, "above",
              "where the arm is claimed to lie, seen from its controls"),
    {.name = "smallest", .kind = PH_KIND_REAL, .offset = offsetof(ph_experiment, smallest),
     .unit = "1", .max = 1e12, .flags = PH_PARAM_POSITIVE,
     .doc = "smallest difference worth having, in the measure's unit"},
};
static const ph_table experiment_table =
    PH_TABLE("experiment", ph_experiment, experiment_keys,
             "what is asked and how it is judged, fixed before the runs; nothing of it acts");

/* --- the whole -------------------------------------------------------------------------------- */

static const ph_param simulation_keys[] = {
    {.name = "resolution", .kind = PH_KIND_REAL, .offset = offsetof(ph_simulation, resolution),
     .unit = "ms", .value = "0.1 ms", .max = 10, .flags = PH_PARAM_POSITIVE, .doc = "time step"},
    PH_REAL_FLAG(ph_simulation, duration, "ms", "1 s", 0, MOST_MS, PH_PARAM_POSITIVE,
                 "length of a run without phases"),
    PH_INT(ph_simulation, seed, "1", 0, 281474976710655, "seed of all random numbers"),
};
static const ph_table simulation_table =
    PH_TABLE("simulation", ph_simulation, simulation_keys, "time step, length and seed");

static const ph_param brain_keys[] = {
    PH_RECORD(ph_brain, simulation, &simulation_table, "{}", "time step, length and seed"),
    PH_MAP(ph_brain, regions, &ph_region_table, NULL, "regions by name"),
    PH_MAP(ph_brain, tracts, &ph_projection_table, "", "projections between regions, by name"),
    PH_RECORD(ph_brain, neuromodulation, &ph_neuromodulation_table, "{}", "the broadcast layer"),
    PH_VARIANT(ph_brain, task, PH_REGISTRY_TASK, "", "the environment"),
    PH_MAP(ph_brain, phases, &phase_table, "", "parts of the experiment, in file order"),
    PH_VARIANTS(ph_brain, interventions, PH_REGISTRY_INTERVENTION, "",
                "drugs and lesions, active in the phases they name"),
    PH_RECORD(ph_brain, recording, &recording_table, "{spikes: {populations: all}}",
              "what is written"),
    PH_RECORD(ph_brain, checkpoint, &checkpoint_table, "{}", "when the run's state is written"),
    PH_FIELD(ph_brain, start_from, PH_KIND_PATH, "",
             "folder of a run, or of one of its checkpoints, in whose state this run begins: "
             "simulation.resolution and seed, regions and tracts must be the same; time goes on"),
    PH_MAP(ph_brain, layout, &seat_table, "",
           "which region is on which ranks; without it regions are placed by cost. No result "
           "depends on it"),
    PH_RECORD(ph_brain, experiment, &experiment_table, "",
              "what the experiment asks and how it is judged (scripts/reproduce)"),
};
const ph_table ph_brain_table =
    PH_TABLE("configuration", ph_brain, brain_keys, "a brain and what is done with it");
