/* SPDX-License-Identifier: Apache-2.0 */
/* exp, expm1 and log by the rational approximations of W. J. Cody and the coefficients of
 * fdlibm (Sun Microsystems, 1993), in plain double arithmetic: the same bits everywhere. */
#include <phasic/math.h>

#include "base/math_inline.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10
#define INV_LN2 1.44269504088896338700e+00

static double power_of_two(int k)
{
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* exp(r) - 1 = r + r c / (2 - c) for |r| <= ln(2)/2 */
static double c_of(double r)
{
    double t = r * r;
    return r - t * (1.66666666666666019037e-01 +
                    t * (-2.77777777770155933842e-03 +
                         t * (6.61375632143793436117e-05 +
                              t * (-1.65339022054652515390e-06 +
                                   t * 4.13813679705723846039e-08))));
}

double ph_exp(double x)
{
    if (isnan(x))
        return x;
    if (x > 709.0)
        return HUGE_VAL;
    if (x < -745.0)
        return 0.0;
    int k = (int)(x * INV_LN2 + (x < 0 ? -0.5 : 0.5));
    double high = x - k * LN2_HIGH;
    double low = k * LN2_LOW;
    double r = high - low;
    double c = c_of(r);
    double y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
    if (k < -1000) /* in two factors, so that the result may be subnormal */
        return y * power_of_two(k + 1000) * power_of_two(-1000);
    return y * power_of_two(k);
}

double ph_expm1(double x)
{
    if (fabs(x) > 0.34)
        return ph_exp(x) - 1.0;
    double c = c_of(x);
    return x + x * c / (2.0 - c);
}

double ph_log(double x)
{
    if (isnan(x) || x < 0)
        return NAN;
    if (x == 0)
        return -HUGE_VAL;
    if (isinf(x))
        return x;
    int k = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        k = -54;
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    k += (int)(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL;
    double m; /* 1 <= m < 2, brought to sqrt(1/2) .. sqrt(2) */
    memcpy(&m, &bits, sizeof m);
    if (m > 1.41421356237309504880) {
        m *= 0.5;
        k += 1;
    }
    return ph_log_reduced(k, m);
}

double ph_powi(double x, int n)
{
    double result = 1.0;
    for (int i = 0; i < n; i++)
        result *= x;
    return result;
}

/* sin(2 pi x) and cos(2 pi x) for 0 <= x <= 1/8, by Taylor's sums to y^17 and y^18. */
static double sin_small(double x)
{
    double y = 6.28318530717958647693 * x, z = y * y, sum = 0;
    for (int k = 17; k >= 3; k -= 2)
        sum = -z / (k * (k - 1)) * (1 + sum);
    return y * (1 + sum);
}

static double cos_small(double x)
{
    double y = 6.28318530717958647693 * x, z = y * y, sum = 0;
    for (int k = 18; k >= 2; k -= 2)
        sum = -z / (k * (k - 1)) * (1 + sum);
    return 1 + sum;
}

double ph_cos_turn(double x)
{
    double r = fabs(x - floor(x + 0.5)); /* 0 .. 1/2 */
    double sign = r > 0.25 ? -1 : 1;
    r = r > 0.25 ? 0.5 - r : r;
    return sign * (r > 0.125 ? sin_small(0.25 - r) : cos_small(r));
}

double ph_sin_turn(double x)
{
    return ph_cos_turn(x - 0.25);
}
