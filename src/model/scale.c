/* SPDX-License-Identifier: Apache-2.0 */
/* A region at a smaller scale: fewer neurons and synapses, stronger weights, the same mean input.
 * S. J. van Albada, M. Helias, M. Diesmann, PLoS Comput Biol 11:e1004490 (2015): indegree K s,
 * weight w / sqrt(s), and a constant current for the mean that is then missing. */
#include "model/internal.h"

#include <phasic/math.h>
#include "base/units.h"
#include "network/connect.h"

#include <math.h>
#include <string.h>

static int64_t rounded(double x)
{
    return (int64_t)floor(x + 0.5);
}

/* Neurons of a span at scale 1. */
static double whole_count(const ph_brain *brain, const ph_span *span)
{
    const ph_population *population = brain->populations[span->population];
    const ph_node *size = ph_node_get(population->item.node, "size");
    int64_t whole = span->count;
    if (!population->per_channel && size && size->text)
        (void)ph_integer_parse(size->text, &whole);
    return (double)whole;
}

/* ln(1 - C) / ln(1 - 1/pairs); the logarithm by its series where 1 - 1/pairs would round. */
static double total_of(double probability, double pairs)
{
    if (pairs <= 1)
        return probability > 0 ? 1 : 0;
    double x = 1 / pairs;
    double log_q = x < 1e-4 ? -x * (1 + x * (0.5 + x * (1.0 / 3 + x * 0.25))) : ph_log(1 - x);
    return ph_log(1 - probability) / log_q;
}

/* Sources that one target may draw from, at scale 1. */
static double sources_of(const ph_brain *brain, const ph_projection *projection)
{
    double sources = whole_count(brain, &projection->source.span);
    const ph_population *source = brain->populations[projection->source.span.population];
    return ph_channels_sources(projection->channels,
                               ph_region_at(brain, source->region)->channels.count, sources);
}

/* Mean indegree at scale 1; the total of a projection given by its probability is filled in. */
static double whole_indegree(const ph_brain *brain, ph_projection *projection)
{
    void *params = projection->connect.params;
    const ph_descriptor *rule = projection->connect.type;
    if (rule == &ph_connect_fixed_indegree)
        return (double)((ph_connect_fixed_indegree_params *)params)->indegree;
    if (rule == &ph_connect_fixed_total_number) {
        ph_connect_fixed_total_params *p = params;
        double targets = whole_count(brain, &projection->target.span);
        if (!isnan(p->probability))
            p->total = rounded(total_of(p->probability, sources_of(brain, projection) * targets));
        return (double)p->total / targets;
    }
    if (rule == &ph_connect_pairwise_bernoulli)
        return ((ph_connect_bernoulli_params *)params)->p * sources_of(brain, projection);
    return rule == &ph_connect_one_to_one ? 1 : sources_of(brain, projection);
}

/* Lower the indegree to its part. @return whether it has become smaller */
static int shrink(const ph_brain *brain, ph_projection *projection, double s)
{
    void *params = projection->connect.params;
    const ph_descriptor *rule = projection->connect.type;
    if (rule == &ph_connect_fixed_indegree) {
        ph_connect_fixed_indegree_params *p = params;
        int64_t scaled = rounded((double)p->indegree * s);
        p->indegree = scaled < 1 && p->indegree > 0 ? 1 : scaled;
        return 1;
    }
    if (rule == &ph_connect_fixed_total_number) {
        ph_connect_fixed_total_params *p = params;
        int stays = brain->populations[projection->target.span.population]->per_channel;
        p->total = rounded((double)p->total * (stays ? s : s * s));
        return 1;
    }
    if (rule == &ph_connect_one_to_one)
        return 0;
    return !brain->populations[projection->source.span.population]->per_channel;
}

static void strengthen(ph_projection *projection, double factor)
{
    ph_dist *weight = &projection->weight;
    weight->mean *= factor;
    weight->sd *= factor;
    weight->min *= factor;
    weight->max *= factor;
    const ph_rule *rule = ph_rule_of(projection);
    double *w_max = rule ? ph_rule_parameter(projection, rule->w_max, NULL) : NULL;
    if (w_max)
        *w_max *= factor;
}

static void scale_projection(ph_builder *builder, ph_projection *projection, double s)
{
    ph_brain *brain = builder->brain;
    const ph_population *source = brain->populations[projection->source.span.population];
    ph_population *target = brain->populations[projection->target.span.population];
    const ph_neuron_model *model = ph_model_of(target);
    double indegree = whole_indegree(brain, projection);
    if (s == 1 || !shrink(brain, projection, s))
        return;
    int is_shaped = projection->connect.type == &ph_connect_ring;
    if (!model->mean_current || projection->target.span.count != target->size || is_shaped) {
        strengthen(projection, 1 / s);
        return;
    }
    if (isnan(source->rate)) {
        ph_errors_add(builder->reader.errors, source->item.node,
                      "missing key 'rate': with scale %g, the mean input from %s is kept by its "
                      "expected rate",
                      s, source->address);
        return;
    }
    double missing = (1 - sqrt(s)) * indegree * projection->weight.mean * source->rate * 1e-3;
    target->I_scale += model->mean_current(target->neuron.params, projection->port, missing);
    strengthen(projection, 1 / sqrt(s));
}

/* Spikes from outside: fewer inputs (by the stimulus), each stronger (by the network). */
static void scale_stimuli(ph_builder *builder, ph_population *population, double s)
{
    const ph_neuron_model *model = ph_model_of(population);
    const ph_named_variant *stimuli = population->stimuli.items;
    for (int i = 0; i < population->stimuli.count && model && model->mean_current; i++) {
        const ph_stimulus_type *type =
            (const ph_stimulus_type *)(const void *)stimuli[i].variant.type;
        if (!type || type->kind != PH_STIMULUS_SPIKES)
            continue;
        const char *receptor = NULL;
        double weight, rate;
        type->spikes(stimuli[i].variant.params, &receptor, &weight, &rate);
        int port = ph_build_port(builder, stimuli[i].item.node, population->index, receptor);
        if (port >= 0)
            population->I_scale += model->mean_current(population->neuron.params, port,
                                                       (1 - sqrt(s)) * weight * rate);
    }
}

ph_status ph_build_scale(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    for (int i = 0; i < brain->n_projections; i++) {
        ph_projection *projection = brain->projections[i];
        if (projection->port < 0)
            continue;
        int r = brain->populations[projection->target.span.population]->region;
        scale_projection(builder, projection,
                         projection->tract ? 1 : ph_region_at(brain, r)->scale);
    }
    for (int p = 0; p < brain->n_populations; p++) {
        double s = ph_region_at(brain, brain->populations[p]->region)->scale;
        if (s > 0 && s < 1)
            scale_stimuli(builder, brain->populations[p], s);
    }
    return PH_OK;
}
