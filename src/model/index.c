/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers for populations and projections, in file order, and the sizes of populations. */
#include "model/internal.h"

#include "base/units.h"

#include <math.h>

#define MOST_NEURONS ((ph_gid)1 << 40)
#define MOST_CHANNELS 1000000

static int64_t size_of(const ph_region *region, const ph_population *population)
{
    if (population->per_channel)
        return population->size * (region->channels.count > 0 ? region->channels.count : 1);
    int64_t scaled = (int64_t)floor((double)population->size * region->scale + 0.5);
    return scaled < 1 ? 1 : scaled;
}

static ph_status index_population(ph_builder *builder, int r, ph_population *population)
{
    ph_brain *brain = builder->brain;
    ph_region *region = ph_region_at(brain, r);
    brain->populations[brain->n_populations] = population;
    population->index = brain->n_populations++;
    population->region = r;
    population->gid = brain->n_neurons;
    population->address =
        ph_tree_print(brain->tree, "%s.%s", region->item.name, population->item.name);
    PH_CHECK(population->address, PH_RESOURCE, "out of memory: configuration");
    if (population->per_channel && region->channels.count < 1)
        ph_errors_add(builder->reader.errors, population->item.node,
                      "per_channel, but region '%s' has no channels", region->item.name);
    if (population->size > 0)
        population->size = size_of(region, population);
    if (population->size > UINT32_MAX)
        ph_errors_add(builder->reader.errors, population->item.node,
                      "more than 2^32 neurons in one population; divide it");
    brain->n_neurons += population->size;
    if (brain->n_neurons > MOST_NEURONS) {
        ph_errors_add(builder->reader.errors, population->item.node,
                      "more than 2^40 neurons in all");
        brain->n_neurons = 0;
    }
    return PH_OK;
}

static ph_status index_projections(ph_builder *builder, const ph_map *map, const char *region)
{
    ph_brain *brain = builder->brain;
    ph_projection *items = map->items;
    for (int i = 0; i < map->count; i++) {
        brain->projections[brain->n_projections] = &items[i];
        items[i].index = brain->n_projections++;
        items[i].tract = !region;
        items[i].address = region ? ph_tree_print(brain->tree, "%s.%s", region, items[i].item.name)
                                  : items[i].item.name;
        PH_CHECK(items[i].address, PH_RESOURCE, "out of memory: configuration");
    }
    return PH_OK;
}

/* [N] stands for N channels named 1 to N. */
static ph_status count_out_channels(ph_builder *builder, ph_region *region)
{
    ph_brain *brain = builder->brain;
    ph_words *channels = &region->channels;
    int64_t n;
    if (channels->count != 1 || ph_integer_parse(channels->items[0], &n) != PH_OK)
        return PH_OK;
    if (n < 1 || n > MOST_CHANNELS) {
        ph_errors_add(builder->reader.errors, ph_node_get(region->item.node, "channels"),
                      "[%lld] channels: allowed are 1 to %d", (long long)n, MOST_CHANNELS);
        return PH_OK;
    }
    PH_TREE_ALLOC(brain->tree, channels->items, n);
    channels->count = (int)n;
    for (int c = 0; c < channels->count; c++) {
        channels->items[c] = ph_tree_print(brain->tree, "%d", c + 1);
        PH_CHECK(channels->items[c], PH_RESOURCE, "out of memory: configuration");
    }
    return PH_OK;
}

static ph_status check_channels(ph_builder *builder, ph_region *region)
{
    if (region->channels.count >= 0)
        return count_out_channels(builder, region);
    ph_errors_add(builder->reader.errors, region->item.node,
                  "channels: a list of names is expected, not all");
    region->channels.count = 0;
    return PH_OK;
}

ph_status ph_build_index(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    int populations = 0, projections = brain->tracts.count;
    brain->n_regions = brain->regions.count;
    for (int r = 0; r < brain->n_regions; r++) {
        populations += ph_region_at(brain, r)->populations.count;
        projections += ph_region_at(brain, r)->projections.count;
    }
    PH_TREE_ALLOC(brain->tree, brain->populations, populations);
    PH_TREE_ALLOC(brain->tree, brain->projections, projections);
    if (populations == 0)
        ph_errors_add(builder->reader.errors, brain->tree->root, "there is no population");
    for (int r = 0; r < brain->n_regions; r++) {
        ph_region *region = ph_region_at(brain, r);
        ph_population *items = region->populations.items;
        PH_TRY(check_channels(builder, region));
        region->first = brain->n_populations;
        for (int p = 0; p < region->populations.count; p++)
            PH_TRY(index_population(builder, r, &items[p]));
    }
    for (int r = 0; r < brain->n_regions; r++)
        PH_TRY(index_projections(builder, &ph_region_at(brain, r)->projections,
                                 ph_region_at(brain, r)->item.name));
    return index_projections(builder, &brain->tracts, NULL);
}
