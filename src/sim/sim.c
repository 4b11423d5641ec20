/* SPDX-License-Identifier: Apache-2.0 */
/* Making, running and closing a run: the time loop of all threads. */
#include "sim/internal.h"
#include "sim/shuffle.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "network/connect.h"
#include "synapse/deliver.h"
#include "synapse/rest.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ph_sim_fail(ph_sim *sim, ph_status status)
{
#pragma omp critical(ph_sim_fail)
    if (sim->error == PH_OK) {
        sim->error = status;
        snprintf(sim->error_text, sizeof sim->error_text, "%s", ph_error_message());
    }
}

/* --- creation -------------------------------------------------------------------------------- */

static ph_status take_threads(ph_sim *sim)
{
    /* Threads without a core of their own would only wait for each other. */
    sim->threads = ph_comm_threads(sim->comm, sim->options.threads);
    PH_TRY(ph_threads_check(sim->threads));
    PH_TRY(ph_sim_place_threads(sim));
    return ph_sim_lay_inputs(sim);
}

/* Collective. */
static ph_status lay_out(ph_sim *sim)
{
    int64_t n_cored = ph_comm_has_core(sim->comm);
    PH_TRY(ph_comm_sum(sim->comm, &n_cored, 1));
    if (ph_comm_is_alone(sim->comm))
        n_cored = ph_comm_ranks(sim->comm);
    return ph_layout_create(sim->brain, ph_comm_ranks(sim->comm), (int)n_cored, sim->threads,
                            &sim->layout);
}

/* The root records all regions; the others need those alone in which they have neurons. */
static ph_status create_neuromod(ph_sim *sim)
{
    int *own;
    PH_TRY(ph_neuromod_create(sim->brain, &sim->neuromod));
    if (sim->is_root)
        return PH_OK;
    PH_ALLOC(own, sim->brain->n_regions);
    for (int r = 0; r < sim->brain->n_regions; r++)
        own[r] = ph_layout_holds(sim->layout, r, sim->rank);
    ph_neuromod_follow(sim->neuromod, own);
    ph_free(own);
    return PH_OK;
}

static ph_status build(ph_sim *sim)
{
    ph_build_watch watch = {.show = ph_progress_show_building, .context = sim};
    int is_watched = sim->rank == 0 && !sim->options.quiet;
    sim->begun_at = sim->shown_at = ph_clock();
    ph_status status =
        ph_network_create(sim->brain, sim->layout, sim->rank, sim->options.seed, sim->inputs.of,
                          sim->inputs.n, is_watched ? &watch : NULL, &sim->network);
    if (is_watched)
        ph_progress_end_building(sim);
    PH_TRY(status);
    PH_TRY(ph_sim_attach(sim));
    PH_TRY(create_neuromod(sim));
    PH_TRY(ph_sim_create_excitability(sim));
    return ph_sim_find_moved(sim);
}

/* What all ranks have read of a projection's file is the whole of it, each edge once. */
static ph_status check_tally(const ph_projection *projection, const ph_edge_tally *all)
{
    const ph_connect_sonata_params *p = projection->connect.params;
    PH_CHECK(all->unlisted == 0, PH_FILE, "%s: the index of %s lists %lld edges too %s", p->file,
             p->population, (long long)llabs(all->unlisted), all->unlisted > 0 ? "few" : "many");
    PH_CHECK(p->synapses == 0 || all->synapses == p->synapses, PH_FILE,
             "%s: %s gives %s %lld synapses; its configuration says %lld", p->file, p->population,
             projection->address, (long long)all->synapses, (long long)p->synapses);
    return PH_OK;
}

static ph_status check_edges(const ph_sim *sim)
{
    const ph_brain *brain = sim->brain;
    ph_edge_tally *tally = sim->network->tally;
    PH_TRY(ph_comm_sum(sim->comm, (int64_t *)(void *)tally, 2 * brain->n_projections));
    for (int p = 0; p < brain->n_projections; p++)
        if (brain->projections[p]->connect.type == &ph_connect_sonata &&
            !brain->projections[p]->cut)
            PH_TRY(check_tally(brain->projections[p], &tally[p]));
    return PH_OK;
}

static ph_status connect_ranks(ph_sim *sim)
{
    PH_TRY(ph_sim_create_exchanges(sim));
    PH_TRY(ph_beat_create(sim->comm, sim->layout->root, sim->n_readouts + 3, sizeof sim->broadcast,
                          &sim->beat_comm));
    PH_ALLOC(sim->sums, sim->n_readouts + 3);
    PH_ALLOC(sim->beat_counts, sim->n_readouts + 3);
    return PH_OK;
}

static ph_status open_files(ph_sim *sim)
{
    if (sim->options.out_folder)
        PH_TRY(ph_writer_open_segment(sim->options.out_folder, sim->rank, sim->segment,
                                      &sim->writer));
    ph_sim_apply_phase(sim);
    if (sim->options.resumes)
        return PH_OK;
    PH_TRY(ph_record_weights_now(sim, 0));
    return ph_shuffle_begin(sim, -1);
}

static ph_status open_loop(ph_sim *sim)
{
    int has_cores = ph_comm_has_cores(sim->comm, sim->threads);
    ph_comm_share_cores(sim->comm, !has_cores);
    PH_TRY(ph_barrier_create(sim->threads, has_cores, &sim->barrier));
    return ph_root_open(sim);
}

/* The step that ends at or after a time; INT64_MAX: there is none. */
static ph_step step_of(double ms, double h)
{
    return isnan(ms) ? INT64_MAX : (ph_step)ceil(ms / h - 1e-9);
}

static ph_status create(const ph_brain *brain, ph_comm *comm, const ph_sim_options *options,
                        ph_sim **out)
{
    ph_sim *sim;
    PH_ALLOC(sim, 1);
    *out = sim;
    sim->brain = sim->in_force = brain;
    sim->comm = comm;
    sim->options = *options;
    sim->rank = ph_comm_rank(comm);
    sim->h = brain->simulation.resolution;
    sim->n_transmitters = brain->neuromodulation.transmitters.count;
    sim->longest_delay = ph_longest_delay(brain);
    sim->taken = -1;
    sim->end = sim->until = step_of(options->until_ms, sim->h);
    sim->stop_at = options->stop_ms > 0 ? step_of(options->stop_ms, sim->h) : INT64_MAX;
    PH_TRY(ph_comm_agree(comm, take_threads(sim)));
    PH_TRY(ph_comm_agree(comm, lay_out(sim)));
    sim->is_root = sim->layout->root == sim->rank;
    PH_TRY(ph_comm_agree(comm, build(sim)));
    if (!ph_comm_is_alone(comm))
        PH_TRY(check_edges(sim));
    return ph_comm_agree(comm, connect_ranks(sim));
}

ph_status ph_sim_create(const ph_brain *brain, ph_comm *comm, const ph_sim_options *options,
                        ph_sim **sim)
{
    double begin = ph_clock();
    PH_TRY(create(brain, comm, options, sim));
    PH_TRY(ph_comm_agree(comm, open_loop(*sim)));
    if (options->resumes)
        PH_TRY(ph_sim_resume(*sim));
    else if (options->starts)
        PH_TRY(ph_sim_start(*sim));
    ph_network_forget_sources((*sim)->network);
    PH_TRY(ph_comm_agree(comm, open_files(*sim)));
    (*sim)->build_s = ph_clock() - begin;
    return PH_OK;
}

ph_status ph_sim_create_alone(const ph_brain *brain, ph_comm *comm, const ph_sim_options *options,
                              ph_sim **sim)
{
    PH_TRY(create(brain, comm, options, sim));
    ph_network_forget_sources((*sim)->network);
    return PH_OK;
}

void ph_sim_count(const ph_sim *sim, int64_t *neurons, int64_t *synapses, int64_t *sources)
{
    *neurons = sim->network->n_local;
    *synapses = sim->network->synapses;
    *sources = sim->network->n_sources;
}

/* --- the time loop --------------------------------------------------------------------------- */

static ph_status run_slice(ph_sim *sim, int block, ph_step begin, double *now)
{
    ph_sim_open_windows(sim, block, begin);
    for (ph_step s = 0; s < sim->brain->slice; s++)
        PH_TRY(ph_sim_step(sim, block, begin + 1 + s, now));
    return PH_OK;
}

/* A failed thread goes on with empty hands, so that no other thread or rank waits for it. */
static void try(ph_sim *sim, ph_status status)
{
    if (status != PH_OK)
        ph_sim_fail(sim, status);
}

/* Between two slices: spikes are sent, own ones entered, and those of others taken in when they
 * must be there. What the calendar holds for the next step is delivered while they travel, unless a
 * beat ends: what is in force changes then. One barrier is enough for the own ones, because a
 * window is filled again only after the barrier after next. The time it takes is counted with the
 * delivery that follows. */
static void between_slices(ph_sim *sim, int thread, ph_step begin, double *now)
{
    const ph_brain *brain = sim->brain;
    ph_step end = begin + brain->slice;
    int end_of_epoch = end % brain->epoch == 0;
    int epoch_due = (end - brain->epoch_slack) % brain->epoch == 0 && end > brain->epoch_slack;
    int travels = ph_exchange_receives(sim->exchange[PH_TIER_SLICE]);
    int epoch_travels = epoch_due && ph_exchange_receives(sim->exchange[PH_TIER_EPOCH]);
    int n_blocks = sim->network->n_blocks, threads = sim->threads;
    ph_barrier_wait(sim->barrier);
    *now = ph_clock();
    if (thread == 0)
        try(sim, ph_sim_send(sim, begin, end_of_epoch, now));
    for (int b = thread; b < n_blocks; b += threads) {
        try(sim, ph_sim_enter_own(sim, b, PH_TIER_SLICE, end));
        if (end_of_epoch)
            try(sim, ph_sim_enter_own(sim, b, PH_TIER_EPOCH, end));
        if (travels && end % brain->beat != 0)
            ph_deliver(&sim->network->blocks[b], end + 1);
    }
    ph_step epoch_end = end - brain->epoch_slack;
    if (epoch_end == sim->taken) /* for a checkpoint */
        epoch_due = epoch_travels = 0;
    if (travels || epoch_travels)
        ph_sim_lap(sim, thread, PH_STAGE_DELIVER, now);
    if (thread == 0 && travels)
        try(sim, ph_sim_receive(sim, PH_TIER_SLICE, begin));
    if (thread == 0 && epoch_travels)
        try(sim, ph_sim_receive(sim, PH_TIER_EPOCH, epoch_end - brain->epoch));
    if (travels || epoch_travels) {
        ph_barrier_wait(sim->barrier);
        *now = ph_clock();
    }
    for (int b = thread; b < n_blocks; b += threads) {
        try(sim, ph_sim_enter_others(sim, b, PH_TIER_SLICE, end));
        if (epoch_due)
            try(sim, ph_sim_enter_others(sim, b, PH_TIER_EPOCH, epoch_end));
    }
}

static void run_beat(ph_sim *sim, int thread)
{
    ph_step begin_of_beat = sim->step, slice = sim->brain->slice;
    int threads = sim->threads;
    double now = ph_clock();
    for (int b = thread; b < sim->network->n_blocks && begin_of_beat % sim->network->sweep == 0;
         b += threads)
        ph_block_begin_period(&sim->network->blocks[b], begin_of_beat, sim->network->sweep,
                              ph_sim_rested(sim, 1) != NULL);
    for (ph_step begin = begin_of_beat; begin < begin_of_beat + sim->brain->beat; begin += slice) {
        for (int b = thread; b < sim->network->n_blocks; b += threads)
            try(sim, run_slice(sim, b, begin, &now));
        between_slices(sim, thread, begin, &now);
    }
    ph_sim_lap(sim, thread, PH_STAGE_DELIVER, &now);
    ph_barrier_wait(sim->barrier);
}

static void run_rest_step(ph_sim *sim, int thread)
{
    if (thread == 0)
        ph_sim_begin_rest_step(sim);
    ph_barrier_wait(sim->barrier);
    for (int b = thread; b < sim->network->n_blocks; b += sim->threads)
        ph_rest_step(&sim->network->blocks[b], sim->rest_step);
    ph_barrier_wait(sim->barrier);
    if (thread == 0)
        ph_sim_end_rest_step(sim);
    ph_barrier_wait(sim->barrier);
}

static void run_rest(ph_sim *sim, int thread)
{
    if (thread == 0)
        ph_sim_begin_rest(sim);
    ph_barrier_wait(sim->barrier);
    for (int b = thread; b < sim->network->n_blocks; b += sim->threads)
        ph_rest_begin(&sim->network->blocks[b]);
    while (sim->rest_steps > 0)
        run_rest_step(sim, thread);
    for (int b = thread; b < sim->network->n_blocks; b += sim->threads)
        ph_rest_end(&sim->network->blocks[b], sim->step);
    ph_barrier_wait(sim->barrier);
    if (thread == 0)
        try(sim, ph_sim_end_rest(sim));
    ph_barrier_wait(sim->barrier);
}

/* Until the run has ended or a checkpoint is due. */
static void run_thread(ph_sim *sim, int thread)
{
    do {
        if (thread == 0)
            try(sim, ph_sim_begin_beat(sim));
        ph_barrier_wait(sim->barrier);
        run_beat(sim, thread);
        if (thread == 0) {
            sim->step += sim->brain->beat;
            try(sim, ph_sim_end_beat(sim));
        }
        ph_barrier_wait(sim->barrier);
        if (sim->rest_due)
            run_rest(sim, thread);
    } while (!sim->finished && !sim->is_due);
}

/* At the end of the run; what asks to leave is late. */
static void checkpoint_end(ph_sim *sim)
{
    sim->leaving = 0;
    try(sim, ph_sim_checkpoint(sim));
}

ph_status ph_sim_run(ph_sim *sim)
{
    int is_over = sim->finished; /* that checkpoint is there already */
    sim->begun_at = sim->checkpoint_at = ph_clock();
    sim->first_ms = ph_sim_elapsed(sim);
    sim->first_step = sim->step;
    sim->first_rested = sim->rested;
    PH_TRY(ph_job_end_find(sim->comm, ph_checkpoint_bytes(sim), &sim->job_end));
    while (!sim->finished) {
#pragma omp parallel num_threads(sim->threads)
        run_thread(sim, omp_get_thread_num());
        if (sim->is_due && !sim->finished)
            try(sim, ph_sim_checkpoint(sim)); /* which has threads of its own */
    }
    if (sim->brain->checkpoint.at_end && sim->options.out_folder && !sim->left && !is_over)
        checkpoint_end(sim);
    sim->simulate_s = ph_clock() - sim->begun_at;
    ph_status closed = sim->writer ? ph_writer_close(&sim->writer) : PH_OK;
    if (closed != PH_OK)
        ph_sim_fail(sim, closed);
    if (sim->error != PH_OK)
        (void)ph_error(sim->error, "%s", sim->error_text);
    return ph_comm_agree(sim->comm, sim->error);
}

int ph_sim_has_left(const ph_sim *sim)
{
    return sim->left;
}

static void free_brain(ph_sim *sim)
{
    for (int tier = 0; tier < PH_TIERS; tier++) {
        ph_exchange_destroy(&sim->exchange[tier]);
        ph_free(sim->others[tier].spikes);
        sim->others[tier].spikes = NULL;
    }
    ph_neuromod_destroy(&sim->neuromod);
    ph_sim_detach(sim);
    ph_network_destroy(&sim->network);
    ph_sim_destroy_excitability(sim);
}

void ph_sim_forget_brain(ph_sim *sim)
{
    free_brain(sim);
    ph_memory_trim();
}

void ph_sim_destroy(ph_sim **out)
{
    ph_sim *sim = *out;
    if (!sim)
        return;
    ph_root_close(sim);
    if (sim->writer)
        (void)ph_writer_close(&sim->writer);
    free_brain(sim);
    ph_beat_destroy(&sim->beat_comm);
    ph_barrier_destroy(&sim->barrier);
    ph_layout_destroy(&sim->layout);
    ph_sim_release_threads(sim);
    ph_free(sim->moved);
    ph_free(sim->sums);
    ph_free(sim->beat_counts);
    ph_free(sim->phase_summaries);
    ph_free(sim->population_summaries);
    ph_free(sim->parts);
    ph_free(sim);
    *out = NULL;
}
