/* SPDX-License-Identifier: Apache-2.0 */
/* Models and their parameters. Values where a file has none are the defaults of NEST 3 and of
 * NEURON 8. */
#include "sonata/models.h"

#include "base/registries.h"

#include <phasic/param.h>
#include <stdio.h>
#include <string.h>

static const ph_sonata_key psc_keys[] = {
    {"C_m", "C_m", "pF", 1, 250},
    {"tau_m", "tau_m", "ms", 1, 10},
    {"E_L", "E_L", "mV", 1, -70},
    {"V_th", "V_th", "mV", 1, -55},
    {"V_reset", "V_reset", "mV", 1, -70},
    {"t_ref", "t_ref", "ms", 1, 2},
    {"tau_syn_ex", "tau_syn_exc", "ms", 1, 2},
    {"tau_syn_in", "tau_syn_inh", "ms", 1, 2},
    {"I_e", "I_e", "pA", 1, 0},
};

static const ph_sonata_key cond_keys[] = {
    {"C_m", "C_m", "pF", 1, 250},
    {"g_L", "g_L", "nS", 1, 16.6667},
    {"E_L", "E_L", "mV", 1, -70},
    {"E_ex", "E_exc", "mV", 1, 0},
    {"E_in", "E_inh", "mV", 1, -85},
    {"V_th", "V_th", "mV", 1, -55},
    {"V_reset", "V_reset", "mV", 1, -60},
    {"t_ref", "t_ref", "ms", 1, 2},
    {"tau_syn_ex", "tau_syn_exc", "ms", 1, 0.2},
    {"tau_syn_in", "tau_syn_inh", "ms", 1, 2},
    {"I_e", "I_e", "pA", 1, 0},
};

/* In seconds. */
static const ph_sonata_key intfire1_keys[] = {
    {"tau", "tau", "ms", 1000, 0.01},
    {"refrac", "t_ref", "ms", 1000, 0.005},
    {"type", NULL, NULL, 0, 0},
};

static const ph_sonata_model models[] = {
    {"nest:iaf_psc_alpha", "iaf_psc_alpha", "pA", "exc", "inh", 0, 1, 0,
     psc_keys, PH_COUNT(psc_keys)},
    {"nest:iaf_psc_exp", "iaf_psc_exp", "pA", "exc", "inh", 0, 1, 0, psc_keys,
     PH_COUNT(psc_keys)},
    {"nest:iaf_cond_exp", "iaf_cond_exp", "nS", "exc", "inh", 1, 1, 0, cond_keys,
     PH_COUNT(cond_keys)},
    {"nrn:IntFire1", "intfire1", "pA", "syn", NULL, 0, 0, 0, intfire1_keys,
     PH_COUNT(intfire1_keys)},
};

const ph_sonata_model ph_sonata_virtual = {"virtual", "virtual", "pA", NULL, NULL, 0, 0, 0,
                                          NULL, 0};

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
        if (!strcmp(models[i].neuron, neuron))
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
            keys[model->n_keys++] = (ph_sonata_key){param->name, param->name, param->unit, 1, 0};
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
        used = append(text, used, room, model->keys[i].name);
    return text;
}
