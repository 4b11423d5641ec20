/* SPDX-License-Identifier: Apache-2.0 */
/* After a run: how fast delivery was, and how fast the same threads can add at all. */
#include "cli/run.h"

#include "base/memory.h"
#include "bench/scatter.h"

/* About 0.3 s with cores to itself, so a run that was not much longer goes without. */
#define SHORTEST_S 1.0
#define PASSES 3
#define BYTES ((size_t)64 << 20)       /* of synapses of a thread: far more than its caches; */
#define BYTES_HERE ((size_t)256 << 20) /* where they are many, those of all on a machine, */
#define BYTES_LEAST ((size_t)4 << 20)  /* but so many of each */
#define OVERHEAD 1.05                  /* runs and windows that come with synapses */
#define WINDOW_MOST 65536        /* slots that a synapse can name */

static size_t synapse_bytes(int ranks, int threads)
{
    size_t share = BYTES_HERE / ((size_t)ranks * (size_t)threads);
    share = share < BYTES ? share : BYTES;
    return share > BYTES_LEAST ? share : BYTES_LEAST;
}

size_t ph_limit_bytes(int ranks, int threads)
{
    return (size_t)(OVERHEAD * (double)synapse_bytes(ranks, threads));
}

ph_status ph_run_limit(const ph_comm *comm, ph_summary *s)
{
    double thread_s = s->stages_s[PH_STAGE_DELIVER] * s->ranks * s->threads;
    if (thread_s > 0)
        s->delivery.per_s = (double)s->synaptic_events / thread_s;
    /* After a resumption the first rank's times are those of all segments: all must agree. */
    int goes_without = !(thread_s > 0) || s->simulate_s < SHORTEST_S ||
                       !ph_comm_has_cores(comm, s->threads);
    double most[2] = {goes_without, ph_comm_ranks_here(comm)};
    PH_TRY(ph_comm_max(comm, most, 2));
    if (most[0] > 0)
        return PH_OK;
    ph_scatter_plan plan = {.threads = s->threads,
                            .window = s->delivery.window < WINDOW_MOST ? s->delivery.window
                                                                       : WINDOW_MOST,
                            .bytes = synapse_bytes((int)most[1], s->threads),
                            .passes = PASSES,
                            .fast = 1};
    ph_scatter measured;
    ph_memory_trim(); /* of the merge */
    PH_TRY(ph_scatter_measure(comm, &plan, &measured));
    if (measured.best[PH_SCATTER_SEQUENTIAL] < 0)
        return PH_OK;
    int n;
    const ph_scatter_kernel *kernels = ph_scatter_kernels(&n);
    const int *best = measured.best;
    s->delivery.limit_per_s = measured.rate[PH_SCATTER_SEQUENTIAL][best[PH_SCATTER_SEQUENTIAL]];
    s->delivery.limit_kernel = kernels[best[PH_SCATTER_SEQUENTIAL]].name;
    s->delivery.buckets_per_s = measured.rate[PH_SCATTER_BUCKETS][best[PH_SCATTER_BUCKETS]];
    s->delivery.buckets_kernel = kernels[best[PH_SCATTER_BUCKETS]].name;
    s->delivery_limit_share = s->delivery.per_s / s->delivery.limit_per_s;
    return PH_OK;
}
