/* SPDX-License-Identifier: Apache-2.0 */
/* The state of all transmitters in all regions, advanced beat by beat, and what it makes of
 * modulated parameters. */
#include "neuromod/neuromod.h"

#include "base/math.h"
#include "base/memory.h"
#include "model/interventions.h"
#include "neuromod/kinetics.h"

struct ph_neuromod {
    int n_transmitters, n_regions;
    double beat_s;                /* s */
    double *concentration;        /* transmitter * n_regions + region, nM */
    ph_receptor_state *receptors; /* (that) * PH_MAX_RECEPTORS + receptor */
};

static const ph_transmitter *transmitter_of(const ph_brain *brain, int t)
{
    return (const ph_transmitter *)brain->neuromodulation.transmitters.items + t;
}

static double innervation(const ph_transmitter *transmitter, int region)
{
    const ph_density *density = transmitter->innervation.items;
    for (int i = 0; i < transmitter->innervation.count; i++)
        if (density[i].region == region)
            return density[i].value;
    return 0;
}

/* @param fraction of the nucleus' cells that spike per second */
static ph_tissue tissue_of(const ph_transmitter *transmitter, int region, double fraction,
                           double blocked)
{
    return (ph_tissue){.released = innervation(transmitter, region) * transmitter->release *
                                   fraction,
                       .V_max = transmitter->uptake.V_max * (1 - blocked),
                       .K_m = transmitter->uptake.K_m,
                       .loss = transmitter->loss};
}

ph_status ph_neuromod_create(const ph_brain *brain, ph_neuromod **out)
{
    ph_neuromod *m;
    PH_ALLOC(m, 1);
    *out = m;
    m->n_transmitters = brain->neuromodulation.transmitters.count;
    m->n_regions = brain->n_regions;
    m->beat_s = (double)brain->beat * brain->simulation.resolution * 1e-3;
    PH_CHECK(m->n_transmitters <= PH_MAX_TRANSMITTERS, PH_CONFIG,
             "there are %d transmitters; at most %d are possible", m->n_transmitters,
             PH_MAX_TRANSMITTERS);
    PH_ALLOC(m->concentration, m->n_transmitters * m->n_regions);
    PH_ALLOC(m->receptors, m->n_transmitters * m->n_regions * PH_MAX_RECEPTORS);
    for (int t = 0; t < m->n_transmitters; t++) {
        const ph_transmitter *transmitter = transmitter_of(brain, t);
        PH_CHECK(transmitter->receptors.count <= PH_MAX_RECEPTORS, PH_CONFIG,
                 "transmitter %s has %d receptors; at most %d are possible",
                 transmitter->item.name, transmitter->receptors.count, PH_MAX_RECEPTORS);
    }
    ph_neuromod_settle(m, brain);
    return PH_OK;
}

static void settle_receptors(ph_neuromod *m, const ph_transmitter *transmitter, int cell, double C)
{
    const ph_receptor *receptor = transmitter->receptors.items;
    for (int r = 0; r < transmitter->receptors.count; r++) {
        double o = C / (C + receptor[r].EC50);
        m->receptors[cell * PH_MAX_RECEPTORS + r] = (ph_receptor_state){o, o};
    }
}

void ph_neuromod_settle(ph_neuromod *m, const ph_brain *brain)
{
    for (int t = 0; t < m->n_transmitters; t++)
        for (int g = 0; g < m->n_regions; g++) {
            const ph_transmitter *transmitter = transmitter_of(brain, t);
            ph_tissue tissue = tissue_of(transmitter, g, transmitter->tonic_rate, 0);
            double C = ph_concentration_steady(&tissue);
            m->concentration[t * m->n_regions + g] = C;
            settle_receptors(m, transmitter, t * m->n_regions + g, C);
        }
}

void ph_neuromod_destroy(ph_neuromod **out)
{
    if (!*out)
        return;
    ph_free((*out)->concentration);
    ph_free((*out)->receptors);
    ph_free(*out);
    *out = NULL;
}

static void advance_receptors(ph_neuromod *m, const ph_transmitter *transmitter, int cell,
                              double C)
{
    const ph_receptor *receptor = transmitter->receptors.items;
    for (int r = 0; r < transmitter->receptors.count; r++) {
        ph_receptor_state *state = &m->receptors[cell * PH_MAX_RECEPTORS + r];
        state->occupancy = ph_occupancy_after(state->occupancy, C, receptor[r].EC50,
                                              receptor[r].k_off, m->beat_s);
        state->o_tonic -= (state->occupancy - state->o_tonic) *
                          ph_expm1(-m->beat_s / receptor[r].tau_tonic);
    }
}

ph_status ph_neuromod_advance(ph_neuromod *m, const ph_brain *brain, const ph_broadcast *broadcast)
{
    const char *phase = brain->phase ? brain->phase[broadcast->phase]->item.name : "";
    for (int t = 0; t < m->n_transmitters; t++) {
        const ph_transmitter *transmitter = transmitter_of(brain, t);
        double fraction = broadcast->release[t] / m->beat_s;
        if (brain->neuromodulation.broadcast == PH_BROADCAST_TONIC)
            fraction = transmitter->tonic_rate;
        double blocked = ph_uptake_blocked(brain, transmitter->item.name, phase);
        for (int g = 0; g < m->n_regions; g++) {
            int cell = t * m->n_regions + g;
            ph_tissue tissue = tissue_of(transmitter, g, fraction, blocked);
            double before = m->concentration[cell];
            m->concentration[cell] =
                ph_concentration_after(&tissue, before, m->beat_s, NULL, NULL);
            advance_receptors(m, transmitter, cell, 0.5 * (before + m->concentration[cell]));
        }
    }
    return PH_OK;
}

double ph_neuromod_concentration(const ph_neuromod *m, int transmitter, int region)
{
    return m->concentration[transmitter * m->n_regions + region];
}

ph_receptor_state ph_neuromod_receptor(const ph_neuromod *m, int transmitter, int receptor,
                                       int region)
{
    return m->receptors[(transmitter * m->n_regions + region) * PH_MAX_RECEPTORS + receptor];
}

enum { CURVE_LINEAR, CURVE_HILL };
enum { COMBINE_PRODUCT, COMBINE_SUM };

double ph_neuromod_modulate(const ph_neuromod *m, const ph_modulation *modulation, int region,
                            double p)
{
    const ph_curve *curve = &modulation->curve;
    ph_receptor_state state =
        ph_neuromod_receptor(m, modulation->transmitter, modulation->receptor_index, region);
    double f = state.occupancy - state.o_tonic;
    if (curve->type == CURVE_HILL) {
        int n = (int)curve->n;
        double o = ph_powi(state.occupancy, n);
        f = o / (ph_powi(curve->half, n) + o);
    }
    if (modulation->combine == COMBINE_SUM)
        return p + curve->gain * f;
    return p * (curve->offset + curve->gain * f);
}
