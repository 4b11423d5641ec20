/* SPDX-License-Identifier: Apache-2.0 */
/* Adding the buckets of a step. Sums are of integers, added as unsigned, so their order is free. */
#include "synapse/deliver.h"


#ifdef PH_DOUBLE
typedef uint64_t unsigned_sum;
#else
typedef uint32_t unsigned_sum;
#endif

#define AHEAD 5         /* buckets that are prefetched ahead */
#define LINE 64         /* bytes of a cache line */
#define LINES_AT_ONCE 4 /* of a bucket: most are shorter, the hardware follows the rest */

/* Sums stay below 2^30, so that stimuli have as much room again. */
#define SAFE_SUM ((int64_t)1 << 30)

static void prefetch(const ph_block *block, const ph_bucket *bucket)
{
    const char *at = (const char *)&block->rows[bucket->rows].synapses[bucket->first];
    size_t bytes = bucket->count * sizeof(ph_synapse);
    for (size_t i = 0; i < bytes && i < (size_t)LINES_AT_ONCE * LINE; i += LINE)
        __builtin_prefetch(at + i);
}

static void deliver_static(ph_block *block, const ph_calendar_step *at)
{
    for (size_t b = 0; b < at->count && b < AHEAD; b++)
        prefetch(block, &at->buckets[b]);
    for (size_t b = 0; b < at->count; b++) {
        if (b + AHEAD < at->count)
            prefetch(block, &at->buckets[b + AHEAD]);
        const ph_bucket *bucket = &at->buckets[b];
        const ph_synapse *synapse = &block->rows[bucket->rows].synapses[bucket->first];
        unsigned_sum *input = (unsigned_sum *)block->input;
        for (uint32_t i = 0; i < bucket->count; i++)
            input[synapse[i].slot] += (unsigned_sum)(ph_sum)synapse[i].weight;
        block->events += bucket->count;
    }
}

static void deliver_static_wide(ph_block *block, const ph_calendar_step *at)
{
    for (size_t b = 0; b < at->count; b++) {
        const ph_bucket *bucket = &at->buckets[b];
        const ph_synapse *synapse = &block->rows[bucket->rows].synapses[bucket->first];
        for (uint32_t i = 0; i < bucket->count; i++)
            block->wide[synapse[i].slot] += synapse[i].weight;
        block->events += bucket->count;
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
        int base = group->slot + rows->port * group->padded;
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
