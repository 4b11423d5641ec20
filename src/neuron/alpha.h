/* SPDX-License-Identifier: Apache-2.0 */
/* Propagators of a leaky membrane under an alpha-shaped current (S. Rotter, M. Diesmann, Biol
 * Cybern 81:381, 1999). A current that peaks at 1 pA is, with y the slope's part,
 *     y' = -y / tau_syn,  I' = y - I / tau_syn,  y += e / tau_syn at an arrival
 * and over a step h: V = exp(-h / tau_m) V + P31 y + P32 I,  I = P11 (I + h y),  y = P11 y. */
#ifndef PHASIC_NEURON_ALPHA_H
#define PHASIC_NEURON_ALPHA_H

typedef struct ph_alpha {
    double P31;  /* y to V, mV ms/pA */
    double P32;  /* I to V, mV/pA */
    double P11;  /* decay of y and I */
    double jump; /* e / tau_syn, 1/ms */
} ph_alpha;

/** @brief The propagators of a step. Not collective.
 *  @param h,tau_m,tau_syn ms @param C_m pF */
ph_alpha ph_alpha_of(double h, double tau_m, double C_m, double tau_syn);

/** @brief Integral of u^power exp(x u) over u from 0 to 1, for power 0 and 1. Not collective. */
double ph_moment(double x, int power);

#endif
