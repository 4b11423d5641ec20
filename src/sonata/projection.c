/* SPDX-License-Identifier: Apache-2.0 */
/* An edge population as projections of phasic: one for each receptor port that its edges reach. */
#include "sonata/circuit.h"

#include "base/memory.h"
#include "io/numbers.h"
#include "network/edge_bounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 1024

/* What is being made. */
typedef struct making {
    ph_circuit *circuit;          /* of the targets */
    const ph_circuit *from;       /* of the sources */
    const ph_node_population *source, *target;
    const char *file, *name;      /* of the edges */
    ph_csv table;                 /* of all edge populations of the file */
    ph_csv types;                 /* of this one */
    ph_map all_types;             /* of ph_edge_type: the table's */
    int *receptors;               /* of each type: number of the port, from 1; 0: none is said */
    ph_connect_sonata_params params;
    ph_edge_bounds bounds;
    ph_node *into;                /* mapping of projections */
    int is_tract;
    uint8_t *has_type;            /* by type: 1 where an edge has it */
    char receptor[NAME_BYTES];    /* port of all edges, whatever their signs; "": by the sign */
} making;

/* --- types ------------------------------------------------------------------------------------ */

/* The sign that a synapse's parameters give the weight, and the port. */
static ph_status read_synapse(const making *m, const char *file, double *sign, int *receptor)
{
    static const char *const known[] = {"sign", "receptor_type", "level_of_detail"};
    double number = 0;
    ph_json json;
    PH_TRY(ph_circuit_parameters(m->circuit, m->circuit->synapse_folder, file, &json));
    for (const ph_node *child = json.root->first; child; child = child->next) {
        int is_known = 0;
        for (int i = 0; i < PH_COUNT(known); i++)
            is_known |= !strcmp(child->key, known[i]);
        if (!is_known)
            return ph_json_error(child, "synapses have no parameter '%.60s' (known: sign, "
                                 "receptor_type)",
                                 child->key);
    }
    PH_TRY(ph_json_number(json.root, "receptor_type", &number));
    PH_CHECK(number >= 0 && number <= PH_NEURON_PORTS && number == floor(number), PH_CONFIG,
             "%s: receptor_type is %g; it is a number from 1 to %d", json.path, number,
             PH_NEURON_PORTS);
    *receptor = (int)number;
    return ph_json_number(json.root, "sign", sign);
}

static ph_status check_template(const making *m, int row)
{
    static const char *const known[] = {"static_synapse", "nest:static_synapse", "nrn:IntFire1"};
    const char *cell = ph_csv_cell(&m->types, row, "model_template");
    int is_known = !cell;
    for (int i = 0; i < PH_COUNT(known); i++)
        is_known |= cell && !strcmp(cell, known[i]);
    PH_CHECK(is_known, PH_CONFIG,
             "%s: an edge type is of the unknown model_template '%.60s' (known: static_synapse)",
             m->types.path, cell);
    cell = ph_csv_cell(&m->types, row, "weight_function");
    PH_CHECK(!cell || !strcmp(cell, "wmax"), PH_CONFIG,
             "%s: an edge type has the unknown weight_function '%.60s' (known: wmax)",
             m->types.path, cell);
    return PH_OK;
}

static ph_status read_type(making *m, int row, ph_edge_type *type, int *receptor)
{
    const char *id = ph_csv_cell(&m->types, row, "edge_type_id");
    const char *file = ph_csv_cell(&m->types, row, "dynamics_params");
    PH_CHECK(id && *id && strspn(id, "0123456789") == strlen(id), PH_FILE,
             "%s:%d: there is no edge_type_id", m->types.path, m->types.lines[row]);
    PH_TRY(check_template(m, row));
    type->item.name = id;
    type->factor = type->counts = 1;
    PH_TRY(ph_csv_number(&m->types, row, "syn_weight", &type->weight));
    PH_TRY(ph_csv_number(&m->types, row, "delay", &type->delay));
    PH_TRY(ph_csv_number(&m->types, row, "nsyns", &type->nsyns));
    if (isnan(type->delay))
        type->delay = m->circuit->options.delay;
    return file ? read_synapse(m, file, &type->factor, receptor) : PH_OK;
}

static ph_status read_types(making *m)
{
    ph_edge_type *types;
    PH_TRY(ph_csv_select(m->circuit->tree, &m->table, m->name, "edge_type_id", &m->types));
    PH_TREE_ALLOC(m->circuit->tree, types, m->types.n_rows);
    PH_TREE_ALLOC(m->circuit->tree, m->receptors, m->types.n_rows);
    for (int row = 0; row < m->types.n_rows; row++)
        PH_TRY(read_type(m, row, &types[row], &m->receptors[row]));
    m->all_types = (ph_map){m->types.n_rows, types};
    return PH_OK;
}

/* --- nodes ------------------------------------------------------------------------------------ */

static ph_status put_types(const making *m, ph_node *connect)
{
    ph_tree *tree = m->circuit->tree;
    const ph_edge_type *types = m->params.types.items;
    ph_node *mapping, *type;
    PH_TRY(ph_put(tree, connect, PH_NODE_MAPPING, "types", connect, &mapping));
    for (int i = 0; i < m->params.types.count; i++) {
        if (!m->has_type[i])
            continue;
        PH_TRY(ph_put(tree, mapping, PH_NODE_MAPPING, types[i].item.name, connect, &type));
        if (!isnan(types[i].weight))
            PH_TRY(ph_put_number(tree, type, "weight", types[i].weight, NULL));
        PH_TRY(ph_put_number(tree, type, "delay", types[i].delay, "ms"));
        if (!types[i].counts)
            PH_TRY(ph_put_text(tree, type, "counts", "false"));
        if (!isnan(types[i].nsyns))
            PH_TRY(ph_put_number(tree, type, "nsyns", types[i].nsyns, NULL));
        if (types[i].factor != 1)
            PH_TRY(ph_put_number(tree, type, "factor", types[i].factor, NULL));
    }
    return PH_OK;
}

static ph_status put_connect(const making *m, const char *weights, int64_t synapses,
                             ph_node *projection)
{
    ph_tree *tree = m->circuit->tree;
    ph_node *connect;
    PH_TRY(ph_put(tree, projection, PH_NODE_MAPPING, "connect", projection, &connect));
    PH_TRY(ph_put_text(tree, connect, "type", "sonata"));
    PH_TRY(ph_put_text(tree, connect, "file", "%s", m->file));
    PH_TRY(ph_put_text(tree, connect, "population", "%s", m->name));
    PH_TRY(ph_put_text(tree, connect, "weights", "%s", weights));
    PH_TRY(ph_put_text(tree, connect, "autapses", m->params.autapses ? "true" : "false"));
    PH_TRY(ph_put_text(tree, connect, "synapses", "%lld", (long long)synapses));
    return put_types(m, connect);
}

/* Bounds, as a number where they are the same. */
static ph_status put_bounds(const making *m, const char *key, double min, double max,
                            const char *unit, ph_node *projection)
{
    ph_tree *tree = m->circuit->tree;
    ph_node *bounds;
    if (min == max)
        return ph_put_number(tree, projection, key, min, unit);
    PH_TRY(ph_put(tree, projection, PH_NODE_MAPPING, key, projection, &bounds));
    PH_TRY(ph_put_text(tree, bounds, "type", "uniform"));
    PH_TRY(ph_put_number(tree, bounds, "min", min, unit));
    return ph_put_number(tree, bounds, "max", max, unit);
}

/* The bounds of edges of one sign, or of both. */
typedef struct edge_range {
    int64_t n;
    double weight[2], delay[2];
} edge_range;

static edge_range range_of(const ph_edge_bounds *b, int first, int last)
{
    edge_range r = {0, {HUGE_VAL, -HUGE_VAL}, {HUGE_VAL, -HUGE_VAL}};
    for (int s = first; s <= last; s++) {
        r.n += b->n[s];
        r.weight[0] = fmin(r.weight[0], b->weight_min[s]);
        r.weight[1] = fmax(r.weight[1], b->weight_max[s]);
        r.delay[0] = fmin(r.delay[0], b->delay_min[s]);
        r.delay[1] = fmax(r.delay[1], b->delay_max[s]);
    }
    return r;
}

static ph_status put_projection(const making *m, const char *suffix, const char *port,
                                const char *unit, const char *weights, edge_range r)
{
    ph_tree *tree = m->circuit->tree;
    int is_tract = m->is_tract;
    const char *plain = ph_circuit_plain(m->circuit, m->name);
    const char *key = plain ? ph_tree_print(tree, "%s%s", plain, suffix) : NULL;
    ph_node *projection;
    PH_CHECK(key, PH_RESOURCE, "out of memory: configuration");
    PH_CHECK(!ph_node_get(m->into, key), PH_CONFIG,
             "%s: two projections are named %s, where letters, digits and _ count", m->file, key);
    PH_TRY(ph_put(tree, m->into, PH_NODE_MAPPING, key, m->circuit->place, &projection));
    PH_TRY(ph_put_text(tree, projection, "source", "%s%s%s", is_tract ? m->from->name : "",
                       is_tract ? "." : "", m->source->plain));
    PH_TRY(ph_put_text(tree, projection, "target", "%s%s%s", is_tract ? m->circuit->name : "",
                       is_tract ? "." : "", m->target->plain));
    PH_TRY(ph_put_text(tree, projection, "receptor", "%s", port));
    PH_TRY(put_connect(m, weights, r.n, projection));
    int is_reversed = !strcmp(weights, "reversed");
    PH_TRY(put_bounds(m, "weight", is_reversed ? -r.weight[1] : r.weight[0],
                      is_reversed ? -r.weight[0] : r.weight[1], unit, projection));
    return put_bounds(m, "delay", r.delay[0], r.delay[1], "ms", projection);
}

static ph_status read_bounds(making *m)
{
    return ph_edge_bounds_read(m->circuit->comm, &m->params, m->source->size, m->target->size,
                               m->source == m->target, &m->bounds, m->has_type);
}

/* Whether bounds of weights and delays stand on top, so that edges need not be looked at before
 * they are built; what is beyond them is found then. */
static int has_bounds(const making *m)
{
    const ph_circuit *circuit = m->circuit;
    const char *plain = ph_circuit_plain(circuit, m->name);
    const ph_node *over = ph_node_get(m->is_tract ? circuit->tree->root : circuit->region,
                                      m->is_tract ? "tracts" : "projections");
    over = plain ? ph_node_get(over, plain) : NULL;
    return ph_node_get(over, "weight") && ph_node_get(over, "delay");
}

/* The file has negative weights where the port takes magnitudes. */
static ph_status reverse(making *m)
{
    const ph_edge_type *types = m->all_types.items;
    ph_edge_type *reversed;
    PH_TREE_ALLOC(m->circuit->tree, reversed, m->all_types.count);
    for (int t = 0; t < m->all_types.count; t++) {
        reversed[t] = types[t];
        reversed[t].factor = -types[t].factor;
    }
    m->params.types.items = reversed;
    return PH_OK;
}

/* One port for all edges, also for none: it may have more on top. */
static ph_status put_onto(making *m)
{
    const ph_sonata_model *model = m->target->model;
    const ph_neuron_model *neuron = ph_sonata_neuron(m->circuit->registries, model);
    const ph_port *port = NULL;
    for (int p = 0; neuron && p < neuron->n_ports; p++)
        if (!strcmp(neuron->ports[p].name, m->receptor))
            port = &neuron->ports[p];
    PH_CHECK(port, PH_CONFIG,
             "%s: edges of %s are for the receptor '%.60s', which %s does not have", m->file,
             m->name, m->receptor, model->name);
    if (model->is_reversed && !strcmp(port->name, model->inh))
        PH_TRY(reverse(m));
    double delay = m->circuit->options.delay;
    edge_range r = {0, {0, 0}, {delay, delay}};
    if (has_bounds(m)) {
        PH_TRY(ph_edge_types_read(&m->params, m->has_type, &r.n));
        r.n = m->params.autapses ? r.n : 0; /* nobody has looked */
    } else {
        PH_TRY(read_bounds(m));
        r = m->bounds.n[0] + m->bounds.n[1] > 0 ? range_of(&m->bounds, 0, 1) : r;
    }
    return put_projection(m, "", port->name, port->unit, "all", r);
}

static ph_status put_by_sign(const making *m, int sign)
{
    const ph_sonata_model *model = m->target->model;
    const char *negative = model->is_reversed ? "reversed" : "negative";
    edge_range r = range_of(&m->bounds, sign, sign);
    return r.n == 0 ? PH_OK
                    : put_projection(m, sign ? "_inh" : "_exc", sign ? model->inh : model->exc,
                                     model->unit, sign ? negative : "positive", r);
}

/* Those of the types that are for one receptor, whatever their signs. */
static ph_status put_by_receptor(making *m, int receptor)
{
    const ph_neuron_model *neuron =
        ph_sonata_neuron(m->circuit->registries, m->target->model);
    const ph_port *port = &neuron->ports[receptor - 1];
    ph_edge_type *types;
    PH_TREE_ALLOC(m->circuit->tree, types, m->all_types.count);
    for (int t = 0; t < m->all_types.count; t++) {
        types[t] = ((const ph_edge_type *)m->all_types.items)[t];
        types[t].counts = m->receptors[t] == receptor;
    }
    m->params.types.items = types;
    PH_TRY(read_bounds(m));
    edge_range all = range_of(&m->bounds, 0, 1);
    const char *suffix = ph_tree_print(m->circuit->tree, "_%s", port->name);
    PH_CHECK(suffix, PH_RESOURCE, "out of memory: configuration");
    return all.n > 0 ? put_projection(m, suffix, port->name, port->unit, "all", all) : PH_OK;
}

static ph_status put_by_receptors(making *m)
{
    int has[PH_NEURON_PORTS + 1] = {0};
    int64_t n;
    PH_TRY(ph_edge_types_read(&m->params, m->has_type, &n)); /* a table may be for more */
    for (int t = 0; t < m->all_types.count; t++) {
        const ph_edge_type *type = (const ph_edge_type *)m->all_types.items + t;
        if (!m->has_type[t])
            continue;
        PH_CHECK(m->receptors[t] > 0, PH_CONFIG,
                 "%s: edge type %s ends on %s, but its dynamics_params have no receptor_type",
                 m->types.path, type->item.name, m->target->model->name);
        has[m->receptors[t]] = 1;
    }
    for (int r = 1; r <= PH_NEURON_PORTS; r++)
        if (has[r])
            PH_TRY(put_by_receptor(m, r));
    return PH_OK;
}

static ph_status put_projections(making *m)
{
    const ph_sonata_model *model = m->target->model;
    m->params.autapses = m->circuit->options.autapses;
    PH_TREE_ALLOC(m->circuit->tree, m->has_type, m->params.types.count);
    if (m->receptor[0] && model != &ph_sonata_virtual)
        return put_onto(m);
    PH_CHECK(!model->is_own, PH_CONFIG,
             "%s: edges of %s end on %s, but no attribute 'receptor' says on which of its ports",
             m->file, m->name, model->name);
    if (model->has_receptors)
        return put_by_receptors(m);
    PH_CHECK(model->exc, PH_CONFIG, "%s: edges of %s end on virtual nodes, those of %s", m->file,
             m->name, m->target->name);
    PH_TRY(read_bounds(m));
    edge_range all = range_of(&m->bounds, 0, 1);
    if (!model->inh)
        return all.n > 0 ? put_projection(m, "", model->exc, model->unit, "all", all) : PH_OK;
    PH_TRY(put_by_sign(m, 0));
    return put_by_sign(m, 1);
}

/* --- which populations ------------------------------------------------------------------------ */

/* The node population at one side, by the attribute of the column. */
static ph_status name_of_side(const ph_h5_source *source, const making *m, const char *column,
                              char *name)
{
    char path[NAME_BYTES];
    snprintf(path, sizeof path, "/edges/%s/%s", m->name, column);
    PH_CHECK(ph_h5_source_has(source, path), PH_FILE, "%s: there is no %s", m->file, path);
    PH_TRY(ph_h5_source_attribute(source, path, "node_population", name, NAME_BYTES));
    PH_CHECK(name[0], PH_FILE, "%s: %s has no attribute node_population", m->file, path);
    return PH_OK;
}

/* Populations of the same circuit may be in several regions. */
static const ph_circuit *circuit_with(const ph_circuit *circuits, int n, const ph_circuit *circuit,
                                      const char *name)
{
    if (ph_circuit_find(circuit, name))
        return circuit;
    for (int c = 0; c < n; c++)
        if (!strcmp(circuits[c].options.circuit, circuit->options.circuit) &&
            ph_circuit_find(&circuits[c], name))
            return &circuits[c];
    return NULL;
}

/* Whether all populations are taken, so that one that is not there is an error. */
static int takes_all(const ph_circuit *circuit)
{
    return circuit->options.populations.count < 0;
}

/* Edges within a region are a tract where `tracts` has something to go on top of them. */
static int is_tract(const making *m)
{
    const ph_node *over = ph_node_get(m->circuit->tree->root, "tracts");
    const char *plain = ph_plain_name(m->circuit->tree, m->name);
    return m->from != m->circuit || (plain && ph_node_get(over, plain));
}

static ph_status make_population(ph_circuit *circuits, int n, making *m,
                                 const ph_h5_source *source, ph_node *tracts)
{
    char from[NAME_BYTES], to[NAME_BYTES], path[NAME_BYTES];
    PH_TRY(name_of_side(source, m, "source_node_id", from));
    PH_TRY(name_of_side(source, m, "target_node_id", to));
    m->target = ph_circuit_find(m->circuit, to);
    m->from = circuit_with(circuits, n, m->circuit, from);
    m->source = m->from ? ph_circuit_find(m->from, from) : NULL;
    PH_CHECK((m->target && m->source) || !takes_all(m->circuit), PH_CONFIG,
             "%s: edges of %s lead from %s to %s; the circuit has no node population '%s'", m->file,
             m->name, from, to, m->target ? from : to);
    if (!m->target || !m->source)
        return PH_OK;
    PH_TRY(read_types(m));
    m->is_tract = is_tract(m);
    m->into = m->is_tract ? tracts : m->circuit->made_projections;
    snprintf(path, sizeof path, "/edges/%s", m->name);
    PH_TRY(ph_h5_source_attribute(source, path, "receptor", m->receptor, sizeof m->receptor));
    m->params = (ph_connect_sonata_params){
        .file = m->file, .population = m->name, .types = m->all_types};
    return put_projections(m);
}

static ph_status make_file(ph_circuit *circuits, int n_circuits, making *m, ph_node *tracts)
{
    ph_h5_source *source;
    char **names;
    int n;
    PH_TRY(ph_h5_source_open(m->file, &source));
    ph_status status = ph_h5_source_members(source, "/edges", &names, &n);
    if (status == PH_OK && n == 0)
        status = ph_error(PH_FILE, "%s: there are no edge populations (/edges)", m->file);
    for (int i = 0; status == PH_OK && i < n; i++) {
        m->name = ph_tree_print(m->circuit->tree, "%s", names[i]);
        status = m->name ? make_population(circuits, n_circuits, m, source, tracts)
                         : ph_error(PH_RESOURCE, "out of memory: configuration");
    }
    ph_free(names);
    ph_h5_source_close(&source);
    return status;
}

ph_status ph_circuit_projections(ph_circuit *circuits, int n, ph_circuit *circuit, ph_node *tracts)
{
    const ph_node *networks = ph_node_get(circuit->json.root, "networks");
    const ph_node *edges = ph_node_get(networks, "edges");
    for (const ph_node *entry = edges ? edges->first : NULL; entry; entry = entry->next) {
        const ph_node *file = ph_node_get(entry, "edges_file");
        const ph_node *types = ph_node_get(entry, "edge_types_file");
        making m = {.circuit = circuit, .table = {.path = ""}};
        const char *path;
        int is_enabled;
        PH_TRY(ph_json_enabled(entry, &is_enabled));
        if (!is_enabled)
            continue;
        if (!file)
            return ph_json_error(entry, "missing key 'edges_file'");
        PH_TRY(ph_json_path(&circuit->json, file, &m.file));
        if (types && types->text && strcmp(types->text, "null") != 0) {
            PH_TRY(ph_json_path(&circuit->json, types, &path));
            PH_TRY(ph_csv_read(circuit->tree, path, &m.table));
        }
        PH_TRY(make_file(circuits, n, &m, tracts));
    }
    return PH_OK;
}
