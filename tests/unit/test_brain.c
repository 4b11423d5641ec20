/* SPDX-License-Identifier: Apache-2.0 */
/* From configurations to brains. argv[1]: the folder tests/fixtures (default: tests/fixtures). */
#include "stub_registries.h"
#include "suite.h"

#include "base/memory.h"
#include "config/tree.h"
#include "model/brain.h"
#include "network/connect.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *fixtures = "tests/fixtures";

typedef struct loaded {
    ph_tree *tree;
    ph_brain *brain;
} loaded;

static void load(const char *name, const char *set, loaded *out)
{
    char path[1024];
    *out = (loaded){0};
    snprintf(path, sizeof path, "%s/%s", fixtures, name);
    ph_status status = ph_config_load(path, &set, set ? 1 : 0, &out->tree);
    if (status == PH_OK)
        status = ph_brain_create(out->tree, stub_registries(), &out->brain);
    if (status != PH_OK)
        fprintf(stderr, "%s\n", ph_error_message());
}

static void unload(loaded *l)
{
    ph_brain_destroy(&l->brain);
    ph_tree_destroy(&l->tree);
}

static const ph_projection *projection(const ph_brain *brain, const char *address)
{
    for (int i = 0; i < brain->n_projections; i++)
        if (!strcmp(brain->projections[i]->address, address))
            return brain->projections[i];
    return NULL;
}

static void one_neuron(void)
{
    loaded l;
    load("one_neuron.yaml", NULL, &l);
    CU_ASSERT_PTR_NOT_NULL_FATAL(l.brain);
    CU_ASSERT_EQUAL(l.brain->n_neurons, 1);
    CU_ASSERT_EQUAL(l.brain->n_phases, 1);
    CU_ASSERT_STRING_EQUAL(l.brain->phase[0]->item.name, "run");
    CU_ASSERT_EQUAL(l.brain->phase[0]->duration, 1000);
    CU_ASSERT_PTR_EQUAL(l.brain->phase_brains[0], l.brain);
    CU_ASSERT_PTR_NULL(l.brain->task.type);
    CU_ASSERT_EQUAL(l.brain->recording.spikes_on[0], 1);
    CU_ASSERT_EQUAL(l.brain->beat, 50);
    unload(&l);
}

static void quickstart(void)
{
    loaded l;
    load("quickstart/configs/quickstart.yaml", NULL, &l);
    CU_ASSERT_PTR_NOT_NULL_FATAL(l.brain);
    const ph_brain *brain = l.brain;
    ph_span span;
    CU_ASSERT_EQUAL(brain->n_regions, 5);
    CU_ASSERT_EQUAL(brain->beat, 50);
    CU_ASSERT_EQUAL(brain->epoch, 25); /* half the shortest tract */
    CU_ASSERT_EQUAL(brain->slice, 5); /* 0.8 ms, as a divisor of 5 ms */
    CU_ASSERT_EQUAL(ph_brain_find(brain, "striatum.D1.right", &span), PH_OK);
    CU_ASSERT(span.first == 50 && span.count == 50);
    CU_ASSERT_EQUAL(ph_brain_find(brain, "striatum.D1.middle", &span), PH_CONFIG);
    CU_ASSERT_EQUAL(ph_brain_find(brain, "striatum.D1.3", &span), PH_CONFIG);
    const ph_projection *D2 = projection(brain, "cortex_striatum_D2");
    CU_ASSERT_PTR_NOT_NULL_FATAL(D2);
    const ph_modulation *modulation = D2->modulation.items;
    CU_ASSERT_EQUAL(D2->modulation.count, 2);
    CU_ASSERT_STRING_EQUAL(modulation[0].receptor, "D2");
    CU_ASSERT_EQUAL(modulation[0].curve.gain, -1);
    CU_ASSERT_EQUAL(modulation[0].curve.offset, 0);
    CU_ASSERT_EQUAL(modulation[0].receptor_index, 1);
    CU_ASSERT(D2->delay_min == 50 && D2->delay_max == 80);
    CU_ASSERT_STRING_EQUAL(projection(brain, "cortex_pfc")->plasticity.type->name, "static");
    CU_ASSERT_EQUAL(projection(brain, "cortex_pfc")->modulation.count, 0);
    CU_ASSERT_EQUAL(brain->recording.n_V_m, 2);
    CU_ASSERT_EQUAL(brain->recording.V_m_spans[0].count, 5);
    unload(&l);
}

static void cells_of_a_population(void)
{
    loaded l;
    load("quickstart/configs/quickstart.yaml", NULL, &l);
    CU_ASSERT_PTR_NOT_NULL_FATAL(l.brain);
    ph_span whole, span;
    char last[64];
    CU_ASSERT_EQUAL_FATAL(ph_brain_find(l.brain, "pfc.E", &whole), PH_OK);
    CU_ASSERT_EQUAL(ph_brain_find(l.brain, "pfc.E.7", &span), PH_OK);
    CU_ASSERT(span.population == whole.population && span.first == 7 && span.count == 1);
    CU_ASSERT_EQUAL(ph_brain_find(l.brain, "pfc.E.10-19", &span), PH_OK);
    CU_ASSERT(span.first == 10 && span.count == 10);
    snprintf(last, sizeof last, "pfc.E.0-%lld", (long long)whole.count - 1);
    CU_ASSERT_EQUAL(ph_brain_find(l.brain, last, &span), PH_OK);
    CU_ASSERT_EQUAL(span.count, whole.count);
    snprintf(last, sizeof last, "pfc.E.%lld", (long long)whole.count);
    const char *wrong[] = {last,      "pfc.E.9-8", "pfc.E.-1", "pfc.E.1-", "pfc.E.x",
                           "pfc.E.1x", "pfc.E.99999999999999999999", "pfc.E.1-2-3"};
    for (int i = 0; i < PH_COUNT(wrong); i++)
        CU_ASSERT_EQUAL(ph_brain_find(l.brain, wrong[i], &span), PH_CONFIG);
    unload(&l);
}

#define SLOW "tracts.cortex_striatum_D1.plasticity.modulation.slow="

/* Entries that name their parameter; delays in beats; what a curve is of. */
static void modulation(void)
{
    static const struct {
        const char *set;
        int beats, of;
    } cases[] = {
        {SLOW "{parameter: A_plus, receptor: D1, delay: 12.5 ms, curve: {gain: 1}}", 3,
         PH_CURVE_OF_DEVIATION},
        {SLOW "{parameter: A_plus, receptor: D1, delay: 12.4 ms, curve: {gain: 1, of: occupancy}}",
         2, PH_CURVE_OF_OCCUPANCY},
        {SLOW "{parameter: A_plus, receptor: D1, delay: 10 s, curve: {type: hill, gain: 1}}", 2000,
         PH_CURVE_OF_OCCUPANCY},
        {SLOW "{parameter: A_plus, receptor: D1, curve: {type: hill, of: deviation, gain: 1}}", 0,
         PH_CURVE_OF_DEVIATION},
    };
    for (int i = 0; i < PH_COUNT(cases); i++) {
        loaded l;
        load("quickstart/configs/quickstart.yaml", cases[i].set, &l);
        CU_ASSERT_PTR_NOT_NULL_FATAL(l.brain);
        const ph_map *map = &projection(l.brain, "cortex_striatum_D1")->modulation;
        CU_ASSERT_FATAL(map->count > 1);
        const ph_modulation *slow = (const ph_modulation *)map->items + map->count - 1;
        CU_ASSERT_STRING_EQUAL(slow->item.name, "slow");
        CU_ASSERT_STRING_EQUAL(slow->param->name, "A_plus");
        CU_ASSERT_EQUAL(slow->delay_beats, cases[i].beats);
        CU_ASSERT_EQUAL(slow->curve.of, cases[i].of);
        unload(&l);
    }
}

/* The range of a modulated parameter holds what receptors make of it, ends included. */
static void modulated_parameters_have_ranges(void)
{
    const ph_registry *rules = &stub_registries()[PH_REGISTRY_PLASTICITY];
    int n = 0;
    for (int r = 0; r < rules->count; r++)
        for (int i = 0; i < rules->items[r]->params->count; i++) {
            const ph_param *param = &rules->items[r]->params->params[i];
            if (!(param->flags & PH_PARAM_MODULATED))
                continue;
            n++;
            CU_ASSERT_EQUAL(param->kind, PH_KIND_REAL);
            CU_ASSERT(param->min < param->max && !(param->flags & PH_PARAM_POSITIVE));
        }
    CU_ASSERT(n > 0);
}

static void phases(void)
{
    loaded l;
    load("quickstart/configs/quickstart.yaml", NULL, &l);
    CU_ASSERT_PTR_NOT_NULL_FATAL(l.brain);
    CU_ASSERT_EQUAL_FATAL(l.brain->n_phases, 3);
    const stub_task *before = l.brain->phase_brains[0]->task.params;
    const stub_task *test = l.brain->phase_brains[2]->task.params;
    CU_ASSERT_STRING_EQUAL(before->rule, "first");
    CU_ASSERT_STRING_EQUAL(test->rule, "second");
    CU_ASSERT(before->split == 0 && test->split == 1);
    CU_ASSERT_EQUAL(test->rules.count, 2);
    const stub_rule *rules = test->rules.items;
    CU_ASSERT_EQUAL(rules[1].words.count, 4);
    CU_ASSERT_STRING_EQUAL(((const stub_word *)rules[1].words.items)[0].word, "right");
    const stub_action *actions = test->actions.items;
    CU_ASSERT(actions[1].population.span.first == 50);
    CU_ASSERT_EQUAL(l.brain->phase[2]->plasticity, PH_PLASTICITY_FROZEN);
    CU_ASSERT_EQUAL(test->images[0], '/');
    unload(&l);
}

static void scale(void)
{
    loaded l;
    load("scaled.yaml", NULL, &l);
    CU_ASSERT_PTR_NOT_NULL_FATAL(l.brain);
    const ph_projection *E_E = projection(l.brain, "r.E_E"), *T = projection(l.brain, "r.T");
    const ph_projection *E_C = projection(l.brain, "r.E_C");
    CU_ASSERT_EQUAL(l.brain->populations[0]->size, 100);
    CU_ASSERT_EQUAL(((ph_connect_fixed_indegree_params *)E_E->connect.params)->indegree, 25);
    CU_ASSERT_DOUBLE_EQUAL(E_E->weight.mean, 160, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(E_E->weight.sd, 16, 1e-9);
    CU_ASSERT_EQUAL(E_E->delay.min, 0.1);
    /* ln(0.9) / ln(1 - 1/160000) = 16857.6, times s^2 */
    CU_ASSERT_EQUAL(((ph_connect_fixed_total_params *)T->connect.params)->total, 1054);
    CU_ASSERT_DOUBLE_EQUAL(E_C->weight.mean, 4, 1e-9); /* no current: the mean alone is kept */
    /* (1 - sqrt s) tau_syn (K w rate): 100 + 42.145 synapses at 10 Hz, 100 inputs at 8 Hz */
    double current = 0.5 * 0.5 * 80 * (142.145e-2 + 0.8);
    CU_ASSERT_DOUBLE_EQUAL(l.brain->populations[0]->I_scale, current, 1e-2);
    unload(&l);
}

/* What rank 0 sends to the others gives the same brain. */
static void spreads(void)
{
    loaded one, other = {0};
    load("quickstart/configs/quickstart.yaml", "simulation.seed=7", &one);
    CU_ASSERT_PTR_NOT_NULL_FATAL(one.brain);
    char *text, *again;
    CU_ASSERT_EQUAL_FATAL(ph_tree_emit(one.tree, &text), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_tree_parse(text, "config.yaml", &other.tree), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_brain_create(other.tree, stub_registries(), &other.brain), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_tree_emit(other.tree, &again), PH_OK);
    CU_ASSERT_STRING_EQUAL(text, again);
    CU_ASSERT_EQUAL(other.brain->simulation.seed, 7);
    CU_ASSERT_EQUAL(other.brain->n_neurons, one.brain->n_neurons);
    CU_ASSERT_EQUAL_FATAL(other.brain->n_projections, one.brain->n_projections);
    for (int i = 0; i < one.brain->n_projections; i++) {
        const ph_projection *a = one.brain->projections[i], *b = other.brain->projections[i];
        CU_ASSERT(a->weight.mean == b->weight.mean && a->delay_max == b->delay_max);
        CU_ASSERT(a->source.span.first == b->source.span.first && a->port == b->port);
        CU_ASSERT(a->modulation.count == b->modulation.count);
    }
    ph_free(text);
    ph_free(again);
    unload(&one);
    unload(&other);
}

static void refuses_structure(void)
{
    const char *sets[] = {"phases.after.set={regions.pfc.scale: 0.5}",
                          "phases.after.set={tracts.cortex_pfc.weight: 2 nS}",
                          "phases.after.set={tracts.cortex_striatum_D1.plasticity.type: static}",
                          "interventions.cocaine.phases=[nowhere]",
                          "recording.V_m.populations=[pfc.EE]"};
    for (int i = 0; i < PH_COUNT(sets); i++) {
        char path[1024];
        ph_tree *tree;
        ph_brain *brain = NULL;
        snprintf(path, sizeof path, "%s/quickstart/configs/quickstart.yaml", fixtures);
        CU_ASSERT_EQUAL_FATAL(ph_config_load(path, &sets[i], 1, &tree), PH_OK);
        CU_ASSERT_EQUAL(ph_brain_create(tree, stub_registries(), &brain), PH_CONFIG);
        CU_ASSERT_PTR_NULL(brain);
        ph_tree_destroy(&tree);
    }
}

/* Every key left out, in turn: an error or a brain, never a crash. */
static void survives_missing_values(void)
{
    loaded l;
    load("quickstart/configs/quickstart.yaml", NULL, &l);
    CU_ASSERT_PTR_NOT_NULL_FATAL(l.brain);
    char *text;
    CU_ASSERT_EQUAL_FATAL(ph_tree_emit(l.tree, &text), PH_OK);
    for (size_t skip = 0; text[skip]; skip++) {
        if (skip > 0 && text[skip - 1] != '\n')
            continue;
        char *less = ph_strdup(text);
        CU_ASSERT_PTR_NOT_NULL_FATAL(less);
        size_t line = strcspn(less + skip, "\n") + 1;
        memmove(less + skip, less + skip + line, strlen(less + skip + line) + 1);
        ph_tree *tree = NULL;
        ph_brain *brain = NULL;
        if (ph_tree_parse(less, "t", &tree) == PH_OK)
            (void)ph_brain_create(tree, stub_registries(), &brain);
        ph_brain_destroy(&brain);
        ph_tree_destroy(&tree);
        ph_free(less);
    }
    ph_free(text);
    unload(&l);
    CU_ASSERT_EQUAL(ph_memory_blocks(), 0);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        fixtures = argv[1];
    const suite_test tests[] = {{"one neuron", one_neuron},
                                {"quickstart", quickstart},
                                {"cells of a population", cells_of_a_population},
                                {"modulation", modulation},
                                {"modulated parameters have ranges",
                                 modulated_parameters_have_ranges},
                                {"phases", phases},
                                {"scale", scale},
                                {"spreads", spreads},
                                {"refuses changes of structure", refuses_structure},
                                {"survives missing values", survives_missing_values}};
    return suite_run("brain", tests, PH_COUNT(tests));
}
