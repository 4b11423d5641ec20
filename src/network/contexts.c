/* SPDX-License-Identifier: Apache-2.0 */
/* Contexts of rules, from the projections' parameters. */
#include "network/contexts.h"

#include "base/memory.h"
#include "network/quanta.h"
#include "plasticity/decay.h"
#include "plasticity/gate.h"
#include "plasticity/sampled.h"

#include <math.h>
#include <string.h>

double ph_param_value(const ph_variant *variant, const char *name)
{
    const ph_table *table = variant->type->params;
    for (int i = 0; i < table->count; i++)
        if (!strcmp(table->params[i].name, name)) {
            double value;
            memcpy(&value, (const char *)variant->params + table->params[i].offset, sizeof value);
            return value;
        }
    return NAN;
}

static ph_status create(const ph_brain *brain, const ph_projection *projection, ph_step keep,
                        ph_rule_context *context)
{
    const ph_rule *rule = (const ph_rule *)projection->plasticity.type;
    double h = brain->simulation.resolution;
    context->params = projection->plasticity.params;
    context->h = h;
    context->w_max = ph_projection_w_max(projection);
    context->dendritic = (ph_step)floor(projection->dendritic_delay / h + 0.5);
    double tau_e = 0;
    for (int i = 0; i < PH_RULE_DECAYS && rule->decays[i]; i++) {
        double tau = ph_param_value(&projection->plasticity, rule->decays[i]);
        PH_TRY(ph_decay_create(tau, h, 2 * keep, &context->decay[i]));
        tau_e = tau;
    }
    if (rule->gate)
        PH_TRY(ph_gate_create(tau_e, h, brain->beat, keep, &context->gate));
    for (int i = 0; i < PH_RULE_SAMPLED && rule->sampled[i]; i++)
        PH_TRY(ph_sampled_create(brain->beat, keep, &context->sampled[i]));
    return PH_OK;
}

ph_status ph_contexts_create(const ph_brain *brain, ph_step keep, ph_rule_context **contexts)
{
    PH_ALLOC(*contexts, brain->n_projections);
    for (int p = 0; p < brain->n_projections; p++)
        if (ph_projection_w_max(brain->projections[p]) > 0)
            PH_TRY(create(brain, brain->projections[p], keep, &(*contexts)[p]));
    return PH_OK;
}

void ph_contexts_destroy(const ph_brain *brain, ph_rule_context **contexts)
{
    for (int p = 0; *contexts && p < brain->n_projections; p++) {
        ph_rule_context *context = &(*contexts)[p];
        for (int i = 0; i < PH_RULE_DECAYS; i++)
            ph_decay_destroy(&context->decay[i]);
        ph_gate_destroy(&context->gate);
        for (int i = 0; i < PH_RULE_SAMPLED; i++)
            ph_sampled_destroy(&context->sampled[i]);
    }
    ph_free(*contexts);
    *contexts = NULL;
}
