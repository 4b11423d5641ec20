/* SPDX-License-Identifier: Apache-2.0 */
/* States of receptors in past beats, for modulation that acts with a delay. Every rank keeps the
 * same: they are advanced from the same broadcast. */
#ifndef PHASIC_NEUROMOD_DELAYED_H
#define PHASIC_NEUROMOD_DELAYED_H

#include "neuromod/receptor.h"
#include <phasic/state.h>

/* Rings of the states of n receptors, each as long as it is asked for. */
typedef struct ph_delayed ph_delayed;

/** @brief Make the rings; they hold nothing until they are filled. Not collective.
 *  @param n number of receptors, in all regions
 *  @param beats n: how many beats back a receptor is asked for; 0: never, it has no ring
 *  @param delayed out: owned by the caller */
ph_status ph_delayed_create(int n, const int *beats, ph_delayed **delayed);

/** @brief Let the states be as if they had always been so. Not collective. @param now n */
void ph_delayed_fill(ph_delayed *delayed, const ph_receptor_state *now);

/** @brief A beat has passed. Not collective. @param now n: the states after it */
void ph_delayed_advance(ph_delayed *delayed, const ph_receptor_state *now);

/** @brief State of a receptor some beats ago. Not collective.
 *  @param beats 0 .. what the ring was made for; 0 is the state last handed over */
ph_receptor_state ph_delayed_at(const ph_delayed *delayed, int receptor, int beats);

/** @brief Save the rings, or load them into rings that may be others: what is further back than the
 *  state knows is as the oldest that it has. Not collective.
 *  @param now loading: the present states, for receptors that it has no ring of */
ph_status ph_delayed_state(ph_delayed *delayed, const ph_receptor_state *now, ph_state *state);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_delayed_destroy(ph_delayed **delayed);

#endif
