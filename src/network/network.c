/* SPDX-License-Identifier: Apache-2.0 */
/* Building a rank's network: contexts, blocks in parallel, then the list of sources. */
#include "network/network.h"

#include "base/memory.h"
#include "network/contexts.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SWEEP_MS 1000.0 /* each source is swept once a second */

static ph_status number_neurons(ph_network *network)
{
    const ph_brain *brain = network->brain;
    PH_ALLOC(network->share_first, brain->n_populations);
    PH_ALLOC(network->share_count, brain->n_populations);
    PH_ALLOC(network->population_lid, brain->n_populations);
    for (int p = 0; p < brain->n_populations; p++) {
        network->population_lid[p] = network->n_local;
        ph_layout_share(network->layout, brain, p, network->rank, &network->share_first[p],
                        &network->share_count[p]);
        PH_CHECK(network->n_local + network->share_count[p] < INT32_MAX, PH_RESOURCE,
                 "rank %d owns more than 2^31 neurons; use more ranks", network->rank);
        network->n_local += (ph_lid)network->share_count[p];
    }
    return PH_OK;
}

ph_lid ph_network_local(const ph_network *network, ph_gid gid)
{
    int p = ph_brain_population_of(network->brain, gid);
    return network->population_lid[p] +
           (ph_lid)(gid - network->brain->populations[p]->gid - network->share_first[p]);
}

/* --- blocks ---------------------------------------------------------------------------------- */

/* Errors of threads: the first one's code and words are kept. */
static ph_status build_blocks(ph_network *network, const ph_build *build)
{
    ph_status worst = PH_OK;
    char words[1024] = "";
#pragma omp parallel for schedule(static, 1) num_threads(network->layout->n_threads)
    for (int b = 0; b < network->n_blocks; b++) {
        ph_status status = ph_block_build(build, b, network->n_blocks, &network->blocks[b]);
        if (status != PH_OK) {
#pragma omp critical
            if (worst == PH_OK) {
                worst = status;
                snprintf(words, sizeof words, "%s", ph_error_message());
            }
        }
    }
    return worst == PH_OK ? PH_OK : ph_error(worst, "%s", words);
}

static void count_synapses(ph_network *network)
{
    for (int b = 0; b < network->n_blocks; b++)
        for (int r = 0; r < network->blocks[b].n_rows; r++) {
            const ph_rows *rows = &network->blocks[b].rows[r];
            network->synapses += (int64_t)rows->n_synapses;
            if (rows->rule)
                network->plastic_synapses += (int64_t)rows->n_synapses;
        }
}

/* --- sources --------------------------------------------------------------------------------- */

static int compare_gid(const void *a, const void *b)
{
    ph_gid left = *(const ph_gid *)a, right = *(const ph_gid *)b;
    return left < right ? -1 : left > right;
}

static ph_status list_sources(ph_network *network)
{
    int64_t most = 0;
    for (int b = 0; b < network->n_blocks; b++)
        for (int r = 0; r < network->blocks[b].n_rows; r++)
            most += network->blocks[b].rows[r].n_rows;
    ph_gid *all;
    PH_ALLOC(all, most);
    int64_t n = 0;
    for (int b = 0; b < network->n_blocks; b++)
        for (int r = 0; r < network->blocks[b].n_rows; r++) {
            const ph_rows *rows = &network->blocks[b].rows[r];
            memcpy(all + n, rows->source, (size_t)rows->n_rows * sizeof *all);
            n += rows->n_rows;
        }
    qsort(all, (size_t)n, sizeof *all, compare_gid);
    for (int64_t i = 0; i < n; i++)
        if (i == 0 || all[i] != all[i - 1])
            all[network->n_sources++] = all[i];
    network->sources = all;
    PH_CHECK(network->n_sources < INT32_MAX, PH_RESOURCE,
             "rank %d has more than 2^31 sources; use more ranks", network->rank);
    return PH_OK;
}

/* Both lists ascend, so one walk over both finds every place. */
static ph_status number_sources(ph_network *network)
{
    for (int b = 0; b < network->n_blocks; b++)
        for (int r = 0; r < network->blocks[b].n_rows; r++) {
            ph_rows *rows = &network->blocks[b].rows[r];
            PH_ALLOC(rows->row_of, network->n_sources);
            int64_t row = 0;
            for (int64_t s = 0; s < network->n_sources; s++) {
                int here = row < rows->n_rows && rows->source[row] == network->sources[s];
                rows->row_of[s] = here ? (int32_t)row++ : -1;
            }
        }
    PH_ALLOC(network->source_of_local, network->n_local);
    for (ph_lid i = 0; i < network->n_local; i++)
        network->source_of_local[i] = -1;
    for (int64_t s = 0; s < network->n_sources; s++)
        if (ph_layout_owner(network->layout, network->brain, network->sources[s]) == network->rank)
            network->source_of_local[ph_network_local(network, network->sources[s])] = (int32_t)s;
    return PH_OK;
}

int ph_network_needs(const ph_network *network, ph_tier tier, int64_t source)
{
    for (int b = 0; b < network->n_blocks; b++)
        for (int r = 0; r < network->blocks[b].n_rows; r++) {
            const ph_rows *rows = &network->blocks[b].rows[r];
            if (rows->tier == tier && rows->row_of[source] >= 0)
                return 1;
        }
    return 0;
}

/* --- the whole ------------------------------------------------------------------------------- */

ph_status ph_network_create(const ph_brain *brain, const ph_layout *layout, int rank,
                            uint64_t seed, const ph_task_input *inputs, int n_inputs,
                            ph_network **out)
{
    ph_network *network;
    PH_ALLOC(network, 1);
    *out = network;
    network->brain = brain;
    network->layout = layout;
    network->rank = rank;
    network->seed = seed;
    double longest_dendrite = 0;
    for (int p = 0; p < brain->n_projections; p++)
        if (brain->projections[p]->dendritic_delay > longest_dendrite)
            longest_dendrite = brain->projections[p]->dendritic_delay;
    double h = brain->simulation.resolution;
    network->sweep = (ph_step)ceil(SWEEP_MS / h);
    ph_step keep = network->sweep + 2 * brain->beat + (ph_step)ceil(longest_dendrite / h) + 2;
    PH_TRY(number_neurons(network));
    PH_TRY(ph_quanta_create(brain, inputs, n_inputs, &network->quanta));
    PH_TRY(ph_contexts_create(brain, keep, &network->contexts));
    network->n_blocks = ph_blocks_needed(brain, layout, rank);
    PH_CHECK(network->n_blocks > 0, PH_RESOURCE,
             "rank %d has neurons of more populations than a block can hold; use more ranks", rank);
    PH_ALLOC(network->blocks, network->n_blocks);
    ph_build build = {.brain = brain,
                      .layout = layout,
                      .quanta = &network->quanta,
                      .contexts = network->contexts,
                      .seed = seed,
                      .rank = rank,
                      .sweep = network->sweep,
                      .keep = keep};
    PH_TRY(build_blocks(network, &build));
    count_synapses(network);
    PH_TRY(list_sources(network));
    return number_sources(network);
}

void ph_network_destroy(ph_network **out)
{
    ph_network *network = *out;
    if (!network)
        return;
    for (int b = 0; network->blocks && b < network->n_blocks; b++)
        ph_block_destroy(&network->blocks[b]);
    ph_free(network->blocks);
    ph_contexts_destroy(network->brain, &network->contexts);
    ph_quanta_destroy(&network->quanta);
    ph_free(network->share_first);
    ph_free(network->share_count);
    ph_free(network->population_lid);
    ph_free(network->sources);
    ph_free(network->source_of_local);
    ph_free(network);
    *out = NULL;
}
