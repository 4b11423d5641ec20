/* SPDX-License-Identifier: Apache-2.0 */
/* The benchmark's circuit against the published tables of Potjans & Diesmann (2014), which stand
 * here a second time: sizes, input, synapses of each pair of populations, weights and delays. */
#include "suite.h"

#include "base/memory.h"
#include "cli/registries.h"
#include "config/tree.h"
#include "model/brain.h"
#include "network/connect.h"
#include "network/draw.h"
#include <phasic/stimulus.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CIRCUIT "configs/benchmarks/microcircuit.yaml"
#define POISSON "configs/benchmarks/microcircuit_poisson.yaml"

enum { POPULATIONS = 8, TARGETS = 16 };

static const char *names[POPULATIONS] = {"L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"};
static const int64_t sizes[POPULATIONS] = {20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948};
static const double external[POPULATIONS] = {1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100};
/* probability of a connection, [target][source] */
static const double probability[POPULATIONS][POPULATIONS] = {
    {.1009, .1689, .0437, .0818, .0323, 0, .0076, 0},
    {.1346, .1371, .0316, .0515, .0755, 0, .0042, 0},
    {.0077, .0059, .0497, .135, .0067, .0003, .0453, 0},
    {.0691, .0029, .0794, .1597, .0033, 0, .1057, 0},
    {.1004, .0622, .0505, .0057, .0831, .3726, .0204, 0},
    {.0548, .0269, .0257, .0022, .06, .3158, .0086, 0},
    {.0156, .0066, .0211, .0166, .0572, .0197, .0396, .2252},
    {.0364, .001, .0034, .0005, .0277, .008, .0658, .1443}};

typedef struct loaded {
    ph_tree *tree;
    ph_brain *brain;
} loaded;

static void load(const char *path, const char *set, loaded *out)
{
    *out = (loaded){0};
    ph_status status = ph_config_load(path, &set, set ? 1 : 0, &out->tree);
    if (status == PH_OK)
        status = ph_brain_create(out->tree, ph_registries(), &out->brain);
    if (status != PH_OK)
        fprintf(stderr, "%s\n", ph_error_message());
    CU_ASSERT_PTR_NOT_NULL_FATAL(out->brain);
}

static void unload(loaded *l)
{
    ph_brain_destroy(&l->brain);
    ph_tree_destroy(&l->tree);
}

static int place_of(const ph_brain *brain, int population)
{
    for (int p = 0; p < POPULATIONS; p++)
        if (!strcmp(strrchr(brain->populations[population]->address, '.') + 1, names[p]))
            return p;
    return -1;
}

/* Synapses of a pair, so that a pair of neurons has at least one with the given probability. */
static double synapses_of(int target, int source)
{
    double pairs = (double)sizes[target] * (double)sizes[source];
    return log(1 - probability[target][source]) / log1p(-1 / pairs);
}

static double weight_of(int target, int source)
{
    if (source % 2)
        return -4 * 87.81;
    return target == 0 && source == 2 ? 2 * 87.81 : 87.81;
}

static double normal_density(double z)
{
    return exp(-0.5 * z * z) / sqrt(2 * 3.14159265358979323846);
}

/* Mean of the delays in ms: a normal distribution above 0.1 ms, rounded to steps of 0.1 ms. */
static double delay_of(int source)
{
    double mean = source % 2 ? 0.75 : 1.5, sd = 0.5 * mean, z = (0.1 - mean) / sd;
    return mean + sd * normal_density(z) / (0.5 * erfc(z / sqrt(2)));
}

static void populations_are_the_published_ones(void)
{
    loaded dc, poisson;
    load(CIRCUIT, NULL, &dc);
    load(POISSON, NULL, &poisson);
    CU_ASSERT_EQUAL_FATAL(dc.brain->n_populations, POPULATIONS);
    CU_ASSERT_EQUAL_FATAL(poisson.brain->n_populations, POPULATIONS);
    CU_ASSERT_EQUAL(dc.brain->n_neurons, 77169);
    for (int p = 0; p < POPULATIONS; p++) {
        const ph_population *constant = dc.brain->populations[p];
        const ph_population *noisy = poisson.brain->populations[p];
        CU_ASSERT_EQUAL(place_of(dc.brain, p), p);
        CU_ASSERT_EQUAL(constant->size, sizes[p]);
        /* At scale 1 nothing is to be made up for. */
        CU_ASSERT_EQUAL(constant->I_scale, 0);
        CU_ASSERT_EQUAL(noisy->I_scale, 0);
        CU_ASSERT_EQUAL_FATAL(constant->stimuli.count, 1);
        CU_ASSERT_EQUAL_FATAL(noisy->stimuli.count, 1);
        const ph_named_variant *amplitude = constant->stimuli.items, *spikes = noisy->stimuli.items;
        const ph_stimulus_type *dc_type = (const ph_stimulus_type *)amplitude->variant.type;
        const ph_stimulus_type *poisson_type = (const ph_stimulus_type *)spikes->variant.type;
        CU_ASSERT_STRING_EQUAL_FATAL(dc_type->base.name, "dc");
        CU_ASSERT_STRING_EQUAL_FATAL(poisson_type->base.name, "poisson");
        const char *receptor;
        double weight, rate; /* pA, spikes per ms */
        poisson_type->spikes(spikes->variant.params, &receptor, &weight, &rate);
        CU_ASSERT_DOUBLE_EQUAL(weight, 87.81, 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(rate, 8e-3 * external[p], 1e-9);
        /* The constant current is the mean of the Poisson drive; published with two digits. */
        double current = dc_type->current(amplitude->variant.params, 100, 0.1);
        CU_ASSERT_DOUBLE_EQUAL(current, rate * 0.5 * weight, 0.03);
    }
    unload(&dc);
    unload(&poisson);
}

#define PART 100 /* synapses at once */

/* Weights and delays of all synapses onto a few targets: sums over them. */
static void draw_some(const ph_brain *brain, const ph_projection *projection, double sums[4])
{
    const ph_population *target = brain->populations[projection->target.span.population];
    ph_drawer *drawer;
    memset(sums, 0, 4 * sizeof *sums);
    CU_ASSERT_EQUAL_FATAL(ph_drawer_create(brain, projection, 1, 0, target->size, &drawer), PH_OK);
    for (int64_t t = 0; t < target->size; t += target->size / TARGETS) {
        ph_drawn drawn;
        CU_ASSERT_EQUAL_FATAL(ph_drawer_incoming(drawer, t, &drawn), PH_OK);
        for (int64_t first = 0; first < drawn.n; first += PART) {
            int n = drawn.n - first < PART ? (int)(drawn.n - first) : PART;
            uint16_t delay[PART];
            double weight[PART];
            ph_drawer_delays(drawer, t, &drawn, first, n, delay);
            ph_drawer_weights(drawer, t, &drawn, first, n, weight);
            for (int j = 0; j < n; j++) {
                sums[0]++;
                sums[1] += weight[j];
                sums[2] += weight[j] * weight[j];
                sums[3] += 0.1 * delay[j];
            }
        }
    }
    ph_drawer_destroy(&drawer);
}

static void pairs_have_their_synapses_weights_and_delays(void)
{
    loaded l;
    int seen[POPULATIONS][POPULATIONS] = {{0}};
    load(CIRCUIT, NULL, &l);
    for (int i = 0; i < l.brain->n_projections; i++) {
        const ph_projection *projection = l.brain->projections[i];
        int target = place_of(l.brain, projection->target.span.population);
        int source = place_of(l.brain, projection->source.span.population);
        CU_ASSERT_FATAL(target >= 0 && source >= 0);
        seen[target][source]++;
        const ph_connect_fixed_total_params *p = projection->connect.params;
        double expected = synapses_of(target, source), sums[4];
        CU_ASSERT_DOUBLE_EQUAL((double)p->total, expected, 0.51);
        draw_some(l.brain, projection, sums);
        double n = sums[0], targets = (double)((sizes[target] - 1) / (sizes[target] / TARGETS) + 1);
        double indegree = expected / (double)sizes[target];
        CU_ASSERT(fabs(n - targets * indegree) < 4.5 * sqrt(targets * indegree));
        if (n < 2)
            continue;
        double mean = sums[1] / n, wanted = weight_of(target, source), sd = 0.1 * fabs(wanted);
        CU_ASSERT(fabs(mean - wanted) < 4.5 * sd / sqrt(n));
        CU_ASSERT(fabs(sqrt(fabs(sums[2] / n - mean * mean)) / sd - 1) < 4.5 / sqrt(2 * n) + 1 / n);
        /* Rounding shifts a mean by less than .002 ms where the density ends at .1 ms. */
        double spread = source % 2 ? 0.375 : 0.75;
        CU_ASSERT(fabs(sums[3] / n - delay_of(source)) < 4.5 * spread / sqrt(n) + 0.002);
    }
    for (int t = 0; t < POPULATIONS; t++)
        for (int s = 0; s < POPULATIONS; s++)
            CU_ASSERT_EQUAL(seen[t][s], probability[t][s] > 0);
    unload(&l);
}

/* At scale 0.1 a tenth of the neurons has a tenth of the indegree; all of it is drawn here. */
static void all_synapses_are_drawn(void)
{
    loaded l;
    load(CIRCUIT, "regions.cortex.scale=0.1", &l);
    for (int i = 0; i < l.brain->n_projections; i++) {
        const ph_projection *projection = l.brain->projections[i];
        int target = place_of(l.brain, projection->target.span.population);
        int source = place_of(l.brain, projection->source.span.population);
        int64_t targets = l.brain->populations[projection->target.span.population]->size, total = 0;
        ph_drawer *drawer;
        CU_ASSERT_EQUAL_FATAL(ph_drawer_create(l.brain, projection, 1, 0, targets, &drawer), PH_OK);
        for (int64_t t = 0; t < targets; t++) {
            ph_drawn drawn;
            CU_ASSERT_EQUAL_FATAL(ph_drawer_incoming(drawer, t, &drawn), PH_OK);
            total += drawn.n;
        }
        ph_drawer_destroy(&drawer);
        CU_ASSERT_DOUBLE_EQUAL((double)total, 0.01 * synapses_of(target, source), 0.52);
    }
    unload(&l);
}

static void frees_everything(void)
{
    CU_ASSERT_EQUAL(ph_memory_blocks(), 0);
}

int main(void)
{
    const suite_test tests[] = {
        {"populations are the published ones", populations_are_the_published_ones},
        {"pairs have their synapses, weights and delays",
         pairs_have_their_synapses_weights_and_delays},
        {"all synapses are drawn", all_synapses_are_drawn},
        {"frees everything", frees_everything}};
    return suite_run("microcircuit", tests, PH_COUNT(tests));
}
