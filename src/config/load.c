/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration file with its includes, copies and overrides, as one tree. */
#include "config/tree.h"

#include <string.h>

#define PATH_LETTERS 512

/* Nest a value under the keys of a path: a.b: V becomes {a: {b: V}}. */
static ph_status nest(ph_tree *tree, ph_errors *errors, const char *path, ph_node *value,
                      ph_node **overlay)
{
    PH_TRY(ph_node_create(tree, PH_NODE_MAPPING, value, overlay));
    ph_node *at = *overlay;
    int depth = 0;
    for (const char *word = path;; depth++) {
        size_t n = strcspn(word, ".");
        if (n == 0 || n > PH_TREE_KEY || depth >= PH_TREE_DEPTH / 2) {
            ph_errors_add_at(errors, value->file, value->line, value->column,
                             "'%.80s' is not a path of keys joined by dots", path);
            *overlay = NULL;
            return PH_OK;
        }
        ph_node *child = value;
        if (word[n])
            PH_TRY(ph_node_create(tree, PH_NODE_MAPPING, value, &child));
        child->key = ph_arena_text(&tree->arena, word, n);
        PH_CHECK(child->key, PH_RESOURCE, "out of memory: configuration");
        child->key_line = value->line;
        child->key_column = value->column;
        if (word[n])
            child->flags |= PH_NODE_STEP;
        ph_node_append(at, child);
        if (!word[n])
            return PH_OK;
        at = child;
        word += n + 1;
    }
}

ph_status ph_node_set(ph_tree *tree, ph_errors *errors, ph_node *root, const char *path,
                      ph_node *value)
{
    const char *last = strrchr(path, '.');
    last = last ? last + 1 : path;
    if (!strcmp(last, "from") || !strcmp(last, "like")) {
        ph_errors_add_at(errors, value->file, value->line, value->column,
                         "'%s' cannot be set: files and siblings have been read by then", last);
        return PH_OK;
    }
    ph_node *overlay;
    PH_TRY(nest(tree, errors, path, value, &overlay));
    return overlay ? ph_node_merge(root, overlay) : PH_OK;
}

/* One --set PATH=VALUE. */
static ph_status apply_set(ph_tree *tree, ph_errors *errors, const char *set)
{
    const char *equals = strchr(set, '=');
    const char *file = ph_tree_print(tree, "--set %.*s", PATH_LETTERS, set);
    PH_CHECK(file, PH_RESOURCE, "out of memory: configuration");
    if (!equals || equals == set) {
        ph_errors_add_at(errors, file, 0, 0, "write --set PATH=VALUE, as in task.rule=second");
        return PH_OK;
    }
    const char *path = ph_arena_text(&tree->arena, set, (size_t)(equals - set));
    PH_CHECK(path, PH_RESOURCE, "out of memory: configuration");
    ph_node *value;
    PH_TRY(ph_node_parse(tree, errors, equals + 1, strlen(equals + 1), file, 1, &value));
    return value ? ph_node_set(tree, errors, tree->root, path, value) : PH_OK;
}

static ph_status load(ph_tree *tree, ph_errors *errors, const char *path, const char *const *sets,
                      int n_sets, const ph_config_steps *steps)
{
    char *text;
    size_t bytes;
    const char *file = ph_tree_print(tree, "%s", path);
    PH_CHECK(file, PH_RESOURCE, "out of memory: configuration");
    PH_TRY(ph_file_read(tree, path, PH_CONFIG_BYTES, &text, &bytes));
    PH_TRY(ph_node_parse(tree, errors, text, bytes, file, 0, &tree->root));
    if (!tree->root)
        return PH_OK;
    if (tree->root->kind != PH_NODE_MAPPING) {
        ph_errors_add(errors, tree->root, "a configuration is a mapping of keys to values");
        return PH_OK;
    }
    if (steps)
        PH_TRY(steps->begin(steps->context, tree, file));
    PH_TRY(ph_node_include(tree, errors, tree->root, file));
    PH_TRY(ph_node_copy_likes(tree, errors, tree->root));
    for (int i = 0; i < n_sets; i++)
        PH_TRY(apply_set(tree, errors, sets[i]));
    return steps && !errors->count ? steps->end(steps->context, tree, errors) : PH_OK;
}

ph_status ph_config_load(const char *path, const char *const *sets, int n_sets, ph_tree **out)
{
    return ph_config_load_by(path, sets, n_sets, NULL, out);
}

ph_status ph_config_load_by(const char *path, const char *const *sets, int n_sets,
                            const ph_config_steps *steps, ph_tree **out)
{
    ph_tree *tree;
    ph_errors errors = {0};
    *out = NULL;
    PH_TRY(ph_tree_create(&tree));
    ph_status status = load(tree, &errors, path, sets, n_sets, steps);
    if (status == PH_OK)
        status = ph_errors_raise(&errors);
    ph_errors_free(&errors);
    if (status != PH_OK)
        ph_tree_destroy(&tree);
    *out = tree;
    return status;
}
