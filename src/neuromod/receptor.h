/* SPDX-License-Identifier: Apache-2.0 */
/* A receptor of a transmitter in one place: what is bound, what of it still answers, and what
 * follows from that with delay. Plain functions, in double and without libm. */
#ifndef PHASIC_NEUROMOD_RECEPTOR_H
#define PHASIC_NEUROMOD_RECEPTOR_H

#include "model/brain.h"

typedef struct ph_receptor_state {
    double bound;        /* share of the receptors that is bound, 0..1 */
    double desensitised; /* share that does not answer, 0..1 */
    double occupancy;    /* o = bound (1 - desensitised) */
    double o_tonic;      /* its slow local mean */
    double messenger;    /* m, which follows o; without one, o itself */
    double m_tonic;      /* its slow local mean */
} ph_receptor_state;

/** @brief The state at rest at a concentration. Not collective. @param C nM */
ph_receptor_state ph_receptor_steady(const ph_receptor *receptor, double C);

/** @brief Advance by T seconds. Not collective.
 *  @param C concentration, its mean over the time, nM */
void ph_receptor_advance(ph_receptor_state *state, const ph_receptor *receptor, double C,
                         double T);

/** @brief Let the messenger follow for T seconds what the receptor answers, all else staying as it
 *  is. Not collective. */
void ph_receptor_rest(ph_receptor_state *state, const ph_receptor *receptor, double T);

/** @brief What a curve makes of a receptor: f of ph_curve. Not collective. */
double ph_curve_at(const ph_curve *curve, const ph_receptor_state *state);

#endif
