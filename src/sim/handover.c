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

ph_window *ph_sim_window(const ph_sim *sim, int b, ph_tier tier, ph_step step)
{
    ph_step steps = tier == PH_TIER_SLICE ? sim->brain->slice : sim->brain->epoch;
    return &sim->blocks[b].windows[tier][(step - 1) / steps % 2];
}

void ph_sim_open_windows(ph_sim *sim, int b, ph_step slice_begin)
{
    ph_sim_window(sim, b, PH_TIER_SLICE, slice_begin + 1)->n = 0;
    if (slice_begin % sim->brain->epoch == 0)
        ph_sim_window(sim, b, PH_TIER_EPOCH, slice_begin + 1)->n = 0;
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

static ph_status enter_handed(ph_block *block, ph_tier tier, const ph_handed *handed)
{
    for (int r = 0; r < block->n_rows; r++) {
        const int32_t *row_of = block->rows[r].row_of;
        if (block->rows[r].tier != tier)
            continue;
        for (size_t i = 0; i < handed->n; i++) {
            int32_t row = row_of[handed->spikes[i].source];
            if (row >= 0)
                PH_TRY(ph_calendar_spike(block, r, row, handed->spikes[i].step));
        }
    }
    return PH_OK;
}

static ph_status enter_window(ph_block *block, int r, const ph_window *window)
{
    const int32_t *row_of = block->rows[r].row_of;
    for (size_t i = 0; i < window->n; i++) {
        const ph_emitted *spike = &window->spikes[i];
        int32_t row = spike->source >= 0 ? row_of[spike->source] : -1;
        if (row >= 0)
            PH_TRY(ph_calendar_spike(block, r, row, spike->step));
    }
    return PH_OK;
}

ph_status ph_sim_enter_own(ph_sim *sim, int b, ph_tier tier, ph_step step)
{
    ph_block *block = &sim->network->blocks[b];
    for (int r = 0; r < block->n_rows; r++)
        for (int from = 0; block->rows[r].tier == tier && from < sim->network->n_blocks; from++)
            PH_TRY(enter_window(block, r, ph_sim_window(sim, from, tier, step)));
    return PH_OK;
}

ph_status ph_sim_enter_others(ph_sim *sim, int b, ph_tier tier, ph_step window_end)
{
    ph_block *block = &sim->network->blocks[b];
    PH_TRY(enter_handed(block, tier, &sim->others[tier]));
    for (int r = 0; r < block->n_rows; r++)
        if (block->rows[r].tier == tier && block->rows[r].rule)
            PH_TRY(ph_calendar_sweeps(block, r, window_end));
    return PH_OK;
}
