/* SPDX-License-Identifier: Apache-2.0 */
/* All files of an export; the simulation comes last: it is there when all it names is. */
#include "sonata/export.h"

#include "io/folder.h"
#include "sonata/json.h"
#include "sonata/models.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- the circuit and the simulation ----------------------------------------------------------- */

static ph_status put_base(const ph_export *export, ph_node *root)
{
    ph_node *manifest;
    PH_TRY(ph_put(export->tree, root, PH_NODE_MAPPING, "manifest", root, &manifest));
    return ph_put_text(export->tree, manifest, "$BASE_DIR", ".");
}

/* A file of nodes or edges, and the table of its types. */
static ph_status put_files(const ph_export *export, ph_node *list, const char *file_key,
                           const char *file, const char *types_key, const char *types)
{
    ph_node *entry;
    PH_TRY(ph_put(export->tree, list, PH_NODE_MAPPING, NULL, list, &entry));
    PH_TRY(ph_put_text(export->tree, entry, file_key, "$BASE_DIR/%s.h5", file));
    return ph_put_text(export->tree, entry, types_key, "$BASE_DIR/%s.csv", types);
}

static ph_status put_networks(const ph_export *export, ph_node *root)
{
    ph_tree *tree = export->tree;
    ph_node *networks, *list;
    PH_TRY(ph_put(tree, root, PH_NODE_MAPPING, "networks", root, &networks));
    PH_TRY(ph_put(tree, networks, PH_NODE_LIST, "nodes", networks, &list));
    for (int are_virtual = 0; are_virtual <= 1; are_virtual++)
        if (ph_export_has_nodes(export->brain, are_virtual))
            PH_TRY(put_files(export, list, "nodes_file", PH_EXPORT_NODES(are_virtual),
                             "node_types_file", PH_EXPORT_NODE_TYPES(are_virtual)));
    if (export->brain->n_projections == 0)
        return PH_OK;
    PH_TRY(ph_put(tree, networks, PH_NODE_LIST, "edges", networks, &list));
    return put_files(export, list, "edges_file", "edges", "edge_types_file", "edge_types");
}

/* Whether NEST has all of the models. */
static int is_for_nest(const ph_brain *brain)
{
    static const char nest[] = "nest:";
    int is = ph_export_has_nodes(brain, 0);
    for (int p = 0; p < brain->n_populations; p++) {
        const ph_descriptor *type = brain->populations[p]->neuron.type;
        const ph_sonata_model *model = ph_sonata_model_for(type->name);
        is &= model && (model == &ph_sonata_virtual || !strncmp(model->name, nest, strlen(nest)));
    }
    return is;
}

static ph_status write_circuit(const ph_export *export)
{
    ph_node *root, *components;
    PH_TRY(ph_node_create(export->tree, PH_NODE_MAPPING, NULL, &root));
    PH_TRY(put_base(export, root));
    if (is_for_nest(export->brain))
        PH_TRY(ph_put_text(export->tree, root, "target_simulator", "NEST"));
    PH_TRY(ph_put(export->tree, root, PH_NODE_MAPPING, "components", root, &components));
    PH_TRY(ph_put_text(export->tree, components, "point_neuron_models_dir",
                       "$BASE_DIR/point_neuron_params"));
    PH_TRY(put_networks(export, root));
    return ph_export_json(export, "circuit_config.json", root);
}

/* How long all phases take, whole beats; what counts trials is as long as somebody needs. */
static double length_of(const ph_brain *brain)
{
    double length = 0, beat = brain->neuromodulation.beat;
    for (int p = 0; p < brain->n_phases; p++)
        length += brain->phase[p]->duration > 0 ? brain->phase[p]->duration : 0;
    return length > 0 ? length : beat;
}

static ph_status write_simulation(const ph_export *export)
{
    ph_tree *tree = export->tree;
    ph_node *root, *run, *output, *own, *empty;
    PH_TRY(ph_node_create(tree, PH_NODE_MAPPING, NULL, &root));
    PH_TRY(put_base(export, root));
    PH_TRY(ph_put(tree, root, PH_NODE_MAPPING, "run", root, &run));
    PH_TRY(ph_put_number(tree, run, "tstop", length_of(export->brain), NULL));
    PH_TRY(ph_put_number(tree, run, "dt", export->brain->simulation.resolution, NULL));
    PH_TRY(ph_put_text(tree, root, "network", "$BASE_DIR/circuit_config.json"));
    PH_TRY(ph_put_text(tree, root, "node_sets_file", "$BASE_DIR/node_sets.json"));
    PH_TRY(ph_put(tree, root, PH_NODE_MAPPING, "inputs", root, &empty));
    PH_TRY(ph_put(tree, root, PH_NODE_MAPPING, "reports", root, &empty));
    PH_TRY(ph_put(tree, root, PH_NODE_MAPPING, "output", root, &output));
    PH_TRY(ph_put_text(tree, output, "output_dir", "$BASE_DIR/output"));
    PH_TRY(ph_put_text(tree, output, "spikes_file", "spikes.h5"));
    PH_TRY(ph_put(tree, root, PH_NODE_MAPPING, "phasic", root, &own));
    PH_TRY(ph_put_text(tree, own, "configuration", "$BASE_DIR/phasic.yaml"));
    return ph_export_json(export, "simulation_config.json", root);
}

/* --- node sets: populations, and regions as lists of them ------------------------------------- */

static ph_status put_population_set(const ph_export *export, const ph_population *population,
                                    ph_node *root)
{
    const char *name = ph_export_name(population);
    ph_node *set;
    PH_TRY(ph_put(export->tree, root, PH_NODE_MAPPING, name, root, &set));
    return ph_put_text(export->tree, set, "population", "%s", name);
}

static ph_status put_region_set(const ph_export *export, const ph_region *region, ph_node *root)
{
    const ph_population *populations = region->populations.items;
    ph_node *set;
    if (ph_node_get(root, region->item.name))
        return PH_OK;
    PH_TRY(ph_put(export->tree, root, PH_NODE_LIST, region->item.name, root, &set));
    for (int p = 0; p < region->populations.count; p++)
        PH_TRY(ph_put_text(export->tree, set, NULL, "%s", ph_export_name(&populations[p])));
    return PH_OK;
}

static ph_status write_node_sets(const ph_export *export)
{
    const ph_brain *brain = export->brain;
    const ph_region *regions = brain->regions.items;
    ph_node *root;
    PH_TRY(ph_node_create(export->tree, PH_NODE_MAPPING, NULL, &root));
    for (int p = 0; p < brain->n_populations; p++)
        PH_TRY(put_population_set(export, brain->populations[p], root));
    for (int r = 0; r < brain->n_regions; r++)
        PH_TRY(put_region_set(export, &regions[r], root));
    return ph_export_json(export, "node_sets.json", root);
}

/* --- what is missing -------------------------------------------------------------------------- */

/* A line of names: how many, and the first ones. */
typedef struct listed {
    int n, length;
    char words[600];
} listed;

static void add(listed *list, const char *name, const char *what)
{
    int room = (int)sizeof list->words - list->length;
    if (list->n++ < 8 && room > 100)
        list->length += snprintf(list->words + list->length, (size_t)room, "%s%.60s%s%.60s%s",
                                 list->n > 1 ? ", " : "", name, what ? " (" : "",
                                 what ? what : "", what ? ")" : "");
}

static void print(const listed *list, const char *title)
{
    if (list->n > 0)
        printf("  %s: %s%s\n", title, list->words, list->n > 8 ? ", ..." : "");
}

static void print_populations(const ph_brain *brain)
{
    listed models = {0}, stimuli = {0}, modulated = {0};
    for (int p = 0; p < brain->n_populations; p++) {
        const ph_population *population = brain->populations[p];
        const ph_named_variant *items = population->stimuli.items;
        if (!ph_sonata_model_for(population->neuron.type->name))
            add(&models, population->address, population->neuron.type->name);
        for (int s = 0; s < population->stimuli.count; s++)
            add(&stimuli, population->address, items[s].variant.type->name);
        if (population->I_scale != 0)
            add(&stimuli, population->address, "current that keeps the mean");
        if (population->modulation.count > 0)
            add(&modulated, population->address, NULL);
    }
    print(&models, "neuron models");
    print(&stimuli, "stimuli");
    print(&modulated, "neurons that receptors move");
}

static void print_projections(const ph_brain *brain)
{
    listed plastic = {0}, releases = {0}, scaled = {0};
    for (int p = 0; p < brain->n_projections; p++) {
        const ph_projection *projection = brain->projections[p];
        if (strcmp(projection->plasticity.type->name, "static") != 0)
            add(&plastic, projection->address, projection->plasticity.type->name);
        if (projection->short_term.U > 0)
            add(&releases, projection->address, NULL);
        if (projection->homeostasis.rate > 0)
            add(&scaled, projection->address, NULL);
    }
    print(&plastic, "plasticity");
    print(&releases, "short-term plasticity");
    print(&scaled, "homeostasis");
}

ph_status ph_export_print_missing(const ph_brain *brain)
{
    listed transmitters = {0}, interventions = {0}, tasks = {0}, phases = {0};
    const ph_transmitter *transmitter = brain->neuromodulation.transmitters.items;
    const ph_named_variant *intervention = brain->interventions.items;
    printf("in phasic.yaml alone, for readers other than phasic not there:\n");
    print_populations(brain);
    print_projections(brain);
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++)
        add(&transmitters, transmitter[t].item.name, NULL);
    for (int i = 0; i < brain->interventions.count; i++)
        add(&interventions, intervention[i].item.name, intervention[i].variant.type->name);
    if (brain->task.type)
        add(&tasks, brain->task.type->name, NULL);
    for (int p = 0; p < brain->n_phases && brain->phases.count > 0; p++)
        add(&phases, brain->phase[p]->item.name, brain->phase[p]->trials > 0 ? "trials" : NULL);
    print(&transmitters, "neuromodulation");
    print(&interventions, "interventions");
    print(&tasks, "task");
    print(&phases, "phases");
    printf("  potentials at the start, receptors by name, bounds of weights\n");
    PH_CHECK(fflush(stdout) == 0, PH_FILE, "standard output cannot be written");
    return PH_OK;
}

/* --- all -------------------------------------------------------------------------------------- */

static ph_status conclude(const ph_export *export)
{
    PH_TRY(write_node_sets(export));
    PH_TRY(write_circuit(export));
    PH_TRY(ph_export_own(export));
    return write_simulation(export);
}

ph_status ph_sonata_export(ph_export *export)
{
    const ph_comm *comm = export->comm;
    int is_first = ph_comm_rank(comm) == 0;
    PH_TRY(ph_comm_agree(comm, is_first ? ph_export_check(export) : PH_OK));
    PH_TRY(ph_comm_agree(comm, is_first ? ph_export_nodes(export) : PH_OK));
    PH_TRY(ph_export_edges(export));
    return ph_comm_agree(comm, is_first ? conclude(export) : PH_OK);
}
