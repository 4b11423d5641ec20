/* SPDX-License-Identifier: Apache-2.0 */
/* Walking over the draws of a set of projections onto a block. */
#include "network/parts.h"

#include "base/memory.h"

#include <stdatomic.h>

/* The rank's share of a projection's target population. */
static void share_of(const ph_parts *parts, int p, int64_t *first, int64_t *count)
{
    ph_layout_share(parts->build->layout, parts->build->brain,
                    parts->projections[p]->target.span.population, parts->build->rank, first,
                    count);
}

ph_status ph_parts_create(const ph_build *build, const ph_block *block,
                          const ph_projection *const *projections, int n, ph_parts *parts)
{
    *parts = (ph_parts){.build = build, .block = block, .projections = projections, .n = n};
    parts->is_watched = build->watch != NULL;
    PH_ALLOC(parts->drawers, n);
    for (int p = 0; p < n; p++) {
        int64_t first, count;
        share_of(parts, p, &first, &count);
        if (count > 0)
            PH_TRY(ph_drawer_create(build->brain, projections[p], build->seed, first, count,
                                    &parts->drawers[p]));
        if (parts->drawers[p] && build->edges && build->edges[projections[p]->index])
            PH_TRY(ph_drawer_read(parts->drawers[p], build->edges[projections[p]->index]));
    }
    return PH_OK;
}

void ph_parts_destroy(ph_parts *parts)
{
    for (int p = 0; parts->drawers && p < parts->n; p++)
        ph_drawer_destroy(&parts->drawers[p]);
    ph_free(parts->drawers);
    parts->drawers = NULL;
}

static ph_status each_of_target(const ph_parts *parts, int p, const ph_group *group, int i,
                                ph_status (*visit)(void *context, ph_part *part), void *context,
                                int64_t *n_drawn)
{
    ph_drawn drawn;
    ph_part part; /* filled in field by field: its arrays are large */
    part.group = group;
    part.projection = parts->projections[p];
    part.drawer = parts->drawers[p];
    part.drawn = &drawn;
    part.i = i;
    part.target = group->first + i * group->stride;
    PH_TRY(ph_drawer_incoming(parts->drawers[p], part.target, &drawn));
    for (part.first = 0; part.first < drawn.n; part.first += PH_PART) {
        part.n = drawn.n - part.first < PH_PART ? (int)(drawn.n - part.first) : PH_PART;
        part.source = drawn.source + part.first;
        PH_TRY(visit(context, &part));
    }
    *n_drawn += drawn.n;
    return PH_OK;
}

#define TARGETS_BETWEEN_LOOKS 64

static void look(const ph_parts *parts, int64_t *n_drawn)
{
    ph_build_watch *watch = parts->build->watch;
    if (!parts->is_watched)
        return;
    int64_t all = atomic_fetch_add(&watch->drawn, *n_drawn) + *n_drawn;
    *n_drawn = 0;
    if (parts->block->index % parts->build->layout->n_threads == 0)
        watch->show(watch->context, (double)all / watch->expected);
}

ph_status ph_parts_each(const ph_parts *parts, ph_status (*visit)(void *context, ph_part *part),
                        void *context)
{
    int64_t n_drawn = 0;
    for (int g = 0; g < parts->block->n_groups; g++) {
        const ph_group *group = &parts->block->groups[g];
        for (int i = 0; i < group->n; i++) {
            for (int p = 0; p < parts->n; p++)
                if (parts->drawers[p] &&
                    parts->projections[p]->target.span.population == group->population)
                    PH_TRY(each_of_target(parts, p, group, i, visit, context, &n_drawn));
            if (i % TARGETS_BETWEEN_LOOKS == 0)
                look(parts, &n_drawn);
        }
    }
    look(parts, &n_drawn);
    return PH_OK;
}

ph_status ph_part_delays(ph_part *part)
{
    const ph_projection *projection = part->projection;
    ph_drawer_delays(part->drawer, part->target, part->drawn, part->first, part->n, part->delay);
    for (int j = 0; j < part->n; j++)
        PH_CHECK(part->delay[j] >= projection->delay_min && part->delay[j] <= projection->delay_max,
                 PH_FAILURE, "projection %s: a delay of %d steps is outside its bounds",
                 projection->address, part->delay[j]);
    return PH_OK;
}

void ph_part_weights(ph_part *part)
{
    ph_drawer_weights(part->drawer, part->target, part->drawn, part->first, part->n, part->weight);
}

void ph_parts_range(const ph_parts *parts, int p, int64_t *low, int64_t *high)
{
    int64_t first, count;
    share_of(parts, p, &first, &count);
    ph_projection_sources(parts->build->brain, parts->projections[p], first, count, low, high);
}

double ph_parts_expected(const ph_parts *parts)
{
    double expected = 0;
    for (int p = 0; p < parts->n; p++) {
        int64_t first, count;
        share_of(parts, p, &first, &count);
        expected += ph_expected_onto(parts->build->brain, parts->projections[p], first, count);
    }
    return expected / parts->block->n_blocks;
}
