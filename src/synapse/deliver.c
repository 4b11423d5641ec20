/* SPDX-License-Identifier: Apache-2.0 */
/* Adding the buckets of a step. Sums are of integers, added as unsigned, so their order is free. */
#include "synapse/deliver.h"

#include "synapse/lines.h"
#include "synapse/plastic.h"

/* Buckets that are asked for in one burst, while those of the burst before are added. Buckets lie
 * anywhere in memory, so most are on a page of their own. Asking for one waits until its page is
 * found; in a burst these waits are under way together, between additions each stands alone. */
#define BURST 32

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

/* The lines of a bucket. The first five come without a branch (a shorter bucket asks for its last
 * line several times), since the number of lines is hard to guess. */
PH_INLINE void prefetch_bucket(const places *p, ph_bucket bucket)
{
    const char *first = (const char *)(p->synapses[ph_bucket_rows(bucket)] +
                                       ph_bucket_first(bucket));
    const char *last = first + ph_bucket_count(bucket) * sizeof(ph_synapse) - 1;
    for (int i = 0; i < 4; i++)
        __builtin_prefetch(first + i * PH_LINE < last ? first + i * PH_LINE : last);
    __builtin_prefetch(last);
    for (const char *at = first + 4 * PH_LINE; __builtin_expect(at < last, 0); at += PH_LINE)
        __builtin_prefetch(at);
}

static void prefetch_burst(const places *p, const ph_calendar_step *at, size_t first)
{
    size_t last = first + BURST < at->count ? first + BURST : at->count;
    for (size_t b = first; b < last; b++)
        prefetch_bucket(p, at->buckets[b]);
}

PH_INLINE void add_bucket(const ph_synapse *synapse, size_t count, ph_usum *input)
{
    for (; count >= PH_GROUP; count -= PH_GROUP, synapse += PH_GROUP)
        ph_add_group(synapse, input);
    ph_add_rest(synapse, count, input);
}

static void deliver_static(ph_block *block, const ph_calendar_step *at)
{
    const places p = places_of(block);
    int64_t events = 0;
    prefetch_burst(&p, at, 0);
    for (size_t b = 0; b < at->count; b++) {
        if (b % BURST == 0)
            prefetch_burst(&p, at, b + BURST);
        ph_bucket bucket = at->buckets[b];
        uint32_t rows = ph_bucket_rows(bucket), count = ph_bucket_count(bucket);
        add_bucket(p.synapses[rows] + ph_bucket_first(bucket), count, p.input[rows]);
        events += count;
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
    block->step_buckets += (int64_t)at->count;
    for (int kind = 0; kind < PH_VISIT_KINDS; kind++)
        block->step_buckets += (int64_t)at->visits[kind].count;
    int wide = could_overflow(block);
    if (wide)
        deliver_static_wide(block, at);
    else
        deliver_static(block, at);
    for (int kind = 0; kind < PH_VISIT_KINDS; kind++) {
        ph_deliver_plastic(block, &at->visits[kind], step, (ph_visit_kind)kind, wide);
        at->visits[kind].count = 0;
    }
    at->count = 0;
    block->step_wide |= wide;
}

int ph_deliver_end(ph_block *block)
{
    int wide = block->step_wide;
    block->step_buckets = 0;
    block->step_wide = 0;
    return wide;
}
