/* SPDX-License-Identifier: Apache-2.0 */
/* Delivery, pulled at arrival: the buckets of a step are added into the block's input array. */
#ifndef PHASIC_SYNAPSE_DELIVER_H
#define PHASIC_SYNAPSE_DELIVER_H

#include "network/block.h"

/** @brief Add everything that arrives at a step to the block's input; plastic synapses catch up
 *  first. The step's calendar is empty afterwards.
 *  Not collective.
 *  @return 1 when the sums were made in 64 bits (block->wide), because the step could overflow; 0
 *  when they are in block->input */
int ph_deliver(ph_block *block, ph_step step);

#endif
