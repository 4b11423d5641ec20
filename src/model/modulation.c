/* SPDX-License-Identifier: Apache-2.0 */
/* Neuromodulators: which regions they reach, and which receptor moves which parameter. */
#include "model/internal.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

#define MOST_NAMES 64
#define MOST_BEATS 1e9

/* The compartment of some cells of a region that has a name; 0: none has. */
static int compartment_named(const ph_brain *brain, int region, const char *name)
{
    for (int p = 0; p < brain->n_populations; p++) {
        const ph_neuron_model *model = ph_model_of(brain->populations[p]);
        if (brain->populations[p]->region != region || !model)
            continue;
        for (int c = 1; c < PH_NEURON_COMPARTMENTS; c++)
            if (model->compartments[c].name && !strcmp(model->compartments[c].name, name))
                return c;
    }
    return 0;
}

/* "region", or "region.compartment". */
static void find_density(const ph_brain *brain, ph_density *density)
{
    const char *name = density->item.name, *dot = strchr(name, '.');
    size_t n = dot ? (size_t)(dot - name) : strlen(name);
    density->region = -1;
    density->compartment = 0;
    for (int r = 0; r < brain->n_regions; r++) {
        const char *region = ph_region_at(brain, r)->item.name;
        if (strlen(region) != n || strncmp(region, name, n) != 0)
            continue;
        density->compartment = dot ? compartment_named(brain, r, dot + 1) : 0;
        density->region = dot && !density->compartment ? -1 : r;
    }
}

static void resolve_innervation(ph_builder *builder, ph_transmitter *transmitter)
{
    ph_brain *brain = builder->brain;
    ph_density *densities = transmitter->innervation.items;
    const char *known[MOST_NAMES];
    int n = 0;
    for (int r = 0; r < brain->n_regions && n < MOST_NAMES; r++)
        known[n++] = ph_region_at(brain, r)->item.name;
    for (int d = 0; d < transmitter->innervation.count; d++) {
        find_density(brain, &densities[d]);
        if (densities[d].region < 0)
            ph_read_unknown(&builder->reader, densities[d].item.node, 1,
                            "region or region.compartment",
                            densities[d].item.name, known, n);
    }
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

static void find_parameter(ph_builder *builder, const ph_projection *projection,
                           ph_modulation *modulation)
{
    const ph_table *table = projection->plasticity.type->params;
    const ph_node *node = ph_node_get(modulation->item.node, "parameter");
    const char *name = modulation->parameter ? modulation->parameter : modulation->item.name;
    const char *known[MOST_NAMES];
    int n = 0;
    for (int i = 0; i < table->count; i++) {
        if (!(table->params[i].flags & PH_PARAM_MODULATED))
            continue;
        if (n < MOST_NAMES)
            known[n++] = table->params[i].name;
        if (!strcmp(table->params[i].name, name))
            modulation->param = &table->params[i];
    }
    if (!modulation->param)
        ph_read_unknown(&builder->reader, node ? node : modulation->item.node, !node,
                        "parameter that a receptor may move", name, known, n);
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

static void resolve_projection(ph_builder *builder, ph_projection *projection)
{
    ph_modulation *items = projection->modulation.items;
    if (projection->modulation.count > 0 && projection->plasticity.type &&
        !ph_rule_of(projection)) {
        ph_errors_add_key(builder->reader.errors, ph_node_get(projection->plasticity.node,
                                                              "modulation"),
                          "static plasticity has no parameter that a receptor could move");
        return;
    }
    for (int m = 0; m < projection->modulation.count && projection->plasticity.type; m++) {
        find_receptor(builder, &items[m]);
        find_parameter(builder, projection, &items[m]);
        count_delay(builder, &items[m]);
        if (items[m].param)
            check_curve(builder, &items[m]);
    }
}

ph_status ph_build_modulation(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    ph_neuromodulation *neuromodulation = &brain->neuromodulation;
    ph_transmitter *transmitters = neuromodulation->transmitters.items;
    for (int t = 0; t < neuromodulation->transmitters.count; t++)
        resolve_innervation(builder, &transmitters[t]);
    for (int i = 0; i < brain->n_projections; i++)
        resolve_projection(builder, brain->projections[i]);
    if (neuromodulation->broadcast == PH_BROADCAST_YOKED && !neuromodulation->yoked)
        ph_errors_add(builder->reader.errors, ph_node_get(brain->tree->root, "neuromodulation"),
                      "broadcast: yoked needs the run.h5 to play back: yoked: FILE");
    return PH_OK;
}
