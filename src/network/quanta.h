/* SPDX-License-Identifier: Apache-2.0 */
/* The fixed-point quantum of each receptor port: a power of two set from declared weights only. */
#ifndef PHASIC_NETWORK_QUANTA_H
#define PHASIC_NETWORK_QUANTA_H

#include "model/brain.h"
#include <phasic/task.h>

typedef struct ph_quanta {
    double *quantum; /* population * PH_NEURON_PORTS + port: the unit of the port per quantum */
} ph_quanta;

/** @brief Choose the quanta, so that the largest declared weight of each port just fits.
 *  Not collective; the same on every rank.
 *  @param inputs,n_inputs Poisson inputs beside stimuli (the task's, the nuclei's drives)
 *  @param quanta out: owned by the caller */
ph_status ph_quanta_create(const ph_brain *brain, const ph_task_input *inputs, int n_inputs,
                           ph_quanta *quanta);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_quanta_destroy(ph_quanta *quanta);

/** @brief Index of a port of a population's model by name, -1 when there is none.
 *  Not collective. */
int ph_population_port(const ph_population *population, const char *receptor);

/** @brief Weight of a stimulus' spike under the region's scale: fewer inputs, each stronger, by
 *  1 / sqrt(scale) where a current keeps the mean, else by 1 / scale. Not collective. */
double ph_scaled_input_weight(const ph_region *region, const ph_population *population,
                              double weight);

/** @brief The bound w_max of a plastic projection, in the unit of its weight; 0 for a static one.
 *  Not collective. */
double ph_projection_w_max(const ph_projection *projection);

/** @brief The one function that rounds: x to the nearest integer, ties to even, |x| < 2^51.
 *  Not collective. */
static inline int64_t ph_round(double x)
{
    const double magic = 6755399441055744.0; /* 1.5 * 2^52 */
    return (int64_t)((x + magic) - magic);
}

#endif
