/* SPDX-License-Identifier: Apache-2.0 */
/* Models and their parameters. Values where a file has none are the defaults of NEST 3 and of
 * NEURON 8. */
#include "sonata/models.h"

#include "base/registries.h"

#include <phasic/param.h>
#include <stdio.h>
#include <string.h>

static const ph_sonata_key psc_keys[] = {
    {"C_m", "C_m", "pF", 1, 250, 0},
    {"tau_m", "tau_m", "ms", 1, 10, 0},
    {"E_L", "E_L", "mV", 1, -70, 0},
    {"V_th", "V_th", "mV", 1, -55, 0},
    {"V_reset", "V_reset", "mV", 1, -70, 0},
    {"t_ref", "t_ref", "ms", 1, 2, 0},
    {"tau_syn_ex", "tau_syn_exc", "ms", 1, 2, 0},
    {"tau_syn_in", "tau_syn_inh", "ms", 1, 2, 0},
    {"I_e", "I_e", "pA", 1, 0, 0},
    {"V_m", NULL, NULL, 0, 0, 0},
};

static const ph_sonata_key cond_keys[] = {
    {"C_m", "C_m", "pF", 1, 250, 0},
    {"g_L", "g_L", "nS", 1, 16.6667, 0},
    {"E_L", "E_L", "mV", 1, -70, 0},
    {"E_ex", "E_exc", "mV", 1, 0, 0},
    {"E_in", "E_inh", "mV", 1, -85, 0},
    {"V_th", "V_th", "mV", 1, -55, 0},
    {"V_reset", "V_reset", "mV", 1, -60, 0},
    {"t_ref", "t_ref", "ms", 1, 2, 0},
    {"tau_syn_ex", "tau_syn_exc", "ms", 1, 0.2, 0},
    {"tau_syn_in", "tau_syn_inh", "ms", 1, 2, 0},
    {"I_e", "I_e", "pA", 1, 0, 0},
    {"V_m", NULL, NULL, 0, 0, 0},
};

/* In seconds. */
static const ph_sonata_key intfire1_keys[] = {
    {"tau", "tau", "ms", 1000, 0.01, 0},
    {"refrac", "t_ref", "ms", 1000, 0.005, 0},
    {"type", NULL, NULL, 0, 0, 0},
};

static const ph_sonata_key glif_keys[] = {
    {"C_m", "C_m", "pF", 1, 58.72, 0},
    {"g", "g_L", "nS", 1, 9.43, 0},
    {"E_L", "E_L", "mV", 1, -78.85, 0},
    {"V_th", "V_th", "mV", 1, -51.68, 0},
    {"V_reset", "V_reset", "mV", 1, -78.85, 0},
    {"t_ref", "t_ref", "ms", 1, 3.75, 0},
    {"tau_syn", "tau_syn_1", "ms", 1, 2, 1},
    {"tau_syn", "tau_syn_2", "ms", 1, 2, 2},
    {"tau_syn", "tau_syn_3", "ms", 1, 2, 3},
    {"tau_syn", "tau_syn_4", "ms", 1, 2, 4},
    {"spike_dependent_threshold", "spike_dependent_threshold", NULL, 1, 0, 0},
    {"after_spike_currents", "after_spike_currents", NULL, 1, 0, 0},
    {"adapting_threshold", "adapting_threshold", NULL, 1, 0, 0},
    {"th_spike_add", "th_spike_add", "mV", 1, 0.37, 0},
    {"th_spike_decay", "th_spike_decay", "/ms", 1, 0.009, 0},
    {"voltage_reset_fraction", "voltage_reset_fraction", "", 1, 0.2, 0},
    {"voltage_reset_add", "voltage_reset_add", "mV", 1, 18.51, 0},
    {"th_voltage_index", "th_voltage_index", "/ms", 1, 0.005, 0},
    {"th_voltage_decay", "th_voltage_decay", "/ms", 1, 0.09, 0},
    {"asc_init", NULL, "pA", 1, 0, 1},
    {"asc_init", NULL, "pA", 1, 0, 2},
    {"asc_decay", "asc_decay_1", "/ms", 1, 0.003, 1},
    {"asc_decay", "asc_decay_2", "/ms", 1, 0.1, 2},
    {"asc_amps", "asc_amps_1", "pA", 1, -9.18, 1},
    {"asc_amps", "asc_amps_2", "pA", 1, -198.94, 2},
    {"asc_r", "asc_r_1", "", 1, 1, 1},
    {"asc_r", "asc_r_2", "", 1, 1, 2},
    {"V_m", NULL, NULL, 0, 0, 0},
};

static const ph_sonata_model models[] = {
    {.name = "nest:iaf_psc_alpha", .neuron = "iaf_psc_alpha", .unit = "pA", .exc = "exc",
     .inh = "inh", .has_potential = 1, .V_m = -70, .keys = psc_keys, .n_keys = PH_COUNT(psc_keys)},
    {.name = "nest:iaf_psc_exp", .neuron = "iaf_psc_exp", .unit = "pA", .exc = "exc",
     .inh = "inh", .has_potential = 1, .V_m = -70, .keys = psc_keys, .n_keys = PH_COUNT(psc_keys)},
    {.name = "nest:iaf_cond_exp", .neuron = "iaf_cond_exp", .unit = "nS", .exc = "exc",
     .inh = "inh", .is_reversed = 1, .has_potential = 1, .V_m = -70, .keys = cond_keys,
     .n_keys = PH_COUNT(cond_keys)},
    {.name = "nest:glif_psc", .neuron = "glif_psc", .unit = "pA", .has_receptors = 1,
     .has_potential = 1, .V_m = -78.85, .keys = glif_keys, .n_keys = PH_COUNT(glif_keys)},
    {.name = "nrn:IntFire1", .neuron = "intfire1", .unit = "pA", .exc = "syn",
     .keys = intfire1_keys, .n_keys = PH_COUNT(intfire1_keys)},
};

const ph_sonata_model ph_sonata_virtual = {.name = "virtual", .neuron = "virtual", .unit = "pA"};

const ph_sonata_model *ph_sonata_model_named(const char *model_template)
{
    for (int i = 0; i < PH_COUNT(models); i++)
        if (!strcmp(models[i].name, model_template))
            return &models[i];
    return NULL;
}

const ph_sonata_model *ph_sonata_model_for(const char *neuron)
{
    if (!strcmp(neuron, ph_sonata_virtual.neuron))
        return &ph_sonata_virtual;
    for (int i = 0; i < PH_COUNT(models); i++)
        if (!models[i].has_receptors && !strcmp(models[i].neuron, neuron))
            return &models[i];
    return NULL;
}

const ph_neuron_model *ph_sonata_neuron(const ph_registry *registries, const ph_sonata_model *model)
{
    return (const ph_neuron_model *)(const void *)ph_registry_find(
        &registries[PH_REGISTRY_NEURON], model->neuron);
}

/* Its numbers may be columns of a file, under their own names. */
static ph_status keys_of(ph_tree *tree, const ph_table *table, ph_sonata_model *model)
{
    ph_sonata_key *keys;
    PH_TREE_ALLOC(tree, keys, table->count);
    for (int i = 0; i < table->count; i++) {
        const ph_param *param = &table->params[i];
        if (param->kind == PH_KIND_REAL)
            keys[model->n_keys++] = (ph_sonata_key){param->name, param->name, param->unit, 1, 0, 0};
    }
    model->keys = keys;
    return PH_OK;
}

ph_status ph_sonata_own_model(ph_tree *tree, const ph_registry *registries,
                              const char *model_template, const ph_sonata_model **out)
{
    static const char own[] = PH_SONATA_OWN;
    ph_sonata_model *model;
    *out = NULL;
    if (strncmp(model_template, own, sizeof own - 1) != 0)
        return PH_OK;
    const ph_descriptor *found = ph_registry_find(&registries[PH_REGISTRY_NEURON],
                                                  model_template + sizeof own - 1);
    if (!found)
        return PH_OK;
    PH_TREE_ALLOC(tree, model, 1);
    model->name = model_template;
    model->neuron = found->name;
    model->is_own = 1;
    *out = model;
    return keys_of(tree, found->params, model);
}

const ph_sonata_key *ph_sonata_key_named(const ph_sonata_model *model, const char *name)
{
    for (int i = 0; i < model->n_keys; i++)
        if (!strcmp(model->keys[i].name, name))
            return &model->keys[i];
    return NULL;
}

static size_t append(char *text, size_t used, size_t room, const char *word)
{
    int wrote = snprintf(text + used, room - used, "%s%s", used ? ", " : "", word);
    return wrote < 0 || (size_t)wrote >= room - used ? used : used + (size_t)wrote;
}

const char *ph_sonata_known_models(char *text, size_t room)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < PH_COUNT(models); i++)
        used = append(text, used, room, models[i].name);
    (void)append(text, used, room, PH_SONATA_OWN "MODEL");
    return text;
}

const char *ph_sonata_known_keys(const ph_sonata_model *model, char *text, size_t room)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < model->n_keys; i++)
        if (model->keys[i].element <= 1)
            used = append(text, used, room, model->keys[i].name);
    return text;
}
