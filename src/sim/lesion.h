/* SPDX-License-Identifier: Apache-2.0 */
/* A lesion of a part of a population: which of its neurons are silent. */
#ifndef PHASIC_SIM_LESION_H
#define PHASIC_SIM_LESION_H

#include "base/topology.h"

/** @brief Take the spikes of silent neurons from a list. Each neuron is silent with the probability
 *  `fraction`, drawn from its global id, so that a neuron is so in every phase and, where the
 *  fraction is larger, still. Not collective.
 *  @param gid,stride ids of the neurons that the list counts from 0
 *  @param spiked n of them, ascending; those that are left stay so @return how many are left */
int ph_lesion_spares(uint64_t seed, ph_gid gid, ph_gid stride, double fraction, int32_t *spiked,
                     int n);

#endif
