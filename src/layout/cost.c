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
    const ph_descriptor *rule = projection->connect.type;
    if (rule == &ph_connect_one_to_one)
        return targets < sources ? targets : sources;
    if (rule == &ph_connect_sonata)
        return (double)((const ph_connect_sonata_params *)projection->connect.params)->synapses;
    sources = ph_channels_sources(projection->channels, region->channels.count, sources);
    if (rule == &ph_connect_fixed_indegree)
        return targets *
               (double)((const ph_connect_fixed_indegree_params *)projection->connect.params)
                   ->indegree;
    if (rule == &ph_connect_fixed_total_number)
        return (double)((const ph_connect_fixed_total_params *)projection->connect.params)->total;
    if (rule == &ph_connect_pairwise_bernoulli)
        return targets * sources *
               ((const ph_connect_bernoulli_params *)projection->connect.params)->p;
    return targets * sources;
}

double ph_expected_onto(const ph_brain *brain, const ph_projection *projection, int64_t first,
                        int64_t count)
{
    const ph_span *span = &projection->target.span;
    int64_t low = first > span->first ? first : span->first;
    int64_t high = first + count < span->first + span->count ? first + count
                                                             : span->first + span->count;
    if (low >= high)
        return 0;
    return ph_expected_synapses(brain, projection) * (double)(high - low) / (double)span->count;
}
