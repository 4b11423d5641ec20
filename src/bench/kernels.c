/* SPDX-License-Identifier: Apache-2.0 */
/* The scatter-add kernels: how 16 synapses are taken apart, times what is prefetched. Every body is
 * inlined with constants, so that each kernel is a loop of its own. */
#include "bench/kernels.h"

#include "synapse/lines.h"

/* --- a line of synapses ----------------------------------------------------------------------- */

PH_INLINE void add_some(const ph_synapse *synapse, size_t n, ph_usum *input)
{
    for (size_t i = 0; i < n; i++)
        ph_add_one(synapse + i, input);
}

PH_INLINE void add_line(const ph_synapse *synapse, int pairs, ph_usum *input)
{
    if (pairs)
        for (size_t i = 0; i < PH_LINE_SYNAPSES; i += 2)
            ph_add_pair(synapse + i, input);
    else
        add_some(synapse, PH_LINE_SYNAPSES, input);
}

/* --- prefetching by buckets ------------------------------------------------------------------- */

/* Before a run is added, the first `lines` lines of the run `ahead` places later are asked for,
 * into L2. */
PH_INLINE void add_ahead(const ph_synapse *synapses, const ph_scatter_run *runs, size_t n,
                         ph_sum *sums, int pairs, size_t ahead, int lines)
{
    ph_usum *input = (ph_usum *)sums;
    for (size_t r = 0; r < n; r++) {
        if (ahead && r + ahead < n) {
            const ph_synapse *next = synapses + runs[r + ahead].first;
            const char *at = ph_line_of(next), *end = (const char *)(next + runs[r + ahead].count);
            for (int i = 0; i < lines && at < end; i++, at += PH_LINE)
                __builtin_prefetch(at, 0, 2);
        }
        const ph_synapse *synapse = synapses + runs[r].first;
        size_t i = 0;
        for (; i + PH_LINE_SYNAPSES <= runs[r].count; i += PH_LINE_SYNAPSES)
            add_line(synapse + i, pairs, input);
        add_some(synapse + i, runs[r].count - i, input);
    }
}

/* --- prefetching by a cursor ------------------------------------------------------------------ */

/* Goes over the lines of the runs a fixed number of lines before the additions. */
typedef struct cursor {
    const ph_synapse *synapses;
    const ph_scatter_run *runs;
    size_t next, n;
    const char *at, *end;
} cursor;

PH_INLINE void prefetch_line(cursor *c, int near)
{
    if (near)
        __builtin_prefetch(c->at, 0, 3); /* into L1 */
    else
        __builtin_prefetch(c->at, 0, 2); /* into L2 */
    if (__builtin_expect(c->at + PH_LINE < c->end, 1)) {
        c->at += PH_LINE;
    } else if (c->next < c->n) {
        const ph_synapse *first = c->synapses + c->runs[c->next].first;
        c->at = ph_line_of(first);
        c->end = (const char *)(first + c->runs[c->next].count);
        c->next++;
    }
}

PH_INLINE void add_cursor(const ph_synapse *synapses, const ph_scatter_run *runs, size_t n,
                          ph_sum *sums, int pairs, int distance, int near)
{
    ph_usum *input = (ph_usum *)sums;
    cursor c = {synapses, runs, 1, n, ph_line_of(synapses + runs[0].first),
                (const char *)(synapses + runs[0].first + runs[0].count)};
    for (int i = 0; i < distance; i++)
        prefetch_line(&c, near);
    for (size_t r = 0; r < n; r++) {
        const ph_synapse *synapse = synapses + runs[r].first;
        size_t count = runs[r].count, i = 0;
        for (size_t l = count / PH_LINE_SYNAPSES; l < ph_lines_of(synapse, count); l++)
            prefetch_line(&c, near);
        for (; i + PH_LINE_SYNAPSES <= count; i += PH_LINE_SYNAPSES) {
            prefetch_line(&c, near);
            add_line(synapse + i, pairs, input);
        }
        add_some(synapse + i, count - i, input);
    }
}

/* --- AVX-512: gather, add, scatter ------------------------------------------------------------ */

#if !defined(PH_DOUBLE) && defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define HAS_AVX512 1
#define AHEAD 2048 /* bytes of the stream */

/* Sixteen at once unless two of them meet in a slot. */
__attribute__((target("avx512f,avx512cd"))) static void
add_avx512(const ph_synapse *synapses, const ph_scatter_run *runs, size_t n, ph_sum *sums)
{
    ph_usum *input = (ph_usum *)sums;
    for (size_t r = 0; r < n; r++) {
        const ph_synapse *synapse = synapses + runs[r].first;
        size_t i = 0;
        for (; i + 16 <= runs[r].count; i += 16) {
            __builtin_prefetch((const char *)(synapse + i) + AHEAD, 0, 3);
            __m512i both = _mm512_loadu_si512(synapse + i);
            __m512i slot = _mm512_and_si512(both, _mm512_set1_epi32(0xffff));
            __m512i equal = _mm512_conflict_epi32(slot);
            if (_mm512_test_epi32_mask(equal, equal)) {
                add_some(synapse + i, 16, input);
                continue;
            }
            __m512i sum = _mm512_i32gather_epi32(slot, input, 4);
            sum = _mm512_add_epi32(sum, _mm512_srai_epi32(both, 16));
            _mm512_i32scatter_epi32(input, slot, sum, 4);
        }
        add_some(synapse + i, runs[r].count - i, input);
    }
}
#else
#define HAS_AVX512 0
#endif

/* --- the list --------------------------------------------------------------------------------- */

#define DEFINE(name, body, ...)                                                                    \
    static void name(const ph_synapse *synapses, const ph_scatter_run *runs, size_t n,             \
                     ph_sum *input)                                                                \
    {                                                                                              \
        body(synapses, runs, n, input, __VA_ARGS__);                                               \
    }

static void plain(const ph_synapse *synapses, const ph_scatter_run *runs, size_t n, ph_sum *input)
{
    for (size_t r = 0; r < n; r++)
        for (size_t i = runs[r].first; i < runs[r].first + runs[r].count; i++)
            ((ph_usum *)input)[synapses[i].slot] +=
                (ph_usum)(ph_sum)synapses[i].weight;
}

DEFINE(unrolled, add_ahead, 0, 0, 0)
DEFINE(unrolled_buckets_8, add_ahead, 0, 8, 8)
DEFINE(unrolled_lines_32, add_cursor, 0, 32, 1)
#if PH_HAS_PAIRS
DEFINE(pairs, add_ahead, 1, 0, 0)
DEFINE(pairs_buckets_4, add_ahead, 1, 4, 32)
DEFINE(pairs_lines_16, add_cursor, 1, 16, 1)
DEFINE(pairs_lines_32, add_cursor, 1, 32, 1)
DEFINE(pairs_lines_64, add_cursor, 1, 64, 0)
#endif

static const ph_scatter_kernel kernels[] = {
    {"plain loop", PH_ISA_BASELINE, 0, plain},
    {"unrolled", PH_ISA_BASELINE, 0, unrolled},
    {"unrolled, 8 buckets ahead", PH_ISA_BASELINE, !PH_HAS_PAIRS, unrolled_buckets_8},
    {"unrolled, 32 lines ahead", PH_ISA_BASELINE, 1, unrolled_lines_32},
#if PH_HAS_PAIRS
    {"pairs", PH_ISA_BASELINE, 0, pairs},
    {"pairs, 4 buckets ahead", PH_ISA_BASELINE, 1, pairs_buckets_4},
    {"pairs, 16 lines ahead", PH_ISA_BASELINE, 1, pairs_lines_16},
    {"pairs, 32 lines ahead", PH_ISA_BASELINE, 1, pairs_lines_32},
    {"pairs, 64 lines ahead to L2", PH_ISA_BASELINE, 0, pairs_lines_64},
#endif
#if HAS_AVX512
    {"AVX-512 gather and scatter", PH_ISA_AVX512, 0, add_avx512},
#endif
};

const ph_scatter_kernel *ph_scatter_kernels(int *n)
{
    *n = (int)(sizeof kernels / sizeof kernels[0]);
    return kernels;
}
