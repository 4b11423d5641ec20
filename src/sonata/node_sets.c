/* SPDX-License-Identifier: Apache-2.0 */
/* Node sets: a mapping means the nodes for which all of its keys hold, a list those of any of the
 * sets that it names. */
#include "sonata/attributes.h"
#include "sonata/circuit.h"

#include "base/units.h"

#include <string.h>

#define DEEPEST 50

/* Of one population. */
typedef struct mask {
    uint8_t *has; /* by node; NULL: all of them, or none */
    int is_all;
} mask;

static ph_status resolve(ph_circuit *circuit, const ph_json *json, const ph_node *set, int depth,
                         mask *masks);

static ph_status make_mask(const ph_circuit *circuit, int p, mask *m)
{
    int64_t n = circuit->populations[p].size;
    if (m->has)
        return PH_OK;
    PH_TREE_ALLOC(circuit->tree, m->has, n);
    memset(m->has, m->is_all, (size_t)n);
    m->is_all = 0;
    return PH_OK;
}

static int is_empty(const mask *m)
{
    return !m->has && !m->is_all;
}

/* --- mappings --------------------------------------------------------------------------------- */

/* Whether a value is a scalar's, or among a list's. */
static int is_among(const ph_node *values, const char *text)
{
    if (values->kind == PH_NODE_SCALAR)
        return !strcmp(values->text, text);
    for (const ph_node *child = values->first; child; child = child->next)
        if (child->kind == PH_NODE_SCALAR && !strcmp(child->text, text))
            return 1;
    return 0;
}

/* Whether a set means nodes of a population; without the key, of all. */
static int is_meant(const ph_node *set, const ph_node_population *population)
{
    const ph_node *populations = ph_node_get(set, "population");
    return !populations || is_among(populations, population->name);
}

/* Of the populations that a set names. */
static const ph_node_population *largest(const ph_circuit *circuit, const ph_node *set)
{
    const ph_node_population *found = NULL;
    for (int p = 0; p < circuit->n_populations; p++) {
        const ph_node_population *population = &circuit->populations[p];
        if (is_meant(set, population) && (!found || population->size > found->size))
            found = population;
    }
    return found;
}

/* Names and numbers stand alone or in lists; comparisons are for attributes. */
static ph_status check_values(const ph_node *set)
{
    static const char *const keys[] = {"population", "node_id"};
    for (int k = 0; k < PH_COUNT(keys); k++) {
        const ph_node *values = ph_node_get(set, keys[k]);
        if (values && values->kind == PH_NODE_MAPPING)
            return ph_json_error(values, "%s: a value or a list of values is expected", keys[k]);
    }
    return PH_OK;
}

/* Not all populations of a set need to have the node. */
static ph_status mark_id(const ph_node_population *population, const ph_node_population *most,
                         const ph_node *node, uint8_t *wanted)
{
    int64_t id;
    if (node->kind != PH_NODE_SCALAR || ph_integer_parse(node->text, &id) != PH_OK || id < 0 ||
        id >= most->size)
        return ph_json_error(node, "'%.40s' is no node of %s, which has nodes 0 to %lld",
                             node->text ? node->text : "", most->name, (long long)most->size - 1);
    if (id < population->size)
        wanted[id] = 1;
    return PH_OK;
}

static ph_status keep_ids(const ph_circuit *circuit, int p, const ph_node *set,
                          const ph_node *values, mask *m)
{
    const ph_node_population *population = &circuit->populations[p], *most = largest(circuit, set);
    uint8_t *wanted;
    PH_TREE_ALLOC(circuit->tree, wanted, population->size);
    if (values->kind == PH_NODE_SCALAR)
        PH_TRY(mark_id(population, most, values, wanted));
    for (const ph_node *child = values->first; child; child = child->next)
        PH_TRY(mark_id(population, most, child, wanted));
    PH_TRY(make_mask(circuit, p, m));
    for (int64_t i = 0; i < population->size; i++)
        m->has[i] &= wanted[i];
    return PH_OK;
}

/* Keep those of a population for which all keys hold. */
static ph_status filter(const ph_circuit *circuit, int p, const ph_node *set, mask *m)
{
    *m = (mask){.is_all = is_meant(set, &circuit->populations[p])};
    for (const ph_node *key = set->first; key && !is_empty(m); key = key->next) {
        if (!strcmp(key->key, "population"))
            continue;
        if (!strcmp(key->key, "node_id")) {
            PH_TRY(keep_ids(circuit, p, set, key, m));
            continue;
        }
        PH_TRY(make_mask(circuit, p, m));
        PH_TRY(ph_attribute_filter(circuit->tree, &circuit->populations[p], key, m->has));
    }
    return PH_OK;
}

/* --- names and lists -------------------------------------------------------------------------- */

static ph_status by_name(ph_circuit *circuit, const ph_json *json, const ph_node *set, int depth,
                         mask *masks)
{
    const ph_node *found = json->root ? ph_node_get(json->root, set->text) : NULL;
    const ph_node_population *population = ph_circuit_find(circuit, set->text);
    if (found)
        return resolve(circuit, json, found, depth + 1, masks);
    for (int c = 0; c < circuit->n_circuits && !population; c++)
        if (ph_circuit_find(&circuit->circuits[c], set->text))
            return PH_OK; /* nodes of another region */
    if (!population)
        return ph_json_error(set, "there is no node set and no node population '%.60s'", set->text);
    masks[population - circuit->populations].is_all = 1;
    return PH_OK;
}

static ph_status add(const ph_circuit *circuit, const mask *more, mask *masks)
{
    for (int p = 0; p < circuit->n_populations; p++) {
        if (is_empty(&more[p]) || (masks[p].is_all && !masks[p].has))
            continue;
        if (is_empty(&masks[p]) || !more[p].has) {
            masks[p] = more[p];
            continue;
        }
        for (int64_t i = 0; i < circuit->populations[p].size; i++)
            masks[p].has[i] |= more[p].has[i];
    }
    return PH_OK;
}

static ph_status resolve(ph_circuit *circuit, const ph_json *json, const ph_node *set, int depth,
                         mask *masks)
{
    if (depth > DEEPEST)
        return ph_json_error(set, "node sets contain each other");
    if (set->kind == PH_NODE_SCALAR)
        return by_name(circuit, json, set, depth, masks);
    if (set->kind == PH_NODE_MAPPING) {
        PH_TRY(check_values(set));
        for (int p = 0; p < circuit->n_populations; p++)
            PH_TRY(filter(circuit, p, set, &masks[p]));
        return PH_OK;
    }
    for (const ph_node *child = set->first; child; child = child->next) {
        mask *more;
        PH_TREE_ALLOC(circuit->tree, more, circuit->n_populations);
        PH_TRY(resolve(circuit, json, child, depth + 1, more));
        PH_TRY(add(circuit, more, masks));
    }
    return PH_OK;
}

/* --- results ---------------------------------------------------------------------------------- */

static ph_status list_nodes(const ph_circuit *circuit, int p, const mask *m, ph_chosen *set)
{
    int64_t size = circuit->populations[p].size;
    *set = (ph_chosen){.population = &circuit->populations[p], .n = size};
    if (!m->has)
        return PH_OK;
    PH_TREE_ALLOC(circuit->tree, set->nodes, size);
    set->n = 0;
    for (int64_t i = 0; i < size; i++)
        if (m->has[i])
            set->nodes[set->n++] = i;
    if (set->n == size)
        set->nodes = NULL;
    return PH_OK;
}

static ph_status find_file(const ph_circuit *circuit, const char **path)
{
    const ph_node *named = ph_node_get(circuit->json.root, "node_sets_file");
    *path = circuit->options.node_sets;
    return !*path && named ? ph_json_path(&circuit->json, named, path) : PH_OK;
}

ph_status ph_circuit_node_set(ph_circuit *circuit, const ph_node *set, ph_chosen **sets, int *n)
{
    mask *masks;
    const char *path;
    *n = 0;
    PH_TRY(find_file(circuit, &path));
    if (path && !circuit->node_sets.root)
        PH_TRY(ph_json_read(circuit->tree, path, &circuit->node_sets));
    PH_TREE_ALLOC(circuit->tree, masks, circuit->n_populations);
    PH_TREE_ALLOC(circuit->tree, *sets, circuit->n_populations);
    PH_TRY(resolve(circuit, &circuit->node_sets, set, 0, masks));
    for (int p = 0; p < circuit->n_populations; p++) {
        if (is_empty(&masks[p]))
            continue;
        PH_TRY(list_nodes(circuit, p, &masks[p], &(*sets)[*n]));
        *n += (*sets)[*n].n > 0;
    }
    return PH_OK;
}

ph_status ph_circuit_put_nodes(ph_tree *tree, const ph_chosen *set, const char *prefix,
                               ph_node *list)
{
    for (int64_t i = 0, end; i < set->n; i = end) {
        int64_t first = set->nodes ? set->nodes[i] : 0;
        for (end = i + 1; end < set->n && (!set->nodes || set->nodes[end] == first + end - i);)
            end++;
        if (end - i == 1)
            PH_TRY(ph_put_text(tree, list, NULL, "%s%lld", prefix, (long long)first));
        else
            PH_TRY(ph_put_text(tree, list, NULL, "%s%lld-%lld", prefix, (long long)first,
                               (long long)(first + end - i - 1)));
    }
    return PH_OK;
}
