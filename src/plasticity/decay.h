/* SPDX-License-Identifier: Apache-2.0 */
/* exp(-n h / tau) for whole steps n, by table. */
#ifndef PHASIC_PLASTICITY_DECAY_H
#define PHASIC_PLASTICITY_DECAY_H

#include <phasic/plasticity.h>
#include <phasic/status.h>
#include <phasic/types.h>

/* Longer intervals than the table's underflow to 0: nothing relies on subnormals. */
struct ph_decay {
    double tau;     /* ms */
    double h;       /* ms */
    ph_step n;      /* entries of the table */
    ph_real *table; /* exp(-i h / tau), n of them, then 0 */
};

/** @brief Tabulate until the factor is below 1e-30 or for `longest` steps, whichever is less.
 *  Not collective. @param tau ms, > 0 @param h resolution, ms @param longest interval asked for */
ph_status ph_decay_create(double tau, double h, ph_step longest, ph_decay **decay);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_decay_destroy(ph_decay **decay);

/** @brief The factor for n >= 0 steps. Not collective. */
static inline ph_real ph_decay_factor(const ph_decay *decay, ph_step n)
{
    return decay->table[n < decay->n ? n : decay->n];
}

#endif
