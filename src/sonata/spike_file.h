/* SPDX-License-Identifier: Apache-2.0 */
/* Spikes from a SONATA file, other ones for each neuron. */
#ifndef PHASIC_SONATA_SPIKE_FILE_H
#define PHASIC_SONATA_SPIKE_FILE_H

#include <phasic/stimulus.h>

extern const ph_stimulus_type ph_stimulus_spike_file;

#endif
