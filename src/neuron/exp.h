/* SPDX-License-Identifier: Apache-2.0 */
/* The exponential function inside update kernels: without branch, call or table, so that a loop
 * around it becomes vectors, and by the same operations on every instruction set. */
#ifndef PHASIC_NEURON_EXP_H
#define PHASIC_NEURON_EXP_H

#include "base/isa.h"
#include <phasic/types.h>

#include <string.h>

/* x = k ln 2 + r with k whole and |r| <= ln(2) / 2, then exp(x) = 2^k exp(r). Adding 1.5 * 2^(bits
 * of the fraction) rounds to k and leaves it in the lowest bits of the sum, from where a shift
 * brings it to the exponent's: the baseline has no vectors of 64-bit conversions or of rounding.
 * ln 2 is in two parts, k times the first of which is exact. The sums for exp(r) are in pairs
 * (Estrin): a long chain of dependent operations is what a kernel would wait for. */

/** @brief Exponential function, relative error below 2^-51. x is held to -708 .. 709, so that the
 *  result is never subnormal and never infinite. Not collective. */
PH_INLINE double ph_exp_inline(double x)
{
    const double round = 0x1.8p52;
    x = x < -708.0 ? -708.0 : x;
    x = x > 709.0 ? 709.0 : x;
    double shifted = x * 1.44269504088896338700e+00 + round;
    double k = shifted - round;
    double r = (x - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
    double r2 = r * r, r4 = r2 * r2; /* Taylor's sum to r^13 */
    double a = (0.5 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120));
    double b = (1.0 / 720 + r * (1.0 / 5040)) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
    double c = (1.0 / 3628800 + r * (1.0 / 39916800)) +
               r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
    double y = 1 + (r + r2 * (a + r4 * (b + r4 * c)));
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1023) << 52;
    double power; /* 2^k */
    memcpy(&power, &bits, sizeof power);
    return y * power;
}

/** @brief The same in float, relative error below 2^-22, x held to -87 .. 88. Not collective. */
PH_INLINE float ph_expf_inline(float x)
{
    const float round = 0x1.8p23f;
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    float shifted = x * 1.44269504f + round;
    float k = shifted - round;
    float r = (x - k * 0.693359375f) - k * -2.12194440e-4f;
    float r2 = r * r; /* 1 + r and four terms: the largest relative error is least (Lawson) */
    float a = (0.4999923024f + r * 0.1666711536f) + r2 * (0.04189033845f + r * 0.008312506034f);
    float y = 1 + (r + r2 * a);
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 127) << 23;
    float power; /* 2^k */
    memcpy(&power, &bits, sizeof power);
    return y * power;
}

/** @brief That of the two which is for ph_real. Not collective. */
PH_INLINE ph_real ph_exp_real(ph_real x)
{
#ifdef PH_DOUBLE
    return ph_exp_inline(x);
#else
    return ph_expf_inline(x);
#endif
}

#endif
