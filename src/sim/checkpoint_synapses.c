/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint's plastic synapses, written as they lie in memory: rows of a thread's block with
 * their sources, then their runs, then weights, states and targets, so that a run stands still for
 * little more than the writing. Sources are global ids and targets numbers within the population:
 * where a run goes on in the same layout, rows are taken as they are, else each synapse finds its
 * place by source, delay, target and ordinal. */
#include "sim/checkpoint.h"

#include "base/memory.h"
#include "network/contexts.h"

#include <string.h>

#define CHUNK_BYTES ((size_t)4 << 20) /* of synapses, about; a chunk has whole rows */
#define PAD_BYTES ((size_t)64)        /* the synapses of a chunk begin at a multiple of it */

/* What stands at the beginning of a chunk. */
typedef struct head {
    int64_t first, stride;   /* neuron i of the group is number first + i * stride */
    int64_t n_neurons;
    int64_t n_rows, n_runs, n_synapses, synapse_bytes;
} head;

/* A chunk of rows, in memory. */
typedef struct chunk {
    head of;
    const ph_gid *source;    /* n_rows */
    const uint32_t *n_runs;  /* n_rows */
    const ph_run *runs;
    const char *synapses;    /* by run, see ph_run_fields */
} chunk;

static size_t padded(size_t bytes)
{
    return (bytes + PAD_BYTES - 1) / PAD_BYTES * PAD_BYTES;
}

static size_t bytes_before_synapses(const head *of)
{
    return padded(sizeof *of + (size_t)of->n_rows * (sizeof(ph_gid) + sizeof(uint32_t)) +
                  (size_t)of->n_runs * sizeof(ph_run));
}

/* --- saving ----------------------------------------------------------------------------------- */

/* Rows from one on that make a chunk: at least one. */
static int64_t end_of_chunk(const ph_rows *rows, int64_t row)
{
    int64_t end = row + 1;
    while (end < rows->n_rows &&
           (size_t)(rows->first[end + 1] - rows->first[row]) * rows->synapse_bytes <= CHUNK_BYTES)
        end++;
    return end;
}

static void fill(const ph_rows *rows, const head *of, int64_t row, char *bytes)
{
    uint32_t *n_runs;
    memset(bytes, 0, bytes_before_synapses(of));
    memcpy(bytes, of, sizeof *of);
    bytes += sizeof *of;
    memcpy(bytes, rows->source + row, (size_t)of->n_rows * sizeof(ph_gid));
    bytes += (size_t)of->n_rows * sizeof(ph_gid);
    n_runs = (uint32_t *)(void *)bytes;
    for (int64_t r = 0; r < of->n_rows; r++)
        n_runs[r] = rows->first_run[row + r + 1] - rows->first_run[row + r];
    bytes += (size_t)of->n_rows * sizeof *n_runs;
    memcpy(bytes, rows->runs + rows->first_run[row], (size_t)of->n_runs * sizeof(ph_run));
}

static ph_status save_chunk(ph_checkpoint *checkpoint, const ph_rows *rows, const ph_group *group,
                            int64_t row, int64_t end)
{
    const head of = {.first = group->first,
                     .stride = group->stride,
                     .n_neurons = group->n,
                     .n_rows = end - row,
                     .n_runs = rows->first_run[end] - rows->first_run[row],
                     .n_synapses = rows->first[end] - rows->first[row],
                     .synapse_bytes = (int64_t)rows->synapse_bytes};
    const ph_piece piece = {PH_SECTION_SYNAPSE, rows->projection->index, 0, of.first,
                            (of.n_neurons - 1) * of.stride + 1};
    char *bytes;
    PH_ALLOC(bytes, bytes_before_synapses(&of));
    fill(rows, &of, row, bytes);
    const ph_checkpoint_span parts[] = {
        {bytes, bytes_before_synapses(&of)},
        {rows->plastic + rows->first[row] * rows->synapse_bytes,
         (size_t)of.n_synapses * rows->synapse_bytes}};
    ph_status status = ph_checkpoint_write_block(checkpoint, &piece, parts, 2);
    ph_free(bytes);
    return status;
}

static ph_status save_projection(const ph_sim *sim, ph_checkpoint *checkpoint, int projection)
{
    for (int b = 0; b < sim->network->n_blocks; b++) {
        const ph_block *block = &sim->network->blocks[b];
        const ph_rows *rows = ph_block_plastic_rows(block, projection);
        for (int64_t row = 0, end; rows && row < rows->n_rows; row = end) {
            end = end_of_chunk(rows, row);
            PH_TRY(save_chunk(checkpoint, rows, &block->groups[rows->group], row, end));
        }
    }
    return PH_OK;
}

/* --- loading ---------------------------------------------------------------------------------- */

/* Where the synapses of the row and delay at hand are in a block of this rank. */
typedef struct place {
    const ph_rows *rows;    /* NULL: there are none of the projection */
    const ph_group *group;  /* of the targets */
    int64_t row;            /* of the source at hand; -1: there is none */
    uint32_t run, end_run;  /* those of the delay at hand that are left */
    uint64_t first;         /* first synapse of `run` */
    size_t i;               /* within the run: beyond the synapse that was found last */
} place;

typedef struct loading {
    const ph_sim *sim;
    const ph_checkpoint *checkpoint;
    ph_piece piece;         /* the rank's targets */
    place *places;          /* of each block */
    uint64_t found;         /* synapses */
} loading;

/* @return whether the chunk's parts fill it */
static int parse(const void *bytes, size_t n, chunk *c)
{
    const char *at = bytes;
    if (n < sizeof c->of)
        return 0;
    memcpy(&c->of, at, sizeof c->of);
    const head *of = &c->of;
    if (of->n_rows < 0 || of->n_runs < of->n_rows || of->n_synapses < of->n_runs ||
        of->synapse_bytes <= 0 || (size_t)of->n_synapses > n / (size_t)of->synapse_bytes ||
        bytes_before_synapses(of) + (size_t)of->n_synapses * (size_t)of->synapse_bytes != n)
        return 0;
    c->source = (const ph_gid *)(const void *)(at + sizeof *of);
    c->n_runs = (const uint32_t *)(const void *)(c->source + of->n_rows);
    c->runs = (const ph_run *)(const void *)(c->n_runs + of->n_rows);
    c->synapses = at + bytes_before_synapses(of);
    return 1;
}

static ph_status misfit(const loading *l)
{
    return ph_checkpoint_misfit(l->checkpoint, &l->piece);
}

/* The places of a source's row. */
static void find_rows(loading *l, ph_gid source)
{
    for (int b = 0; b < l->sim->network->n_blocks; b++) {
        place *p = &l->places[b];
        p->row = p->rows ? ph_rows_find(p->rows, source) : -1;
    }
}

/* A row that lies here as it did there. @return 1 when it does, and is taken */
static int take_row(const chunk *c, const ph_run *runs, uint32_t n_runs, const char *synapses,
                    size_t n_synapses, const place *p)
{
    const ph_rows *rows = p->rows;
    if (!rows || p->row < 0 || c->of.first != p->group->first ||
        c->of.stride != p->group->stride || c->of.n_neurons != p->group->n)
        return 0;
    uint32_t first_run = rows->first_run[p->row];
    if (rows->first_run[p->row + 1] - first_run != n_runs ||
        memcmp(rows->runs + first_run, runs, n_runs * sizeof *runs) != 0)
        return 0;
    /* Targets are drawn, and so the same; they are what a wrong brain would differ in. */
    char *here = rows->plastic + rows->first[p->row] * rows->synapse_bytes;
    for (size_t k = 0, at = 0; k < n_runs; at += runs[k++].count) {
        size_t bytes = runs[k].count * rows->synapse_bytes,
               targets = runs[k].count * sizeof(uint16_t),
               end = at * rows->synapse_bytes + bytes;
        if (memcmp(here + end - targets, synapses + end - targets, targets) != 0)
            return 0;
    }
    memcpy(here, synapses, n_synapses * rows->synapse_bytes);
    return 1;
}

/* The runs of a delay in the row at hand. */
static void find_runs(place *p, uint16_t delay)
{
    const ph_rows *rows = p->rows;
    p->run = p->end_run = 0;
    if (!rows || p->row < 0)
        return;
    uint32_t end = rows->first_run[p->row + 1];
    p->first = rows->first[p->row];
    p->i = 0;
    for (p->run = rows->first_run[p->row]; p->run < end && rows->runs[p->run].delay != delay;
         p->run++)
        p->first += rows->runs[p->run].count;
    for (p->end_run = p->run; p->end_run < end && rows->runs[p->end_run].delay == delay;)
        p->end_run++;
}

/* The first synapse of a run, from one on, whose target is not below another. */
static size_t first_from(const ph_run_fields *fields, size_t i, size_t count, uint16_t target)
{
    while (i < count) {
        size_t middle = i + (count - i) / 2;
        if (ph_field_target(fields->target, middle) < target)
            i = middle + 1;
        else
            count = middle;
    }
    return i;
}

/* The next synapse onto a target: those of a pair come one after the other. */
static int find_synapse(place *p, uint16_t target, ph_run_fields *fields, size_t *at)
{
    for (; p->run < p->end_run; p->run++) {
        size_t count = p->rows->runs[p->run].count;
        *fields = ph_run_fields_of(p->rows, p->first, count);
        *at = p->i = first_from(fields, p->i, count, target);
        if (p->i < count) {
            p->i++;
            return ph_field_target(fields->target, *at) == target;
        }
        p->first += count;
        p->i = 0;
    }
    return 0;
}

static void copy_synapse(const ph_run_fields *from, size_t i, const ph_run_fields *to, size_t at,
                         int n_states)
{
    memcpy(to->w + at * sizeof(ph_real), from->w + i * sizeof(ph_real), sizeof(ph_real));
    for (int s = 0; s < n_states; s++)
        memcpy(to->state[s] + at * sizeof(ph_real), from->state[s] + i * sizeof(ph_real),
               sizeof(ph_real));
}

/* Those synapses of a run that end here. */
static ph_status spread_run(loading *l, const chunk *c, const ph_run *run, const char *synapses,
                            int n_states)
{
    int n_blocks = l->sim->network->n_blocks;
    ph_run_fields to, from = ph_run_fields_at((char *)(uintptr_t)synapses, run->count, n_states);
    for (size_t i = 0, at; i < run->count; i++) {
        int64_t number = c->of.first + ph_field_target(from.target, i) * c->of.stride;
        int64_t own = number - l->piece.first;
        if (own < 0 || own >= l->piece.count)
            continue;
        place *p = &l->places[own % n_blocks];
        if (!p->rows || !find_synapse(p, (uint16_t)(own / n_blocks), &to, &at))
            return misfit(l);
        copy_synapse(&from, i, &to, at, n_states);
        l->found++;
    }
    return PH_OK;
}

static ph_status spread_row(loading *l, const chunk *c, const ph_run *runs, uint32_t n_runs,
                            const char *synapses, size_t n_synapses, int n_states)
{
    size_t bytes = (size_t)c->of.synapse_bytes;
    for (int b = 0; b < l->sim->network->n_blocks; b++)
        if (take_row(c, runs, n_runs, synapses, n_synapses, &l->places[b])) {
            l->found += n_synapses;
            return PH_OK;
        }
    for (uint32_t k = 0; k < n_runs; synapses += runs[k++].count * bytes) {
        int goes_on = k > 0 && runs[k].delay == runs[k - 1].delay; /* one that was cut in two */
        for (int b = 0; !goes_on && b < l->sim->network->n_blocks; b++)
            find_runs(&l->places[b], runs[k].delay);
        PH_TRY(spread_run(l, c, &runs[k], synapses, n_states));
    }
    return PH_OK;
}

static ph_status load_chunk(void *context, const ph_piece *piece, const void *bytes, size_t n)
{
    loading *l = context;
    chunk c;
    const ph_rule *rule = ph_projection_rule(l->sim->brain->projections[piece->index]);
    size_t synapse = ph_plastic_bytes(rule);
    if (!parse(bytes, n, &c) || (size_t)c.of.synapse_bytes != synapse)
        return misfit(l);
    const ph_run *runs = c.runs, *last = c.runs + c.of.n_runs;
    const char *at = c.synapses, *end = at + (size_t)c.of.n_synapses * synapse;
    for (int64_t row = 0; row < c.of.n_rows; runs += c.n_runs[row++]) {
        size_t n_synapses = 0;
        if (c.n_runs[row] > (size_t)(last - runs))
            return misfit(l);
        for (uint32_t k = 0; k < c.n_runs[row]; k++)
            n_synapses += runs[k].count;
        if (n_synapses > (size_t)(end - at) / synapse)
            return misfit(l);
        find_rows(l, c.source[row]);
        PH_TRY(spread_row(l, &c, runs, c.n_runs[row], at, n_synapses, rule->n_states));
        at += n_synapses * synapse;
    }
    return PH_OK;
}

static ph_status load_projection(const ph_sim *sim, ph_checkpoint *checkpoint, int projection,
                                 int population)
{
    uint64_t all = 0;
    loading l = {.sim = sim,
                 .checkpoint = checkpoint,
                 .piece = {PH_SECTION_SYNAPSE, projection, 0, sim->network->share_first[population],
                           sim->network->share_count[population]}};
    PH_ALLOC(l.places, sim->network->n_blocks);
    for (int b = 0; b < sim->network->n_blocks; b++) {
        const ph_block *block = &sim->network->blocks[b];
        const ph_rows *rows = ph_block_plastic_rows(block, projection);
        if (!rows)
            continue;
        l.places[b] = (place){.rows = rows, .group = &block->groups[rows->group], .row = -1};
        all += rows->n_synapses;
    }
    ph_status status = ph_checkpoint_each(checkpoint, &l.piece, load_chunk, &l);
    ph_free(l.places);
    PH_TRY(status);
    return l.found == all ? PH_OK : misfit(&l);
}

ph_status ph_keep_synapses(ph_sim *sim, ph_checkpoint *checkpoint)
{
    for (int p = 0; p < sim->brain->n_projections; p++) {
        const ph_projection *of = sim->brain->projections[p];
        int population = of->target.span.population;
        if (sim->network->share_count[population] == 0 || !ph_projection_rule(of) || of->cut)
            continue;
        if (ph_checkpoint_is_loading(checkpoint))
            PH_TRY(load_projection(sim, checkpoint, p, population));
        else
            PH_TRY(save_projection(sim, checkpoint, p));
    }
    return PH_OK;
}
