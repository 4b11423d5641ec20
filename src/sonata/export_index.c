/* SPDX-License-Identifier: Apache-2.0 */
/* The index of edges by source: each rank makes that of its part of the sources, from the column of
 * sources as it stands in the file, as many rows at once as memory is meant for. */
#include "sonata/export_edges.h"

#include "base/memory.h"

#define PIECE 16384
#define WINDOW_LEAST ((int64_t)1 << 23) /* edges that are listed at once, */
#define WINDOWS 4 /* or so many parts of a rank's share: each is a look at all of them */

/* This rank's part of the sources: each edge is a range of its own. */
typedef struct by_source {
    const ph_edge_writer *w;
    const ph_edge_set *p;
    int64_t first, n;  /* sources */
    int64_t *at;       /* n + 1: first row of each source's edges, then where its next one goes */
    uint64_t *rows;    /* of a window */
} by_source;

/* Look at the sources of all edges, in the file's order. @param low,high of the part: sources that
 * count @param base row of the window's first; below 0: they are only counted */
static ph_status look(const by_source *s, int64_t low, int64_t high, int64_t base)
{
    uint32_t piece[PIECE];
    for (int64_t at = 0, n; at < s->p->all; at += n) {
        n = s->p->all - at < PIECE ? s->p->all - at : PIECE;
        PH_TRY(ph_shared_read(s->w->file, &s->p->source, at, n, piece));
        for (int64_t i = 0; i < n; i++) {
            int64_t source = (int64_t)piece[i] - s->first;
            if (source < low || source >= high)
                continue;
            int64_t row = s->at[source + (base < 0)]++;
            if (base >= 0) {
                s->rows[2 * (row - base)] = (uint64_t)(at + i);
                s->rows[2 * (row - base) + 1] = (uint64_t)(at + i + 1);
            }
        }
    }
    return PH_OK;
}

/* Which rows are a source's. @param before rows of sources of other ranks */
static ph_status write_nodes(const by_source *s, int64_t before)
{
    uint64_t piece[2 * PIECE];
    for (int64_t first = 0, n; first < s->n; first += n) {
        n = s->n - first < PIECE ? s->n - first : PIECE;
        for (int64_t i = 0; i < n; i++) {
            int64_t begin = s->at[first + i], end = s->at[first + i + 1];
            piece[2 * i] = begin < end ? (uint64_t)(before + begin) : 0;
            piece[2 * i + 1] = begin < end ? (uint64_t)(before + end) : 0;
        }
        PH_TRY(ph_shared_write(s->w->file, &s->p->by_source[0], s->first + first, n, piece));
    }
    return PH_OK;
}

static int64_t window_of(const by_source *s)
{
    int64_t part = s->p->all / ph_comm_ranks(s->w->export->comm) / WINDOWS;
    return part > WINDOW_LEAST ? part : WINDOW_LEAST;
}

/* The rows of as many sources at once as a window holds, or of one. */
static ph_status write_rows(by_source *s, int64_t before)
{
    int64_t window = window_of(s);
    for (int64_t low = 0, high; low < s->n; low = high) {
        int64_t base = s->at[low];
        for (high = low + 1; high < s->n && s->at[high + 1] - base <= window;)
            high++;
        int64_t rows = s->at[high] - base;
        if (rows == 0)
            continue;
        PH_ALLOC(s->rows, 2 * rows);
        ph_status status = look(s, low, high, base);
        if (status == PH_OK)
            status = ph_shared_write(s->w->file, &s->p->by_source[1], before + base, rows,
                                     s->rows);
        ph_free(s->rows);
        s->rows = NULL;
        PH_TRY(status);
    }
    return PH_OK;
}

static ph_status index_part(by_source *s)
{
    int64_t before, all;
    ph_status status = look(s, 0, s->n, -1);
    for (int64_t i = 0; i < s->n; i++)
        s->at[i + 1] += s->at[i];
    status = ph_comm_agree(s->w->export->comm, status);
    if (status == PH_OK)
        status = ph_place_among(s->w->export->comm, s->at[s->n], &before, &all);
    PH_TRY(status);
    PH_TRY(write_nodes(s, before));
    return write_rows(s, before);
}

ph_status ph_edge_set_index(const ph_edge_writer *w, const ph_edge_set *p)
{
    int rank = ph_comm_rank(w->export->comm), ranks = ph_comm_ranks(w->export->comm);
    by_source s = {.w = w, .p = p, .first = p->sources * rank / ranks};
    s.n = p->sources * (rank + 1) / ranks - s.first;
    s.at = ph_calloc((size_t)s.n + 1, sizeof *s.at);
    ph_status status =
        s.at ? PH_OK : ph_error(PH_RESOURCE, "out of memory: %lld sources", (long long)s.n);
    PH_TRY(ph_comm_agree(w->export->comm, status));
    status = index_part(&s);
    ph_free(s.at);
    return ph_comm_agree(w->export->comm, status);
}
