/* SPDX-License-Identifier: Apache-2.0 */
/* Quanta from the largest weights that projections, stimuli and inputs declare. */
#include "network/quanta.h"

#include "base/memory.h"
#include "network/draw.h"
#include <phasic/plasticity.h>
#include <phasic/stimulus.h>

#include <math.h>
#include <string.h>

int ph_population_port(const ph_population *population, const char *receptor)
{
    const ph_neuron_model *model = (const ph_neuron_model *)population->neuron.type;
    for (int p = 0; receptor && p < model->n_ports; p++)
        if (!strcmp(model->ports[p].name, receptor))
            return p;
    return -1;
}

static void raise_to(double *largest, double weight)
{
    if (fabs(weight) > *largest)
        *largest = fabs(weight);
}

double ph_projection_w_max(const ph_projection *projection)
{
    const ph_descriptor *type = projection->plasticity.type;
    const ph_rule *rule = (const ph_rule *)type;
    for (int i = 0; rule->w_max && i < type->params->count; i++)
        if (!strcmp(type->params->params[i].name, rule->w_max)) {
            double w_max;
            memcpy(&w_max,
                   (const char *)projection->plasticity.params + type->params->params[i].offset,
                   sizeof w_max);
            return w_max;
        }
    return 0;
}

static void largest_of_stimuli(const ph_brain *brain, double *largest)
{
    for (int p = 0; p < brain->n_populations; p++) {
        const ph_population *population = brain->populations[p];
        const ph_named_variant *stimuli = population->stimuli.items;
        const ph_region *region = (const ph_region *)brain->regions.items + population->region;
        for (int s = 0; s < population->stimuli.count; s++) {
            const ph_stimulus_type *type = (const ph_stimulus_type *)stimuli[s].variant.type;
            if (type->kind != PH_STIMULUS_SPIKES)
                continue;
            const char *receptor;
            double weight, rate;
            type->spikes(stimuli[s].variant.params, &receptor, &weight, &rate);
            int port = ph_population_port(population, receptor);
            if (port >= 0)
                raise_to(&largest[p * PH_NEURON_PORTS + port],
                         ph_scaled_input_weight(region, population, weight));
        }
    }
}

double ph_scaled_input_weight(const ph_region *region, const ph_population *population,
                              double weight)
{
    const ph_neuron_model *model = (const ph_neuron_model *)population->neuron.type;
    return weight / (model->mean_current ? sqrt(region->scale) : region->scale);
}

ph_status ph_quanta_create(const ph_brain *brain, const ph_task_input *inputs, int n_inputs,
                           ph_quanta *quanta)
{
    int n = brain->n_populations * PH_NEURON_PORTS;
    PH_ALLOC(quanta->quantum, n);
    double *largest = quanta->quantum;
    for (int p = 0; p < brain->n_projections; p++) {
        const ph_projection *projection = brain->projections[p];
        double *of_port =
            &largest[projection->target.span.population * PH_NEURON_PORTS + projection->port];
        const ph_homeostasis *homeostasis = &projection->homeostasis;
        double factor = homeostasis->rate > 0 ? homeostasis->max : 1;
        raise_to(of_port, factor * ph_dist_bound(&projection->weight));
        raise_to(of_port, factor * ph_projection_w_max(projection));
    }
    largest_of_stimuli(brain, largest);
    for (int i = 0; i < n_inputs; i++) {
        const ph_population *target = brain->populations[inputs[i].span.population];
        int port = ph_population_port(target, inputs[i].receptor);
        PH_CHECK(port >= 0, PH_CONFIG, "population %s has no receptor '%s'", target->address,
                 inputs[i].receptor ? inputs[i].receptor : "");
        raise_to(&largest[inputs[i].span.population * PH_NEURON_PORTS + port], inputs[i].weight);
    }
    for (int i = 0; i < n; i++) {
        int exponent;
        (void)frexp(largest[i] / PH_WEIGHT_MAX, &exponent); /* exact: moves bits only */
        quanta->quantum[i] = largest[i] > 0 ? ldexp(1.0, exponent) : 1.0;
    }
    return PH_OK;
}

void ph_quanta_destroy(ph_quanta *quanta)
{
    ph_free(quanta->quantum);
    quanta->quantum = NULL;
}
