/* SPDX-License-Identifier: Apache-2.0 */
/* The threads that OpenMP gives. */
#ifndef PHASIC_BASE_THREADS_H
#define PHASIC_BASE_THREADS_H

#include <phasic/status.h>

/** @brief Make sure that parallel regions get the threads they ask for: waiting for one that never
 *  starts would not end. Not collective. @return PH_RESOURCE when OpenMP is limited to fewer */
ph_status ph_threads_check(int threads);

#endif
