/* SPDX-License-Identifier: Apache-2.0 */
/* Where two configurations differ. */
#include "config/tree.h"

#include <stdio.h>
#include <string.h>

typedef struct search {
    const char *const *ignored; /* paths, NULL-terminated */
    char path[1024];
    char words[512];
} search;

static const char *text_of(const ph_node *node)
{
    if (node->kind == PH_NODE_SCALAR)
        return node->text ? node->text : "";
    return node->kind == PH_NODE_LIST ? "a list" : "a mapping";
}

static int say(search *s, const ph_node *one, const ph_node *other)
{
    if (!other)
        snprintf(s->words, sizeof s->words, "is there no more");
    else if (!one)
        snprintf(s->words, sizeof s->words, "is new");
    else
        snprintf(s->words, sizeof s->words, "is '%.200s' instead of '%.200s'", text_of(other),
                 text_of(one));
    return 1;
}

static int differs(search *s, const ph_node *one, const ph_node *other);

static int is_ignored(const search *s)
{
    for (const char *const *path = s->ignored; *path; path++)
        if (!strcmp(*path, s->path))
            return 1;
    return 0;
}

/* Children at the same place of lists, or with the same key. */
static int child_differs(search *s, const ph_node *one, const ph_node *other, int number)
{
    const char *key = one ? one->key : other->key;
    size_t length = strlen(s->path);
    if (key)
        snprintf(s->path + length, sizeof s->path - length, "%s%s", length ? "." : "", key);
    else
        snprintf(s->path + length, sizeof s->path - length, "[%d]", number);
    if (!is_ignored(s) && (one && other ? differs(s, one, other) : say(s, one, other)))
        return 1;
    s->path[length] = '\0';
    return 0;
}

static int lists_differ(search *s, const ph_node *one, const ph_node *other)
{
    const ph_node *a = one->first, *b = other->first;
    for (int i = 0; a || b; i++) {
        if (child_differs(s, a, b, i))
            return 1;
        a = a ? a->next : NULL;
        b = b ? b->next : NULL;
    }
    return 0;
}

/* The order of keys counts, but for those of the root: things are numbered by it. */
static int differs(search *s, const ph_node *one, const ph_node *other)
{
    if (one->kind != other->kind)
        return say(s, one, other);
    if (one->kind == PH_NODE_SCALAR)
        return strcmp(text_of(one), text_of(other)) != 0 && say(s, one, other);
    if (one->kind == PH_NODE_LIST)
        return lists_differ(s, one, other);
    const ph_node *a = one->first, *b = other->first;
    for (; a && b && !strcmp(a->key, b->key); a = a->next, b = b->next)
        if (child_differs(s, a, b, 0))
            return 1;
    for (const ph_node *left = a; left; left = left->next)
        if (child_differs(s, left, ph_node_get(other, left->key), 0))
            return 1;
    for (; b; b = b->next)
        if (!ph_node_get(one, b->key))
            return child_differs(s, NULL, b, 0);
    if (!a || !s->path[0])
        return 0;
    snprintf(s->words, sizeof s->words, "has its keys in another order");
    return 1;
}

ph_status ph_tree_compare(const ph_tree *one, const ph_tree *other, const char *const *ignored)
{
    search s = {.ignored = ignored};
    if (!differs(&s, one->root, other->root))
        return PH_OK;
    return ph_error(PH_CONFIG, "%s %s", s.path, s.words);
}
