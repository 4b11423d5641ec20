/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of exponential decay over whole steps. */
#include "plasticity/decay.h"

#include <phasic/math.h>
#include "base/memory.h"

#define LN_SMALLEST 69.0 /* exp(-69) is about 1e-30: below it a trace is 0 */

ph_status ph_decay_create(double tau, double h, ph_step longest, ph_decay **out)
{
    ph_decay *decay;
    PH_ALLOC(decay, 1);
    *out = decay;
    decay->tau = tau;
    decay->h = h;
    double last = LN_SMALLEST * tau / h;
    decay->n = last < (double)longest ? (ph_step)last + 1 : longest + 1;
    PH_ALLOC(decay->table, decay->n + 1);
    for (ph_step i = 0; i < decay->n; i++)
        decay->table[i] = (ph_real)ph_exp(-(double)i * h / tau);
    return PH_OK;
}

void ph_decay_destroy(ph_decay **decay)
{
    if (!*decay)
        return;
    ph_free((*decay)->table);
    ph_free(*decay);
    *decay = NULL;
}
