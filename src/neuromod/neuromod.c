/* SPDX-License-Identifier: Apache-2.0 */
/* The state of all transmitters in all regions, advanced beat by beat, and what it makes of
 * modulated parameters. */
#include "neuromod/neuromod.h"

#include "base/memory.h"
#include "neuromod/delayed.h"
#include "neuromod/drugs.h"
#include "neuromod/kinetics.h"

#include <string.h>

struct ph_neuromod {
    int n_transmitters, n_regions;
    int n_sites;                  /* regions, then, where some dendrites are innervated otherwise,
                                     the regions' dendrites: compartment * n_regions + region */
    double beat_s;                /* s */
    double *concentration;        /* transmitter * n_sites + site, nM */
    ph_receptor_state *receptors; /* (that) * PH_MAX_RECEPTORS + receptor */
    ph_delayed *delayed;          /* the same in past beats */
    ph_drugs *drugs;              /* transmitter * n_regions + region: in force in ... */
    const ph_brain *drugs_brain;  /* this brain, */
    int drugs_phase;              /* in this phase */
};

/* Place of a receptor among all of all sites. */
static int place_of(const ph_neuromod *m, int transmitter, int receptor, int site)
{
    return (transmitter * m->n_sites + site) * PH_MAX_RECEPTORS + receptor;
}

static const ph_transmitter *transmitter_of(const ph_brain *brain, int t)
{
    return (const ph_transmitter *)brain->neuromodulation.transmitters.items + t;
}

/* The density that a map gives a region. @return 1 when it gives one */
static int density_in(const ph_map *map, int region, double *value)
{
    const ph_density *density = map->items;
    for (int i = 0; i < map->count; i++)
        if (density[i].region == region) {
            *value = density[i].value;
            return 1;
        }
    return 0;
}

/* A dendrite without a density of its own has that of the region. */
static double innervation(const ph_neuromod *m, const ph_transmitter *transmitter, int site)
{
    int region = site % m->n_regions, is_dendrite = site >= m->n_regions;
    double value = 0;
    if (!is_dendrite || !density_in(&transmitter->apical_innervation, region, &value))
        (void)density_in(&transmitter->innervation, region, &value);
    return value;
}

/* @param fraction of the nucleus' cells that spike per second */
static ph_tissue tissue_of(const ph_neuromod *m, const ph_transmitter *transmitter, int site,
                           double fraction, const ph_drugs *drugs)
{
    return (ph_tissue){.released = innervation(m, transmitter, site) * transmitter->release *
                                   fraction * drugs->release,
                       .V_max = transmitter->uptake.V_max * drugs->uptake,
                       .K_m = transmitter->uptake.K_m,
                       .loss = transmitter->loss};
}

/* --- interventions ---------------------------------------------------------------------------- */

static const ph_drugs *drugs_at(const ph_neuromod *m, int t, int site)
{
    return &m->drugs[t * m->n_regions + site % m->n_regions];
}

/* Gathered once for each phase. */
static void give_drugs(ph_neuromod *m, const ph_brain *brain, int phase)
{
    if (brain == m->drugs_brain && phase == m->drugs_phase)
        return;
    const char *name = brain->phase ? brain->phase[phase]->item.name : "";
    for (int t = 0; t < m->n_transmitters; t++)
        for (int region = 0; region < m->n_regions; region++)
            m->drugs[t * m->n_regions + region] = ph_drugs_in(brain, t, region, name);
    m->drugs_brain = brain;
    m->drugs_phase = phase;
}

/* The concentration of a transmitter's tonic rate, drugged or, where it is clamped, undrugged. */
static double tonic_concentration(const ph_neuromod *m, const ph_transmitter *transmitter, int t,
                                  int site)
{
    static const ph_drugs none = {.uptake = 1, .release = 1};
    const ph_drugs *drugs = drugs_at(m, t, site);
    ph_tissue tissue = tissue_of(m, transmitter, site, transmitter->tonic_rate,
                                 drugs->clamped ? &none : drugs);
    return ph_concentration_steady(&tissue);
}

/* --- creation --------------------------------------------------------------------------------- */

/* Concentrations and occupancies of a transmitter at its tonic rate. */
static void settle_transmitter(ph_neuromod *m, const ph_transmitter *transmitter, int t)
{
    const ph_receptor *receptor = transmitter->receptors.items;
    for (int g = 0; g < m->n_sites; g++) {
        double C = tonic_concentration(m, transmitter, t, g);
        m->concentration[t * m->n_sites + g] = C;
        for (int r = 0; r < transmitter->receptors.count; r++) {
            const ph_drugged *drugged = &drugs_at(m, t, g)->receptors[r];
            ph_receptor under = ph_drugged_receptor(drugged, &receptor[r]);
            m->receptors[place_of(m, t, r, g)] =
                ph_receptor_steady(&under, ph_drugged_C(drugged, &receptor[r], C));
        }
    }
}

static int has_dendrites(const ph_brain *brain)
{
    int has = 0;
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++)
        has |= transmitter_of(brain, t)->apical_innervation.count > 0;
    return has;
}

int ph_neuromod_site(const ph_neuromod *m, const ph_brain *brain, const ph_projection *projection)
{
    int population = projection->target.span.population;
    int region = ph_brain_region_of(brain, population);
    if (m->n_sites == m->n_regions)
        return region;
    const ph_neuron_model *model =
        (const ph_neuron_model *)(const void *)brain->populations[population]->neuron.type;
    return model->ports[projection->port].compartment * m->n_regions + region;
}

/* How far back the modulations of a projection ask for receptors. */
static void ask_back(const ph_neuromod *m, const ph_brain *brain, const ph_projection *projection,
                     int *beats)
{
    const ph_modulation *items = projection->modulation.items;
    for (int i = 0; i < projection->modulation.count; i++) {
        int site = ph_neuromod_site(m, brain, projection);
        int place = place_of(m, items[i].transmitter, items[i].receptor_index, site);
        if (beats[place] < items[i].delay_beats)
            beats[place] = items[i].delay_beats;
    }
}

/* Phases may differ in delays: the longest counts, so that none of them begins without a past. */
static ph_status create_delayed(ph_neuromod *m, const ph_brain *brain)
{
    int n = m->n_transmitters * m->n_sites * PH_MAX_RECEPTORS, *beats;
    PH_ALLOC(beats, n);
    for (int i = 0; i < brain->n_phases; i++)
        for (int p = 0; p < brain->n_projections; p++)
            ask_back(m, brain, brain->phase_brains[i]->projections[p], beats);
    ph_status status = ph_delayed_create(n, beats, &m->delayed);
    ph_free(beats);
    return status;
}

ph_status ph_neuromod_create(const ph_brain *brain, ph_neuromod **out)
{
    ph_neuromod *m;
    PH_ALLOC(m, 1);
    *out = m;
    m->n_transmitters = brain->neuromodulation.transmitters.count;
    m->n_regions = brain->n_regions;
    m->n_sites = m->n_regions * (has_dendrites(brain) ? PH_NEURON_COMPARTMENTS : 1);
    m->beat_s = (double)brain->beat * brain->simulation.resolution * 1e-3;
    PH_CHECK(m->n_transmitters <= PH_MAX_TRANSMITTERS, PH_CONFIG,
             "there are %d transmitters; at most %d are possible", m->n_transmitters,
             PH_MAX_TRANSMITTERS);
    PH_ALLOC(m->concentration, m->n_transmitters * m->n_sites);
    PH_ALLOC(m->receptors, m->n_transmitters * m->n_sites * PH_MAX_RECEPTORS);
    PH_ALLOC(m->drugs, m->n_transmitters * m->n_regions);
    for (int t = 0; t < m->n_transmitters; t++) {
        const ph_transmitter *transmitter = transmitter_of(brain, t);
        PH_CHECK(transmitter->receptors.count <= PH_MAX_RECEPTORS, PH_CONFIG,
                 "transmitter %s has %d receptors; at most %d are possible",
                 transmitter->item.name, transmitter->receptors.count, PH_MAX_RECEPTORS);
    }
    PH_TRY(create_delayed(m, brain));
    give_drugs(m, brain->phase_brains[0], 0);
    ph_neuromod_settle(m, brain);
    return PH_OK;
}

void ph_neuromod_settle(ph_neuromod *m, const ph_brain *brain)
{
    for (int t = 0; t < m->n_transmitters; t++)
        settle_transmitter(m, transmitter_of(brain, t), t);
    ph_delayed_fill(m->delayed, m->receptors);
}

void ph_neuromod_destroy(ph_neuromod **out)
{
    if (!*out)
        return;
    ph_free((*out)->concentration);
    ph_free((*out)->receptors);
    ph_free((*out)->drugs);
    ph_delayed_destroy(&(*out)->delayed);
    ph_free(*out);
    *out = NULL;
}

/* --- beats ------------------------------------------------------------------------------------ */

static void advance_receptors(ph_neuromod *m, const ph_transmitter *transmitter, int t, int site,
                              double C)
{
    const ph_receptor *receptor = transmitter->receptors.items;
    for (int r = 0; r < transmitter->receptors.count; r++) {
        const ph_drugged *drugged = &drugs_at(m, t, site)->receptors[r];
        ph_receptor under = ph_drugged_receptor(drugged, &receptor[r]);
        ph_receptor_advance(&m->receptors[place_of(m, t, r, site)], &under,
                            ph_drugged_C(drugged, &receptor[r], C), m->beat_s);
    }
}

static double concentration_after(const ph_neuromod *m, const ph_transmitter *transmitter, int t,
                                  int site, double fraction)
{
    const ph_drugs *drugs = drugs_at(m, t, site);
    if (drugs->clamped)
        return tonic_concentration(m, transmitter, t, site);
    ph_tissue tissue = tissue_of(m, transmitter, site, fraction, drugs);
    return ph_concentration_after(&tissue, m->concentration[t * m->n_sites + site], m->beat_s,
                                  NULL, NULL);
}

ph_status ph_neuromod_advance(ph_neuromod *m, const ph_brain *brain, const ph_broadcast *broadcast)
{
    give_drugs(m, brain, broadcast->phase);
    for (int t = 0; t < m->n_transmitters; t++) {
        const ph_transmitter *transmitter = transmitter_of(brain, t);
        double fraction = broadcast->release[t] / m->beat_s;
        if (brain->neuromodulation.broadcast == PH_BROADCAST_TONIC)
            fraction = transmitter->tonic_rate;
        for (int g = 0; g < m->n_sites; g++) {
            int cell = t * m->n_sites + g;
            double before = m->concentration[cell];
            m->concentration[cell] = concentration_after(m, transmitter, t, g, fraction);
            advance_receptors(m, transmitter, t, g, 0.5 * (before + m->concentration[cell]));
        }
    }
    ph_delayed_advance(m->delayed, m->receptors);
    return PH_OK;
}

int ph_neuromod_sites(const ph_neuromod *m)
{
    return m->n_sites;
}

int ph_neuromod_differs(const ph_neuromod *m, const ph_transmitter *transmitter, int site)
{
    double unused;
    return site < m->n_regions ||
           density_in(&transmitter->apical_innervation, site % m->n_regions, &unused);
}

double ph_neuromod_concentration(const ph_neuromod *m, int transmitter, int site)
{
    return m->concentration[transmitter * m->n_sites + site];
}

ph_receptor_state ph_neuromod_receptor(const ph_neuromod *m, int transmitter, int receptor,
                                       int site)
{
    return m->receptors[place_of(m, transmitter, receptor, site)];
}

/* --- parameters ------------------------------------------------------------------------------- */

/* A value p moved by one receptor. */
static double moved(const ph_neuromod *m, const ph_modulation *modulation, int site, double p)
{
    const ph_curve *curve = &modulation->curve;
    int place = place_of(m, modulation->transmitter, modulation->receptor_index, site);
    ph_receptor_state state = modulation->delay_beats > 0
                                  ? ph_delayed_at(m->delayed, place, modulation->delay_beats)
                                  : m->receptors[place];
    double f = ph_curve_at(curve, &state);
    if (modulation->combine == PH_COMBINE_SUM)
        return p + curve->gain * f;
    return p * (curve->offset + curve->gain * f);
}

double ph_neuromod_moved(const ph_neuromod *m, const ph_map *modulation, int site,
                         const ph_param *param, double value)
{
    const ph_modulation *items = modulation->items;
    for (int i = 0; i < modulation->count; i++)
        if (items[i].param == param)
            value = moved(m, &items[i], site, value);
    if (param->min == 0 && param->max == 0)
        return value;
    return value < param->min ? param->min : value > param->max ? param->max : value;
}

double ph_neuromod_value(const ph_neuromod *m, const ph_projection *projection, int site,
                         const ph_param *param)
{
    double value;
    memcpy(&value, (const char *)projection->plasticity.params + param->offset, sizeof value);
    return ph_neuromod_moved(m, &projection->modulation, site, param, value);
}
