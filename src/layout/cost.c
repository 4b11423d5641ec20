/* SPDX-License-Identifier: Apache-2.0 */
/* Expected numbers of synapses, from the description alone. */
#include "layout/layout.h"

#include "network/connect.h"

double ph_expected_synapses(const ph_brain *brain, const ph_projection *projection)
{
    double targets = (double)projection->target.span.count;
    double sources = (double)projection->source.span.count;
    const ph_population *target = brain->populations[projection->target.span.population];
    const ph_region *region = (const ph_region *)brain->regions.items + target->region;
    if (region->channels.count > 1 && projection->channels == PH_CHANNELS_SAME)
        sources /= region->channels.count;
    if (region->channels.count > 1 && projection->channels == PH_CHANNELS_OTHER)
        sources -= sources / region->channels.count;
    const ph_descriptor *rule = projection->connect.type;
    if (rule == &ph_connect_fixed_indegree)
        return targets *
               (double)((const ph_connect_fixed_indegree_params *)projection->connect.params)
                   ->indegree;
    if (rule == &ph_connect_fixed_total_number)
        return (double)((const ph_connect_fixed_total_params *)projection->connect.params)->total;
    if (rule == &ph_connect_pairwise_bernoulli)
        return targets * sources *
               ((const ph_connect_bernoulli_params *)projection->connect.params)->p;
    if (rule == &ph_connect_one_to_one)
        return targets < sources ? targets : sources;
    return targets * sources;
}
