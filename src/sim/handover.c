/* SPDX-License-Identifier: Apache-2.0 */
/* Spikes from where they are emitted to the calendars of the blocks they reach: those within a
 * region every slice, those of tracts every epoch. A rank's own are entered at once; those of
 * others travel while the next step's arrivals are delivered (slice) or the next epoch is computed
 * (epoch), and are entered when they must be there. */
#include "sim/internal.h"

#include "base/clock.h"
#include "base/memory.h"

static ph_lid local_of(const void *context, ph_gid gid)
{
    return ph_network_local(context, gid);
}

static ph_status create_exchange(ph_sim *sim, ph_tier tier, int window)
{
    const ph_network *network = sim->network;
    int ranks = sim->layout->n_ranks;
    ph_gid *needed;
    int32_t *source;
    int *counts, *at;
    PH_ALLOC(needed, network->n_sources);
    PH_ALLOC(source, network->n_sources);
    PH_ALLOC(counts, ranks);
    PH_ALLOC(at, ranks + 1);
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t s = 0; s < network->n_sources; s++) {
            int owner = ph_layout_owner(sim->layout, sim->brain, network->sources[s]);
            if (owner == sim->rank || !ph_network_needs(network, tier, s))
                continue;
            if (pass == 0) {
                counts[owner]++;
            } else {
                needed[at[owner]] = network->sources[s];
                source[at[owner]++] = (int32_t)s;
            }
        }
        for (int r = 0; pass == 0 && r < ranks; r++)
            at[r + 1] = at[r] + counts[r];
    }
    ph_status status =
        ph_exchange_create(sim->comm, (int)tier, window, needed, source, counts, network->n_local,
                           local_of, network, &sim->exchange[tier]);
    ph_free(needed);
    ph_free(source);
    ph_free(counts);
    ph_free(at);
    return status;
}

ph_status ph_sim_create_exchanges(ph_sim *sim)
{
    PH_TRY(create_exchange(sim, PH_TIER_SLICE, (int)sim->brain->slice));
    return create_exchange(sim, PH_TIER_EPOCH, (int)sim->brain->epoch);
}

static ph_status hand(ph_handed *to, int32_t source, ph_step step)
{
    PH_GROW(to->spikes, to->room, to->n + 1);
    to->spikes[to->n++] = (ph_handed_spike){step, source};
    return PH_OK;
}

static ph_status collect(ph_sim *sim, ph_block_run *run, ph_step slice_begin)
{
    ph_step epoch = sim->brain->epoch;
    for (size_t i = 0; i < run->n_emitted; i++) {
        const ph_emitted *spike = &run->emitted[i];
        ph_step step = slice_begin + 1 + spike->offset;
        int32_t source = sim->network->source_of_local[spike->neuron];
        if (source >= 0) {
            PH_TRY(hand(&sim->own[PH_TIER_SLICE], source, step));
            PH_TRY(hand(&sim->own[PH_TIER_EPOCH], source, step));
        }
        PH_TRY(ph_exchange_add(sim->exchange[PH_TIER_SLICE], spike->neuron, spike->offset));
        PH_TRY(ph_exchange_add(sim->exchange[PH_TIER_EPOCH], spike->neuron,
                               (int)((step - 1) % epoch)));
    }
    run->n_emitted = 0;
    return PH_OK;
}

ph_status ph_sim_send(ph_sim *sim, ph_step slice_begin, int end_of_epoch)
{
    double begin = ph_clock();
    sim->own[PH_TIER_SLICE].n = 0;
    if (slice_begin % sim->brain->epoch == 0)
        sim->own[PH_TIER_EPOCH].n = 0;
    /* After an error the windows are sent all the same: others wait for them. */
    ph_status status = PH_OK;
    for (int b = 0; b < sim->network->n_blocks && status == PH_OK; b++)
        status = collect(sim, &sim->blocks[b], slice_begin);
    if (status != PH_OK)
        ph_sim_fail(sim, status);
    PH_TRY(ph_exchange_begin(sim->exchange[PH_TIER_SLICE]));
    if (end_of_epoch)
        PH_TRY(ph_exchange_begin(sim->exchange[PH_TIER_EPOCH]));
    PH_TRY(ph_comm_progress(sim->comm));
    sim->wait_s += ph_clock() - begin;
    return PH_OK;
}

ph_status ph_sim_receive(ph_sim *sim, ph_tier tier, ph_step window_begin)
{
    double begin = ph_clock();
    const ph_arrived *arrived;
    size_t n;
    sim->others[tier].n = 0;
    PH_TRY(ph_exchange_finish(sim->exchange[tier], &arrived, &n));
    for (size_t i = 0; i < n; i++)
        PH_TRY(hand(&sim->others[tier], arrived[i].source, window_begin + 1 + arrived[i].offset));
    sim->wait_s += ph_clock() - begin;
    return PH_OK;
}

/* Spikes whose rows are looked up together. */
#define TOGETHER 64

/* A row is found by way of three places in memory, anywhere: its number, its index, its runs. Each
 * of them is asked for, for many spikes, before the first is used. */
static ph_status enter_some(ph_block *block, int r, const ph_handed_spike *spikes, size_t n)
{
    const ph_rows *rows = &block->rows[r];
    int32_t row[TOGETHER];
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(&rows->row_of[spikes[i].source]);
    for (size_t i = 0; i < n; i++) {
        row[i] = rows->row_of[spikes[i].source];
        if (row[i] >= 0)
            ph_rows_prefetch_index(rows, row[i]);
    }
    for (size_t i = 0; i < n; i++)
        if (row[i] >= 0)
            ph_rows_prefetch_runs(rows, row[i]);
    for (size_t i = 0; i < n; i++)
        if (row[i] >= 0)
            PH_TRY(ph_calendar_spike(block, r, row[i], spikes[i].step));
    return PH_OK;
}

static ph_status enter(ph_block *block, ph_tier tier, const ph_handed *handed)
{
    for (int r = 0; r < block->n_rows; r++)
        for (size_t i = 0; block->rows[r].tier == tier && i < handed->n; i += TOGETHER) {
            size_t n = handed->n - i < TOGETHER ? handed->n - i : TOGETHER;
            PH_TRY(enter_some(block, r, handed->spikes + i, n));
        }
    return PH_OK;
}

ph_status ph_sim_enter_own(ph_sim *sim, int b, ph_tier tier)
{
    double begin = ph_clock();
    PH_TRY(enter(&sim->network->blocks[b], tier, &sim->own[tier]));
    sim->blocks[b].stage_s[PH_STAGE_DELIVER] += ph_clock() - begin;
    return PH_OK;
}

ph_status ph_sim_enter_others(ph_sim *sim, int b, ph_tier tier, ph_step window_end)
{
    double begin = ph_clock();
    ph_block *block = &sim->network->blocks[b];
    PH_TRY(enter(block, tier, &sim->others[tier]));
    for (int r = 0; r < block->n_rows; r++)
        if (block->rows[r].tier == tier && block->rows[r].rule)
            PH_TRY(ph_calendar_sweeps(block, r, window_end));
    sim->blocks[b].stage_s[PH_STAGE_DELIVER] += ph_clock() - begin;
    return PH_OK;
}
