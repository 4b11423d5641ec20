/* SPDX-License-Identifier: Apache-2.0 */
/* Homeostatic synaptic scaling: one factor for all synapses of a projection onto a neuron, moved
 * slowly towards the rate that the neuron is to have.
 *
 * G. G. Turrigiano et al., Nature 391:892 (1998); as a law of growth in proportion to the weight,
 * M. C. W. van Rossum, G. Q. Bi, G. G. Turrigiano, J Neurosci 20:8812 (2000):
 *     tau_rate r' = -r + sum of delta(t - t_spike)
 *     tau f' = f (1 - r / rate),     min <= f <= max;   a spike delivers f w
 * Both are brought forward once a period, from the spikes that the neuron fired in it. */
#ifndef PHASIC_PLASTICITY_SCALING_H
#define PHASIC_PLASTICITY_SCALING_H

#include <phasic/status.h>
#include <phasic/types.h>

/* The constants of a projection. */
typedef struct ph_scaling_constants {
    double rate;     /* that neurons are to have, Hz */
    double tau;      /* of the factor, ms */
    double tau_rate; /* of the estimate of the rate, ms */
    double min, max; /* of the factor, pure numbers */
} ph_scaling_constants;

typedef struct ph_scaling {
    ph_scaling_constants constants;
    int n;           /* neurons */
    double *rate;    /* estimate, Hz */
    double *factor;
} ph_scaling;

/** @brief All factors 1, all neurons at their rate. Not collective. */
ph_status ph_scaling_create(int n, const ph_scaling_constants *constants, ph_scaling **scaling);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_scaling_destroy(ph_scaling **scaling);

/** @brief Bring the factors forward by a period. Not collective.
 *  @param spikes of each neuron in it @param ms its length */
void ph_scaling_follow(ph_scaling *scaling, const int32_t *spikes, double ms);

#endif
