/* SPDX-License-Identifier: Apache-2.0 */
/* The inputs of a simulation: files of spikes that virtual nodes play. */
#include "sonata/circuit.h"

#include <string.h>

static ph_status check_kind(const ph_node *input)
{
    static const char *const modules[] = {"h5", "sonata"};
    const ph_node *kind = ph_node_get(input, "input_type"), *module = ph_node_get(input, "module");
    int is_known = !module;
    if (kind && (!kind->text || strcmp(kind->text, "spikes") != 0))
        return ph_json_error(kind, "unknown input_type '%.60s' (known: spikes)",
                             kind->text ? kind->text : "");
    for (int i = 0; i < PH_COUNT(modules); i++)
        is_known |= module && module->text && !strcmp(module->text, modules[i]);
    if (!is_known)
        return ph_json_error(module, "unknown module '%.60s' (known: h5, sonata)",
                             module->text ? module->text : "");
    return PH_OK;
}

static ph_status put_stimulus(ph_circuit *circuit, const ph_node *input, const char *file,
                              const ph_chosen *set)
{
    ph_tree *tree = circuit->tree;
    ph_node *stimuli = ph_node_get(set->population->node, "stimuli"), *stimulus, *only;
    const char *key = ph_plain_name(tree, input->key);
    PH_CHECK(key, PH_RESOURCE, "out of memory: configuration");
    if (set->population->model != &ph_sonata_virtual)
        return ph_json_error(input, "spikes are for virtual nodes; those of %s are %s",
                             set->population->name, set->population->model->name);
    if (!stimuli)
        PH_TRY(ph_put(tree, set->population->node, PH_NODE_MAPPING, "stimuli", input, &stimuli));
    PH_TRY(ph_put(tree, stimuli, PH_NODE_MAPPING, key, input, &stimulus));
    PH_TRY(ph_put_text(tree, stimulus, "type", "spike_file"));
    PH_TRY(ph_put_text(tree, stimulus, "file", "%s", file));
    PH_TRY(ph_put_text(tree, stimulus, "population", "%s", set->population->name));
    PH_TRY(ph_put_text(tree, stimulus, "rounding",
                       circuit->options.spike_times == PH_SPIKES_UP ? "up" : "nearest"));
    if (!set->nodes)
        return PH_OK;
    PH_TRY(ph_put(tree, stimulus, PH_NODE_LIST, "only", input, &only));
    return ph_circuit_put_nodes(tree, set, "", only);
}

/* Nodes that are not here must be in another region. */
static ph_status check_others(const ph_circuit *circuit, const ph_node *set)
{
    ph_chosen *sets;
    int n = 0, all = 0;
    for (int c = 0; c < circuit->n_circuits; c++) {
        PH_TRY(ph_circuit_node_set(&circuit->circuits[c], set, &sets, &n));
        all += n;
    }
    return all > 0 ? PH_OK : ph_json_error(set, "the node set has no nodes");
}

static ph_status read_input(ph_circuit *circuit, const ph_node *input)
{
    const ph_node *file = ph_node_get(input, "input_file"), *set = ph_node_get(input, "node_set");
    const char *path;
    ph_chosen *sets;
    int n;
    PH_TRY(check_kind(input));
    if (!file || file->kind != PH_NODE_SCALAR)
        return ph_json_error(input, "missing key 'input_file'");
    if (!set)
        return ph_json_error(input, "missing key 'node_set'");
    PH_TRY(ph_absolute_path(circuit->tree, file->file, file->line > 0 ? ph_path_folder(file->file)
                                                                      : 0,
                            file->text, &path));
    PH_TRY(ph_circuit_node_set(circuit, set, &sets, &n));
    if (n == 0)
        PH_TRY(check_others(circuit, set));
    for (int i = 0; i < n; i++)
        PH_TRY(put_stimulus(circuit, input, path, &sets[i]));
    return PH_OK;
}

ph_status ph_circuit_inputs(ph_circuit *circuit)
{
    const ph_node *inputs = circuit->options.inputs;
    int is_enabled;
    if (inputs && inputs->kind != PH_NODE_MAPPING)
        return ph_json_error(inputs, "a mapping of inputs is expected");
    for (const ph_node *input = inputs ? inputs->first : NULL; input; input = input->next) {
        if (input->kind != PH_NODE_MAPPING)
            return ph_json_error(input, "a mapping is expected");
        PH_TRY(ph_json_enabled(input, &is_enabled));
        if (is_enabled)
            PH_TRY(read_input(circuit, input));
    }
    return PH_OK;
}
