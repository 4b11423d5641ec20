/* SPDX-License-Identifier: Apache-2.0 */
/* The stimuli, one file each, and the drawing of Poisson counts that several share. */
#ifndef PHASIC_STIMULUS_STIMULI_H
#define PHASIC_STIMULUS_STIMULI_H

#include "base/random.h"
#include <phasic/stimulus.h>

extern const ph_stimulus_type ph_stimulus_dc;
extern const ph_stimulus_type ph_stimulus_step_current;
extern const ph_stimulus_type ph_stimulus_noise;
extern const ph_stimulus_type ph_stimulus_spike_list;
extern const ph_stimulus_type ph_stimulus_poisson;

/* Times of stimuli count steps. */
#define PH_STEPPED_TIME "; a rest counts only until all is silent"

#define PH_POISSON_MOST 24 /* largest count with a threshold: the tail beyond is below 2^-47 */
#define PH_POISSON_MEAN 3.0 /* largest mean of a table */

/* Cumulative distribution of a Poisson count in units of 2^-48. */
typedef struct ph_poisson_table {
    int n;                               /* counts that have a threshold */
    int n_upper;                         /* of them: those whose upper 16 bits are below 0xffff */
    int16_t upper[PH_POISSON_MOST + 1];  /* upper 16 bits of `below`, minus 2^15 */
    uint64_t below[PH_POISSON_MOST + 1]; /* P(count <= k) 2^48 */
} ph_poisson_table;

/** @brief Tabulate a Poisson distribution. Not collective. @param mean of the count,
 *  at most PH_POISSON_MEAN */
void ph_poisson_prepare(double mean, ph_poisson_table *table);

/** @brief Add the weight times a Poisson count to each neuron's input. 16 random bits decide nearly
 *  every draw, eight steps from one call of the generator; where they fall on a threshold, 32 more
 *  are drawn.
 *  Not collective. @param step its fields seed, stream, step, gid, stride, n, weight, in, drawn and
 *  buffer are used */
void ph_poisson_add(const ph_poisson_table *table, const ph_stimulus_step *step);

/* A neuron whose rate is its own. */
typedef struct ph_poisson_cell {
    int index;  /* of the neuron */
    float zero; /* probability of no spike in a step, exp(-mean) */
    float mean; /* of the count in a step */
} ph_poisson_cell;

/** @brief The same with a rate of each neuron's own, as the task sets it; only neurons with a rate
 *  are listed. The buffer is drawn anew when *step->drawn is set to -1.
 *  Not collective. @param cells n neurons @param purpose of the draws */
void ph_poisson_add_each(const ph_poisson_cell *cells, int n, ph_purpose purpose,
                         const ph_stimulus_step *step);

#endif
