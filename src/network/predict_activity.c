/* SPDX-License-Identifier: Apache-2.0 */
/* What spikes take beside the network they travel on: lists that grow while a brain is active. */
#include "network/predict_activity.h"

#include "network/block.h"
#include "network/contexts.h"
#include "network/predict.h"

#include <math.h>

/* Of a list that doubles from 16 on, and once held the most of many draws of a Poisson mean. */
static double list_room(double mean)
{
    double most = mean + 4 * sqrt(mean), items = 16;
    while (items < most)
        items *= 2;
    return fmin(items, fmax(16, 1.5 * most)); /* on the mean of where the doubling ends */
}

/* The lists of a block's calendar, one for each coming step and kind. */
static double calendar_bytes(const ph_brain *brain, const ph_buckets_per_s per_s)
{
    double bytes = 0, step_s = brain->simulation.resolution * 1e-3;
    for (int kind = 0; kind <= PH_VISIT_KINDS; kind++)
        if (per_s[kind] > 0)
            bytes += list_room(per_s[kind] * step_s) *
                     (kind ? sizeof(ph_plastic_bucket) : sizeof(ph_bucket));
    return bytes * (double)ph_calendar_steps(ph_longest_delay(brain), brain->epoch);
}

/* Whether an earlier projection onto the same neurons has the same rule, and so, nearly always, the
 * same history of their spikes. */
static int has_history(const ph_brain *brain, int projection)
{
    const ph_projection *p = brain->projections[projection];
    for (int i = 0; i < projection; i++)
        if (brain->projections[i]->target.span.population == p->target.span.population &&
            brain->projections[i]->plasticity.type == p->plasticity.type)
            return 1;
    return 0;
}

/* A second of the spikes of all neurons that plastic synapses reach. */
static double history_bytes(const ph_brain *brain, const ph_layout *layout, int rank)
{
    double bytes = 0, step_s = brain->simulation.resolution * 1e-3;
    double keep_s = (double)(brain->sweep + 2 * brain->beat) * step_s;
    for (int i = 0; i < brain->n_projections; i++) {
        const ph_rule *rule = ph_projection_rule(brain->projections[i]);
        int population = brain->projections[i]->target.span.population;
        if (!rule || has_history(brain, i))
            continue;
        int64_t first, count;
        double spike = sizeof(ph_step);
        for (int k = 0; k < PH_TRACES && rule->post[k]; k++)
            spike += sizeof(ph_real);
        ph_layout_share(layout, brain, population, rank, &first, &count);
        bytes += (double)count * spike *
                 list_room(keep_s * ph_expected_rate(brain->populations[population]));
    }
    return bytes;
}

double ph_predict_activity(const ph_brain *brain, const ph_layout *layout, int rank,
                           const ph_buckets_per_s per_s)
{
    return ph_blocks_needed(brain, layout, rank) * calendar_bytes(brain, per_s) +
           history_bytes(brain, layout, rank);
}
