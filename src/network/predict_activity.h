/* SPDX-License-Identifier: Apache-2.0 */
/* The part of a prediction that grows with the rates of neurons. */
#ifndef PHASIC_NETWORK_PREDICT_ACTIVITY_H
#define PHASIC_NETWORK_PREDICT_ACTIVITY_H

#include "layout/layout.h"

#include <phasic/plasticity.h>

/* Buckets that reach a block in a second: static ones, then those of plastic rows by the kind of
 * their visit. */
typedef double ph_buckets_per_s[1 + PH_VISIT_KINDS];

/** @brief Bytes of spikes on their way in the calendars of a rank and of the histories that its
 *  plastic synapses go by, expected at the most. Not collective. */
double ph_predict_activity(const ph_brain *brain, const ph_layout *layout, int rank,
                           const ph_buckets_per_s per_s);

#endif
