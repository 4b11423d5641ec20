/* SPDX-License-Identifier: Apache-2.0 */
/* Delivery, pulled at arrival: the buckets of a step are added into the block's input array. */
#ifndef PHASIC_SYNAPSE_DELIVER_H
#define PHASIC_SYNAPSE_DELIVER_H

#include "network/block.h"

/** @brief Add what is in the calendar of a step to the block's input; plastic synapses catch up
 *  first. The step's calendar is empty afterwards; what is entered later is added by another call.
 *  Not collective. */
void ph_deliver(ph_block *block, ph_step step);

/** @brief Say that all of the step has been added.
 *  Not collective.
 *  @return 1 when sums were made in 64 bits, because the step could overflow: block->wide is to be
 *  added to block->input; 0 when all is in block->input */
int ph_deliver_end(ph_block *block);

#endif
