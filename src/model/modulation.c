/* SPDX-License-Identifier: Apache-2.0 */
/* Neuromodulators: which regions they reach, and which receptor moves which parameter. */
#include "model/internal.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

#define MOST_NAMES 64
#define MOST_BEATS 1e9

static void resolve_densities(ph_builder *builder, ph_map *map)
{
    ph_density *densities = map->items;
    for (int d = 0; d < map->count; d++)
        densities[d].region = ph_build_region(builder, &densities[d].item);
}

/* --- receptors -------------------------------------------------------------------------------- */

static void find_receptor(ph_builder *builder, ph_modulation *modulation)
{
    const ph_map *transmitters = &builder->brain->neuromodulation.transmitters;
    const ph_transmitter *items = transmitters->items;
    const ph_node *node = ph_node_get(modulation->item.node, "receptor");
    const char *known[MOST_NAMES];
    int n = 0, found = 0;
    modulation->transmitter = modulation->receptor_index = -1;
    if (!modulation->receptor || !node)
        return;
    for (int t = 0; t < transmitters->count; t++) {
        const ph_receptor *receptors = items[t].receptors.items;
        for (int r = 0; r < items[t].receptors.count; r++) {
            if (n < MOST_NAMES)
                known[n++] = receptors[r].item.name;
            if (strcmp(receptors[r].item.name, modulation->receptor) != 0)
                continue;
            found++;
            modulation->transmitter = t;
            modulation->receptor_index = r;
        }
    }
    if (found == 0)
        ph_read_unknown(&builder->reader, node, 0, "receptor", modulation->receptor, known, n);
    if (found > 1)
        ph_errors_add(builder->reader.errors, node,
                      "'%s' is a receptor of %d transmitters; give them different names",
                      modulation->receptor, found);
}

/* --- parameters ------------------------------------------------------------------------------- */

/* The parameters of one or two tables that may be moved. */
static void find_parameter(ph_builder *builder, const ph_table *table, const ph_table *more,
                           ph_modulation *modulation)
{
    const ph_table *tables[] = {table, more};
    const ph_node *node = ph_node_get(modulation->item.node, "parameter");
    const char *name = modulation->parameter ? modulation->parameter : modulation->item.name;
    const char *known[MOST_NAMES];
    int n = 0;
    for (int t = 0; t < PH_COUNT(tables) && tables[t]; t++)
        for (int i = 0; i < tables[t]->count; i++) {
            const ph_param *param = &tables[t]->params[i];
            if (!(param->flags & PH_PARAM_MODULATED))
                continue;
            if (n < MOST_NAMES)
                known[n++] = param->name;
            if (!strcmp(param->name, name))
                modulation->param = param;
        }
    if (!modulation->param)
        ph_read_unknown(&builder->reader, node ? node : modulation->item.node, !node,
                        "parameter that a receptor may move", name, known, n);
}

static void check_messenger(ph_builder *builder, const ph_modulation *modulation)
{
    int of = modulation->curve.of;
    if ((of != PH_CURVE_OF_MESSENGER && of != PH_CURVE_OF_MESSENGER_DEVIATION) ||
        modulation->receptor_index < 0)
        return;
    const ph_transmitter *transmitter =
        (const ph_transmitter *)builder->brain->neuromodulation.transmitters.items +
        modulation->transmitter;
    const ph_receptor *receptor =
        (const ph_receptor *)transmitter->receptors.items + modulation->receptor_index;
    if (!(receptor->messenger.tau > 0))
        ph_errors_add(builder->reader.errors,
                      ph_node_get(ph_node_get(modulation->item.node, "curve"), "of"),
                      "receptor '%s' of %s has no messenger; give it one: messenger: {tau: TIME}",
                      receptor->item.name, transmitter->item.name);
}

/* A gain is a pure number, or has the unit of the parameter that it adds to. */
static void check_curve(ph_builder *builder, ph_modulation *modulation)
{
    ph_curve *curve = &modulation->curve;
    const ph_node *node = ph_node_get(modulation->item.node, "curve");
    const ph_node *gain = ph_node_get(node, "gain");
    const char *unit = modulation->combine == PH_COMBINE_SUM ? modulation->param->unit : "1";
    int is_hill = curve->type == PH_CURVE_HILL;
    if (!ph_node_get(node, "of"))
        curve->of = is_hill ? PH_CURVE_OF_OCCUPANCY : PH_CURVE_OF_DEVIATION;
    if (gain && gain->text && ph_quantity_parse(gain->text, unit, &curve->gain, NULL) != PH_OK)
        ph_errors_add(builder->reader.errors, gain, "%s", ph_error_message());
    if (is_hill && curve->n != floor(curve->n))
        ph_errors_add(builder->reader.errors, ph_node_get(node, "n"),
                      "the exponent must be 1, 2, 3 or 4");
    if (is_hill && !(curve->half > 0))
        ph_errors_add(builder->reader.errors, ph_node_get(node, "half"),
                      "the occupancy of half effect must be above 0");
}

/* Half a beat counts as one. A wrong beat or delay has its own error. */
static void count_delay(const ph_builder *builder, ph_modulation *modulation)
{
    double beats = modulation->delay / builder->brain->neuromodulation.beat;
    modulation->delay_beats = beats >= 0 && beats < MOST_BEATS ? (int)floor(beats + 0.5) : 0;
}

void ph_build_modulations(ph_builder *builder, ph_map *modulation, const ph_table *table,
                          const ph_table *more)
{
    ph_modulation *items = modulation->items;
    for (int m = 0; m < modulation->count; m++) {
        find_receptor(builder, &items[m]);
        find_parameter(builder, table, more, &items[m]);
        count_delay(builder, &items[m]);
        if (!items[m].param)
            continue;
        check_curve(builder, &items[m]);
        check_messenger(builder, &items[m]);
    }
}

static void resolve_projection(ph_builder *builder, ph_projection *projection)
{
    int has_release = projection->short_term.U > 0;
    if (projection->modulation.count > 0 && projection->plasticity.type &&
        !ph_rule_of(projection) && !has_release) {
        ph_errors_add_key(builder->reader.errors, ph_node_get(projection->plasticity.node,
                                                              "modulation"),
                          "static plasticity has no parameter that a receptor could move");
        return;
    }
    if (projection->plasticity.type)
        ph_build_modulations(builder, &projection->modulation,
                             projection->plasticity.type->params,
                             has_release ? &ph_short_term_table : NULL);
}

/* --- transmitters ----------------------------------------------------------------------------- */

static void resolve_sources(ph_builder *builder, ph_transmitter *transmitter, int index)
{
    ph_brain *brain = builder->brain;
    ph_source *sources = transmitter->sources.items;
    for (int s = 0; s < transmitter->sources.count; s++) {
        sources[s].transmitter = index;
        resolve_densities(builder, &sources[s].innervation);
        if (brain->n_sources < PH_MAX_SOURCES)
            brain->sources[brain->n_sources++] = &sources[s];
        else
            ph_errors_add(builder->reader.errors, sources[s].item.node,
                          "more than %d sources of transmitters beside their nuclei",
                          PH_MAX_SOURCES);
    }
}

static void resolve_transmitter(ph_builder *builder, ph_transmitter *transmitter, int index)
{
    resolve_densities(builder, &transmitter->innervation);
    resolve_densities(builder, &transmitter->apical_innervation);
    resolve_densities(builder, &transmitter->glia);
    resolve_sources(builder, transmitter, index);
    ph_build_modulations(builder, &transmitter->modulation, &ph_terminal_table, NULL);
}

/* --- populations ------------------------------------------------------------------------------ */

#define MOST_GAIN 1e6

/* Which ports there are depends on the model. */
static ph_status make_gains(ph_builder *builder, ph_population *population)
{
    const ph_neuron_model *model = ph_model_of(population);
    ph_tree *tree = builder->brain->tree;
    ph_table *table;
    ph_param *params;
    PH_TREE_ALLOC(tree, table, 1);
    PH_TREE_ALLOC(tree, params, model->n_ports);
    for (int p = 0; p < model->n_ports; p++) {
        params[p] = (ph_param){.name = ph_tree_print(tree, "gain_%s", model->ports[p].name),
                               .kind = PH_KIND_REAL,
                               .unit = "1",
                               .value = "1",
                               .max = MOST_GAIN,
                               .flags = PH_PARAM_MODULATED_HELD};
        PH_CHECK(params[p].name, PH_RESOURCE, "out of memory: configuration");
    }
    *table = (ph_table){.name = "gains", .params = params, .count = model->n_ports};
    population->gains = table;
    return PH_OK;
}

static ph_status resolve_population(ph_builder *builder, ph_population *population)
{
    if (!ph_model_of(population))
        return PH_OK;
    PH_TRY(make_gains(builder, population));
    ph_build_modulations(builder, &population->modulation, population->neuron.type->params,
                         population->gains);
    return PH_OK;
}

/* --- all -------------------------------------------------------------------------------------- */

ph_status ph_build_modulation(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    ph_neuromodulation *neuromodulation = &brain->neuromodulation;
    ph_transmitter *transmitters = neuromodulation->transmitters.items;
    for (int t = 0; t < neuromodulation->transmitters.count; t++)
        resolve_transmitter(builder, &transmitters[t], t);
    for (int i = 0; i < brain->n_projections; i++)
        resolve_projection(builder, brain->projections[i]);
    for (int p = 0; p < brain->n_populations; p++)
        PH_TRY(resolve_population(builder, brain->populations[p]));
    if (neuromodulation->broadcast == PH_BROADCAST_YOKED && !neuromodulation->yoked)
        ph_errors_add(builder->reader.errors, ph_node_get(brain->tree->root, "neuromodulation"),
                      "broadcast: yoked needs the run.h5 to play back: yoked: FILE");
    return PH_OK;
}
