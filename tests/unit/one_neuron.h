/* SPDX-License-Identifier: Apache-2.0 */
/* A vector of equal neurons of any model, stepped by hand. Nothing here is collective. */
#ifndef PHASIC_TESTS_ONE_NEURON_H
#define PHASIC_TESTS_ONE_NEURON_H

#include "base/units.h"
#include <phasic/neuron.h>

#include <string.h>

typedef struct one_neuron {
    const ph_neuron_model *model;
    double params[64]; /* the model's struct: doubles, and choices at its end */
    ph_step step;
    _Alignas(64) ph_real k[PH_NEURON_CONSTANTS];
    _Alignas(64) ph_real state[PH_NEURON_STATES][PH_PAD];
    _Alignas(64) ph_real in[PH_NEURON_PORTS][PH_PAD];
    _Alignas(64) ph_real I[PH_PAD];
    _Alignas(64) int32_t refractory[PH_PAD], spiked[PH_PAD];
} one_neuron;

/** @brief Set a parameter, in the table's unit; one_neuron_prepare puts it in force. */
static inline void one_neuron_set(one_neuron *neuron, const char *name, double value)
{
    const ph_table *table = neuron->model->base.params;
    for (int i = 0; i < table->count; i++)
        if (!strcmp(table->params[i].name, name))
            memcpy((char *)neuron->params + table->params[i].offset, &value, sizeof value);
}

/** @brief Neurons at rest, with the defaults of the model's table. */
static inline void one_neuron_lay(const ph_neuron_model *model, one_neuron *neuron)
{
    memset(neuron, 0, sizeof *neuron);
    neuron->model = model;
    for (int i = 0; i < model->base.params->count; i++) {
        const ph_param *param = &model->base.params->params[i];
        double value;
        if (param->kind == PH_KIND_REAL &&
            ph_quantity_parse(param->value, param->unit, &value, NULL) == PH_OK)
            one_neuron_set(neuron, param->name, value);
    }
}

static inline void one_neuron_prepare(one_neuron *neuron, double h)
{
    neuron->model->prepare(neuron->params, h, neuron->k);
}

/** @brief A step in which weights arrive and a current flows (pA). @return whether it spikes */
static inline int one_neuron_step(one_neuron *neuron, const double *arriving, double I)
{
    ph_neuron_step step = {.n = PH_PAD,
                           .n_neurons = PH_PAD,
                           .refractory = neuron->refractory,
                           .I = neuron->I,
                           .k = neuron->k,
                           .stride = 1,
                           .step = ++neuron->step,
                           .spiked = neuron->spiked};
    for (int i = 0; i < neuron->model->n_states; i++)
        step.state[i] = neuron->state[i];
    for (int p = 0; p < PH_NEURON_PORTS; p++) {
        step.in[p] = neuron->in[p];
        for (int i = 0; i < PH_PAD; i++)
            neuron->in[p][i] = arriving && p < neuron->model->n_ports ? (ph_real)arriving[p] : 0;
    }
    for (int i = 0; i < PH_PAD; i++)
        neuron->I[i] = (ph_real)I;
    return neuron->model->update(&step) > 0;
}

#endif
