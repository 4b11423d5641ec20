/* SPDX-License-Identifier: Apache-2.0 */
/* One line for each model, rule and task. */
#include "cli/registries.h"

#include "base/registries.h"
#include "model/interventions.h"
#include "model/tables.h"
#include "network/connect.h"
#include "neuromod/controllers.h"
#include "neuron/models.h"
#include "plasticity/rules.h"
#include "sonata/spike_file.h"
#include "stimulus/stimuli.h"
#include "task/tasks.h"

#include <phasic/phasic.h>

#include <string.h>

static const ph_descriptor *const neurons[] = {
    &ph_iaf_psc_exp.base, &ph_iaf_psc_alpha.base, &ph_iaf_cond_exp.base, &ph_iaf_cond_alpha.base,
    &ph_iaf_cond_nmda.base, &ph_adex.base,      &ph_izhikevich.base,   &ph_pyramidal.base,
    &ph_relay.base,         &ph_srm0.base,            &ph_intfire1.base,
    &ph_glif_psc.base,
    &ph_virtual.base,
};
static const ph_descriptor *const stimuli[] = {
    &ph_stimulus_dc.base,         &ph_stimulus_step_current.base, &ph_stimulus_noise.base,
    &ph_stimulus_spike_list.base, &ph_stimulus_poisson.base,
    &ph_stimulus_spike_file.base,
};
static const ph_descriptor *const connects[] = {
    &ph_connect_fixed_indegree, &ph_connect_fixed_total_number, &ph_connect_pairwise_bernoulli,
    &ph_connect_one_to_one,     &ph_connect_all_to_all,         &ph_connect_ring,
    &ph_connect_headings,       &ph_connect_sonata,
};
static const ph_descriptor *const rules[] = {
    &ph_rule_static.base,           &ph_rule_stdp.base,       &ph_rule_stdp_triplet.base,
    &ph_rule_stdp_reward.base,      &ph_rule_istdp.base,      &ph_rule_sequential.base,
    &ph_rule_stdp_reward_rise.base, &ph_rule_calcium.base,     &ph_rule_stc.base,
};
static const ph_descriptor *const controllers[] = {
    &ph_controller_reward_prediction_error.base, &ph_controller_td_error.base,
    &ph_controller_expected_uncertainty.base,    &ph_controller_unexpected_uncertainty.base,
    &ph_controller_average_reward.base,          &ph_controller_conflict.base,
    &ph_controller_novelty.base,
};
static const ph_descriptor *const tasks[] = {
    &ph_task_digits.base,   &ph_task_coincidence.base, &ph_task_conditioning.base,
    &ph_task_reversal.base, &ph_task_bandit.base,      &ph_task_novelty.base,
    &ph_task_navigation.base, &ph_task_continual.base,
};

static const ph_descriptor *const interventions[] = {
    &ph_intervention_uptake_block, &ph_intervention_agonist, &ph_intervention_antagonist,
    &ph_intervention_depletion,    &ph_intervention_clamp,   &ph_intervention_stress,
    &ph_intervention_shift,        &ph_intervention_swap,    &ph_intervention_silence,
    &ph_intervention_noise,        &ph_intervention_shuffle,    &ph_intervention_cut,
};

/* How many a program that embeds the library may add to each registry. */
#define MOST_ADDED 64

#define BUILT_IN(what_, types) {what_, types, PH_COUNT(types)}
static ph_registry registries[PH_REGISTRIES] = {
    [PH_REGISTRY_NEURON] = BUILT_IN("neuron model", neurons),
    [PH_REGISTRY_STIMULUS] = BUILT_IN("stimulus", stimuli),
    [PH_REGISTRY_CONNECT] = BUILT_IN("connection rule", connects),
    [PH_REGISTRY_PLASTICITY] = BUILT_IN("plasticity rule", rules),
    [PH_REGISTRY_CONTROLLER] = BUILT_IN("controller", controllers),
    [PH_REGISTRY_TASK] = BUILT_IN("task", tasks),
    [PH_REGISTRY_INTERVENTION] = BUILT_IN("intervention", interventions),
};

const ph_registry *ph_registries(void)
{
    return registries;
}

/* Before anything reads them: a registry is then the built-in types, followed by the added ones. */
ph_status ph_register(ph_registry_id id, const ph_descriptor *type)
{
    static const ph_descriptor *lists[PH_REGISTRIES][PH_COUNT(neurons) + MOST_ADDED];
    PH_CHECK(id >= 0 && id < PH_REGISTRIES && id != PH_REGISTRY_CONNECT &&
                 id != PH_REGISTRY_INTERVENTION,
             PH_CONFIG, "only neuron models, rules, stimuli, controllers and tasks can be added");
    ph_registry *registry = &registries[id];
    PH_CHECK(type && type->name && *type->name && type->doc && type->params, PH_CONFIG,
             "a %s needs a name, a doc and a table of parameters", registry->what);
    PH_CHECK(!ph_registry_find(registry, type->name), PH_CONFIG, "there is a %s '%s' already",
             registry->what, type->name);
    PH_CHECK(registry->count < PH_COUNT(lists[id]), PH_RESOURCE, "no room for another %s",
             registry->what);
    memmove(lists[id], registry->items, (size_t)registry->count * sizeof *registry->items);
    lists[id][registry->count++] = type;
    registry->items = lists[id];
    return PH_OK;
}
