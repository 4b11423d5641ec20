/* SPDX-License-Identifier: Apache-2.0 */
/* The intervention `shuffle`: what the synapses onto a neuron have learnt, in another order. */
#ifndef PHASIC_SIM_SHUFFLE_H
#define PHASIC_SIM_SHUFFLE_H

#include "sim/internal.h"

/** @brief Do the shuffles that begin with the present phase: those that act in it and not in the
 *  one before. Not collective. @param before index of that phase; -1: the run begins */
ph_status ph_shuffle_begin(ph_sim *sim, int before);

#endif
