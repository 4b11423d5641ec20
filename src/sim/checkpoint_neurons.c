/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint's neurons: columns of one number each, in the order of the population, and the
 * spikes that synapses may still have to catch up over. */
#include "sim/checkpoint.h"

#include "base/memory.h"

#include <string.h>

/* Columns of a neuron: the model's states, then these, then some for each history. */
enum {
    COLUMN_REFRACTORY = PH_NEURON_STATES,
    COLUMN_FIRED,
    COLUMN_HISTORY,
    HISTORY_RECENT = 0,
    HISTORY_TWO,
    HISTORY_GATES,
    HISTORY_COLUMNS
};

/* Columns of a projection's target. */
enum {
    COLUMN_RATE,
    COLUMN_FACTOR,
    COLUMN_SUM,
    COLUMN_BEFORE,
    COLUMN_STATE,
    COLUMN_REST,
    COLUMN_LEVEL,
    TARGET_COLUMNS = COLUMN_LEVEL + PH_TARGET_PERIODS
};

/* Element 0 of a column of a group, and the size of its elements. @return NULL: there is none */
typedef void *column_of(const ph_block *block, const ph_group *group, int index, int column,
                        size_t *size);

static void *history_column(const ph_group *group, int number, size_t *size)
{
    ph_history *history = group->histories[number / HISTORY_COLUMNS];
    switch (number % HISTORY_COLUMNS) {
    case HISTORY_RECENT:
        *size = sizeof *history->recent;
        return history->recent;
    case HISTORY_TWO:
        *size = sizeof *history->recent_two;
        return history->recent_two;
    default:
        *size = sizeof *history->recent_gates;
        return history->recent_gates;
    }
}

static void *neuron_column(const ph_block *block, const ph_group *group, int index, int column,
                           size_t *size)
{
    (void)block, (void)index;
    if (column >= COLUMN_HISTORY)
        return history_column(group, column - COLUMN_HISTORY, size);
    if (column == COLUMN_REFRACTORY) {
        *size = sizeof *group->refractory;
        return group->refractory;
    }
    if (column == COLUMN_FIRED) {
        *size = sizeof *group->fired;
        return group->fired;
    }
    *size = sizeof *group->state[column];
    return column < group->model->n_states ? group->state[column] : NULL;
}

static void *sums_column(const ph_targets *targets, int column, size_t *size)
{
    *size = sizeof(int64_t); /* as long as a double */
    if (column == COLUMN_SUM)
        return targets->sum;
    if (column == COLUMN_BEFORE)
        return targets->before;
    if (column == COLUMN_STATE)
        return targets->state;
    *size = sizeof(ph_real);
    return column == COLUMN_REST ? targets->rest_level
                                 : targets->level + (column - COLUMN_LEVEL) * targets->n;
}

static void *target_column(const ph_block *block, const ph_group *group, int index, int column,
                           size_t *size)
{
    (void)group;
    const ph_rows *rows = ph_block_plastic_rows(block, index);
    if (!rows)
        return NULL;
    if (column >= COLUMN_SUM)
        return rows->targets ? sums_column(rows->targets, column, size) : NULL;
    *size = sizeof(double);
    if (!rows->scaling)
        return NULL;
    return column == COLUMN_RATE ? rows->scaling->rate : rows->scaling->factor;
}

/* --- columns ---------------------------------------------------------------------------------- */

/* Copy between a group's array and the rank's share of the population. */
static void copy(char *share, char *array, const ph_group *group, int64_t share_first, size_t size,
                 int is_loading)
{
    for (int i = 0; i < group->n; i++) {
        char *there = share + (size_t)(group->first + i * group->stride - share_first) * size;
        if (is_loading)
            memcpy(array + (size_t)i * size, there, size);
        else
            memcpy(there, array + (size_t)i * size, size);
    }
}

static void copy_groups(const ph_sim *sim, const ph_piece *piece, int population, column_of *of,
                        char *share, int is_loading)
{
    for (int b = 0; b < sim->network->n_blocks; b++) {
        const ph_block *block = &sim->network->blocks[b];
        for (int g = 0; g < block->n_groups; g++) {
            const ph_group *group = &block->groups[g];
            size_t size;
            char *array = group->population == population
                              ? of(block, group, piece->index, piece->column, &size)
                              : NULL;
            if (array)
                copy(share, array, group, piece->first, size, is_loading);
        }
    }
}

/* Whether a population's groups have a column, and how large its elements are. */
static int has_column(const ph_sim *sim, int population, const ph_piece *piece, column_of *of,
                      size_t *size)
{
    for (int b = 0; b < sim->network->n_blocks; b++)
        for (int g = 0; g < sim->network->blocks[b].n_groups; g++) {
            const ph_block *block = &sim->network->blocks[b];
            if (block->groups[g].population == population)
                return of(block, &block->groups[g], piece->index, piece->column, size) != NULL;
        }
    return 0;
}

static ph_status keep_column(ph_sim *sim, ph_checkpoint *checkpoint, ph_piece piece, int population,
                             column_of *of)
{
    size_t size;
    char *share;
    int is_loading = ph_checkpoint_is_loading(checkpoint);
    piece.first = sim->network->share_first[population];
    piece.count = sim->network->share_count[population];
    if (!has_column(sim, population, &piece, of, &size))
        return PH_OK;
    PH_ALLOC(share, (size_t)piece.count * size);
    if (!is_loading)
        copy_groups(sim, &piece, population, of, share, 0);
    ph_status status = ph_checkpoint_move(checkpoint, &piece, size, share);
    if (is_loading && status == PH_OK)
        copy_groups(sim, &piece, population, of, share, 1);
    ph_free(share);
    return status;
}

/* --- histories -------------------------------------------------------------------------------- */

#define GATHERED_BYTES ((size_t)1 << 20)

/* A spike of a history. */
typedef struct kept_spike {
    ph_step step;
    double y, y_two, gate;
} kept_spike;

typedef struct histories {
    const ph_sim *sim;
    int population, number;
    int64_t first; /* of the share */
} histories;

/* The history of a neuron of the share, and the neuron's index in it. */
static ph_history *history_of(const histories *h, int64_t number, int *index)
{
    const ph_network *network = h->sim->network;
    int64_t place = number - h->first;
    const ph_block *block = &network->blocks[place % network->n_blocks];
    *index = (int)(place / network->n_blocks);
    for (int g = 0; g < block->n_groups; g++)
        if (block->groups[g].population == h->population)
            return block->groups[g].histories[h->number];
    return NULL;
}

/* Of spikes that no visit can ask for, the newest alone: the trace starts from it. */
static uint32_t first_needed(const ph_history *history, const ph_train *train, ph_step now)
{
    uint32_t first = ph_train_from(train, now - history->keep);
    return first > 0 && first == train->count ? first - 1 : first;
}

/* Histories that are being gathered: those of some neurons after each other. */
typedef struct gathered {
    uint32_t *counts;   /* of each neuron of the piece */
    kept_spike *spikes;
    size_t n, room;
} gathered;

static ph_status gather_history(const histories *h, int64_t number, uint32_t *count, gathered *all)
{
    int index;
    const ph_history *history = history_of(h, number, &index);
    const ph_train *train = &history->trains[index];
    uint32_t first = first_needed(history, train, h->sim->step);
    *count = train->count - first;
    PH_GROW(all->spikes, all->room, all->n + *count + 1);
    for (uint32_t k = first; k < train->count; k++)
        all->spikes[all->n++] = (kept_spike){train->steps[k], (double)ph_train_y(train, k),
                                             train->y_two ? (double)train->y_two[k] : 0,
                                             ph_train_gate(train, k)};
    return PH_OK;
}

/* Some megabytes at a time: all spikes of a second can be more than the brain has room for. */
static ph_status save_some(const histories *h, ph_checkpoint *checkpoint, const ph_piece *piece,
                           gathered *all)
{
    ph_piece some = *piece;
    some.count = 0;
    for (int64_t i = 0; i < piece->count; i++) {
        PH_TRY(gather_history(h, piece->first + i, &all->counts[some.count++], all));
        if (all->n * sizeof *all->spikes < GATHERED_BYTES && i + 1 < piece->count)
            continue;
        PH_TRY(ph_checkpoint_write_lists(checkpoint, &some, all->counts, sizeof *all->spikes,
                                         all->spikes));
        some.first += some.count;
        some.count = 0;
        all->n = 0;
    }
    return PH_OK;
}

static ph_status save_histories(const histories *h, ph_checkpoint *checkpoint,
                                const ph_piece *piece)
{
    gathered all = {0};
    PH_ALLOC(all.counts, piece->count);
    ph_status status = save_some(h, checkpoint, piece, &all);
    ph_free(all.counts);
    ph_free(all.spikes);
    return status;
}

static ph_status load_history(void *context, int64_t number, const void *items, uint32_t n)
{
    int index;
    ph_history *history = history_of(context, number, &index);
    const kept_spike *spikes = items;
    for (uint32_t k = 0; k < n; k++) {
        PH_TRY(ph_history_append(history, index, spikes[k].step));
        ph_train *train = &history->trains[index];
        uint32_t at = train->count - 1;
        if (train->y)
            train->y[at] = (ph_real)spikes[k].y;
        if (train->y_two)
            train->y_two[at] = (ph_real)spikes[k].y_two;
        if (train->gates)
            train->gates[at] = (ph_real)spikes[k].gate;
    }
    return PH_OK;
}

static ph_status keep_histories(ph_sim *sim, ph_checkpoint *checkpoint, int population, int n)
{
    for (int k = 0; k < n; k++) {
        histories h = {sim, population, k, sim->network->share_first[population]};
        ph_piece piece = {PH_SECTION_TRAIN, population, k, h.first,
                          sim->network->share_count[population]};
        if (ph_checkpoint_is_loading(checkpoint))
            PH_TRY(ph_checkpoint_read_lists(checkpoint, &piece, sizeof(kept_spike), load_history,
                                            &h));
        else
            PH_TRY(save_histories(&h, checkpoint, &piece));
    }
    return PH_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

static int histories_of(const ph_sim *sim, int population)
{
    for (int b = 0; b < sim->network->n_blocks; b++)
        for (int g = 0; g < sim->network->blocks[b].n_groups; g++)
            if (sim->network->blocks[b].groups[g].population == population)
                return sim->network->blocks[b].groups[g].n_histories;
    return 0;
}

/* Noting spikes again moves the recent ones, so these come last. */
ph_status ph_keep_neurons(ph_sim *sim, ph_checkpoint *checkpoint)
{
    const ph_brain *brain = sim->brain;
    for (int p = 0; p < brain->n_populations; p++) {
        int n = histories_of(sim, p);
        PH_TRY(keep_histories(sim, checkpoint, p, n));
        for (int column = 0; column < COLUMN_HISTORY + n * HISTORY_COLUMNS; column++)
            PH_TRY(keep_column(sim, checkpoint, (ph_piece){PH_SECTION_NEURON, p, column, 0, 0}, p,
                               neuron_column));
    }
    for (int p = 0; p < brain->n_projections; p++)
        for (int column = 0; column < TARGET_COLUMNS; column++)
            PH_TRY(keep_column(sim, checkpoint, (ph_piece){PH_SECTION_TARGET, p, column, 0, 0},
                               brain->projections[p]->target.span.population, target_column));
    return PH_OK;
}
