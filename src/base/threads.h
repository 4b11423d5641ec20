/* SPDX-License-Identifier: Apache-2.0 */
/* The threads that OpenMP gives, and the cpus that they run on. */
#ifndef PHASIC_BASE_THREADS_H
#define PHASIC_BASE_THREADS_H

#include "base/cpus.h"

#include <phasic/status.h>

/** @brief Make sure that parallel regions get the threads they ask for: waiting for one that never
 *  starts would not end. Not collective. @return PH_RESOURCE when OpenMP is limited to fewer */
ph_status ph_threads_check(int threads);

/** @brief The cpus that the threads of this process may run on. Not collective.
 *  @param allowed out: empty where the system does not tell */
void ph_threads_allowed(ph_cpu_set *allowed);

/** @brief The cpus that the calling thread may run on. Not collective.
 *  @param mine out: empty where the system does not tell */
void ph_threads_mine(ph_cpu_set *mine);

/** @brief Let the calling thread run on these alone. Not collective.
 *  @return 1; 0 when the system refuses: all is as it was */
int ph_threads_keep_to(const ph_cpu_set *cpus);

/** @brief Whether the user wants threads to keep to their cpus: 1 (OMP_PROC_BIND), 0 (that is
 *  `false`, or places are given by hand, by OMP_PLACES), -1 (nothing is said). Not collective. */
int ph_threads_wish_pinned(void);

/** @brief Undo what OpenMP has done for OMP_PROC_BIND to the calling thread before the program
 *  began, so that threads that it starts are not bound with it. Not collective. */
void ph_threads_unbind(void);

/** @brief Put each thread of parallel regions of so many onto a cpu. Not collective.
 *  @param cpus the system's numbers, one a thread
 *  @return 1; 0 when the system refuses any: none is pinned then */
int ph_threads_pin(int threads, const int *cpus);

/** @brief Let the calling thread run wherever threads might before they were pinned: for one that
 *  a pinned thread has started. Not collective. */
void ph_threads_roam(void);

/** @brief Let all threads do so again. Not collective. */
void ph_threads_unpin(int threads);

#endif
