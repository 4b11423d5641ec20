/* SPDX-License-Identifier: Apache-2.0 */
/* The interventions that act on transmitters and receptors, gathered. */
#include "neuromod/drugs.h"

#include "model/interventions.h"

#include <string.h>

static const ph_transmitter *transmitter_at(const ph_brain *brain, int t)
{
    return (const ph_transmitter *)brain->neuromodulation.transmitters.items + t;
}

/* What is left of several parts of one thing that are taken away. */
static double left(const ph_brain *brain, const ph_descriptor *type, int t, int region,
                   const ph_phase *phase)
{
    double open = 1;
    for (int i = 0; i < brain->interventions.count; i++) {
        const ph_intervention *drug = ph_intervention_acting(brain, i, type, phase);
        if (drug && !strcmp(drug->transmitter, transmitter_at(brain, t)->item.name) &&
            ph_intervention_reaches(brain, drug, region))
            open *= 1 - drug->fraction;
    }
    return open;
}

static int is_clamped(const ph_brain *brain, int t, int region, const ph_phase *phase)
{
    int is = 0;
    for (int i = 0; i < brain->interventions.count && !is; i++) {
        const ph_intervention *clamp =
            ph_intervention_acting(brain, i, &ph_intervention_clamp, phase);
        is = clamp && !strcmp(clamp->transmitter, transmitter_at(brain, t)->item.name) &&
             ph_intervention_reaches(brain, clamp, region);
    }
    return is;
}

/* Doses of one kind at a receptor add up: all bind to one site. */
static double dose(const ph_brain *brain, const ph_descriptor *type, const char *receptor,
                   int region, const ph_phase *phase)
{
    double sum = 0;
    for (int i = 0; i < brain->interventions.count; i++) {
        const ph_intervention *drug = ph_intervention_acting(brain, i, type, phase);
        if (drug && !strcmp(drug->receptor, receptor) &&
            ph_intervention_reaches(brain, drug, region))
            sum += drug->dose;
    }
    return sum;
}

ph_drugs ph_drugs_in(const ph_brain *brain, int t, int region, const ph_phase *phase)
{
    const ph_map *receptors = &transmitter_at(brain, t)->receptors;
    const ph_receptor *items = receptors->items;
    ph_drugs drugs = {
        .uptake = left(brain, &ph_intervention_uptake_block, t, region, phase),
        .release = left(brain, &ph_intervention_depletion, t, region, phase),
        .clamped = is_clamped(brain, t, region, phase),
    };
    for (int r = 0; r < receptors->count && r < PH_MAX_RECEPTORS; r++) {
        const char *name = items[r].item.name;
        drugs.receptors[r] = (ph_drugged){
            .agonist = dose(brain, &ph_intervention_agonist, name, region, phase),
            .antagonist = dose(brain, &ph_intervention_antagonist, name, region, phase)};
    }
    return drugs;
}
