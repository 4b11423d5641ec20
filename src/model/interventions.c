/* SPDX-License-Identifier: Apache-2.0 */
/* Interventions: their tables, and the questions that others ask of them. */
#include "model/interventions.h"

#include <string.h>

#define PHASES                                                                                     \
    PH_FIELD(ph_intervention, phases, PH_KIND_WORDS, "all",                                        \
             "phases in which it acts; night, night-3, night.nrem and night-3.nrem name those of " \
             "a group"),                                                                           \
    PH_FIELD(ph_intervention, since, PH_KIND_STRING, "",                                           \
             "phase from whose begin on it acts, as a lesion does, in those of `phases`")
#define REGIONS                                                                                    \
    PH_FIELD(ph_intervention, regions, PH_KIND_WORDS, "all",                                       \
             "regions in which it acts (an infusion); all: a drug in the blood")
#define TRANSMITTER PH_FIELD(ph_intervention, transmitter, PH_KIND_STRING, NULL, "which one")
#define RECEPTOR                                                                                   \
    PH_FIELD(ph_intervention, receptor, PH_KIND_STRING, NULL, "receptor that it binds to")
#define POPULATIONS                                                                                \
    PH_FIELD(ph_intervention, populations, PH_KIND_WORDS, NULL, "regions or populations")
#define TABLE(name, keys, doc) PH_TABLE(name, ph_intervention, keys, doc)

/* --- drugs ------------------------------------------------------------------------------------ */

static const ph_param uptake_keys[] = {
    PHASES, TRANSMITTER, REGIONS,
    PH_REAL(ph_intervention, fraction, "1", NULL, 0, 1, "of V_max that is blocked"),
};
static const ph_table uptake_table = TABLE("uptake_block", uptake_keys, "blocks uptake");
const ph_descriptor ph_intervention_uptake_block = {
    "uptake_block",
    "a drug that blocks a fraction of a transmitter's uptake: V_max (1 - fraction) (cocaine, "
    "methylphenidate, reboxetine, fluoxetine; donepezil by its esterase)",
    &uptake_table};

static const ph_param agonist_keys[] = {
    PHASES, RECEPTOR, REGIONS,
    PH_REAL(ph_intervention, dose, "1", NULL, 0, 1e6, "concentration over its EC50"),
};
static const ph_table agonist_table = TABLE("agonist", agonist_keys, "binds as the transmitter");
const ph_descriptor ph_intervention_agonist = {
    "agonist",
    "a drug that binds to a receptor as its transmitter does: it adds its dose to C / EC50, so "
    "that alone it occupies dose / (1 + dose) (SKF 38393 on D1, quinpirole on D2, guanfacine on "
    "alpha2)",
    &agonist_table};

static const ph_param antagonist_keys[] = {
    PHASES, RECEPTOR, REGIONS,
    PH_REAL(ph_intervention, dose, "1", NULL, 0, 1e6, "concentration over its K_i"),
};
static const ph_table antagonist_table =
    TABLE("antagonist", antagonist_keys, "competes with the transmitter");
const ph_descriptor ph_intervention_antagonist = {
    "antagonist",
    "a drug that competes for a receptor and does nothing there: EC50 (1 + dose), for agonists "
    "too (J. H. Gaddum, J Physiol 89:7P, 1937; SCH 23390 on D1, haloperidol on D2, scopolamine on "
    "M1, propranolol on beta)",
    &antagonist_table};

static const ph_param depletion_keys[] = {
    PHASES, TRANSMITTER, REGIONS,
    PH_REAL(ph_intervention, fraction, "1", NULL, 0, 1, "of each release that is missing"),
};
static const ph_table depletion_table = TABLE("depletion", depletion_keys, "less is released");
const ph_descriptor ph_intervention_depletion = {
    "depletion",
    "terminals that are empty or gone: each spike releases (1 - fraction), the nucleus fires on "
    "(reserpine, 6-hydroxydopamine, DSP-4, para-chlorophenylalanine; Parkinson's disease)",
    &depletion_table};

static const ph_param clamp_keys[] = {PHASES, TRANSMITTER, REGIONS};
static const ph_table clamp_table = TABLE("clamp", clamp_keys, "holds the concentration");
const ph_descriptor ph_intervention_clamp = {
    "clamp",
    "a transmitter whose concentration is held at the steady level of its tonic rate without "
    "drugs, whatever its nucleus does: the tone is there, the message is not (a control; nearest: "
    "microdialysis with replacement, L-DOPA after a lesion)",
    &clamp_table};

/* --- the nuclei ------------------------------------------------------------------------------- */

static const ph_param stress_keys[] = {
    PHASES, TRANSMITTER,
    PH_REAL(ph_intervention, exc_rate, "Hz", "0 Hz", 0, 1e6,
            "Poisson spikes that excite each cell of its nucleus, beside the controllers'"),
    PH_REAL(ph_intervention, inh_rate, "Hz", "0 Hz", 0, 1e6, "and those that inhibit it"),
};
static const ph_table stress_table = TABLE("stress", stress_keys, "drives a nucleus from outside");
const ph_descriptor ph_intervention_stress = {
    "stress",
    "drive of a nucleus that comes from outside the loop, on the ports and with the weights of "
    "its first controller (corticotropin-releasing factor on the locus coeruleus; chronic stress; "
    "stimulation or inhibition by light)",
    &stress_table};

static const ph_param shift_keys[] = {
    PHASES, TRANSMITTER,
    PH_REAL(ph_intervention, by, "ms", NULL, 0, 3.6e6, "how much later; rounded to beats"),
};
static const ph_table shift_table = TABLE("shift", shift_keys, "release comes too late");
const ph_descriptor ph_intervention_shift = {
    "shift",
    "what the nucleus releases comes later by a time: the same dose, out of step with what it is "
    "about; at its beginning come the releases of the time before, at its end the last ones are "
    "lost (a control that no drug gives; stimulation at the wrong time. Earlier than it was: see "
    "neuromodulation.shift)",
    &shift_table};

static const ph_param swap_keys[] = {
    PHASES, TRANSMITTER,
    {.name = "window", .kind = PH_KIND_REAL, .offset = offsetof(ph_intervention, window),
     .unit = "ms", .value = "1 s", .max = 6e5, .flags = PH_PARAM_POSITIVE,
     .doc = "time after an outcome within which the controllers' drive counts as its phasic drive"},
};
static const ph_table swap_table = TABLE("swap", swap_keys, "the drive of another trial");
const ph_descriptor ph_intervention_swap = {
    "swap",
    "the phasic drive of a trial's outcome comes at the next trial's outcome: as many bursts and "
    "pauses, at the right times, about the wrong trial; the first outcome of a run brings none (a "
    "yoked control)",
    &swap_table};

/* --- lesions ---------------------------------------------------------------------------------- */

static const ph_param silence_keys[] = {
    PHASES, POPULATIONS,
    PH_REAL(ph_intervention, fraction, "1", "1", 0, 1,
            "probability of a neuron to be among those that are silent: always the same ones, "
            "which are so too at a larger fraction"),
};
static const ph_table silence_table =
    TABLE("silence", silence_keys, "spikes do not leave a population");
const ph_descriptor ph_intervention_silence = {
    "silence",
    "populations whose spikes reach nobody and are not counted: a nucleus, a region, a cell type, "
    "or a part of the neurons of each (muscimol, a lesion, a stroke, inhibition by light)",
    &silence_table};

static const ph_param noise_keys[] = {
    PHASES, POPULATIONS,
    PH_REAL(ph_intervention, rate, "Hz", NULL, 0, 1000, "of each neuron"),
};
static const ph_table noise_table = TABLE("noise", noise_keys, "spikes without meaning");
const ph_descriptor ph_intervention_noise = {
    "noise",
    "populations whose spikes are replaced by Poisson ones of a given rate, while their own "
    "dynamics go on unseen: what they said is gone, what they weighed is not (the control of a "
    "silenced region: give each population the rate that it had; silence goes before noise)",
    &noise_table};

#define PROJECTIONS                                                                                \
    PH_FIELD(ph_intervention, projections, PH_KIND_WORDS, NULL, "tracts or region.projection")

static const ph_param shuffle_keys[] = {PHASES, PROJECTIONS};
static const ph_table shuffle_table =
    TABLE("shuffle", shuffle_keys, "weights in another order");
const ph_descriptor ph_intervention_shuffle = {
    "shuffle",
    "what the plastic synapses onto a neuron have learnt changes places among them, once, when a "
    "phase begins in which it acts and did not act before: as much weight, from other sources (a "
    "control that no drug gives: what a memory says is in which synapses are strong). Weights and "
    "states are those of each synapse's last visit, up to a second ago: let a second of frozen "
    "plasticity, or a rest, come before where that matters",
    &shuffle_table};

static const ph_param cut_keys[] = {PROJECTIONS};
static const ph_table cut_table = TABLE("cut", cut_keys, "removes projections");
const ph_descriptor ph_intervention_cut = {
    "cut", "tracts or projections that are not there for the whole run (a transection)",
    &cut_table};

/* --- questions -------------------------------------------------------------------------------- */

static int acts(const ph_intervention *intervention, const ph_phase *phase)
{
    const ph_words *phases = &intervention->phases;
    if (phase->index < intervention->since_index)
        return 0;
    int is_named = phases->count < 0;
    for (int i = 0; i < phases->count && !is_named; i++)
        is_named = ph_phase_is(phase, phases->items[i]);
    return is_named;
}

const ph_intervention *ph_intervention_acting(const ph_brain *brain, int i,
                                              const ph_descriptor *type, const ph_phase *phase)
{
    const ph_variant *variant = &((const ph_named_variant *)brain->interventions.items)[i].variant;
    const ph_intervention *intervention = variant->params;
    return variant->type == type && acts(intervention, phase) ? intervention : NULL;
}

const ph_intervention *ph_intervention_beginning(const ph_brain *brain, int i,
                                                 const ph_descriptor *type, int phase, int before)
{
    int is_on = before >= 0 && ph_intervention_acting(brain->phase_brains[before], i, type,
                                                      brain->phase[before]);
    return is_on ? NULL
                 : ph_intervention_acting(brain->phase_brains[phase], i, type, brain->phase[phase]);
}

static const char *region_name(const ph_brain *brain, int region)
{
    return ((const ph_region *)brain->regions.items)[region].item.name;
}

int ph_intervention_reaches(const ph_brain *brain, const ph_intervention *intervention, int region)
{
    const ph_words *regions = &intervention->regions;
    int is_there = regions->count < 0;
    for (int i = 0; i < regions->count && !is_there; i++)
        is_there = !strcmp(regions->items[i], region_name(brain, region));
    return is_there;
}

void ph_stress_on(const ph_brain *brain, const char *transmitter, const ph_phase *phase,
                  double *exc, double *inh)
{
    *exc = *inh = 0;
    for (int i = 0; i < brain->interventions.count; i++) {
        const ph_intervention *stress =
            ph_intervention_acting(brain, i, &ph_intervention_stress, phase);
        if (!stress || strcmp(stress->transmitter, transmitter) != 0)
            continue;
        *exc += stress->exc_rate;
        *inh += stress->inh_rate;
    }
}

int ph_intervention_has(const ph_brain *brain, const ph_intervention *intervention,
                        int population)
{
    const ph_words *words = &intervention->populations;
    const ph_population *p = brain->populations[population];
    int is_there = words->count < 0;
    for (int i = 0; i < words->count && !is_there; i++)
        is_there = !strcmp(words->items[i], p->address) ||
                   !strcmp(words->items[i], region_name(brain, p->region));
    return is_there;
}

double ph_silenced_fraction(const ph_brain *brain, int population, const ph_phase *phase)
{
    double most = 0;
    for (int i = 0; i < brain->interventions.count; i++) {
        const ph_intervention *silence =
            ph_intervention_acting(brain, i, &ph_intervention_silence, phase);
        if (silence && ph_intervention_has(brain, silence, population) && silence->fraction > most)
            most = silence->fraction;
    }
    return most;
}

double ph_noise_rate(const ph_brain *brain, int population, const ph_phase *phase)
{
    for (int i = 0; i < brain->interventions.count; i++) {
        const ph_intervention *noise =
            ph_intervention_acting(brain, i, &ph_intervention_noise, phase);
        if (noise && ph_intervention_has(brain, noise, population))
            return noise->rate;
    }
    return -1;
}
