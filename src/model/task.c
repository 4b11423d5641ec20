/* SPDX-License-Identifier: Apache-2.0 */
/* What a task asks of the brain: checked where the configuration names it, in every phase. */
#include "model/internal.h"

#include <phasic/task.h>

#include <string.h>

static const ph_task_type *type_of(const ph_brain *brain)
{
    const ph_task_type *type = (const ph_task_type *)(const void *)brain->task.type;
    return type && type->layout ? type : NULL;
}

/* A message begins with the key that it is about, "task.cues.tone: ...": that is its place. */
static void add_error(ph_builder *builder, const char *message)
{
    const ph_node *node = builder->brain->task.node, *next;
    char key[PH_TREE_KEY + 1];
    while (*message == '.' || !strncmp(message, "task.", 5)) {
        message += strcspn(message, ".") + 1;
        size_t n = strcspn(message, ".: ");
        if (n > PH_TREE_KEY)
            break;
        memcpy(key, message, n);
        key[n] = '\0';
        next = ph_node_get(node, key);
        if (!next)
            break;
        node = next;
        message += n;
    }
    message += strspn(message, ": ");
    ph_errors_add(builder->reader.errors, node, "%s", message);
}

/* The node that a word was read from. */
static const ph_node *node_of(const ph_node *node, const char *word)
{
    if (node->text == word)
        return node;
    const ph_node *found = NULL;
    for (const ph_node *child = node->first; child && !found; child = child->next)
        found = node_of(child, word);
    return found;
}

/* A receptor stands beside its weight: receptor and weight, exc_receptor and exc_weight. */
static void check_input(ph_builder *builder, const ph_task_input *input)
{
    static const char ending[] = "receptor";
    const ph_node *node = node_of(builder->brain->task.node, input->receptor), *weight = NULL;
    char key[PH_TREE_KEY + 1];
    size_t n = node ? strlen(node->key) : 0;
    if (n >= sizeof ending - 1 && n < sizeof key) {
        strcpy(key, node->key);
        strcpy(key + n - (sizeof ending - 1), "weight");
        weight = ph_node_get(node->parent, key);
    }
    int port = ph_build_port(builder, node ? node : builder->brain->task.node,
                             input->span.population, input->receptor);
    if (port >= 0 && weight)
        ph_build_weight(builder, weight, input->weight, input->span.population, port);
}

ph_status ph_build_task(ph_builder *builder)
{
    const ph_brain *brain = builder->brain;
    const ph_task_type *type = type_of(brain);
    if (!type)
        return PH_OK;
    ph_task_layout layout = {.n_inputs = 0};
    ph_status status = type->layout(brain->task.params, &layout);
    if (status != PH_OK && status != PH_CONFIG)
        return status;
    if (status == PH_CONFIG)
        add_error(builder, ph_error_message());
    for (int i = 0; i < layout.n_inputs && status == PH_OK; i++)
        check_input(builder, &layout.inputs[i]);
    return PH_OK;
}

static int same_span(const ph_span *a, const ph_span *b)
{
    return a->population == b->population && a->first == b->first && a->count == b->count;
}

int ph_same_task(const ph_brain *a, const ph_brain *b)
{
    if (a->task.type != b->task.type)
        return 0;
    const ph_task_type *type = type_of(a);
    ph_task_layout one = {.n_inputs = 0}, other = {.n_inputs = 0};
    if (!type)
        return 1;
    if (type->layout(a->task.params, &one) != PH_OK ||
        type->layout(b->task.params, &other) != PH_OK ||
        one.n_channels != other.n_channels || one.n_inputs != other.n_inputs ||
        one.n_readouts != other.n_readouts || one.n_actions != other.n_actions)
        return 0;
    for (int i = 0; i < one.n_inputs; i++)
        if (!same_span(&one.inputs[i].span, &other.inputs[i].span) ||
            one.inputs[i].weight != other.inputs[i].weight ||
            strcmp(one.inputs[i].receptor, other.inputs[i].receptor) != 0)
            return 0;
    for (int r = 0; r < one.n_readouts; r++)
        if (!same_span(&one.readouts[r], &other.readouts[r]))
            return 0;
    return 1;
}
