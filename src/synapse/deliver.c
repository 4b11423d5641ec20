/* SPDX-License-Identifier: Apache-2.0 */
/* Adding the buckets of a step. Sums are of integers, added as unsigned, so their order is free. */
#include "synapse/deliver.h"

#include "base/isa.h"

#ifdef PH_DOUBLE
typedef uint64_t unsigned_sum;
#else
typedef uint32_t unsigned_sum;
#endif

/* Buckets prefetched ahead, into L2: they lie anywhere in memory, and L1 has too few places for
 * what must be on its way to keep the additions fed. */
#define AHEAD 8
#define LINE 64         /* bytes of a cache line */
#define LINES_AT_ONCE 8 /* of a bucket; the hardware follows the rest */

/* Sums stay below 2^30, so that stimuli have as much room again. */
#define SAFE_SUM ((int64_t)1 << 30)

static const ph_synapse *synapses_of(const ph_block *block, ph_bucket bucket)
{
    return block->rows[ph_bucket_rows(bucket)].synapses + ph_bucket_first(bucket);
}

/* Inline, since gcc takes a function that only prefetches for one without effect. */
PH_INLINE void prefetch(const ph_block *block, ph_bucket bucket)
{
    const ph_synapse *synapse = synapses_of(block, bucket);
    const char *at = (const char *)((uintptr_t)synapse & ~(uintptr_t)(LINE - 1));
    const char *end = (const char *)(synapse + ph_bucket_count(bucket));
    for (int i = 0; i < LINES_AT_ONCE && at < end; i++, at += LINE)
        __builtin_prefetch(at, 0, 2);
}

static void add(const ph_synapse *synapse, uint32_t n, unsigned_sum *input)
{
    for (uint32_t i = 0; i < n; i++)
        input[synapse[i].slot] += (unsigned_sum)(ph_sum)synapse[i].weight;
}

static void deliver_static(ph_block *block, const ph_calendar_step *at)
{
    for (size_t b = 0; b < at->count && b < AHEAD; b++)
        prefetch(block, at->buckets[b]);
    for (size_t b = 0; b < at->count; b++) {
        if (b + AHEAD < at->count)
            prefetch(block, at->buckets[b + AHEAD]);
        ph_bucket bucket = at->buckets[b];
        int port = block->rows[ph_bucket_rows(bucket)].port;
        add(synapses_of(block, bucket), ph_bucket_count(bucket),
            (unsigned_sum *)block->input + port * block->n_slots);
        block->events += ph_bucket_count(bucket);
    }
}

static void deliver_static_wide(ph_block *block, const ph_calendar_step *at)
{
    for (size_t b = 0; b < at->count; b++) {
        ph_bucket bucket = at->buckets[b];
        const ph_synapse *synapse = synapses_of(block, bucket);
        int64_t *wide = block->wide + block->rows[ph_bucket_rows(bucket)].port * block->n_slots;
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

static void deliver_plastic(ph_block *block, const ph_calendar_step *at, ph_step step, int wide)
{
    for (size_t b = 0; b < at->plastic_count; b++) {
        const ph_plastic_bucket *bucket = &at->plastic[b];
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

/* Whether sums could leave the range of ph_sum: every bucket brings a slot at most
 * largest_multapse weights. */
static int could_overflow(const ph_block *block, const ph_calendar_step *at)
{
    if (sizeof(ph_sum) > sizeof(int32_t))
        return 0;
    int64_t buckets = (int64_t)(at->count + at->plastic_count);
    return buckets > SAFE_SUM / PH_WEIGHT_MAX / block->largest_multapse;
}

int ph_deliver(ph_block *block, ph_step step)
{
    ph_calendar_step *at = &block->calendar.steps[step & block->calendar.mask];
    int wide = could_overflow(block, at);
    if (wide)
        deliver_static_wide(block, at);
    else
        deliver_static(block, at);
    deliver_plastic(block, at, step, wide);
    at->count = at->plastic_count = 0;
    return wide;
}
