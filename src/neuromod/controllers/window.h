/* SPDX-License-Identifier: Apache-2.0 */
/* The rate of a population over the last beats, from its counts. */
#ifndef PHASIC_NEUROMOD_CONTROLLERS_WINDOW_H
#define PHASIC_NEUROMOD_CONTROLLERS_WINDOW_H

#include <stdint.h>

#define PH_WINDOW_BEATS 4096 /* longest window */

/* Zeros are an empty past. */
typedef struct ph_window_counts {
    int64_t counts[PH_WINDOW_BEATS]; /* ring by beat */
    int64_t beat;                    /* number of the last one */
} ph_window_counts;

/** @brief Take in the count of a beat. Not collective. */
void ph_window_add(ph_window_counts *window, int64_t count);

/** @brief Mean rate of a cell over the last beats, Hz. Not collective.
 *  @param cells of the population @param ms rounded to beats, 1 to PH_WINDOW_BEATS */
double ph_window_rate(const ph_window_counts *window, int64_t cells, double ms, double beat_ms);

#endif
