/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint's spikes of which some may still arrive: every block enters again what its own
 * static rows have of them. */
#include "sim/checkpoint.h"

#include "base/memory.h"

typedef struct spikes {
    ph_spike_record *records;
    size_t n, room;
} spikes;

static ph_status gather_spikes(const ph_sim *sim, spikes *all)
{
    for (int b = 0; b < sim->network->n_blocks; b++) {
        const ph_block_run *run = &sim->blocks[b];
        PH_GROW(all->records, all->room, all->n + run->n_log + 1);
        for (size_t i = 0; i < run->n_log; i++)
            if (run->log[i].step > sim->step - sim->longest_delay)
                all->records[all->n++] = run->log[i];
    }
    return PH_OK;
}

static ph_status save_spikes(const ph_sim *sim, ph_checkpoint *checkpoint)
{
    spikes all = {0};
    ph_status status = gather_spikes(sim, &all);
    ph_piece piece = {PH_SECTION_SPIKE, 0, 0, 0, (int64_t)all.n};
    if (status == PH_OK)
        status = ph_checkpoint_move(checkpoint, &piece, sizeof *all.records, all.records);
    ph_free(all.records);
    return status;
}

static ph_status enter_spike(ph_sim *sim, const ph_spike_record *spike)
{
    const ph_network *network = sim->network;
    int64_t source = ph_network_first_source(network, spike->gid);
    if (source >= network->n_sources || network->sources[source] != spike->gid)
        return PH_OK;
    for (int b = 0; b < network->n_blocks; b++)
        for (int r = 0; r < network->blocks[b].n_rows; r++) {
            const ph_rows *rows = &network->blocks[b].rows[r];
            int64_t row = rows->rule ? -1 : ph_row_index_find(rows->index, (int32_t)source);
            if (row >= 0)
                PH_TRY(ph_calendar_restore_spike(&network->blocks[b], r, row, spike->step,
                                                 sim->step));
        }
    return PH_OK;
}

/* An own spike also goes on in the log: the next checkpoint may need it. */
static ph_status note_own(ph_sim *sim, const ph_spike_record *spike)
{
    const ph_network *network = sim->network;
    int p = ph_brain_population_of(sim->brain, spike->gid);
    int64_t place = spike->gid - sim->brain->populations[p]->gid - network->share_first[p];
    if (place < 0 || place >= network->share_count[p])
        return PH_OK;
    ph_block_run *run = &sim->blocks[place % network->n_blocks];
    PH_GROW(run->log, run->log_room, run->n_log + 1);
    run->log[run->n_log++] = *spike;
    return PH_OK;
}

static ph_status load_spikes(void *context, const ph_piece *piece, const void *bytes, size_t n)
{
    const ph_spike_record *records = bytes;
    PH_CHECK(n == (size_t)piece->count * sizeof *records, PH_FILE, "spikes of another size");
    for (int64_t i = 0; i < piece->count; i++) {
        PH_TRY(enter_spike(context, &records[i]));
        PH_TRY(note_own(context, &records[i]));
    }
    return PH_OK;
}

ph_status ph_keep_spikes(ph_sim *sim, ph_checkpoint *checkpoint)
{
    const ph_piece all = {PH_SECTION_SPIKE, 0, 0, 0, INT64_MAX};
    if (ph_checkpoint_is_loading(checkpoint))
        return ph_checkpoint_each(checkpoint, &all, load_spikes, sim);
    return save_spikes(sim, checkpoint);
}
