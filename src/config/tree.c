/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes: making, linking, copying and merging. */
#include "config/tree.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

ph_status ph_tree_create(ph_tree **tree)
{
    PH_ALLOC(*tree, 1);
    return PH_OK;
}

void ph_tree_destroy(ph_tree **tree)
{
    if (!*tree)
        return;
    ph_arena_free(&(*tree)->arena);
    ph_free(*tree);
    *tree = NULL;
}

void *ph_tree_alloc(ph_tree *tree, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / 2 / size)
        return NULL;
    return ph_arena_alloc(&tree->arena, n * size > 0 ? n * size : 1);
}

char *ph_tree_print(ph_tree *tree, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    char *text = n < 0 ? NULL : ph_arena_alloc(&tree->arena, (size_t)n + 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

ph_status ph_node_create(ph_tree *tree, ph_node_kind kind, const ph_node *place, ph_node **node)
{
    PH_CHECK(tree->nodes < PH_TREE_NODES + tree->more, PH_CONFIG,
             "%s: more than %d values when aliases, includes and likes are written out",
             place ? place->file : "configuration", PH_TREE_NODES);
    PH_TREE_ALLOC(tree, *node, 1);
    tree->nodes++;
    (*node)->kind = kind;
    if (place) {
        (*node)->file = place->file;
        (*node)->line = (*node)->key_line = place->line;
        (*node)->column = (*node)->key_column = place->column;
    }
    return PH_OK;
}

ph_node *ph_node_get(const ph_node *mapping, const char *key)
{
    if (!mapping || mapping->kind != PH_NODE_MAPPING)
        return NULL;
    for (ph_node *child = mapping->first; child; child = child->next)
        if (!strcmp(child->key, key))
            return child;
    return NULL;
}

void ph_node_append(ph_node *parent, ph_node *child)
{
    child->parent = parent;
    child->next = NULL;
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->count++;
}

/* The pointer that points to a child, and the sibling before it. */
static ph_node **link_of(ph_node *parent, const ph_node *child, ph_node **before)
{
    ph_node **link = &parent->first;
    for (*before = NULL; *link != child; link = &(*link)->next)
        *before = *link;
    return link;
}

void ph_node_remove(ph_node *parent, ph_node *child)
{
    ph_node *before, **link = link_of(parent, child, &before);
    *link = child->next;
    if (parent->last == child)
        parent->last = before;
    parent->count--;
    child->parent = child->next = NULL;
}

void ph_node_replace(ph_node *parent, ph_node *old, ph_node *child)
{
    ph_node *before, **link = link_of(parent, old, &before);
    *link = child;
    child->next = old->next;
    child->parent = parent;
    child->key = old->key;
    if (parent->last == old)
        parent->last = child;
    old->parent = old->next = NULL;
}

ph_status ph_node_copy(ph_tree *tree, const ph_node *node, ph_node **copy)
{
    PH_TRY(ph_node_create(tree, node->kind, node, copy));
    (*copy)->flags = node->flags;
    (*copy)->key = node->key;
    (*copy)->text = node->text;
    (*copy)->key_line = node->key_line;
    (*copy)->key_column = node->key_column;
    for (const ph_node *child = node->first; child; child = child->next) {
        ph_node *below;
        PH_TRY(ph_node_copy(tree, child, &below));
        ph_node_append(*copy, below);
    }
    return PH_OK;
}

static int has_new_type(const ph_node *base, const ph_node *over)
{
    const ph_node *old = ph_node_get(base, "type"), *type = ph_node_get(over, "type");
    return old && type && old->text && type->text && strcmp(old->text, type->text) != 0;
}

ph_status ph_node_merge(ph_node *base, ph_node *over)
{
    if (has_new_type(base, over))
        while (base->first)
            ph_node_remove(base, base->first);
    while (over->first) {
        ph_node *child = over->first;
        ph_node_remove(over, child);
        ph_node *old = ph_node_get(base, child->key);
        if (!old)
            ph_node_append(base, child);
        else if (old->kind == PH_NODE_MAPPING && child->kind == PH_NODE_MAPPING)
            PH_TRY(ph_node_merge(old, child));
        else
            ph_node_replace(base, old, child);
    }
    return PH_OK;
}
