/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a circuit's configuration: which files, which folders, which populations. */
#include "sonata/circuit.h"

#include "base/memory.h"
#include "io/numbers.h"

#include <stdio.h>
#include <string.h>

#define MOST_POPULATIONS 10000

/* --- components ------------------------------------------------------------------------------- */

/* The folder of a component, with a slash; "" where the circuit names none. */
static ph_status folder_of(const ph_circuit *circuit, const char *key, const char **folder)
{
    const ph_node *node = ph_node_get(ph_node_get(circuit->json.root, "components"), key);
    *folder = "";
    if (!node)
        return PH_OK;
    PH_TRY(ph_json_path(&circuit->json, node, folder));
    *folder = ph_tree_print(circuit->tree, "%s/", *folder);
    PH_CHECK(*folder, PH_RESOURCE, "out of memory: configuration");
    return PH_OK;
}

ph_status ph_circuit_parameters(const ph_circuit *circuit, const char *folder, const char *name,
                                ph_json *json)
{
    const char *path;
    PH_TRY(ph_absolute_path(circuit->tree, folder, strlen(folder), name, &path));
    return ph_json_read(circuit->tree, path, json);
}

const char *ph_circuit_plain(const ph_circuit *circuit, const char *name)
{
    size_t n = strlen(circuit->name);
    int is_of_region = !strncmp(name, circuit->name, n) && name[n] == '.';
    return ph_plain_name(circuit->tree, is_of_region ? name + n + 1 : name);
}

/* --- populations ------------------------------------------------------------------------------ */

ph_node_population *ph_circuit_find(const ph_circuit *circuit, const char *name)
{
    for (int p = 0; p < circuit->n_populations; p++)
        if (!strcmp(circuit->populations[p].name, name))
            return &circuit->populations[p];
    return NULL;
}

static int is_taken(const ph_circuit *circuit, const char *name)
{
    const ph_words *words = &circuit->options.populations;
    for (int i = 0; i < words->count; i++)
        if (!strcmp(words->items[i], name))
            return 1;
    return words->count < 0;
}

static ph_status add_population(ph_circuit *circuit, const char *file, const ph_csv *types,
                                const char *name)
{
    PH_CHECK(!ph_circuit_find(circuit, name), PH_CONFIG, "%s: there are two node populations '%s'",
             circuit->json.path, name);
    PH_CHECK(circuit->n_populations < MOST_POPULATIONS, PH_CONFIG,
             "%s: more than %d node populations", circuit->json.path, MOST_POPULATIONS);
    ph_node_population *p = &circuit->populations[circuit->n_populations++];
    *p = (ph_node_population){.name = ph_tree_print(circuit->tree, "%s", name),
                              .plain = ph_circuit_plain(circuit, name),
                              .file = file};
    PH_CHECK(p->name && p->plain, PH_RESOURCE, "out of memory: configuration");
    PH_TRY(ph_csv_select(circuit->tree, types, name, "node_type_id", &p->types));
    return ph_circuit_population(circuit, p);
}

static ph_status add_populations(ph_circuit *circuit, const char *file, const ph_csv *types)
{
    ph_h5_source *source;
    char **names;
    int n;
    PH_TRY(ph_h5_source_open(file, &source));
    ph_status status = ph_h5_source_members(source, "/nodes", &names, &n);
    ph_h5_source_close(&source);
    PH_TRY(status);
    if (n == 0)
        status = ph_error(PH_FILE, "%s: there are no node populations (/nodes)", file);
    for (int i = 0; status == PH_OK && i < n; i++)
        if (is_taken(circuit, names[i]))
            status = add_population(circuit, file, types, names[i]);
    ph_free(names);
    return status;
}

static ph_status add_files(ph_circuit *circuit)
{
    const ph_node *networks = ph_node_get(circuit->json.root, "networks");
    const ph_node *nodes = ph_node_get(networks, "nodes");
    PH_CHECK(nodes && nodes->kind == PH_NODE_LIST, PH_CONFIG, "%s: there is no list networks.nodes",
             circuit->json.path);
    for (const ph_node *entry = nodes->first; entry; entry = entry->next) {
        const ph_node *file = ph_node_get(entry, "nodes_file");
        const ph_node *types = ph_node_get(entry, "node_types_file");
        const char *path, *types_path;
        ph_csv csv = {.path = ""};
        if (!file)
            return ph_json_error(entry, "missing key 'nodes_file'");
        PH_TRY(ph_json_path(&circuit->json, file, &path));
        if (types && types->text && strcmp(types->text, "null") != 0) {
            PH_TRY(ph_json_path(&circuit->json, types, &types_path));
            PH_TRY(ph_csv_read(circuit->tree, types_path, &csv));
        }
        PH_TRY(add_populations(circuit, path, &csv));
    }
    return PH_OK;
}

static ph_status check_taken(const ph_circuit *circuit)
{
    const ph_words *words = &circuit->options.populations;
    for (int i = 0; i < words->count; i++)
        PH_CHECK(ph_circuit_find(circuit, words->items[i]), PH_CONFIG,
                 "%s: there is no node population '%s'", circuit->json.path, words->items[i]);
    PH_CHECK(circuit->n_populations > 0, PH_CONFIG, "%s: there are no node populations",
             circuit->json.path);
    return PH_OK;
}

ph_status ph_circuit_read(ph_circuit *circuit)
{
    PH_TRY(ph_json_read(circuit->tree, circuit->options.circuit, &circuit->json));
    PH_TRY(folder_of(circuit, "point_neuron_models_dir", &circuit->neuron_folder));
    PH_TRY(folder_of(circuit, "synaptic_models_dir", &circuit->synapse_folder));
    PH_TREE_ALLOC(circuit->tree, circuit->populations, MOST_POPULATIONS);
    PH_TRY(ph_node_create(circuit->tree, PH_NODE_MAPPING, circuit->place,
                          &circuit->made_populations));
    PH_TRY(ph_node_create(circuit->tree, PH_NODE_MAPPING, circuit->place,
                          &circuit->made_projections));
    PH_TRY(add_files(circuit));
    return check_taken(circuit);
}
