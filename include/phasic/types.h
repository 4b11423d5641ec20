/* SPDX-License-Identifier: Apache-2.0 */
/* Integer and floating-point types, named by what they count. */
#ifndef PHASIC_TYPES_H
#define PHASIC_TYPES_H

#include <phasic/config.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a program that links to libphasic may call; all else stays within the library. */
#define PH_API __attribute__((visibility("default")))

typedef int64_t ph_gid;  /* global neuron id: 0 .. neurons of the brain - 1, in file order */
typedef int32_t ph_lid;  /* index of a neuron within what one rank, block or span holds */
typedef int64_t ph_step; /* time in steps of the resolution; step s is the time s * resolution */

/* Neuron state: float, or double in the build of preset `double`. A spike's weight is stored in
 * quanta of ph_weight and summed in ph_sum; sums are added as unsigned, so their order is free. */
#ifdef PH_DOUBLE
typedef double ph_real;
typedef int64_t ph_weight; /* 32 bits round V_m by more than the 1e-9 mV that this build is for */
typedef int64_t ph_sum;
typedef uint64_t ph_usum;  /* a ph_sum while it is added to: wrapping is defined */
#define PH_WEIGHT_MAX ((int64_t)1 << 44)
#define PH_PRECISION "double"
#else
typedef float ph_real;
typedef int16_t ph_weight;
typedef int32_t ph_sum;
typedef uint32_t ph_usum;
#define PH_WEIGHT_MAX INT16_MAX
#define PH_PRECISION "float"
#endif

/* Arrays of neuron state are padded to this many elements (one AVX-512 vector of float). */
#define PH_PAD 16

#endif
