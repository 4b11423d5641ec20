/* SPDX-License-Identifier: Apache-2.0 */
/* Stimuli that a run never comes to. */
#include "cli/run.h"

#include "cli/length.h"
#include "network/contexts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* When a stimulus first does something, ms. */
static double begin_of(const ph_variant *stimulus)
{
    const ph_table *table = stimulus->type->params;
    double begin = ph_param_value(stimulus, "start");
    for (int i = 0; i < table->count; i++) {
        if (table->params[i].kind != PH_KIND_REALS || strcmp(table->params[i].name, "times") != 0)
            continue;
        ph_reals times;
        memcpy(&times, (const char *)stimulus->params + table->params[i].offset, sizeof times);
        begin = INFINITY;
        for (int k = 0; k < times.count; k++)
            begin = fmin(begin, times.items[k]);
    }
    return isfinite(begin) ? begin : 0;
}

/* @param stepped_s what is simulated; below 0: begins are only counted
 * @return how many stimuli begin after the begin of a run */
static int warn(const ph_brain *brain, double stepped_s)
{
    int n = 0;
    for (int p = 0; p < brain->n_populations; p++) {
        const ph_named_variant *items = brain->populations[p]->stimuli.items;
        for (int s = 0; s < brain->populations[p]->stimuli.count; s++) {
            double begin_s = begin_of(&items[s].variant) * 1e-3;
            n += begin_s > 0;
            if (stepped_s >= 0 && begin_s > 0 && begin_s >= stepped_s)
                printf("warning: %s: the stimulus %s begins at %g s, when the run is over: it "
                       "simulates %g s, in which a rest counts only until all is silent\n",
                       brain->populations[p]->address, items[s].item.name, begin_s, stepped_s);
        }
    }
    return n;
}

/* A run that starts from another's state goes on from its time. */
ph_status ph_check_stimuli(const ph_brain *brain)
{
    ph_length length;
    if (brain->start_from || warn(brain, -1) == 0)
        return PH_OK;
    PH_TRY(ph_length_of(brain, NAN, &length));
    if (isfinite(length.stepped_s))
        (void)warn(brain, length.stepped_s);
    return PH_OK;
}
