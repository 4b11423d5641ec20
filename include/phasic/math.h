/* SPDX-License-Identifier: Apache-2.0 */
/* Elementary functions whose results are the same on every machine: no libm, no contraction. */
#ifndef PHASIC_MATH_H
#define PHASIC_MATH_H

#include <phasic/types.h>

/** @brief Exponential function, relative error below 2^-51; 0 below -745, inf above 709.
 *  Not collective. */
PH_API double ph_exp(double x);

/** @brief exp(x) - 1, accurate near 0 (relative error below 2^-50). Not collective. */
PH_API double ph_expm1(double x);

/** @brief Natural logarithm of x > 0, relative error below 2^-51. Not collective. */
PH_API double ph_log(double x);

/** @brief cos(2 pi x) and sin(2 pi x), error below 2^-50; exact at multiples of a quarter turn.
 *  Not collective. @param x |x| < 2^31 */
PH_API double ph_cos_turn(double x);
PH_API double ph_sin_turn(double x);

/** @brief x to an integer power 0..64. Not collective. */
PH_API double ph_powi(double x, int n);

#endif
