/* SPDX-License-Identifier: Apache-2.0 */
/* When checkpoints are taken, and how: after a beat at whose end the root has asked all ranks for
 * one. What was under way between ranks is taken in first, so that nothing depends on the layout.
 */
#include "sim/checkpoint.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/signals.h"

#include <math.h>
#include <stdio.h>

#define NEURON_BYTES 64 /* a dozen numbers of a neuron */

/* --- when ------------------------------------------------------------------------------------- */

/* By the clock of the root, or of the brain: what is asked for now is done a beat later. */
static int is_due(ph_sim *sim)
{
    const ph_checkpoint_plan *plan = &sim->brain->checkpoint;
    if (!(plan->interval > 0))
        return 0;
    if (plan->clock == PH_CHECKPOINT_BIOLOGICAL) {
        ph_step interval = ph_record_interval(sim, plan->interval);
        return (sim->step + sim->brain->beat) % interval == 0;
    }
    double now = ph_clock();
    if (now - sim->checkpoint_at < plan->interval * 1e-3)
        return 0;
    sim->checkpoint_at = now;
    return 1;
}

void ph_checkpoint_requests(int64_t *counts)
{
    counts[0] = ph_signal_checkpoint();
    counts[1] = ph_signal_leave();
}

double ph_checkpoint_bytes(const ph_sim *sim)
{
    double bytes = (double)sim->network->n_local * NEURON_BYTES;
    for (int b = 0; b < sim->network->n_blocks; b++)
        for (int r = 0; r < sim->network->blocks[b].n_rows; r++)
            if (sim->network->blocks[b].rows[r].rule)
                bytes += (double)ph_rows_bytes(&sim->network->blocks[b].rows[r]);
    return bytes;
}

/* A run that will not have ended when its job does is told so as soon as its rate is known, and
 * leaves before. @param leave out: set to 1 for that @return whether a checkpoint is due for it */
static int follow_job(ph_sim *sim, int *leave)
{
    if (isnan(sim->job_end.at)) /* nothing to be done in every beat of a run without a job */
        return 0;
    double left_s = ph_sim_left_wall_s(sim);
    if (ph_job_end_warns(&sim->job_end, left_s))
        fprintf(stderr,
                "\nphasic: will not fit: about %.0f s are left to compute, and the job ends in "
                "%.0f s; before that a checkpoint is written, from which --resume goes on\n",
                left_s, sim->job_end.at - ph_clock());
    return ph_job_end_ask(&sim->job_end, sim->longest_write_s, left_s, leave);
}

void ph_checkpoint_ask(ph_sim *sim)
{
    const int64_t *requests = sim->sums + sim->n_readouts + 1;
    ph_step then = sim->step + sim->brain->beat + sim->rested + ph_sim_rest_coming(sim);
    int leave = requests[1] > 0 || then >= sim->stop_at;
    int ends = sim->options.out_folder && follow_job(sim, &leave);
    sim->next.leave = leave;
    sim->next.checkpoint =
        sim->options.out_folder && (leave || ends || requests[0] > 0 || is_due(sim));
}

/* --- how -------------------------------------------------------------------------------------- */

/* The last epoch's spikes of other ranks, with the sweeps of that time, and the beat's messages.
 * All of it would have come later: it changes nothing. */
static ph_status finish_exchanges(ph_sim *sim)
{
    const ph_brain *brain = sim->brain;
    if (brain->epoch_slack > 0 && sim->taken != sim->step) {
        if (ph_exchange_receives(sim->exchange[PH_TIER_EPOCH]))
            PH_TRY(ph_sim_receive(sim, PH_TIER_EPOCH, sim->step - brain->epoch));
        else
            sim->others[PH_TIER_EPOCH].n = 0;
        for (int b = 0; b < sim->network->n_blocks; b++)
            PH_TRY(ph_sim_enter_others(sim, b, PH_TIER_EPOCH, sim->step));
        sim->taken = sim->step;
    }
    if (sim->posted && !sim->is_early) {
        PH_TRY(ph_beat_finish(sim->beat_comm, sim->sums, &sim->early));
        sim->is_early = 1;
    }
    return PH_OK;
}

static ph_status keep_brain(ph_sim *sim, ph_checkpoint *checkpoint)
{
    PH_TRY(ph_keep_contexts(sim, checkpoint));
    PH_TRY(ph_keep_neurons(sim, checkpoint));
    PH_TRY(ph_keep_rows(sim, checkpoint));
    PH_TRY(ph_keep_spikes(sim, checkpoint));
    return ph_keep_synapses(sim, checkpoint);
}

/* Collective parts come first. */
static ph_status keep_all(ph_sim *sim, ph_checkpoint *checkpoint)
{
    PH_TRY(ph_comm_agree(sim->comm, ph_keep_figures(sim, checkpoint)));
    PH_TRY(ph_keep_root(sim, checkpoint));
    return keep_brain(sim, checkpoint);
}

/* The parts of this segment, and on rank 0 those of the ones before. */
static ph_status list_parts(ph_sim *sim, ph_part_end **ends, int *n)
{
    int before = sim->rank == 0 ? sim->n_parts : 0;
    PH_ALLOC(*ends, before + 1);
    for (int i = 0; i < before; i++)
        (*ends)[i] = sim->parts[i];
    *n = before + 1;
    (*ends)[before] = (ph_part_end){.segment = sim->segment, .rank = sim->rank};
    return ph_writer_sync(sim->writer, &(*ends)[before].bytes);
}

static ph_status save(ph_sim *sim)
{
    ph_checkpoint *checkpoint = NULL;
    ph_part_end *ends = NULL;
    int n_ends = 0;
    ph_status status =
        ph_checkpoint_create(sim->options.out_folder, sim->step, sim->comm, &checkpoint);
    if (status == PH_OK) {
        status = keep_all(sim, checkpoint);
        if (status == PH_OK)
            status = list_parts(sim, &ends, &n_ends);
        status = ph_checkpoint_commit(checkpoint, status, ends, n_ends, sim->options.config);
    }
    ph_free(ends);
    ph_checkpoint_close(&checkpoint);
    return status;
}

/* A checkpoint that cannot be written is told; the run goes on, and the former one is whole. */
static void tell(ph_sim *sim, ph_status status, double begin)
{
    if (sim->rank != 0)
        return;
    if (status != PH_OK)
        fprintf(stderr, "\nphasic: no checkpoint at %.3f s: %s\n",
                ph_sim_elapsed(sim) * 1e-3, ph_error_message());
    else if (!sim->options.quiet)
        fprintf(stderr, "\ncheckpoint at %.3f s, written in %.2f s\n",
                ph_sim_elapsed(sim) * 1e-3, ph_clock() - begin);
}

ph_status ph_sim_checkpoint(ph_sim *sim)
{
    double begin = ph_clock();
    PH_TRY(ph_comm_agree(sim->comm, sim->error != PH_OK ? sim->error : finish_exchanges(sim)));
    ph_status status = save(sim);
    tell(sim, status, begin);
    double took = ph_clock() - begin;
    sim->write_s += took;
    sim->longest_write_s = fmax(sim->longest_write_s, took);
    if (!sim->leaving)
        return PH_OK;
    sim->finished = sim->left = 1;
    return status;
}

/* --- and back --------------------------------------------------------------------------------- */

static ph_status cut_parts(ph_sim *sim, const ph_part_end *ends, int n)
{
    PH_ALLOC(sim->parts, n);
    sim->n_parts = n;
    for (int i = 0; i < n; i++) {
        sim->parts[i] = ends[i];
        if (ends[i].segment >= sim->segment)
            sim->segment = ends[i].segment + 1;
    }
    return sim->rank == 0 ? ph_parts_cut(sim->options.out_folder, ends, n) : PH_OK;
}

/* Times that a user gives are those of the run. */
static void count_from_begin(ph_sim *sim)
{
    sim->end = sim->until == INT64_MAX ? INT64_MAX : sim->until + sim->begun;
    sim->stop_at += sim->stop_at == INT64_MAX ? 0 : sim->begun;
}

static ph_status start(ph_sim *sim, ph_checkpoint *checkpoint)
{
    sim->step = sim->taken = sim->begun = ph_checkpoint_step(checkpoint);
    sim->phase_begin = sim->root_phase_begin = sim->begun;
    count_from_begin(sim);
    PH_TRY(ph_keep_levels(sim, checkpoint));
    return keep_brain(sim, checkpoint);
}

ph_status ph_sim_start(ph_sim *sim)
{
    ph_checkpoint *checkpoint = NULL;
    ph_status status = ph_checkpoint_open(sim->options.resume, sim->comm, &checkpoint);
    if (status == PH_OK)
        status = ph_comm_agree(sim->comm, start(sim, checkpoint));
    ph_checkpoint_close(&checkpoint);
    return status;
}

/* Nothing of the run has been touched yet. */
static ph_status check_until(const ph_sim *sim)
{
    double here = ph_sim_elapsed(sim) * 1e-3;
    PH_CHECK(!sim->finished || isnan(sim->options.until_ms), PH_CONFIG,
             "the run has come to its end, at %.3f s: resume it without --until to have its "
             "results",
             here);
    PH_CHECK(sim->finished || sim->step + sim->rested < sim->end, PH_CONFIG,
             "the checkpoint is at %.3f s: --until must be later", here);
    return PH_OK;
}

static ph_status load(ph_sim *sim, ph_checkpoint *checkpoint)
{
    sim->step = sim->taken = ph_checkpoint_step(checkpoint);
    PH_TRY(keep_all(sim, checkpoint));
    count_from_begin(sim);
    return check_until(sim);
}

/* Once all ranks have loaded theirs. Newer checkpoints, which are damaged, would be taken for good
 * ones later. */
static ph_status go_back(ph_sim *sim, const ph_checkpoint *checkpoint)
{
    const ph_part_end *ends;
    int n = ph_checkpoint_parts(checkpoint, &ends);
    PH_TRY(cut_parts(sim, ends, n));
    if (sim->rank == 0)
        ph_checkpoints_remove_after(sim->options.out_folder, sim->step);
    return PH_OK;
}

ph_status ph_sim_resume(ph_sim *sim)
{
    ph_checkpoint *checkpoint = NULL;
    ph_status status = ph_checkpoint_open(sim->options.resume, sim->comm, &checkpoint);
    if (status == PH_OK)
        status = ph_comm_agree(sim->comm, load(sim, checkpoint));
    if (status == PH_OK)
        status = ph_comm_agree(sim->comm, go_back(sim, checkpoint));
    ph_checkpoint_close(&checkpoint);
    return status;
}
