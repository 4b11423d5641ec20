/* SPDX-License-Identifier: Apache-2.0 */
/* Building a rank's network: contexts, blocks in parallel, then the list of sources. */
#include "network/network.h"

#include "base/memory.h"
#include "network/connect.h"
#include "network/contexts.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* --- files ----------------------------------------------------------------------------------- */

/* What files say of this rank's neurons and of the synapses onto them. */
static ph_status open_files(ph_network *network)
{
    const ph_brain *brain = network->brain;
    PH_ALLOC(network->classes, brain->n_populations);
    PH_ALLOC(network->edges, brain->n_projections);
    for (int p = 0; p < brain->n_populations; p++)
        if (brain->populations[p]->nodes.file && network->share_count[p] > 0)
            PH_TRY(ph_node_classes_read(brain->populations[p], network->share_first[p],
                                        network->share_count[p], &network->classes[p]));
    for (int p = 0; p < brain->n_projections; p++) {
        const ph_projection *projection = brain->projections[p];
        int target = projection->target.span.population;
        if (projection->connect.type == &ph_connect_sonata && !projection->cut &&
            network->share_count[target] > 0)
            PH_TRY(ph_edges_create(
                brain, projection,
                network->quanta.quantum[target * PH_NEURON_PORTS + projection->port],
                network->share_first[target], network->share_count[target], &network->edges[p]));
    }
    return PH_OK;
}

static ph_status tally_edges(ph_network *network)
{
    PH_ALLOC(network->tally, network->brain->n_projections);
    for (int p = 0; p < network->brain->n_projections; p++)
        if (network->edges[p])
            network->tally[p] = (ph_edge_tally){ph_edges_unlisted(network->edges[p]),
                                                ph_edges_synapses(network->edges[p])};
    return PH_OK;
}

static void close_files(ph_network *network)
{
    for (int p = 0; network->classes && p < network->brain->n_populations; p++)
        ph_node_classes_destroy(&network->classes[p]);
    for (int p = 0; network->edges && p < network->brain->n_projections; p++)
        ph_edges_destroy(&network->edges[p]);
    ph_free(network->classes);
    ph_free(network->edges);
    network->classes = NULL;
    network->edges = NULL;
}

/* --- blocks ---------------------------------------------------------------------------------- */

/* Errors of threads: the first one's code and words are kept. */
ph_status ph_network_each_block(const ph_network *network,
                                ph_status (*visit)(void *context, int block), void *context)
{
    ph_status worst = PH_OK;
    char words[1024] = "";
#pragma omp parallel for schedule(static, 1) num_threads(network->layout->n_threads)
    for (int b = 0; b < network->n_blocks; b++) {
        ph_status status = visit(context, b);
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

typedef struct building {
    ph_network *network;
    const ph_build *build;
} building;

static ph_status build_block(void *context, int b)
{
    const building *the = context;
    return ph_block_build(the->build, b, the->network->n_blocks, &the->network->blocks[b]);
}

/* Each synapse is drawn at least twice. */
static void expect(const ph_network *network, ph_build_watch *watch)
{
    watch->drawn = 0;
    watch->expected = 1;
    for (int p = 0; p < network->brain->n_projections; p++) {
        const ph_projection *projection = network->brain->projections[p];
        int population = projection->target.span.population;
        if (!projection->cut)
            watch->expected += 2 * ph_expected_onto(network->brain, projection,
                                                    network->share_first[population],
                                                    network->share_count[population]);
    }
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

#define WINDOW_BITS 20 /* global ids looked at together: a bit each, 128 KB */

/* One list of rows, and how far it has been read. */
typedef struct reader {
    const ph_rows *rows;
    int64_t at;
} reader;

/* The sources of a window of global ids: a bit for each. */
static void mark_window(reader *readers, int n, ph_gid begin, uint64_t *bits)
{
    memset(bits, 0, (1u << WINDOW_BITS) / 8);
    for (int r = 0; r < n; r++) {
        const ph_rows *rows = readers[r].rows;
        while (readers[r].at < rows->n_rows &&
               rows->source[readers[r].at] < begin + (1 << WINDOW_BITS)) {
            ph_gid bit = rows->source[readers[r].at++] - begin;
            bits[bit >> 6] |= 1ull << (bit & 63);
        }
    }
}

/* All sources of the rows, each once, ascending. @param out NULL: they are only counted */
static int64_t merge(const ph_network *network, reader *readers, int n, uint64_t *bits, ph_gid *out)
{
    int64_t found = 0;
    for (int r = 0; r < n; r++)
        readers[r].at = 0;
    for (ph_gid begin = 0; begin < network->brain->n_neurons; begin += 1 << WINDOW_BITS) {
        mark_window(readers, n, begin, bits);
        for (ph_gid w = 0; w < 1 << (WINDOW_BITS - 6); w++) {
            if (!out)
                found += __builtin_popcountll(bits[w]);
            for (uint64_t left = bits[w]; out && left; left &= left - 1)
                out[found++] = begin + (w << 6) + __builtin_ctzll(left);
        }
    }
    return found;
}

static ph_status list_sources(ph_network *network)
{
    int n = 0;
    reader *readers;
    uint64_t *bits;
    for (int b = 0; b < network->n_blocks; b++)
        n += network->blocks[b].n_rows;
    PH_ALLOC(readers, n);
    PH_ALLOC(bits, 1 << (WINDOW_BITS - 6));
    n = 0;
    for (int b = 0; b < network->n_blocks; b++)
        for (int r = 0; r < network->blocks[b].n_rows; r++)
            readers[n++].rows = &network->blocks[b].rows[r];
    network->n_sources = merge(network, readers, n, bits, NULL);
    network->sources = ph_calloc((size_t)network->n_sources, sizeof *network->sources);
    if (network->sources)
        (void)merge(network, readers, n, bits, network->sources);
    ph_free(readers);
    ph_free(bits);
    PH_CHECK(network->n_sources < INT32_MAX, PH_RESOURCE,
             "rank %d has more than 2^31 sources; use more ranks", network->rank);
    PH_CHECK(network->sources, PH_RESOURCE, "out of memory: %lld sources",
             (long long)network->n_sources);
    return PH_OK;
}

/* Static rows need not know their sources any more; plastic ones are swept and recorded by them. */
static ph_status index_block(void *context, int b)
{
    const ph_network *network = context;
    ph_block *block = &network->blocks[b];
    for (int r = 0; r < block->n_rows; r++) {
        ph_rows *rows = &block->rows[r];
        PH_TRY(ph_row_index_create(network->sources, network->n_sources, rows->source,
                                   rows->n_rows, &rows->index));
        if (!rows->rule) {
            ph_free(rows->source);
            rows->source = NULL;
        }
    }
    return PH_OK;
}

static ph_status number_sources(ph_network *network)
{
    PH_TRY(ph_network_each_block(network, index_block, network));
    PH_ALLOC(network->source_of_local, network->n_local);
    for (ph_lid i = 0; i < network->n_local; i++)
        network->source_of_local[i] = -1;
    for (int p = 0; p < network->brain->n_populations; p++) {
        ph_gid first = network->brain->populations[p]->gid + network->share_first[p];
        int64_t s = ph_network_first_source(network, first);
        for (; s < network->n_sources && network->sources[s] < first + network->share_count[p]; s++)
            network->source_of_local[ph_network_local(network, network->sources[s])] = (int32_t)s;
    }
    return PH_OK;
}

uint32_t ph_network_needed(const ph_network *network, ph_tier tier, int64_t word)
{
    uint32_t bits = 0;
    for (int b = 0; b < network->n_blocks; b++)
        for (int r = 0; r < network->blocks[b].n_rows; r++)
            if (network->blocks[b].rows[r].tier == tier)
                bits |= (uint32_t)network->blocks[b].rows[r].index[word];
    return bits;
}

int64_t ph_network_first_source(const ph_network *network, ph_gid gid)
{
    return ph_gid_first_from(network->sources, network->n_sources, gid);
}

void ph_network_forget_sources(ph_network *network)
{
    ph_free(network->sources);
    network->sources = NULL;
}

/* --- the whole ------------------------------------------------------------------------------- */

ph_status ph_network_create(const ph_brain *brain, const ph_layout *layout, int rank,
                            uint64_t seed, const ph_task_input *inputs, int n_inputs,
                            ph_build_watch *watch, ph_network **out)
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
    network->sweep = brain->sweep;
    ph_step keep = network->sweep + 2 * brain->beat + (ph_step)ceil(longest_dendrite / h) + 2;
    PH_TRY(number_neurons(network));
    PH_TRY(ph_quanta_create(brain, inputs, n_inputs, &network->quanta));
    PH_TRY(open_files(network));
    ph_build_contexts contexts = {brain, seed, keep};
    PH_TRY(ph_contexts_create(&contexts, &network->contexts));
    network->n_blocks = ph_blocks_needed(brain, layout, rank);
    PH_CHECK(network->n_blocks > 0, PH_RESOURCE,
             "rank %d has neurons of more populations than a block can hold; use more ranks", rank);
    PH_ALLOC(network->blocks, network->n_blocks);
    ph_build build = {.brain = brain,
                      .layout = layout,
                      .quanta = &network->quanta,
                      .contexts = network->contexts,
                      .edges = network->edges,
                      .classes = network->classes,
                      .seed = seed,
                      .rank = rank,
                      .sweep = network->sweep,
                      .keep = keep,
                      .watch = watch};
    if (watch)
        expect(network, watch);
    PH_TRY(ph_network_each_block(network, build_block, &(building){network, &build}));
    PH_TRY(tally_edges(network));
    close_files(network);
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
    close_files(network);
    ph_contexts_destroy(network->brain, &network->contexts);
    ph_quanta_destroy(&network->quanta);
    ph_free(network->share_first);
    ph_free(network->share_count);
    ph_free(network->population_lid);
    ph_free(network->sources);
    ph_free(network->source_of_local);
    ph_free(network->tally);
    ph_free(network);
    *out = NULL;
}
