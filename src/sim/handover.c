/* SPDX-License-Identifier: Apache-2.0 */
/* Spikes from where they are emitted to the calendars of the blocks they reach: those within a
 * region every slice, those of tracts every epoch. A rank's own are entered at once; those of
 * others travel while the next step's arrivals are delivered (slice) or the next epoch is computed
 * (epoch), and are entered when they must be there. */
#include "sim/internal.h"

#include "base/clock.h"
#include "base/memory.h"

#define LOG_FEW 1024 /* spikes that the log may hold too many */

static ph_lid local_of(const void *context, ph_gid gid)
{
    return ph_network_local(context, gid);
}

/* What this rank needs of another. */
typedef struct needs {
    ph_gid *gid;
    int32_t *source; /* this rank's number of each */
    size_t n, gid_room, source_room;
} needs;

/* Sources of a tier among those numbered first to last, last excluded. */
static ph_status list_needs(const ph_network *network, ph_tier tier, int64_t first, int64_t last,
                            needs *list)
{
    PH_GROW(list->gid, list->gid_room, list->n + (size_t)(last - first));
    PH_GROW(list->source, list->source_room, list->n + (size_t)(last - first));
    uint32_t bits = first < last ? ph_network_needed(network, tier, first >> 5) : 0;
    for (int64_t s = first; s < last; s++) {
        if ((s & 31) == 0)
            bits = ph_network_needed(network, tier, s >> 5);
        if (!(bits >> (s & 31) & 1))
            continue;
        list->gid[list->n] = network->sources[s];
        list->source[list->n++] = (int32_t)s;
    }
    return PH_OK;
}

static ph_status list_needs_of(const ph_sim *sim, ph_tier tier, int rank, needs *list)
{
    list->n = 0;
    for (int p = 0; p < sim->brain->n_populations; p++) {
        int64_t first, count;
        ph_layout_share(sim->layout, sim->brain, p, rank, &first, &count);
        ph_gid gid = sim->brain->populations[p]->gid + first;
        PH_TRY(list_needs(sim->network, tier, ph_network_first_source(sim->network, gid),
                          ph_network_first_source(sim->network, gid + count), list));
    }
    return PH_OK;
}

/* After an error the other ranks are asked for nothing: they wait for it. */
static ph_status ask(ph_sim *sim, ph_tier tier, needs *list)
{
    int ranks = sim->layout->n_ranks;
    ph_status status = PH_OK;
    for (int round = 1; round < ranks; round++) {
        int to = (sim->rank + round) % ranks, from = (sim->rank + ranks - round) % ranks;
        if (status == PH_OK)
            status = list_needs_of(sim, tier, to, list);
        int n = status == PH_OK ? (int)list->n : 0;
        ph_status asked = ph_exchange_ask(sim->exchange[tier], to, list->gid, list->source, n,
                                          from, local_of, sim->network);
        status = status == PH_OK ? asked : status;
    }
    return status == PH_OK ? ph_exchange_prepare(sim->exchange[tier]) : status;
}

static ph_status create_exchange(ph_sim *sim, ph_tier tier, int window)
{
    PH_TRY(ph_comm_agree(sim->comm, ph_exchange_create(sim->comm, (int)tier, window,
                                                       sim->network->n_local,
                                                       &sim->exchange[tier])));
    needs list = {0};
    ph_status status = ask(sim, tier, &list);
    ph_free(list.gid);
    ph_free(list.source);
    return ph_comm_agree(sim->comm, status);
}

ph_status ph_sim_create_exchanges(ph_sim *sim)
{
    PH_TRY(create_exchange(sim, PH_TIER_SLICE, (int)sim->brain->slice));
    PH_TRY(create_exchange(sim, PH_TIER_EPOCH, (int)sim->brain->epoch));
    return PH_OK;
}

static ph_status hand(ph_window *to, int32_t source, ph_step step)
{
    PH_GROW(to->spikes, to->room, to->n + 1);
    to->spikes[to->n++] = (ph_emitted){.step = step, .neuron = -1, .source = source};
    return PH_OK;
}

ph_window *ph_sim_window(const ph_sim *sim, int b, ph_tier tier, ph_step step)
{
    ph_step steps = tier == PH_TIER_SLICE ? sim->brain->slice : sim->brain->epoch;
    return &sim->blocks[b].windows[tier][(step - 1) / steps % 2];
}

/* Spikes of which nothing is still to arrive, once they are the half of the log. */
static void forget_spikes(const ph_sim *sim, ph_block_run *run, ph_step now)
{
    if (run->n_log < 2 * run->log_kept + LOG_FEW)
        return;
    size_t kept = 0;
    for (size_t i = 0; i < run->n_log; i++)
        if (run->log[i].step > now - sim->longest_delay)
            run->log[kept++] = run->log[i];
    run->n_log = run->log_kept = kept;
}

void ph_sim_open_windows(ph_sim *sim, int b, ph_step slice_begin)
{
    ph_sim_window(sim, b, PH_TIER_SLICE, slice_begin + 1)->n = 0;
    if (slice_begin % sim->brain->epoch != 0)
        return;
    ph_sim_window(sim, b, PH_TIER_EPOCH, slice_begin + 1)->n = 0;
    forget_spikes(sim, &sim->blocks[b], slice_begin);
}

static ph_status add_to_exchanges(ph_sim *sim, const ph_window *window, ph_step slice_begin)
{
    for (size_t i = 0; i < window->n; i++) {
        const ph_emitted *spike = &window->spikes[i];
        PH_TRY(ph_exchange_add(sim->exchange[PH_TIER_SLICE], spike->neuron,
                               (int)(spike->step - 1 - slice_begin)));
        PH_TRY(ph_exchange_add(sim->exchange[PH_TIER_EPOCH], spike->neuron,
                               (int)((spike->step - 1) % sim->brain->epoch)));
    }
    return PH_OK;
}

ph_status ph_sim_send(ph_sim *sim, ph_step slice_begin, int end_of_epoch, double *now)
{
    double begin = *now;
    /* After an error the windows are sent all the same: others wait for them. */
    ph_status status = PH_OK;
    for (int b = 0; b < sim->network->n_blocks && status == PH_OK; b++)
        status = add_to_exchanges(sim, ph_sim_window(sim, b, PH_TIER_SLICE, slice_begin + 1),
                                  slice_begin);
    if (status != PH_OK)
        ph_sim_fail(sim, status);
    PH_TRY(ph_exchange_begin(sim->exchange[PH_TIER_SLICE]));
    if (end_of_epoch)
        PH_TRY(ph_exchange_begin(sim->exchange[PH_TIER_EPOCH]));
    *now = ph_clock();
    sim->wait_s += *now - begin;
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
static ph_status enter_some(ph_block *block, int r, const ph_emitted *spikes, size_t n)
{
    const ph_rows *rows = &block->rows[r];
    int64_t row[TOGETHER];
    for (size_t i = 0; i < n; i++)
        if (spikes[i].source >= 0)
            __builtin_prefetch(&rows->index[spikes[i].source >> 5]);
    for (size_t i = 0; i < n; i++) {
        row[i] = spikes[i].source >= 0 ? ph_row_index_find(rows->index, spikes[i].source) : -1;
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

static ph_status enter(ph_block *block, int r, const ph_window *window)
{
    for (size_t i = 0; i < window->n; i += TOGETHER) {
        size_t n = window->n - i < TOGETHER ? window->n - i : TOGETHER;
        PH_TRY(enter_some(block, r, window->spikes + i, n));
    }
    return PH_OK;
}

ph_status ph_sim_enter_own(ph_sim *sim, int b, ph_tier tier, ph_step step)
{
    ph_block *block = &sim->network->blocks[b];
    for (int r = 0; r < block->n_rows; r++)
        for (int from = 0; block->rows[r].tier == tier && from < sim->network->n_blocks; from++)
            PH_TRY(enter(block, r, ph_sim_window(sim, from, tier, step)));
    return PH_OK;
}

ph_status ph_sim_enter_others(ph_sim *sim, int b, ph_tier tier, ph_step window_end)
{
    ph_block *block = &sim->network->blocks[b];
    for (int r = 0; r < block->n_rows; r++) {
        if (block->rows[r].tier != tier)
            continue;
        PH_TRY(enter(block, r, &sim->others[tier]));
        if (block->rows[r].rule)
            PH_TRY(ph_calendar_sweeps(block, r, window_end));
    }
    return PH_OK;
}
