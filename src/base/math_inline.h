/* SPDX-License-Identifier: Apache-2.0 */
/* exp, expm1 and log inside kernels: without branch, call or table, so that a loop around them
 * becomes vectors, and by the same operations on every instruction set. Nothing here is
 * collective. */
#ifndef PHASIC_BASE_MATH_INLINE_H
#define PHASIC_BASE_MATH_INLINE_H

#include "base/isa.h"

#include <stdint.h>
#include <string.h>

/* x = k ln 2 + r with k whole and |r| <= ln(2) / 2, then exp(x) = 2^k exp(r). Adding 1.5 * 2^(bits
 * of the fraction) rounds to k and leaves it in the lowest bits of the sum, from where a shift
 * brings it to the exponent's: the baseline has no vectors of 64-bit conversions or of rounding.
 * ln 2 is in two parts, k times the first of which is exact. The sums for exp(r) are in pairs
 * (Estrin): a long chain of dependent operations is what a kernel would wait for. */

/** @brief exp(r) - 1 with x = k ln 2 + r, and 2^k. x is held to -708 .. 709. */
PH_INLINE double ph_expm1_reduced(double x, double *power)
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
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1023) << 52;
    memcpy(power, &bits, sizeof *power);
    return r + r2 * (a + r4 * (b + r4 * c));
}

/** @brief Exponential function, relative error below 2^-51. x is held to -708 .. 709, so that the
 *  result is never subnormal and never infinite. */
PH_INLINE double ph_exp_inline(double x)
{
    double power, y = ph_expm1_reduced(x, &power);
    return (1 + y) * power;
}

/** @brief exp(x) - 1, accurate near 0 (relative error below 2^-50), x held to -708 .. 709. */
PH_INLINE double ph_expm1_inline(double x)
{
    double power, y = ph_expm1_reduced(x, &power);
    return power * y + (power - 1);
}

/** @brief ln(2^k m) with m within sqrt(1/2) .. sqrt(2), by fdlibm's sum. */
PH_INLINE double ph_log_reduced(double k, double m)
{
    double f = m - 1.0;
    double s = f / (2.0 + f);
    double z = s * s;
    double R = z * (6.666666666666735130e-01 +
                    z * (3.999999999940941908e-01 +
                         z * (2.857142874366239149e-01 +
                              z * (2.222219843214978396e-01 +
                                   z * (1.818357216161805012e-01 +
                                        z * (1.531383769920937332e-01 +
                                             z * 1.479819860511658591e-01))))));
    double half = 0.5 * f * f;
    return k * 6.93147180369123816490e-01 -
           ((half - (s * (half + R) + k * 1.90821492927058770002e-10)) - f);
}

/** @brief Natural logarithm of a normal number x > 0: the bits of ph_log (base/math.h). */
PH_INLINE double ph_log_inline(double x)
{
    /* The smallest m, one step above sqrt(1/2): x = 2^k m with m up to sqrt(2). */
    const uint64_t smallest = 0x3fe6a09e667f3bce, one = 0x3ff0000000000000;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits += one - smallest;
    uint64_t exponent = bits >> 52 | 0x4330000000000000;
    uint64_t fraction = (bits & 0xfffffffffffff) + smallest;
    double k, m;
    memcpy(&k, &exponent, sizeof k); /* 2^52 + 1023 + k */
    memcpy(&m, &fraction, sizeof m);
    k -= 0x1p52 + 1023;
    return ph_log_reduced(k, m);
}

#endif
