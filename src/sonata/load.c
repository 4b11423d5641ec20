/* SPDX-License-Identifier: Apache-2.0 */
/* Taking circuits into regions, between the overrides and the reading of the configuration. */
#include "sonata/sonata.h"

#include "config/read.h"
#include "model/tables.h"
#include "sonata/circuit.h"
#include "sonata/simulation.h"

/* Of one load. */
typedef struct loading {
    const ph_registry *registries;
    const ph_comm *comm;
    const char *simulation; /* path of a simulation_config.json; NULL: a configuration of phasic */
} loading;

/* --- before overrides ------------------------------------------------------------------------- */

static ph_status begin(void *context, ph_tree *tree, const char *path)
{
    loading *l = context;
    if (!ph_is_simulation(tree->root))
        return PH_OK;
    l->simulation = path;
    return ph_simulation_begin(tree, path, &tree->root);
}

/* --- after them ------------------------------------------------------------------------------- */

static ph_status read_options(ph_tree *tree, ph_errors *errors, ph_node *node, ph_circuit *circuit)
{
    const ph_reader reader = {.tree = tree, .errors = errors};
    int before = errors->count;
    PH_TRY(ph_read_table(&reader, &ph_sonata_table, node, &circuit->options));
    return errors->count > before ? PH_CONFIG : PH_OK;
}

/* What has a name among the keys comes first, in their order; what has none comes behind it. */
static void order_by(ph_node *made, const char *const *keys, int n)
{
    int others = made->count;
    for (int k = 0; k < n; k++) {
        ph_node *child = ph_node_get(made, keys[k]);
        ph_node_remove(made, child);
        ph_node_append(made, child);
    }
    for (others -= n; others > 0; others--) {
        ph_node *child = made->first;
        ph_node_remove(made, child);
        ph_node_append(made, child);
    }
}

/* What stands in `over` goes on top, and says the order. */
static ph_status merge_over(ph_tree *tree, ph_node *made, ph_node *over)
{
    const char **keys;
    int n = 0;
    PH_TREE_ALLOC(tree, keys, over->count);
    for (const ph_node *child = over->first; child; child = child->next)
        keys[n++] = child->key;
    PH_TRY(ph_node_merge(made, over));
    order_by(made, keys, n);
    return PH_OK;
}

/* Put what was made under a key of a mapping; what stands there already goes on top. */
static ph_status put_under(ph_tree *tree, ph_node *parent, const char *key, ph_node *made)
{
    ph_node *over = ph_node_get(parent, key);
    made->key = key;
    if (!over) {
        if (made->count > 0)
            ph_node_append(parent, made);
        return PH_OK;
    }
    if (over->kind != PH_NODE_MAPPING)
        return PH_OK; /* reading will say so */
    ph_node_replace(parent, over, made);
    return merge_over(tree, made, over);
}

static ph_status take_in(ph_tree *tree, ph_errors *errors, const loading *l, ph_circuit *circuits,
                         int n)
{
    ph_node *tracts;
    PH_TRY(ph_node_create(tree, PH_NODE_MAPPING, tree->root, &tracts));
    for (int c = 0; c < n; c++) {
        ph_node *node = ph_node_get(circuits[c].region, "sonata");
        circuits[c].place = node;
        ph_status status = read_options(tree, errors, node, &circuits[c]);
        if (status != PH_OK)
            return status == PH_CONFIG ? PH_OK : status; /* the errors are kept */
        PH_TRY(ph_circuit_read(&circuits[c]));
    }
    for (int c = 0; c < n; c++) {
        circuits[c].circuits = circuits;
        circuits[c].n_circuits = n;
        PH_TRY(ph_circuit_projections(circuits, n, &circuits[c], tracts));
    }
    for (int c = 0; c < n; c++)
        PH_TRY(ph_circuit_inputs(&circuits[c]));
    if (l->simulation)
        PH_TRY(ph_simulation_end(circuits, n, l->simulation, tree->root));
    for (int c = 0; c < n; c++) {
        PH_TRY(put_under(tree, circuits[c].region, "populations", circuits[c].made_populations));
        PH_TRY(put_under(tree, circuits[c].region, "projections", circuits[c].made_projections));
        ph_node_remove(circuits[c].region, ph_node_get(circuits[c].region, "sonata"));
    }
    return put_under(tree, tree->root, "tracts", tracts);
}

static ph_status end(void *context, ph_tree *tree, ph_errors *errors)
{
    const loading *l = context;
    ph_node *regions = ph_node_get(tree->root, "regions");
    ph_circuit *circuits;
    int n = 0;
    if (!regions || regions->kind != PH_NODE_MAPPING)
        return PH_OK;
    PH_TREE_ALLOC(tree, circuits, regions->count);
    for (ph_node *region = regions->first; region; region = region->next)
        if (ph_node_get(region, "sonata"))
            circuits[n++] = (ph_circuit){.tree = tree,
                                           .registries = l->registries,
                                           .comm = l->comm,
                                           .region = region,
                                           .name = region->key};
    return n > 0 ? take_in(tree, errors, l, circuits, n) : PH_OK;
}

ph_status ph_sonata_load(const char *path, const char *const *sets, int n_sets,
                         const ph_registry *registries, const ph_comm *comm, ph_tree **tree)
{
    loading l = {.registries = registries, .comm = comm};
    const ph_config_steps steps = {&l, begin, end};
    return ph_config_load_by(path, sets, n_sets, &steps, tree);
}
