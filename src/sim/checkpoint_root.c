/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint's small things: modulators, task and controllers, the pipeline's contents, what
 * rules integrate, and the figures so far. */
#include "sim/checkpoint.h"

#include "base/clock.h"
#include "base/memory.h"
#include "network/contexts.h"

#include <string.h>

/* --- what rules read -------------------------------------------------------------------------- */

static ph_status context_state(ph_rule_context *context, ph_step now, ph_state *state)
{
    for (int g = 0; g < PH_RULE_GATES; g++)
        if (context->gate[g])
            PH_TRY(ph_gate_state(context->gate[g], now, state));
    for (int i = 0; i < PH_RULE_SAMPLED; i++)
        if (context->sampled[i])
            PH_TRY(ph_sampled_state(context->sampled[i], now, state));
    return context->U ? ph_sampled_state(context->U, now, state) : PH_OK;
}

/* A state that is read from one block. */
typedef struct reading {
    ph_status (*move)(ph_sim *sim, int index, ph_state *state);
    ph_sim *sim;
    int found;
} reading;

static ph_status read_state(void *context, const ph_piece *piece, const void *bytes, size_t n)
{
    reading *r = context;
    ph_state state = ph_state_of(bytes, n);
    r->found = 1;
    return r->move(r->sim, piece->index, &state);
}

/* @param writes 1: this rank is the one that saves it */
static ph_status keep_state(ph_sim *sim, ph_checkpoint *checkpoint, ph_section section, int index,
                            int writes, ph_status (*move)(ph_sim *sim, int index, ph_state *state))
{
    ph_piece piece = {section, index, 0, 0, 1};
    if (ph_checkpoint_is_loading(checkpoint)) {
        reading r = {move, sim, 0};
        PH_TRY(ph_checkpoint_each(checkpoint, &piece, read_state, &r));
        PH_CHECK(r.found, PH_FILE, "the checkpoint is of another brain: a part of it is missing");
        return PH_OK;
    }
    if (!writes)
        return PH_OK;
    ph_state state = {0};
    ph_status status = move(sim, index, &state);
    if (status == PH_OK)
        status = ph_checkpoint_write(checkpoint, &piece, state.bytes, state.used);
    ph_state_free(&state);
    return status;
}

static ph_status move_context(ph_sim *sim, int projection, ph_state *state)
{
    return context_state(&sim->network->contexts[projection], sim->step, state);
}

ph_status ph_keep_contexts(ph_sim *sim, ph_checkpoint *checkpoint)
{
    for (int p = 0; p < sim->brain->n_projections; p++) {
        int population = sim->brain->projections[p]->target.span.population;
        int region = ph_brain_region_of(sim->brain, population);
        if (sim->moved[p].has_rule)
            PH_TRY(keep_state(sim, checkpoint, PH_SECTION_CONTEXT, p,
                              sim->layout->region_first[region] == sim->rank, move_context));
    }
    return PH_OK;
}

/* --- the root --------------------------------------------------------------------------------- */

/* What every rank must know. */
static ph_status pipeline_state(ph_sim *sim, ph_state *state)
{
    PH_TRY(PH_STATE(state, sim->until));
    PH_TRY(PH_STATE(state, sim->finished));
    PH_TRY(PH_STATE(state, sim->is_cut));
    PH_TRY(PH_STATE(state, sim->phase));
    PH_TRY(PH_STATE(state, sim->phase_begin));
    PH_TRY(PH_STATE(state, sim->rested));
    PH_TRY(PH_STATE(state, sim->begun));
    PH_TRY(PH_STATE(state, sim->broadcast));
    return PH_STATE(state, sim->early);
}

static ph_status common_state(ph_sim *sim, ph_state *state)
{
    ph_step given = sim->until; /* beats that of the run so far */
    PH_TRY(pipeline_state(sim, state));
    if (state->is_loading && given != INT64_MAX)
        sim->until = given;
    if (state->is_loading) { /* these were for the run that wrote it */
        sim->is_early = 1;
        sim->early.checkpoint = sim->early.leave = 0;
    }
    return ph_neuromod_state(sim->neuromod, sim->brain, sim->broadcast.phase, state);
}

/* Phase and pipeline of the other run are over. */
static ph_status move_levels(ph_sim *sim, int index, ph_state *state)
{
    ph_sim *other;
    (void)index;
    PH_ALLOC(other, 1);
    ph_status status = pipeline_state(other, state);
    ph_free(other);
    return status == PH_OK ? ph_neuromod_start(sim->neuromod, state) : status;
}

static ph_status trials_state(ph_sim *sim, ph_state *state)
{
    for (int p = 0; p < sim->brain->n_phases; p++) {
        size_t n = (size_t)sim->n_correct[p], room = sim->correct_room[p];
        PH_TRY(ph_state_count(state, "n_correct", &n, INT32_MAX));
        PH_GROW(sim->correct[p], room, n);
        sim->correct_room[p] = room;
        PH_TRY(ph_state_bytes(state, "correct", sim->correct[p], n));
        sim->n_correct[p] = (int64_t)n;
    }
    return PH_OK;
}

/* The task is brought to the beginning of its phase, then to where it was. */
static ph_status task_state(ph_sim *sim, ph_state *state)
{
    const ph_task_type *type = (const ph_task_type *)sim->brain->task.type;
    if (!type)
        return PH_OK;
    if (state->is_loading)
        PH_TRY(ph_root_begin_task_phase(sim));
    return type->keep(sim->task_state, state);
}

static ph_status root_state(ph_sim *sim, ph_state *state)
{
    PH_TRY(PH_STATE(state, sim->next));
    PH_TRY(ph_state_bytes(state, "sim->sums", sim->sums,
                          (size_t)sim->n_readouts * sizeof *sim->sums));
    PH_TRY(PH_STATE(state, sim->root_phase));
    PH_TRY(PH_STATE(state, sim->root_phase_begin));
    PH_TRY(PH_STATE(state, sim->root_trials));
    PH_TRY(PH_STATE(state, sim->drive));
    PH_TRY(PH_STATE(state, sim->signal));
    PH_TRY(PH_STATE(state, sim->value));
    PH_TRY(PH_STATE(state, sim->expected));
    PH_TRY(PH_STATE(state, sim->local_means));
    PH_TRY(trials_state(sim, state));
    PH_TRY(ph_mistimed_state(sim->mistimed, state));
    PH_TRY(ph_controllers_state(sim->controllers, state));
    return task_state(sim, state);
}

static ph_status move_root(ph_sim *sim, int index, ph_state *state)
{
    (void)index;
    PH_TRY(common_state(sim, state));
    return sim->is_root ? root_state(sim, state) : PH_OK;
}

ph_status ph_keep_root(ph_sim *sim, ph_checkpoint *checkpoint)
{
    return keep_state(sim, checkpoint, PH_SECTION_ROOT, 0, sim->is_root, move_root);
}

ph_status ph_keep_levels(ph_sim *sim, ph_checkpoint *checkpoint)
{
    return keep_state(sim, checkpoint, PH_SECTION_ROOT, 0, 0, move_levels);
}

/* --- figures ---------------------------------------------------------------------------------- */

enum { FIGURE_SPIKES, FIGURE_HASH, FIGURE_EVENTS, FIGURE_PLASTIC, FIGURE_RANKS, FIGURE_MICROSECONDS,
       FIGURE_STAGES, FIGURES = FIGURE_STAGES + PH_STAGES };

/* Behind the figures, spikes of each population: since the last recorded rate, and in all. */
static void sum_blocks(const ph_sim *sim, int64_t *figures)
{
    for (int b = 0; b < sim->network->n_blocks; b++) {
        const ph_block *block = &sim->network->blocks[b];
        const ph_block_run *run = &sim->blocks[b];
        figures[FIGURE_SPIKES] += run->total_spikes;
        figures[FIGURE_HASH] = (int64_t)((uint64_t)figures[FIGURE_HASH] + run->hash);
        figures[FIGURE_EVENTS] += block->events;
        for (int r = 0; r < block->n_rows; r++)
            figures[FIGURE_PLASTIC] += block->rows[r].events;
        int64_t *in_interval = figures + FIGURES, *in_all = in_interval + sim->brain->n_populations;
        for (int g = 0; g < block->n_groups; g++) {
            in_interval[block->groups[g].population] += run->groups[g].spikes_in_interval;
            in_all[block->groups[g].population] += run->groups[g].spikes;
        }
    }
}

static void add_before(const ph_sim *sim, int64_t *figures)
{
    const ph_figures_before *before = &sim->before;
    figures[FIGURE_SPIKES] += before->spikes;
    figures[FIGURE_HASH] = (int64_t)((uint64_t)figures[FIGURE_HASH] + before->hash);
    figures[FIGURE_EVENTS] += before->events;
    figures[FIGURE_PLASTIC] += before->plastic_events;
    double stages[PH_STAGES];
    ph_sim_stages(sim, stages);
    figures[FIGURE_RANKS] = 1;
    for (int i = 0; i < PH_STAGES; i++) {
        double all = stages[i] + before->stages_s[i] * sim->layout->n_ranks;
        figures[FIGURE_STAGES + i] = (int64_t)(all * 1e6);
    }
    if (sim->rank == 0)
        figures[FIGURE_MICROSECONDS] = (int64_t)((before->simulate_s + sim->simulate_s) * 1e6);
}

static void take_times(ph_figures_before *before, const int64_t *figures)
{
    before->simulate_s = (double)figures[FIGURE_MICROSECONDS] * 1e-6;
    for (int i = 0; i < PH_STAGES; i++)
        before->stages_s[i] =
            (double)figures[FIGURE_STAGES + i] * 1e-6 / (double)figures[FIGURE_RANKS];
}

/* Rank 0 counts on from them, the rank of a population's first neuron from those of it. */
static void take_figures(ph_sim *sim, const int64_t *figures)
{
    if (sim->rank == 0)
        sim->before = (ph_figures_before){.spikes = figures[FIGURE_SPIKES],
                                          .hash = (uint64_t)figures[FIGURE_HASH],
                                          .events = figures[FIGURE_EVENTS],
                                          .plastic_events = figures[FIGURE_PLASTIC]};
    if (sim->rank == 0)
        take_times(&sim->before, figures);
    for (int b = 0; b < sim->network->n_blocks; b++)
        for (int g = 0; g < sim->network->blocks[b].n_groups; g++) {
            const ph_group *group = &sim->network->blocks[b].groups[g];
            const int64_t *of = figures + FIGURES + group->population;
            if (group->first != 0)
                continue;
            sim->blocks[b].groups[g].spikes_in_interval = of[0];
            sim->blocks[b].groups[g].spikes = of[sim->brain->n_populations];
        }
}

static ph_status move_figures(ph_sim *sim, ph_checkpoint *checkpoint, int64_t *figures, int n)
{
    ph_piece piece = {PH_SECTION_FIGURES, 0, 0, 0, n};
    int is_loading = ph_checkpoint_is_loading(checkpoint);
    if (!is_loading) {
        sim->simulate_s = ph_clock() - sim->begun_at;
        sum_blocks(sim, figures);
        add_before(sim, figures);
        PH_TRY(ph_comm_sum(sim->comm, figures, n));
    }
    if (is_loading || sim->rank == 0)
        PH_TRY(ph_checkpoint_move(checkpoint, &piece, sizeof *figures, figures));
    if (is_loading)
        take_figures(sim, figures);
    return PH_OK;
}

ph_status ph_keep_figures(ph_sim *sim, ph_checkpoint *checkpoint)
{
    int n = FIGURES + 2 * sim->brain->n_populations;
    int64_t *figures = ph_calloc((size_t)n, sizeof *figures);
    ph_status status = figures ? PH_OK : ph_error(PH_RESOURCE, "out of memory: a checkpoint");
    status = ph_comm_agree(sim->comm, status);
    if (status == PH_OK)
        status = move_figures(sim, checkpoint, figures, n);
    ph_free(figures);
    return status;
}
