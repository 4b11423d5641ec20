/* SPDX-License-Identifier: Apache-2.0 */
/* Kinetics of a transmitter in tissue, after J. K. Dreyer et al., J Neurosci 30:14273 (2010):
 *     C' = released - V_max C / (K_m + C) - loss C
 *     o' = k_on C (1 - o) - k_off o,   k_on = k_off / EC50 */
#include "neuromod/kinetics.h"

#include <phasic/math.h>

#include <math.h>
#include <stddef.h>

#define LEAST 1e-30 /* nM: less is nothing, so that no number becomes subnormal */
#define PARTS 8 /* Runge-Kutta steps of a beat: 0.6 ms against K_m / V_max = 40 ms */
#define MOST_PARTS 10000 /* where uptake takes microseconds */

typedef struct flows {
    double uptake, loss; /* nM/s */
} flows;

static flows flows_at(const ph_tissue *t, double C)
{
    return (flows){t->V_max * C / (t->K_m + C), t->loss * C};
}

static double slope(const ph_tissue *t, flows f)
{
    return t->released - f.uptake - f.loss;
}

/* As many parts as keep each well below the time constant of uptake and loss. */
static int parts_of(const ph_tissue *t, double T)
{
    double needed = 2 * T * (t->V_max / t->K_m + t->loss);
    return needed > MOST_PARTS ? MOST_PARTS : needed > PARTS ? (int)needed + 1 : PARTS;
}

double ph_concentration_after(const ph_tissue *t, double C, double T, double *taken, double *lost)
{
    if (C == 0 && t->released == 0)
        return 0;
    int parts = parts_of(t, T);
    double dt = T / parts;
    for (int i = 0; i < parts; i++) {
        flows f1 = flows_at(t, C), f2 = flows_at(t, fmax(0, C + 0.5 * dt * slope(t, f1)));
        flows f3 = flows_at(t, fmax(0, C + 0.5 * dt * slope(t, f2)));
        flows f4 = flows_at(t, fmax(0, C + dt * slope(t, f3)));
        double uptake = dt / 6 * (f1.uptake + 2 * (f2.uptake + f3.uptake) + f4.uptake);
        double loss = dt / 6 * (f1.loss + 2 * (f2.loss + f3.loss) + f4.loss);
        double there = C + dt * t->released;
        C = there - uptake - loss;
        if (C < 0) { /* too fast to be resolved: all goes that is there */
            uptake *= there / (uptake + loss);
            loss = there - uptake;
            C = 0;
        }
        if (taken)
            *taken += uptake;
        if (lost)
            *lost += loss;
    }
    return C < LEAST ? 0 : C;
}

double ph_concentration_steady(const ph_tissue *t)
{
    if (!(t->released > 0))
        return 0;
    double low = 0, high = 1;
    while (slope(t, flows_at(t, high)) > 0 && high < 1e12)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = 0.5 * (low + high);
        if (slope(t, flows_at(t, middle)) > 0)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

double ph_occupancy_after(double o, double C, double EC50, double k_off, double T)
{
    double k_on = k_off / EC50, rate = k_on * C + k_off;
    double steady = k_on * C / rate;
    return steady + (o - steady) * ph_exp(-rate * T);
}

double ph_occupancy_mean(double before, double after, double C, double EC50, double k_off,
                         double T)
{
    double k_on = k_off / EC50, rate = k_on * C + k_off;
    if (rate * T < 1e-3) /* the difference below would be lost in rounding */
        return 0.5 * (before + after);
    return k_on * C / rate + (before - after) / (rate * T);
}

/* (exp(-a T) - exp(-b T)) / (b - a), also where the two are equal. */
static double between_decays(double a, double b, double T)
{
    double slow = a < b ? a : b, x = (a < b ? b - a : a - b) * T;
    return T * ph_exp(-slow * T) * (x > 0 ? -ph_expm1(-x) / x : 1);
}

double ph_messenger_after(double m, double o, double C, double EC50, double k_off, double share,
                          double tau, double T)
{
    double k_on = k_off / EC50, rate = k_on * C + k_off;
    double steady = k_on * C / rate, kept = ph_exp(-T / tau);
    return m * kept + share * (steady * (1 - kept) +
                               (o - steady) / tau * between_decays(rate, 1 / tau, T));
}
