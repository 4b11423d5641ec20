/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint's plastic synapses: weight and the rule's states of each, in the order of target,
 * source, delay and ordinal, which needs no ids. Rows are ordered by source, so a pass over them
 * with a cursor for each target gives that order; it is for as many targets as fit in memory. */
#include "sim/checkpoint.h"

#include "base/memory.h"
#include "network/contexts.h"

#include <string.h>

#define PASS_BYTES ((size_t)64 << 20)

/* Targets of a projection that one pass is for; numbers are within the rank's share. */
typedef struct pass {
    const ph_sim *sim;
    int projection;
    int64_t share_first;
    int64_t begin, end;    /* the pass' targets */
    const uint32_t *counts;/* synapses of each target of the share */
    size_t *cursor;        /* of each target of the pass: its next synapse in `values` */
    char *values;
    size_t bytes;          /* of a synapse */
    int is_loading;
} pass;

/* The first target of a run, by index, whose number is at or above another. */
static size_t first_from(const pass *p, const ph_group *group, const ph_run_fields *fields,
                         size_t count, int64_t number)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int64_t there = group->first - p->share_first +
                        ph_field_target(fields->target, middle) * group->stride;
        if (there < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void move_synapse(const ph_run_fields *fields, size_t i, int n_states, char *value,
                         int is_loading)
{
    size_t at = i * sizeof(ph_real);
    for (int s = -1; s < n_states; s++, value += sizeof(ph_real)) {
        char *field = (s < 0 ? fields->w : fields->state[s]) + at;
        if (is_loading)
            memcpy(field, value, sizeof(ph_real));
        else
            memcpy(value, field, sizeof(ph_real));
    }
}

static void move_run(const pass *p, const ph_rows *rows, const ph_group *group, uint64_t first,
                     size_t count)
{
    ph_run_fields fields = ph_run_fields_of(rows, first, count);
    for (size_t i = first_from(p, group, &fields, count, p->begin); i < count; i++) {
        int64_t number = group->first - p->share_first +
                         ph_field_target(fields.target, i) * group->stride;
        if (number >= p->end)
            return;
        char *value = p->values + p->cursor[number - p->begin]++ * p->bytes;
        move_synapse(&fields, i, rows->rule->n_states, value, p->is_loading);
    }
}

/* Called with each run of the projection's rows. */
typedef void visit_run(void *context, const ph_rows *rows, const ph_group *group, uint64_t first,
                       size_t count);

static void each_run(const ph_sim *sim, int projection, visit_run *visit, void *context)
{
    for (int b = 0; b < sim->network->n_blocks; b++) {
        const ph_block *block = &sim->network->blocks[b];
        const ph_rows *rows = ph_block_plastic_rows(block, projection);
        uint64_t first = 0;
        for (uint64_t k = 0; rows && k < rows->first_run[rows->n_rows]; k++) {
            visit(context, rows, &block->groups[rows->group], first, rows->runs[k].count);
            first += rows->runs[k].count;
        }
    }
}

static void visit_pass(void *context, const ph_rows *rows, const ph_group *group, uint64_t first,
                       size_t count)
{
    move_run(context, rows, group, first, count);
}

/* --- counting --------------------------------------------------------------------------------- */

typedef struct counting {
    uint32_t *counts;
    int64_t share_first;
} counting;

static void count_run(void *context, const ph_rows *rows, const ph_group *group, uint64_t first,
                      size_t count)
{
    counting *c = context;
    ph_run_fields fields = ph_run_fields_of(rows, first, count);
    for (size_t i = 0; i < count; i++)
        c->counts[group->first - c->share_first +
                  ph_field_target(fields.target, i) * group->stride]++;
}

/* --- passes ----------------------------------------------------------------------------------- */

/* Let each target's cursor stand at its first synapse. @return synapses of the pass */
static size_t place_cursors(pass *p)
{
    size_t n = 0;
    for (int64_t i = p->begin; i < p->end; i++) {
        p->cursor[i - p->begin] = n;
        n += p->counts[i];
    }
    return n;
}

static ph_status load_target(void *context, int64_t element, const void *items, uint32_t n)
{
    pass *p = context;
    int64_t number = element - p->share_first;
    PH_CHECK(n == p->counts[number], PH_FILE,
             "the checkpoint is of another brain: projection %d has %u synapses onto a neuron that "
             "has %u here",
             p->projection, n, p->counts[number]);
    memcpy(p->values + p->cursor[number - p->begin] * p->bytes, items, n * p->bytes);
    return PH_OK;
}

static ph_status make_pass(pass *p, ph_checkpoint *checkpoint)
{
    ph_piece piece = {PH_SECTION_SYNAPSE, p->projection, 0, p->share_first + p->begin,
                      p->end - p->begin};
    (void)place_cursors(p);
    if (p->is_loading)
        PH_TRY(ph_checkpoint_read_lists(checkpoint, &piece, p->bytes, load_target, p));
    each_run(p->sim, p->projection, visit_pass, p);
    if (p->is_loading)
        return PH_OK;
    return ph_checkpoint_write_lists(checkpoint, &piece, p->counts + p->begin, p->bytes,
                                     p->values);
}

/* The targets of the next pass: at least one. @return its synapses */
static size_t next_pass(pass *p, int64_t share_count)
{
    size_t n = 0;
    p->begin = p->end;
    while (p->end < share_count &&
           (p->end == p->begin || (n + p->counts[p->end]) * p->bytes <= PASS_BYTES))
        n += p->counts[p->end++];
    return n;
}

static ph_status make_passes(pass *p, ph_checkpoint *checkpoint, int64_t share_count)
{
    size_t most = 0, room = 0;
    while (p->end < share_count) {
        size_t n = next_pass(p, share_count);
        most = n > most ? n : most;
    }
    p->end = 0;
    PH_GROW(p->values, room, most * p->bytes + 1);
    while (p->end < share_count) {
        (void)next_pass(p, share_count);
        PH_TRY(make_pass(p, checkpoint));
    }
    return PH_OK;
}

static ph_status keep_projection(ph_sim *sim, ph_checkpoint *checkpoint, int projection)
{
    const ph_projection *of = sim->brain->projections[projection];
    const ph_rule *rule = ph_projection_rule(of);
    int population = of->target.span.population;
    int64_t share_count = sim->network->share_count[population];
    if (share_count == 0 || !rule || of->cut)
        return PH_OK;
    counting c = {.share_first = sim->network->share_first[population]};
    PH_ALLOC(c.counts, share_count);
    each_run(sim, projection, count_run, &c);
    pass p = {.sim = sim,
              .projection = projection,
              .share_first = c.share_first,
              .counts = c.counts,
              .bytes = (size_t)(1 + rule->n_states) * sizeof(ph_real),
              .is_loading = ph_checkpoint_is_loading(checkpoint)};
    p.cursor = ph_calloc((size_t)share_count, sizeof *p.cursor);
    ph_status status = p.cursor ? make_passes(&p, checkpoint, share_count)
                                : ph_error(PH_RESOURCE, "out of memory: a checkpoint");
    ph_free(p.cursor);
    ph_free(p.values);
    ph_free(c.counts);
    return status;
}

ph_status ph_keep_synapses(ph_sim *sim, ph_checkpoint *checkpoint)
{
    for (int p = 0; p < sim->brain->n_projections; p++)
        PH_TRY(keep_projection(sim, checkpoint, p));
    return PH_OK;
}
