/* SPDX-License-Identifier: Apache-2.0 */
/* Private to sim: what of a run goes into a checkpoint. Each function saves or loads, as the
 * checkpoint is being written or read. Loading brings a run that was just created, on any layout,
 * to the step of the checkpoint. */
#ifndef PHASIC_SIM_CHECKPOINT_H
#define PHASIC_SIM_CHECKPOINT_H

#include "io/checkpoint.h"
#include "sim/internal.h"

/** @brief Neurons, their histories, and what plasticity keeps for each target. Not collective. */
ph_status ph_keep_neurons(ph_sim *sim, ph_checkpoint *checkpoint);

/** @brief Plastic synapses, as rows. Not collective. */
ph_status ph_keep_synapses(ph_sim *sim, ph_checkpoint *checkpoint);

/** @brief Sources of plastic rows, with their visits and echoes to come. Not collective. */
ph_status ph_keep_rows(ph_sim *sim, ph_checkpoint *checkpoint);

/** @brief Spikes that may still arrive at static synapses. Not collective. */
ph_status ph_keep_spikes(ph_sim *sim, ph_checkpoint *checkpoint);

/** @brief Gates and sampled parameters of rules. Not collective. */
ph_status ph_keep_contexts(ph_sim *sim, ph_checkpoint *checkpoint);

/** @brief What is the same on all ranks, and what the root alone keeps. Not collective. */
ph_status ph_keep_root(ph_sim *sim, ph_checkpoint *checkpoint);

/** @brief Load of the root's part the modulators alone, for a run that starts from another's state.
 *  Not collective. */
ph_status ph_keep_levels(ph_sim *sim, ph_checkpoint *checkpoint);

/** @brief Figures of the summary so far, which are sums over ranks. Collective on comm when they
 *  are saved. */
ph_status ph_keep_figures(ph_sim *sim, ph_checkpoint *checkpoint);

#endif
