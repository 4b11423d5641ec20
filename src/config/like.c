/* SPDX-License-Identifier: Apache-2.0 */
/* `like`: a mapping begins as a copy of its sibling; what stands beside `like` overrides it. */
#include "config/tree.h"

#include "base/units.h"

#include <stdio.h>
#include <string.h>

#define DEEPEST 64

/* The siblings being copied, innermost first. */
typedef struct chain {
    const struct chain *outer;
    const ph_node *node;
    int depth;
} chain;

static void add_missing(ph_errors *errors, const ph_node *parent, const ph_node *node,
                        const ph_node *like)
{
    ph_nearest nearest = ph_nearest_to(like->text);
    for (const ph_node *sibling = parent->first; sibling; sibling = sibling->next)
        if (sibling != node && sibling->kind == PH_NODE_MAPPING)
            ph_nearest_offer(&nearest, sibling->key);
    char hint[PH_HINT];
    ph_errors_add(errors, like, "there is no '%.80s' beside '%s' to copy%s", like->text, node->key,
                  ph_nearest_hint(&nearest, hint));
}

static int is_cycle(ph_errors *errors, const chain *copied, const ph_node *sibling,
                    const ph_node *like)
{
    for (const chain *link = copied; link; link = link->outer)
        if (link->node == sibling) {
            ph_errors_add(errors, like, "a cycle of likes: '%s' is a copy of itself",
                          sibling->key);
            return 1;
        }
    return 0;
}

/* Resolve the `like` of one node, after that of the sibling it names. */
static ph_status copy_like(ph_tree *tree, ph_errors *errors, ph_node *parent, ph_node *node,
                           const chain *outer)
{
    ph_node *like = ph_node_get(node, "like");
    if (!like)
        return PH_OK;
    chain here = {outer, node, outer ? outer->depth + 1 : 0};
    ph_node_remove(node, like);
    like->parent = node; /* for messages */
    if (like->kind != PH_NODE_SCALAR || !node->key) {
        ph_errors_add(errors, like, "the name of a sibling is expected");
        return PH_OK;
    }
    ph_node *sibling = ph_node_get(parent, like->text);
    if (!sibling || sibling->kind != PH_NODE_MAPPING) {
        add_missing(errors, parent, node, like);
        return PH_OK;
    }
    if (is_cycle(errors, &here, sibling, like))
        return PH_OK;
    if (here.depth >= DEEPEST) {
        ph_errors_add(errors, like, "a chain of more than %d likes", DEEPEST);
        return PH_OK;
    }
    PH_TRY(copy_like(tree, errors, parent, sibling, &here));
    ph_node *base;
    PH_TRY(ph_node_copy(tree, sibling, &base));
    PH_TRY(ph_node_merge(base, node));
    while (base->first) {
        ph_node *child = base->first;
        ph_node_remove(base, child);
        ph_node_append(node, child);
    }
    return PH_OK;
}

ph_status ph_node_copy_likes(ph_tree *tree, ph_errors *errors, ph_node *node)
{
    for (ph_node *child = node->first; child; child = child->next)
        if (child->kind == PH_NODE_MAPPING)
            PH_TRY(copy_like(tree, errors, node, child, NULL));
    for (ph_node *child = node->first; child; child = child->next)
        if (child->kind != PH_NODE_SCALAR)
            PH_TRY(ph_node_copy_likes(tree, errors, child));
    return PH_OK;
}
