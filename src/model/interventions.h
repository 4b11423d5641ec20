/* SPDX-License-Identifier: Apache-2.0 */
/* Drugs and lesions as configuration. */
#ifndef PHASIC_MODEL_INTERVENTIONS_H
#define PHASIC_MODEL_INTERVENTIONS_H

#include "model/brain.h"

typedef struct ph_uptake_block_params {
    ph_words phases;         /* in which it acts; `all` */
    const char *transmitter; /* name */
    double fraction;         /* of V_max that is blocked */
} ph_uptake_block_params;

typedef struct ph_silence_params {
    ph_words phases;
    ph_words populations; /* regions or populations whose spikes do not leave them */
} ph_silence_params;

typedef struct ph_cut_params {
    ph_words projections; /* tracts or region.projection that are not built */
} ph_cut_params;

extern const ph_descriptor ph_intervention_uptake_block;
extern const ph_descriptor ph_intervention_silence;
extern const ph_descriptor ph_intervention_cut;

/** @brief Whether an intervention acts in a phase. Not collective. */
int ph_intervention_acts(const ph_words *phases, const char *phase);

/** @brief Fraction of a transmitter's uptake that is blocked in a phase. Not collective. */
double ph_uptake_blocked(const ph_brain *brain, const char *transmitter, const char *phase);

#endif
