/* SPDX-License-Identifier: Apache-2.0 */
/* The intervention `noise`: Poisson spikes in the place of a population's own. */
#ifndef PHASIC_SIM_NOISE_H
#define PHASIC_SIM_NOISE_H

#include <phasic/types.h>

/** @brief Draw which of n neurons fire in a step: a pure function of seed, global id and step.
 *  Not collective.
 *  @param gid of the first @param stride from one neuron to the next @param n at most PH_TILE
 *  @param p probability that one fires @param spiked out: indices of those that do, ascending
 *  @return how many */
int ph_noise_spikes(uint64_t seed, ph_gid gid, ph_gid stride, int n, ph_step step, double p,
                    int32_t *spiked);

#endif
