/* SPDX-License-Identifier: Apache-2.0 */
/* The scatter-add kernels: a kernel that leaves something out would be a limit that nobody can
 * reach, so every one must give the sums of a loop that is written here. */
#include "suite.h"

#include "base/memory.h"
#include "bench/scatter.h"
#include "cli/run.h"
#include "synapse/lines.h"

#include <stdio.h>
#include <string.h>

enum { N = 200001, WINDOW = 38600, NARROW = 64 }; /* N is odd: the last line is not full */

static ph_synapse *synapses;
static ph_scatter_run *runs;
static size_t n_runs;

static void fill(int window)
{
    synapses = ph_calloc(N, sizeof *synapses);
    runs = ph_calloc(N / 32 + 2, sizeof *runs);
    CU_ASSERT_FATAL(synapses && runs);
    n_runs = ph_scatter_fill(window, 3, N, synapses, runs);
}

static void release(void)
{
    ph_free(synapses);
    ph_free(runs);
}

/* By hand: each of the listed synapses once, in 64 bits. */
static void expect_sums(const ph_scatter_run *list, size_t n, const ph_sum *input, int window)
{
    int64_t *sums = ph_calloc((size_t)window, sizeof *sums);
    CU_ASSERT_FATAL(sums != NULL);
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < list[r].count; i++)
            sums[synapses[list[r].first + i].slot] += synapses[list[r].first + i].weight;
    int wrong = 0;
    for (int s = 0; s < window; s++)
        wrong += (ph_usum)sums[s] != (ph_usum)input[s];
    CU_ASSERT_EQUAL(wrong, 0);
    ph_free(sums);
}

static void every_kernel_adds(const ph_scatter_run *list, size_t n, int window)
{
    int n_kernels, tried = 0;
    const ph_scatter_kernel *kernels = ph_scatter_kernels(&n_kernels);
    CU_ASSERT(n_kernels <= PH_SCATTER_KERNELS_MOST);
    for (int k = 0; k < n_kernels; k++) {
        if (kernels[k].needs > ph_isa_level()) {
            printf("\n    not on this processor: %s", kernels[k].name);
            continue;
        }
        ph_sum *input = ph_calloc((size_t)window, sizeof *input);
        CU_ASSERT_FATAL(input != NULL);
        kernels[k].add(synapses, list, n, input);
        expect_sums(list, n, input, window);
        ph_free(input);
        tried++;
    }
    CU_ASSERT(tried >= 4);
}

static void all_kernels_give_the_sums_of_a_plain_loop(void)
{
    fill(WINDOW);
    const ph_scatter_run all = {0, N};
    every_kernel_adds(&all, 1, WINDOW);
    ph_scatter_shuffle(3, n_runs, runs);
    every_kernel_adds(runs, n_runs, WINDOW);
    release();
}

/* Many synapses of a vector meet in one slot: what conflict detection is for. */
static void all_kernels_add_up_what_meets_in_a_slot(void)
{
    fill(NARROW);
    for (int i = 0; i < N; i += 3)
        synapses[i].slot = 5;
    const ph_scatter_run all = {0, N};
    every_kernel_adds(&all, 1, NARROW);
    every_kernel_adds(runs, n_runs, NARROW);
    release();
}

/* Runs of one synapse and runs that begin and end anywhere in a cache line; a part of the buffer
 * that no run names stays out. */
static void all_kernels_keep_to_the_runs(void)
{
    fill(WINDOW);
    const ph_scatter_run odd[] = {{1, 1}, {17, 15}, {40, 33}, {77, 16}, {N - 1, 1}, {0, 1},
                                  {1001, 1}, {50000, 99}};
    every_kernel_adds(odd, sizeof odd / sizeof odd[0], WINDOW);
    release();
}

/* What delivery adds when fewer than a group are left: so many, and nothing of those behind. */
static void the_rest_of_a_group_is_added_alone(void)
{
    fill(WINDOW);
    for (size_t n = 0; n < PH_GROUP; n++) {
        ph_usum sums[PH_GROUP] = {0}; /* one slot a synapse */
        ph_synapse group[PH_GROUP];
        for (size_t i = 0; i < PH_GROUP; i++)
            group[i] = (ph_synapse){(uint16_t)i, synapses[i + n].weight};
        ph_add_rest(group, n, sums);
        for (size_t i = 0; i < PH_GROUP; i++)
            CU_ASSERT_EQUAL((ph_sum)sums[i], i < n ? group[i].weight : 0);
    }
    release();
}

static void buffers_are_like_rows(void)
{
    fill(WINDOW);
    size_t next = 0, shortest = N, longest = 0;
    int descents = 0, largest = 0;
    for (size_t r = 0; r < n_runs; r++) {
        CU_ASSERT_EQUAL(runs[r].first, next);
        next += runs[r].count;
        if (r + 1 < n_runs && runs[r].count < shortest)
            shortest = runs[r].count;
        longest = runs[r].count > longest ? runs[r].count : longest;
        for (size_t i = 1; i < runs[r].count; i++) {
            const ph_synapse *at = &synapses[runs[r].first + i];
            descents += at->slot < at[-1].slot;
            largest = at->slot > largest ? at->slot : largest;
        }
    }
    CU_ASSERT_EQUAL(next, N);
    CU_ASSERT_EQUAL(descents, 0);
    CU_ASSERT(shortest >= 100 && shortest < 120 && longest > 1700 && longest <= 2000);
    CU_ASSERT(largest < WINDOW && largest > WINDOW - 50);

    ph_scatter_run *moved = ph_calloc(n_runs, sizeof *moved);
    CU_ASSERT_FATAL(moved != NULL);
    memcpy(moved, runs, n_runs * sizeof *moved);
    ph_scatter_shuffle(3, n_runs, moved);
    size_t sum = 0, in_place = 0;
    for (size_t r = 0; r < n_runs; r++) {
        sum += moved[r].count;
        in_place += moved[r].first == runs[r].first;
    }
    CU_ASSERT_EQUAL(sum, N);
    CU_ASSERT(in_place < n_runs / 10);
    ph_free(moved);
    release();
}

/* Of a machine, whatever runs on it: memory that a plan can afford. */
static void measuring_after_a_run_takes_little(void)
{
    const double MiB = 1048576;
    CU_ASSERT((double)ph_limit_bytes(1, 2) >= 64 * MiB && (double)ph_limit_bytes(1, 2) < 70 * MiB);
    CU_ASSERT((double)ph_limit_bytes(64, 2) < 5 * MiB);
    for (int ranks = 1; ranks <= 32; ranks *= 2)
        for (int threads = 1; ranks * threads <= 32; threads *= 2)
            CU_ASSERT((double)ph_limit_bytes(ranks, threads) * ranks * threads < 280 * MiB);
}

int main(void)
{
    static const suite_test tests[] = {
        {"all kernels give the sums of a plain loop", all_kernels_give_the_sums_of_a_plain_loop},
        {"all kernels add up what meets in a slot", all_kernels_add_up_what_meets_in_a_slot},
        {"all kernels keep to the runs", all_kernels_keep_to_the_runs},
        {"the rest of a group is added alone", the_rest_of_a_group_is_added_alone},
        {"buffers are like rows", buffers_are_like_rows},
        {"measuring after a run takes little", measuring_after_a_run_takes_little},
    };
    return suite_run("bench", tests, (int)(sizeof tests / sizeof tests[0]));
}
