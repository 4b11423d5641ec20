/* SPDX-License-Identifier: Apache-2.0 */
/* Rows by counters: the first pass counts per (source, delay), the sums of the counts are where
 * runs begin, and the second pass takes the next place of its run. */
#include "network/parts.h"

#include "base/memory.h"

/* The counters of one source population: one for each source of a range and each delay. */
typedef struct counters {
    int used;            /* 1 when a projection of the set comes from here */
    int64_t first, n;    /* sources */
    ph_step low;         /* smallest delay, steps */
    int64_t width;       /* number of delays */
    uint64_t offset;     /* of the population's first counter */
    uint64_t source_at;  /* its first index in row_start */
} counters;

typedef struct dense {
    const ph_parts *parts;
    ph_rows *rows;
    counters *populations;
    uint32_t *cells;     /* pass 1: number of synapses; pass 2: next position minus row start */
    uint64_t *row_start; /* pass 2: by source, where its row starts */
} dense;

/* --- the counters ----------------------------------------------------------------------------- */

static void widen(int64_t *first, int64_t *n, int64_t low, int64_t high)
{
    int64_t beyond = *first + *n > high ? *first + *n : high;
    *first = *first < low ? *first : low;
    *n = beyond - *first;
}

/* @return counters in all; sources in all in *n_sources */
static uint64_t range_counters(const ph_parts *parts, counters *populations, uint64_t *n_sources)
{
    const ph_brain *brain = parts->build->brain;
    for (int p = 0; p < parts->n; p++) {
        const ph_projection *projection = parts->projections[p];
        counters *c = &populations[projection->source.span.population];
        int64_t low, high;
        ph_parts_range(parts, p, &low, &high);
        if (low == high)
            continue;
        if (!c->used)
            *c = (counters){.used = 1, .first = low, .low = projection->delay_min};
        widen(&c->first, &c->n, low, high);
        widen(&c->low, &c->width, projection->delay_min, projection->delay_max + 1);
    }
    uint64_t cells = 0;
    *n_sources = 0;
    for (int p = 0; p < brain->n_populations; p++) {
        populations[p].offset = cells;
        populations[p].source_at = *n_sources;
        cells += (uint64_t)populations[p].n * (uint64_t)populations[p].width;
        *n_sources += (uint64_t)populations[p].n;
    }
    return cells;
}

uint64_t ph_rows_dense_cells(const ph_parts *parts)
{
    uint64_t n_sources;
    counters *populations =
        ph_calloc((size_t)parts->build->brain->n_populations, sizeof *populations);
    if (!populations)
        return UINT64_MAX; /* the other way will say what is missing */
    uint64_t cells = range_counters(parts, populations, &n_sources);
    ph_free(populations);
    return cells;
}

static ph_status prepare(dense *d)
{
    uint64_t n_sources;
    PH_ALLOC(d->populations, d->parts->build->brain->n_populations);
    uint64_t n_cells = range_counters(d->parts, d->populations, &n_sources);
    PH_ALLOC(d->cells, n_cells);
    PH_ALLOC(d->row_start, n_sources);
    return PH_OK;
}

/* --- the two passes -------------------------------------------------------------------------- */

static void find_cells(const dense *d, ph_part *part)
{
    const counters *c = &d->populations[part->projection->source.span.population];
    for (int j = 0; j < part->n; j++) {
        part->at[j] = c->offset + (uint64_t)(part->source[j] - c->first) * (uint64_t)c->width +
                      (uint64_t)(part->delay[j] - c->low);
        __builtin_prefetch(&d->cells[part->at[j]], 1);
    }
}

static ph_status count(void *context, ph_part *part)
{
    dense *d = context;
    PH_TRY(ph_part_delays(part));
    find_cells(d, part);
    for (int j = 0; j < part->n; j++)
        d->cells[part->at[j]]++;
    return PH_OK;
}

static void find_places(dense *d, ph_part *part)
{
    const ph_rows *rows = d->rows;
    const counters *c = &d->populations[part->projection->source.span.population];
    const uint64_t *start = d->row_start + c->source_at;
    for (int j = 0; j < part->n; j++) {
        part->at[j] = start[part->source[j] - c->first] + d->cells[part->at[j]]++;
        ph_rows_prefetch(rows, part->at[j]);
    }
}

static ph_status place(void *context, ph_part *part)
{
    dense *d = context;
    PH_TRY(ph_part_delays(part));
    find_cells(d, part);
    ph_part_weights(part);
    find_places(d, part);
    ph_rows_place(d->rows, part);
    return PH_OK;
}

/* --- from counts to rows --------------------------------------------------------------------- */

static uint64_t runs_of(uint32_t count)
{
    return ((uint64_t)count + PH_RUN_MOST - 1) / PH_RUN_MOST;
}

/* Rows, runs and synapses there will be. */
static void count_rows(const dense *d, uint64_t *n_rows, uint64_t *n_runs, uint64_t *n_synapses)
{
    *n_rows = *n_runs = *n_synapses = 0;
    for (int p = 0; p < d->parts->build->brain->n_populations; p++) {
        const counters *c = &d->populations[p];
        for (int64_t s = 0; s < c->n; s++) {
            uint64_t before = *n_synapses;
            const uint32_t *cell = &d->cells[c->offset + (uint64_t)(s * c->width)];
            for (int64_t k = 0; k < c->width; k++) {
                *n_synapses += cell[k];
                *n_runs += runs_of(cell[k]);
            }
            *n_rows += *n_synapses > before;
        }
    }
}

/* Write a row's runs and turn its counts into positions within the row. */
static void lay_row(const counters *c, uint32_t *cell, ph_rows *rows, uint64_t *run,
                    uint64_t *synapse)
{
    uint32_t within = 0;
    for (int64_t k = 0; k < c->width; k++) {
        uint32_t left = cell[k];
        cell[k] = within;
        within += left;
        for (; left > 0; (*run)++) {
            uint16_t piece = (uint16_t)(left < PH_RUN_MOST ? left : PH_RUN_MOST);
            rows->runs[*run] = (ph_run){(uint16_t)(c->low + k), piece};
            left -= piece;
        }
    }
    *synapse += within;
}

static ph_status lay(dense *d)
{
    ph_rows *rows = d->rows;
    uint64_t n_rows, n_runs, n_synapses;
    count_rows(d, &n_rows, &n_runs, &n_synapses);
    PH_TRY(ph_rows_allocate_rows(rows, n_rows, n_runs, n_synapses));
    int64_t row = 0;
    uint64_t run = 0, synapse = 0;
    for (int p = 0; p < d->parts->build->brain->n_populations; p++) {
        const counters *c = &d->populations[p];
        ph_gid gid = d->parts->build->brain->populations[p]->gid + c->first;
        for (int64_t s = 0; s < c->n; s++) {
            uint64_t start = synapse;
            d->row_start[c->source_at + (uint64_t)s] = start;
            rows->first[row] = (uint32_t)start;
            rows->first_run[row] = (uint32_t)run;
            lay_row(c, &d->cells[c->offset + (uint64_t)(s * c->width)], rows, &run, &synapse);
            if (synapse > start)
                rows->source[row++] = gid + s;
        }
    }
    return PH_OK;
}

ph_status ph_rows_lay_dense(const ph_parts *parts, ph_rows *rows)
{
    dense d = {.parts = parts, .rows = rows};
    ph_status status = prepare(&d);
    if (status == PH_OK)
        status = ph_parts_each(parts, count, &d);
    if (status == PH_OK)
        status = lay(&d);
    if (status == PH_OK)
        status = ph_rows_allocate_synapses(rows);
    if (status == PH_OK)
        status = ph_parts_each(parts, place, &d);
    ph_free(d.populations);
    ph_free(d.cells);
    ph_free(d.row_start);
    return status;
}
