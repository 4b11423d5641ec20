/* SPDX-License-Identifier: Apache-2.0 */
/* One step of one block: arrivals, stimuli, update, and what becomes of its spikes. */
#include "sim/internal.h"

#include "base/clock.h"
#include "base/isa.h"
#include "base/memory.h"
#include "neuron/kernel.h"
#include "sim/lesion.h"
#include "sim/noise.h"
#include "synapse/deliver.h"

#include <math.h>
#include <string.h>

/* --- input of the step ------------------------------------------------------------------------ */

static ph_stimulus_step request(const ph_sim *sim, const ph_group *group, ph_step step)
{
    return (ph_stimulus_step){.step = step,
                              .h = sim->h,
                              .seed = sim->options.seed,
                              .gid = group->gid,
                              .stride = group->stride,
                              .first = sim->brain->populations[group->population]->gid,
                              .n = group->n,
                              .I = group->I_each};
}

/* The part of the current that is the same for all neurons of the group, pA. */
static ph_real common_current(const ph_sim *sim, const ph_group *group, const ph_group_run *run,
                              ph_step step)
{
    ph_real I = group->I_constant;
    for (int i = 0; i < run->n_applied; i++)
        if (run->applied[i].type->kind == PH_STIMULUS_CURRENT)
            I += (ph_real)run->applied[i].type->current(run->applied[i].params, step, sim->h);
    return I;
}

static void apply_stimuli(const ph_sim *sim, ph_block *block, ph_group *group, ph_group_run *run,
                          ph_step step)
{
    for (int i = 0; i < run->n_applied; i++) {
        ph_applied *a = &run->applied[i];
        if (a->type->kind == PH_STIMULUS_CURRENT)
            continue;
        ph_stimulus_step s = request(sim, group, step);
        s.in = block->input + a->port * block->n_slots + group->slot;
        s.stream = a->stream;
        s.weight = a->weight;
        s.table = a->table;
        s.own = a->own;
        s.drawn = &a->drawn;
        s.buffer = a->buffer;
        a->type->step(a->params, &s);
    }
}

static void apply_driven(const ph_sim *sim, ph_block *block, ph_group *group, ph_group_run *run,
                         ph_step step)
{
    for (int i = 0; i < run->n_driven; i++) {
        ph_driven *d = &run->driven[i];
        if (d->n_active == 0)
            continue;
        ph_stimulus_step s = request(sim, group, step);
        s.gid += d->first * group->stride;
        s.n = d->count;
        s.in = block->input + d->port * block->n_slots + group->slot + d->first;
        s.stream = d->stream;
        s.weight = d->weight;
        s.drawn = &d->drawn;
        s.buffer = d->buffer;
        ph_poisson_add_each(d->cells, d->n_active, d->purpose, &s);
    }
}

/* Sums of quanta to the port's unit; the sums are cleared for the next step. */
PH_INLINE int convert_body(ph_sum *sum, ph_real unit, int n, ph_real *in)
{
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        in[i] = (ph_real)sum[i] * unit;
        sum[i] = 0;
    }
    return n;
}

PH_KERNEL(int, convert, (ph_sum *sum, ph_real unit, int n, ph_real *in), (sum, unit, n, in))

static void convert_wide(int64_t *wide, ph_sum *sum, ph_real unit, int n, ph_real *in)
{
    for (int i = 0; i < n; i++) {
        in[i] = (ph_real)(wide[i] + (int64_t)sum[i]) * unit;
        wide[i] = 0;
        sum[i] = 0;
    }
}

static void fill_inputs(ph_block *block, const ph_group *group, int first, int n, int wide)
{
    for (int p = 0; p < group->model->n_ports; p++) {
        int at = p * block->n_slots + group->slot + first;
        if (wide)
            convert_wide(block->wide + at, block->input + at, group->unit[p], n, block->in[p]);
        else
            convert(block->input + at, group->unit[p], n, block->in[p]);
    }
}

/* --- neurons that differ ---------------------------------------------------------------------- */

/* Neurons of a tile that are alike, brought together, and what padding asks for. */
static ph_neuron_step gather(const ph_block *block, const ph_neuron_step *tile,
                             const int32_t *members, int first, int n, int n_states)
{
    ph_neuron_step s = *tile;
    s.n = (n + PH_PAD - 1) / PH_PAD * PH_PAD;
    s.n_neurons = n;
    ph_real *room = block->gathered, *in[PH_NEURON_PORTS];
    for (int k = 0; k < n_states; k++, room += PH_TILE)
        s.state[k] = room;
    for (int p = 0; p < PH_NEURON_PORTS; p++, room += PH_TILE)
        s.in[p] = in[p] = room;
    ph_real *I = room;
    s.I = I;
    s.refractory = block->gathered_ints;
    s.spiked = block->gathered_ints + PH_TILE;
    for (int j = 0; j < s.n; j++) {
        int i = members[j < n ? j : 0] - first;
        for (int k = 0; k < n_states; k++)
            s.state[k][j] = tile->state[k][i];
        for (int p = 0; p < PH_NEURON_PORTS; p++)
            in[p][j] = tile->in[p] ? tile->in[p][i] : 0;
        I[j] = tile->I[i];
        s.refractory[j] = tile->refractory[i];
    }
    return s;
}

static void scatter(const ph_neuron_step *alike, const int32_t *members, int first, int n_states,
                    const ph_neuron_step *tile)
{
    for (int j = 0; j < alike->n_neurons; j++) {
        int i = members[j] - first;
        for (int k = 0; k < n_states; k++)
            tile->state[k][i] = alike->state[k][j];
        tile->refractory[i] = alike->refractory[j];
    }
}

/* The first of those that are alike in a tile. */
static int first_alike(const ph_unlike *unlike, int tile)
{
    int low = 0, high = unlike->n_alike;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (unlike->alike[middle].tile < tile)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int update_each(const ph_group *group, int first, const ph_neuron_step *tile)
{
    size_t n = (size_t)group->model->n_constants;
    ph_neuron_step s = *tile;
    s.k = group->unlike->each + (size_t)(first / PH_TILE) * n * PH_TILE;
    s.k_stride = PH_TILE;
    return group->model->update_each(&s);
}

static int update_unlike(const ph_block *block, const ph_group *group, int first,
                         const ph_neuron_step *tile)
{
    const ph_unlike *unlike = group->unlike;
    if (unlike->each)
        return update_each(group, first, tile);
    int n_states = group->model->n_states;
    memset(tile->spiked, 0, (size_t)tile->n * sizeof *tile->spiked);
    for (int a = first_alike(unlike, first / PH_TILE);
         a < unlike->n_alike && unlike->alike[a].tile == first / PH_TILE; a++) {
        const ph_alike *alike = &unlike->alike[a];
        const int32_t *members = unlike->members + alike->first;
        ph_neuron_step s = gather(block, tile, members, first, alike->n, n_states);
        s.k = alike->k;
        int spikes = group->model->update(&s);
        scatter(&s, members, first, n_states, tile);
        for (int j = 0; j < spikes; j++)
            tile->spiked[members[s.spiked[j]] - first] = 1;
    }
    return ph_compact(tile->spiked, tile->n, tile->n_neurons);
}

/* Advance a tile of n neurons from `first` on. Returns the number of spikes; block->spiked has
 * their indices within the tile. */
static int update(const ph_sim *sim, const ph_block *block, const ph_group *group, int first,
                  int n, ph_step step)
{
    ph_neuron_step s = {.n = n,
                        .n_neurons = group->n - first < n ? group->n - first : n,
                        .refractory = group->refractory + first,
                        .I = group->I_each ? group->I_each + first : block->I,
                        .k = group->k,
                        .seed = sim->options.seed,
                        .gid = group->gid + first * group->stride,
                        .stride = group->stride,
                        .step = step,
                        .spiked = block->spiked};
    for (int i = 0; i < group->model->n_states; i++)
        s.state[i] = group->state[i] + first;
    for (int p = 0; p < PH_NEURON_PORTS; p++)
        s.in[p] = block->in[p];
    return group->unlike ? update_unlike(block, group, first, &s) : group->model->update(&s);
}

/* --- spikes of the step ----------------------------------------------------------------------- */

/* 64 bits of a spike, to be summed, so that their order is free (splitmix64's finalizer). */
static uint64_t spike_bits(ph_gid gid, ph_step step)
{
    uint64_t x = (uint64_t)gid * 0x9E3779B97F4A7C15u ^ (uint64_t)step * 0xD1B54A32D192ED03u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static void count(const ph_group_run *run, const int32_t *spiked, int n, int first,
                  int64_t *counts)
{
    for (int c = 0; c < run->n_counted; c++)
        for (int i = 0; i < n; i++)
            counts[run->counted[c].readout] += first + spiked[i] >= run->counted[c].first &&
                                               first + spiked[i] < run->counted[c].last;
}

static ph_status append(ph_window *window, const ph_emitted *spike)
{
    PH_GROW(window->spikes, window->room, window->n + 1);
    window->spikes[window->n++] = *spike;
    return PH_OK;
}

/* The tile's n spikes; it begins at neuron `first` of the group. */
static ph_status emit(ph_sim *sim, int b, ph_group *group, ph_group_run *run, int first, int n,
                      ph_step step)
{
    const int32_t *spiked = sim->network->blocks[b].spiked;
    ph_block_run *block_run = &sim->blocks[b];
    ph_window *slice = ph_sim_window(sim, b, PH_TIER_SLICE, step);
    ph_window *epoch = ph_sim_window(sim, b, PH_TIER_EPOCH, step);
    ph_lid lid0 = ph_group_lid(group, sim->network->population_lid[group->population],
                               sim->network->share_first[group->population], 0);
    PH_GROW(block_run->log, block_run->log_room, block_run->n_log + (size_t)n);
    if (run->recorded)
        PH_GROW(block_run->spikes, block_run->spikes_room, block_run->n_spikes + (size_t)n);
    for (int i = 0; i < n; i++) {
        int neuron = first + spiked[i];
        ph_gid gid = group->gid + neuron * group->stride;
        ph_emitted spike = {.step = step, .neuron = lid0 + (ph_lid)(neuron * group->stride)};
        spike.source = sim->network->source_of_local[spike.neuron];
        PH_TRY(append(slice, &spike));
        PH_TRY(append(epoch, &spike));
        block_run->log[block_run->n_log++] = (ph_spike_record){step, gid};
        block_run->hash += spike_bits(gid, step);
        if (run->recorded)
            block_run->spikes[block_run->n_spikes++] = (ph_spike_record){step, gid};
        for (int k = 0; k < group->n_histories; k++)
            PH_TRY(ph_history_append(group->histories[k], neuron, step));
    }
    for (int i = 0; group->fired && i < n; i++)
        group->fired[first + spiked[i]]++;
    block_run->total_spikes += n;
    run->spikes_in_interval += n;
    run->spikes += n;
    count(run, spiked, n, first, block_run->counts);
    return PH_OK;
}

static ph_status probe(ph_sim *sim, ph_block_run *block_run, const ph_group *group,
                       const ph_group_run *run, ph_step step)
{
    ph_step interval = (ph_step)floor(sim->brain->recording.V_m.interval / sim->h + 0.5);
    if (run->n_probed == 0 || step % (interval < 1 ? 1 : interval))
        return PH_OK;
    const ph_population *population = sim->brain->populations[group->population];
    for (int p = 0; p < run->n_probed; p++)
        for (int i = run->probed[p].first; i < run->probed[p].last; i++) {
            PH_GROW(block_run->V_m, block_run->V_m_room, block_run->n_V_m + 1);
            block_run->V_m[block_run->n_V_m++] = (ph_V_m_record){
                step, group->gid + i * group->stride,
                ph_group_rest(group, population, i) + (double)group->state[0][i]};
        }
    return PH_OK;
}

static void fill(ph_real *array, int n, ph_real value)
{
    for (int i = 0; i < n; i++)
        array[i] = value;
}

/* Most often the current is the one of the step before, and of the group before. */
static void fill_common(ph_block *block, int n, ph_real I)
{
    if (n <= block->n_held && memcmp(&I, &block->I_held, sizeof I) == 0)
        return;
    fill(block->I, n, I);
    block->I_held = I;
    block->n_held = n;
}

/* Those that are to spike more than once at this step: as often as the input on their first port
 * says. @param n spikes so far, which block->spiked has @return those that spike again */
static int repeat(const ph_block *block, int n, int times)
{
    int again = 0;
    for (int i = 0; i < n; i++)
        if (block->in[0][block->spiked[i]] > (ph_real)times + (ph_real)0.5)
            block->spiked[again++] = block->spiked[i];
    return again;
}

static ph_status step_group(ph_sim *sim, int b, int g, ph_step step, int wide)
{
    ph_block *block = &sim->network->blocks[b];
    ph_group *group = &block->groups[g];
    ph_group_run *run = &sim->blocks[b].groups[g];
    ph_real I = common_current(sim, group, run, step);
    if (group->I_each)
        fill(group->I_each, group->padded, I);
    else
        fill_common(block, group->padded < PH_TILE ? group->padded : PH_TILE, I);
    apply_stimuli(sim, block, group, run, step);
    apply_driven(sim, block, group, run, step);
    for (int first = 0; first < group->padded; first += PH_TILE) {
        int n = group->padded - first < PH_TILE ? group->padded - first : PH_TILE;
        fill_inputs(block, group, first, n, wide);
        int spikes = update(sim, block, group, first, n, step);
        if (run->noise >= 0)
            spikes = ph_noise_spikes(sim->options.seed, group->gid + first * group->stride,
                                     group->stride, group->n - first < n ? group->n - first : n,
                                     step, run->noise, block->spiked);
        if (spikes > 0 && run->silenced > 0 && run->silenced < 1)
            spikes = ph_lesion_spares(sim->options.seed, group->gid + first * group->stride,
                                      group->stride, run->silenced, block->spiked, spikes);
        if (spikes > 0 && run->silenced < 1)
            PH_TRY(emit(sim, b, group, run, first, spikes, step));
        int repeats = group->model->repeats && run->silenced < 1 && run->noise < 0;
        for (int times = 1; repeats && spikes > 0; times++) {
            spikes = repeat(block, spikes, times);
            PH_TRY(emit(sim, b, group, run, first, spikes, step));
        }
    }
    for (int k = 0; k < group->n_histories; k++)
        ph_history_renew(group->histories[k], step);
    return probe(sim, &sim->blocks[b], group, run, step);
}

void ph_sim_lap(ph_sim *sim, int b, int stage, double *now)
{
    double before = *now;
    *now = ph_clock();
    sim->blocks[b].stage_s[stage] += *now - before;
}

ph_status ph_sim_step(ph_sim *sim, int b, ph_step step, double *now)
{
    ph_block *block = &sim->network->blocks[b];
    ph_deliver(block, step);
    ph_sim_lap(sim, b, PH_STAGE_DELIVER, now);
    int wide = ph_deliver_end(block);
    for (int g = 0; g < block->n_groups; g++)
        PH_TRY(step_group(sim, b, g, step, wide));
    ph_sim_lap(sim, b, PH_STAGE_UPDATE, now);
    return PH_OK;
}
