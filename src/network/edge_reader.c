/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the edges of one target after another, in slabs. Rows are built in two passes over the
 * targets: what the first has checked the second does not read again. */
#include "network/edges_internal.h"

#include "base/memory.h"

#define NEAR 2048 /* edges that are as quickly read as left out */

struct ph_edge_reader {
    const ph_edges *edges;
    ph_edge_slab slab;
    ph_taken taken;        /* of the slab */
    int64_t begin;         /* of the slab, in the file */
    int64_t previous;      /* target that was asked for before; -1: none */
    int64_t checked;       /* last target of those asked for so far; -1: none */
    int asks_again;        /* 1: for a target that has been checked */
    int known;             /* PH_EDGE_*_KNOWN: when the slab was read */
    int has_types;         /* 1: there was an edge of another type than the last */
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
    reader->previous = reader->checked = -1;
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

/* What it saw when it asked for the first time. */
static int known_of(const ph_edge_reader *reader)
{
    if (!reader->asks_again)
        return 0;
    return (reader->edges->needs_targets ? 0 : PH_EDGE_TARGETS_KNOWN) |
           (reader->has_types ? 0 : PH_EDGE_TYPE_KNOWN);
}

/* Have an edge in the slab, up to `end` at least if there is room, and what comes behind it if it
 * is asked for next. */
static ph_status reach(ph_edge_reader *reader, int64_t edge, int64_t end, int64_t next)
{
    const ph_edges *edges = reader->edges;
    int known = known_of(reader);
    if (edge >= reader->begin && edge < reader->begin + reader->slab.n &&
        !(reader->known & ~known))
        return PH_OK;
    int is_far = next >= 0 && (next < end || next > end + NEAR);
    int64_t left = (is_far ? end : edges->last) - edge;
    int n = (int)(left < PH_EDGE_SLAB ? left : PH_EDGE_SLAB);
    reader->begin = edge;
    int64_t type = reader->slab.kept > 0 ? reader->slab.kept_type : -1;
    reader->known = known;
    ph_status status = ph_edge_file_read(edges->file, edge, n, known, &reader->slab);
    if (status == PH_OK)
        status = ph_edges_take(edges, &reader->slab, edge, &reader->taken);
    if (status != PH_OK)
        reader->slab.n = 0;
    reader->has_types |= !reader->slab.is_uniform || (type >= 0 && reader->slab.type[0] != type);
    return status;
}

static ph_status check_targets(const ph_edge_reader *reader, int64_t target, int first, int last)
{
    const ph_edges *edges = reader->edges;
    int bad = 0;
    if (reader->known & PH_EDGE_TARGETS_KNOWN)
        return PH_OK;
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
        reader->weight[n] = reader->edges->sign * (ph_real)reader->slab.weight[i];
        reader->delay[n] = reader->taken.delay[i];
        n += reader->taken.is_one[i];
    }
    return n;
}

static ph_status read_span(ph_edge_reader *reader, int64_t target, int64_t at, int64_t *n)
{
    ph_edge_span s = reader->edges->spans[at];
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
    reader->asks_again = target <= reader->checked;
    for (int64_t s = edges->at[i]; s < edges->at[i + 1]; s++)
        PH_TRY(read_span(reader, target, s, &n));
    reader->previous = target;
    reader->checked = target > reader->checked ? target : reader->checked;
    edges->n[i] = n;
    *list = (ph_edge_list){n, reader->source, reader->weight, reader->delay};
    return PH_OK;
}
