/* SPDX-License-Identifier: Apache-2.0 */
/* Parsing, merging, overriding and writing of configurations. */
#include "suite.h"

#include "base/memory.h"
#include "config/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A tree from text with `like`s and overrides done, as text again; freed with ph_free. */
static char *resolved(const char *text, const char *const *sets, int n_sets)
{
    char name[] = "/tmp/phasic-test-XXXXXX", *out = NULL;
    int file = mkstemp(name);
    if (file < 0)
        return NULL;
    ssize_t wrote = write(file, text, strlen(text));
    close(file);
    ph_tree *tree = NULL;
    if (wrote == (ssize_t)strlen(text) && ph_config_load(name, sets, n_sets, &tree) == PH_OK)
        (void)ph_tree_emit(tree, &out);
    ph_tree_destroy(&tree);
    unlink(name);
    return out;
}

static void expect(const char *text, const char *set, const char *wanted)
{
    char *got = resolved(text, &set, set ? 1 : 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(got);
    if (strcmp(got, wanted) != 0)
        fprintf(stderr, "got:\n%swanted:\n%s", got, wanted);
    CU_ASSERT_STRING_EQUAL(got, wanted);
    ph_free(got);
}

static void merges_likes(void)
{
    expect("a: {x: 1, m: {p: 1, q: 2}}\nb: {like: a, m: {q: 3}}\n", NULL,
           "a:\n  x: 1\n  m:\n    p: 1\n    q: 2\nb:\n  x: 1\n  m:\n    p: 1\n    q: 3\n");
    expect("b: {like: a, l: [3]}\na: {l: [1, 2]}\n", NULL, "b:\n  l:\n    - 3\na:\n  l:\n    - 1\n"
                                                           "    - 2\n");
    expect("a: {m: {type: x, p: 1}}\nb: {like: a, m: {type: y, q: 2}}\n", NULL,
           "a:\n  m:\n    type: x\n    p: 1\nb:\n  m:\n    type: y\n    q: 2\n");
    expect("c: {like: b, z: 3}\nb: {like: a, y: 2}\na: {x: 1}\n", NULL,
           "c:\n  x: 1\n  y: 2\n  z: 3\nb:\n  x: 1\n  y: 2\na:\n  x: 1\n");
}

static void overrides(void)
{
    expect("a: {x: 1}\n", "a.x=2", "a:\n  x: 2\n");
    expect("a: {x: 1}\n", "a.y=5 s", "a:\n  x: 1\n  y: 5 s\n");
    expect("a: {x: 1}\n", "b.c.d=[1, 2]", "a:\n  x: 1\nb:\n  c:\n    d:\n      - 1\n      - 2\n");
    expect("a: {type: x, p: 1}\n", "a.type=y", "a:\n  type: y\n");
    expect("a: {type: x, p: 1}\n", "a.type=x", "a:\n  type: x\n  p: 1\n");
    expect("a: {x: 1}\nb: {like: a}\n", "a.x=2", "a:\n  x: 2\nb:\n  x: 1\n");
}

static void refuses_overrides(void)
{
    const char *bad[] = {"", "=", "a", "a.=1", ".a=1", "a..b=1", "a=", "a=[", "a.like=b", "from=c"};
    for (int i = 0; i < PH_COUNT(bad); i++)
        CU_ASSERT_PTR_NULL(resolved("a: {x: 1}\n", &bad[i], 1));
}

static int fails(const char *text, const char *message)
{
    ph_tree *tree;
    int failed = ph_tree_parse(text, "t.yaml", &tree) == PH_CONFIG && !tree &&
                 strstr(ph_error_message(), message) != NULL;
    if (!failed)
        fprintf(stderr, "%s\n", ph_error_message());
    ph_tree_destroy(&tree);
    return failed;
}

static void refuses_bad_yaml(void)
{
    CU_ASSERT(fails("", "the file is empty"));
    CU_ASSERT(fails("# nothing\n", "the file is empty"));
    CU_ASSERT(fails("a: 1\nb: 2\na: 3\n", "t.yaml:3:1: duplicate key 'a'; it stands in line 1"));
    CU_ASSERT(fails("a: &x [*x]\n", "contains itself"));
    CU_ASSERT(fails("a: &x {b: *x}\n", "contains itself"));
    CU_ASSERT(fails("a: 1\n---\nb: 2\n", "second document"));
    CU_ASSERT(fails("a: [1\n", "not YAML"));
    CU_ASSERT(fails("a: !!python/object 1\n", "tags"));
    CU_ASSERT(fails("[a]: 1\n", "a key must be a word"));
    CU_ASSERT(fails("\"a\": \"\\0\"\n", "null character"));
    CU_ASSERT(fails("a: *b\n", "undefined alias"));
    CU_ASSERT(fails("a: 1\na: 2\nb: 1\nb: 2\n", "t.yaml:4:1")); /* all of them */
}

static void keeps_anchors(void)
{
    expect("a: &x {p: 1}\nb: *x\n", NULL, "a:\n  p: 1\nb:\n  p: 1\n");
}

/* Texts that need quotes, escapes and none come back as they were. */
static void writes_what_it_reads(void)
{
    const char *texts[] = {"a: 1\n",
                           "a: \"1\"\nb: '5 ms'\nc: 5 ms\n",
                           "a: {}\nb: []\nc:\nd: ''\n",
                           "a: \"x: y\"\nb: \"- z\"\nc: -1 mV\nd: -x\n",
                           "a: \"line\\nbreak\\ttab \\\\ \\\" \\e\"\n",
                           "a: |\n  block\n  text\nb: >\n  folded\n  text\n",
                           "a: plain\n  text over\n\n  lines\n",
                           "\"key: odd\": 1\n? \"# k\"\n: 2\n",
                           "a: [[1, [2]], {b: [{c: d}]}, '']\n",
                           "a: \"\\N \\L \\P \\u00e9 \\uFEFF \\x01\"\n",
                           "- 1\n- {a: b}\n",
                           "a: /s\nb: 0.04 /s\nc: a#b\nd: \"a #b\"\ne: \"...\"\nf: ~\n"};
    for (int i = 0; i < PH_COUNT(texts); i++) {
        ph_tree *tree = NULL, *again = NULL;
        char *first = NULL, *second = NULL;
        CU_ASSERT_EQUAL_FATAL(ph_tree_parse(texts[i], "t", &tree), PH_OK);
        CU_ASSERT_EQUAL_FATAL(ph_tree_emit(tree, &first), PH_OK);
        ph_status status = ph_tree_parse(first, "t", &again);
        if (status != PH_OK)
            fprintf(stderr, "%s\n%s", ph_error_message(), first);
        CU_ASSERT_EQUAL_FATAL(status, PH_OK);
        CU_ASSERT_EQUAL_FATAL(ph_tree_emit(again, &second), PH_OK);
        CU_ASSERT_STRING_EQUAL(first, second);
        const ph_node *a = tree->root->first, *b = again->root->first;
        CU_ASSERT(!a->text || !strcmp(a->text, b->text));
        ph_free(first);
        ph_free(second);
        ph_tree_destroy(&tree);
        ph_tree_destroy(&again);
    }
}

static void frees_everything(void)
{
    CU_ASSERT_EQUAL(ph_memory_blocks(), 0);
}

int main(void)
{
    const suite_test tests[] = {{"merges likes", merges_likes},
                                {"overrides", overrides},
                                {"refuses overrides", refuses_overrides},
                                {"refuses bad YAML", refuses_bad_yaml},
                                {"keeps anchors", keeps_anchors},
                                {"writes what it reads", writes_what_it_reads},
                                {"frees everything", frees_everything}};
    return suite_run("config", tests, PH_COUNT(tests));
}
