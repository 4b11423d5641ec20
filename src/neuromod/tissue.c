/* SPDX-License-Identifier: Apache-2.0 */
/* What is released and taken up at a site, and the steady state of tonic rates. */
#include "neuromod/state.h"

#include "model/interventions.h"
#include "model/tables.h"

#include <math.h>

int ph_density_in(const ph_map *map, int region, double *value)
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
    if (!is_dendrite || !ph_density_in(&transmitter->apical_innervation, region, &value))
        (void)ph_density_in(&transmitter->innervation, region, &value);
    return value;
}

/* --- release and uptake ----------------------------------------------------------------------- */

static double moved(const ph_neuromod *m, const ph_transmitter *transmitter, int site,
                    const ph_param *param, double value)
{
    return transmitter->modulation.count > 0
               ? ph_neuromod_moved(m, &transmitter->modulation, site, param, value)
               : value;
}

/* nM/s, of nucleus and sources */
static double released(const ph_neuromod *m, const ph_brain *brain, int t, int site,
                       const ph_firing *firing, double factor)
{
    const ph_transmitter *transmitter = ph_transmitter_of(brain, t);
    const ph_param *param = &ph_terminal_table.params[PH_TERMINAL_RELEASE];
    double sum = innervation(m, transmitter, site) *
                 moved(m, transmitter, site, param, transmitter->release) * firing->nuclei[t] *
                 factor;
    for (int s = 0; s < brain->n_sources; s++) {
        const ph_source *source = brain->sources[s];
        double density = 0;
        if (source->transmitter == t &&
            ph_density_in(&source->innervation, site % m->n_regions, &density))
            sum += density * moved(m, transmitter, site, param, source->release) *
                   firing->sources[s] * factor;
    }
    return sum;
}

ph_tissue ph_tissue_at(const ph_neuromod *m, const ph_brain *brain, int t, int site,
                       const ph_firing *firing)
{
    const ph_transmitter *transmitter = ph_transmitter_of(brain, t);
    const ph_drugs *drugs = ph_drugs_at(m, t, site);
    double glia = 1;
    (void)ph_density_in(&transmitter->glia, site % m->n_regions, &glia);
    double V_max = moved(m, transmitter, site, &ph_terminal_table.params[PH_TERMINAL_V_MAX],
                         transmitter->uptake.V_max * glia);
    return (ph_tissue){.released = released(m, brain, t, site, firing, drugs->release),
                       .V_max = V_max * drugs->uptake,
                       .K_m = transmitter->uptake.K_m,
                       .loss = transmitter->loss};
}

/* --- steady state ----------------------------------------------------------------------------- */

/* Where receptors move release or uptake, concentrations go this part of the way to where they
 * would go if the receptors stayed, again and again: a negative feedback of gain up to 9 then
 * settles, which is far above what autoreceptors do. */
#define PART 0.2
#define ROUNDS 3000
#define CLOSE 1e-13 /* relative change in a round */

ph_firing ph_firing_tonic(const ph_brain *brain)
{
    ph_firing firing = {{0}, {0}};
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++)
        firing.nuclei[t] = ph_transmitter_of(brain, t)->tonic_rate;
    for (int s = 0; s < brain->n_sources; s++)
        firing.sources[s] = brain->sources[s]->tonic_rate;
    return firing;
}

double ph_resting_rate(const ph_brain *brain, const ph_address *population, double tonic_rate,
                       const ph_phase *phase)
{
    double noise = ph_noise_rate(brain, population->span.population, phase);
    double silenced = ph_silenced_fraction(brain, population->span.population, phase);
    return (1 - silenced) * (noise >= 0 ? noise : tonic_rate);
}

ph_firing ph_firing_resting(const ph_brain *brain, const ph_phase *phase)
{
    ph_firing firing = ph_firing_tonic(brain);
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++)
        firing.nuclei[t] = ph_resting_rate(brain, &ph_transmitter_of(brain, t)->nucleus,
                                           firing.nuclei[t], phase);
    for (int s = 0; s < brain->n_sources; s++)
        firing.sources[s] = ph_resting_rate(brain, &brain->sources[s]->population,
                                            firing.sources[s], phase);
    return firing;
}

static void settle_receptors(ph_neuromod *m, const ph_brain *brain, int t, int site, double C,
                             int keep)
{
    const ph_drugs *drugs = ph_drugs_at(m, t, site);
    const ph_map *receptors = &ph_transmitter_of(brain, t)->receptors;
    const ph_receptor *items = receptors->items;
    for (int r = 0; r < receptors->count; r++) {
        ph_receptor under = ph_drugged_receptor(&drugs->receptors[r], &items[r]);
        ph_receptor_state *state = &m->receptors[ph_place_of(m, t, r, site)];
        double messenger = state->messenger;
        *state = ph_receptor_steady(&under, ph_drugged_C(&drugs->receptors[r], &items[r], C));
        if (keep && under.messenger.tau > 0)
            state->messenger = messenger;
    }
}

/* Where a concentration would go if all receptors stayed as they are. */
static double goal(const ph_neuromod *m, const ph_brain *brain, int t, int site,
                   const ph_firing *firing)
{
    if (ph_drugs_at(m, t, site)->clamped)
        return m->undrugged->concentration[ph_cell_of(m, t, site)];
    ph_tissue tissue = ph_tissue_at(m, brain, t, site, firing);
    return ph_concentration_steady(&tissue);
}

/* @param part of the way to go @return largest relative change */
static double settle_round(ph_neuromod *m, const ph_brain *brain, int site,
                           const ph_firing *firing, double part, int keep)
{
    double change = 0;
    for (int t = 0; t < m->n_transmitters; t++) {
        double *C = &m->concentration[ph_cell_of(m, t, site)], before = *C;
        *C = goal(m, brain, t, site, firing);
        if (part < 1)
            *C = before + part * (*C - before);
        change = fmax(change, fabs(*C - before) / (1e-9 + before));
        settle_receptors(m, brain, t, site, *C, keep);
    }
    ph_delayed_fill(m->delayed, m->receptors);
    return change;
}

static int is_modulated(const ph_brain *brain)
{
    int is = 0;
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++)
        is |= ph_transmitter_of(brain, t)->modulation.count > 0;
    return is;
}

/* Site by site: what one of them has come to does not decide how far another goes, as ranks do not
 * follow the same regions. */
void ph_settle(ph_neuromod *m, const ph_brain *brain, ph_firing firing, int keep)
{
    int rounds = is_modulated(brain) ? ROUNDS : 0;
    for (int site = 0; site < m->n_sites; site++) {
        (void)settle_round(m, brain, site, &firing, 1, keep);
        double change = 1;
        for (int i = 0; i < rounds && change > CLOSE; i++)
            change = settle_round(m, brain, site, &firing, PART, keep);
    }
}
