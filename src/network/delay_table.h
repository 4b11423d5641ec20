/* SPDX-License-Identifier: Apache-2.0 */
/* Delays of a projection by their 32-bit draws. A delay in steps never falls when the bits rise, so
 * it is tabulated once: where each step begins, and a guide from the upper bits into that list. The
 * table gives what the distribution gives, at a fraction of the time. */
#ifndef PHASIC_NETWORK_DELAY_TABLE_H
#define PHASIC_NETWORK_DELAY_TABLE_H

#include "model/brain.h"

#define PH_DELAY_OUT_OF_BOUNDS 0 /* no delay is 0: the draw is beyond the distribution's bounds */
#define PH_DELAY_GUIDE_BITS 10

typedef struct ph_delay_table {
    int n;             /* intervals */
    uint32_t *begin;   /* n: first bits of an interval */
    uint16_t *steps;   /* n: the delay of an interval, or PH_DELAY_OUT_OF_BOUNDS */
    uint16_t guide[1 << PH_DELAY_GUIDE_BITS]; /* interval of the first bits of each part */
} ph_delay_table;

/** @brief Tabulate a distribution of delays.
 *  Not collective. @param h resolution, ms @param table out: owned by the caller */
ph_status ph_delay_table_create(const ph_dist *delay, double h, ph_delay_table **table);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_delay_table_destroy(ph_delay_table **table);

/** @brief A delay in steps, rounded, at least 1. Not collective. @param delay,h ms */
uint16_t ph_delay_steps(double delay, double h);

/** @brief The delay of a draw in steps, or PH_DELAY_OUT_OF_BOUNDS. Not collective. */
static inline uint16_t ph_delay_table_look_up(const ph_delay_table *table, uint32_t bits)
{
    int i = table->guide[bits >> (32 - PH_DELAY_GUIDE_BITS)];
    while (i + 1 < table->n && bits >= table->begin[i + 1])
        i++;
    return table->steps[i];
}

#endif
