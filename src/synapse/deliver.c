/* SPDX-License-Identifier: Apache-2.0 */
/* Adding the buckets of a step. Sums are of integers, added as unsigned, so their order is free. */
#include "synapse/deliver.h"

#include "synapse/lines.h"
#include "synapse/plastic.h"

/* Lines of synapses on their way into L1 ahead of the additions: buckets lie anywhere in memory and
 * are a few lines long, so the hardware's prefetcher comes too late for most of them. */
#define AHEAD 48

/* Sums stay below 2^30, so that stimuli have as much room again. */
#define SAFE_SUM ((int64_t)1 << 30)

/* Where the rows' synapses and their port's inputs lie, found once a step. */
typedef struct places {
    const ph_synapse *synapses[PH_STATIC_ROWS];
    ph_usum *input[PH_STATIC_ROWS];
} places;

static places places_of(const ph_block *block)
{
    places p;
    for (int r = 0; r < block->n_rows && r < PH_STATIC_ROWS; r++) {
        p.synapses[r] = block->rows[r].synapses;
        p.input[r] = (ph_usum *)block->input + block->rows[r].port * block->n_slots;
    }
    return p;
}

/* Runs over the lines of a step's buckets, AHEAD lines before the additions. */
typedef struct cursor {
    const ph_bucket *next, *last;
    const char *at, *end; /* of the bucket that it is in */
} cursor;

static void enter_bucket(const places *p, cursor *c)
{
    ph_bucket bucket = *c->next++;
    const ph_synapse *first = p->synapses[ph_bucket_rows(bucket)] + ph_bucket_first(bucket);
    c->at = ph_line_of(first);
    c->end = (const char *)(first + ph_bucket_count(bucket));
}

/* Behind the last bucket the cursor stays on its last line: asking again costs next to nothing. */
PH_INLINE void prefetch_line(const places *p, cursor *c)
{
    __builtin_prefetch(c->at);
    if (c->at + PH_LINE < c->end)
        c->at += PH_LINE;
    else if (c->next < c->last)
        enter_bucket(p, c);
}

static void deliver_static(ph_block *block, const ph_calendar_step *at)
{
    if (at->count == 0)
        return;
    const places p = places_of(block);
    cursor c = {.next = at->buckets, .last = at->buckets + at->count};
    enter_bucket(&p, &c);
    for (int i = 0; i < AHEAD; i++)
        prefetch_line(&p, &c);
    int64_t events = 0;
    for (size_t b = 0; b < at->count; b++) {
        ph_bucket bucket = at->buckets[b];
        size_t count = ph_bucket_count(bucket), i = 0;
        const ph_synapse *synapse = p.synapses[ph_bucket_rows(bucket)] + ph_bucket_first(bucket);
        ph_usum *input = p.input[ph_bucket_rows(bucket)];
        /* As many lines as the bucket touches, or the cursor would fall behind. */
        for (size_t line = count / PH_LINE_SYNAPSES; line < ph_lines_of(synapse, count); line++)
            prefetch_line(&p, &c);
        for (; i + PH_LINE_SYNAPSES <= count; i += PH_LINE_SYNAPSES) {
            prefetch_line(&p, &c);
            for (size_t j = 0; j < PH_LINE_SYNAPSES; j += 2)
                ph_add_pair(synapse + i + j, input);
        }
        for (; i + 2 <= count; i += 2)
            ph_add_pair(synapse + i, input);
        if (i < count)
            ph_add_one(synapse + i, input);
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
    block->step_buckets += (int64_t)(at->count + at->sweeps.count + at->spikes.count);
    int wide = could_overflow(block);
    if (wide)
        deliver_static_wide(block, at);
    else
        deliver_static(block, at);
    ph_deliver_plastic(block, &at->sweeps, step, 0, wide);
    ph_deliver_plastic(block, &at->spikes, step, 1, wide);
    at->count = at->sweeps.count = at->spikes.count = 0;
    block->step_wide |= wide;
}

int ph_deliver_end(ph_block *block)
{
    int wide = block->step_wide;
    block->step_buckets = 0;
    block->step_wide = 0;
    return wide;
}
