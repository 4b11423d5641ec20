/* SPDX-License-Identifier: Apache-2.0 */
/* After a run: how fast delivery was, and how fast the same threads can add at all. */
#include "cli/run.h"

#include "bench/scatter.h"

/* About 0.3 s with cores to itself, so a run that was not much longer goes without. */
#define SHORTEST_S 1.0
#define PASSES 3
#define BYTES ((size_t)64 << 20) /* of synapses of a thread: far more than its caches */
#define WINDOW_MOST 65536        /* slots that a synapse can name */

ph_status ph_run_limit(const ph_comm *comm, ph_summary *s)
{
    double thread_s = s->stages_s[PH_STAGE_DELIVER] * s->ranks * s->threads;
    if (thread_s > 0)
        s->delivery.per_s = (double)s->synaptic_events / thread_s;
    /* After a resumption the first rank's times are those of all segments: all must agree. */
    double goes_without = !(thread_s > 0) || s->simulate_s < SHORTEST_S ||
                          !ph_comm_has_cores(comm, s->threads);
    PH_TRY(ph_comm_max(comm, &goes_without, 1));
    if (goes_without > 0)
        return PH_OK;
    ph_scatter_plan plan = {.threads = s->threads,
                            .window = s->delivery.window < WINDOW_MOST ? s->delivery.window
                                                                       : WINDOW_MOST,
                            .bytes = BYTES,
                            .passes = PASSES,
                            .fast = 1};
    ph_scatter measured;
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
