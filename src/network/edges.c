/* SPDX-License-Identifier: Apache-2.0 */
/* Finding a rank's edges: by the file's index, or by looking at the targets of all edges. A span is
 * a range of edges that lie behind one another in the file and end on one target. */
#include "network/edges.h"

#include "base/memory.h"
#include "network/draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_SPAN 8 /* edges; where spans are shorter on average, edges are kept in memory */
#define NEAR 512     /* edges that are quicker read than left out */

typedef struct span {
    int64_t begin, n;
} span;

struct ph_edges {
    const ph_projection *projection;
    ph_edge_file *file;
    const ph_connect_sonata_params *params;
    int64_t first, count;  /* targets */
    int64_t targets, sources; /* neurons of the populations */
    int same_population;
    int is_part;           /* 1: not all types of edges count */
    double h;              /* ms */
    double bound;          /* of weights' magnitudes, in the port's unit */
    int64_t *at;           /* count + 1: first span, or edge in memory, of each target */
    span *spans;           /* NULL: the edges are in memory */
    int64_t last;          /* beyond the last edge of the spans */
    int64_t listed;        /* edges that the index, or all targets, say are here */
    int64_t *n;            /* edges of each target; of spans, once it has been asked for */
    uint32_t *source;
    ph_real *weight;
    uint16_t *delay;
};

/* --- what counts ------------------------------------------------------------------------------ */

/* Which edges of a slab belong to the projection, and what they are to it. */
typedef struct taken {
    uint8_t is_one[PH_EDGE_SLAB];
    uint16_t delay[PH_EDGE_SLAB]; /* steps */
} taken;

static ph_status check_slab(const ph_edges *edges, const ph_edge_slab *slab, int64_t begin,
                            double longest)
{
    int64_t bad = 0;
    PH_CHECK(longest <= UINT16_MAX, PH_FILE, "%s: a delay of %g ms of %s is too long",
             edges->params->file, longest * edges->h, edges->params->population);
    for (int i = 0; i < slab->n; i++)
        bad |= (slab->source[i] < 0) | (slab->source[i] >= edges->sources);
    for (int i = 0; bad && i < slab->n; i++)
        PH_TRY(ph_edge_check_node(edges->params, begin + i, "source", slab->source[i],
                                  edges->sources));
    return PH_OK;
}

/* Quanta follow from the bound: what is beyond it has no room in a synapse. */
static ph_status check_weights(const ph_edges *edges, const ph_edge_slab *slab, int64_t begin,
                               const taken *t)
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
static void leave_types(const ph_edges *edges, const ph_edge_slab *slab, taken *t)
{
    const ph_edge_type *types = edges->params->types.items;
    int counts = 1;
    for (int i = 0; i < slab->n; i++) {
        if (i == 0 || slab->type[i] != slab->type[i - 1])
            counts = types[ph_edge_file_type(edges->file, slab->type[i])].counts;
        t->is_one[i] &= (uint8_t)counts;
    }
}

/* Weights become as the port takes them. @param begin the slab's first edge */
static ph_status take(const ph_edges *edges, ph_edge_slab *slab, int64_t begin, taken *t)
{
    double longest = 0;
    for (int i = 0; i < slab->n; i++) {
        double steps = floor(slab->delay[i] / edges->h + 0.5);
        longest = steps > longest ? steps : longest;
        t->delay[i] = (uint16_t)(steps < 1 ? 1 : steps > UINT16_MAX ? UINT16_MAX : steps);
    }
    PH_TRY(check_slab(edges, slab, begin, longest));
    int weights = edges->params->weights;
    for (int i = 0; i < slab->n; i++)
        t->is_one[i] = weights == PH_EDGES_ALL ||
                       (slab->weight[i] < 0) == (weights != PH_EDGES_POSITIVE);
    if (edges->is_part)
        leave_types(edges, slab, t);
    for (int i = 0; weights == PH_EDGES_REVERSED && i < slab->n; i++)
        slab->weight[i] = -slab->weight[i];
    for (int i = 0; edges->same_population && !edges->params->autapses && i < slab->n; i++)
        t->is_one[i] &= slab->source[i] != slab->target[i];
    return check_weights(edges, slab, begin, t);
}

/* --- spans ------------------------------------------------------------------------------------ */

/* Called for each span of an own target, in any order. */
typedef ph_status visit_span(ph_edges *edges, int64_t target, span s);

static ph_status count_span(ph_edges *edges, int64_t target, span s)
{
    edges->at[target - edges->first + 1]++;
    edges->n[target - edges->first] += s.n;
    return PH_OK;
}

static ph_status place_span(ph_edges *edges, int64_t target, span s)
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
                             (span){pairs[2 * i], pairs[2 * i + 1] - pairs[2 * i]}));
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
            PH_TRY(visit(edges, target[i], (span){begin + i, end - i}));
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

static ph_status keep(ph_edges *edges, int64_t begin, ph_edge_slab *slab, taken *t)
{
    PH_TRY(take(edges, slab, begin, t));
    for (int i = 0; i < slab->n; i++) {
        int64_t own = slab->target[i] - edges->first;
        if (own < 0 || own >= edges->count)
            continue;
        int64_t to = edges->at[own] + edges->n[own];
        PH_CHECK(to < edges->at[own + 1], PH_FILE,
                 "%s: the index of %s does not know all edges with the target %lld",
                 edges->params->file, edges->params->population, (long long)slab->target[i]);
        edges->source[to] = (uint32_t)slab->source[i];
        edges->weight[to] = (ph_real)slab->weight[i];
        edges->delay[to] = t->delay[i];
        edges->n[own] += t->is_one[i];
    }
    return PH_OK;
}

static ph_status keep_all(ph_edges *edges)
{
    ph_edge_slab slab;
    taken t;
    int64_t all = ph_edge_file_count(edges->file);
    ph_status status = ph_edge_slab_create(&slab);
    for (int64_t at = 0; status == PH_OK && at < all; at += PH_EDGE_SLAB) {
        int64_t n = all - at < PH_EDGE_SLAB ? all - at : PH_EDGE_SLAB;
        status = ph_edge_file_read(edges->file, at, (int)n, &slab);
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
    const span *one = a, *other = b;
    return one->begin < other->begin ? -1 : one->begin > other->begin;
}

/* What an index lists twice for a target would be two synapses. */
static ph_status sort_spans(const ph_edges *edges, int64_t target, span *spans, int64_t n)
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
    edges->same_population =
        projection->source.span.population == projection->target.span.population;
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

/* --- reading ---------------------------------------------------------------------------------- */

struct ph_edge_reader {
    const ph_edges *edges;
    ph_edge_slab slab;
    taken taken;           /* of the slab */
    int64_t begin;         /* of the slab, in the file */
    int64_t previous;      /* target that was asked for before; -1: none */
    size_t source_room, weight_room, delay_room;
    uint32_t *source;
    ph_real *weight;
    uint16_t *delay;
};

ph_status ph_edge_reader_create(const ph_edges *edges, ph_edge_reader **out)
{
    ph_edge_reader *reader;
    PH_ALLOC(reader, 1);
    *out = reader;
    reader->edges = edges;
    reader->previous = -1;
    return edges->spans ? ph_edge_slab_create(&reader->slab) : PH_OK;
}

void ph_edge_reader_destroy(ph_edge_reader **reader)
{
    if (!*reader)
        return;
    ph_edge_slab_destroy(&(*reader)->slab);
    ph_free((*reader)->source);
    ph_free((*reader)->weight);
    ph_free((*reader)->delay);
    ph_free(*reader);
    *reader = NULL;
}

/* Where the span begins that is asked for after span s of a target: a reader's targets lie as far
 * apart as its last two. @return -1: not known */
static int64_t next_span(const ph_edge_reader *reader, int64_t target, int64_t s)
{
    const ph_edges *edges = reader->edges;
    int64_t i = target - edges->first, next = i + target - reader->previous;
    if (s + 1 < edges->at[i + 1])
        return edges->spans[s + 1].begin;
    if (reader->previous < 0 || next < 0 || next >= edges->count ||
        edges->at[next] == edges->at[next + 1])
        return -1;
    return edges->spans[edges->at[next]].begin;
}

/* Have an edge in the slab, up to `end` at least if there is room, and what comes behind it if it
 * is asked for next. */
static ph_status reach(ph_edge_reader *reader, int64_t edge, int64_t end, int64_t next)
{
    if (edge >= reader->begin && edge < reader->begin + reader->slab.n)
        return PH_OK;
    const ph_edges *edges = reader->edges;
    int is_far = next >= 0 && (next < end || next > end + NEAR);
    int64_t left = (is_far ? end : edges->last) - edge;
    int n = (int)(left < PH_EDGE_SLAB ? left : PH_EDGE_SLAB);
    reader->begin = edge;
    ph_status status = ph_edge_file_read(edges->file, edge, n, &reader->slab);
    if (status == PH_OK)
        status = take(edges, &reader->slab, edge, &reader->taken);
    if (status != PH_OK)
        reader->slab.n = 0;
    return status;
}

static ph_status check_targets(const ph_edge_reader *reader, int64_t target, int first, int last)
{
    const ph_edges *edges = reader->edges;
    int bad = 0;
    for (int i = first; i < last; i++)
        bad |= reader->slab.target[i] != target;
    for (int i = first; bad && i < last; i++)
        PH_CHECK(reader->slab.target[i] == target, PH_FILE,
                 "%s: the index of %s says that edge %lld has the target %lld, but it has %lld",
                 edges->params->file, edges->params->population, (long long)(reader->begin + i),
                 (long long)target, (long long)reader->slab.target[i]);
    return PH_OK;
}

/* Edges [first, last) of the slab, behind the n that the list has. */
static int64_t append(ph_edge_reader *reader, int first, int last, int64_t n)
{
    for (int i = first; i < last; i++) {
        reader->source[n] = (uint32_t)reader->slab.source[i];
        reader->weight[n] = (ph_real)reader->slab.weight[i];
        reader->delay[n] = reader->taken.delay[i];
        n += reader->taken.is_one[i];
    }
    return n;
}

static ph_status read_span(ph_edge_reader *reader, int64_t target, int64_t at, int64_t *n)
{
    span s = reader->edges->spans[at];
    int64_t next = next_span(reader, target, at);
    PH_GROW(reader->source, reader->source_room, *n + s.n);
    PH_GROW(reader->weight, reader->weight_room, *n + s.n);
    PH_GROW(reader->delay, reader->delay_room, *n + s.n);
    for (int64_t edge = s.begin, end = s.begin + s.n; edge < end;) {
        PH_TRY(reach(reader, edge, end, next));
        int first = (int)(edge - reader->begin);
        int last = end - reader->begin < reader->slab.n ? (int)(end - reader->begin)
                                                        : reader->slab.n;
        PH_TRY(check_targets(reader, target, first, last));
        *n = append(reader, first, last, *n);
        edge += last - first;
    }
    return PH_OK;
}

ph_status ph_edge_reader_list(ph_edge_reader *reader, int64_t target, ph_edge_list *list)
{
    const ph_edges *edges = reader->edges;
    int64_t i = target - edges->first, n = 0;
    if (!edges->spans) {
        int64_t at = edges->at[i];
        *list = (ph_edge_list){edges->n[i], edges->source + at, edges->weight + at,
                               edges->delay + at};
        return PH_OK;
    }
    for (int64_t s = edges->at[i]; s < edges->at[i + 1]; s++)
        PH_TRY(read_span(reader, target, s, &n));
    reader->previous = target;
    edges->n[i] = n;
    *list = (ph_edge_list){n, reader->source, reader->weight, reader->delay};
    return PH_OK;
}
