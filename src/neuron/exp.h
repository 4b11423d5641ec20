/* SPDX-License-Identifier: Apache-2.0 */
/* The exponential function inside update kernels: without branch, call or table, so that a loop
 * around it becomes vectors, and by the same operations on every instruction set. */
#ifndef PHASIC_NEURON_EXP_H
#define PHASIC_NEURON_EXP_H

#include "base/math_inline.h"
#include <phasic/types.h>

/** @brief ph_exp_inline (base/math_inline.h) in float, relative error below 2^-22, x held to
 *  -87 .. 88. Not collective. */
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
