/* SPDX-License-Identifier: Apache-2.0 */
/* Concentration and receptor occupancy over one beat, as plain functions. */
#ifndef PHASIC_NEUROMOD_KINETICS_H
#define PHASIC_NEUROMOD_KINETICS_H

/* Constants of one transmitter in one region. */
typedef struct ph_tissue {
    double released; /* nM/s, spread evenly over the beat */
    double V_max;    /* nM/s */
    double K_m;      /* nM */
    double loss;     /* 1/s */
} ph_tissue;

/* What came into the tissue and what left it, nM. */
typedef struct ph_flows {
    double released, taken, lost;
} ph_flows;

/** @brief C after T seconds of C' = released - V_max C / (K_m + C) - loss C, never below 0.
 *  Not collective.
 *  @param taken,lost out: added what uptake and loss removed, nM; may be NULL */
double ph_concentration_after(const ph_tissue *tissue, double C, double T, double *taken,
                              double *lost);

/** @brief The concentration at which release balances uptake and loss, nM. Not collective. */
double ph_concentration_steady(const ph_tissue *tissue);

/** @brief Occupancy after T seconds of o' = k_on C (1 - o) - k_off o at constant C, k_on =
 *  k_off / EC50: exact. Not collective. */
double ph_occupancy_after(double o, double C, double EC50, double k_off, double T);

/** @brief The mean occupancy over those T seconds. Not collective.
 *  @param before,after occupancy at their beginning and end */
double ph_occupancy_mean(double before, double after, double C, double EC50, double k_off,
                         double T);

/** @brief m after T seconds of m' = (share o - m) / tau, while o follows ph_occupancy_after:
 *  exact. Not collective.
 *  @param o occupancy at the beginning @param tau s @param share of it that acts */
double ph_messenger_after(double m, double o, double C, double EC50, double k_off, double share,
                          double tau, double T);

#endif
