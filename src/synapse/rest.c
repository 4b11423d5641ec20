/* SPDX-License-Identifier: Apache-2.0 */
/* From run to run of plastic rows, in batches as large as those of visits. */
#include "synapse/rest.h"

#include "plasticity/history.h"

#include <string.h>

/* Room for a batch. */
typedef struct rest_batch {
    uint16_t target[PH_VISIT_MOST];
    ph_real w[PH_VISIT_MOST], state[PH_RULE_STATES][PH_VISIT_MOST];
} rest_batch;

static void rest_some(ph_rows *rows, const ph_run_fields *fields, size_t offset, size_t n,
                      double ms)
{
    rest_batch batch;
    size_t real = offset * sizeof(ph_real), bytes = n * sizeof(ph_real);
    ph_rest rest = {.ms = ms, .n = (int)n, .target = batch.target, .w = batch.w,
                    .targets = rows->targets};
    memcpy(batch.target, fields->target + offset * sizeof(uint16_t), n * sizeof(uint16_t));
    memcpy(batch.w, fields->w + real, bytes);
    for (int s = 0; s < rows->rule->n_states; s++) {
        memcpy(batch.state[s], fields->state[s] + real, bytes);
        rest.state[s] = batch.state[s];
    }
    rows->rule->rest(rows->context, &rest);
    memcpy(fields->w + real, batch.w, bytes);
    for (int s = 0; s < rows->rule->n_states; s++)
        memcpy(fields->state[s] + real, batch.state[s], bytes);
}

static void rest_rows(ph_rows *rows, double ms)
{
    uint64_t first = 0;
    for (uint64_t r = 0; r < rows->first_run[rows->n_rows]; r++) {
        size_t count = rows->runs[r].count;
        ph_run_fields fields = ph_run_fields_of(rows, first, count);
        for (size_t i = 0; i < count; i += PH_VISIT_MOST)
            rest_some(rows, &fields, i, count - i < PH_VISIT_MOST ? count - i : PH_VISIT_MOST, ms);
        first += count;
    }
}

static int rests(const ph_rows *rows)
{
    return rows->rule && rows->rule->rest && rows->n_rows > 0;
}

static void each_with_sums(ph_block *block, double ms, void work(ph_rows *rows, double ms))
{
    for (int r = 0; r < block->n_rows; r++)
        if (rests(&block->rows[r]) && block->rows[r].targets)
            work(&block->rows[r], ms);
}

static void clear_sums(ph_rows *rows, double ms)
{
    (void)ms;
    ph_targets_clear_sums(rows->targets);
}

static void turn(ph_rows *rows, double ms)
{
    (void)ms;
    ph_targets_turn(rows->targets);
}

static void begin_rest(ph_rows *rows, double ms)
{
    ph_targets_begin_rest(rows->targets, rows->rule, rows->context, ms);
}

static void end_rest(ph_rows *rows, double ms)
{
    (void)ms;
    ph_targets_end_rest(rows->targets);
}

/* What the first step goes by is formed before it, by a step of no length. */
void ph_rest_begin(ph_block *block)
{
    each_with_sums(block, 0, clear_sums);
    each_with_sums(block, 0, rest_rows);
}

/* Rules with sums of targets go together, as a cell's projections share them. */
void ph_rest_step(ph_block *block, double ms)
{
    for (int r = 0; r < block->n_rows; r++)
        if (rests(&block->rows[r]) && !block->rows[r].targets)
            rest_rows(&block->rows[r], ms);
    each_with_sums(block, ms, turn);
    each_with_sums(block, ms, begin_rest);
    each_with_sums(block, ms, rest_rows);
}

static void forget_traces(ph_rows *rows)
{
    for (int k = 0; k < PH_TRACES && rows->x[k]; k++)
        memset(rows->x[k], 0, (size_t)rows->n_rows * sizeof *rows->x[k]);
    if (rows->release)
        memset(rows->release, 0, (size_t)rows->n_rows * sizeof *rows->release);
}

void ph_rest_end(ph_block *block, ph_step now)
{
    each_with_sums(block, 0, end_rest);
    for (int r = 0; r < block->n_rows; r++)
        if (block->rows[r].rule)
            forget_traces(&block->rows[r]);
    for (int g = 0; g < block->n_groups; g++)
        for (int k = 0; k < block->groups[g].n_histories; k++)
            ph_history_clear(block->groups[g].histories[k], now);
}
