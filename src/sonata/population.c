/* SPDX-License-Identifier: Apache-2.0 */
/* A node population as a population of phasic: one model, parameters by type and by node. */
#include "sonata/circuit.h"

#include "base/memory.h"
#include "base/units.h"
#include "io/numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 1024
#define PIECE 16384
#define MOST_TYPES 100000
#define MOST_NODES 4294967295

/* What is being made. */
typedef struct making {
    ph_circuit *circuit;
    ph_node_population *p;
    ph_h5_source *source;
    int n_types;
    int64_t *types; /* that nodes have, ascending */
    double *V_m;    /* mV, at the start: of each type */
} making;

/* --- the file --------------------------------------------------------------------------------- */

static ph_status note_type(making *m, int64_t type)
{
    int low = 0, high = m->n_types;
    while (low < high) {
        int middle = (low + high) / 2;
        if (m->types[middle] < type)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < m->n_types && m->types[low] == type)
        return PH_OK;
    PH_CHECK(m->n_types < MOST_TYPES, PH_FILE, "%s: %s has more than %d types", m->p->file,
             m->p->name, MOST_TYPES);
    memmove(m->types + low + 1, m->types + low, (size_t)(m->n_types - low) * sizeof *m->types);
    m->types[low] = type;
    m->n_types++;
    return PH_OK;
}

static ph_status read_types(making *m, const ph_numbers *column)
{
    int64_t piece[PIECE];
    m->p->size = ph_numbers_rows(column);
    PH_CHECK(m->p->size >= 1 && m->p->size <= MOST_NODES, PH_FILE, "%s: %s has %lld nodes",
             m->p->file, m->p->name, (long long)m->p->size);
    for (int64_t at = 0, n; at < m->p->size; at += n) {
        n = m->p->size - at < PIECE ? m->p->size - at : PIECE;
        PH_TRY(ph_numbers_ints(column, at, n, piece));
        for (int64_t i = 0; i < n; i++)
            if (i == 0 || piece[i] != piece[i - 1])
                PH_TRY(note_type(m, piece[i]));
    }
    return PH_OK;
}

/* The ids must be 0 to size - 1, each once, in any order. */
static ph_status check_ids(const making *m, const ph_numbers *ids, uint8_t *seen)
{
    int64_t piece[PIECE], size = m->p->size;
    for (int64_t at = 0, n; at < size; at += n) {
        n = size - at < PIECE ? size - at : PIECE;
        PH_TRY(ph_numbers_ints(ids, at, n, piece));
        for (int64_t i = 0; i < n; i++) {
            int64_t id = piece[i];
            PH_CHECK(id >= 0 && id < size && !(seen[id / 8] >> id % 8 & 1), PH_FILE,
                     "%s: the node ids of %s are not 0 to %lld, each once: there is a %lld",
                     m->p->file, m->p->name, (long long)size - 1, (long long)id);
            seen[id / 8] |= (uint8_t)(1 << id % 8);
        }
    }
    return PH_OK;
}

static ph_status read_ids(const making *m)
{
    char path[NAME_BYTES];
    ph_numbers *ids;
    uint8_t *seen;
    snprintf(path, sizeof path, "/nodes/%s/node_id", m->p->name);
    if (!ph_h5_source_has(m->source, path))
        return PH_OK;
    PH_TRY(ph_numbers_open_column(m->source, path, m->p->size, &ids));
    seen = ph_calloc((size_t)m->p->size / 8 + 1, 1);
    ph_status status =
        seen ? check_ids(m, ids, seen) : ph_error(PH_RESOURCE, "out of memory: node ids");
    ph_free(seen);
    ph_numbers_close(&ids);
    return status;
}

/* --- the model -------------------------------------------------------------------------------- */

static ph_status model_of(const making *m, int64_t type, const ph_sonata_model **model)
{
    const ph_csv *csv = &m->p->types;
    char known[NAME_BYTES];
    int row = ph_csv_find(csv, "node_type_id", type);
    PH_CHECK(row >= 0, PH_FILE, "%s: nodes of %s have the type %lld, which '%s' does not have",
             m->p->file, m->p->name, (long long)type, csv->path);
    const char *kind = ph_csv_cell(csv, row, "model_type");
    const char *name = ph_csv_cell(csv, row, "model_template");
    *model = &ph_sonata_virtual;
    PH_CHECK(kind, PH_FILE, "%s: node type %lld has no model_type", csv->path, (long long)type);
    if (!strcmp(kind, "virtual"))
        return PH_OK;
    PH_CHECK(!strcmp(kind, "point_neuron") || !strcmp(kind, "point_process"), PH_CONFIG,
             "%s: node type %lld is of the unknown model_type '%.60s' (known: point_neuron, "
             "point_process, virtual)",
             csv->path, (long long)type, kind);
    PH_CHECK(name, PH_FILE, "%s: node type %lld has no model_template", csv->path,
             (long long)type);
    *model = ph_sonata_model_named(name);
    if (!*model)
        PH_TRY(ph_sonata_own_model(m->circuit->tree, m->circuit->registries, name, model));
    PH_CHECK(*model, PH_CONFIG,
             "%s: node type %lld is of the unknown model_template '%.60s' (known: %s)", csv->path,
             (long long)type, name, ph_sonata_known_models(known, sizeof known));
    return PH_OK;
}

static ph_status find_model(making *m)
{
    for (int t = 0; t < m->n_types; t++) {
        const ph_sonata_model *model = NULL;
        PH_TRY(model_of(m, m->types[t], &model));
        PH_CHECK(t == 0 || !strcmp(model->name, m->p->model->name), PH_CONFIG,
                 "%s: node population %s mixes models, %s (type %lld) and %s (type %lld); give "
                 "each a population of its own",
                 m->p->types.path, m->p->name, m->p->model->name, (long long)m->types[0],
                 model->name, (long long)m->types[t]);
        m->p->model = model;
    }
    return PH_OK;
}

/* --- parameters ------------------------------------------------------------------------------- */

static ph_status unknown_parameter(const char *where, const char *name,
                                   const ph_sonata_model *model)
{
    char known[NAME_BYTES];
    return ph_error(PH_CONFIG, "%s: %s has no parameter '%.60s' (known: %s)", where, model->name,
                    name, ph_sonata_known_keys(model, known, sizeof known));
}

/* A list has no more elements than the model has of it. */
static ph_status check_list(const ph_node *list, const ph_sonata_model *model)
{
    int n = 0;
    for (int k = 0; k < model->n_keys; k++)
        n += !strcmp(model->keys[k].name, list->key);
    if (list->kind == PH_NODE_LIST && list->count > n)
        return ph_json_error(list, "%s has %d values; %s has %d here", list->key, list->count,
                             model->name, n);
    return PH_OK;
}

/* Lists of one length: those that are not there have as many values as the model. */
static ph_status check_lengths(const ph_json *json)
{
    static const char *const lists[] = {"asc_decay", "asc_init", "asc_amps", "asc_r"};
    double has_currents = 0;
    int n[PH_COUNT(lists)];
    PH_TRY(ph_json_flag(json->root, "after_spike_currents", &has_currents));
    for (int i = 0; i < PH_COUNT(lists) && has_currents > 0; i++) {
        const ph_node *list = ph_node_get(json->root, lists[i]);
        n[i] = list && list->kind == PH_NODE_LIST ? list->count : 2;
        PH_CHECK(n[i] == n[0], PH_CONFIG,
                 "%s: %s has %d values and %s %d; after-spike currents have one of each (2 where a "
                 "list is not there)",
                 json->path, lists[0], n[0], lists[i], n[i]);
    }
    return PH_OK;
}

static ph_status check_parameters(const ph_json *json, const ph_sonata_model *model)
{
    PH_TRY(check_lengths(json));
    for (const ph_node *child = json->root->first; child; child = child->next) {
        if (!ph_sonata_key_named(model, child->key))
            return unknown_parameter(json->path, child->key, model);
        PH_TRY(check_list(child, model));
    }
    return PH_OK;
}

/* A key's value in a file; what has none keeps its own. Behind the end of a list there is no
 * after-spike current: nothing is added to it. */
static ph_status read_value(const ph_json *json, const ph_sonata_key *key, double *value)
{
    const ph_node *list = ph_node_get(json->root, key->name);
    if (list && key->element > list->count && !strcmp(key->name, "asc_amps"))
        *value = 0;
    if (key->element > 0)
        PH_TRY(ph_json_element(json->root, key->name, key->element, value));
    else if (key->param && !key->unit)
        return ph_json_flag(json->root, key->name, value);
    else if (key->param)
        return ph_json_number(json->root, key->name, value);
    PH_CHECK(key->param || *value == key->value, PH_CONFIG, "%s: %s can only be %g here",
             json->path, key->name, key->value);
    return PH_OK;
}

static ph_status put_value(const making *m, const ph_sonata_key *key, double value,
                           ph_node *mapping)
{
    ph_tree *tree = m->circuit->tree;
    if (!key->unit)
        return ph_put_text(tree, mapping, key->param, "%s", value > 0 ? "true" : "false");
    return ph_put_number(tree, mapping, key->param, value * key->factor,
                         key->unit[0] ? key->unit : NULL);
}

/* Those of phasic's own models stand as they are; whoever reads them knows what is right. */
static ph_status copy_parameters(const making *m, const ph_json *json, ph_node *mapping)
{
    for (const ph_node *child = json->root->first; child; child = child->next) {
        ph_node *copy;
        PH_TRY(ph_node_copy(m->circuit->tree, child, &copy));
        ph_node_append(mapping, copy);
    }
    return PH_OK;
}

/* The potential at the start is the type's V_m, as NEST has it. */
static ph_status note_start(making *m, int t, const ph_json *json)
{
    double V_m = m->circuit->options.V_init;
    m->V_m[t] = isnan(V_m) ? m->p->model->V_m : V_m;
    return json->root ? ph_json_number(json->root, "V_m", &m->V_m[t]) : PH_OK;
}

/* All parameters of a type: those of its file, else the defaults. @param t which type */
static ph_status put_parameters(making *m, int t, ph_node *mapping)
{
    const ph_sonata_model *model = m->p->model;
    int row = ph_csv_find(&m->p->types, "node_type_id", m->types[t]);
    const char *file = ph_csv_cell(&m->p->types, row, "dynamics_params");
    ph_json json = {0};
    if (file) {
        PH_TRY(ph_circuit_parameters(m->circuit, m->circuit->neuron_folder, file, &json));
        if (model->is_own)
            return copy_parameters(m, &json, mapping);
        PH_TRY(check_parameters(&json, model));
    }
    PH_TRY(note_start(m, t, &json));
    for (int k = 0; k < model->n_keys && !model->is_own; k++) {
        const ph_sonata_key *key = &model->keys[k];
        double value = key->value;
        if (file)
            PH_TRY(read_value(&json, key, &value));
        if (key->param)
            PH_TRY(put_value(m, key, value, mapping));
    }
    return PH_OK;
}

/* --- columns ---------------------------------------------------------------------------------- */

/* What a column of a file says, and of which parameter. */
static ph_status put_column(const making *m, const char *group, const char *name, ph_node *columns)
{
    static const ph_sonata_key start = {"V_m", "V_init", "mV", 1, 0, 0};
    const ph_sonata_key *key = ph_sonata_key_named(m->p->model, name);
    ph_tree *tree = m->circuit->tree;
    ph_node *column;
    if ((m->p->model->has_potential || m->p->model->is_own) && !strcmp(name, start.name))
        key = &start;
    if (!key || !key->param || !key->unit || key->element > 0) {
        char where[2 * NAME_BYTES];
        snprintf(where, sizeof where, "%s: /nodes/%s/%s/dynamics_params", m->p->file, m->p->name,
                 group);
        return unknown_parameter(where, name, m->p->model);
    }
    if (ph_node_get(columns, key->param))
        return PH_OK;
    PH_TRY(ph_put(tree, columns, PH_NODE_MAPPING, key->param, columns, &column));
    PH_TRY(ph_put_text(tree, column, "dataset", "%s", key->name));
    return key->factor == 1 ? PH_OK : ph_put_number(tree, column, "factor", key->factor, NULL);
}

static ph_status put_group(const making *m, const char *group, ph_node *columns)
{
    static const char *const by_type[] = {"model_template", "model_type", "dynamics_params"};
    char path[NAME_BYTES], **names;
    int n;
    snprintf(path, sizeof path, "/nodes/%s/%s", m->p->name, group);
    PH_TRY(ph_h5_source_members(m->source, path, &names, &n));
    ph_status status = PH_OK;
    for (int i = 0; status == PH_OK && i < n; i++)
        for (int k = 0; k < 2; k++)
            if (!strcmp(names[i], by_type[k]))
                status = ph_error(PH_CONFIG, "%s: %s has a %s for each node; it is known by type "
                                             "alone",
                                  m->p->file, path, names[i]);
    ph_free(names);
    PH_TRY(status);
    snprintf(path, sizeof path, "/nodes/%s/%s/dynamics_params", m->p->name, group);
    PH_TRY(ph_h5_source_members(m->source, path, &names, &n));
    for (int i = 0; status == PH_OK && i < n; i++)
        status = put_column(m, group, names[i], columns);
    ph_free(names);
    return status;
}

static ph_status put_columns(const making *m, ph_node *columns)
{
    char path[NAME_BYTES], **names;
    int n;
    snprintf(path, sizeof path, "/nodes/%s", m->p->name);
    PH_TRY(ph_h5_source_members(m->source, path, &names, &n));
    ph_status status = PH_OK;
    for (int i = 0; status == PH_OK && i < n; i++)
        if (strspn(names[i], "0123456789") == strlen(names[i]))
            status = put_group(m, names[i], columns);
    ph_free(names);
    return status;
}

/* --- all -------------------------------------------------------------------------------------- */

static ph_status put_nodes(making *m, ph_node *columns)
{
    ph_tree *tree = m->circuit->tree;
    ph_node *nodes, *types;
    PH_TRY(ph_put(tree, m->p->node, PH_NODE_MAPPING, "nodes", m->p->node, &nodes));
    PH_TRY(ph_put_text(tree, nodes, "file", "%s", m->p->file));
    PH_TRY(ph_put_text(tree, nodes, "population", "%s", m->p->name));
    PH_TRY(ph_put(tree, nodes, PH_NODE_MAPPING, "types", nodes, &types));
    for (int t = 0; t < m->n_types; t++) {
        const char *key = ph_tree_print(tree, "%lld", (long long)m->types[t]);
        ph_node *type;
        PH_CHECK(key, PH_RESOURCE, "out of memory: configuration");
        PH_TRY(ph_put(tree, types, PH_NODE_MAPPING, key, types, &type));
        PH_TRY(put_parameters(m, t, type));
    }
    columns->key = "columns";
    if (columns->count > 0)
        ph_node_append(nodes, columns);
    return PH_OK;
}

/* Where all begin alike, the population says so, and nothing of it stands by its nodes. */
static ph_status put_starts(const making *m)
{
    ph_tree *tree = m->circuit->tree;
    ph_node *starts, *nodes = ph_node_get(m->p->node, "nodes");
    int are_alike = !nodes || !ph_node_get(ph_node_get(nodes, "columns"), "V_init");
    for (int t = 1; t < m->n_types; t++)
        are_alike &= m->V_m[t] == m->V_m[0];
    if (are_alike)
        return ph_put_number(tree, m->p->node, "V_init", m->V_m[0], "mV");
    PH_TRY(ph_put(tree, nodes, PH_NODE_MAPPING, "V_init", nodes, &starts));
    for (int t = 0; t < m->n_types; t++) {
        const char *key = ph_tree_print(tree, "%lld", (long long)m->types[t]);
        PH_CHECK(key, PH_RESOURCE, "out of memory: configuration");
        PH_TRY(ph_put_number(tree, starts, key, m->V_m[t], "mV"));
    }
    return PH_OK;
}

static ph_status make(making *m)
{
    ph_circuit *circuit = m->circuit;
    ph_tree *tree = circuit->tree;
    ph_node *neuron, *columns;
    PH_TRY(ph_put(tree, circuit->made_populations, PH_NODE_MAPPING, m->p->plain, circuit->place,
                  &m->p->node));
    PH_TRY(ph_put_text(tree, m->p->node, "size", "%lld", (long long)m->p->size));
    PH_TRY(ph_put(tree, m->p->node, PH_NODE_MAPPING, "neuron", circuit->place, &neuron));
    PH_TRY(ph_put_text(tree, neuron, "type", "%s", m->p->model->neuron));
    PH_TRY(ph_node_create(tree, PH_NODE_MAPPING, circuit->place, &columns));
    if (m->p->model != &ph_sonata_virtual)
        PH_TRY(put_columns(m, columns));
    if (columns->count > 0 || (m->n_types > 1 && m->p->model->n_keys > 0))
        PH_TRY(put_nodes(m, columns));
    else if (m->p->model->n_keys > 0)
        PH_TRY(put_parameters(m, 0, neuron));
    return m->p->model->has_potential ? put_starts(m) : PH_OK;
}

static ph_status read_population(making *m)
{
    char path[NAME_BYTES];
    ph_numbers *types;
    PH_TRY(ph_h5_source_open(m->p->file, &m->source));
    snprintf(path, sizeof path, "/nodes/%s/node_type_id", m->p->name);
    PH_TRY(ph_numbers_open_column(m->source, path, -1, &types));
    ph_status status = read_types(m, types);
    ph_numbers_close(&types);
    PH_TRY(status);
    PH_TRY(read_ids(m));
    PH_TRY(find_model(m));
    return make(m);
}

ph_status ph_circuit_population(ph_circuit *circuit, ph_node_population *population)
{
    making m = {.circuit = circuit, .p = population};
    PH_CHECK(!ph_node_get(circuit->made_populations, population->plain), PH_CONFIG,
             "%s: two node populations are named %s, where letters, digits and _ count",
             circuit->json.path, population->plain);
    PH_ALLOC(m.types, MOST_TYPES + 1);
    m.V_m = ph_calloc(MOST_TYPES + 1, sizeof *m.V_m);
    ph_status status = m.V_m ? read_population(&m)
                             : ph_error(PH_RESOURCE, "out of memory: types of nodes");
    ph_h5_source_close(&m.source);
    ph_free(m.types);
    ph_free(m.V_m);
    return status;
}
