/* SPDX-License-Identifier: Apache-2.0 */
/* Values of distributions from counter-based numbers: weights, delays, binomial splits. */
#include "network/draw.h"

#include <phasic/math.h>

#include <math.h>

#define REDRAWS 1000
#define NORMAL_BOUND 6.4 /* |z| of the outermost 32-bit uniform is 6.33 */

double ph_dist_value(const ph_dist *dist, uint32_t bits)
{
    double u = ph_random_unit(bits);
    switch (dist->type) {
    case PH_DIST_NORMAL:
        return dist->mean + dist->sd * ph_random_normal(u);
    case PH_DIST_LOGNORMAL: {
        double variance = ph_log(1.0 + dist->sd * dist->sd / (dist->mean * dist->mean));
        double mu = ph_log(fabs(dist->mean)) - 0.5 * variance;
        double x = ph_exp(mu + sqrt(variance) * ph_random_normal(u));
        return dist->mean < 0 ? -x : x;
    }
    case PH_DIST_UNIFORM:
        return dist->min + (dist->max - dist->min) * u;
    default:
        return dist->mean;
    }
}

/* A value within the bounds: x, or the first of further draws that is. */
static double within_bounds(const ph_dist *dist, double x, uint64_t seed, ph_purpose purpose,
                            int64_t id, uint32_t stream, int64_t counter)
{
    for (uint32_t sub = 1; (x < dist->min || x > dist->max) && sub <= REDRAWS; sub++)
        x = ph_dist_value(dist, ph_random(seed, purpose, id, stream, counter, sub).v[0]);
    if (x < dist->min)
        return dist->min;
    return x > dist->max ? dist->max : x;
}

double ph_draw_dist(const ph_dist *dist, uint32_t bits, uint64_t seed, ph_purpose purpose,
                    int64_t id, uint32_t stream, int64_t counter)
{
    return within_bounds(dist, ph_dist_value(dist, bits), seed, purpose, id, stream, counter);
}

void ph_draw_dist_many(const ph_dist *dist, const uint32_t *bits, int n, uint64_t seed,
                       ph_purpose purpose, int64_t id, uint32_t stream, int64_t counter, double *x)
{
    if (dist->type == PH_DIST_NORMAL) {
        ph_random_normals(bits, n, x);
        for (int i = 0; i < n; i++)
            x[i] = dist->mean + dist->sd * x[i];
    } else {
        for (int i = 0; i < n; i++)
            x[i] = ph_dist_value(dist, bits[i]);
    }
    for (int i = 0; i < n; i++)
        if (x[i] < dist->min || x[i] > dist->max)
            x[i] = within_bounds(dist, x[i], seed, purpose, id, stream, counter + i);
}

double ph_dist_bound(const ph_dist *dist)
{
    double low = dist->mean, high = dist->mean;
    if (dist->type == PH_DIST_NORMAL) {
        low -= NORMAL_BOUND * dist->sd;
        high += NORMAL_BOUND * dist->sd;
    } else if (dist->type == PH_DIST_LOGNORMAL) {
        double variance = ph_log(1.0 + dist->sd * dist->sd / (dist->mean * dist->mean));
        high = fabs(dist->mean) * ph_exp(NORMAL_BOUND * sqrt(variance) - 0.5 * variance);
        low = -high;
    } else if (dist->type == PH_DIST_UNIFORM) {
        low = dist->min;
        high = dist->max;
    }
    low = low < dist->min ? dist->min : low;
    high = high > dist->max ? dist->max : high;
    return fabs(low) > fabs(high) ? fabs(low) : fabs(high);
}

/* The part of log(k!) that Stirling's formula leaves: table, then the series. */
static double stirling_rest(double k)
{
    static const double table[10] = {
        0.08106146679532726, 0.04134069595540929, 0.02767792568499834, 0.02079067210376509,
        0.01664469118982119, 0.01387612882307075, 0.01189670994589177, 0.01041126526197209,
        0.009255462182712733, 0.008330563433362871};
    if (k < 10)
        return table[(int)k];
    double k1 = k + 1.0, squared = k1 * k1;
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / squared) / squared) / k1;
}

static int64_t binomial_by_inversion(int64_t n, double p, double u)
{
    double q = 1.0 - p, s = p / q;
    double f = ph_exp((double)n * ph_log(q));
    int64_t k = 0;
    while (u > f && k < n) {
        u -= f;
        k++;
        f *= s * (double)(n - k + 1) / (double)k;
    }
    return k;
}

static int64_t binomial_btrs(int64_t n, double p, uint64_t seed, int64_t id, uint32_t stream,
                             int64_t counter)
{
    double N = (double)n, q = 1.0 - p, spq = sqrt(N * p * q);
    double b = 1.15 + 2.53 * spq, a = -0.0873 + 0.0248 * b + 0.01 * p, c = N * p + 0.5;
    double alpha = (2.83 + 5.1 / b) * spq, v_r = 0.92 - 4.2 / b;
    double r = p / q, m = floor((N + 1) * p);
    double h = (m + 0.5) * ph_log((m + 1) / (r * (N - m + 1))) + stirling_rest(m) +
               stirling_rest(N - m);
    for (uint32_t sub = 0;; sub++) {
        ph_random4 bits = ph_random(seed, PH_PURPOSE_BINOMIAL, id, stream, counter, sub);
        double u = ph_random_unit(bits.v[0]) - 0.5, v = ph_random_unit(bits.v[1]);
        double us = 0.5 - fabs(u), k = floor((2 * a / us + b) * u + c);
        if (us >= 0.07 && v <= v_r)
            return (int64_t)k;
        if (k < 0 || k > N)
            continue;
        v = ph_log(v * alpha / (a / (us * us) + b));
        double bound = h + (N + 1) * ph_log((N - m + 1) / (N - k + 1)) +
                       (k + 0.5) * ph_log(r * (N - k + 1) / (k + 1)) - stirling_rest(k) -
                       stirling_rest(N - k);
        if (v <= bound)
            return (int64_t)k;
    }
}

int64_t ph_draw_binomial(int64_t n, double p, uint64_t seed, int64_t id, uint32_t stream,
                         int64_t counter)
{
    if (n <= 0 || p <= 0)
        return 0;
    if (p >= 1)
        return n;
    if (p > 0.5)
        return n - ph_draw_binomial(n, 1.0 - p, seed, id, stream, counter);
    if ((double)n * p >= 10)
        return binomial_btrs(n, p, seed, id, stream, counter);
    ph_random4 bits = ph_random(seed, PH_PURPOSE_BINOMIAL, id, stream, counter, 0);
    double u = (double)(((uint64_t)bits.v[0] << 21) ^ (bits.v[1] >> 11)) * 0x1p-53;
    return binomial_by_inversion(n, p, u);
}
