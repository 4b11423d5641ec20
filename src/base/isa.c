/* SPDX-License-Identifier: Apache-2.0 */
/* Which instruction set the kernels use on this processor. */
#include "base/isa.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"baseline", "avx2", "avx512"};

static ph_isa detect(void)
{
    ph_isa best = PH_ISA_BASELINE;
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2"))
        best = PH_ISA_AVX2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512cd"))
        best = PH_ISA_AVX512;
#endif
    const char *wish = getenv("PHASIC_ISA");
    for (int i = 0; wish && i < (int)best; i++)
        if (!strcmp(wish, names[i]))
            return (ph_isa)i;
    return best;
}

ph_isa ph_isa_level(void)
{
    /* Every thread would find the same value, so a race writes the same. */
    static int level = -1;
    int known = __atomic_load_n(&level, __ATOMIC_RELAXED);
    if (known < 0) {
        known = (int)detect();
        __atomic_store_n(&level, known, __ATOMIC_RELAXED);
    }
    return (ph_isa)known;
}

const char *ph_isa_name(ph_isa isa)
{
    return names[isa];
}
