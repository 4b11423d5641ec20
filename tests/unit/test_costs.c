/* SPDX-License-Identifier: Apache-2.0 */
/* Costs: what is read from a file, and the estimate by hand. */
#include "suite.h"

#include "bench/costs.h"
#include "cli/registries.h"
#include "config/read.h"

#include <phasic/plasticity.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char path[] = "test_costs.json";

static ph_status read_text(const char *text, ph_costs *costs)
{
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    fclose(file);
    ph_status status = ph_costs_read(path, costs);
    unlink(path);
    return status;
}

static const char whole[] =
    "{\"version\": \"0.1.0\", \"latency_us\": null,\n"
    " \"costs\": {\"threads\": 2, \"update_ns\": {\"iaf_psc_exp\": 0.5, \"poisson\": 1},\n"
    "  \"rule_ns\": {\"stdp\": 10}, \"rest_ns\": {\"stdp\": 3},\n"
    "  \"small\": {\"event_ns\": 1, \"run_ns\": 5, \"bytes\": 1e3},\n"
    "  \"large\": {\"event_ns\": 2, \"run_ns\": 15, \"bytes\": 1e5}, \"rule_run_ns\": 20,\n"
    "  \"spike_ns\": 4, \"group_ns\": 30, \"stimulus_ns\": 40,\n"
    "  \"slice_us\": 0.5, \"beat_us\": 3, \"build_ns\": 30},\n"
    " \"groups\": [{\"ranks\": 2, \"exchange_us\": 1}, {\"ranks\": 4, \"exchange_us\": 5}],\n"
    " \"network\": {\"latency_us\": 20, \"bytes_per_s\": 1e9}}";

static void reading(void)
{
    ph_costs c;
    ph_costs_default(&c);
    CU_ASSERT_EQUAL(read_text(whole, &c), PH_OK);
    CU_ASSERT_EQUAL(c.threads, 2);
    CU_ASSERT_EQUAL(c.updates.n, 2);
    CU_ASSERT_STRING_EQUAL(c.updates.items[1].name, "poisson");
    CU_ASSERT_EQUAL(c.updates.items[1].ns, 1);
    CU_ASSERT_EQUAL(c.large.run_ns, 15);
    CU_ASSERT_EQUAL(c.n_groups, 2);
    CU_ASSERT_EQUAL(c.partners[1], 3);
    CU_ASSERT_EQUAL(c.network_bytes_per_s, 1e9);
    CU_ASSERT_STRING_EQUAL(c.source, path);
    /* A file of messages alone leaves the costs as they were. */
    CU_ASSERT_EQUAL(read_text("{\"groups\": [{\"ranks\": 2, \"exchange_us\": 7}]}", &c), PH_OK);
    CU_ASSERT_EQUAL(c.n_groups, 1);
    CU_ASSERT_EQUAL(c.exchange_us[0], 7);
    CU_ASSERT_EQUAL(c.slice_us, 0.5);
}

/* What print_json writes is read back as it was. */
static void writing(void)
{
    ph_costs c, back;
    char text[8192] = "{\n";
    ph_costs_default(&c);
    FILE *file = fmemopen(text + 2, sizeof text - 8, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    ph_costs_print_json(file, &c);
    fclose(file);
    strcat(text, "\n}\n");
    memset(&back, 0, sizeof back);
    CU_ASSERT_EQUAL(read_text(text, &back), PH_OK);
    CU_ASSERT_EQUAL(back.updates.n, c.updates.n);
    CU_ASSERT_EQUAL(back.rules.items[0].ns, c.rules.items[0].ns);
    CU_ASSERT_EQUAL(back.rests.n, c.rests.n);
    CU_ASSERT_EQUAL(back.rests.items[1].ns, c.rests.items[1].ns);
    CU_ASSERT_EQUAL(back.large.bytes, c.large.bytes);
    CU_ASSERT_EQUAL(back.build_ns, c.build_ns);
}

static void refusing(void)
{
    ph_costs c;
    ph_costs_default(&c);
    CU_ASSERT_EQUAL(read_text("[1, 2]", &c), PH_CONFIG);
    CU_ASSERT_EQUAL(read_text("{\"a\": 1}", &c), PH_CONFIG);
    CU_ASSERT_EQUAL(read_text("", &c), PH_CONFIG);
    CU_ASSERT_EQUAL(read_text("{\"costs\": {\"slice_us\": -1}}", &c), PH_CONFIG);
    CU_ASSERT_PTR_NOT_NULL(strstr(ph_error_message(), "test_costs.json:1:24"));
    CU_ASSERT_EQUAL(ph_costs_read("no such file", &c), PH_FILE);
}

static void do_nothing(const ph_rule_context *context, const ph_rest *rest)
{
    (void)context;
    (void)rest;
}

/* A brain of one region with a beat of 50 and slices of 10 steps, on 2 ranks with 2 threads. */
static const char brain_text[] =
    "simulation: {resolution: 0.1 ms}\n"
    "regions: {r: {populations: {A: {size: 100, neuron: {type: iaf_psc_exp}}},\n"
    "  projections: {p: {source: A, target: A, receptor: exc, connect: {type: all_to_all},\n"
    "    weight: 1 pA, delay: 1 ms}}}}\n";

static void estimating(void)
{
    ph_costs c;
    ph_costs_default(&c);
    CU_ASSERT_EQUAL_FATAL(read_text(whole, &c), PH_OK);
    ph_tree *tree = NULL;
    ph_brain *brain = NULL;
    ph_layout *layout = NULL;
    ph_estimate e;
    CU_ASSERT_EQUAL_FATAL(ph_tree_parse(brain_text, "a brain", &tree), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_brain_create(tree, ph_registries(), &brain), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_layout_create(brain, 2, 2, 2, &layout), PH_OK);
    CU_ASSERT_EQUAL(brain->slice, 10);
    const ph_descriptor poisson = {.name = "poisson"};
    const ph_rule stdp = {.base = {.name = "stdp"}, .rest = do_nothing};
    const ph_rule keeping = {.base = {.name = "stdp"}}; /* one that keeps what it has */
    ph_prediction p = {.synapse_bytes = 2e4, /* 1e4 of a thread: half way by the logarithm */
                       .senders = 1,
                       .slice_senders = 1,
                       .spikes_in_per_s = 1e6,
                       .groups = 2,
                       .stimuli = 3,
                       .n_works = 3,
                       .works = {{.what = &poisson, .per_s = 1e6, .spikes_per_s = 1e5},
                                 {.per_s = 1e8, .synapses = 1e6, .runs_per_s = 1e7},
                                 {&stdp.base, 1e6, 2e5, 1e5, 0}}};
    ph_costs_estimate(&c, brain, layout, &p, 1, &e);
    CU_ASSERT_DOUBLE_EQUAL(e.update_s, (1e6 + 1e5 * 4) * 1e-9 / 2 + 1e4 * (2 * 30 + 3 * 40) * 1e-9,
                           1e-12);
    CU_ASSERT_DOUBLE_EQUAL(e.deliver_s, (1.5e8 + 10 * 1e7 + 10 * 1e6 + 20 * 1e5) * 1e-9 / 2, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(e.other_s, (1000 * 0.5 + 200 * 3) * 1e-6, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(e.exchange_s, 1000 * 1e-6, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(e.rest_step_s, 2e5 * 3e-9 / 2, 1e-15);
    p.works[2].what = &keeping.base;
    ph_costs_estimate(&c, brain, layout, &p, 1, &e);
    CU_ASSERT_EQUAL(e.rest_step_s, 0);
    /* The other rank on another machine: each exchange over the network, and 4 MB a second. */
    ph_costs_estimate(&c, brain, layout, &p, 2, &e);
    CU_ASSERT_DOUBLE_EQUAL(e.exchange_s, 1000 * 21e-6 + 4e6 / 1e9, 1e-12);
    /* Beyond what was measured, on the line of the last two. */
    p.senders = p.slice_senders = 9;
    ph_costs_estimate(&c, brain, layout, &p, 1, &e);
    CU_ASSERT_DOUBLE_EQUAL(e.exchange_s, 1000 * (5 + 6 * 2) * 1e-6, 1e-12);
    ph_layout_destroy(&layout);
    ph_brain_destroy(&brain);
    ph_tree_destroy(&tree);
}

/* The works of a rank: by hand from sizes and rates. */
static void works(void)
{
    ph_tree *tree = NULL;
    ph_brain *brain = NULL;
    ph_layout *layout = NULL;
    ph_predictor *predictor = NULL;
    ph_prediction p;
    CU_ASSERT_EQUAL_FATAL(ph_tree_parse(brain_text, "a brain", &tree), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_brain_create(tree, ph_registries(), &brain), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_layout_create(brain, 2, 2, 1, &layout), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_predictor_create(brain, layout, &predictor), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_predict(predictor, 0, &p), PH_OK);
    CU_ASSERT_EQUAL_FATAL(p.n_works, 2);
    for (int i = 0; i < 2; i++) {
        double expected = p.works[i].what ? 50 * 1e4 : 100 * 50 * 4.0; /* 4 Hz by default */
        CU_ASSERT_DOUBLE_EQUAL(p.works[i].per_s, expected, 1e-6);
        /* 50 synapses of a source, of one delay: one run */
        CU_ASSERT_DOUBLE_EQUAL(p.works[i].runs_per_s, p.works[i].what ? 0 : 100 * 4.0, 1e-6);
    }
    ph_predictor_destroy(&predictor);
    ph_layout_destroy(&layout);
    ph_brain_destroy(&brain);
    ph_tree_destroy(&tree);
}

static const suite_test tests[] = {{"reading", reading},
                                   {"writing", writing},
                                   {"refusing", refusing},
                                   {"estimating", estimating},
                                   {"works", works}};

int main(void)
{
    return suite_run("costs", tests, PH_COUNT(tests));
}
