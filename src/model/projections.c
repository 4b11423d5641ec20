/* SPDX-License-Identifier: Apache-2.0 */
/* Projections and stimuli against their targets: ports, units and signs of weights, channels,
 * bounds of plastic weights. */
#include "model/internal.h"

#include "network/connect.h"
#include "network/draw_ring.h"

#include <math.h>
#include <string.h>

const ph_rule *ph_rule_of(const ph_projection *projection)
{
    const ph_descriptor *type = projection->plasticity.type;
    if (!type || !strcmp(type->name, "static"))
        return NULL;
    return (const ph_rule *)(const void *)type;
}

double *ph_rule_parameter(const ph_projection *projection, const char *name, const ph_param **out)
{
    const ph_table *table = projection->plasticity.type->params;
    for (int i = 0; i < table->count; i++)
        if (name && table->params[i].kind == PH_KIND_REAL &&
            !strcmp(table->params[i].name, name)) {
            if (out)
                *out = &table->params[i];
            return (double *)(void *)((char *)projection->plasticity.params +
                                      table->params[i].offset);
        }
    return NULL;
}

/* Whether a quantity that may be pA or nS is in the port's unit; an error if not. */
static int check_unit(ph_builder *builder, const ph_node *node, const ph_population *target,
                      const ph_port *port)
{
    if (!strcmp(ph_read_unit(node, "pA|nS") ? "nS" : "pA", port->unit))
        return 1;
    ph_errors_add(builder->reader.errors, node,
                  "weights onto receptor '%s' of %s are in %s (%s)", port->name, target->address,
                  port->unit, ph_model_of(target)->base.name);
    return 0;
}

/* Every parameter of a variant that is in pA or nS. */
static void check_variant_units(ph_builder *builder, const ph_variant *variant,
                                const ph_population *target, const ph_port *port)
{
    const ph_table *table = variant->type->params;
    for (int i = 0; i < table->count; i++) {
        const ph_param *param = &table->params[i];
        const ph_node *node = ph_node_get(variant->node, param->name);
        if (node && param->unit && !strcmp(param->unit, "pA|nS"))
            check_unit(builder, node, target, port);
    }
}

static void check_sign(ph_builder *builder, const ph_node *node, double weight,
                       const ph_population *target, const ph_port *port)
{
    if (port->sign * weight < 0)
        ph_errors_add(builder->reader.errors, node,
                      "weights onto receptor '%s' of %s must be %s 0", port->name, target->address,
                      port->sign > 0 ? "at or above" : "at or below");
}

void ph_build_weight(ph_builder *builder, const ph_node *node, double weight, int population,
                     int port)
{
    const ph_population *target = builder->brain->populations[population];
    const ph_port *onto = &ph_model_of(target)->ports[port];
    if (check_unit(builder, node, target, onto))
        check_sign(builder, node, weight, target, onto);
}

/* --- plastic weights -------------------------------------------------------------------------- */

static void bound_weights(ph_dist *weight, double w_max)
{
    double low = weight->mean < 0 ? -w_max : 0, high = weight->mean < 0 ? 0 : w_max;
    weight->min = weight->min < low ? low : weight->min;
    weight->max = weight->max > high ? high : weight->max;
}

static void check_plastic(ph_builder *builder, ph_projection *projection,
                          const ph_population *target, const ph_port *port)
{
    const ph_rule *rule = ph_rule_of(projection);
    if (!rule)
        return;
    const ph_node *node = projection->plasticity.node;
    check_variant_units(builder, &projection->plasticity, target, port);
    const char *wrong = rule->check ? rule->check(projection->plasticity.params) : NULL;
    if (wrong)
        ph_errors_add(builder->reader.errors, node, "%s", wrong);
    const double *w_max = ph_rule_parameter(projection, rule->w_max, NULL);
    if (!w_max || !(*w_max > 0)) {
        const ph_node *value = rule->w_max ? ph_node_get(node, rule->w_max) : NULL;
        if (value || !rule->w_max)
            ph_errors_add(builder->reader.errors, value ? value : node,
                          "a plastic weight needs a bound above 0");
        return;
    }
    if (fabs(projection->weight.mean) > *w_max)
        ph_errors_add(builder->reader.errors, projection->weight.node,
                      "the mean of plastic weights, %g %s, must be within 0 and w_max = %g %s",
                      projection->weight.mean, port->unit, *w_max, port->unit);
    else
        bound_weights(&projection->weight, *w_max);
}

static void check_gate(ph_builder *builder, const ph_projection *projection,
                       const ph_population *target, const ph_port *port)
{
    const ph_node *node = ph_node_get(projection->item.node, "dendritic_gate");
    const ph_rule *rule = ph_rule_of(projection);
    if (!(projection->dendritic_gate.slope > 0) || !node)
        return;
    if (target->nodes.file)
        ph_errors_add(builder->reader.errors, node, "the neurons of %s differ in their parameters",
                      target->address);
    if (port->compartment == 0)
        ph_errors_add(builder->reader.errors, node,
                      "receptor '%s' of %s is not on a dendrite with a potential of its own",
                      port->name, target->address);
    else if (!rule || !rule->local)
        ph_errors_add(builder->reader.errors, node, "plasticity %s reads no local potential",
                      projection->plasticity.type->name);
}

/* --- channels --------------------------------------------------------------------------------- */

static int channels_of(const ph_brain *brain, const ph_span *span)
{
    const ph_population *population = brain->populations[span->population];
    int is_whole = span->count == population->size;
    return population->per_channel && is_whole
               ? ph_region_at(brain, population->region)->channels.count
               : 0;
}

static void check_channels(ph_builder *builder, const ph_projection *projection)
{
    if (projection->channels == PH_CHANNELS_ALL)
        return;
    int source = channels_of(builder->brain, &projection->source.span);
    int target = channels_of(builder->brain, &projection->target.span);
    if (source == 0 || source != target)
        ph_errors_add(builder->reader.errors, projection->item.node,
                      "channels: pairs of channels need two whole populations that are per_channel "
                      "and have as many channels");
}

/* A file's edges know whole populations, all of their neurons. */
static void check_edges(ph_builder *builder, const ph_projection *projection)
{
    const ph_brain *brain = builder->brain;
    const ph_span *source = &projection->source.span, *target = &projection->target.span;
    if (source->count != brain->populations[source->population]->size ||
        target->count != brain->populations[target->population]->size ||
        projection->channels != PH_CHANNELS_ALL)
        ph_errors_add(builder->reader.errors, projection->connect.node,
                      "edges of a file lead from a whole population to a whole one");
    int r = brain->populations[target->population]->region;
    if (ph_region_at(brain, r)->scale < 1)
        ph_errors_add(builder->reader.errors, projection->connect.node,
                      "edges of a file cannot be scaled");
}

static void check_connect(ph_builder *builder, const ph_projection *projection)
{
    const ph_variant *connect = &projection->connect;
    if (connect->type == &ph_connect_one_to_one &&
        projection->source.span.count != projection->target.span.count)
        ph_errors_add(builder->reader.errors, connect->node,
                      "one_to_one, but %s has %lld neurons and %s %lld", projection->source.text,
                      (long long)projection->source.span.count, projection->target.text,
                      (long long)projection->target.span.count);
    if (connect->type == &ph_connect_headings &&
        ph_grid_side(projection->source.span.count) < 2)
        ph_errors_add(builder->reader.errors, connect->node,
                      "headings: the %lld neurons of %s make no square grid",
                      (long long)projection->source.span.count, projection->source.text);
    if (connect->type == &ph_connect_sonata)
        check_edges(builder, projection);
    if (connect->type != &ph_connect_fixed_total_number)
        return;
    const ph_connect_fixed_total_params *p = connect->params;
    int has_total = ph_node_get(connect->node, "total") != NULL;
    if (has_total == !isnan(p->probability))
        ph_errors_add(builder->reader.errors, connect->node,
                      "give either 'total' or 'probability'");
}

/* --- all -------------------------------------------------------------------------------------- */

static void check_projection(ph_builder *builder, ph_projection *projection)
{
    projection->port = -1;
    if (projection->source.span.population < 0 || projection->target.span.population < 0)
        return;
    const ph_population *target = builder->brain->populations[projection->target.span.population];
    const ph_node *receptor = ph_node_get(projection->item.node, "receptor");
    if (!projection->connect.type || !projection->plasticity.type || !receptor)
        return;
    check_channels(builder, projection);
    check_connect(builder, projection);
    projection->port =
        ph_build_port(builder, receptor, target->index, projection->receptor);
    if (projection->port < 0 || !projection->weight.node)
        return;
    const ph_port *port = &ph_model_of(target)->ports[projection->port];
    if (!check_unit(builder, projection->weight.node, target, port))
        return;
    check_sign(builder, projection->weight.node, projection->weight.mean, target, port);
    check_plastic(builder, projection, target, port);
    check_gate(builder, projection, target, port);
}

static void check_stimulus(ph_builder *builder, const ph_population *population,
                           const ph_variant *stimulus)
{
    const ph_stimulus_type *type = (const ph_stimulus_type *)(const void *)stimulus->type;
    if (!type || type->kind != PH_STIMULUS_SPIKES || !ph_model_of(population))
        return;
    const char *receptor = NULL;
    double weight, rate;
    type->spikes(stimulus->params, &receptor, &weight, &rate);
    const ph_node *node = ph_node_get(stimulus->node, "receptor");
    int p = ph_build_port(builder, node ? node : stimulus->node, population->index, receptor);
    if (p < 0)
        return;
    const ph_port *port = &ph_model_of(population)->ports[p];
    check_variant_units(builder, stimulus, population, port);
    node = ph_node_get(stimulus->node, "weight");
    check_sign(builder, node ? node : stimulus->node, weight, population, port);
}

ph_status ph_build_projections(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    for (int i = 0; i < brain->n_projections; i++)
        check_projection(builder, brain->projections[i]);
    for (int p = 0; p < brain->n_populations; p++) {
        const ph_named_variant *stimuli = brain->populations[p]->stimuli.items;
        for (int s = 0; s < brain->populations[p]->stimuli.count; s++)
            check_stimulus(builder, brain->populations[p], &stimuli[s].variant);
    }
    return PH_OK;
}
