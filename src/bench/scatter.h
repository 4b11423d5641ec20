/* SPDX-License-Identifier: Apache-2.0 */
/* How many scatter-add updates a second this machine can make: the limit of delivery. */
#ifndef PHASIC_BENCH_SCATTER_H
#define PHASIC_BENCH_SCATTER_H

#include "bench/kernels.h"
#include "comm/comm.h"

#define PH_SCATTER_MICROCIRCUIT 38600 /* slots: half a cortical microcircuit of 77,169 neurons */

/* In which order the runs of the buffer are read. */
typedef enum ph_scatter_order {
    PH_SCATTER_SEQUENTIAL, /* as they lie: the limit that runs are held against */
    PH_SCATTER_BUCKETS,    /* at random places, as spikes ask for them */
    PH_SCATTER_ORDERS
} ph_scatter_order;

typedef struct ph_scatter_plan {
    int threads;  /* of this rank, all at once */
    int window;   /* slots of the input array of each thread */
    size_t bytes; /* of synapses of each thread */
    int passes;   /* of which the best counts */
    int fast;     /* 1: only the kernels that are the best somewhere */
} ph_scatter_plan;

typedef struct ph_scatter {
    int window;                 /* slots, as measured */
    size_t bytes;               /* of synapses of a thread */
    double rate[PH_SCATTER_ORDERS][PH_SCATTER_KERNELS_MOST]; /* updates a second, of a thread (mean
                                   over all threads of all ranks); 0: not measured */
    int best[PH_SCATTER_ORDERS]; /* index of the kernel; -1: no memory for it */
} ph_scatter;

/** @brief Measure, with all threads of all ranks at once. Collective on comm; the same figures on
 *  every rank. Without memory for the buffers, best is -1 on every rank and there is no error.
 *  @param plan the same on every rank */
ph_status ph_scatter_measure(const ph_comm *comm, const ph_scatter_plan *plan, ph_scatter *out);

/** @brief Fill a buffer with n synapses: runs of 100 to 2,000 (never more than the window has
 *  slots), ascending slots within a run. Not collective; any thread.
 *  @param id of the thread, for its random numbers @param runs out: room for n / 100 + 2 (with a
 *  window below 100 slots, n / window + 2) @return the number of runs */
size_t ph_scatter_fill(int window, int id, size_t n, ph_synapse *synapses, ph_scatter_run *runs);

/** @brief Put runs in a random order. Not collective; any thread. */
void ph_scatter_shuffle(int id, size_t n, ph_scatter_run *runs);

#endif
