/* SPDX-License-Identifier: Apache-2.0 */
/* Plastic synapses in a rest phase, in which nothing fires and only slow states move. */
#ifndef PHASIC_SYNAPSE_REST_H
#define PHASIC_SYNAPSE_REST_H

#include "network/block.h"

/** @brief Bring a block through a rest. No spike is on its way, and every synapse has been visited
 *  since the last one, so that what moves goes on from the state of its last visit. Afterwards all
 *  traces are gone and all resources are there. Not collective; the block's thread.
 *  @param now the present step, at which no period is under way
 *  @param ms length of the rest @param step_ms of its steps, the last of which may be shorter */
void ph_rest_block(ph_block *block, ph_step now, double ms, double step_ms);

#endif
