/* SPDX-License-Identifier: Apache-2.0 */
/* Plastic synapses in a rest phase, in which nothing fires and only slow states move. */
#ifndef PHASIC_SYNAPSE_REST_H
#define PHASIC_SYNAPSE_REST_H

#include "network/block.h"

/** @brief Begin a block's rest. No spike is on its way, and every synapse has been visited since
 *  the last one, so that what moves goes on from the state of its last visit. Not collective; the
 *  block's thread. */
void ph_rest_begin(ph_block *block);

/** @brief One step of it, through which modulated parameters stay. Not collective; the block's
 *  thread. @param ms its length */
void ph_rest_step(ph_block *block, double ms);

/** @brief End it: all traces are gone and all resources are there. Not collective; the block's
 *  thread. @param now the present step, at which no period is under way */
void ph_rest_end(ph_block *block, ph_step now);

#endif
