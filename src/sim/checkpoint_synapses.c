/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint's plastic synapses: weight and the rule's states of each, in the order of target,
 * source, delay and ordinal, which needs no ids. Rows are ordered by source, so a pass over them
 * with a cursor for each target gives that order; it is for as many targets as fit in memory. */
#include "sim/checkpoint.h"

#include "base/memory.h"
#include "network/contexts.h"

#include <string.h>

#define PASS_BYTES ((size_t)64 << 20)
#define RUNS_AHEAD 6 /* whose memory is asked for */
#define LINE_BYTES 64
#define PLACES 64    /* of synapses, at once */

/* The projection's synapses in one block. Threads share the blocks: what they count in is their
 * own, as targets of different threads lie between each other in the share. */
typedef struct part {
    const ph_rows *rows;    /* NULL: there are none */
    const ph_group *group;  /* of the targets */
    size_t *cursor;         /* of each neuron of the group: its next synapse in `values` */
    uint32_t *done;         /* of each run: synapses that former passes have moved */
} part;

/* Targets of a projection that one pass is for; numbers are within the rank's share. */
typedef struct pass {
    const ph_sim *sim;
    int projection;
    int64_t share_first, share_count;
    int64_t begin, end;     /* the pass' targets */
    part *parts;            /* of each block */
    uint32_t *counts;       /* synapses of each target of the share */
    size_t *place;          /* of each target of the pass: its first synapse in `values` */
    char *values;
    size_t bytes;           /* of a synapse */
    int is_loading;
} pass;

/* The number of a group's neuron 0; those of the others follow by the stride. */
static int64_t number_of_first(const pass *p, const part *of)
{
    return of->group->first - p->share_first;
}

/* A field of synapses whose targets stand one behind the other: they lie in `values` wherever each
 * target's next synapse is, so that the places are found once and used for all fields. */
static void move_field(char *field, char *const *places, size_t at, size_t n, int is_loading)
{
    for (size_t i = 0; i < n; i++, field += sizeof(ph_real))
        if (is_loading)
            memcpy(field, places[i] + at, sizeof(ph_real));
        else
            memcpy(places[i] + at, field, sizeof(ph_real));
}

/* Synapses of a run from one on whose targets are below `end`, the neuron in the group.
 * @return the first that is left */
static size_t move_run(const pass *p, const part *of, const ph_run_fields *fields, size_t begin,
                       size_t count, int64_t end)
{
    char *places[PLACES], *values = p->values;
    size_t bytes = p->bytes, *cursor = of->cursor, n = PLACES;
    for (; n == PLACES; begin += n) {
        size_t most = count - begin < PLACES ? count - begin : PLACES;
        const char *target = fields->target + begin * sizeof(uint16_t);
        for (n = 0; n < most && ph_field_target(target, n) < end; n++)
            places[n] = values + cursor[ph_field_target(target, n)]++ * bytes;
        size_t at = begin * sizeof(ph_real);
        move_field(fields->w + at, places, 0, n, p->is_loading);
        for (int s = 0; s < of->rows->rule->n_states; s++)
            move_field(fields->state[s] + at, places, (size_t)(s + 1) * sizeof(ph_real), n,
                       p->is_loading);
    }
    return begin;
}

/* The first neuron of a group whose number is not below another. */
static int64_t first_neuron(const pass *p, const part *of, int64_t number)
{
    int64_t beyond = number - number_of_first(p, of), stride = of->group->stride;
    return beyond <= 0 ? 0 : (beyond + stride - 1) / stride;
}

static void prefetch_field(const char *field, size_t begin, size_t n, size_t size)
{
    const char *end = field + (begin + n) * size;
    for (const char *line = field + begin * size; line < end; line += LINE_BYTES)
        __builtin_prefetch(line);
}

/* A pass finds a piece of each run, at places that no processor foresees. @param n its synapses */
static void prefetch_run(const part *of, uint64_t k, uint64_t first, size_t n)
{
    ph_run_fields fields = ph_run_fields_of(of->rows, first, of->rows->runs[k].count);
    size_t begin = of->done[k];
    prefetch_field(fields.target, begin, n, sizeof(uint16_t));
    prefetch_field(fields.w, begin, n, sizeof(ph_real));
    for (int s = 0; s < of->rows->rule->n_states; s++)
        prefetch_field(fields.state[s], begin, n, sizeof(ph_real));
}

static void move_part(const pass *p, const part *of)
{
    const ph_rows *rows = of->rows;
    uint64_t first = 0, n_runs = rows->first_run[rows->n_rows], ahead = 0, first_ahead = 0;
    int64_t begin = first_neuron(p, of, p->begin), end = first_neuron(p, of, p->end);
    size_t moved = 0; /* of the last run: about as many as of the next */
    for (int64_t i = begin; i < end && i < of->group->n; i++)
        of->cursor[i] = p->place[number_of_first(p, of) + i * of->group->stride - p->begin];
    for (uint64_t k = 0; k < n_runs; first += rows->runs[k++].count) {
        for (; ahead < n_runs && ahead <= k + RUNS_AHEAD; first_ahead += rows->runs[ahead++].count)
            prefetch_run(of, ahead, first_ahead, moved);
        size_t count = rows->runs[k].count, done = of->done[k];
        ph_run_fields fields = ph_run_fields_of(rows, first, count);
        of->done[k] = (uint32_t)move_run(p, of, &fields, done, count, end);
        moved = of->done[k] - done;
    }
}

static void count_part(const pass *p, const part *of)
{
    const ph_rows *rows = of->rows;
    uint64_t first = 0, n_runs = rows->first_run[rows->n_rows];
    for (uint64_t k = 0; k < n_runs; first += rows->runs[k++].count) {
        size_t count = rows->runs[k].count;
        ph_run_fields fields = ph_run_fields_of(rows, first, count);
        for (size_t i = 0; i < count; i++)
            of->cursor[ph_field_target(fields.target, i)]++;
    }
    for (int i = 0; i < of->group->n; i++)
        p->counts[number_of_first(p, of) + i * of->group->stride] = (uint32_t)of->cursor[i];
}

/* Each block by the thread that simulates it, which has it near. */
static void each_part(const pass *p, void work(const pass *p, const part *of))
{
#pragma omp parallel for num_threads(p->sim->threads) schedule(static, 1)
    for (int b = 0; b < p->sim->network->n_blocks; b++)
        if (p->parts[b].rows)
            work(p, &p->parts[b]);
}

static ph_status make_parts(pass *p)
{
    PH_ALLOC(p->parts, p->sim->network->n_blocks);
    for (int b = 0; b < p->sim->network->n_blocks; b++) {
        const ph_block *block = &p->sim->network->blocks[b];
        part *of = &p->parts[b];
        const ph_rows *rows = ph_block_plastic_rows(block, p->projection);
        if (!rows)
            continue;
        of->group = &block->groups[rows->group];
        PH_ALLOC(of->cursor, of->group->n);
        PH_ALLOC(of->done, rows->first_run[rows->n_rows]);
        of->rows = rows;
    }
    return PH_OK;
}

static void free_pass(pass *p)
{
    for (int b = 0; p->parts && b < p->sim->network->n_blocks; b++) {
        ph_free(p->parts[b].cursor);
        ph_free(p->parts[b].done);
    }
    ph_free(p->parts);
    ph_free(p->counts);
    ph_free(p->place);
    ph_free(p->values);
}

/* --- passes ----------------------------------------------------------------------------------- */

static void place_targets(pass *p)
{
    size_t n = 0;
    for (int64_t i = p->begin; i < p->end; i++) {
        p->place[i - p->begin] = n;
        n += p->counts[i];
    }
}

static ph_status load_target(void *context, int64_t element, const void *items, uint32_t n)
{
    pass *p = context;
    int64_t number = element - p->share_first;
    PH_CHECK(n == p->counts[number], PH_FILE,
             "the checkpoint is of another brain: projection %d has %u synapses onto a neuron that "
             "has %u here",
             p->projection, n, p->counts[number]);
    memcpy(p->values + p->place[number - p->begin] * p->bytes, items, n * p->bytes);
    return PH_OK;
}

static ph_status make_pass(pass *p, ph_checkpoint *checkpoint)
{
    ph_piece piece = {PH_SECTION_SYNAPSE, p->projection, 0, p->share_first + p->begin,
                      p->end - p->begin};
    place_targets(p);
    if (p->is_loading)
        PH_TRY(ph_checkpoint_read_lists(checkpoint, &piece, p->bytes, load_target, p));
    each_part(p, move_part);
    if (p->is_loading)
        return PH_OK;
    return ph_checkpoint_write_lists(checkpoint, &piece, p->counts + p->begin, p->bytes,
                                     p->values);
}

/* The targets of the next pass: at least one. @return its synapses */
static size_t next_pass(pass *p)
{
    size_t n = 0;
    p->begin = p->end;
    while (p->end < p->share_count &&
           (p->end == p->begin || (n + p->counts[p->end]) * p->bytes <= PASS_BYTES))
        n += p->counts[p->end++];
    return n;
}

static ph_status make_passes(pass *p, ph_checkpoint *checkpoint)
{
    size_t most = 0, room = 0;
    PH_ALLOC(p->counts, p->share_count);
    PH_ALLOC(p->place, p->share_count);
    PH_TRY(make_parts(p));
    each_part(p, count_part);
    while (p->end < p->share_count) {
        size_t n = next_pass(p);
        most = n > most ? n : most;
    }
    p->end = 0;
    PH_GROW(p->values, room, most * p->bytes + 1);
    while (p->end < p->share_count) {
        (void)next_pass(p);
        PH_TRY(make_pass(p, checkpoint));
    }
    return PH_OK;
}

static ph_status keep_projection(ph_sim *sim, ph_checkpoint *checkpoint, int projection)
{
    const ph_projection *of = sim->brain->projections[projection];
    const ph_rule *rule = ph_projection_rule(of);
    int population = of->target.span.population;
    if (sim->network->share_count[population] == 0 || !rule || of->cut)
        return PH_OK;
    pass p = {.sim = sim,
              .projection = projection,
              .share_first = sim->network->share_first[population],
              .share_count = sim->network->share_count[population],
              .bytes = (size_t)(1 + rule->n_states) * sizeof(ph_real),
              .is_loading = ph_checkpoint_is_loading(checkpoint)};
    ph_status status = make_passes(&p, checkpoint);
    free_pass(&p);
    return status;
}

ph_status ph_keep_synapses(ph_sim *sim, ph_checkpoint *checkpoint)
{
    for (int p = 0; p < sim->brain->n_projections; p++)
        PH_TRY(keep_projection(sim, checkpoint, p));
    return PH_OK;
}
