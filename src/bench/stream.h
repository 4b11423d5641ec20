/* SPDX-License-Identifier: Apache-2.0 */
/* Memory bandwidth and the threads' barrier. */
#ifndef PHASIC_BENCH_STREAM_H
#define PHASIC_BENCH_STREAM_H

#include "comm/comm.h"

/* Bytes a second of one rank's threads together, as STREAM counts them: what the loop names, not
 * what a cache fetches before it writes. */
typedef struct ph_stream {
    double read;  /* sum of a */
    double copy;  /* a = b */
    double triad; /* a = b + s c */
} ph_stream;

/** @brief Measure the bandwidth with all threads of all ranks at once: mean over ranks of each
 *  rank's best pass. Collective on comm.
 *  @param bytes of each of the three arrays of a thread, far more than its caches */
ph_status ph_stream_measure(const ph_comm *comm, int threads, size_t bytes, ph_stream *out);

/** @brief Time of one round of the barrier of the time loop, in microseconds: the mean of the best
 *  batch. Collective on comm; ranks measure at once, the largest counts. @param spin as of
 *  ph_barrier_create */
ph_status ph_barrier_measure(const ph_comm *comm, int threads, int spin, double *microseconds);

#endif
