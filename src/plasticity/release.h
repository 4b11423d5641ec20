/* SPDX-License-Identifier: Apache-2.0 */
/* Short-term plasticity: what a presynaptic spike releases of its source's resources.
 *
 * M. Tsodyks, A. Uziel, H. Markram, J Neurosci 20:RC50 (2000). R: resources that are ready, u: the
 * share of them that a spike uses; both belong to the source, so that all its synapses of a
 * projection have them in common:
 *     R' = (1 - R) / tau_rec,      R -= u R          at a spike, after it has delivered u R weight
 *     u' = (U - u) / tau_facil,    u += U (1 - u)    at a spike, before it delivers
 * The first spike finds R = 1 and delivers U weight. Where receptors move U (release probability),
 * a spike uses the U of its own beat; the terminals of a source are one, whatever their delays. */
#ifndef PHASIC_PLASTICITY_RELEASE_H
#define PHASIC_PLASTICITY_RELEASE_H

#include <phasic/types.h>

/* The constants of a projection. */
typedef struct ph_release_constants {
    double U;                  /* 0 .. 1, where nothing moves it */
    double tau_rec, tau_facil; /* ms; 0: at once */
} ph_release_constants;

/* A source, as its last spike found it; all 0 before the first. */
typedef struct ph_release {
    double u, R;  /* R is above 0 from the first on */
    ph_step last; /* step of that spike */
} ph_release;

/** @brief Bring a source to a spike. Not collective.
 *  @param U in force, 0 .. 1 @param h resolution, ms
 *  @param step of the spike, after that of the last
 *  @return the share u R of the weight that it delivers */
double ph_release_at(const ph_release_constants *constants, double U, double h, ph_step step,
                     ph_release *release);

#endif
