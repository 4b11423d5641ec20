/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint's sources of plastic rows. All rows of one source and projection, on whatever block,
 * are in the same state, so that a rank writes each once. Visits and echoes that are still to come
 * are kept by source and step, and entered once however often they were written. What a rank writes
 * is marked with its targets: whose row has one of them finds it there, and need not read what
 * ranks with other targets have written. */
#include "sim/checkpoint.h"

#include "base/memory.h"
#include "network/contexts.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)4 << 20)

typedef struct kept_row {
    ph_gid source;
    ph_step last;
    ph_release release;
    double x[PH_TRACES];
} kept_row;

typedef struct kept_echo {
    ph_gid source;
    ph_step due;
} kept_echo;

typedef struct kept_visit {
    ph_gid source;
    ph_step step;      /* of emission */
    int32_t kind, interval;
    double x[PH_TRACES], released;
} kept_visit;

/* What a rank writes of one projection. */
typedef struct gathered {
    int projection;
    ph_gid first;      /* of the sources, */
    uint64_t *written; /* a bit for each */
    kept_row *rows;
    kept_echo *echoes;
    kept_visit *visits;
    size_t n_rows, rows_room, n_echoes, echoes_room, n_visits, visits_room;
} gathered;

/* --- saving ----------------------------------------------------------------------------------- */

static ph_status gather_row(gathered *all, const ph_rows *rows, int64_t row)
{
    ph_gid source = rows->source[row], bit = source - all->first;
    if (all->written[bit >> 6] >> (bit & 63) & 1)
        return PH_OK;
    all->written[bit >> 6] |= (uint64_t)1 << (bit & 63);
    PH_GROW(all->rows, all->rows_room, all->n_rows + 1);
    kept_row *kept = &all->rows[all->n_rows++];
    *kept = (kept_row){.source = source, .last = rows->last[row]};
    if (rows->release)
        kept->release = rows->release[row];
    for (int k = 0; k < PH_TRACES && rows->x[k]; k++)
        kept->x[k] = (double)rows->x[k][row];
    const ph_echoes *echoes = rows->echoes;
    for (int32_t e = echoes ? echoes->first[row] : -1; e >= 0; e = echoes->pool[e].next) {
        PH_GROW(all->echoes, all->echoes_room, all->n_echoes + 1);
        all->echoes[all->n_echoes++] = (kept_echo){source, echoes->pool[e].due};
    }
    return PH_OK;
}

static ph_status gather_visit(void *context, const ph_block *block, const ph_pending *pending)
{
    gathered *all = context;
    const ph_rows *rows = &block->rows[pending->rows];
    if (rows->projection->index != all->projection)
        return PH_OK;
    const ph_plastic_bucket *bucket = &pending->bucket;
    PH_GROW(all->visits, all->visits_room, all->n_visits + 1);
    kept_visit *kept = &all->visits[all->n_visits++];
    *kept = (kept_visit){.source = rows->source[pending->row],
                         .step = pending->step,
                         .kind = (int32_t)pending->kind,
                         .interval = bucket->interval,
                         .released = (double)bucket->released};
    for (int k = 0; k < PH_TRACES; k++)
        kept->x[k] = (double)bucket->x[k];
    return PH_OK;
}

static ph_status gather(const ph_sim *sim, gathered *all)
{
    for (int b = 0; b < sim->network->n_blocks; b++) {
        const ph_block *block = &sim->network->blocks[b];
        const ph_rows *rows = ph_block_plastic_rows(block, all->projection);
        if (!rows)
            continue;
        for (int64_t row = 0; row < rows->n_rows; row++)
            PH_TRY(gather_row(all, rows, row));
        PH_TRY(ph_calendar_each_pending(block, sim->step, gather_visit, all));
    }
    return PH_OK;
}

/* The rank's targets of a projection, to which what is said of its sources belongs. */
static ph_piece piece_of(const ph_sim *sim, ph_section section, int projection)
{
    int population = sim->brain->projections[projection]->target.span.population;
    return (ph_piece){section, projection, 0, sim->network->share_first[population],
                      sim->network->share_count[population]};
}

/* In blocks of some megabytes. */
static ph_status write_items(ph_checkpoint *checkpoint, const ph_piece *piece, const void *items,
                             size_t n, size_t size)
{
    const char *next = items;
    for (size_t some; n > 0; n -= some, next += some * size) {
        some = n < BLOCK_BYTES / size ? n : BLOCK_BYTES / size;
        PH_TRY(ph_checkpoint_write(checkpoint, piece, next, some * size));
    }
    return PH_OK;
}

static ph_status write_gathered(const ph_sim *sim, ph_checkpoint *checkpoint, const gathered *all)
{
    const ph_piece rows = piece_of(sim, PH_SECTION_ROW, all->projection);
    const ph_piece echoes = piece_of(sim, PH_SECTION_ECHO, all->projection);
    const ph_piece visits = piece_of(sim, PH_SECTION_VISIT, all->projection);
    PH_TRY(write_items(checkpoint, &rows, all->rows, all->n_rows, sizeof *all->rows));
    PH_TRY(write_items(checkpoint, &echoes, all->echoes, all->n_echoes, sizeof *all->echoes));
    return write_items(checkpoint, &visits, all->visits, all->n_visits, sizeof *all->visits);
}

static ph_status save(const ph_sim *sim, ph_checkpoint *checkpoint, int projection)
{
    int p = sim->brain->projections[projection]->source.span.population;
    const ph_population *population = sim->brain->populations[p];
    gathered all = {.projection = projection, .first = population->gid};
    PH_ALLOC(all.written, population->size / 64 + 1);
    ph_status status = gather(sim, &all);
    if (status == PH_OK)
        status = write_gathered(sim, checkpoint, &all);
    ph_free(all.written);
    ph_free(all.rows);
    ph_free(all.echoes);
    ph_free(all.visits);
    return status;
}

/* --- loading ---------------------------------------------------------------------------------- */

/* A visit or echo that is to be entered: all that tells it from others comes first. */
typedef struct entry {
    int block, rows;
    int64_t row;
    ph_step step; /* of emission; of an echo: when it is due */
    int kind;
    ph_plastic_bucket bucket;
} entry;

typedef struct loading {
    ph_sim *sim;
    int projection;
    entry *entries;
    size_t n, room;
} loading;

static void load_row(ph_rows *rows, const kept_row *kept)
{
    int64_t row = ph_rows_find(rows, kept->source);
    if (row < 0)
        return;
    rows->last[row] = kept->last;
    rows->next_sweep[row] = INT64_MAX; /* found; those that are swept follow */
    if (rows->release)
        rows->release[row] = kept->release;
    for (int k = 0; k < PH_TRACES && rows->x[k]; k++)
        rows->x[k][row] = (ph_real)kept->x[k];
}

/* The rows of the projection in a block; NULL: there are none. */
static ph_rows *rows_in(const loading *l, int b)
{
    return ph_block_plastic_rows(&l->sim->network->blocks[b], l->projection);
}

static ph_status load_rows(void *context, const ph_piece *piece, const void *bytes, size_t n)
{
    loading *l = context;
    const kept_row *kept = bytes;
    int64_t count = (int64_t)(n / sizeof *kept);
    (void)piece;
    PH_CHECK(n % sizeof *kept == 0, PH_FILE, "rows of another size");
    for (int b = 0; b < l->sim->network->n_blocks; b++) {
        ph_rows *rows = rows_in(l, b);
        for (int64_t i = 0; rows && i < count; i++)
            load_row(rows, &kept[i]);
    }
    return PH_OK;
}

static ph_status add_entry(loading *l, ph_gid source, const entry *what)
{
    for (int b = 0; b < l->sim->network->n_blocks; b++) {
        entry found = *what;
        const ph_rows *rows = rows_in(l, b);
        found.row = rows ? ph_rows_find(rows, source) : -1;
        if (found.row < 0)
            continue;
        found.block = b;
        found.rows = (int)(rows - l->sim->network->blocks[b].rows);
        PH_GROW(l->entries, l->room, l->n + 1);
        l->entries[l->n++] = found;
    }
    return PH_OK;
}

static ph_status load_visits(void *context, const ph_piece *piece, const void *bytes, size_t n)
{
    const kept_visit *kept = bytes;
    (void)piece;
    PH_CHECK(n % sizeof *kept == 0, PH_FILE, "visits of another size");
    for (size_t i = 0; i < n / sizeof *kept; i++) {
        entry e = {.step = kept[i].step, .kind = kept[i].kind};
        e.bucket = (ph_plastic_bucket){.interval = kept[i].interval,
                                       .released = (ph_real)kept[i].released};
        for (int k = 0; k < PH_TRACES; k++)
            e.bucket.x[k] = (ph_real)kept[i].x[k];
        PH_TRY(add_entry(context, kept[i].source, &e));
    }
    return PH_OK;
}

static ph_status load_echoes(void *context, const ph_piece *piece, const void *bytes, size_t n)
{
    const kept_echo *kept = bytes;
    (void)piece;
    PH_CHECK(n % sizeof *kept == 0, PH_FILE, "echoes of another size");
    for (size_t i = 0; i < n / sizeof *kept; i++)
        PH_TRY(add_entry(context, kept[i].source, &(entry){.step = kept[i].due}));
    return PH_OK;
}

static int compare(const void *a, const void *b)
{
    const entry *left = a, *right = b;
    if (left->block != right->block)
        return left->block < right->block ? -1 : 1;
    if (left->row != right->row)
        return left->row < right->row ? -1 : 1;
    if (left->step != right->step)
        return left->step < right->step ? -1 : 1;
    return left->kind < right->kind ? -1 : left->kind > right->kind;
}

/* Visits or echoes of the projection, in order of time for each row, each once. */
static ph_status take_entries(loading *l, ph_checkpoint *checkpoint, ph_section section,
                              ph_checkpoint_visit *visit)
{
    const ph_piece own = piece_of(l->sim, section, l->projection);
    size_t n = 0;
    l->n = 0;
    PH_TRY(ph_checkpoint_each(checkpoint, &own, visit, l));
    if (l->n > 1)
        qsort(l->entries, l->n, sizeof *l->entries, compare);
    for (size_t i = 0; i < l->n; i++)
        if (i == 0 || compare(&l->entries[i - 1], &l->entries[i]) != 0)
            l->entries[n++] = l->entries[i];
    l->n = n;
    return PH_OK;
}

static ph_status enter_visits(loading *l, ph_checkpoint *checkpoint)
{
    PH_TRY(take_entries(l, checkpoint, PH_SECTION_VISIT, load_visits));
    for (size_t i = 0; i < l->n; i++) {
        const entry *e = &l->entries[i];
        ph_pending pending = {e->rows, (ph_visit_kind)e->kind, e->row, e->step, e->bucket};
        PH_TRY(ph_calendar_restore_visit(&l->sim->network->blocks[e->block], &pending,
                                         l->sim->step));
    }
    return PH_OK;
}

static ph_status enter_echoes(loading *l, ph_checkpoint *checkpoint)
{
    PH_TRY(take_entries(l, checkpoint, PH_SECTION_ECHO, load_echoes));
    for (size_t i = 0; i < l->n; i++) {
        const entry *e = &l->entries[i];
        ph_echoes *echoes = l->sim->network->blocks[e->block].rows[e->rows].echoes;
        PH_CHECK(echoes, PH_FILE, "the checkpoint has echoes where the rule has none");
        PH_TRY(ph_echoes_add(echoes, e->row, e->step - echoes->delay));
    }
    return PH_OK;
}

/* Every row must have been found. */
static ph_status check_rows(loading *l)
{
    for (int b = 0; b < l->sim->network->n_blocks; b++) {
        ph_rows *rows = rows_in(l, b);
        for (int64_t row = 0; rows && row < rows->n_rows; row++)
            PH_CHECK(rows->next_sweep[row] == INT64_MAX, PH_FILE,
                     "the checkpoint is of another brain: projection %d has no synapses of neuron "
                     "%lld",
                     l->projection, (long long)rows->source[row]);
        if (rows && rows->echoes)
            rows->echoes->done = l->sim->step;
        if (rows)
            ph_calendar_restore_sweeps(rows, l->sim->step);
    }
    return PH_OK;
}

static ph_status load(ph_sim *sim, ph_checkpoint *checkpoint, int projection)
{
    loading l = {.sim = sim, .projection = projection};
    const ph_piece own = piece_of(sim, PH_SECTION_ROW, projection);
    for (int b = 0; b < sim->network->n_blocks; b++) {
        ph_rows *rows = rows_in(&l, b);
        for (int64_t row = 0; rows && row < rows->n_rows; row++)
            rows->next_sweep[row] = -1;
    }
    ph_status status = ph_checkpoint_each(checkpoint, &own, load_rows, &l);
    if (status == PH_OK)
        status = check_rows(&l);
    if (status == PH_OK)
        status = enter_echoes(&l, checkpoint);
    if (status == PH_OK)
        status = enter_visits(&l, checkpoint);
    ph_free(l.entries);
    return status;
}

ph_status ph_keep_rows(ph_sim *sim, ph_checkpoint *checkpoint)
{
    int is_loading = ph_checkpoint_is_loading(checkpoint);
    for (int p = 0; p < sim->brain->n_projections; p++)
        if (ph_projection_rule(sim->brain->projections[p]) && !sim->brain->projections[p]->cut)
            PH_TRY(is_loading ? load(sim, checkpoint, p) : save(sim, checkpoint, p));
    return PH_OK;
}
