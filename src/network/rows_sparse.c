/* SPDX-License-Identifier: Apache-2.0 */
/* Rows by sorting: the first pass writes a key (source, delay) for each synapse; sorted, equal keys
 * are a run and equal sources a row. The second pass looks its row up and takes the next place of
 * its run. Memory is in proportion to the synapses, however many sources there are. */
#include "network/parts.h"

#include "base/memory.h"
#include "base/radix.h"

#define DELAY_BITS 16
#define ROWS_PER_GUIDE 4

typedef struct sparse {
    const ph_parts *parts;
    ph_rows *rows;
    uint64_t *keys;   /* pass 1: source << DELAY_BITS | delay */
    size_t n;         /* synapses */
    uint16_t *taken;  /* pass 2: places taken, by run */
    uint32_t *guide;  /* pass 2: first row of each range of 2^shift sources */
    int shift;
} sparse;

/* --- the first pass --------------------------------------------------------------------------- */

static ph_status count(void *context, ph_part *part)
{
    ((sparse *)context)->n += (size_t)part->n;
    return PH_OK;
}

static ph_gid population_gid(const sparse *s, const ph_part *part)
{
    return s->parts->build->brain->populations[part->projection->source.span.population]->gid;
}

static ph_status collect(void *context, ph_part *part)
{
    sparse *s = context;
    PH_TRY(ph_part_delays(part));
    ph_gid gid = population_gid(s, part);
    for (int j = 0; j < part->n; j++)
        s->keys[s->n++] = (uint64_t)(gid + part->source[j]) << DELAY_BITS | part->delay[j];
    return PH_OK;
}

/* --- rows ------------------------------------------------------------------------------------- */

/* A key begins a run when it differs from the one before, or when a run is full. */
static void count_rows(const sparse *s, uint64_t *n_rows, uint64_t *n_runs)
{
    *n_rows = *n_runs = 0;
    size_t begin = 0;
    for (size_t i = 0; i < s->n; i++) {
        uint64_t before = i > 0 ? s->keys[i - 1] : UINT64_MAX;
        *n_rows += s->keys[i] >> DELAY_BITS != before >> DELAY_BITS;
        if (s->keys[i] != before || i - begin == PH_RUN_MOST) {
            begin = i;
            ++*n_runs;
        }
    }
}

static void lay_rows(sparse *s)
{
    ph_rows *rows = s->rows;
    int64_t row = -1, run = -1;
    for (size_t i = 0; i < s->n; i++) {
        uint64_t key = s->keys[i], before = i > 0 ? s->keys[i - 1] : UINT64_MAX;
        int is_row = key >> DELAY_BITS != before >> DELAY_BITS;
        if (is_row) {
            rows->source[++row] = (ph_gid)(key >> DELAY_BITS);
            rows->first[row] = (uint32_t)i;
            rows->first_run[row] = (uint32_t)(run + 1);
        }
        if (key != before || rows->runs[run].count == PH_RUN_MOST)
            rows->runs[++run] = (ph_run){(uint16_t)key, 0};
        rows->runs[run].count++;
    }
}

static ph_status lay(sparse *s)
{
    uint64_t n_rows, n_runs;
    ph_radix_sort(s->keys, s->n);
    count_rows(s, &n_rows, &n_runs);
    PH_TRY(ph_rows_allocate_rows(s->rows, n_rows, n_runs, s->n));
    lay_rows(s);
    ph_free(s->keys);
    s->keys = NULL;
    PH_ALLOC(s->taken, n_runs);
    return PH_OK;
}

/* --- the second pass -------------------------------------------------------------------------- */

static ph_status make_guide(sparse *s)
{
    const ph_rows *rows = s->rows;
    if (rows->n_rows == 0)
        return PH_OK;
    uint64_t low = (uint64_t)rows->source[0];
    uint64_t range = (uint64_t)rows->source[rows->n_rows - 1] - low + 1;
    while (range >> s->shift > (uint64_t)rows->n_rows / ROWS_PER_GUIDE + 1)
        s->shift++;
    uint64_t ranges = (range >> s->shift) + 2; /* the last one is beyond all rows */
    PH_ALLOC(s->guide, ranges);
    int64_t row = 0;
    for (uint64_t r = 0; r < ranges; r++) {
        while (row < rows->n_rows && ((uint64_t)rows->source[row] - low) >> s->shift < r)
            row++;
        s->guide[r] = (uint32_t)row;
    }
    return PH_OK;
}

/* The row of a source between rows `low` and `high`, high excluded: few of them, unless sources lie
 * in clusters. */
static uint64_t search(const ph_gid *source, uint64_t low, uint64_t high, ph_gid gid)
{
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (source[middle] <= gid)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Step by step over the part, each step asking for what the next one reads. */
static void find_rows(const sparse *s, ph_part *part)
{
    const ph_rows *rows = s->rows;
    ph_gid gid = population_gid(s, part), low = rows->source[0];
    for (int j = 0; j < part->n; j++)
        __builtin_prefetch(&s->guide[(gid + part->source[j] - low) >> s->shift]);
    for (int j = 0; j < part->n; j++) {
        part->at[j] = s->guide[(gid + part->source[j] - low) >> s->shift];
        __builtin_prefetch(&rows->source[part->at[j]]);
    }
    for (int j = 0; j < part->n; j++) {
        ph_gid source = gid + part->source[j];
        part->at[j] = search(rows->source, part->at[j],
                             s->guide[((source - low) >> s->shift) + 1], source);
        __builtin_prefetch(&rows->first[part->at[j]]);
        __builtin_prefetch(&rows->first_run[part->at[j]]);
    }
    for (int j = 0; j < part->n; j++) {
        __builtin_prefetch(&rows->runs[rows->first_run[part->at[j]]]);
        __builtin_prefetch(&s->taken[rows->first_run[part->at[j]]], 1);
    }
}

static ph_status place(void *context, ph_part *part)
{
    sparse *s = context;
    const ph_rows *rows = s->rows;
    PH_TRY(ph_part_delays(part));
    find_rows(s, part);
    ph_part_weights(part);
    for (int j = 0; j < part->n; j++) {
        uint64_t row = part->at[j], at = rows->first[row];
        uint32_t run = rows->first_run[row];
        while (rows->runs[run].delay != part->delay[j] || s->taken[run] == rows->runs[run].count)
            at += rows->runs[run++].count;
        part->at[j] = at + s->taken[run]++;
    }
    ph_rows_place(s->rows, part);
    return PH_OK;
}

ph_status ph_rows_lay_sparse(const ph_parts *parts, ph_rows *rows)
{
    sparse s = {.parts = parts, .rows = rows};
    ph_parts unwatched = *parts; /* counting is no part of what was expected */
    unwatched.is_watched = 0;
    PH_TRY(ph_parts_each(&unwatched, count, &s));
    PH_ALLOC(s.keys, s.n);
    s.n = 0;
    ph_status status = ph_parts_each(parts, collect, &s);
    if (status == PH_OK)
        status = lay(&s);
    if (status == PH_OK)
        status = make_guide(&s);
    if (status == PH_OK)
        status = ph_rows_allocate_synapses(rows);
    if (status == PH_OK)
        status = ph_parts_each(parts, place, &s);
    ph_free(s.keys);
    ph_free(s.taken);
    ph_free(s.guide);
    return status;
}
