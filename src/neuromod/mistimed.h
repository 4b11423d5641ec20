/* SPDX-License-Identifier: Apache-2.0 */
/* The interventions `shift` and `swap`: what nuclei release comes later, and the phasic drive of an
 * outcome at the next outcome. Root alone. */
#ifndef PHASIC_NEUROMOD_MISTIMED_H
#define PHASIC_NEUROMOD_MISTIMED_H

#include "model/brain.h"
#include <phasic/controller.h>
#include <phasic/state.h>

/* Past releases of each transmitter, and the drives of the last outcomes. */
typedef struct ph_mistimed ph_mistimed;

/** @brief Make room for the longest shift and window of any phase; before the run, nuclei released
 *  at their tonic rates and there was no outcome. Not collective.
 *  @param mistimed out: owned by the caller */
ph_status ph_mistimed_create(const ph_brain *brain, ph_mistimed **mistimed);

/** @brief A beat's releases, shifted where an intervention says so; shifts of one transmitter add
 *  up. To be called every beat, whether one acts or not. Not collective.
 *  @param brain that of the phase @param phase index
 *  @param release in/out: one for each transmitter */
void ph_mistimed_shift(ph_mistimed *mistimed, const ph_brain *brain, int phase, double *release);

/** @brief A beat's drives; within the window after an outcome those of a swapped transmitter are
 *  those of the outcome before, as long after it. To be called every beat. Not collective.
 *  @param brain that of the phase @param phase index @param outcome 1: this beat has one
 *  @param drive in/out: one for each controller */
void ph_mistimed_swap(ph_mistimed *mistimed, const ph_brain *brain, int phase, int outcome,
                      ph_nucleus_drive *drive);

/** @brief Save or load all of it. Not collective. */
ph_status ph_mistimed_state(ph_mistimed *mistimed, ph_state *state);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_mistimed_destroy(ph_mistimed **mistimed);

#endif
