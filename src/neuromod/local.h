/* SPDX-License-Identifier: Apache-2.0 */
/* Broadcast `local`: what a region would release by its own readout alone. Root. */
#ifndef PHASIC_NEUROMOD_LOCAL_H
#define PHASIC_NEUROMOD_LOCAL_H

#include "model/brain.h"

/* Running means of a readout, spikes a beat. Over the first beats both are the plain mean, so that
 * nothing is released too much or too little before there is a past to compare with. */
typedef struct ph_local_means {
    int64_t beats;     /* so far */
    double fast, slow; /* over the window, over tau */
} ph_local_means;

/** @brief A beat's spikes of the readout, and what they make its region release, as the part of a
 *  nucleus' cells that would fire in the beat: tonic (1 + gain (fast / slow - 1)), between 0 and
 *  max tonic. Not collective.
 *  @param tonic that part at the nucleus' tonic rate @param beat_ms length of the beat */
double ph_local_release(ph_local_means *means, const ph_local_readout *local, double tonic,
                        int64_t spikes, double beat_ms);

#endif
