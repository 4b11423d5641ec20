/* SPDX-License-Identifier: Apache-2.0 */
/* The neuron models, one file each. */
#ifndef PHASIC_NEURON_MODELS_H
#define PHASIC_NEURON_MODELS_H

#include <phasic/neuron.h>

extern const ph_neuron_model ph_iaf_psc_exp;
extern const ph_neuron_model ph_iaf_psc_alpha;
extern const ph_neuron_model ph_iaf_cond_exp;
extern const ph_neuron_model ph_iaf_cond_alpha;
extern const ph_neuron_model ph_iaf_cond_nmda;
extern const ph_neuron_model ph_adex;
extern const ph_neuron_model ph_izhikevich;
extern const ph_neuron_model ph_pyramidal;
extern const ph_neuron_model ph_relay;
extern const ph_neuron_model ph_srm0;
extern const ph_neuron_model ph_glif_psc;
extern const ph_neuron_model ph_intfire1;
extern const ph_neuron_model ph_virtual;

#endif
