/* SPDX-License-Identifier: Apache-2.0 */
/* Building rows in two passes over the same draws: count per (source, delay), then place each
 * synapse at its final position in the order of targets: no sort, no list of synapses. */
#include "network/rows.h"

#include "base/memory.h"
#include "network/block.h"
#include "network/draw.h"

#include <math.h>
#include <string.h>

/* The counters of one source population: a counter for each source and delay. */
typedef struct counters {
    int used;        /* 1 when a projection of the set comes from here */
    ph_step low;     /* smallest delay, steps */
    int64_t width;   /* number of delays */
    uint64_t offset; /* of the population's first counter */
} counters;

typedef struct builder {
    const ph_build *build;
    ph_block *block;
    const ph_projection *const *projections;
    int n;
    ph_drawer **drawers;  /* of each projection; NULL where it has no target here */
    counters *populations;
    uint64_t n_cells;
    uint32_t *cells;      /* pass 1: number of synapses; pass 2: next position minus row start */
    uint64_t *row_start;  /* pass 2: by source population and source, where its row starts */
    uint64_t *source_at;  /* first index of a population in row_start */
    ph_rows *rows;
} builder;

/* --- set-up ---------------------------------------------------------------------------------- */

static ph_status prepare_counters(builder *b)
{
    const ph_brain *brain = b->build->brain;
    PH_ALLOC(b->populations, brain->n_populations);
    PH_ALLOC(b->source_at, brain->n_populations + 1);
    for (int p = 0; p < b->n; p++) {
        const ph_projection *projection = b->projections[p];
        counters *c = &b->populations[projection->source.span.population];
        ph_step low = projection->delay_min, high = projection->delay_max;
        if (c->used && c->low < low)
            low = c->low;
        if (c->used && c->low + c->width - 1 > high)
            high = c->low + c->width - 1;
        *c = (counters){1, low, high - low + 1, 0};
    }
    uint64_t sources = 0;
    for (int p = 0; p < brain->n_populations; p++) {
        counters *c = &b->populations[p];
        b->source_at[p] = sources;
        c->offset = b->n_cells;
        if (c->used) {
            b->n_cells += (uint64_t)brain->populations[p]->size * (uint64_t)c->width;
            sources += (uint64_t)brain->populations[p]->size;
        }
    }
    b->source_at[brain->n_populations] = sources;
    PH_ALLOC(b->cells, b->n_cells);
    PH_ALLOC(b->row_start, sources);
    return PH_OK;
}

static ph_status prepare_drawers(builder *b)
{
    PH_ALLOC(b->drawers, b->n);
    for (int p = 0; p < b->n; p++) {
        const ph_span *span = &b->projections[p]->target.span;
        int64_t first, count;
        ph_layout_share(b->build->layout, b->build->brain, span->population, b->build->rank,
                        &first, &count);
        if (count > 0)
            PH_TRY(ph_drawer_create(b->build->brain, b->projections[p], b->build->seed, first,
                                    count, &b->drawers[p]));
    }
    return PH_OK;
}

static void release(builder *b)
{
    for (int p = 0; b->drawers && p < b->n; p++)
        ph_drawer_destroy(&b->drawers[p]);
    ph_free(b->drawers);
    ph_free(b->populations);
    ph_free(b->source_at);
    ph_free(b->cells);
    ph_free(b->row_start);
}

/* --- the two passes -------------------------------------------------------------------------- */

/* Both passes touch memory at random places. Draws go in parts of PART synapses: all of a part are
 * asked for before the first is used, so that many cache misses are under way at once. */
#define PART 256

typedef struct part {
    const ph_group *group;
    const ph_projection *projection;
    const counters *c;
    int i;                 /* target within the group */
    const uint32_t *source;
    int n;
    uint16_t delay[PART];  /* steps */
    uint64_t cell[PART];   /* index in cells; then place among the synapses */
    double weight[PART];   /* in the port's unit */
} part;

static ph_status find_cells(const builder *b, part *d)
{
    for (int j = 0; j < d->n; j++) {
        PH_CHECK(d->delay[j] >= d->c->low && d->delay[j] < d->c->low + d->c->width, PH_FAILURE,
                 "projection %s: a delay of %d steps is outside its bounds",
                 d->projection->address, d->delay[j]);
        d->cell[j] = d->c->offset + (uint64_t)d->source[j] * (uint64_t)d->c->width +
                     (uint64_t)(d->delay[j] - d->c->low);
        __builtin_prefetch(&b->cells[d->cell[j]], 1);
    }
    return PH_OK;
}

static void count_part(builder *b, const part *d)
{
    for (int j = 0; j < d->n; j++)
        b->cells[d->cell[j]]++;
}

static void find_places(builder *b, part *d)
{
    const ph_rows *rows = b->rows;
    const uint64_t *start = b->row_start + b->source_at[d->projection->source.span.population];
    for (int j = 0; j < d->n; j++) {
        d->cell[j] = start[d->source[j]] + b->cells[d->cell[j]]++;
        if (rows->rule) {
            __builtin_prefetch(&rows->target[d->cell[j]], 1);
            __builtin_prefetch(&rows->w[d->cell[j]], 1);
        } else {
            __builtin_prefetch(&rows->synapses[d->cell[j]], 1);
        }
    }
}

static void place_part(const builder *b, const part *d)
{
    ph_rows *rows = b->rows;
    double quantum = d->group->quantum[d->projection->port];
    for (int j = 0; j < d->n; j++) {
        uint64_t at = d->cell[j];
        if (rows->rule) {
            rows->target[at] = (uint32_t)d->i;
            rows->w[at] = (ph_real)fabs(d->weight[j]);
        } else {
            rows->synapses[at] = (ph_synapse){(uint16_t)(d->group->slot + d->i),
                                              (ph_weight)ph_round(d->weight[j] / quantum)};
        }
    }
}

static ph_status each_synapse(builder *b, int place, const ph_group *group, int i,
                              const ph_projection *projection, ph_drawer *drawer)
{
    int64_t target = group->first + i * group->stride;
    ph_drawn drawn;
    PH_TRY(ph_drawer_incoming(drawer, target, &drawn));
    part d; /* filled in field by field: its arrays are large */
    d.group = group;
    d.projection = projection;
    d.c = &b->populations[projection->source.span.population];
    d.i = i;
    for (int64_t first = 0; first < drawn.n; first += PART) {
        d.n = drawn.n - first < PART ? (int)(drawn.n - first) : PART;
        d.source = drawn.source + first;
        ph_drawer_delays(drawer, target, &drawn, first, d.n, d.delay);
        PH_TRY(find_cells(b, &d));
        if (!place) {
            count_part(b, &d);
            continue;
        }
        ph_drawer_weights(drawer, target, &drawn, first, d.n, d.weight);
        find_places(b, &d);
        place_part(b, &d);
    }
    return PH_OK;
}

static ph_status pass(builder *b, int place)
{
    for (int g = 0; g < b->block->n_groups; g++) {
        const ph_group *group = &b->block->groups[g];
        for (int i = 0; i < group->n; i++)
            for (int p = 0; p < b->n; p++)
                if (b->drawers[p] && b->projections[p]->target.span.population == group->population)
                    PH_TRY(each_synapse(b, place, group, i, b->projections[p], b->drawers[p]));
    }
    return PH_OK;
}

/* --- from counts to rows --------------------------------------------------------------------- */

#define RUN_MOST 65535

static uint64_t runs_of(uint32_t count)
{
    return ((uint64_t)count + RUN_MOST - 1) / RUN_MOST;
}

/* Rows, runs and synapses there will be. */
static void count_rows(const builder *b, int64_t *n_rows, uint64_t *n_runs, uint64_t *n_synapses)
{
    *n_rows = 0;
    *n_runs = *n_synapses = 0;
    for (int p = 0; p < b->build->brain->n_populations; p++) {
        const counters *c = &b->populations[p];
        for (int64_t s = 0; c->used && s < b->build->brain->populations[p]->size; s++) {
            uint64_t before = *n_synapses;
            const uint32_t *cell = &b->cells[c->offset + (uint64_t)(s * c->width)];
            for (int64_t d = 0; d < c->width; d++) {
                *n_synapses += cell[d];
                *n_runs += runs_of(cell[d]);
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
    for (int64_t d = 0; d < c->width; d++) {
        uint32_t count = cell[d];
        cell[d] = within;
        within += count;
        for (; count > 0; (*run)++) {
            uint16_t piece = (uint16_t)(count < RUN_MOST ? count : RUN_MOST);
            rows->runs[*run] = (ph_run){(uint16_t)(c->low + d), piece};
            count -= piece;
        }
    }
    *synapse += within;
}

static ph_status lay_rows(builder *b)
{
    ph_rows *rows = b->rows;
    uint64_t n_runs;
    count_rows(b, &rows->n_rows, &n_runs, &rows->n_synapses);
    PH_ALLOC(rows->source, rows->n_rows);
    PH_ALLOC(rows->first, rows->n_rows + 1);
    PH_ALLOC(rows->first_run, rows->n_rows + 1);
    PH_ALLOC(rows->runs, n_runs);
    int64_t row = 0;
    uint64_t run = 0, synapse = 0;
    for (int p = 0; p < b->build->brain->n_populations; p++) {
        const counters *c = &b->populations[p];
        const ph_population *population = b->build->brain->populations[p];
        for (int64_t s = 0; c->used && s < population->size; s++) {
            uint64_t start = synapse;
            b->row_start[b->source_at[p] + (uint64_t)s] = start;
            rows->first[row] = start;
            rows->first_run[row] = run;
            lay_row(c, &b->cells[c->offset + (uint64_t)(s * c->width)], rows, &run, &synapse);
            if (synapse > start)
                rows->source[row++] = population->gid + s;
        }
    }
    rows->first[rows->n_rows] = synapse;
    rows->first_run[rows->n_rows] = run;
    return PH_OK;
}

static ph_status allocate_synapses(ph_rows *rows)
{
    if (!rows->rule) {
        PH_ALLOC(rows->synapses, rows->n_synapses + PH_SYNAPSE_PADDING);
        return PH_OK;
    }
    PH_ALLOC(rows->target, rows->n_synapses);
    PH_ALLOC(rows->w, rows->n_synapses);
    for (int s = 0; s < rows->rule->n_states; s++)
        PH_ALLOC(rows->state[s], rows->n_synapses);
    PH_ALLOC(rows->last, rows->n_rows);
    PH_ALLOC(rows->x, rows->n_rows);
    PH_ALLOC(rows->next_sweep, rows->n_rows);
    PH_ALLOC(rows->by_sweep, rows->n_rows);
    return PH_OK;
}

/* Synapses of one run are in the order of targets, so those of one pair are neighbours. */
static int64_t largest_multapse(const ph_rows *rows)
{
    int64_t largest = 1, same = 1;
    for (uint64_t i = 1; i < rows->n_synapses; i++) {
        int equal = rows->rule ? rows->target[i] == rows->target[i - 1]
                               : rows->synapses[i].slot == rows->synapses[i - 1].slot;
        same = equal ? same + 1 : 1;
        if (same > largest)
            largest = same;
    }
    return largest;
}

ph_status ph_rows_build(const ph_build *build, ph_block *block,
                        const ph_projection *const *projections, int n, ph_rows *rows)
{
    builder b = {.build = build, .block = block, .projections = projections, .n = n, .rows = rows};
    ph_status status = prepare_counters(&b);
    if (status == PH_OK)
        status = prepare_drawers(&b);
    if (status == PH_OK)
        status = pass(&b, 0);
    if (status == PH_OK)
        status = lay_rows(&b);
    if (status == PH_OK)
        status = allocate_synapses(rows);
    if (status == PH_OK)
        status = pass(&b, 1);
    release(&b);
    PH_TRY(status);
    int64_t largest = largest_multapse(rows);
    if (largest > block->largest_multapse)
        block->largest_multapse = largest;
    return PH_OK;
}

void ph_rows_destroy(ph_rows *rows)
{
    ph_free(rows->source);
    ph_free(rows->first);
    ph_free(rows->first_run);
    ph_free(rows->runs);
    ph_free(rows->synapses);
    ph_free(rows->target);
    ph_free(rows->w);
    for (int s = 0; s < PH_RULE_STATES; s++)
        ph_free(rows->state[s]);
    ph_free(rows->row_of);
    ph_free(rows->last);
    ph_free(rows->x);
    ph_free(rows->next_sweep);
    ph_free(rows->by_sweep);
    memset(rows, 0, sizeof *rows);
}

int64_t ph_rows_bytes(const ph_rows *rows)
{
    uint64_t n = (uint64_t)rows->n_rows, runs = rows->first_run ? rows->first_run[n] : 0;
    uint64_t bytes = n * (sizeof(ph_gid) + 2 * sizeof(uint64_t)) + runs * sizeof(ph_run);
    if (!rows->rule)
        return (int64_t)(bytes + rows->n_synapses * sizeof(ph_synapse));
    bytes += n * (2 * sizeof(ph_step) + sizeof(ph_real) + sizeof(int64_t));
    return (int64_t)(bytes +
                     rows->n_synapses * (sizeof(uint32_t) +
                                         (1 + (uint64_t)rows->rule->n_states) * sizeof(ph_real)));
}
