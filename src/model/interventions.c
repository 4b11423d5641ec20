/* SPDX-License-Identifier: Apache-2.0 */
/* Interventions: their tables, and the questions that others ask of them. */
#include "model/interventions.h"

#include <string.h>

static const ph_param uptake_keys[] = {
    PH_FIELD(ph_uptake_block_params, phases, PH_KIND_WORDS, "all", "phases in which it acts"),
    PH_FIELD(ph_uptake_block_params, transmitter, PH_KIND_STRING, NULL, "which transmitter"),
    PH_REAL(ph_uptake_block_params, fraction, "1", NULL, 0, 1, "of V_max that is blocked"),
};
static const ph_table uptake_table =
    PH_TABLE("uptake_block", ph_uptake_block_params, uptake_keys, "blocks uptake");
const ph_descriptor ph_intervention_uptake_block = {
    "uptake_block", "a drug that blocks a fraction of a transmitter's uptake (cocaine)",
    &uptake_table};

static const ph_param silence_keys[] = {
    PH_FIELD(ph_silence_params, phases, PH_KIND_WORDS, "all", "phases in which it acts"),
    PH_FIELD(ph_silence_params, populations, PH_KIND_WORDS, NULL, "regions or populations"),
};
static const ph_table silence_table =
    PH_TABLE("silence", ph_silence_params, silence_keys, "spikes do not leave a population");
const ph_descriptor ph_intervention_silence = {
    "silence", "populations whose spikes reach nobody and are not counted", &silence_table};

static const ph_param cut_keys[] = {
    PH_FIELD(ph_cut_params, projections, PH_KIND_WORDS, NULL, "tracts or region.projection"),
};
static const ph_table cut_table = PH_TABLE("cut", ph_cut_params, cut_keys, "removes projections");
const ph_descriptor ph_intervention_cut = {
    "cut", "tracts or projections that are not there for the whole run", &cut_table};

int ph_intervention_acts(const ph_words *phases, const char *phase)
{
    if (phases->count < 0)
        return 1;
    for (int i = 0; i < phases->count; i++)
        if (!strcmp(phases->items[i], phase))
            return 1;
    return 0;
}

double ph_uptake_blocked(const ph_brain *brain, const char *transmitter, const char *phase)
{
    const ph_named_variant *entries = brain->interventions.items;
    double open = 1;
    for (int i = 0; i < brain->interventions.count; i++) {
        if (entries[i].variant.type != &ph_intervention_uptake_block)
            continue;
        const ph_uptake_block_params *p = entries[i].variant.params;
        if (!strcmp(p->transmitter, transmitter) && ph_intervention_acts(&p->phases, phase))
            open *= 1 - p->fraction;
    }
    return 1 - open;
}

/* Whether a word names a population or its region. */
static int names(const ph_brain *brain, const char *word, int population)
{
    const ph_population *p = brain->populations[population];
    const ph_region *region = (const ph_region *)brain->regions.items + p->region;
    return !strcmp(word, p->address) || !strcmp(word, region->item.name);
}

int ph_is_silenced(const ph_brain *brain, int population, const char *phase)
{
    const ph_named_variant *entries = brain->interventions.items;
    for (int i = 0; i < brain->interventions.count; i++) {
        if (entries[i].variant.type != &ph_intervention_silence)
            continue;
        const ph_silence_params *p = entries[i].variant.params;
        if (!ph_intervention_acts(&p->phases, phase))
            continue;
        for (int k = 0; k < p->populations.count; k++)
            if (names(brain, p->populations.items[k], population))
                return 1;
    }
    return 0;
}
