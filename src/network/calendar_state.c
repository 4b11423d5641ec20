/* SPDX-License-Identifier: Apache-2.0 */
/* What a calendar holds for the steps to come, taken out by source and step of emission, which do
 * not depend on the layout, and entered again. */
#include "network/calendar.h"

#include "base/memory.h"
#include "network/block.h"

/* The bucket of a row that arrives last is there for as long as any is. */
static int is_last(const ph_rows *rows, const ph_plastic_bucket *bucket)
{
    return ph_bucket_first(bucket->bucket) + ph_bucket_count(bucket->bucket) ==
           rows->first[bucket->row + 1];
}

static ph_status take_list(const ph_block *block, const ph_plastic_list *list, ph_visit_kind kind,
                           ph_step arrival, ph_pending_visit *visit, void *context)
{
    for (size_t i = 0; i < list->count; i++) {
        const ph_plastic_bucket *bucket = &list->buckets[i];
        const ph_rows *rows = &block->rows[ph_bucket_rows(bucket->bucket)];
        if (!is_last(rows, bucket))
            continue;
        ph_step delay = rows->runs[rows->first_run[bucket->row + 1] - 1].delay;
        ph_pending pending = {.rows = (int)ph_bucket_rows(bucket->bucket),
                              .kind = kind,
                              .row = bucket->row,
                              .step = arrival - delay,
                              .bucket = *bucket};
        PH_TRY(visit(context, block, &pending));
    }
    return PH_OK;
}

ph_status ph_calendar_each_pending(const ph_block *block, ph_step now, ph_pending_visit *visit,
                                   void *context)
{
    const ph_calendar *calendar = &block->calendar;
    for (ph_step arrival = now + 1; arrival <= now + calendar->mask; arrival++) {
        const ph_calendar_step *at = &calendar->steps[arrival & calendar->mask];
        for (int kind = 0; kind < PH_VISIT_KINDS; kind++)
            PH_TRY(take_list(block, &at->visits[kind], (ph_visit_kind)kind, arrival, visit,
                             context));
    }
    return PH_OK;
}

ph_status ph_calendar_restore_visit(ph_block *block, const ph_pending *pending, ph_step now)
{
    const ph_rows *rows = &block->rows[pending->rows];
    ph_plastic_bucket bucket = pending->bucket;
    bucket.row = (int32_t)pending->row;
    uint64_t first = rows->first[pending->row];
    for (uint64_t r = rows->first_run[pending->row]; r < rows->first_run[pending->row + 1]; r++) {
        ph_run run = rows->runs[r];
        ph_step arrival = pending->step + run.delay;
        bucket.bucket = ph_bucket_of(first, run.count, pending->rows);
        first += run.count;
        if (arrival <= now)
            continue;
        ph_plastic_list *list =
            &block->calendar.steps[arrival & block->calendar.mask].visits[pending->kind];
        PH_GROW(list->buckets, list->room, list->count + 1);
        list->buckets[list->count++] = bucket;
    }
    return PH_OK;
}

ph_status ph_calendar_restore_spike(ph_block *block, int index, int64_t row, ph_step step,
                                    ph_step now)
{
    const ph_rows *rows = &block->rows[index];
    uint64_t first = rows->first[row];
    for (uint64_t r = rows->first_run[row]; r < rows->first_run[row + 1]; r++) {
        ph_run run = rows->runs[r];
        ph_calendar_step *at = &block->calendar.steps[(step + run.delay) & block->calendar.mask];
        if (step + run.delay > now) {
            PH_GROW(at->buckets, at->room, at->count + 1);
            at->buckets[at->count++] = ph_bucket_of(first, run.count, index);
        }
        first += run.count;
    }
    return PH_OK;
}

void ph_calendar_restore_sweeps(ph_rows *rows, ph_step now)
{
    if (!rows->by_sweep)
        return;
    ph_step period = rows->sweep_period;
    for (int64_t r = 0; r < rows->n_rows; r++) {
        ph_step phase = ph_sweep_phase(rows->source[r], period);
        rows->next_sweep[r] = now < phase ? phase : phase + ((now - phase) / period + 1) * period;
    }
    rows->sweep_cycle = now / period;
    rows->sweep_cursor = 0;
    while (rows->sweep_cursor < rows->n_rows &&
           ph_sweep_phase(rows->source[rows->by_sweep[rows->sweep_cursor]], period) <=
               now % period)
        rows->sweep_cursor++;
    if (rows->n_rows > 0 && rows->sweep_cursor == rows->n_rows) {
        rows->sweep_cursor = 0;
        rows->sweep_cycle++;
    }
}
