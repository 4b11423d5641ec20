/* SPDX-License-Identifier: Apache-2.0 */
/* Phases that repeat: which come, in which order, as what brain, under which interventions.
 * argv[1]: the folder tests/fixtures. */
#include "suite.h"

#include "cli/registries.h"
#include "config/tree.h"
#include "model/brain.h"
#include "model/interventions.h"
#include "task/novelty.h"

#include <stdio.h>
#include <string.h>

static const char *fixtures = "tests/fixtures";

typedef struct world {
    ph_tree *tree;
    ph_brain *brain;
} world;

/* The fixture of nights with some more settings. */
static ph_status try_world(const char *const *sets, int n, world *w)
{
    char path[1024];
    *w = (world){0};
    snprintf(path, sizeof path, "%s/nights.yaml", fixtures);
    PH_TRY(ph_config_load(path, sets, n, &w->tree));
    return ph_brain_create(w->tree, ph_registries(), &w->brain);
}

static void open_world(const char *set, world *w)
{
    ph_status status = try_world(&set, set ? 1 : 0, w);
    if (status != PH_OK)
        fprintf(stderr, "%s\n", ph_error_message());
    CU_ASSERT_EQUAL_FATAL(status, PH_OK);
}

/* With another number of nights, which nothing names by their numbers. */
static void open_nights(const char *repeat, world *w)
{
    const char *sets[] = {repeat, "recording.weights.phases=all",
                          "interventions.fainter.phases=[night]", "interventions.dream.phases=[night]",
                          "interventions.lesion.since=night"};
    CU_ASSERT_EQUAL_FATAL(try_world(sets, PH_COUNT(sets), w), PH_OK);
}

static void close_world(world *w)
{
    ph_brain_destroy(&w->brain);
    ph_tree_destroy(&w->tree);
}

/* --- which phases come ------------------------------------------------------------------------ */

static const char *const written_out[] = {
    "day",           "night-1.sleep-1", "night-1.sleep-2", "night-1.break", "night-1.recall",
    "night-2.sleep-1", "night-2.sleep-2", "night-2.break", "night-2.recall", "later"};

static void groups_come_so_many_times_in_file_order(void)
{
    world w;
    open_world(NULL, &w);
    CU_ASSERT_EQUAL_FATAL(w.brain->n_phases, PH_COUNT(written_out));
    for (int i = 0; i < w.brain->n_phases; i++) {
        const ph_phase *phase = w.brain->phase[i];
        CU_ASSERT_STRING_EQUAL(phase->item.name, written_out[i]);
        CU_ASSERT(phase->index == i && phase->rest == (i % 4 == 3));
        CU_ASSERT(phase->has_task == (i == 9 || i % 4 == 0 || i % 4 == 3));
        CU_ASSERT_EQUAL(phase->plasticity == PH_PLASTICITY_FROZEN, i == 4 || i == 8);
    }
    close_world(&w);
    open_nights("phases.night.repeat=0", &w);
    CU_ASSERT_EQUAL_FATAL(w.brain->n_phases, 2);
    CU_ASSERT_STRING_EQUAL(w.brain->phase[1]->item.name, "later");
    close_world(&w);
    open_nights("phases.night.repeat=1", &w);
    CU_ASSERT_EQUAL_FATAL(w.brain->n_phases, 6);
    CU_ASSERT_STRING_EQUAL(w.brain->phase[4]->item.name, "night-1.recall");
    close_world(&w);
}

static double paying(const ph_brain *brain)
{
    return ((const ph_novelty_params *)brain->task.params)->paying;
}

static void repetitions_share_a_brain_of_their_own(void)
{
    world w;
    open_world(NULL, &w);
    ph_brain **brains = w.brain->phase_brains;
    CU_ASSERT(brains[0] == w.brain && brains[9] == w.brain && brains[4] != w.brain);
    for (int i = 1; i <= 4; i++)
        CU_ASSERT_PTR_EQUAL(brains[i], brains[i + 4]);
    CU_ASSERT_PTR_EQUAL(brains[1], brains[2]);
    for (int i = 0; i < 10; i++)
        CU_ASSERT_EQUAL(brains[i]->n_phases, 10);
    CU_ASSERT(brains[1]->neuromodulation.broadcast == PH_BROADCAST_TONIC);
    CU_ASSERT(brains[4]->neuromodulation.broadcast == PH_BROADCAST_GLOBAL);
    /* What a phase sets counts more than what its group sets. */
    CU_ASSERT(paying(brains[0]) == 0.5 && paying(brains[1]) == 1 && paying(brains[4]) == 0);
    CU_ASSERT_EQUAL(((const ph_novelty_params *)brains[4]->task.params)->amount, 2);
    close_world(&w);
}

/* Its group, and the phases that come after it there, keep what they had. */
static void what_a_phase_sets_is_its_own(void)
{
    static const char *const sets[] = {"phases.night.phases.sleep.set={task.paying: 0.25}"};
    world w;
    CU_ASSERT_EQUAL_FATAL(try_world(sets, PH_COUNT(sets), &w), PH_OK);
    ph_brain **brains = w.brain->phase_brains;
    CU_ASSERT(paying(brains[1]) == 0.25 && paying(brains[3]) == 1 && paying(brains[4]) == 0);
    const ph_node *phases = ph_node_get(w.tree->root, "phases");
    const ph_node *set = ph_node_get(ph_node_get(phases, "night"), "set");
    CU_ASSERT_STRING_EQUAL(ph_node_get(set, "task.paying")->text, "1");
    close_world(&w);
}

/* --- names ------------------------------------------------------------------------------------ */

/* Which phases a word names, a bit each. */
static unsigned named(const ph_brain *brain, const char *word)
{
    unsigned bits = 0;
    for (int i = 0; i < brain->n_phases; i++)
        bits |= (unsigned)ph_phase_is(brain->phase[i], word) << i;
    return bits;
}

static void words_name_a_repetition_or_all_of_them(void)
{
    static const struct {
        const char *word;
        unsigned phases;
    } cases[] = {{"day", 0x1},          {"later", 0x200},         {"night", 0x1FE},
                 {"night-1", 0x1E},     {"night-2", 0x1E0},       {"night.sleep", 0x66},
                 {"night-2.sleep", 0x60}, {"night.sleep-1", 0x22}, {"night-2.recall", 0x100},
                 {"night-2.sleep-1", 0x20}, {"nigh", 0},          {"night-3", 0},
                 {"night.", 0},         {"sleep", 0},             {"night-1.sleep-1.x", 0},
                 {"night-", 0},         {"", 0},                  {"day-1", 0}};
    world w;
    open_world(NULL, &w);
    for (int i = 0; i < PH_COUNT(cases); i++)
        CU_ASSERT_EQUAL(named(w.brain, cases[i].word), cases[i].phases);
    CU_ASSERT_EQUAL(ph_phase_first(w.brain, "night.recall"), 4);
    CU_ASSERT_EQUAL(ph_phase_first(w.brain, "night-3"), -1);
    close_world(&w);
    open_nights("phases.night.repeat=0", &w);
    CU_ASSERT_EQUAL(ph_phase_first(w.brain, "night"), 1);
    CU_ASSERT_EQUAL(ph_phase_first(w.brain, "night.recall"), 1);
    CU_ASSERT_EQUAL(ph_phase_first(w.brain, "night-1"), -1);
    CU_ASSERT_EQUAL(ph_phase_first(w.brain, "night.dream"), -1);
    close_world(&w);
}

/* --- interventions ---------------------------------------------------------------------------- */

static unsigned silenced(const ph_brain *brain, const char *address)
{
    ph_span span;
    unsigned bits = 0;
    CU_ASSERT_EQUAL_FATAL(ph_brain_find(brain, address, &span), PH_OK);
    for (int i = 0; i < brain->n_phases; i++)
        bits |= (unsigned)(ph_silenced_fraction(brain->phase_brains[i], span.population,
                                                brain->phase[i]) == 1)
                << i;
    return bits;
}

static void interventions_know_repetitions(void)
{
    world w;
    open_world(NULL, &w);
    CU_ASSERT_EQUAL(silenced(w.brain, "striatum.critic"), 0x66);
    CU_ASSERT_EQUAL(silenced(w.brain, "cortex.E"), 0);
    unsigned acting = 0;
    for (int i = 0; i < w.brain->n_phases; i++)
        acting |= (unsigned)!!ph_intervention_acting(w.brain, 1, &ph_intervention_depletion,
                                                     w.brain->phase[i])
                  << i;
    CU_ASSERT_EQUAL(acting, 0x5E);
    close_world(&w);
}

static void lesions_last_from_a_phase_on(void)
{
    world w;
    open_world(NULL, &w);
    CU_ASSERT_EQUAL(silenced(w.brain, "striatum.D1"), 0x300);
    close_world(&w);
    open_world("interventions.lesion.phases=[night]", &w);
    CU_ASSERT_EQUAL(silenced(w.brain, "striatum.D1"), 0x100);
    close_world(&w);
    /* Before any night: with none of them in what follows. */
    open_nights("phases.night.repeat=0", &w);
    CU_ASSERT_EQUAL(silenced(w.brain, "striatum.D1"), 0x2);
    close_world(&w);
}

/* --- mistakes --------------------------------------------------------------------------------- */

static void mistakes_are_named(void)
{
    static const char *const cases[][2] = {
        {"phases.night.duration=1 s", "a group of phases has no duration of its own"},
        {"phases.night.repeat=5000", "more than 10000 phases"},
        {"phases.night.set=[a]", "a mapping from paths to values is expected"},
        {"phases.night.phases.recall.set={regions.r: {}}", "a phase may set values below"},
        {"phases.later.task=false", "a duration says how long"},
        {"phases.night.phases.recall.phases={}", "unknown key 'phases'"},
        {"interventions.lesion.since=night-3", "unknown phase 'night-3'"},
        {"interventions.asleep.phases=[night.slep]", "unknown phase 'night.slep'"},
        {"recording.weights.phases=[nigt]", "there is no phase 'nigt'"},
    };
    for (int i = 0; i < PH_COUNT(cases); i++) {
        world w;
        CU_ASSERT_EQUAL(try_world(&cases[i][0], 1, &w), PH_CONFIG);
        CU_ASSERT(strstr(ph_error_message(), cases[i][1]) != NULL);
        if (!strstr(ph_error_message(), cases[i][1]))
            fprintf(stderr, "%s: %s\n", cases[i][0], ph_error_message());
        ph_tree_destroy(&w.tree);
    }
}

/* Cues of a phase are numbered by its index, and numbers end. */
static void novel_cues_have_numbers(void)
{
    world w;
    open_nights("phases.night.repeat=300", &w);
    CU_ASSERT_EQUAL(w.brain->n_phases, 1202);
    close_world(&w);
    const char *sets[] = {"phases.night.repeat=330", "recording.weights.phases=all",
                          "interventions.fainter.phases=[night]",
                          "interventions.dream.phases=[night]", "interventions.lesion.since=night",
                          "phases.night.phases.recall.set={task.novel_share: 0}"};
    CU_ASSERT_EQUAL(try_world(sets, PH_COUNT(sets) - 1, &w), PH_CONFIG);
    CU_ASSERT_PTR_NOT_NULL(strstr(ph_error_message(),
                                  "phases.night.phases.recall: night-320.recall: there are no"));
    close_world(&w);
    CU_ASSERT_EQUAL(try_world(sets, PH_COUNT(sets), &w), PH_OK);
    close_world(&w);
}

static void shuffles_begin_once(void)
{
    world w;
    open_world(NULL, &w);
    for (int p = 0; p < w.brain->n_phases; p++) {
        int begins = 0, acts = 0;
        for (int i = 0; i < w.brain->interventions.count; i++) {
            begins += ph_intervention_beginning(w.brain, i, &ph_intervention_shuffle, p, p - 1) !=
                      NULL;
            acts += ph_intervention_acting(w.brain, i, &ph_intervention_shuffle,
                                           w.brain->phase[p]) != NULL;
        }
        CU_ASSERT_EQUAL(begins, p == 5);
        CU_ASSERT_EQUAL(acts, p == 5 || p == 6);
    }
    close_world(&w);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        fixtures = argv[1];
    static const suite_test tests[] = {
        {"groups come so many times, in file order", groups_come_so_many_times_in_file_order},
        {"repetitions share a brain of their own", repetitions_share_a_brain_of_their_own},
        {"what a phase sets is its own", what_a_phase_sets_is_its_own},
        {"words name a repetition or all of them", words_name_a_repetition_or_all_of_them},
        {"interventions know repetitions", interventions_know_repetitions},
        {"lesions last from a phase on", lesions_last_from_a_phase_on},
        {"mistakes are named", mistakes_are_named},
        {"novel cues have numbers", novel_cues_have_numbers},
        {"shuffles begin once", shuffles_begin_once},
    };
    return suite_run("protocol", tests, (int)(sizeof tests / sizeof tests[0]));
}
