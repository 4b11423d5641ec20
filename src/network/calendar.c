/* SPDX-License-Identifier: Apache-2.0 */
/* Entering spikes and sweeps into a block's calendar. */
#include "network/calendar.h"

#include "base/memory.h"
#include "network/block.h"
#include "plasticity/decay.h"
#include "plasticity/rules.h"
#include "plasticity/sampled.h"

ph_step ph_calendar_steps(ph_step longest, ph_step window)
{
    ph_step steps = 1;
    while (steps < longest + window + 2)
        steps *= 2;
    return steps;
}

ph_status ph_calendar_create(ph_step longest, ph_step window, ph_calendar *calendar)
{
    ph_step steps = ph_calendar_steps(longest, window);
    calendar->mask = steps - 1;
    PH_ALLOC(calendar->steps, steps);
    return PH_OK;
}

void ph_calendar_destroy(ph_calendar *calendar)
{
    for (ph_step s = 0; calendar->steps && s <= calendar->mask; s++) {
        ph_free(calendar->steps[s].buckets);
        for (int kind = 0; kind < PH_VISIT_KINDS; kind++)
            ph_free(calendar->steps[s].visits[kind].buckets);
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

/* The traces of a row's source after a visit. */
static void renew_traces(ph_rows *rows, int64_t row, ph_step interval, int is_spike)
{
    const ph_rule_context *context = rows->context;
    for (int k = 0; k < PH_TRACES && context->pre[k]; k++) {
        ph_real left = ph_flushed(rows->x[k][row] * ph_decay_factor(context->pre[k], interval));
        if (is_spike && context->pairing == PH_PAIRING_NEAREST)
            left = 0;
        rows->x[k][row] = left + (ph_real)is_spike;
    }
}

static ph_real released_at(const ph_rule_context *context, ph_step step, ph_release *release)
{
    double U = context->U ? ph_sampled_at(context->U, step) : context->release->U;
    return (ph_real)ph_release_at(context->release, U, context->h, step, release);
}

/* A visit of a plastic row: each bucket learns when it was visited last and the traces then. */
static ph_status enter_plastic(ph_block *block, int index, int64_t row, ph_step step,
                               ph_visit_kind kind)
{
    ph_rows *rows = &block->rows[index];
    ph_plastic_bucket bucket = {.interval = (int32_t)(step - rows->last[row]),
                                .row = (int32_t)row};
    for (int k = 0; k < PH_TRACES && rows->x[k]; k++)
        bucket.x[k] = rows->x[k][row];
    if (rows->release && kind == PH_VISIT_SPIKE)
        bucket.released = released_at(rows->context, step, &rows->release[row]);
    uint64_t first = rows->first[row];
    for (uint64_t r = rows->first_run[row]; r < rows->first_run[row + 1]; r++) {
        ph_run run = rows->runs[r];
        ph_calendar_step *at =
            &block->calendar.steps[(step + run.delay) & block->calendar.mask];
        ph_plastic_list *list = &at->visits[kind];
        PH_GROW(list->buckets, list->room, list->count + 1);
        bucket.bucket = ph_bucket_of(first, run.count, index);
        list->buckets[list->count++] = bucket;
        first += run.count;
    }
    rows->last[row] = step;
    renew_traces(rows, row, bucket.interval, kind == PH_VISIT_SPIKE);
    return PH_OK;
}

/* The sweep and the echoes of a row that are due up to a step, in order of time. */
static ph_status bring_up(ph_block *block, int index, int64_t row, ph_step until)
{
    ph_rows *rows = &block->rows[index];
    for (;;) {
        ph_step sweep = rows->next_sweep[row];
        ph_step echo = rows->echoes ? ph_echoes_next(rows->echoes, row) : INT64_MAX;
        if (sweep > until && echo > until)
            return PH_OK;
        if (sweep <= echo) {
            PH_TRY(enter_plastic(block, index, row, sweep, PH_VISIT_SWEEP));
            rows->next_sweep[row] += rows->sweep_period;
        } else {
            PH_TRY(enter_plastic(block, index, row, echo, PH_VISIT_ECHO));
            ph_echoes_take(rows->echoes, row);
        }
    }
}

ph_status ph_calendar_spike(ph_block *block, int index, int64_t row, ph_step step)
{
    ph_rows *rows = &block->rows[index];
    if (!rows->rule)
        return enter_static(block, index, row, step);
    PH_TRY(bring_up(block, index, row, step));
    if (rows->echoes)
        PH_TRY(ph_echoes_add(rows->echoes, row, step));
    return enter_plastic(block, index, row, step, PH_VISIT_SPIKE);
}

/* by_sweep holds the rows in the order of their phase; the cursor goes round it once a period, and
 * sweep_cycle counts the rounds, so that a row's due time is known without its neighbours. */
static ph_status enter_sweeps(ph_block *block, int index, ph_step until)
{
    ph_rows *rows = &block->rows[index];
    while (rows->by_sweep && rows->n_rows > 0) {
        int64_t row = rows->by_sweep[rows->sweep_cursor];
        ph_step due = ph_sweep_phase(rows->source[row], rows->sweep_period) +
                      rows->sweep_cycle * rows->sweep_period;
        if (due > until)
            return PH_OK;
        PH_TRY(bring_up(block, index, row, due));
        if (++rows->sweep_cursor == rows->n_rows) {
            rows->sweep_cursor = 0;
            rows->sweep_cycle++;
        }
    }
    return PH_OK;
}

static ph_status enter_echoes(ph_block *block, int index, ph_step until)
{
    ph_echoes *echoes = block->rows[index].echoes;
    while (echoes && echoes->done < until) {
        ph_echo_step *at = &echoes->steps[++echoes->done & echoes->mask];
        for (size_t i = 0; i < at->count; i++)
            PH_TRY(bring_up(block, index, at->rows[i], echoes->done));
        at->count = 0;
    }
    return PH_OK;
}

ph_status ph_calendar_sweeps(ph_block *block, int index, ph_step until)
{
    PH_TRY(enter_sweeps(block, index, until));
    return enter_echoes(block, index, until);
}
