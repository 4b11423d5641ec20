/* SPDX-License-Identifier: Apache-2.0 */
/* Rows and their index against what is drawn, synapse by synapse; the two ways to lay rows out
 * against each other; what is predicted against what is built. */
#include "suite.h"

#include "base/memory.h"
#include "base/radix.h"
#include "cli/registries.h"
#include "config/tree.h"
#include "network/contexts.h"
#include "network/network.h"
#include "network/parts.h"
#include "network/predict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS "tests/fixtures/columns.yaml"

enum { CHANNELS = 10, CELLS = 60, SEED = 7 };

/* --- a rank of the columns -------------------------------------------------------------------- */

typedef struct rank {
    ph_tree *tree;
    ph_brain *brain;
    ph_layout *layout;
    ph_network *network;
} rank;

static void build(int r, int ranks, int threads, rank *out)
{
    *out = (rank){0};
    ph_status status = ph_config_load(COLUMNS, NULL, 0, &out->tree);
    if (status == PH_OK)
        status = ph_brain_create(out->tree, ph_registries(), &out->brain);
    if (status == PH_OK)
        status = ph_layout_create(out->brain, ranks, ranks, threads, &out->layout);
    if (status == PH_OK)
        status = ph_network_create(out->brain, out->layout, r, SEED, NULL, 0, NULL,
                                   &out->network);
    if (status != PH_OK)
        fprintf(stderr, "%s\n", ph_error_message());
    CU_ASSERT_EQUAL_FATAL(status, PH_OK);
}

static void release(rank *r)
{
    ph_network_destroy(&r->network);
    ph_layout_destroy(&r->layout);
    ph_brain_destroy(&r->brain);
    ph_tree_destroy(&r->tree);
}

/* --- sorting ---------------------------------------------------------------------------------- */

static int compare_key(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

static void radix_sort_sorts(void)
{
    static const size_t sizes[] = {0, 1, 2, 33, 1000, 100000};
    for (int bits = 3; bits <= 64; bits += 20)
        for (int k = 0; k < PH_COUNT(sizes); k++) {
            size_t n = sizes[k];
            uint64_t *keys = ph_calloc(n, sizeof *keys), *expected = ph_calloc(n, sizeof *keys);
            CU_ASSERT_FATAL(keys && expected);
            for (size_t i = 0; i < n; i++) {
                ph_random4 r = ph_random(SEED, PH_PURPOSE_WEIGHT, (int64_t)i, 0, 0, 0);
                keys[i] = ((uint64_t)r.v[0] << 32 | r.v[1]) >> (64 - bits);
                expected[i] = keys[i];
            }
            ph_radix_sort(keys, n);
            qsort(expected, n, sizeof *expected, compare_key);
            CU_ASSERT(memcmp(keys, expected, n * sizeof *keys) == 0);
            ph_free(keys);
            ph_free(expected);
        }
}

/* --- which sources ---------------------------------------------------------------------------- */

static const ph_projection *find(const ph_brain *brain, const char *address)
{
    for (int p = 0; p < brain->n_projections; p++)
        if (!strcmp(brain->projections[p]->address, address))
            return brain->projections[p];
    CU_FAIL_FATAL("there is no such projection");
    return NULL;
}

/* Count the sources' channels by their distance on the ring, over all targets of a projection. */
static void count_distances(const rank *r, const char *address, int targets_per_channel,
                            int64_t *count)
{
    const ph_projection *projection = find(r->brain, address);
    ph_drawer *drawer = NULL;
    int64_t n = projection->target.span.count;
    memset(count, 0, CHANNELS * sizeof *count);
    CU_ASSERT_EQUAL_FATAL(ph_drawer_create(r->brain, projection, SEED, 0, n, &drawer), PH_OK);
    for (int64_t t = 0; t < n; t++) {
        ph_drawn drawn;
        CU_ASSERT_EQUAL_FATAL(ph_drawer_incoming(drawer, t, &drawn), PH_OK);
        int64_t low, high;
        ph_projection_sources(r->brain, projection, t, 1, &low, &high);
        for (int64_t j = 0; j < drawn.n; j++) {
            CU_ASSERT(drawn.source[j] >= low && drawn.source[j] < high);
            int64_t from = drawn.source[j] / CELLS, to = t / targets_per_channel;
            count[(from - to + CHANNELS) % CHANNELS]++;
        }
    }
    ph_drawer_destroy(&drawer);
}

/* chi^2 of equal counts over channels where they are allowed, none elsewhere. */
static void check_distances(const int64_t *count, const int *allowed, double limit)
{
    double total = 0, chi2 = 0;
    int n = 0;
    for (int d = 0; d < CHANNELS; d++) {
        total += (double)count[d];
        n += allowed[d];
    }
    for (int d = 0; d < CHANNELS; d++) {
        double expected = allowed[d] ? total / n : 0;
        CU_ASSERT(allowed[d] || count[d] == 0);
        chi2 += allowed[d] ? pow((double)count[d] - expected, 2) / expected : 0;
    }
    CU_ASSERT(chi2 < limit);
}

static void pairs_of_channels_connect_as_they_are_named(void)
{
    static const int same[CHANNELS] = {1}, near[CHANNELS] = {0, 1, 1, 1, 1, 0, 1, 1, 1, 1},
                     other[CHANNELS] = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    rank r;
    build(0, 1, 1, &r);
    int64_t count[CHANNELS];
    count_distances(&r, "cortex.E_E", CELLS, count);
    check_distances(count, same, 1);
    count_distances(&r, "near", CELLS, count);
    check_distances(count, near, 24.3); /* 7 degrees of freedom, p 0.001 */
    count_distances(&r, "far", 20, count);
    check_distances(count, other, 26.1); /* 8 */
    release(&r);
}

/* --- two ways to lay rows out ----------------------------------------------------------------- */

static int same_array(const void *a, const void *b, size_t bytes)
{
    return memcmp(a, b, bytes) == 0;
}

static void compare_rows(const ph_rows *a, const ph_rows *b)
{
    size_t rows = (size_t)a->n_rows, synapses = a->n_synapses;
    CU_ASSERT_EQUAL_FATAL(a->n_rows, b->n_rows);
    CU_ASSERT_EQUAL_FATAL(a->n_synapses, b->n_synapses);
    CU_ASSERT_FATAL(rows > 0 && synapses > 0);
    CU_ASSERT(same_array(a->source, b->source, rows * sizeof *a->source));
    CU_ASSERT(same_array(a->first, b->first, (rows + 1) * sizeof *a->first));
    CU_ASSERT(same_array(a->first_run, b->first_run, (rows + 1) * sizeof *a->first_run));
    CU_ASSERT(same_array(a->runs, b->runs, a->first_run[rows] * sizeof *a->runs));
    if (a->rule) {
        CU_ASSERT_EQUAL_FATAL(a->synapse_bytes, b->synapse_bytes);
        CU_ASSERT(same_array(a->plastic, b->plastic, synapses * a->synapse_bytes));
    } else {
        CU_ASSERT(same_array(a->synapses, b->synapses, synapses * sizeof *a->synapses));
    }
}

static void counters_and_sorting_lay_out_the_same_rows(void)
{
    rank r;
    build(1, 3, 2, &r);
    ph_build from = {.brain = r.brain, .layout = r.layout, .seed = SEED, .rank = 1};
    for (int b = 0; b < r.network->n_blocks; b++)
        for (int p = 0; p < r.brain->n_projections; p++) {
            const ph_projection *projection = r.brain->projections[p];
            int is_plastic = ph_projection_rule(projection) != NULL;
            const ph_rule *rule =
                is_plastic ? (const ph_rule *)projection->plasticity.type : NULL;
            ph_rows dense = {.rule = rule}, sparse = {.rule = rule};
            ph_parts parts;
            CU_ASSERT_EQUAL_FATAL(
                ph_parts_create(&from, &r.network->blocks[b], &projection, 1, &parts), PH_OK);
            CU_ASSERT_EQUAL_FATAL(ph_rows_lay_dense(&parts, &dense), PH_OK);
            CU_ASSERT_EQUAL_FATAL(ph_rows_lay_sparse(&parts, &sparse), PH_OK);
            compare_rows(&dense, &sparse);
            ph_rows_destroy(&dense);
            ph_rows_destroy(&sparse);
            ph_parts_destroy(&parts);
        }
    release(&r);
}

/* --- what is drawn is found from its source --------------------------------------------------- */

/* A synapse as a number: its end points, delay and port; weights are compared in their sum. */
static uint64_t synapse_key(ph_gid source, ph_gid target, uint32_t delay, int port)
{
    return (((uint64_t)source << 16 | (uint64_t)target) << 16 | delay) << 1 | (uint64_t)port;
}

static ph_gid gid_of_slot(const ph_block *block, int slot)
{
    for (int g = 0; g < block->n_groups; g++) {
        const ph_group *group = &block->groups[g];
        if (slot >= group->slot && slot < group->slot + group->n)
            return group->gid + (slot - group->slot) * group->stride;
    }
    CU_FAIL_FATAL("a synapse has no target");
    return -1;
}

/* The slot of synapse i of a run of `count` that begins at synapse `first`. */
static int slot_of(const ph_block *block, const ph_rows *rows, uint64_t first, size_t count,
                   size_t i)
{
    if (!rows->rule)
        return rows->synapses[first + i].slot;
    return block->groups[rows->group].slot +
           ph_field_target(ph_run_fields_of(rows, first, count).target, i);
}

/* Every synapse of a rank, found as a spike finds it: by its source's number and the index. */
static size_t list_found(const ph_network *network, uint64_t *keys)
{
    size_t n = 0;
    for (int64_t s = 0; s < network->n_sources; s++)
        for (int b = 0; b < network->n_blocks; b++)
            for (int k = 0; k < network->blocks[b].n_rows; k++) {
                const ph_block *block = &network->blocks[b];
                const ph_rows *rows = &block->rows[k];
                int64_t row = ph_row_index_find(rows->index, (int32_t)s);
                if (row < 0)
                    continue;
                uint64_t at = rows->first[row];
                for (uint32_t run = rows->first_run[row]; run < rows->first_run[row + 1]; run++) {
                    for (size_t i = 0; i < rows->runs[run].count; i++)
                        keys[n++] = synapse_key(
                            network->sources[s],
                            gid_of_slot(block, slot_of(block, rows, at, rows->runs[run].count, i)),
                            rows->runs[run].delay, rows->port);
                    at += rows->runs[run].count;
                }
            }
    return n;
}

/* Every synapse onto a rank's neurons, as it is drawn. */
static size_t list_drawn(const rank *r, uint64_t *keys)
{
    size_t n = 0;
    for (int p = 0; p < r->brain->n_projections; p++) {
        const ph_projection *projection = r->brain->projections[p];
        int population = projection->target.span.population;
        int64_t first = r->network->share_first[population];
        int64_t count = r->network->share_count[population];
        ph_drawer *drawer = NULL;
        CU_ASSERT_EQUAL_FATAL(ph_drawer_create(r->brain, projection, SEED, first, count, &drawer),
                              PH_OK);
        ph_gid from = r->brain->populations[projection->source.span.population]->gid;
        for (int64_t t = first; t < first + count; t++) {
            ph_drawn drawn;
            CU_ASSERT_EQUAL_FATAL(ph_drawer_incoming(drawer, t, &drawn), PH_OK);
            for (int64_t j = 0; j < drawn.n; j++) {
                uint16_t delay;
                ph_drawer_delays(drawer, t, &drawn, j, 1, &delay);
                keys[n++] = synapse_key(from + drawn.source[j],
                                        r->brain->populations[population]->gid + t, delay,
                                        projection->port);
            }
        }
        ph_drawer_destroy(&drawer);
    }
    return n;
}

static void a_spike_finds_exactly_the_synapses_that_were_drawn(void)
{
    size_t total = 0, most = 100000;
    uint64_t *found = ph_calloc(most, sizeof *found), *drawn = ph_calloc(most, sizeof *drawn);
    CU_ASSERT_FATAL(found && drawn);
    for (int k = 0; k < 3; k++) {
        rank r;
        build(k, 3, 2, &r);
        size_t n = list_found(r.network, found), m = list_drawn(&r, drawn);
        CU_ASSERT_EQUAL_FATAL(n, m);
        CU_ASSERT_EQUAL((int64_t)n, r.network->synapses);
        qsort(found, n, sizeof *found, compare_key);
        qsort(drawn, m, sizeof *drawn, compare_key);
        CU_ASSERT(same_array(found, drawn, n * sizeof *found));
        total += n;
        release(&r);
    }
    CU_ASSERT(total > 60000);
    ph_free(found);
    ph_free(drawn);
}

/* --- prediction ------------------------------------------------------------------------------- */

static void check_close(double predicted, double built, double tolerance)
{
    CU_ASSERT(fabs(predicted - built) <= tolerance * built);
}

static void what_is_planned_is_what_is_built(void)
{
    for (int ranks = 1; ranks <= CHANNELS; ranks += 3) {
        rank r;
        build(0, ranks, 2, &r);
        ph_predictor *predictor = NULL;
        ph_prediction p;
        CU_ASSERT_EQUAL_FATAL(ph_predictor_create(r.brain, r.layout, &predictor), PH_OK);
        CU_ASSERT_EQUAL_FATAL(ph_predict(predictor, 0, &p), PH_OK);
        double rows = 0, runs = 0;
        for (int b = 0; b < r.network->n_blocks; b++)
            for (int k = 0; k < r.network->blocks[b].n_rows; k++) {
                const ph_rows *of = &r.network->blocks[b].rows[k];
                rows += (double)of->n_rows;
                runs += (double)of->first_run[of->n_rows];
            }
        CU_ASSERT_EQUAL((int64_t)p.neurons, r.network->n_local);
        check_close(p.synapses, (double)r.network->synapses, 0.03);
        check_close(p.sources, (double)r.network->n_sources, 0.03);
        check_close(p.rows, rows, 0.05);
        check_close(p.runs, runs, 0.05);
        ph_predictor_destroy(&predictor);
        release(&r);
    }
}

int main(void)
{
    static const suite_test tests[] = {
        {"radix sort sorts", radix_sort_sorts},
        {"pairs of channels connect as they are named",
         pairs_of_channels_connect_as_they_are_named},
        {"counters and sorting lay out the same rows", counters_and_sorting_lay_out_the_same_rows},
        {"a spike finds exactly the synapses that were drawn",
         a_spike_finds_exactly_the_synapses_that_were_drawn},
        {"what is planned is what is built", what_is_planned_is_what_is_built},
    };
    return suite_run("rows", tests, PH_COUNT(tests));
}
