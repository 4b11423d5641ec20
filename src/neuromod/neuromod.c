/* SPDX-License-Identifier: Apache-2.0 */
/* The state of all transmitters in all regions, advanced beat by beat. */
#include "neuromod/state.h"

#include "base/memory.h"

/* --- interventions ---------------------------------------------------------------------------- */

static const ph_phase *phase_of(const ph_brain *brain, int phase)
{
    static const ph_phase none = {0};
    return brain->phase ? brain->phase[phase] : &none;
}

/* Gathered once for each phase, with the levels at which clamped concentrations are held. */
static void give_drugs(ph_neuromod *m, const ph_brain *brain, int phase)
{
    if (brain == m->drugs_brain && phase == m->drugs_phase)
        return;
    const ph_phase *now = phase_of(brain, phase);
    int is_clamped = 0;
    for (int t = 0; t < m->n_transmitters; t++)
        for (int region = 0; region < m->n_regions; region++) {
            ph_drugs drugs = ph_drugs_in(brain, t, region, now);
            m->drugs[t * m->n_regions + region] = drugs;
            is_clamped |= drugs.clamped;
        }
    if (is_clamped)
        ph_settle(m->undrugged, brain, ph_firing_tonic(brain), 0);
    m->drugs_brain = brain;
    m->drugs_phase = phase;
}

/* --- creation --------------------------------------------------------------------------------- */

static int has_dendrites(const ph_brain *brain)
{
    int has = 0;
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++)
        has |= ph_transmitter_of(brain, t)->apical_innervation.count > 0;
    return has;
}

int ph_neuromod_site_of(const ph_neuromod *m, const ph_brain *brain, int population,
                        int compartment)
{
    int region = ph_brain_region_of(brain, population);
    return m->n_sites == m->n_regions ? region : compartment * m->n_regions + region;
}

int ph_neuromod_site(const ph_neuromod *m, const ph_brain *brain, const ph_projection *projection)
{
    int population = projection->target.span.population;
    if (m->n_sites == m->n_regions)
        return ph_brain_region_of(brain, population);
    const ph_neuron_model *model =
        (const ph_neuron_model *)(const void *)brain->populations[population]->neuron.type;
    return ph_neuromod_site_of(m, brain, population, model->ports[projection->port].compartment);
}

/* How far back modulations ask for receptors of a site. */
static void ask_back(const ph_neuromod *m, const ph_map *modulation, int site, int *beats)
{
    const ph_modulation *items = modulation->items;
    for (int i = 0; i < modulation->count; i++) {
        int place = ph_place_of(m, items[i].transmitter, items[i].receptor_index, site);
        if (beats[place] < items[i].delay_beats)
            beats[place] = items[i].delay_beats;
    }
}

static void ask_back_all(const ph_neuromod *m, const ph_brain *brain, const ph_brain *phase,
                         int *beats)
{
    for (int p = 0; p < brain->n_projections; p++)
        ask_back(m, &phase->projections[p]->modulation,
                 ph_neuromod_site(m, brain, phase->projections[p]), beats);
    for (int p = 0; p < brain->n_populations; p++)
        for (int c = 0; c < PH_NEURON_COMPARTMENTS; c++)
            ask_back(m, &phase->populations[p]->modulation, ph_neuromod_site_of(m, brain, p, c),
                     beats);
    for (int t = 0; t < m->n_transmitters; t++)
        for (int site = 0; site < m->n_sites; site++)
            ask_back(m, &ph_transmitter_of(phase, t)->modulation, site, beats);
}

/* Phases may differ in delays: the longest counts, so that none of them begins without a past. */
static ph_status create_delayed(ph_neuromod *m, const ph_brain *brain)
{
    int n = m->n_cells * PH_MAX_RECEPTORS, *beats;
    PH_ALLOC(beats, n);
    for (int i = 0; i < brain->n_phases; i++)
        ask_back_all(m, brain, brain->phase_brains[i], beats);
    ph_status status = ph_delayed_create(n, beats, &m->delayed);
    ph_free(beats);
    return status;
}

static ph_status create_state(const ph_brain *brain, ph_neuromod **out)
{
    ph_neuromod *m;
    PH_ALLOC(m, 1);
    *out = m;
    m->n_transmitters = brain->neuromodulation.transmitters.count;
    m->n_regions = brain->n_regions;
    m->n_sites = m->n_regions * (has_dendrites(brain) ? PH_NEURON_COMPARTMENTS : 1);
    m->n_cells = m->n_transmitters * m->n_sites;
    m->beat_s = (double)brain->beat * brain->simulation.resolution * 1e-3;
    PH_ALLOC(m->followed, m->n_regions);
    for (int r = 0; r < m->n_regions; r++)
        m->followed[r] = 1;
    PH_ALLOC(m->concentration, m->n_cells);
    PH_ALLOC(m->flows, m->n_cells);
    PH_ALLOC(m->receptors, m->n_cells * PH_MAX_RECEPTORS);
    PH_ALLOC(m->drugs, m->n_transmitters * m->n_regions);
    for (int i = 0; i < m->n_transmitters * m->n_regions; i++)
        m->drugs[i] = (ph_drugs){.uptake = 1, .release = 1};
    return create_delayed(m, brain);
}

ph_status ph_neuromod_create(const ph_brain *brain, ph_neuromod **out)
{
    int n = brain->neuromodulation.transmitters.count;
    PH_CHECK(n <= PH_MAX_TRANSMITTERS, PH_CONFIG,
             "there are %d transmitters; at most %d are possible", n, PH_MAX_TRANSMITTERS);
    for (int t = 0; t < n; t++) {
        const ph_transmitter *transmitter = ph_transmitter_of(brain, t);
        PH_CHECK(transmitter->receptors.count <= PH_MAX_RECEPTORS, PH_CONFIG,
                 "transmitter %s has %d receptors; at most %d are possible",
                 transmitter->item.name, transmitter->receptors.count, PH_MAX_RECEPTORS);
    }
    PH_TRY(create_state(brain, out));
    PH_TRY(create_state(brain, &(*out)->undrugged));
    give_drugs(*out, brain->phase_brains[0], 0);
    ph_settle(*out, brain, ph_firing_tonic(brain), 0);
    return PH_OK;
}

void ph_neuromod_follow(ph_neuromod *m, const int *regions)
{
    for (int r = 0; r < m->n_regions; r++)
        m->followed[r] = regions[r];
}

/* What the tissue holds more than before counts as released: nothing else happens in no time. */
void ph_neuromod_begin_rest(ph_neuromod *m, const ph_brain *any, int phase)
{
    const ph_brain *brain = any->phase_brains[phase];
    give_drugs(m, brain, phase);
    for (int cell = 0; cell < m->n_cells; cell++)
        m->flows[cell].released -= m->concentration[cell];
    ph_settle(m, brain, ph_firing_resting(brain, phase_of(brain, phase)), 1);
    for (int cell = 0; cell < m->n_cells; cell++)
        m->flows[cell].released += m->concentration[cell];
}

void ph_neuromod_rest(ph_neuromod *m, const ph_brain *brain, double T)
{
    for (int t = 0; t < m->n_transmitters; t++) {
        const ph_map *receptors = &ph_transmitter_of(brain, t)->receptors;
        const ph_receptor *items = receptors->items;
        for (int site = 0; site < m->n_sites; site++)
            for (int r = 0; r < receptors->count; r++)
                ph_receptor_rest(&m->receptors[ph_place_of(m, t, r, site)], &items[r], T);
    }
    ph_delayed_fill(m->delayed, m->receptors);
}

void ph_neuromod_destroy(ph_neuromod **out)
{
    ph_neuromod *m = *out;
    if (!m)
        return;
    ph_neuromod_destroy(&m->undrugged);
    ph_free(m->followed);
    ph_free(m->concentration);
    ph_free(m->flows);
    ph_free(m->receptors);
    ph_free(m->drugs);
    ph_delayed_destroy(&m->delayed);
    ph_free(m);
    *out = NULL;
}

/* --- beats ------------------------------------------------------------------------------------ */

/* @param C mean concentration of the beat, nM */
static void advance_receptors(ph_neuromod *m, const ph_brain *brain, int t, int site, double C)
{
    const ph_map *receptors = &ph_transmitter_of(brain, t)->receptors;
    const ph_receptor *items = receptors->items;
    for (int r = 0; r < receptors->count; r++) {
        const ph_drugged *drugged = &ph_drugs_at(m, t, site)->receptors[r];
        ph_receptor under = ph_drugged_receptor(drugged, &items[r]);
        ph_receptor_advance(&m->receptors[ph_place_of(m, t, r, site)], &under,
                            ph_drugged_C(drugged, &items[r], C), m->beat_s);
    }
}

/* A clamp puts in or takes out what keeps the level, which counts as released. */
static void clamp(ph_neuromod *m, int cell)
{
    double level = m->undrugged->concentration[cell];
    m->flows[cell].released += level - m->concentration[cell];
    m->concentration[cell] = level;
}

static void advance_cell(ph_neuromod *m, int t, int site)
{
    int cell = ph_cell_of(m, t, site);
    if (ph_drugs_at(m, t, site)->clamped) {
        clamp(m, cell);
        return;
    }
    ph_flows *flows = &m->flows[cell];
    m->concentration[cell] = ph_concentration_after(
        &m->tissue[t], m->concentration[cell], m->beat_s, &flows->taken, &flows->lost);
    flows->released += m->tissue[t].released * m->beat_s;
}

/* No nucleus and no source of another region reaches the region: its own readouts stand for nuclei,
 * what has none is as at its tonic rate. */
static ph_firing firing_within(const ph_neuromod *m, const ph_brain *brain,
                               const ph_broadcast *broadcast, int region)
{
    ph_firing firing = ph_firing_tonic(brain);
    for (int i = 0; i < brain->n_locals; i++)
        if (brain->locals[i]->region == region)
            firing.nuclei[brain->locals[i]->transmitter] = broadcast->local[i] / m->beat_s;
    for (int s = 0; s < brain->n_sources; s++)
        if (ph_brain_region_of(brain, brain->sources[s]->population.span.population) == region)
            firing.sources[s] = broadcast->sources[s] / m->beat_s;
    return firing;
}

/* What a region hears of. */
static ph_firing firing_in(const ph_neuromod *m, const ph_brain *brain,
                           const ph_broadcast *broadcast, int region)
{
    if (brain->neuromodulation.broadcast == PH_BROADCAST_TONIC)
        return ph_firing_tonic(brain);
    if (brain->neuromodulation.broadcast == PH_BROADCAST_LOCAL)
        return firing_within(m, brain, broadcast, region);
    ph_firing firing;
    for (int t = 0; t < m->n_transmitters; t++)
        firing.nuclei[t] = broadcast->release[t] / m->beat_s;
    for (int s = 0; s < brain->n_sources; s++)
        firing.sources[s] = broadcast->sources[s] / m->beat_s;
    return firing;
}

/* One place: receptors move release and uptake of all transmitters by their state before the beat,
 * so that the order of transmitters does not matter. */
static void advance_site(ph_neuromod *m, const ph_brain *brain, int site, const ph_firing *firing)
{
    for (int t = 0; t < m->n_transmitters; t++)
        m->tissue[t] = ph_tissue_at(m, brain, t, site, firing);
    for (int t = 0; t < m->n_transmitters; t++) {
        double before = m->concentration[ph_cell_of(m, t, site)];
        advance_cell(m, t, site);
        advance_receptors(m, brain, t, site,
                          0.5 * (before + m->concentration[ph_cell_of(m, t, site)]));
    }
}

ph_status ph_neuromod_advance(ph_neuromod *m, const ph_brain *any, const ph_broadcast *broadcast)
{
    const ph_brain *brain = any->phase_brains[broadcast->phase];
    give_drugs(m, brain, broadcast->phase);
    for (int site = 0; site < m->n_sites; site++) {
        int region = site % m->n_regions;
        if (!m->followed[region])
            continue;
        ph_firing firing = firing_in(m, brain, broadcast, region);
        advance_site(m, brain, site, &firing);
    }
    ph_delayed_advance(m->delayed, m->receptors);
    return PH_OK;
}

/* --- saving and loading ----------------------------------------------------------------------- */

static ph_status levels_state(ph_neuromod *m, ph_state *state)
{
    size_t cells = (size_t)m->n_cells;
    PH_TRY(ph_state_bytes(state, "concentration", m->concentration,
                          cells * sizeof *m->concentration));
    PH_TRY(ph_state_bytes(state, "flows", m->flows, cells * sizeof *m->flows));
    PH_TRY(ph_state_bytes(state, "receptors", m->receptors,
                          cells * PH_MAX_RECEPTORS * sizeof *m->receptors));
    return ph_delayed_state(m->delayed, m->receptors, state);
}

ph_status ph_neuromod_start(ph_neuromod *m, ph_state *state)
{
    return levels_state(m, state);
}

/* Drugs follow from the phase, before the levels: clamps settle what they are held at. */
ph_status ph_neuromod_state(ph_neuromod *m, const ph_brain *any, int phase, ph_state *state)
{
    if (state->is_loading)
        give_drugs(m, any->phase_brains[phase], phase);
    PH_TRY(levels_state(m, state));
    return levels_state(m->undrugged, state);
}

/* --- reading ---------------------------------------------------------------------------------- */

int ph_neuromod_sites(const ph_neuromod *m)
{
    return m->n_sites;
}

int ph_neuromod_differs(const ph_neuromod *m, const ph_transmitter *transmitter, int site)
{
    double unused;
    return site < m->n_regions ||
           ph_density_in(&transmitter->apical_innervation, site % m->n_regions, &unused);
}

double ph_neuromod_concentration(const ph_neuromod *m, int transmitter, int site)
{
    return m->concentration[ph_cell_of(m, transmitter, site)];
}

ph_flows ph_neuromod_flows(const ph_neuromod *m, int transmitter, int site)
{
    return m->flows[ph_cell_of(m, transmitter, site)];
}

ph_receptor_state ph_neuromod_receptor(const ph_neuromod *m, int transmitter, int receptor,
                                       int site)
{
    return m->receptors[ph_place_of(m, transmitter, receptor, site)];
}
