/* SPDX-License-Identifier: Apache-2.0 */
/* Which rank has which region: by cost, and as a configuration says. */
#include "suite.h"

#include "base/memory.h"
#include "cli/registries.h"
#include "config/tree.h"
#include "layout/layout.h"

#include <stdio.h>
#include <string.h>

#define CONFIG "tests/fixtures/controllers.yaml" /* cortex, hippocampus, striatum; brainstem's nuclei */

enum { CORTEX, HIPPOCAMPUS, STRIATUM, BRAINSTEM, REGIONS };

typedef struct scene {
    ph_tree *tree;
    ph_brain *brain;
    ph_layout *layout;
} scene;

/* @param set "layout={...}"; NULL: by cost */
static ph_status open(const char *set, int ranks, scene *s)
{
    *s = (scene){0};
    ph_status status = ph_config_load(CONFIG, &set, set != NULL, &s->tree);
    if (status == PH_OK)
        status = ph_brain_create(s->tree, ph_registries(), &s->brain);
    if (status == PH_OK)
        status = ph_layout_create(s->brain, ranks, ranks, 1, &s->layout);
    return status;
}

static void close(scene *s)
{
    ph_layout_destroy(&s->layout);
    ph_brain_destroy(&s->brain);
    ph_tree_destroy(&s->tree);
}

/* "0 1-2 0 3": ranks by region. */
static void expect(const char *set, int ranks, const char *expected, int root, int idle)
{
    scene s;
    char text[256] = "";
    ph_status status = open(set, ranks, &s);
    if (status != PH_OK)
        fprintf(stderr, "%s\n", ph_error_message());
    CU_ASSERT_EQUAL_FATAL(status, PH_OK);
    CU_ASSERT_EQUAL_FATAL(s.brain->n_regions, REGIONS);
    for (int g = 0, used = 0; g < REGIONS; g++) {
        int first = s.layout->region_first[g], last = first + s.layout->region_ranks[g] - 1;
        used += snprintf(text + used, sizeof text - (size_t)used, last > first ? "%s%d-%d" : "%s%d",
                         g ? " " : "", first, last);
    }
    if (strcmp(text, expected) != 0)
        fprintf(stderr, "%s on %d: %s instead of %s\n", set ? set : "by cost", ranks, text,
                expected);
    CU_ASSERT_STRING_EQUAL(text, expected);
    CU_ASSERT_EQUAL(s.layout->root, root);
    CU_ASSERT_EQUAL(s.layout->n_idle, idle);
    close(&s);
}

static void a_region_goes_where_the_layout_says(void)
{
    expect("layout={cortex: 3, hippocampus: 0, striatum: 1, brainstem: 2}", 4, "3 0 1 2", 2, 0);
    expect("layout={cortex: 0-3, hippocampus: 1-2, striatum: 2, brainstem: 0}", 4, "0-3 1-2 2 0",
           0, 0);
    expect("layout={cortex: 1, hippocampus: 1, striatum: 1, brainstem: 1}", 3, "1 1 1 1", 1, 2);
}

/* Without a word they are whole, on the rank that has least to do; nuclei likewise. */
static void other_regions_go_where_the_load_is_least(void)
{
    expect("layout={cortex: 0-1, hippocampus: 0-1, striatum: any}", 3, "0-1 0-1 2 2", 2, 0);
    expect("layout={cortex: 2, hippocampus: 0}", 3, "2 0 1 1", 1, 0);
    expect("layout={cortex: any, hippocampus: any, striatum: any, brainstem: any}", 1, "0 0 0 0", 0,
           0);
}

static void a_rank_that_is_not_there_is_an_error(void)
{
    scene s;
    CU_ASSERT_EQUAL(open("layout={striatum: 1-3}", 3, &s), PH_CONFIG);
    CU_ASSERT_PTR_NOT_NULL(strstr(ph_error_message(), "layout.striatum"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ph_error_message(), "there is no rank 3 in a run of 3"));
    close(&s);
}

/* Whatever the layout: each neuron has one owner, which has it in its share. */
static void every_neuron_has_one_owner(void)
{
    static const char *const sets[] = {
        NULL, "layout={cortex: 0-4, hippocampus: 2-3, brainstem: 4}", "layout={striatum: 4}"};
    for (int k = 0; k < PH_COUNT(sets); k++) {
        scene s;
        CU_ASSERT_EQUAL_FATAL(open(sets[k], 5, &s), PH_OK);
        for (int p = 0; p < s.brain->n_populations; p++) {
            int64_t size = s.brain->populations[p]->size, seen = 0;
            for (int r = 0; r < 5; r++) {
                int64_t first, count;
                ph_layout_share(s.layout, s.brain, p, r, &first, &count);
                for (int64_t i = first; i < first + count; i++)
                    CU_ASSERT(ph_layout_owner(s.layout, s.brain,
                                              s.brain->populations[p]->gid + i) == r);
                seen += count;
            }
            CU_ASSERT_EQUAL(seen, size);
        }
        close(&s);
    }
}

int main(void)
{
    static const suite_test tests[] = {
        {"a region goes where the layout says", a_region_goes_where_the_layout_says},
        {"other regions go where the load is least", other_regions_go_where_the_load_is_least},
        {"a rank that is not there is an error", a_rank_that_is_not_there_is_an_error},
        {"every neuron has one owner", every_neuron_has_one_owner},
    };
    return suite_run("layout", tests, (int)(sizeof tests / sizeof *tests));
}
