/* SPDX-License-Identifier: Apache-2.0 */
/* A monotonic clock, for the times of stages. */
#ifndef PHASIC_BASE_CLOCK_H
#define PHASIC_BASE_CLOCK_H

/** @brief Processor time of all threads of this process, s. Not collective. */
double ph_clock_processor(void);

/** @brief Seconds since some moment. Not collective; any thread. */
double ph_clock(void);

/** @brief Largest resident memory of this process so far, bytes. Not collective. */
long long ph_peak_rss(void);

/** @brief Resident memory of this process now, bytes; 0 where the system does not tell.
 *  Not collective. */
long long ph_rss(void);

#endif
