/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring the scatter-add kernels on buffers like the rows of a network. */
#include "bench/scatter.h"

#include "base/clock.h"
#include <phasic/math.h>
#include "base/memory.h"
#include "base/random.h"

#include <omp.h>

#define SHORTEST 100 /* synapses of a run */
#define LONGEST 2000
#define WINDOW_LEAST 1024 /* slots: in a smaller one additions wait for those before */

/* --- buffers ---------------------------------------------------------------------------------- */

/* Lengths are spread evenly over their logarithm, as there are more short runs than long ones. */
static size_t run_length(int window, uint32_t bits)
{
    double low = window < SHORTEST ? window : SHORTEST, high = window < LONGEST ? window : LONGEST;
    return (size_t)(low * ph_exp(ph_random_unit(bits) * ph_log(high / low)));
}

size_t ph_scatter_fill(int window, int id, size_t n, ph_synapse *synapses, ph_scatter_run *runs)
{
    size_t n_runs = 0;
    ph_random4 bits = {{0}};
    for (size_t first = 0; first < n; n_runs++) {
        ph_random4 length = ph_random(1, PH_PURPOSE_BENCH, id, 1, (int64_t)n_runs, 0);
        size_t count = run_length(window, length.v[0]);
        if (count > n - first)
            count = n - first;
        runs[n_runs] = (ph_scatter_run){first, count};
        for (size_t i = 0; i < count; i++) {
            size_t k = first + i;
            if (k % 4 == 0)
                bits = ph_random(1, PH_PURPOSE_BENCH, id, 0, (int64_t)(k / 4), 0);
            uint32_t word = bits.v[k % 4];
            /* Somewhere in its share of the window: ascending, with multapses where it is full. */
            uint64_t place = ((uint64_t)i << 16 | (word & 0xffff)) * (uint64_t)window / count;
            synapses[k] = (ph_synapse){(uint16_t)(place >> 16), (ph_weight)(int16_t)(word >> 16)};
        }
        first += count;
    }
    return n_runs;
}

void ph_scatter_shuffle(int id, size_t n, ph_scatter_run *runs)
{
    for (size_t i = n; i > 1; i--) {
        ph_random4 bits = ph_random(1, PH_PURPOSE_BENCH, id, 2, (int64_t)i, 0);
        size_t other = ph_random_below(bits.v[0], bits.v[1], (uint32_t)i);
        ph_scatter_run moved = runs[i - 1];
        runs[i - 1] = runs[other];
        runs[other] = moved;
    }
}

/* What a thread works on. */
typedef struct buffer {
    size_t n, n_runs;
    ph_synapse *synapses;
    ph_scatter_run *runs;  /* in random order */
    ph_scatter_run all;    /* the whole of it as one run */
    ph_sum *input;
} buffer;

static ph_status make_buffer(const ph_scatter_plan *plan, int window, int id, buffer *b)
{
    b->n = plan->bytes / sizeof(ph_synapse);
    PH_ALLOC(b->synapses, b->n);
    PH_ALLOC(b->runs, b->n / SHORTEST + 2);
    PH_ALLOC(b->input, window);
    b->n_runs = ph_scatter_fill(window, id, b->n, b->synapses, b->runs);
    ph_scatter_shuffle(id, b->n_runs, b->runs);
    b->all = (ph_scatter_run){0, b->n};
    return PH_OK;
}

static void free_buffer(buffer *b)
{
    ph_free(b->synapses);
    ph_free(b->runs);
    ph_free(b->input);
}

/* --- measuring -------------------------------------------------------------------------------- */

/* One pass of all threads together. @return updates a second of one of them */
static double pass(const ph_scatter_kernel *kernel, ph_scatter_order order, buffer *buffers,
                   int threads)
{
    double begin = 0, end = 0;
#pragma omp parallel num_threads(threads)
    {
        buffer *b = &buffers[omp_get_thread_num()];
        int whole = order == PH_SCATTER_SEQUENTIAL;
#pragma omp barrier
#pragma omp master
        begin = ph_clock();
        kernel->add(b->synapses, whole ? &b->all : b->runs, whole ? 1 : b->n_runs, b->input);
#pragma omp barrier
#pragma omp master
        end = ph_clock();
    }
    return (double)buffers[0].n / (end - begin);
}

/* The kernels take turns, so that a disturbance of the machine does not hit one of them alone. */
static ph_status measure(const ph_comm *comm, const ph_scatter_plan *plan, buffer *buffers,
                         ph_scatter *out)
{
    int n;
    const ph_scatter_kernel *kernels = ph_scatter_kernels(&n);
    for (int p = 0; p < plan->passes; p++)
        for (int k = 0; k < n; k++)
            for (ph_scatter_order o = 0; o < PH_SCATTER_ORDERS; o++) {
                if (plan->fast && !kernels[k].is_fast)
                    continue;
                PH_TRY(ph_comm_barrier(comm));
                if (kernels[k].needs > ph_isa_level()) /* perhaps on this rank alone */
                    continue;
                double rate = pass(&kernels[k], o, buffers, plan->threads);
                if (rate > out->rate[o][k])
                    out->rate[o][k] = rate;
            }
    for (ph_scatter_order o = 0; o < PH_SCATTER_ORDERS; o++) {
        PH_TRY(ph_comm_sum_reals(comm, out->rate[o], n));
        for (int k = 0; k < n; k++) {
            out->rate[o][k] /= ph_comm_ranks(comm);
            if (out->rate[o][k] > out->rate[o][out->best[o]])
                out->best[o] = k;
        }
    }
    return PH_OK;
}

ph_status ph_scatter_measure(const ph_comm *comm, const ph_scatter_plan *plan, ph_scatter *out)
{
    int window = plan->window < WINDOW_LEAST ? WINDOW_LEAST : plan->window, failed = 0;
    *out = (ph_scatter){.window = window, .bytes = plan->bytes};
    buffer *buffers;
    PH_ALLOC(buffers, plan->threads);
    /* Each thread fills its own, so that the pages lie near it. */
#pragma omp parallel num_threads(plan->threads) reduction(+ : failed)
    {
        int t = omp_get_thread_num();
        failed += make_buffer(plan, window, ph_comm_rank(comm) * plan->threads + t, &buffers[t]) !=
                  PH_OK;
    }
    double any = failed;
    ph_status status = ph_comm_max(comm, &any, 1);
    if (status == PH_OK && any > 0)
        out->best[0] = out->best[1] = -1;
    else if (status == PH_OK)
        status = measure(comm, plan, buffers, out);
    for (int t = 0; t < plan->threads; t++)
        free_buffer(&buffers[t]);
    ph_free(buffers);
    return status;
}
