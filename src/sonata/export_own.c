/* SPDX-License-Identifier: Apache-2.0 */
/* What goes on top of an exported circuit: the configuration without what the circuit says. Sizes
 * and weights are those that were built, so that `scale` is 1 in it. */
#include "sonata/export.h"

#include "base/memory.h"
#include "io/folder.h"
#include "model/tables.h"
#include "network/quanta.h"
#include "sonata/json.h"
#include "sonata/models.h"

#include <phasic/plasticity.h>
#include <phasic/stimulus.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- nodes ------------------------------------------------------------------------------------ */

static void drop(ph_node *mapping, const char *key)
{
    ph_node *child = ph_node_get(mapping, key);
    if (child)
        ph_node_remove(mapping, child);
}

/* Defaults come again by themselves. */
static void drop_defaults(ph_node *node)
{
    for (ph_node *child = node->first, *next; child; child = next) {
        next = child->next;
        if (child->flags & PH_NODE_DEFAULT)
            ph_node_remove(node, child);
        else
            drop_defaults(child);
    }
}

static ph_status put_number(const ph_export *export, ph_node *mapping, const char *key,
                            double value, const char *unit)
{
    drop(mapping, key);
    return ph_put_number(export->tree, mapping, key, value, unit);
}

/* A distribution as it was built. */
static ph_status put_dist(const ph_export *export, ph_node *mapping, const char *key,
                          const ph_dist *dist, const char *unit)
{
    static const char *const types[] = {"constant", "normal", "lognormal", "uniform"};
    ph_node *node;
    drop(mapping, key);
    if (dist->type == PH_DIST_CONSTANT)
        return ph_put_number(export->tree, mapping, key, dist->mean, unit);
    PH_TRY(ph_put(export->tree, mapping, PH_NODE_MAPPING, key, mapping, &node));
    PH_TRY(ph_put_text(export->tree, node, "type", "%s", types[dist->type]));
    if (dist->type != PH_DIST_UNIFORM) {
        PH_TRY(ph_put_number(export->tree, node, "mean", dist->mean, unit));
        PH_TRY(ph_put_number(export->tree, node, "sd", dist->sd, unit));
    }
    if (isfinite(dist->min))
        PH_TRY(ph_put_number(export->tree, node, "min", dist->min, unit));
    return isfinite(dist->max) ? ph_put_number(export->tree, node, "max", dist->max, unit) : PH_OK;
}

/* --- populations ------------------------------------------------------------------------------ */

/* Parameters that the model of SONATA does not have, or not to the last bit, stay. */
static ph_status keep_parameters(const ph_population *population, ph_node *neuron)
{
    const ph_sonata_model *model = ph_sonata_model_for(population->neuron.type->name);
    const ph_table *table = population->neuron.type->params;
    for (int k = 0; model && k < model->n_keys; k++) {
        const ph_sonata_key *key = &model->keys[k];
        double value = 0;
        for (int i = 0; i < table->count; i++)
            if (key->param && !strcmp(table->params[i].name, key->param))
                memcpy(&value,
                       (const char *)population->neuron.params + table->params[i].offset,
                       sizeof value);
        if (key->param && value / key->factor * key->factor == value)
            drop(neuron, key->param);
    }
    while (!model && neuron->first)
        ph_node_remove(neuron, neuron->first);
    drop_defaults(neuron);
    return PH_OK;
}

/* Spikes from outside as `scale` has made them. */
static ph_status scale_stimulus(const ph_export *export, const ph_population *population,
                                const ph_region *region, const ph_named_variant *stimulus,
                                ph_node *node)
{
    const ph_stimulus_type *type = (const ph_stimulus_type *)(const void *)stimulus->variant.type;
    const ph_node *indegree = ph_node_get(node, "indegree");
    const ph_neuron_model *neuron = (const ph_neuron_model *)(const void *)population->neuron.type;
    const char *receptor = NULL;
    double weight, rate, inputs = 1;
    if (type->kind != PH_STIMULUS_SPIKES)
        return PH_OK;
    type->spikes(stimulus->variant.params, &receptor, &weight, &rate);
    int port = ph_population_port(population, receptor);
    if (ph_node_get(node, "weight") && port >= 0)
        PH_TRY(put_number(export, node, "weight",
                          ph_scaled_input_weight(region, population, weight),
                          neuron->ports[port].unit));
    if (!indegree)
        return PH_OK;
    PH_TRY(ph_json_number(node, "indegree", &inputs));
    inputs = floor(inputs * region->scale + 0.5);
    if (inputs < 1)
        PH_TRY(put_number(export, node, "rate", 0, "Hz"));
    return put_number(export, node, "indegree", inputs < 1 ? 1 : inputs, NULL);
}

/* The current that keeps the mean is the first to be added: it may be one of two, no more. */
static ph_status put_current(const ph_export *export, const ph_population *population,
                             ph_node *node)
{
    ph_node *mapping = ph_node_get(node, "stimuli"), *current;
    const char *key = "scale";
    if (!mapping)
        PH_TRY(ph_put(export->tree, node, PH_NODE_MAPPING, "stimuli", node, &mapping));
    while (key && ph_node_get(mapping, key))
        key = ph_tree_print(export->tree, "%s_", key);
    PH_CHECK(key, PH_RESOURCE, "out of memory: configuration");
    PH_TRY(ph_put(export->tree, mapping, PH_NODE_MAPPING, key, node, &current));
    PH_TRY(ph_put_text(export->tree, current, "type", "dc"));
    return ph_put_number(export->tree, current, "amplitude", population->I_scale, "pA");
}

static ph_status put_scaled(const ph_export *export, const ph_population *population,
                            const ph_region *region, ph_node *node)
{
    const ph_named_variant *stimuli = population->stimuli.items;
    ph_node *mapping = ph_node_get(node, "stimuli");
    for (int s = 0; s < population->stimuli.count; s++)
        PH_TRY(scale_stimulus(export, population, region, &stimuli[s],
                              ph_node_get(mapping, stimuli[s].item.name)));
    return population->I_scale != 0 ? put_current(export, population, node) : PH_OK;
}

/* Whoever takes in a model of NEST's gives it NEST's potential at the start, if nobody says it. */
static int needs_start(const ph_population *population, const ph_node *node)
{
    const ph_sonata_model *model = ph_sonata_model_for(population->neuron.type->name);
    return model && model->has_potential && !ph_node_get(node, "V_init") &&
           !ph_export_has_starts(population);
}

static ph_status put_start(const ph_export *export, const ph_population *population, ph_node *node)
{
    const ph_neuron_model *neuron = (const ph_neuron_model *)(const void *)population->neuron.type;
    return needs_start(population, node)
               ? ph_put_number(export->tree, node, "V_init",
                               neuron->rest(population->neuron.params), "mV")
               : PH_OK;
}

static ph_status keep_population(const ph_export *export, const ph_region *region,
                                 const ph_population *population, ph_node *node)
{
    ph_node *neuron = ph_node_get(node, "neuron");
    drop(node, "size");
    drop(node, "nodes");
    PH_TRY(keep_parameters(population, neuron));
    if (!neuron->first || (neuron->count == 1 && ph_node_get(neuron, "type")))
        drop(node, "neuron");
    if (population->per_channel)
        PH_TRY(ph_put_text(export->tree, node, "size", "%lld",
                           (long long)(population->size / region->channels.count)));
    if (region->scale < 1)
        PH_TRY(put_scaled(export, population, region, node));
    return put_start(export, population, node);
}

/* --- projections ------------------------------------------------------------------------------ */

static ph_status put_bound(const ph_export *export, const ph_projection *projection,
                           const char *unit, ph_node *node)
{
    const ph_rule *rule = (const ph_rule *)(const void *)projection->plasticity.type;
    ph_node *plasticity = ph_node_get(node, "plasticity");
    double w_max = ph_projection_w_max(projection);
    return w_max > 0 ? put_number(export, plasticity, rule->w_max, w_max, unit) : PH_OK;
}

static ph_status keep_projection(const ph_export *export, const ph_projection *projection,
                                 ph_node *node)
{
    static const char *const by_circuit[] = {"source", "target", "receptor", "connect", "channels"};
    const ph_brain *brain = export->brain;
    const ph_population *target = brain->populations[projection->target.span.population];
    const ph_neuron_model *neuron = (const ph_neuron_model *)(const void *)target->neuron.type;
    const char *unit = neuron->ports[projection->port].unit;
    const ph_region *region = (const ph_region *)brain->regions.items + target->region;
    for (int i = 0; i < PH_COUNT(by_circuit); i++)
        drop(node, by_circuit[i]);
    if (region->scale == 1 || projection->tract)
        return PH_OK;
    PH_TRY(put_dist(export, node, "weight", &projection->weight, unit));
    return put_bound(export, projection, unit, node);
}

static ph_status keep_projections(const ph_export *export, const ph_map *map, ph_node *mapping)
{
    const ph_projection *items = map->items;
    for (int i = 0; i < map->count; i++)
        PH_TRY(keep_projection(export, &items[i], ph_node_get(mapping, items[i].item.name)));
    return PH_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

static ph_status put_circuit(const ph_export *export, const ph_region *region, ph_node *node)
{
    const ph_population *populations = region->populations.items;
    ph_node *sonata, *list;
    PH_TRY(ph_put(export->tree, node, PH_NODE_MAPPING, "sonata", node, &sonata));
    PH_TRY(ph_put_text(export->tree, sonata, "circuit", "circuit_config.json"));
    PH_TRY(ph_put(export->tree, sonata, PH_NODE_LIST, "populations", node, &list));
    for (int p = 0; p < region->populations.count; p++)
        PH_TRY(ph_put_text(export->tree, list, NULL, "%s", ph_export_name(&populations[p])));
    return PH_OK;
}

static ph_status keep_region(const ph_export *export, const ph_region *region, ph_node *node)
{
    const ph_population *populations = region->populations.items;
    ph_node *mapping = ph_node_get(node, "populations");
    for (int p = 0; p < region->populations.count; p++)
        PH_TRY(keep_population(export, region, &populations[p],
                               ph_node_get(mapping, populations[p].item.name)));
    PH_TRY(keep_projections(export, &region->projections, ph_node_get(node, "projections")));
    drop(node, "scale");
    return put_circuit(export, region, node);
}

static ph_status check_population(const ph_region *region, const ph_population *population)
{
    const ph_named_variant *stimuli = population->stimuli.items;
    int currents = 0;
    for (int s = 0; s < population->stimuli.count; s++)
        currents += ((const ph_stimulus_type *)(const void *)stimuli[s].variant.type)->kind ==
                    PH_STIMULUS_CURRENT;
    PH_CHECK(region->scale == 1 || population->I_scale == 0 || currents < 2, PH_CONFIG,
             "population %s: beside two currents, that of scale cannot be exported",
             population->address);
    PH_CHECK(!population->nodes.file || !needs_start(population, population->item.node), PH_CONFIG,
             "population %s: its neurons differ; give them a V_init", population->address);
    return PH_OK;
}

/* What a phase sets within a scaled region is meant at scale 1. */
static ph_status check_phases(const ph_brain *brain)
{
    const ph_region *regions = brain->regions.items;
    for (int p = 0; p < brain->n_phases; p++)
        for (const ph_node *set = brain->phase[p]->set ? brain->phase[p]->set->first : NULL; set;
             set = set->next)
            for (int r = 0; r < brain->n_regions; r++) {
                char path[512];
                int n = snprintf(path, sizeof path, "regions.%s.", regions[r].item.name);
                PH_CHECK(regions[r].scale == 1 || strncmp(set->key, path, (size_t)n) != 0,
                         PH_CONFIG,
                         "phase %s sets %s: what a phase changes in a scaled region cannot be "
                         "exported",
                         brain->phase[p]->item.name, set->key);
            }
    return PH_OK;
}

static ph_status keep(const ph_export *export)
{
    const ph_brain *brain = export->brain;
    const ph_region *regions = brain->regions.items;
    ph_node *root = export->tree->root, *mapping = ph_node_get(root, "regions");
    ph_node *modulation;
    for (int r = 0; r < brain->n_regions; r++)
        PH_TRY(keep_region(export, &regions[r], ph_node_get(mapping, regions[r].item.name)));
    PH_TRY(keep_projections(export, &brain->tracts, ph_node_get(root, "tracts")));
    drop_defaults(root);
    modulation = ph_node_get(root, "neuromodulation");
    if (!modulation)
        PH_TRY(ph_put(export->tree, root, PH_NODE_MAPPING, "neuromodulation", root, &modulation));
    return put_number(export, modulation, "beat", brain->neuromodulation.beat, "ms");
}

ph_status ph_export_check(const ph_export *export)
{
    const ph_region *regions = export->brain->regions.items;
    for (int r = 0; r < export->brain->n_regions; r++) {
        const ph_population *populations = regions[r].populations.items;
        for (int p = 0; p < regions[r].populations.count; p++)
            PH_TRY(check_population(&regions[r], &populations[p]));
    }
    return check_phases(export->brain);
}

ph_status ph_export_own(const ph_export *export)
{
    char *text;
    PH_TRY(keep(export));
    PH_TRY(ph_tree_emit(export->tree, &text));
    ph_status status = ph_folder_write(export->folder, "phasic.yaml", text);
    ph_free(text);
    return status;
}
