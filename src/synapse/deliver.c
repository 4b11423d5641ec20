/* SPDX-License-Identifier: Apache-2.0 */
/* Adding the buckets of a step. Sums are of integers, added as unsigned, so their order is free. */
#include "synapse/deliver.h"

#include "base/isa.h"
#include "plasticity/history.h"

#include <string.h>

#ifdef PH_DOUBLE
typedef uint64_t unsigned_sum;
#else
typedef uint32_t unsigned_sum;
#endif

/* Lines of synapses on their way into L1 ahead of the additions: buckets lie anywhere in memory and
 * are a few lines long, so the hardware's prefetcher comes too late for most of them. */
#define AHEAD 48
#define LINE 64 /* bytes of a cache line */
#define PER_LINE (LINE / sizeof(ph_synapse))

/* Sums stay below 2^30, so that stimuli have as much room again. */
#define SAFE_SUM ((int64_t)1 << 30)

/* Where the rows' synapses and their port's inputs lie, found once a step. */
typedef struct places {
    const ph_synapse *synapses[PH_STATIC_ROWS];
    unsigned_sum *input[PH_STATIC_ROWS];
} places;

static places places_of(const ph_block *block)
{
    places p;
    for (int r = 0; r < block->n_rows && r < PH_STATIC_ROWS; r++) {
        p.synapses[r] = block->rows[r].synapses;
        p.input[r] = (unsigned_sum *)block->input + block->rows[r].port * block->n_slots;
    }
    return p;
}

/* Runs over the lines of a step's buckets, AHEAD lines before the additions. */
typedef struct cursor {
    const ph_bucket *next, *last;
    const char *at, *end; /* of the bucket that it is in */
} cursor;

PH_INLINE const char *line_of(const void *place)
{
    return (const char *)((uintptr_t)place & ~(uintptr_t)(LINE - 1));
}

/* At its end the cursor stays where it is: a line asked for again costs nothing. */
PH_INLINE void prefetch_line(const places *p, cursor *c)
{
    __builtin_prefetch(c->at);
    c->at += LINE;
    if (c->at >= c->end && c->next < c->last) {
        ph_bucket bucket = *c->next++;
        const ph_synapse *first = p->synapses[ph_bucket_rows(bucket)] + ph_bucket_first(bucket);
        c->at = line_of(first);
        c->end = (const char *)(first + ph_bucket_count(bucket));
    }
}

PH_INLINE size_t lines_of(const ph_synapse *synapse, size_t n)
{
    return (size_t)(line_of(synapse + n - 1) - line_of(synapse)) / LINE + 1;
}

/* Two synapses by one load where they take 8 bytes: the slot is the lower half of each 4. */
PH_INLINE void add_pair(const ph_synapse *synapse, unsigned_sum *input)
{
#if !defined(PH_DOUBLE) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t pair;
    memcpy(&pair, synapse, sizeof pair);
    input[pair & 0xffff] += (uint32_t)((int32_t)(uint32_t)pair >> 16);
    input[pair >> 32 & 0xffff] += (uint32_t)((int64_t)pair >> 48);
#else
    input[synapse[0].slot] += (unsigned_sum)(ph_sum)synapse[0].weight;
    input[synapse[1].slot] += (unsigned_sum)(ph_sum)synapse[1].weight;
#endif
}

static void deliver_static(ph_block *block, const ph_calendar_step *at)
{
    if (at->count == 0)
        return;
    const places p = places_of(block);
    cursor c = {at->buckets, at->buckets + at->count, NULL, NULL};
    for (int i = 0; i < AHEAD; i++)
        prefetch_line(&p, &c);
    int64_t events = 0;
    for (size_t b = 0; b < at->count; b++) {
        ph_bucket bucket = at->buckets[b];
        size_t count = ph_bucket_count(bucket), i = 0;
        const ph_synapse *synapse = p.synapses[ph_bucket_rows(bucket)] + ph_bucket_first(bucket);
        unsigned_sum *input = p.input[ph_bucket_rows(bucket)];
        /* As many lines as the bucket touches, or the cursor would fall behind. */
        for (size_t line = count / PER_LINE; line < lines_of(synapse, count); line++)
            prefetch_line(&p, &c);
        for (; i + PER_LINE <= count; i += PER_LINE) {
            prefetch_line(&p, &c);
            for (size_t j = 0; j < PER_LINE; j += 2)
                add_pair(synapse + i + j, input);
        }
        for (; i + 2 <= count; i += 2)
            add_pair(synapse + i, input);
        if (i < count)
            input[synapse[i].slot] += (unsigned_sum)(ph_sum)synapse[i].weight;
        events += (int64_t)count;
    }
    block->events += events;
}

static void deliver_static_wide(ph_block *block, const ph_calendar_step *at)
{
    for (size_t b = 0; b < at->count; b++) {
        ph_bucket bucket = at->buckets[b];
        const ph_rows *rows = &block->rows[ph_bucket_rows(bucket)];
        const ph_synapse *synapse = rows->synapses + ph_bucket_first(bucket);
        int64_t *wide = block->wide + rows->port * block->n_slots;
        for (uint32_t i = 0; i < ph_bucket_count(bucket); i++)
            wide[synapse[i].slot] += synapse[i].weight;
        block->events += ph_bucket_count(bucket);
    }
}

static void visit_plastic(ph_block *block, const ph_plastic_bucket *bucket, ph_step step)
{
    ph_rows *rows = &block->rows[bucket->rows];
    ph_visit visit = {.arrival = step,
                      .last = step - bucket->interval,
                      .x = bucket->x,
                      .is_spike = bucket->is_spike,
                      .n = (int)bucket->count,
                      .target = rows->target + bucket->first,
                      .w = rows->w + bucket->first,
                      .history = rows->history};
    for (int s = 0; s < rows->rule->n_states; s++)
        visit.state[s] = rows->state[s] + bucket->first;
    rows->rule->visit(rows->context, &visit);
}

#define PLASTIC_AHEAD 4 /* buckets */

PH_INLINE void prefetch_lines(const void *first, size_t bytes)
{
    const char *end = (const char *)first + bytes;
    for (const char *at = line_of(first); at < end; at += LINE)
        __builtin_prefetch(at, 1);
}

/* What a visit touches at random places: the synapses of a bucket some way ahead, and the trains of
 * the targets of a nearer one, whose list has come by then. */
static void prefetch_plastic(const ph_block *block, const ph_calendar_step *at, size_t b)
{
    if (b + PLASTIC_AHEAD < at->plastic_count) {
        const ph_plastic_bucket *bucket = &at->plastic[b + PLASTIC_AHEAD];
        const ph_rows *rows = &block->rows[bucket->rows];
        prefetch_lines(rows->target + bucket->first, bucket->count * sizeof *rows->target);
        prefetch_lines(rows->w + bucket->first, bucket->count * sizeof *rows->w);
        for (int s = 0; s < rows->rule->n_states; s++)
            prefetch_lines(rows->state[s] + bucket->first, bucket->count * sizeof(ph_real));
    }
    if (b + 1 < at->plastic_count) {
        const ph_plastic_bucket *bucket = &at->plastic[b + 1];
        const ph_rows *rows = &block->rows[bucket->rows];
        for (uint32_t i = 0; i < bucket->count; i++)
            __builtin_prefetch(&rows->history->trains[rows->target[bucket->first + i]]);
    }
}

static void deliver_plastic(ph_block *block, const ph_calendar_step *at, ph_step step, int wide)
{
    for (size_t b = 0; b < at->plastic_count; b++) {
        const ph_plastic_bucket *bucket = &at->plastic[b];
        prefetch_plastic(block, at, b);
        visit_plastic(block, bucket, step);
        if (!bucket->is_spike)
            continue;
        ph_rows *rows = &block->rows[bucket->rows];
        const ph_group *group = &block->groups[rows->group];
        const double scale = rows->sign / group->quantum[rows->port]; /* a power of two: exact */
        const uint32_t *target = rows->target + bucket->first;
        const ph_real *w = rows->w + bucket->first;
        int base = rows->port * block->n_slots + group->slot;
        for (uint32_t i = 0; i < bucket->count; i++) {
            int64_t quanta = ph_round((double)w[i] * scale);
            if (wide)
                block->wide[base + (int)target[i]] += quanta;
            else
                ((unsigned_sum *)block->input)[base + (int)target[i]] += (unsigned_sum)quanta;
        }
        block->events += bucket->count;
        rows->events += bucket->count;
    }
}

/* Whether sums could leave the range of ph_sum: every bucket of the step so far brings a slot at
 * most largest_multapse weights. */
static int could_overflow(const ph_block *block)
{
    if (sizeof(ph_sum) > sizeof(int32_t))
        return 0;
    return block->step_buckets > SAFE_SUM / PH_WEIGHT_MAX / block->largest_multapse;
}

void ph_deliver(ph_block *block, ph_step step)
{
    ph_calendar_step *at = &block->calendar.steps[step & block->calendar.mask];
    block->step_buckets += (int64_t)(at->count + at->plastic_count);
    int wide = could_overflow(block);
    if (wide)
        deliver_static_wide(block, at);
    else
        deliver_static(block, at);
    deliver_plastic(block, at, step, wide);
    at->count = at->plastic_count = 0;
    block->step_wide |= wide;
}

int ph_deliver_end(ph_block *block)
{
    int wide = block->step_wide;
    block->step_buckets = 0;
    block->step_wide = 0;
    return wide;
}
