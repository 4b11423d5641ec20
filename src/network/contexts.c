/* SPDX-License-Identifier: Apache-2.0 */
/* Contexts of rules, from the projections' parameters. */
#include "network/contexts.h"

#include "base/memory.h"
#include "network/quanta.h"
#include "plasticity/decay.h"
#include "plasticity/gate.h"
#include "plasticity/release.h"
#include "plasticity/rules.h"
#include "plasticity/sampled.h"

#include <math.h>
#include <string.h>

/* Where a parameter's value lies; NULL when the table has none. */
static const char *place_of(const ph_variant *variant, const char *name)
{
    const ph_table *table = variant->type->params;
    for (int i = 0; i < table->count; i++)
        if (!strcmp(table->params[i].name, name))
            return (const char *)variant->params + table->params[i].offset;
    return NULL;
}

double ph_param_value(const ph_variant *variant, const char *name)
{
    const char *place = place_of(variant, name);
    double value = NAN;
    if (place)
        memcpy(&value, place, sizeof value);
    return value;
}

int ph_param_choice(const ph_variant *variant, const char *name)
{
    const char *place = place_of(variant, name);
    int value = 0;
    if (place)
        memcpy(&value, place, sizeof value);
    return value;
}

const ph_rule *ph_projection_rule(const ph_projection *projection)
{
    const ph_rule *rule = (const ph_rule *)(const void *)projection->plasticity.type;
    int is_as_it_is = !(projection->short_term.U > 0) && !(projection->homeostasis.rate > 0);
    return rule == &ph_rule_static && is_as_it_is ? NULL : rule;
}

static ph_step steps_of(double ms, double h)
{
    return (ph_step)floor(ms / h + 0.5);
}

static ph_status decays_of(const ph_projection *projection, const char *const *names, int most,
                           double h, ph_step keep, ph_decay **decays)
{
    for (int i = 0; i < most && names[i]; i++)
        PH_TRY(ph_decay_create(ph_param_value(&projection->plasticity, names[i]), h, 2 * keep,
                               &decays[i]));
    return PH_OK;
}

static ph_status release_of(const ph_projection *projection, const ph_release_constants **out)
{
    const ph_short_term *of = &projection->short_term;
    ph_release_constants *constants;
    PH_ALLOC(constants, 1);
    *constants = (ph_release_constants){of->U, of->tau_rec, of->tau_facil};
    *out = constants;
    return PH_OK;
}

static ph_status create(const ph_build_contexts *build, const ph_projection *projection,
                        ph_rule_context *context)
{
    const ph_rule *rule = ph_projection_rule(projection);
    const ph_variant *plasticity = &projection->plasticity;
    double h = build->brain->simulation.resolution;
    ph_step keep = build->keep, beat = build->brain->beat;
    context->params = plasticity->params;
    context->h = h;
    context->w_max = ph_projection_w_max(projection);
    context->seed = build->seed;
    context->stream = (uint32_t)projection->index;
    if (projection->short_term.U > 0)
        PH_TRY(release_of(projection, &context->release));
    if (context->release && projection->modulation.count > 0)
        PH_TRY(ph_sampled_create(beat, keep, &context->U));
    context->pairing = rule->pairing ? ph_param_choice(plasticity, rule->pairing)
                                     : PH_PAIRING_ALL_TO_ALL;
    context->is_gated = projection->dendritic_gate.slope > 0;
    context->dendritic = steps_of(projection->dendritic_delay, h);
    context->echo = rule->echo ? steps_of(ph_param_value(plasticity, rule->echo), h) : 0;
    PH_TRY(decays_of(projection, rule->pre, PH_TRACES, h, keep, context->pre));
    PH_TRY(decays_of(projection, rule->post, PH_TRACES, h, keep, context->post));
    PH_TRY(decays_of(projection, rule->decays, PH_RULE_DECAYS, h, keep, context->decay));
    for (int g = 0; g < PH_RULE_GATES && rule->gates[g].factor; g++)
        PH_TRY(ph_gate_create(ph_param_value(plasticity, rule->gates[g].tau), h, beat, keep,
                              &context->gate[g]));
    for (int i = 0; i < PH_RULE_SAMPLED && rule->sampled[i]; i++)
        PH_TRY(ph_sampled_create(beat, keep, &context->sampled[i]));
    return PH_OK;
}

ph_status ph_contexts_create(const ph_build_contexts *build, ph_rule_context **contexts)
{
    const ph_brain *brain = build->brain;
    PH_ALLOC(*contexts, brain->n_projections);
    for (int p = 0; p < brain->n_projections; p++)
        if (ph_projection_rule(brain->projections[p]))
            PH_TRY(create(build, brain->projections[p], &(*contexts)[p]));
    return PH_OK;
}

void ph_contexts_destroy(const ph_brain *brain, ph_rule_context **contexts)
{
    for (int p = 0; *contexts && p < brain->n_projections; p++) {
        ph_rule_context *context = &(*contexts)[p];
        ph_free((void *)(uintptr_t)context->release);
        ph_sampled_destroy(&context->U);
        for (int i = 0; i < PH_TRACES; i++) {
            ph_decay_destroy(&context->pre[i]);
            ph_decay_destroy(&context->post[i]);
        }
        for (int i = 0; i < PH_RULE_DECAYS; i++)
            ph_decay_destroy(&context->decay[i]);
        for (int g = 0; g < PH_RULE_GATES; g++)
            ph_gate_destroy(&context->gate[g]);
        for (int i = 0; i < PH_RULE_SAMPLED; i++)
            ph_sampled_destroy(&context->sampled[i]);
    }
    ph_free(*contexts);
    *contexts = NULL;
}
