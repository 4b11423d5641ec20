/* SPDX-License-Identifier: Apache-2.0 */
/* What a run says of itself: the header before it and the figures after it. */
#include "sim/internal.h"

#include "base/clock.h"
#include "base/isa.h"
#include "base/memory.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- the header ------------------------------------------------------------------------------ */

static int64_t rank_bytes(const ph_sim *sim)
{
    int64_t bytes = 0;
    for (int b = 0; b < sim->network->n_blocks; b++)
        for (int r = 0; r < sim->network->blocks[b].n_rows; r++)
            bytes += ph_rows_bytes(&sim->network->blocks[b].rows[r]);
    return bytes;
}

static void print_regions(const ph_sim *sim)
{
    const ph_region *regions = sim->brain->regions.items;
    for (int g = 0; g < sim->brain->n_regions; g++) {
        int64_t neurons = 0;
        for (int p = 0; p < sim->brain->n_populations; p++)
            if (sim->brain->populations[p]->region == g)
                neurons += sim->brain->populations[p]->size;
        int first = sim->layout->region_first[g], last = first + sim->layout->region_ranks[g] - 1;
        char where[32];
        if (first == last)
            snprintf(where, sizeof where, "rank %d", first);
        else
            snprintf(where, sizeof where, "ranks %d-%d", first, last);
        printf("  %-16s %8lld neurons  %s\n", regions[g].item.name, (long long)neurons, where);
    }
    if (sim->layout->n_idle > 0)
        printf("  %d ranks without neurons%s\n", sim->layout->n_idle,
               sim->brain->layout.count > 0 ? "" : ": no cores for them");
}

/* @param sums over ranks: synapses, plastic ones, their bytes, hosts */
static void print_brain(const ph_sim *sim, const int64_t *sums)
{
    printf("%d regions, %lld neurons, %lld synapses (%lld plastic), %.1f MB of synapses\n",
           sim->brain->n_regions, (long long)sim->brain->n_neurons, (long long)sums[0],
           (long long)sums[1], (double)sums[2] * 1e-6);
    print_regions(sim);
    char asked[64] = "";
    if (sim->threads < sim->options.threads)
        snprintf(asked, sizeof asked, " (%d asked for: more than there are cores)",
                 sim->options.threads);
    printf("%d ranks x %d threads on %d host%s%s, %s state, %s kernels, slice %.1f ms, epoch %.1f "
           "ms, beat %.1f ms; built in %.1f s\n",
           sim->layout->n_ranks, sim->threads, (int)sums[3], sums[3] == 1 ? "" : "s", asked,
           PH_PRECISION,
           ph_isa_name(ph_isa_level()), (double)sim->brain->slice * sim->h,
           (double)sim->brain->epoch * sim->h, (double)sim->brain->beat * sim->h, sim->build_s);
}

ph_status ph_sim_print_header(ph_sim *sim)
{
    int64_t sums[4] = {sim->network->synapses, sim->network->plastic_synapses, rank_bytes(sim),
                       ph_comm_rank_here(sim->comm) == 0};
    PH_TRY(ph_comm_sum(sim->comm, sums, 4));
    if (sim->rank == 0 && !sim->options.quiet)
        print_brain(sim, sums);
    PH_TRY(ph_sim_print_placement(sim));
    /* What a run is for goes to its files: it ends with an error, but not now. */
    if (sim->rank == 0 && (fflush(stdout) != 0 || ferror(stdout)))
        fprintf(stderr, "phasic: cannot write to standard output: %s; the run goes on\n",
                strerror(errno));
    return PH_OK;
}

double ph_sim_elapsed(const ph_sim *sim)
{
    return (double)(sim->step - sim->begun + sim->rested) * sim->h;
}

/* --- the figures ------------------------------------------------------------------------------ */

#define LAST_TRIALS 50

static double share_right(const int8_t *correct, int64_t from, int64_t to)
{
    int64_t right = 0;
    for (int64_t i = from; i < to; i++)
        right += correct[i];
    return to > from ? (double)right / (double)(to - from) : NAN;
}

/* The trials are the root's; every rank gets the figures by a sum in which the others are 0. */
static ph_status summarize_phases(ph_sim *sim)
{
    int n = sim->brain->n_phases;
    PH_ALLOC(sim->phase_summaries, n);
    for (int p = 0; p < n; p++) {
        double values[3] = {0, 0, 0};
        if (sim->is_root && sim->n_correct[p] > 0) {
            int64_t trials = sim->n_correct[p];
            values[0] = (double)trials;
            values[1] = share_right(sim->correct[p], 0, trials);
            values[2] = share_right(sim->correct[p],
                                    trials > LAST_TRIALS ? trials - LAST_TRIALS : 0, trials);
        }
        PH_TRY(ph_comm_sum_reals(sim->comm, values, 3));
        sim->phase_summaries[p] = (ph_phase_summary){
            .name = sim->brain->phase[p]->item.name,
            .trials = (int64_t)values[0],
            .accuracy = values[0] > 0 ? values[1] : NAN,
            .accuracy_last_50 = values[0] > 0 ? values[2] : NAN};
    }
    return PH_OK;
}

void ph_sim_stages(const ph_sim *sim, double *stages)
{
    double deliver = 0, update = 0;
    for (int b = 0; b < sim->network->n_blocks; b++) {
        deliver += sim->blocks[b].stage_s[PH_STAGE_DELIVER];
        update += sim->blocks[b].stage_s[PH_STAGE_UPDATE];
    }
    stages[PH_STAGE_BUILD] = sim->build_s;
    stages[PH_STAGE_DELIVER] = deliver / sim->threads;
    stages[PH_STAGE_UPDATE] = update / sim->threads;
    stages[PH_STAGE_EXCHANGE] = sim->wait_s;
    stages[PH_STAGE_NEUROMOD] = sim->neuromod_s;
    stages[PH_STAGE_WRITE] = sim->write_s;
    double known = 0;
    for (int s = PH_STAGE_DELIVER; s < PH_STAGE_OTHER; s++)
        known += stages[s];
    stages[PH_STAGE_OTHER] = fmax(0, sim->simulate_s - known);
}

static ph_status summarize_counts(ph_sim *sim, ph_summary *s)
{
    int64_t sums[7] = {(int64_t)ph_weight_hash(sim), sim->network->n_local, sim->network->synapses,
                       sim->network->plastic_synapses};
    uint64_t hash = 0;
    for (int b = 0; b < sim->network->n_blocks; b++) {
        hash += sim->blocks[b].hash;
        sums[4] += sim->blocks[b].total_spikes;
        sums[5] += sim->network->blocks[b].events;
        for (int r = 0; r < sim->network->blocks[b].n_rows; r++)
            sums[6] += sim->network->blocks[b].rows[r].events;
    }
    hash += sim->before.hash;
    sums[4] += sim->before.spikes;
    sums[5] += sim->before.events;
    sums[6] += sim->before.plastic_events;
    int64_t spike_hash = (int64_t)hash;
    double largest[3] = {(double)sums[1], (double)sums[2], 0};
    for (int b = 0; b < sim->network->n_blocks; b++) {
        double slots = (double)sim->network->blocks[b].n_slots * sim->network->blocks[b].n_ports;
        largest[2] = fmax(largest[2], slots);
    }
    PH_TRY(ph_comm_sum(sim->comm, sums, 7));
    PH_TRY(ph_comm_sum(sim->comm, &spike_hash, 1));
    PH_TRY(ph_comm_max(sim->comm, largest, 3));
    PH_CHECK(sums[1] == sim->brain->n_neurons, PH_FAILURE,
             "the ranks own %lld neurons together, the brain has %lld", (long long)sums[1],
             (long long)sim->brain->n_neurons);
    s->weight_hash = (uint64_t)sums[0];
    s->spike_hash = (uint64_t)spike_hash;
    s->neurons = sums[1];
    s->synapses = sums[2];
    s->plastic_synapses = sums[3];
    s->spikes = sums[4];
    s->synaptic_events = sums[5];
    s->plastic_events = sums[6];
    s->largest_rank_neurons = (int64_t)largest[0];
    s->largest_rank_synapses = (int64_t)largest[1];
    s->delivery.window = (int64_t)largest[2];
    return PH_OK;
}

/* What travelled, and the share of the exchanges' time that lay behind computation. */
static ph_status summarize_exchange(ph_sim *sim, ph_summary *s)
{
    double times[2 * PH_TIERS];
    int64_t sent[2 * PH_TIERS];
    for (int tier = 0; tier < PH_TIERS; tier++) {
        ph_exchange_times(sim->exchange[tier], &times[2 * tier], &times[2 * tier + 1]);
        ph_exchange_sent(sim->exchange[tier], &sent[2 * tier], &sent[2 * tier + 1]);
    }
    PH_TRY(ph_comm_sum_reals(sim->comm, times, 2 * PH_TIERS));
    PH_TRY(ph_comm_sum(sim->comm, sent, 2 * PH_TIERS));
    double travel_s = 0, wait_s = 0;
    for (int tier = 0; tier < PH_TIERS; tier++) {
        *(tier == PH_TIER_SLICE ? &s->slice : &s->epoch) =
            (ph_traffic){sent[2 * tier], sent[2 * tier + 1],
                         times[2 * tier + 1] / sim->layout->n_ranks};
        travel_s += times[2 * tier];
        wait_s += times[2 * tier + 1];
    }
    s->exchange_hidden_share = travel_s > 0 ? 1 - wait_s / travel_s : NAN;
    return PH_OK;
}

/* Mean rates of all populations since the run began. */
static ph_status summarize_rates(ph_sim *sim, ph_summary *s)
{
    int n = sim->brain->n_populations;
    double seconds = (double)(sim->step - sim->begun) * sim->h * 1e-3;
    int64_t *spikes;
    PH_ALLOC(sim->population_summaries, n);
    PH_ALLOC(spikes, n);
    for (int b = 0; b < sim->network->n_blocks; b++)
        for (int g = 0; g < sim->network->blocks[b].n_groups; g++)
            spikes[sim->network->blocks[b].groups[g].population] +=
                sim->blocks[b].groups[g].spikes;
    ph_status status = ph_comm_sum(sim->comm, spikes, n);
    for (int p = 0; p < n; p++) {
        const ph_population *population = sim->brain->populations[p];
        sim->population_summaries[p] = (ph_population_summary){
            population->address, population->size,
            seconds > 0 ? (double)spikes[p] / ((double)population->size * seconds) : NAN};
    }
    ph_free(spikes);
    s->n_populations = n;
    s->populations = sim->population_summaries;
    return status;
}

/* Where the run is: the same on every rank, but for the host's name, which rank 0 tells. */
static ph_status summarize_place(ph_sim *sim, ph_summary *s)
{
    int64_t machines = ph_comm_rank_here(sim->comm) == 0;
    PH_TRY(ph_comm_sum(sim->comm, &machines, 1));
    s->machines = (int)machines;
    s->cores_bound = ph_comm_cpus(sim->comm)->n;
    s->is_pinned = sim->is_pinned;
    if (gethostname(sim->host, sizeof sim->host - 1) == 0)
        s->host = sim->host;
    return PH_OK;
}

ph_status ph_sim_summarize(ph_sim *sim, ph_summary *s)
{
    memset(s, 0, sizeof *s);
    s->complete = 1;
    s->exit_reason = sim->is_cut ? "until" : "finished";
    s->seed = (int64_t)sim->options.seed;
    s->ranks = sim->layout->n_ranks;
    s->threads = sim->layout->n_threads;
    s->delivery_limit_share = NAN;
    s->delivery = (ph_delivery){.per_s = NAN, .limit_per_s = NAN, .buckets_per_s = NAN};
    PH_TRY(summarize_counts(sim, s));
    PH_TRY(summarize_phases(sim));
    PH_TRY(summarize_exchange(sim, s));
    PH_TRY(summarize_place(sim, s));
    PH_TRY(summarize_rates(sim, s));
    s->n_phases = sim->brain->n_phases;
    s->phases = sim->phase_summaries;
    s->experiment = &sim->brain->experiment;

    double stages[PH_STAGES], most[PH_STAGES + 3], least[PH_STAGES];
    ph_sim_stages(sim, stages);
    memcpy(most, stages, sizeof stages);
    for (int i = 0; i < PH_STAGES; i++)
        least[i] = -stages[i];
    most[PH_STAGES] = sim->build_s;
    most[PH_STAGES + 1] = sim->simulate_s;
    most[PH_STAGES + 2] = (double)ph_peak_rss();
    double bytes = most[PH_STAGES + 2];
    PH_TRY(ph_comm_sum_reals(sim->comm, stages, PH_STAGES));
    PH_TRY(ph_comm_sum_reals(sim->comm, &bytes, 1));
    PH_TRY(ph_comm_max(sim->comm, most, PH_STAGES + 3));
    PH_TRY(ph_comm_max(sim->comm, least, PH_STAGES));
    for (int i = 0; i < PH_STAGES; i++) {
        s->stages_s[i] = stages[i] / sim->layout->n_ranks + sim->before.stages_s[i];
        s->stages_max_s[i] = most[i] + sim->before.stages_s[i];
        s->stages_min_s[i] = -least[i] + sim->before.stages_s[i];
    }
    s->build_s = most[PH_STAGES] + sim->before.stages_s[PH_STAGE_BUILD];
    s->simulate_s = most[PH_STAGES + 1] + sim->before.simulate_s;
    s->peak_rss_bytes = (int64_t)most[PH_STAGES + 2];
    s->biological_s = ph_sim_elapsed(sim) * 1e-3;
    s->stepped_s = (double)(sim->step - sim->begun) * sim->h * 1e-3;
    s->real_time_factor = s->biological_s > 0 ? s->simulate_s / s->biological_s : NAN;
    s->bytes_per_synapse = s->synapses > 0 ? bytes / (double)s->synapses : NAN;
    return PH_OK;
}
