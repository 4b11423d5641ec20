/* SPDX-License-Identifier: Apache-2.0 */
/* `from`: a mapping begins as the contents of a file; what stands beside `from` overrides them. */
#include "config/tree.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define DEEPEST 32
#define CHAIN_BYTES 600

/* The files being read, innermost first. */
typedef struct chain {
    const struct chain *outer;
    const char *path; /* as named */
    struct stat file; /* tells files apart, whatever their names */
    int depth;
} chain;

static ph_status include(ph_tree *tree, ph_errors *errors, ph_node *node, const chain *files);

static int is_open(const chain *files, const struct stat *file)
{
    for (; files; files = files->outer)
        if (files->file.st_ino == file->st_ino && files->file.st_dev == file->st_dev)
            return 1;
    return 0;
}

/* "a.yaml includes b.yaml includes a.yaml" */
static void write_chain(char *text, const chain *files, const char *last)
{
    const char *names[DEEPEST + 1];
    int n = 0;
    for (; files && n <= DEEPEST; files = files->outer)
        names[n++] = files->path;
    size_t used = 0;
    text[0] = '\0';
    while (n > 0 && used < CHAIN_BYTES) {
        int wrote = snprintf(text + used, CHAIN_BYTES - used, "%s includes ", names[--n]);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
    if (used < CHAIN_BYTES)
        snprintf(text + used, CHAIN_BYTES - used, "%s", last);
}

static ph_status read_included(ph_tree *tree, ph_errors *errors, const ph_node *from,
                               const char *path, const chain *files, ph_node **root)
{
    char *text;
    size_t bytes;
    ph_status status = ph_file_read(tree, path, PH_CONFIG_BYTES, &text, &bytes);
    if (status == PH_FILE) {
        ph_errors_add(errors, from, "%s", ph_error_message());
        return PH_OK;
    }
    PH_TRY(status);
    PH_TRY(ph_node_parse(tree, errors, text, bytes, path, 0, root));
    if (*root && (*root)->kind != PH_NODE_MAPPING) {
        ph_errors_add(errors, *root, "an included file must be a mapping");
        *root = NULL;
    }
    return *root ? include(tree, errors, *root, files) : PH_OK;
}

/* What the file named by `from` holds, its own includes resolved; NULL after errors. */
static ph_status open_included(ph_tree *tree, ph_errors *errors, const ph_node *from,
                               const chain *outer, ph_node **root)
{
    *root = NULL;
    if (from->kind != PH_NODE_SCALAR || !*from->text) {
        ph_errors_add(errors, from, "the name of a file is expected");
        return PH_OK;
    }
    const char *base = outer->path;
    const char *path = from->text[0] == '/'
                           ? from->text
                           : ph_tree_print(tree, "%.*s%s", (int)ph_path_folder(base), base,
                                           from->text);
    PH_CHECK(path, PH_RESOURCE, "out of memory: configuration");
    chain here = {.outer = outer, .path = path, .depth = outer->depth + 1};
    if (stat(path, &here.file) == 0 && is_open(outer, &here.file)) {
        char text[CHAIN_BYTES];
        write_chain(text, outer, path);
        ph_errors_add(errors, from, "a cycle of includes: %s", text);
        return PH_OK;
    }
    if (here.depth >= DEEPEST) {
        ph_errors_add(errors, from, "more than %d files include each other", DEEPEST);
        return PH_OK;
    }
    return read_included(tree, errors, from, path, &here, root);
}

static ph_status include_here(ph_tree *tree, ph_errors *errors, ph_node *node, ph_node *from,
                              const chain *files)
{
    ph_node *base;
    PH_TRY(open_included(tree, errors, from, files, &base));
    ph_node_remove(node, from);
    if (!base)
        return PH_OK;
    PH_TRY(ph_node_merge(base, node));
    while (base->first) {
        ph_node *child = base->first;
        ph_node_remove(base, child);
        ph_node_append(node, child);
    }
    return PH_OK;
}

static ph_status include(ph_tree *tree, ph_errors *errors, ph_node *node, const chain *files)
{
    /* What stands here names its files relative to this file, so it comes before the merge. */
    for (ph_node *child = node->first; child; child = child->next)
        if (child->kind != PH_NODE_SCALAR)
            PH_TRY(include(tree, errors, child, files));
    ph_node *from = ph_node_get(node, "from");
    return from ? include_here(tree, errors, node, from, files) : PH_OK;
}

ph_status ph_node_include(ph_tree *tree, ph_errors *errors, ph_node *node, const char *path)
{
    chain file = {.path = path};
    PH_CHECK(stat(path, &file.file) == 0, PH_FILE, "%s: %s", path, strerror(errno));
    return include(tree, errors, node, &file);
}
