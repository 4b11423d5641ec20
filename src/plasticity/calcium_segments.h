/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to rho between two events of a synapse (equations: plasticity/calcium.c). Calcium
 * decays, so the interval falls into at most three segments: above both thresholds, above one
 * alone, below both. In each the linear part of rho' is solved exactly, with the mean and the
 * variance of the noise; the drift in the double well is solved exactly for the time below, and
 * is split symmetrically round each segment above, which is short against tau (Strang: what is left
 * of the error is of third order in its length over tau). Plain double arithmetic on one
 * lane, to be called in loops that become vectors. Nothing here is collective. */
#ifndef PHASIC_PLASTICITY_CALCIUM_SEGMENTS_H
#define PHASIC_PLASTICITY_CALCIUM_SEGMENTS_H

#include "base/math_inline.h"

#include <math.h>

/* Of one interval, per ms: what the parameters were at the event that it begins with. */
typedef struct ph_calcium_rates {
    double p, d;  /* learning_rate gamma_p / tau, learning_rate gamma_d / tau */
    double drift; /* learning_rate / tau */
} ph_calcium_rates;

/* rho as a random variable: its mean, and its variance where there is noise. */
typedef struct ph_calcium_rho {
    double mean, variance;
} ph_calcium_rho;

/* Times above the thresholds, ms. */
typedef struct ph_calcium_times {
    double both, p_alone, d_alone;
} ph_calcium_times;

/** @brief How long c exp(-s / tau_Ca) lies above theta for s in 0 .. t: tau_Ca ln(c / theta). */
PH_INLINE double ph_calcium_above(double tau_Ca, double ln_c, double ln_theta, double t)
{
    double above = tau_Ca * (ln_c - ln_theta);
    above = above > 0 ? above : 0;
    return above < t ? above : t;
}

PH_INLINE ph_calcium_times ph_calcium_times_of(double tau_Ca, double ln_c, double ln_theta_p,
                                               double ln_theta_d, double t)
{
    double p = ph_calcium_above(tau_Ca, ln_c, ln_theta_p, t);
    double d = ph_calcium_above(tau_Ca, ln_c, ln_theta_d, t);
    double both = p < d ? p : d;
    return (ph_calcium_times){.both = both, .p_alone = p - both, .d_alone = d - both};
}

/** @brief A segment of t ms in which mean' = rate (goal - mean) and noise of n squared per ms is
 *  added: an Ornstein-Uhlenbeck process. */
PH_INLINE void ph_calcium_relax(double rate, double goal, double noise, double t,
                                ph_calcium_rho *rho)
{
    double m = ph_expm1_inline(-rate * t); /* E - 1, and E^2 - 1 = m (2 + m) */
    double change = m * (2 + m);
    double added = rate > 0 ? -noise * change / (2 * rate) : noise * t;
    rho->mean += (rho->mean - goal) * m;
    rho->variance += rho->variance * change + added;
}

/** @brief A short drift in the double well, s = learning_rate t / tau, to second order in s. With
 *  z = 2 rho - 1 it is z' = z (1 - z^2) / 4. */
PH_INLINE double ph_calcium_drift_short(double rho, double s)
{
    double z = 2 * rho - 1, z2 = z * z;
    double slope = 0.25 * z * (1 - z2), curve = 0.25 * (1 - 3 * z2);
    return rho + 0.5 * s * slope * (1 + 0.5 * s * curve);
}

/** @brief The segments above a threshold. @param noise sigma^2 / tau per threshold, per ms
 *  @return the time behind them for which the drift is still to be done, ms */
PH_INLINE double ph_calcium_climb(const ph_calcium_rates *r, int bistable, double noise, double t,
                                  const ph_calcium_times *times, ph_calcium_rho *rho)
{
    double sum = r->p + r->d, rest = sum > 0 ? r->p / sum : 0;
    int p_alone = times->p_alone > 0;
    double alone = times->p_alone + times->d_alone;
    if (bistable)
        rho->mean = ph_calcium_drift_short(rho->mean, r->drift * (0.5 * times->both));
    ph_calcium_relax(sum, rest, 2 * noise, times->both, rho);
    if (bistable)
        rho->mean = ph_calcium_drift_short(rho->mean, r->drift * (0.5 * (times->both + alone)));
    ph_calcium_relax(p_alone ? r->p : r->d, p_alone ? 1 : 0, noise, alone, rho);
    return t - times->both - 0.5 * alone;
}

/** @brief Any drift, exactly: z^2 / (1 - z^2) grows as exp(s / 2), so z^2 becomes
 *  z^2 E / (1 + z^2 (E - 1)). */
PH_INLINE double ph_calcium_drift(double rho, double s)
{
    double half = 0.5 * s;
    double m = ph_expm1_inline(half < 600 ? half : 600); /* by then all is at rest */
    double z = 2 * rho - 1;
    return rho + 0.5 * z * (sqrt((1 + m) / (1 + z * z * m)) - 1);
}

#endif
