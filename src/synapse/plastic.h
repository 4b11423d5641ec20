/* SPDX-License-Identifier: Apache-2.0 */
/* Delivery of plastic synapses: they catch up, then their weights are added. */
#ifndef PHASIC_SYNAPSE_PLASTIC_H
#define PHASIC_SYNAPSE_PLASTIC_H

#include "network/block.h"

/** @brief Visit the buckets of a list; spikes are added to the block's input.
 *  Not collective.
 *  @param wide 1: into block->wide */
void ph_deliver_plastic(ph_block *block, const ph_plastic_list *list, ph_step step,
                        ph_visit_kind kind, int wide);

#endif
