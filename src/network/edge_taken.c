/* SPDX-License-Identifier: Apache-2.0 */
/* Which edges of a slab belong to a projection. A slab of one type is taken as the last one was. */
#include "network/edges_internal.h"

#include <math.h>

static ph_status check_sources(const ph_edges *edges, const ph_edge_slab *slab, int64_t begin)
{
    int64_t bad = 0;
    for (int i = 0; i < slab->n; i++)
        bad |= (slab->source[i] < 0) | (slab->source[i] >= edges->sources);
    for (int i = 0; bad && i < slab->n; i++)
        PH_TRY(ph_edge_check_node(edges->params, begin + i, "source", slab->source[i],
                                  edges->sources));
    return PH_OK;
}

/* Quanta follow from the bound: what is beyond it has no room in a synapse. */
static ph_status check_weights(const ph_edges *edges, const ph_edge_slab *slab, int64_t begin,
                               const ph_taken *t)
{
    int bad = 0;
    for (int i = 0; i < slab->n; i++)
        bad |= t->is_one[i] & (fabs(slab->weight[i]) > edges->bound);
    for (int i = 0; bad && i < slab->n; i++)
        PH_CHECK(!t->is_one[i] || fabs(slab->weight[i]) <= edges->bound, PH_FILE,
                 "%s: edge %lld of %s has the weight %g; the bounds of %s end at %g",
                 edges->params->file, (long long)(begin + i), edges->params->population,
                 slab->weight[i], edges->projection->address, edges->bound);
    return PH_OK;
}

/* Types whose edges are those of another projection. */
static void leave_types(const ph_edges *edges, const ph_edge_slab *slab, ph_taken *t)
{
    const ph_edge_type *types = edges->params->types.items;
    int counts = 1;
    for (int i = 0; i < slab->n; i++) {
        if (i == 0 || slab->type[i] != slab->type[i - 1])
            counts = types[ph_edge_file_type(edges->file, slab->type[i])].counts;
        t->is_one[i] &= (uint8_t)counts;
    }
}

static ph_status take_delays(const ph_edges *edges, const ph_edge_slab *slab, ph_taken *t)
{
    double longest = 0;
    for (int i = 0; i < slab->n; i++) {
        double steps = floor(slab->delay[i] / edges->h + 0.5);
        longest = steps > longest ? steps : longest;
        t->delay[i] = (uint16_t)(steps < 1 ? 1 : steps > UINT16_MAX ? UINT16_MAX : steps);
    }
    PH_CHECK(longest <= UINT16_MAX, PH_FILE, "%s: a delay of %g ms of %s is too long",
             edges->params->file, longest * edges->h, edges->params->population);
    return PH_OK;
}

ph_status ph_edges_take(const ph_edges *edges, const ph_edge_slab *slab, int64_t begin, ph_taken *t)
{
    PH_TRY(check_sources(edges, slab, begin));
    if (slab->is_uniform && slab->type[0] == t->kept_type && t->kept >= slab->n)
        return PH_OK;
    t->kept = 0;
    PH_TRY(take_delays(edges, slab, t));
    int weights = edges->params->weights;
    for (int i = 0; i < slab->n; i++)
        t->is_one[i] = weights == PH_EDGES_ALL ||
                       (slab->weight[i] < 0) == (weights != PH_EDGES_POSITIVE);
    if (edges->is_part)
        leave_types(edges, slab, t);
    for (int i = 0; edges->needs_targets && i < slab->n; i++)
        t->is_one[i] &= slab->source[i] != slab->target[i];
    PH_TRY(check_weights(edges, slab, begin, t));
    t->kept = slab->is_uniform && !edges->needs_targets ? slab->n : 0;
    t->kept_type = slab->type[0];
    return PH_OK;
}
