/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration as a tree of nodes that know where they stand: parsed from YAML, merged
 * (`from`, `like`, --set), read by tables, written back as YAML. */
#ifndef PHASIC_CONFIG_TREE_H
#define PHASIC_CONFIG_TREE_H

#include "config/arena.h"
#include "config/errors.h"
#include <phasic/param.h>
#include <phasic/status.h>

#define PH_TREE_DEPTH 64          /* most levels of nesting */
#define PH_TREE_NODES 1000000     /* most nodes, aliases and copies written out */
#define PH_TREE_KEY 200           /* most bytes of a key */

typedef enum ph_node_kind { PH_NODE_SCALAR, PH_NODE_LIST, PH_NODE_MAPPING } ph_node_kind;

enum {
    PH_NODE_QUOTED = 1,  /* a scalar in quotes, or a block scalar */
    PH_NODE_DEFAULT = 2, /* filled in from a table */
    PH_NODE_STEP = 4     /* made only as a step of the path of an override */
};

struct ph_node {
    ph_node_kind kind;
    unsigned flags;             /* PH_NODE_* */
    const char *key;            /* within a mapping; else NULL */
    const char *text;           /* of a scalar; else NULL */
    const char *file;           /* as the user named it; or the override, "--set PATH=VALUE" */
    int line, column;           /* of the value, from 1; 0: an override's */
    int key_line, key_column;   /* of the key */
    ph_node *parent;            /* NULL: the root, or a node not yet in a tree */
    ph_node *first, *last;      /* children, in file order */
    ph_node *next;              /* sibling */
    int count;                  /* children */
};

typedef struct ph_tree {
    ph_arena arena;
    ph_node *root;
    int64_t nodes; /* made so far */
    int64_t more;  /* that may be made beside PH_TREE_NODES: of data, which have no aliases */
} ph_tree;

/** @brief Make an empty tree. Not collective. @param tree out: owned by the caller */
ph_status ph_tree_create(ph_tree **tree);

/** @brief Free a tree with everything in its memory, and null the handle. Not collective. */
void ph_tree_destroy(ph_tree **tree);

/** @brief Parse YAML text into a tree of its own; `from` and `like` stay as they are.
 *  Not collective. @param name shown in messages as the file's
 *  @param tree out: owned by the caller @return PH_CONFIG with all errors, a line each */
ph_status ph_tree_parse(const char *text, const char *name, ph_tree **tree);

/** @brief Write a tree as YAML text in block style; parsing and writing that gives it again.
 *  Not collective. @param text out: owned by the caller, ph_free */
ph_status ph_tree_emit(const ph_tree *tree, char **text);

/** @brief Read a configuration file: parse, include (`from`), copy (`like`), override (--set).
 *  Not collective. @param path of the file, also its name in messages
 *  @param sets n_sets texts PATH=VALUE @param tree out: owned by the caller
 *  @return PH_CONFIG with all errors; PH_FILE when the file cannot be read */
ph_status ph_config_load(const char *path, const char *const *sets, int n_sets, ph_tree **tree);

/* What another format adds to reading a configuration file. */
typedef struct ph_config_steps {
    void *context;
    /** The file has been parsed, nothing of it resolved: the root may be made another. */
    ph_status (*begin)(void *context, ph_tree *tree, const char *path);
    /** Overrides have been applied: the tree may be changed; errors may be added. */
    ph_status (*end)(void *context, ph_tree *tree, ph_errors *errors);
} ph_config_steps;

/** @brief The same with steps of another format. Not collective. @param steps NULL: none */
ph_status ph_config_load_by(const char *path, const char *const *sets, int n_sets,
                            const ph_config_steps *steps, ph_tree **tree);

/** @brief Whether two configurations are the same, but for some keys. Not collective.
 *  @param ignored their paths, NULL-terminated
 *  @return PH_CONFIG with the path of the first difference, and what it is in either */
ph_status ph_tree_compare(const ph_tree *one, const ph_tree *other, const char *const *ignored);

/* --- used within config and model ------------------------------------------------------------ */

/** @brief Zeroed memory that lives as long as the tree. Not collective. */
void *ph_tree_alloc(ph_tree *tree, size_t n, size_t size);

/** Allocate n zeroed elements that live as long as the tree, or return PH_RESOURCE. */
#define PH_TREE_ALLOC(tree, pointer, n)                                                            \
    do {                                                                                           \
        (pointer) = ph_tree_alloc((tree), (size_t)(n), sizeof *(pointer));                         \
        if (!(pointer))                                                                            \
            return ph_error(PH_RESOURCE, "out of memory: configuration");                          \
    } while (0)

/** @brief Format a string that lives as long as the tree; NULL without memory. Not collective. */
char *ph_tree_print(ph_tree *tree, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** @brief Make a node at the place of another (NULL: no place). Not collective.
 *  @return PH_CONFIG when the tree has PH_TREE_NODES, PH_RESOURCE */
ph_status ph_node_create(ph_tree *tree, ph_node_kind kind, const ph_node *place, ph_node **node);

/** @brief The child of a mapping with this key; NULL when there is none. Not collective. */
ph_node *ph_node_get(const ph_node *mapping, const char *key);

/** @brief Put a node behind the last child. Not collective. */
void ph_node_append(ph_node *parent, ph_node *child);

/** @brief Take a child out. Not collective. */
void ph_node_remove(ph_node *parent, ph_node *child);

/** @brief Put a node in a child's place. Not collective. */
void ph_node_replace(ph_node *parent, ph_node *old, ph_node *child);

/** @brief Copy a node with all below it. Not collective. @param copy out: without a parent */
ph_status ph_node_copy(ph_tree *tree, const ph_node *node, ph_node **copy);

/** @brief Merge: mappings recursively, everything else replaces; a new `type` drops what stood
 *  beside the old one. Not collective. @param base changed in place @param over a mapping; its
 *  nodes move into base, it is used up */
ph_status ph_node_merge(ph_node *base, ph_node *over);

/** @brief Parse YAML text into nodes of a tree. Not collective.
 *  @param file name for messages, kept; @param is_override 1: nodes get no line
 *  @param node out: NULL when there were errors */
ph_status ph_node_parse(ph_tree *tree, ph_errors *errors, const char *text, size_t bytes,
                        const char *file, int is_override, ph_node **node);

/** @brief Resolve every `from` below a node. Not collective. @param path of the node's file */
ph_status ph_node_include(ph_tree *tree, ph_errors *errors, ph_node *node, const char *path);

/** @brief Resolve every `like` below a node. Not collective. */
ph_status ph_node_copy_likes(ph_tree *tree, ph_errors *errors, ph_node *node);

/** @brief Apply one override. Not collective.
 *  @param root of the tree to change @param path keys joined by dots
 *  @param value without a parent; its file is shown in messages */
ph_status ph_node_set(ph_tree *tree, ph_errors *errors, ph_node *root, const char *path,
                      ph_node *value);

#define PH_CONFIG_BYTES ((size_t)16 << 20) /* most of a configuration */
#define PH_SONATA_BYTES ((size_t)1 << 30)  /* most of a JSON file or a table of SONATA's */

/** @brief Read a file whole. Not collective. @param most bytes that it may have
 *  @param text out: in the tree's memory
 *  @return PH_FILE with the system's reason, after "PATH: " */
ph_status ph_file_read(ph_tree *tree, const char *path, size_t most, char **text, size_t *bytes);

/** @brief Folder of a path with its slash: "a/b.yaml" gives "a/", "b.yaml" gives "".
 *  Not collective. @return length of that beginning of the path */
size_t ph_path_folder(const char *path);

#endif
