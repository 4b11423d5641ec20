/* SPDX-License-Identifier: Apache-2.0 */
/* A set of cpus by the system's numbers. The cpu_set_t of the C library has room for 1,024, and the
 * kernel refuses a set with less room than there may be cpus. */
#ifndef PHASIC_BASE_CPUS_H
#define PHASIC_BASE_CPUS_H

#include <sched.h>
#include <stddef.h>
#include <string.h>

#define PH_CPUS 8192 /* numbers that there can be: the most that Linux is built for */

/* The kernel's bits, at a length that ranks can send. */
typedef union ph_cpu_set {
    unsigned long words[PH_CPUS / (8 * sizeof(unsigned long))];
    cpu_set_t head; /* what the system's calls are given, with the size of it all */
} ph_cpu_set;

#define PH_CPU_WORDS (sizeof(ph_cpu_set) / sizeof(unsigned long))
#define PH_CPU_WORD_BITS (8 * sizeof(unsigned long))

/** @brief Make a set empty. Not collective. */
static inline void ph_cpus_clear(ph_cpu_set *set)
{
    memset(set, 0, sizeof *set);
}

/** @brief Add a cpu; one that is out of range is left out. Not collective. */
static inline void ph_cpus_add(ph_cpu_set *set, size_t cpu)
{
    if (cpu < PH_CPUS)
        set->words[cpu / PH_CPU_WORD_BITS] |= 1UL << cpu % PH_CPU_WORD_BITS;
}

/** @brief Whether a cpu is in the set. Not collective. */
static inline int ph_cpus_have(const ph_cpu_set *set, size_t cpu)
{
    return cpu < PH_CPUS && (set->words[cpu / PH_CPU_WORD_BITS] >> cpu % PH_CPU_WORD_BITS & 1);
}

/** @brief How many are in it. Not collective. */
static inline int ph_cpus_count(const ph_cpu_set *set)
{
    int n = 0;
    for (size_t w = 0; w < PH_CPU_WORDS; w++)
        n += __builtin_popcountl(set->words[w]);
    return n;
}

/** @brief Whether some are in both. Not collective. */
static inline int ph_cpus_meet(const ph_cpu_set *one, const ph_cpu_set *other)
{
    unsigned long both = 0;
    for (size_t w = 0; w < PH_CPU_WORDS; w++)
        both |= one->words[w] & other->words[w];
    return both != 0;
}

/** @brief Whether the same are in both. Not collective. */
static inline int ph_cpus_are_equal(const ph_cpu_set *one, const ph_cpu_set *other)
{
    return memcmp(one, other, sizeof *one) == 0;
}

#endif
