/* SPDX-License-Identifier: Apache-2.0 */
/* Entering spikes and sweeps into a block's calendar. */
#include "network/calendar.h"

#include "base/memory.h"
#include "network/block.h"
#include "plasticity/decay.h"
#include "plasticity/rules.h"

ph_status ph_calendar_create(ph_step longest, ph_step window, ph_calendar *calendar)
{
    ph_step steps = 1;
    while (steps < longest + window + 2)
        steps *= 2;
    calendar->mask = steps - 1;
    PH_ALLOC(calendar->steps, steps);
    return PH_OK;
}

void ph_calendar_destroy(ph_calendar *calendar)
{
    for (ph_step s = 0; calendar->steps && s <= calendar->mask; s++) {
        ph_free(calendar->steps[s].buckets);
        ph_free(calendar->steps[s].sweeps.buckets);
        ph_free(calendar->steps[s].spikes.buckets);
    }
    ph_free(calendar->steps);
    calendar->steps = NULL;
}

static ph_status enter_static(ph_block *block, int index, int64_t row, ph_step step)
{
    const ph_rows *rows = &block->rows[index];
    uint64_t first = rows->first[row];
    for (uint64_t r = rows->first_run[row]; r < rows->first_run[row + 1]; r++) {
        ph_run run = rows->runs[r];
        ph_calendar_step *at =
            &block->calendar.steps[(step + run.delay) & block->calendar.mask];
        PH_GROW(at->buckets, at->room, at->count + 1);
        at->buckets[at->count++] = ph_bucket_of(first, run.count, index);
        first += run.count;
    }
    return PH_OK;
}

/* A visit of a plastic row: each bucket learns when it was visited last and the trace then. */
static ph_status enter_plastic(ph_block *block, int index, int64_t row, ph_step step, int is_spike)
{
    ph_rows *rows = &block->rows[index];
    ph_step interval = step - rows->last[row];
    ph_real x = rows->x[row];
    uint64_t first = rows->first[row];
    for (uint64_t r = rows->first_run[row]; r < rows->first_run[row + 1]; r++) {
        ph_run run = rows->runs[r];
        ph_calendar_step *at =
            &block->calendar.steps[(step + run.delay) & block->calendar.mask];
        ph_plastic_list *list = is_spike ? &at->spikes : &at->sweeps;
        PH_GROW(list->buckets, list->room, list->count + 1);
        list->buckets[list->count++] = (ph_plastic_bucket){
            ph_bucket_of(first, run.count, index), (int32_t)interval, x};
        first += run.count;
    }
    rows->last[row] = step;
    rows->x[row] = ph_flushed(x * ph_decay_factor(rows->context->decay[0], interval)) +
                   (ph_real)is_spike;
    return PH_OK;
}

ph_status ph_calendar_spike(ph_block *block, int index, int64_t row, ph_step step)
{
    ph_rows *rows = &block->rows[index];
    if (!rows->rule)
        return enter_static(block, index, row, step);
    if (rows->next_sweep[row] <= step) {
        PH_TRY(enter_plastic(block, index, row, rows->next_sweep[row], 0));
        rows->next_sweep[row] += rows->sweep_period;
    }
    return enter_plastic(block, index, row, step, 1);
}

/* by_sweep holds the rows in the order of their phase; the cursor goes round it once a period, and
 * sweep_cycle counts the rounds, so that a row's due time is known without its neighbours. */
ph_status ph_calendar_sweeps(ph_block *block, int index, ph_step until)
{
    ph_rows *rows = &block->rows[index];
    while (rows->n_rows > 0) {
        int64_t row = rows->by_sweep[rows->sweep_cursor];
        ph_step due = ph_sweep_phase(rows->source[row], rows->sweep_period) +
                      rows->sweep_cycle * rows->sweep_period;
        if (due > until)
            return PH_OK;
        if (rows->next_sweep[row] == due) {
            PH_TRY(enter_plastic(block, index, row, due, 0));
            rows->next_sweep[row] += rows->sweep_period;
        }
        if (++rows->sweep_cursor == rows->n_rows) {
            rows->sweep_cursor = 0;
            rows->sweep_cycle++;
        }
    }
    return PH_OK;
}
