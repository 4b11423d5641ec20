/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters by neuron: those of the types are read as if they stood in `neuron`; which columns
 * there are is known from the configuration, what is in them when the network is built. */
#include "model/internal.h"

#include "base/units.h"

#include <string.h>

static const ph_param *param_of(const ph_table *table, const char *name)
{
    for (int i = 0; i < table->count; i++)
        if (table->params[i].kind == PH_KIND_REAL && !strcmp(table->params[i].name, name))
            return &table->params[i];
    return NULL;
}

static void find_columns(ph_builder *builder, ph_population *population)
{
    const ph_table *table = population->neuron.type->params;
    ph_node_column *columns = population->nodes.columns.items;
    for (int c = 0; c < population->nodes.columns.count; c++) {
        columns[c].param = param_of(table, columns[c].item.name);
        if (!columns[c].param && strcmp(columns[c].item.name, "V_init") != 0)
            ph_errors_add_key(builder->reader.errors, columns[c].item.node,
                              "%s has no parameter '%s'", population->neuron.type->name,
                              columns[c].item.name);
    }
}

static ph_status read_types(ph_builder *builder, ph_population *population)
{
    ph_nodes *nodes = &population->nodes;
    ph_tree *tree = builder->reader.tree;
    const ph_table *table = population->neuron.type->params;
    ph_node *types = ph_node_get(ph_node_get(population->item.node, "nodes"), "types");
    if (!nodes->types)
        return PH_OK;
    if (types->kind != PH_NODE_MAPPING) {
        ph_errors_add(builder->reader.errors, types, "a mapping is expected (numbers of types)");
        return PH_OK;
    }
    PH_TREE_ALLOC(tree, nodes->type_id, types->count);
    PH_TREE_ALLOC(tree, nodes->type_params, types->count);
    for (ph_node *child = types->first; child; child = child->next) {
        void *params = ph_tree_alloc(tree, 1, table->size);
        PH_CHECK(params, PH_RESOURCE, "out of memory: configuration");
        if (ph_integer_parse(child->key, &nodes->type_id[nodes->n_types]) != PH_OK)
            ph_errors_add_key(builder->reader.errors, child, "%s", ph_error_message());
        PH_TRY(ph_read_table(&builder->reader, table, child, params));
        nodes->type_params[nodes->n_types++] = params;
    }
    return PH_OK;
}

static void read_starts(ph_builder *builder, ph_population *population)
{
    ph_node_start *starts = population->nodes.V_init.items;
    for (int s = 0; s < population->nodes.V_init.count; s++)
        if (ph_integer_parse(starts[s].item.name, &starts[s].type) != PH_OK)
            ph_errors_add_key(builder->reader.errors, starts[s].item.node, "%s",
                              ph_error_message());
}

static void check(ph_builder *builder, const ph_population *population)
{
    const ph_region *region = ph_region_at(builder->brain, population->region);
    const ph_node *node = ph_node_get(population->item.node, "nodes");
    if (population->per_channel || region->scale < 1)
        ph_errors_add(builder->reader.errors, node,
                      "the nodes of a file can neither be scaled nor have channels");
    if (ph_model_of(population)->draws)
        ph_errors_add(builder->reader.errors, node, "all neurons of %s have the same parameters",
                      population->neuron.type->name);
    const ph_modulation *modulation = population->modulation.items;
    for (int m = 0; m < population->modulation.count; m++) {
        const char *name =
            modulation[m].parameter ? modulation[m].parameter : modulation[m].item.name;
        if (param_of(population->neuron.type->params, name))
            ph_errors_add(builder->reader.errors, modulation[m].item.node,
                          "the neurons of %s differ in their parameters: receptors may move the "
                          "gains of ports alone",
                          population->address);
    }
}

ph_status ph_build_nodes(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    for (int p = 0; p < brain->n_populations; p++) {
        ph_population *population = brain->populations[p];
        for (int q = 0; q < p && population->recorded_as; q++)
            if (brain->populations[q]->recorded_as &&
                !strcmp(brain->populations[q]->recorded_as, population->recorded_as))
                ph_errors_add(builder->reader.errors,
                              ph_node_get(population->item.node, "recorded_as"),
                              "%s is recorded under this name already",
                              brain->populations[q]->address);
        if (!population->nodes.file || !population->neuron.type)
            continue;
        check(builder, population);
        find_columns(builder, population);
        read_starts(builder, population);
        PH_TRY(read_types(builder, population));
    }
    return PH_OK;
}
