/* SPDX-License-Identifier: Apache-2.0 */
/* Private to neuromod: the state of all transmitters at all sites. Nothing here is collective. */
#ifndef PHASIC_NEUROMOD_STATE_H
#define PHASIC_NEUROMOD_STATE_H

#include "neuromod/delayed.h"
#include "neuromod/drugs.h"
#include "neuromod/kinetics.h"
#include "neuromod/neuromod.h"

/* A cell is one transmitter at one site: transmitter * n_sites + site. */
struct ph_neuromod {
    int n_transmitters, n_regions;
    int n_sites;                  /* regions, then, where some dendrites are innervated otherwise,
                                     the regions' dendrites: compartment * n_regions + region */
    int n_cells;
    double beat_s;                /* s */
    int *followed;                /* by region: 1 where the state is advanced */
    double *concentration;        /* by cell, nM */
    ph_flows *flows;              /* by cell: since the start of the run */
    ph_tissue tissue[PH_MAX_TRANSMITTERS]; /* of the beat and site that is being advanced */
    ph_receptor_state *receptors; /* cell * PH_MAX_RECEPTORS + receptor */
    ph_delayed *delayed;          /* the same in past beats */
    ph_drugs *drugs;              /* transmitter * n_regions + region: in force in ... */
    const ph_brain *drugs_brain;  /* this brain, */
    int drugs_phase;              /* in this phase */
    ph_neuromod *undrugged;       /* at rest without drugs: the levels of clamps; NULL: is so */
};

/* Fraction of each population's cells that spike per second. */
typedef struct ph_firing {
    double nuclei[PH_MAX_TRANSMITTERS];
    double sources[PH_MAX_SOURCES]; /* of the brain's sources */
} ph_firing;

/** @brief The cell of a transmitter at a site. */
static inline int ph_cell_of(const ph_neuromod *m, int transmitter, int site)
{
    return transmitter * m->n_sites + site;
}

/** @brief Place of a receptor among all of all sites. */
static inline int ph_place_of(const ph_neuromod *m, int transmitter, int receptor, int site)
{
    return ph_cell_of(m, transmitter, site) * PH_MAX_RECEPTORS + receptor;
}

/** @brief The transmitter of an index. */
static inline const ph_transmitter *ph_transmitter_of(const ph_brain *brain, int t)
{
    return (const ph_transmitter *)brain->neuromodulation.transmitters.items + t;
}

/** @brief The drugs in force on a transmitter at a site. */
static inline const ph_drugs *ph_drugs_at(const ph_neuromod *m, int t, int site)
{
    return &m->drugs[t * m->n_regions + site % m->n_regions];
}

/** @brief The density that a map gives a region. @return 1 when it gives one */
int ph_density_in(const ph_map *map, int region, double *value);

/** @brief What a transmitter does at a site: what nucleus and sources release there, and its
 *  uptake, as glia, drugs and the site's receptors have it now. */
ph_tissue ph_tissue_at(const ph_neuromod *m, const ph_brain *brain, int t, int site,
                       const ph_firing *firing);

/** @brief Bring concentrations and receptors to the steady state of some rates: where receptors
 *  move release or uptake, the one that repeated relaxation finds.
 *  @param keep 1: second messengers stay as they are */
void ph_settle(ph_neuromod *m, const ph_brain *brain, ph_firing firing, int keep);

/** @brief All populations at their tonic rates. */
ph_firing ph_firing_tonic(const ph_brain *brain);

/** @brief All populations as in a rest: see ph_resting_rate. */
ph_firing ph_firing_resting(const ph_brain *brain, const ph_phase *phase);

#endif
