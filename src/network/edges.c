/* SPDX-License-Identifier: Apache-2.0 */
/* Finding a rank's edges: by the file's index, or by looking at the targets of all edges. A span is
 * a range of edges that lie behind one another in the file and end on one target. */
#include "network/edges_internal.h"

#include "base/memory.h"
#include "network/draw.h"

#include <stdlib.h>
#include <string.h>

#define SHORT_SPAN 8 /* edges; where spans are shorter on average, edges are kept in memory */

/* --- spans ------------------------------------------------------------------------------------ */

/* Called for each span of an own target, in any order. */
typedef ph_status visit_span(ph_edges *edges, int64_t target, ph_edge_span s);

static ph_status count_span(ph_edges *edges, int64_t target, ph_edge_span s)
{
    edges->at[target - edges->first + 1]++;
    edges->n[target - edges->first] += s.n;
    return PH_OK;
}

static ph_status place_span(ph_edges *edges, int64_t target, ph_edge_span s)
{
    int64_t i = target - edges->first;
    edges->spans[edges->at[i] + edges->n[i]++] = s;
    if (s.begin + s.n > edges->last)
        edges->last = s.begin + s.n;
    return PH_OK;
}

#define PIECE 4096 /* rows of an index that are read at once */

static ph_status spans_of_range(ph_edges *edges, int64_t target, const int64_t *range,
                                visit_span *visit)
{
    int64_t pairs[2 * PIECE];
    for (int64_t at = range[0], n; at < range[1]; at += n) {
        n = range[1] - at < PIECE ? range[1] - at : PIECE;
        PH_TRY(ph_edge_file_index(edges->file, at, n, pairs));
        for (int64_t i = 0; i < n; i++)
            if (pairs[2 * i] < pairs[2 * i + 1])
                PH_TRY(visit(edges, target,
                             (ph_edge_span){pairs[2 * i], pairs[2 * i + 1] - pairs[2 * i]}));
    }
    return PH_OK;
}

static ph_status spans_by_index(ph_edges *edges, visit_span *visit)
{
    int64_t *ranges;
    PH_ALLOC(ranges, 2 * PIECE);
    ph_status status = PH_OK;
    for (int64_t at = 0, n; status == PH_OK && at < edges->count; at += n) {
        n = edges->count - at < PIECE ? edges->count - at : PIECE;
        status = ph_edge_file_ranges(edges->file, edges->first + at, n, ranges);
        for (int64_t i = 0; status == PH_OK && i < n; i++)
            status = spans_of_range(edges, edges->first + at + i, &ranges[2 * i], visit);
    }
    ph_free(ranges);
    return status;
}

/* The spans among n edges from `begin` on; one that reaches over a slab's end is cut in two. */
static ph_status spans_among(ph_edges *edges, int64_t begin, const int64_t *target, int64_t n,
                             visit_span *visit)
{
    for (int64_t i = 0, end; i < n; i = end) {
        PH_TRY(ph_edge_check_node(edges->params, begin + i, "target", target[i], edges->targets));
        for (end = i + 1; end < n && target[end] == target[i];)
            end++;
        if (target[i] >= edges->first && target[i] < edges->first + edges->count)
            PH_TRY(visit(edges, target[i], (ph_edge_span){begin + i, end - i}));
    }
    return PH_OK;
}

static ph_status spans_by_targets(ph_edges *edges, visit_span *visit)
{
    int64_t *target, all = ph_edge_file_count(edges->file);
    PH_ALLOC(target, PH_EDGE_SLAB);
    ph_status status = PH_OK;
    for (int64_t at = 0, n; status == PH_OK && at < all; at += n) {
        n = all - at < PH_EDGE_SLAB ? all - at : PH_EDGE_SLAB;
        status = ph_edge_file_targets(edges->file, at, n, target);
        if (status == PH_OK)
            status = spans_among(edges, at, target, n, visit);
    }
    ph_free(target);
    return status;
}

/* Nodes beyond the population must not be in the index. */
static ph_status check_index(const ph_edges *edges, int64_t nodes)
{
    int64_t beyond[2];
    for (int64_t node = edges->targets; node < nodes; node++) {
        PH_TRY(ph_edge_file_ranges(edges->file, node, 1, beyond));
        PH_CHECK(beyond[0] == beyond[1], PH_FILE,
                 "%s: %s has edges with the target %lld; its population has nodes 0 to %lld",
                 edges->params->file, edges->params->population, (long long)node,
                 (long long)edges->targets - 1);
    }
    return PH_OK;
}

/* --- in memory -------------------------------------------------------------------------------- */

static ph_status keep(ph_edges *edges, int64_t begin, ph_edge_slab *slab, ph_taken *t)
{
    PH_TRY(ph_edges_take(edges, slab, begin, t));
    for (int i = 0; i < slab->n; i++) {
        int64_t own = slab->target[i] - edges->first;
        if (own < 0 || own >= edges->count)
            continue;
        int64_t to = edges->at[own] + edges->n[own];
        PH_CHECK(to < edges->at[own + 1], PH_FILE,
                 "%s: the index of %s does not know all edges with the target %lld",
                 edges->params->file, edges->params->population, (long long)slab->target[i]);
        edges->source[to] = (uint32_t)slab->source[i];
        edges->weight[to] = edges->sign * (ph_real)slab->weight[i];
        edges->delay[to] = t->delay[i];
        edges->n[own] += t->is_one[i];
    }
    return PH_OK;
}

static ph_status keep_all(ph_edges *edges)
{
    ph_edge_slab slab;
    ph_taken t = {.kept = 0};
    int64_t all = ph_edge_file_count(edges->file);
    ph_status status = ph_edge_slab_create(&slab);
    for (int64_t at = 0; status == PH_OK && at < all; at += PH_EDGE_SLAB) {
        int64_t n = all - at < PH_EDGE_SLAB ? all - at : PH_EDGE_SLAB;
        status = ph_edge_file_read(edges->file, at, (int)n, 0, &slab);
        if (status == PH_OK)
            status = keep(edges, at, &slab, &t);
    }
    ph_edge_slab_destroy(&slab);
    return status;
}

/* In edges->n are the numbers of edges of each target; a few of them may turn out not to count. */
static ph_status load(ph_edges *edges)
{
    int64_t all = 0;
    for (int64_t i = 0; i < edges->count; i++) {
        edges->at[i] = all;
        all += edges->n[i];
        edges->n[i] = 0;
    }
    edges->at[edges->count] = all;
    PH_ALLOC(edges->source, all);
    PH_ALLOC(edges->weight, all);
    PH_ALLOC(edges->delay, all);
    return keep_all(edges);
}

/* --- creation --------------------------------------------------------------------------------- */

static int by_begin(const void *a, const void *b)
{
    const ph_edge_span *one = a, *other = b;
    return one->begin < other->begin ? -1 : one->begin > other->begin;
}

/* What an index lists twice for a target would be two synapses. */
static ph_status sort_spans(const ph_edges *edges, int64_t target, ph_edge_span *spans, int64_t n)
{
    qsort(spans, (size_t)n, sizeof *spans, by_begin);
    for (int64_t s = 1; s < n; s++)
        PH_CHECK(spans[s - 1].begin + spans[s - 1].n <= spans[s].begin, PH_FILE,
                 "%s: the index of %s lists edge %lld twice for the target %lld",
                 edges->params->file, edges->params->population, (long long)spans[s].begin,
                 (long long)target);
    return PH_OK;
}

static ph_status list_spans(ph_edges *edges, ph_status (*each)(ph_edges *, visit_span *))
{
    for (int64_t i = 0; i < edges->count; i++)
        edges->at[i + 1] += edges->at[i];
    PH_ALLOC(edges->spans, edges->at[edges->count]);
    memset(edges->n, 0, (size_t)edges->count * sizeof *edges->n);
    PH_TRY(each(edges, place_span));
    for (int64_t i = 0; i < edges->count; i++)
        PH_TRY(sort_spans(edges, edges->first + i, edges->spans + edges->at[i], edges->n[i]));
    memset(edges->n, 0, (size_t)edges->count * sizeof *edges->n);
    return PH_OK;
}

static ph_status find(ph_edges *edges)
{
    int64_t nodes, ranges;
    ph_edge_file_indexed(edges->file, &nodes, &ranges);
    PH_ALLOC(edges->at, edges->count + 1);
    PH_ALLOC(edges->n, edges->count);
    ph_status (*each)(ph_edges *, visit_span *) = nodes > 0 ? spans_by_index : spans_by_targets;
    if (nodes > 0)
        PH_TRY(check_index(edges, nodes));
    PH_TRY(each(edges, count_span));
    int64_t n_spans = 0;
    for (int64_t i = 0; i < edges->count; i++) {
        edges->listed += edges->n[i];
        n_spans += edges->at[i + 1];
    }
    return edges->listed >= SHORT_SPAN * n_spans ? list_spans(edges, each) : load(edges);
}

ph_status ph_edges_create(const ph_brain *brain, const ph_projection *projection, double quantum,
                          int64_t first, int64_t count, ph_edges **out)
{
    ph_edges *edges;
    PH_ALLOC(edges, 1);
    *out = edges;
    edges->projection = projection;
    edges->params = projection->connect.params;
    edges->first = first;
    edges->count = count;
    edges->targets = brain->populations[projection->target.span.population]->size;
    edges->sources = brain->populations[projection->source.span.population]->size;
    edges->needs_targets =
        projection->source.span.population == projection->target.span.population &&
        !edges->params->autapses;
    edges->sign = edges->params->weights == PH_EDGES_REVERSED ? -1 : 1;
    edges->h = brain->simulation.resolution;
    edges->bound = ph_dist_bound(&projection->weight) + quantum / 2;
    const ph_edge_type *types = edges->params->types.items;
    for (int t = 0; t < edges->params->types.count; t++)
        edges->is_part |= !types[t].counts;
    PH_TRY(ph_edge_file_open(edges->params, &edges->file));
    return find(edges);
}

void ph_edges_destroy(ph_edges **out)
{
    ph_edges *edges = *out;
    if (!edges)
        return;
    ph_edge_file_close(&edges->file);
    ph_free(edges->at);
    ph_free(edges->spans);
    ph_free(edges->n);
    ph_free(edges->source);
    ph_free(edges->weight);
    ph_free(edges->delay);
    ph_free(edges);
    *out = NULL;
}

int64_t ph_edges_unlisted(const ph_edges *edges)
{
    return (edges->first == 0 ? ph_edge_file_count(edges->file) : 0) - edges->listed;
}

int64_t ph_edges_synapses(const ph_edges *edges)
{
    int64_t all = 0;
    for (int64_t i = 0; i < edges->count; i++)
        all += edges->n[i];
    return all;
}
