/* SPDX-License-Identifier: Apache-2.0 */
/* Rates and factors of neurons, from period to period. */
#include "plasticity/scaling.h"

#include <phasic/math.h>
#include "base/memory.h"

ph_status ph_scaling_create(int n, const ph_scaling_constants *constants, ph_scaling **out)
{
    ph_scaling *scaling;
    PH_ALLOC(scaling, 1);
    *out = scaling;
    scaling->constants = *constants;
    scaling->n = n;
    PH_ALLOC(scaling->rate, n);
    PH_ALLOC(scaling->factor, n);
    for (int i = 0; i < n; i++) {
        scaling->rate[i] = constants->rate;
        scaling->factor[i] = 1;
    }
    return PH_OK;
}

void ph_scaling_destroy(ph_scaling **scaling)
{
    if (!*scaling)
        return;
    ph_free((*scaling)->rate);
    ph_free((*scaling)->factor);
    ph_free(*scaling);
    *scaling = NULL;
}

void ph_scaling_follow(ph_scaling *scaling, const int32_t *spikes, double ms)
{
    const ph_scaling_constants *c = &scaling->constants;
    double left = ph_exp(-ms / c->tau_rate);
    for (int i = 0; i < scaling->n; i++) {
        /* The period's spikes, spread evenly over it. */
        scaling->rate[i] = scaling->rate[i] * left + spikes[i] / (ms * 1e-3) * (1 - left);
        double factor = scaling->factor[i] * ph_exp(ms / c->tau * (1 - scaling->rate[i] / c->rate));
        scaling->factor[i] = factor < c->min ? c->min : factor > c->max ? c->max : factor;
    }
}
