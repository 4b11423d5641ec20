/* SPDX-License-Identifier: Apache-2.0 */
/* Visiting plastic synapses. Buckets are short (a source's targets on one block, spread over the
 * delays), so those of a step are copied into one batch, which the rule treats as a whole. */
#include "synapse/plastic.h"

#include "plasticity/history.h"
#include "synapse/lines.h"

#include <string.h>

#define AHEAD 24 /* buckets whose synapses are asked for before they are copied */

/* Copies go by whole blocks, so there is room for a block behind the last synapse. */
#define ROOM (PH_VISIT_MOST + PH_PAD)

/* Synapses of a batch that lie next to each other. */
typedef struct batch_piece {
    uint64_t first;
    int at, n; /* where in the batch */
} batch_piece;

typedef struct plastic_batch {
    uint32_t rows; /* index in the block */
    int n, n_pieces;
    uint32_t target[ROOM];
    int32_t interval[ROOM];
    ph_real x[ROOM];
    ph_real w[ROOM];
    ph_real state[PH_RULE_STATES][ROOM];
    batch_piece pieces[PH_VISIT_MOST];
} plastic_batch;

/* --- into the batch --------------------------------------------------------------------------- */

/* n elements, rounded up to whole blocks: rows end with room for one. */
PH_INLINE void copy_blocks(ph_real *to, const ph_real *from, int n)
{
    for (int i = 0; i < n; i += PH_PAD)
        memcpy(to + i, from + i, PH_PAD * sizeof *to);
}

static void take(plastic_batch *batch, const ph_rows *rows, const ph_plastic_bucket *bucket,
                 uint64_t first, int n)
{
    int at = batch->n;
    for (int i = 0; i < n; i += PH_PAD) {
        memcpy(batch->target + at + i, rows->target + first + i, PH_PAD * sizeof *rows->target);
        for (int j = 0; j < PH_PAD; j++) {
            batch->interval[at + i + j] = bucket->interval;
            batch->x[at + i + j] = bucket->x;
        }
        for (int j = 0; j < PH_PAD; j++)
            __builtin_prefetch(&rows->history->recent[rows->target[first + (uint64_t)(i + j)]]);
    }
    copy_blocks(batch->w + at, rows->w + first, n);
    for (int s = 0; s < rows->rule->n_states; s++)
        copy_blocks(batch->state[s] + at, rows->state[s] + first, n);
    batch->pieces[batch->n_pieces++] = (batch_piece){first, at, n};
    batch->n += n;
}

/* --- out of it -------------------------------------------------------------------------------- */

static void put_back(const plastic_batch *batch, ph_rows *rows)
{
    for (int p = 0; p < batch->n_pieces; p++) {
        const batch_piece *piece = &batch->pieces[p];
        for (int i = 0; i < piece->n; i++)
            rows->w[piece->first + (uint64_t)i] = batch->w[piece->at + i];
        for (int s = 0; s < rows->rule->n_states; s++)
            for (int i = 0; i < piece->n; i++)
                rows->state[s][piece->first + (uint64_t)i] = batch->state[s][piece->at + i];
    }
}

static void add(ph_block *block, const plastic_batch *batch, ph_rows *rows, int wide)
{
    const ph_group *group = &block->groups[rows->group];
    const double scale = rows->sign / group->quantum[rows->port]; /* a power of two: exact */
    int base = rows->port * block->n_slots + group->slot;
    for (int i = 0; i < batch->n; i++) {
        int64_t quanta = ph_round((double)batch->w[i] * scale);
        if (wide)
            block->wide[base + (int)batch->target[i]] += quanta;
        else
            ((ph_usum *)block->input)[base + (int)batch->target[i]] += (ph_usum)quanta;
    }
    block->events += batch->n;
    rows->events += batch->n;
}

static void finish(ph_block *block, plastic_batch *batch, ph_step step, int is_spike, int wide)
{
    if (batch->n == 0)
        return;
    ph_rows *rows = &block->rows[batch->rows];
    ph_visit visit = {.arrival = step,
                      .is_spike = is_spike,
                      .n = batch->n,
                      .target = batch->target,
                      .interval = batch->interval,
                      .x = batch->x,
                      .w = batch->w,
                      .history = rows->history};
    for (int s = 0; s < rows->rule->n_states; s++)
        visit.state[s] = batch->state[s];
    rows->rule->visit(rows->context, &visit);
    put_back(batch, rows);
    if (is_spike)
        add(block, batch, rows, wide);
    batch->n = batch->n_pieces = 0;
}

/* --- the list --------------------------------------------------------------------------------- */

PH_INLINE void prefetch_lines(const void *first, size_t bytes)
{
    const char *end = (const char *)first + bytes;
    for (const char *at = ph_line_of(first); at < end; at += PH_LINE)
        __builtin_prefetch(at, 1);
}

static void prefetch_bucket(const ph_block *block, ph_bucket bucket)
{
    const ph_rows *rows = &block->rows[ph_bucket_rows(bucket)];
    uint64_t first = ph_bucket_first(bucket), count = ph_bucket_count(bucket);
    prefetch_lines(rows->target + first, count * sizeof *rows->target);
    prefetch_lines(rows->w + first, count * sizeof *rows->w);
    for (int s = 0; s < rows->rule->n_states; s++)
        prefetch_lines(rows->state[s] + first, count * sizeof(ph_real));
}

void ph_deliver_plastic(ph_block *block, const ph_plastic_list *list, ph_step step, int is_spike,
                        int wide)
{
    plastic_batch batch; /* not cleared: it is large */
    batch.rows = 0;
    batch.n = batch.n_pieces = 0;
    for (size_t b = 0; b < AHEAD && b < list->count; b++)
        prefetch_bucket(block, list->buckets[b].bucket);
    for (size_t b = 0; b < list->count; b++) {
        const ph_plastic_bucket *bucket = &list->buckets[b];
        if (b + AHEAD < list->count)
            prefetch_bucket(block, list->buckets[b + AHEAD].bucket);
        uint64_t first = ph_bucket_first(bucket->bucket);
        int left = (int)ph_bucket_count(bucket->bucket);
        if (ph_bucket_rows(bucket->bucket) != batch.rows)
            finish(block, &batch, step, is_spike, wide);
        batch.rows = ph_bucket_rows(bucket->bucket);
        while (left > 0) {
            int room = PH_VISIT_MOST - batch.n, n = left < room ? left : room;
            take(&batch, &block->rows[batch.rows], bucket, first, n);
            if (batch.n == PH_VISIT_MOST)
                finish(block, &batch, step, is_spike, wide);
            first += (uint64_t)n;
            left -= n;
        }
    }
    finish(block, &batch, step, is_spike, wide);
}
