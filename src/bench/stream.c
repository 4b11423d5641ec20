/* SPDX-License-Identifier: Apache-2.0 */
/* Bandwidth by read, copy and triad, and rounds of the barrier. */
#include "bench/stream.h"

#include "base/clock.h"
#include "base/memory.h"
#include "sim/barrier.h"

#include <omp.h>

#define PASSES 5
#define ROUNDS 2000 /* of the barrier in a batch */
#define BATCHES 5

typedef struct arrays {
    size_t n;
    double *a, *b, *c;
    double sum; /* keeps the compiler from leaving out the reads */
} arrays;

static ph_status make_arrays(size_t bytes, arrays *x)
{
    x->n = bytes / sizeof *x->a;
    PH_ALLOC(x->a, x->n);
    PH_ALLOC(x->b, x->n);
    PH_ALLOC(x->c, x->n);
    return PH_OK;
}

static void free_arrays(arrays *x)
{
    ph_free(x->a);
    ph_free(x->b);
    ph_free(x->c);
}

/* Eight sums, since one would wait for its own additions. */
static void read_all(arrays *x)
{
    double sums[8] = {0};
    for (size_t i = 0; i + 8 <= x->n; i += 8)
        for (int k = 0; k < 8; k++)
            sums[k] += x->a[i + (size_t)k];
    for (int k = 0; k < 8; k++)
        x->sum += sums[k];
}

static void copy(arrays *x)
{
    double *restrict a = x->a;
    const double *restrict b = x->b;
    for (size_t i = 0; i < x->n; i++)
        a[i] = b[i];
}

static void triad(arrays *x)
{
    double *restrict a = x->a;
    const double *restrict b = x->b, *restrict c = x->c;
    for (size_t i = 0; i < x->n; i++)
        a[i] = b[i] + 3.0 * c[i];
}

/* @return bytes a second of all threads, when the loop names `words` arrays */
static double pass(void (*loop)(arrays *), int words, arrays *x, int threads)
{
    double begin = 0, end = 0;
#pragma omp parallel num_threads(threads)
    {
#pragma omp barrier
#pragma omp master
        begin = ph_clock();
        loop(&x[omp_get_thread_num()]);
#pragma omp barrier
#pragma omp master
        end = ph_clock();
    }
    return (double)x->n * sizeof(double) * words * threads / (end - begin);
}

static ph_status measure(const ph_comm *comm, arrays *x, int threads, ph_stream *out)
{
    static const struct {
        void (*loop)(arrays *);
        int words;
    } loops[] = {{read_all, 1}, {copy, 2}, {triad, 3}};
    double best[3] = {0};
    for (int p = 0; p < PASSES; p++)
        for (int l = 0; l < 3; l++) {
            PH_TRY(ph_comm_barrier(comm));
            double rate = pass(loops[l].loop, loops[l].words, x, threads);
            if (rate > best[l])
                best[l] = rate;
        }
    PH_TRY(ph_comm_sum_reals(comm, best, 3));
    int ranks = ph_comm_ranks(comm);
    *out = (ph_stream){best[0] / ranks, best[1] / ranks, best[2] / ranks};
    return PH_OK;
}

ph_status ph_stream_measure(const ph_comm *comm, int threads, size_t bytes, ph_stream *out)
{
    arrays *x;
    int failed = 0;
    PH_ALLOC(x, threads);
#pragma omp parallel num_threads(threads) reduction(+ : failed)
    failed += make_arrays(bytes, &x[omp_get_thread_num()]) != PH_OK;
    ph_status status = PH_OK;
    if (failed)
        status = ph_error(PH_RESOURCE, "no memory for 3 arrays of %zu bytes for each of %d threads",
                          bytes, threads);
    status = ph_comm_agree(comm, status);
    if (status == PH_OK)
        status = measure(comm, x, threads, out);
    for (int t = 0; t < threads; t++)
        free_arrays(&x[t]);
    ph_free(x);
    return status;
}

/* @return seconds a round */
static double batch(ph_barrier *barrier, int threads)
{
    double begin = ph_clock();
#pragma omp parallel num_threads(threads)
    for (int r = 0; r < ROUNDS; r++)
        ph_barrier_wait(barrier);
    return (ph_clock() - begin) / ROUNDS;
}

ph_status ph_barrier_measure(const ph_comm *comm, int threads, int spin, double *microseconds)
{
    ph_barrier *barrier = NULL;
    PH_TRY(ph_comm_agree(comm, ph_barrier_create(threads, spin, &barrier)));
    *microseconds = 1e6 * batch(barrier, threads);
    for (int b = 1; b < BATCHES; b++) {
        double time = 1e6 * batch(barrier, threads);
        if (time < *microseconds)
            *microseconds = time;
    }
    ph_barrier_destroy(&barrier);
    return ph_comm_max(comm, microseconds, 1);
}
