/* SPDX-License-Identifier: Apache-2.0 */
/* Instruction sets: a leaf kernel is written once, compiled for several, chosen at run time. All
 * variants do the same operations on the same lanes (no contraction), so results are identical. */
#ifndef PHASIC_BASE_ISA_H
#define PHASIC_BASE_ISA_H

typedef enum ph_isa { PH_ISA_BASELINE, PH_ISA_AVX2, PH_ISA_AVX512 } ph_isa;

/** @brief The instruction set in use: the best of this processor, or less when the environment
 *  variable PHASIC_ISA says baseline, avx2 or avx512. Not collective. */
ph_isa ph_isa_level(void);

/** @brief Its name. Not collective. */
const char *ph_isa_name(ph_isa isa);

#define PH_INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__) && defined(__GNUC__)
/** Define `static result name(parameters)` that runs name_body(arguments), an always-inline
 *  function, compiled for each instruction set. */
#define PH_KERNEL(result, name, parameters, arguments)                                             \
    __attribute__((target("avx2"))) static result name##_avx2 parameters                           \
    {                                                                                              \
        return name##_body arguments;                                                              \
    }                                                                                              \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512cd"))) static result           \
        name##_avx512 parameters                                                                   \
    {                                                                                              \
        return name##_body arguments;                                                              \
    }                                                                                              \
    static result name parameters                                                                  \
    {                                                                                              \
        switch (ph_isa_level()) {                                                                  \
        case PH_ISA_AVX512:                                                                        \
            return name##_avx512 arguments;                                                        \
        case PH_ISA_AVX2:                                                                          \
            return name##_avx2 arguments;                                                          \
        default:                                                                                   \
            return name##_body arguments;                                                          \
        }                                                                                          \
    }
#else
#define PH_KERNEL(result, name, parameters, arguments)                                             \
    static result name parameters                                                                  \
    {                                                                                              \
        return name##_body arguments;                                                              \
    }
#endif

#endif
