/* SPDX-License-Identifier: Apache-2.0 */
/* The barrier of a rank's threads: a bounded spin where there is a core for each thread, then, or
 * at once where there is not, sleep until woken. */
#ifndef PHASIC_SIM_BARRIER_H
#define PHASIC_SIM_BARRIER_H

#include <phasic/status.h>

typedef struct ph_barrier ph_barrier;

/** @brief Make a barrier. Not collective. @param threads that meet @param spin 1 when each thread
 *  of each rank on this machine has a core of its own */
ph_status ph_barrier_create(int threads, int spin, ph_barrier **barrier);

/** @brief Wait until all threads have come. Not collective over ranks; all threads of the rank. */
void ph_barrier_wait(ph_barrier *barrier);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_barrier_destroy(ph_barrier **barrier);

#endif
