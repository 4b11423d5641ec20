/* SPDX-License-Identifier: Apache-2.0 */
/* Drugs and lesions as configuration. */
#ifndef PHASIC_MODEL_INTERVENTIONS_H
#define PHASIC_MODEL_INTERVENTIONS_H

#include "model/brain.h"

/* The keys of all interventions; each type reads some of them. */
typedef struct ph_intervention {
    ph_words phases;            /* in which it acts; `all` */
    const char *since;          /* phase from whose begin on it acts; NULL: from the first */
    int since_index;            /* resolved: of that phase */
    ph_words regions;           /* in which it acts; `all` */
    ph_words populations;       /* regions or populations */
    ph_words projections;       /* tracts or region.projection */
    const char *transmitter;    /* name */
    const char *receptor;       /* name, of one transmitter alone */
    double fraction;            /* 0..1 */
    double dose;                /* of an agonist in its EC50, of an antagonist in its K_i */
    double exc_rate, inh_rate;  /* Hz, of each cell of the nucleus */
    double rate;                /* Hz */
    double by;                  /* ms, rounded to beats */
    double window;              /* ms, rounded to beats */
} ph_intervention;

extern const ph_descriptor ph_intervention_uptake_block;
extern const ph_descriptor ph_intervention_agonist;
extern const ph_descriptor ph_intervention_antagonist;
extern const ph_descriptor ph_intervention_depletion;
extern const ph_descriptor ph_intervention_clamp;
extern const ph_descriptor ph_intervention_stress;
extern const ph_descriptor ph_intervention_shift;
extern const ph_descriptor ph_intervention_swap;
extern const ph_descriptor ph_intervention_silence;
extern const ph_descriptor ph_intervention_noise;
extern const ph_descriptor ph_intervention_shuffle;
extern const ph_descriptor ph_intervention_cut;

/** @brief The parameters of a brain's intervention i when it is of a type and acts in a phase, else
 *  NULL. Not collective. @param i below brain->interventions.count */
const ph_intervention *ph_intervention_acting(const ph_brain *brain, int i,
                                              const ph_descriptor *type, const ph_phase *phase);

/** @brief The same where it begins to act: it does in a phase, and not in the one before.
 *  Not collective. @param phase,before their indices; before -1: the run begins */
const ph_intervention *ph_intervention_beginning(const ph_brain *brain, int i,
                                                 const ph_descriptor *type, int phase, int before);

/** @brief Whether an intervention acts in a region. Not collective. @param region index */
int ph_intervention_reaches(const ph_brain *brain, const ph_intervention *intervention,
                            int region);

/** @brief Whether an intervention on populations has one of them. Not collective.
 *  @param population index */
int ph_intervention_has(const ph_brain *brain, const ph_intervention *intervention,
                        int population);

/** @brief Rate of the noise that replaces a population's spikes in a phase, Hz; below 0: none does.
 *  Not collective. @param population index */
double ph_noise_rate(const ph_brain *brain, int population, const ph_phase *phase);

/** @brief Rates that interventions add to the drive of a transmitter's nucleus in a phase, Hz.
 *  Not collective. @param exc,inh out */
void ph_stress_on(const ph_brain *brain, const char *transmitter, const ph_phase *phase,
                  double *exc, double *inh);

#endif
