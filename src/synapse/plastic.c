/* SPDX-License-Identifier: Apache-2.0 */
/* Visiting plastic synapses. Buckets are short (a source's targets on one block, spread over the
 * delays), so those of a step are copied into one batch, which the rule treats as a whole. */
#include "synapse/plastic.h"

#include "plasticity/history.h"
#include "synapse/lines.h"

#include <string.h>

/* Lines of synapses that are on their way: about those of the next batch. */
#define AHEAD 96

/* Copies go by whole blocks, so there is room for a block behind the last synapse. */
#define ROOM (PH_VISIT_MOST + PH_PAD)

/* Synapses of a batch that belong to one run. */
typedef struct batch_piece {
    ph_run_fields fields; /* of the run */
    int offset, n;        /* which of its synapses */
} batch_piece;

typedef struct plastic_batch {
    uint32_t rows; /* index in the block */
    int n, n_pieces;
    uint16_t target[ROOM];
    int32_t interval[ROOM];
    ph_real x[PH_TRACES][ROOM];
    ph_gid source[ROOM]; /* where the rule draws */
    ph_real released[ROOM]; /* with short-term plasticity */
    ph_real w[ROOM];
    ph_real state[PH_RULE_STATES][ROOM];
    batch_piece pieces[PH_VISIT_MOST];
    unsigned n_ahead;
    const char *ahead[PH_VISIT_MOST]; /* lines to be asked for during the visit */
} plastic_batch;

/* --- into the batch --------------------------------------------------------------------------- */

/* Elements in whole blocks: rows end with room for one. */
PH_INLINE void copy_blocks(void *to, const char *from, int n, size_t size)
{
    for (size_t i = 0; i < (size_t)n; i += PH_PAD)
        memcpy((char *)to + i * size, from + i * size, PH_PAD * size);
}

PH_INLINE void fill_blocks(plastic_batch *batch, int at, int n, int32_t interval, ph_real x)
{
    for (int first = at; first < at + n; first += PH_PAD)
        for (int i = first; i < first + PH_PAD; i++) {
            batch->interval[i] = interval;
            batch->x[0][i] = x;
        }
}

/* Synapses of the same source, target and delay lie behind one another in their run, wherever that
 * is cut into pieces. */
static void fill_sources(plastic_batch *batch, ph_gid source, const batch_piece *piece)
{
    ph_gid ordinal = 0;
    int first = piece->offset;
    while (first > 0 && ph_field_target(piece->fields.target, first - 1) ==
                            ph_field_target(piece->fields.target, first))
        first--;
    for (int i = first; i < piece->offset + piece->n; i++) {
        int again = i > first && ph_field_target(piece->fields.target, i - 1) ==
                                     ph_field_target(piece->fields.target, i);
        ordinal = again ? ordinal + 1 : 0;
        if (i >= piece->offset)
            batch->source[batch->n + i - piece->offset] = source | ordinal << PH_ORDINAL_SHIFT;
    }
}

/* What few projections ask for. */
static void fill_more(plastic_batch *batch, const ph_rows *rows, const ph_plastic_bucket *bucket,
                      const batch_piece *piece)
{
    int n = piece->n;
    for (int i = batch->n; rows->rule->pre[1] && i < batch->n + n; i++)
        batch->x[1][i] = bucket->x[1];
    if (rows->rule->draws && rows->rule->draws(rows->context->params))
        fill_sources(batch, rows->source[bucket->row], piece);
    for (int i = batch->n; rows->release && i < batch->n + n; i++)
        batch->released[i] = bucket->released;
}

static void take(plastic_batch *batch, const ph_rows *rows, const ph_plastic_bucket *bucket,
                 const batch_piece *piece)
{
    const ph_run_fields *fields = &piece->fields;
    size_t real = (size_t)piece->offset * sizeof(ph_real);
    int at = batch->n, n = piece->n;
    copy_blocks(batch->target + at, fields->target + (size_t)piece->offset * sizeof(uint16_t), n,
                sizeof(uint16_t));
    fill_blocks(batch, at, n, bucket->interval, bucket->x[0]);
    fill_more(batch, rows, bucket, piece);
    copy_blocks(batch->w + at, fields->w + real, n, sizeof(ph_real));
    for (int s = 0; s < rows->rule->n_states; s++)
        copy_blocks(batch->state[s] + at, fields->state[s] + real, n, sizeof(ph_real));
    for (int i = at; i < at + n; i++)
        __builtin_prefetch(&rows->history->recent[batch->target[i]]);
    batch->pieces[batch->n_pieces++] = *piece;
    batch->n += n;
}

/* --- out of it -------------------------------------------------------------------------------- */

#define PART 8

/* Exactly n elements; the last part may overlap the one before. */
PH_INLINE void copy_back(char *to, const ph_real *from, int n)
{
    if (n < PART) {
        for (int i = 0; i < n; i++)
            memcpy(to + (size_t)i * sizeof *from, from + i, sizeof *from);
        return;
    }
    for (int i = 0; i < n - PART; i += PART)
        memcpy(to + (size_t)i * sizeof *from, from + i, PART * sizeof *from);
    memcpy(to + (size_t)(n - PART) * sizeof *from, from + n - PART, PART * sizeof *from);
}

static void put_back(const plastic_batch *batch, int n_states)
{
    int at = 0;
    for (int p = 0; p < batch->n_pieces; p++) {
        const batch_piece *piece = &batch->pieces[p];
        size_t offset = (size_t)piece->offset * sizeof(ph_real);
        copy_back(piece->fields.w + offset, batch->w + at, piece->n);
        for (int s = 0; s < n_states; s++)
            copy_back(piece->fields.state[s] + offset, batch->state[s] + at, piece->n);
        at += piece->n;
    }
}

static void add(ph_block *block, const plastic_batch *batch, ph_rows *rows, int wide)
{
    const ph_group *group = &block->groups[rows->group];
    const double scale = rows->sign / group->quantum[rows->port]; /* a power of two: exact */
    int n = batch->n, base = rows->port * block->n_slots + group->slot;
    int64_t *wide_input = block->wide + base;
    ph_usum *input = (ph_usum *)block->input + base;
    const double *factor = rows->scaling ? rows->scaling->factor : NULL;
    for (int i = 0; i < n; i++) {
        double weight = (double)batch->w[i] * (rows->release ? (double)batch->released[i] : 1);
        weight *= factor ? factor[batch->target[i]] : 1;
        int64_t quanta = ph_round(weight * scale);
        if (wide)
            wide_input[batch->target[i]] += quanta;
        else
            input[batch->target[i]] += (ph_usum)quanta;
    }
    block->events += n;
    rows->events += n;
}

static void finish(ph_block *block, plastic_batch *batch, ph_step step, ph_visit_kind kind,
                   int wide)
{
    if (batch->n == 0)
        return;
    ph_rows *rows = &block->rows[batch->rows];
    ph_visit visit = {.arrival = step,
                      .kind = kind,
                      .n = batch->n,
                      .target = batch->target,
                      .interval = batch->interval,
                      .x = {batch->x[0], batch->x[1]},
                      .source = batch->source,
                      .w = batch->w,
                      .history = rows->history,
                      .targets = rows->targets,
                      .ahead = batch->ahead,
                      .n_ahead = (int)batch->n_ahead};
    for (int s = 0; s < rows->rule->n_states; s++)
        visit.state[s] = batch->state[s];
    rows->rule->visit(rows->context, &visit);
    put_back(batch, rows->rule->n_states);
    if (kind == PH_VISIT_SPIKE)
        add(block, batch, rows, wide);
    batch->n = batch->n_pieces = batch->n_ahead = 0;
}

/* --- lines ahead ------------------------------------------------------------------------------ */

/* Runs over the lines of a list's buckets, AHEAD of those that have been taken. */
typedef struct line_cursor {
    const ph_plastic_bucket *next, *last;
    const char *at, *end; /* of the bucket that it is in */
    int ahead;            /* lines it is in front */
} line_cursor;

static const char *bucket_begin(const ph_block *block, ph_bucket bucket)
{
    const ph_rows *rows = &block->rows[ph_bucket_rows(bucket)];
    return rows->plastic + ph_bucket_first(bucket) * rows->synapse_bytes;
}

static size_t bucket_bytes(const ph_block *block, ph_bucket bucket)
{
    return ph_bucket_count(bucket) * block->rows[ph_bucket_rows(bucket)].synapse_bytes;
}

/* Move on, and have what is met prefetched: by the visit, as long as it has synapses for it. */
static void run_ahead(const ph_block *block, plastic_batch *batch, unsigned most,
                      line_cursor *c)
{
    while (c->ahead < AHEAD) {
        if (c->at >= c->end) {
            if (c->next == c->last)
                return;
            ph_bucket bucket = c->next++->bucket;
            const char *begin = bucket_begin(block, bucket);
            c->at = ph_line_of(begin);
            c->end = begin + bucket_bytes(block, bucket);
        }
        if (batch->n_ahead < most)
            batch->ahead[batch->n_ahead++] = c->at;
        else
            __builtin_prefetch(c->at, 1);
        c->at += PH_LINE;
        c->ahead++;
    }
}

/* Lines of a bucket from its beginning to the end of its first n synapses. */
static int lines_to(const ph_block *block, ph_bucket bucket, int n)
{
    const char *begin = bucket_begin(block, bucket);
    size_t bytes = (size_t)n * block->rows[ph_bucket_rows(bucket)].synapse_bytes;
    return (int)((ph_line_of(begin + bytes - 1) - ph_line_of(begin)) / PH_LINE) + 1;
}

/* --- the list --------------------------------------------------------------------------------- */

void ph_deliver_plastic(ph_block *block, const ph_plastic_list *list, ph_step step,
                        ph_visit_kind kind, int wide)
{
    plastic_batch batch; /* not cleared: it is large */
    batch.rows = 0;
    batch.n = batch.n_pieces = batch.n_ahead = 0;
    line_cursor cursor = {.next = list->buckets, .last = list->buckets + list->count};
    run_ahead(block, &batch, 0, &cursor);
    for (size_t b = 0; b < list->count; b++) {
        const ph_plastic_bucket *bucket = &list->buckets[b];
        int count = (int)ph_bucket_count(bucket->bucket), lines = 0;
        if (ph_bucket_rows(bucket->bucket) != batch.rows)
            finish(block, &batch, step, kind, wide);
        batch.rows = ph_bucket_rows(bucket->bucket);
        const ph_rows *rows = &block->rows[batch.rows];
        batch_piece piece = {
            .fields = ph_run_fields_of(rows, ph_bucket_first(bucket->bucket), (size_t)count)};
        for (; piece.offset < count; piece.offset += piece.n) {
            int left = count - piece.offset, room = PH_VISIT_MOST - batch.n;
            piece.n = left < room ? left : room;
            take(&batch, rows, bucket, &piece);
            int before = lines;
            lines = lines_to(block, bucket->bucket, piece.offset + piece.n);
            cursor.ahead -= lines - before;
            run_ahead(block, &batch, (unsigned)batch.n, &cursor);
            if (batch.n == PH_VISIT_MOST)
                finish(block, &batch, step, kind, wide);
        }
    }
    finish(block, &batch, step, kind, wide);
}
