/* SPDX-License-Identifier: Apache-2.0 */
/* A simulation_config.json: time, circuit, inputs, output and reports. */
#include "sonata/simulation.h"

#include "sonata/sonata.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHORTEST_MS 1e-6 /* time step: divisors of a beat are looked for one by one */
#define BEAT_MS 5.0 /* of a configuration that does not say otherwise */
#define PREFIX_BYTES 512

/* --- which file ------------------------------------------------------------------------------- */

int ph_is_simulation(const ph_node *root)
{
    const ph_node *simulation = ph_node_get(root, "simulation");
    int names_one = simulation && simulation->kind == PH_NODE_SCALAR;
    return root && !ph_node_get(root, "regions") && (ph_node_get(root, "run") || names_one);
}

ph_status ph_simulation_read(ph_tree *tree, const char *path, ph_json *json, ph_json *outer)
{
    *outer = (ph_json){0};
    PH_TRY(ph_json_read(tree, path, json));
    const ph_node *simulation = ph_node_get(json->root, "simulation");
    if (!simulation)
        return PH_OK;
    const char *inner;
    *outer = *json;
    PH_TRY(ph_json_path(outer, simulation, &inner));
    return ph_json_read(tree, inner, json);
}

/* The circuit: named by the simulation, by the file around it, or within the simulation. */
static ph_status find_circuit(const ph_json *json, const ph_json *outer, const char **path)
{
    const ph_node *network = ph_node_get(json->root, "network");
    if (network)
        return ph_json_path(json, network, path);
    network = outer->root ? ph_node_get(outer->root, "network") : NULL;
    if (network)
        return ph_json_path(outer, network, path);
    PH_CHECK(ph_node_get(json->root, "networks"), PH_CONFIG,
             "%s: it names no circuit (key 'network')", json->path);
    *path = json->path;
    return PH_OK;
}

/* --- phasic's own part ------------------------------------------------------------------------ */

/* What SONATA has no words for: a configuration whose regions take in the circuit. @param root out:
 * of it; NULL: the simulation names none */
static ph_status read_own(const ph_json *json, ph_node **root)
{
    const ph_node *own = ph_node_get(json->root, "phasic");
    const ph_node *file = ph_node_get(own, "configuration");
    ph_errors errors = {0};
    const char *path;
    char *text;
    size_t bytes;
    *root = NULL;
    if (own && !file)
        return ph_json_error(own, "missing key 'configuration'");
    if (!own)
        return PH_OK;
    PH_TRY(ph_json_path(json, file, &path));
    PH_TRY(ph_file_read(json->tree, path, PH_CONFIG_BYTES, &text, &bytes));
    ph_status status = ph_node_parse(json->tree, &errors, text, bytes, path, 0, root);
    if (status == PH_OK)
        status = ph_errors_raise(&errors);
    ph_errors_free(&errors);
    PH_TRY(status);
    PH_CHECK(*root && (*root)->kind == PH_NODE_MAPPING, PH_CONFIG,
             "%s: a configuration is a mapping of keys to values", path);
    return PH_OK;
}

/* --- the configuration ------------------------------------------------------------------------ */

/* A beat of which the simulation's length is a multiple, at most the usual one; a run has two or
 * more. */
static double beat_of(double length, double dt)
{
    double steps = floor(length / dt + 0.5), beat = 1;
    double most = fmin(floor(BEAT_MS / dt + 0.5), floor(steps / 2));
    for (double d = 1; d <= most; d++)
        if (fmod(steps, d) == 0)
            beat = d;
    return beat * dt;
}

static ph_status put_time(const ph_json *json, ph_node *root)
{
    const ph_node *run = ph_node_get(json->root, "run");
    double start = 0, stop = NAN, dt = 0.1;
    ph_node *simulation, *neuromodulation;
    PH_CHECK(run && run->kind == PH_NODE_MAPPING, PH_CONFIG, "%s: missing key 'run'", json->path);
    PH_TRY(ph_json_number(run, "tstart", &start));
    PH_TRY(ph_json_number(run, "tstop", &stop));
    PH_TRY(ph_json_number(run, "dt", &dt));
    if (start != 0)
        return ph_json_error(run, "tstart: a simulation begins at 0");
    if (!(stop > 0) || !(dt > 0) || dt > stop)
        return ph_json_error(run, "tstop and dt must be above 0, and dt no longer than tstop");
    if (dt < SHORTEST_MS)
        return ph_json_error(run, "dt: a step of %g ms is too short (at least %g ms)", dt,
                             SHORTEST_MS);
    PH_TRY(ph_put(json->tree, root, PH_NODE_MAPPING, "simulation", run, &simulation));
    PH_TRY(ph_put_number(json->tree, simulation, "resolution", dt, "ms"));
    PH_TRY(ph_put_number(json->tree, simulation, "duration", stop, "ms"));
    if (stop >= 2 * BEAT_MS && fmod(floor(stop / dt + 0.5), floor(BEAT_MS / dt + 0.5)) == 0)
        return PH_OK;
    PH_TRY(ph_put(json->tree, root, PH_NODE_MAPPING, "neuromodulation", run, &neuromodulation));
    return ph_put_number(json->tree, neuromodulation, "beat", beat_of(stop, dt), "ms");
}

/* Inputs with their files' names made absolute. */
static ph_status put_inputs(const ph_json *json, ph_node *sonata)
{
    const ph_node *inputs = ph_node_get(json->root, "inputs");
    ph_node *copy;
    if (!inputs)
        return PH_OK;
    PH_TRY(ph_node_copy(json->tree, inputs, &copy));
    for (ph_node *input = copy->first; input; input = input->next) {
        ph_node *file = ph_node_get(input, "input_file");
        if (file)
            PH_TRY(ph_json_path(json, file, &file->text));
    }
    ph_node_append(sonata, copy);
    return PH_OK;
}

static ph_status put_region(const ph_json *json, const ph_json *outer, ph_node *root)
{
    ph_tree *tree = json->tree;
    const ph_node *sets = ph_node_get(json->root, "node_sets_file");
    ph_node *regions, *region, *sonata;
    const char *path;
    PH_TRY(ph_put(tree, root, PH_NODE_MAPPING, "regions", root, &regions));
    PH_TRY(ph_put(tree, regions, PH_NODE_MAPPING, PH_SONATA_REGION, root, &region));
    PH_TRY(ph_put(tree, region, PH_NODE_MAPPING, "sonata", root, &sonata));
    PH_TRY(find_circuit(json, outer, &path));
    PH_TRY(ph_put_text(tree, sonata, "circuit", "%s", path));
    if (sets) {
        PH_TRY(ph_json_path(json, sets, &path));
        PH_TRY(ph_put_text(tree, sonata, "node_sets", "%s", path));
    }
    return put_inputs(json, sonata);
}

/* What the simulation says of nodes, for a region that takes in the circuit. */
static ph_status put_nodes(const ph_json *json, ph_node *sonata)
{
    const ph_node *sets = ph_node_get(json->root, "node_sets_file");
    const ph_node *inputs = ph_node_get(json->root, "inputs");
    const char *path;
    if (sets && !ph_node_get(sonata, "node_sets")) {
        PH_TRY(ph_json_path(json, sets, &path));
        PH_TRY(ph_put_text(json->tree, sonata, "node_sets", "%s", path));
    }
    return inputs && inputs->count > 0 && !ph_node_get(sonata, "inputs") ? put_inputs(json, sonata)
                                                                         : PH_OK;
}

/* The simulation says how long and by which steps. */
static ph_status own_on_top(const ph_json *json, ph_node *own, ph_node *root)
{
    ph_node *simulation = ph_node_get(own, "simulation"), *regions = ph_node_get(own, "regions");
    static const char *const by_run[] = {"resolution", "duration"};
    for (int k = 0; k < PH_COUNT(by_run); k++) {
        ph_node *old = ph_node_get(simulation, by_run[k]);
        if (old)
            ph_node_remove(simulation, old);
    }
    for (ph_node *region = regions ? regions->first : NULL; region; region = region->next) {
        ph_node *sonata = ph_node_get(region, "sonata");
        if (sonata && sonata->kind == PH_NODE_MAPPING)
            PH_TRY(put_nodes(json, sonata));
    }
    return ph_node_merge(root, own);
}

ph_status ph_simulation_begin(ph_tree *tree, const char *path, ph_node **root)
{
    ph_json json, outer;
    ph_node *made, *own;
    PH_TRY(ph_simulation_read(tree, path, &json, &outer));
    PH_TRY(read_own(&json, &own));
    PH_TRY(ph_node_create(tree, PH_NODE_MAPPING, json.root, &made));
    PH_TRY(put_time(&json, made));
    *root = made;
    if (!own)
        return put_region(&json, &outer, made);
    return own_on_top(&json, own, made);
}

/* --- recording -------------------------------------------------------------------------------- */

/* The spikes of all populations that are simulated, under their names in the files. */
static ph_status list_spikes(const ph_circuit *circuit, ph_node *list)
{
    ph_tree *tree = circuit->tree;
    for (int p = 0; p < circuit->n_populations; p++) {
        const ph_node_population *population = &circuit->populations[p];
        PH_TRY(ph_put_text(tree, population->node, "recorded_as", "%s", population->name));
        if (population->model != &ph_sonata_virtual)
            PH_TRY(ph_put_text(tree, list, NULL, "%s.%s", circuit->name, population->plain));
    }
    return PH_OK;
}

static ph_status put_spikes(const ph_circuit *circuits, int n, ph_node *recording)
{
    ph_node *spikes, *list;
    PH_TRY(ph_put(circuits->tree, recording, PH_NODE_MAPPING, "spikes", recording, &spikes));
    PH_TRY(ph_put(circuits->tree, spikes, PH_NODE_LIST, "populations", recording, &list));
    for (int c = 0; c < n; c++)
        PH_TRY(list_spikes(&circuits[c], list));
    return PH_OK;
}

/* Addresses of a node set's cells; those of a whole population need no numbers. */
static ph_status put_cells(ph_circuit *circuits, int n_circuits, const ph_node *report,
                           ph_node *list)
{
    const ph_node *cells = ph_node_get(report, "cells");
    char prefix[PREFIX_BYTES];
    ph_chosen *sets;
    int n, all = 0;
    if (!cells)
        return ph_json_error(report, "missing key 'cells'");
    for (int c = 0; c < n_circuits; c++) {
        PH_TRY(ph_circuit_node_set(&circuits[c], cells, &sets, &n));
        all += n;
        for (int i = 0; i < n; i++) {
            const char *plain = sets[i].population->plain;
            snprintf(prefix, sizeof prefix, "%s.%s.", circuits[c].name, plain);
            PH_TRY(sets[i].nodes
                       ? ph_circuit_put_nodes(circuits->tree, &sets[i], prefix, list)
                       : ph_put_text(circuits->tree, list, NULL, "%s.%s", circuits[c].name, plain));
        }
    }
    return all > 0 ? PH_OK : ph_json_error(cells, "the node set has no nodes");
}

/* What modules may report. */
static const struct {
    const char *module, *variable;
    const char *of; /* phasic's word */
} known_reports[] = {
    {"membrane_report", "V_m", "V_m"},        {"membrane_report", "v", "V_m"},
    {"multimeter_report", "V_m", "V_m"},      {"multimeter_report", "v", "V_m"},
    {"netcon_report", "syn_weight", "weights"}, {"netcon_report", "weight", "weights"},
    {"syn_report", "syn_weight", "weights"},  {"syn_report", "weight", "weights"},
};

static ph_status kind_of(const ph_node *report, const char **of)
{
    const ph_node *module = ph_node_get(report, "module");
    const ph_node *variable = ph_node_get(report, "variable_name");
    const char *name = module && module->text ? module->text : "", *known = NULL;
    for (int i = 0; i < PH_COUNT(known_reports); i++) {
        if (strcmp(known_reports[i].module, name) != 0)
            continue;
        known = known_reports[i].of;
        if (variable && variable->text && !strcmp(variable->text, known_reports[i].variable)) {
            *of = known;
            return PH_OK;
        }
    }
    if (!known)
        return ph_json_error(report, "unknown module '%.60s' of a report (known: membrane_report, "
                                     "multimeter_report, netcon_report, syn_report)",
                             name);
    return ph_json_error(report, "unknown variable_name '%.60s' of a report (known: %s)",
                         variable && variable->text ? variable->text : "",
                         strcmp(known, "V_m") ? "syn_weight, weight" : "V_m, v");
}

static ph_status put_file(const ph_circuit *circuit, const ph_node *report, ph_node *node)
{
    const ph_node *file = ph_node_get(report, "file_name");
    const char *text = file && file->text ? file->text : report->key;
    size_t n = strlen(text);
    int is_h5 = n > 3 && !strcmp(text + n - 3, ".h5");
    return ph_put_text(circuit->tree, node, "file", "%s%s", text, is_h5 ? "" : ".h5");
}

static int is_multiple(double time, double of)
{
    return fabs(floor(time / of + 0.5) * of - time) <= 1e-6 * of;
}

/* From when to when, in milliseconds. */
static ph_status put_span(ph_tree *tree, const ph_node *report, double interval, ph_node *node)
{
    double start = 0, stop = NAN;
    PH_TRY(ph_json_number(report, "start_time", &start));
    PH_TRY(ph_json_number(report, "end_time", &stop));
    if (!(start >= 0) || stop < start)
        return ph_json_error(report, "end_time is after start_time, which is 0 ms or more");
    if (!is_multiple(start, interval))
        return ph_json_error(report, "start_time: rows are at whole multiples of dt, %g ms",
                             interval);
    if (start > 0)
        PH_TRY(ph_put_number(tree, node, "start", start, "ms"));
    return isnan(stop) ? PH_OK : ph_put_number(tree, node, "stop", stop, "ms");
}

/* Weights have a row for each phase. */
static ph_status check_span(const ph_json *json, const ph_node *report)
{
    double start = 0, length = 0, stop = HUGE_VAL;
    PH_TRY(ph_json_number(report, "start_time", &start));
    PH_TRY(ph_json_number(report, "end_time", &stop));
    PH_TRY(ph_json_number(ph_node_get(json->root, "run"), "tstop", &length));
    return start == 0 && stop >= length
               ? PH_OK
               : ph_json_error(report, "start_time and end_time: weights are reported for all of "
                               "the run");
}

/* @param steps in, out: of the interval of V_m, which is to divide those of all reports */
static ph_status put_report(ph_circuit *circuits, int n, const ph_json *json,
                            const ph_node *report, double dt, ph_node *reports, int64_t *steps)
{
    ph_tree *tree = circuits->tree;
    const char *of = NULL, *key = ph_plain_name(tree, report->key);
    double interval = dt;
    ph_node *node, *cells;
    PH_CHECK(key, PH_RESOURCE, "out of memory: configuration");
    PH_TRY(kind_of(report, &of));
    PH_TRY(ph_put(tree, reports, PH_NODE_MAPPING, key, report, &node));
    PH_TRY(put_file(circuits, report, node));
    PH_TRY(ph_put_text(tree, node, "of", "%s", of));
    PH_TRY(ph_put(tree, node, PH_NODE_LIST, "cells", report, &cells));
    PH_TRY(put_cells(circuits, n, report, cells));
    if (strcmp(of, "V_m") != 0)
        return check_span(json, report);
    PH_TRY(ph_json_number(report, "dt", &interval));
    int64_t a = (int64_t)floor(interval / dt + 0.5);
    if (a < 1)
        return ph_json_error(report, "dt: rows are a step of the simulation apart, or more");
    if (!is_multiple(interval, dt))
        return ph_json_error(report, "dt: rows are whole steps of the simulation (%g ms) apart",
                             dt);
    PH_TRY(ph_put_number(tree, node, "interval", (double)a * dt, "ms"));
    PH_TRY(put_span(tree, report, (double)a * dt, node));
    for (int64_t b = *steps; b;) { /* Euclid */
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    *steps = a;
    return PH_OK;
}

/* Reports, and potentials at times that all of them have. */
static ph_status put_reports(ph_circuit *circuits, int n, const ph_json *json, ph_node *recording)
{
    const ph_node *reports = ph_node_get(json->root, "reports");
    double dt = 0.1;
    int64_t steps = 0;
    int is_enabled;
    ph_node *V_m, *list, *made;
    PH_TRY(ph_json_number(ph_node_get(json->root, "run"), "dt", &dt));
    PH_TRY(ph_node_create(circuits->tree, PH_NODE_MAPPING, recording, &made));
    made->key = "reports";
    for (const ph_node *report = reports ? reports->first : NULL; report; report = report->next) {
        PH_TRY(ph_json_enabled(report, &is_enabled));
        if (is_enabled)
            PH_TRY(put_report(circuits, n, json, report, dt, made, &steps));
    }
    if (made->first)
        ph_node_append(recording, made);
    if (steps == 0)
        return PH_OK;
    PH_TRY(ph_put(circuits->tree, recording, PH_NODE_MAPPING, "V_m", recording, &V_m));
    PH_TRY(ph_put(circuits->tree, V_m, PH_NODE_LIST, "populations", recording, &list));
    return ph_put_number(circuits->tree, V_m, "interval", (double)steps * dt, "ms");
}

ph_status ph_simulation_end(ph_circuit *circuits, int n, const char *path, ph_node *root)
{
    ph_json json, outer;
    ph_node *recording, *over = ph_node_get(root, "recording");
    ph_tree *tree = circuits->tree;
    PH_TRY(ph_simulation_read(tree, path, &json, &outer));
    PH_TRY(ph_node_create(tree, PH_NODE_MAPPING, root, &recording));
    recording->key = "recording";
    PH_TRY(put_spikes(circuits, n, recording));
    PH_TRY(put_reports(circuits, n, &json, recording));
    if (!over) {
        ph_node_append(root, recording);
        return PH_OK;
    }
    ph_node_replace(root, over, recording);
    return ph_node_merge(recording, over);
}

/* --- output ----------------------------------------------------------------------------------- */

ph_status ph_sonata_output_of(ph_tree *tree, const char *path, ph_sonata_output *output)
{
    ph_json json, outer;
    *output = (ph_sonata_output){0};
    if (ph_json_read(tree, path, &json) != PH_OK || !ph_is_simulation(json.root))
        return PH_OK; /* a configuration of phasic, or what is wrong with it will be said */
    PH_TRY(ph_simulation_read(tree, path, &json, &outer));
    const ph_node *section = ph_node_get(json.root, "output");
    const ph_node *folder = ph_node_get(section, "output_dir");
    const ph_node *overwrite = ph_node_get(section, "overwrite_output_dir");
    if (folder)
        PH_TRY(ph_json_path(&json, folder, &output->folder));
    output->overwrite = overwrite && overwrite->text && !strcmp(overwrite->text, "true");
    return PH_OK;
}
