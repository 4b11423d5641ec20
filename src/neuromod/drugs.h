/* SPDX-License-Identifier: Apache-2.0 */
/* What interventions do to transmitters in tissue and to receptors; the same on every rank. */
#ifndef PHASIC_NEUROMOD_DRUGS_H
#define PHASIC_NEUROMOD_DRUGS_H

#include "neuromod/neuromod.h"

/* A receptor under drugs: an agonist at the same site adds to C, a competitive antagonist shifts
 * EC50 (J. H. Gaddum, J Physiol 89:7P, 1937), both much faster than the receptor itself. */
typedef struct ph_drugged {
    double agonist;    /* concentration over its EC50 */
    double antagonist; /* concentrations over their K_i: EC50 is larger by 1 + this */
} ph_drugged;

/* A transmitter in a region under the interventions of a phase; without any: factors of 1 and no
 * doses. */
typedef struct ph_drugs {
    double uptake;  /* factor of V_max */
    double release; /* factor of what is released */
    int clamped;    /* 1: the concentration stays at its undrugged tonic level */
    ph_drugged receptors[PH_MAX_RECEPTORS];
} ph_drugs;

/** @brief What the interventions of a brain do in a phase. Not collective.
 *  @param transmitter,region indices */
ph_drugs ph_drugs_in(const ph_brain *brain, int transmitter, int region, const ph_phase *phase);

/** @brief The concentration that a receptor sees: C, and what agonists add, nM. Not collective.
 *  @param receptor without drugs */
static inline double ph_drugged_C(const ph_drugged *drugged, const ph_receptor *receptor, double C)
{
    return C + drugged->agonist * receptor->EC50;
}

/** @brief The receptor as antagonists leave it. Not collective. */
static inline ph_receptor ph_drugged_receptor(const ph_drugged *drugged,
                                              const ph_receptor *receptor)
{
    ph_receptor under = *receptor;
    under.EC50 *= 1 + drugged->antagonist;
    return under;
}

#endif
