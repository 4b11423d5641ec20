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

#define PH_POISSON_MOST 15 /* largest count drawn from the table; its tail is below 2^-48 */

/* Cumulative distribution of a Poisson count in units of 2^-48. */
typedef struct ph_poisson_table {
    int n;                              /* counts that have a threshold */
    uint64_t below[PH_POISSON_MOST + 1]; /* P(count <= k) 2^48 */
} ph_poisson_table;

/** @brief Tabulate a Poisson distribution. Not collective. @param mean of the count, <= 2 */
void ph_poisson_prepare(double mean, ph_poisson_table *table);

/** @brief Add the weight times a Poisson count to each neuron's input. 16 random bits decide nearly
 *  every draw, eight steps from one call of the generator; where they fall on a threshold, 32 more
 *  are drawn.
 *  Not collective. @param step its fields seed, stream, step, gid, stride, n, weight, in, drawn and
 *  buffer are used */
void ph_poisson_add(const ph_poisson_table *table, const ph_stimulus_step *step);

/** @brief The same with a rate of each neuron's own, as the task sets it.
 *  Not collective. @param purpose of the draws @param zero n probabilities of no spike, exp(-mean)
 *  @param mean n means of the count */
void ph_poisson_add_each(const float *zero, const float *mean, ph_purpose purpose,
                         const ph_stimulus_step *step);

#endif
