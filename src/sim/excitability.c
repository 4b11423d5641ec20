/* SPDX-License-Identifier: Apache-2.0 */
/* What receptors do to neurons: parameters of the models and gains of receptor ports, put in force
 * once a beat. Every rank makes them of the same occupancies, in double and without libm. */
#include "sim/internal.h"

#include "base/memory.h"

#include <string.h>

ph_status ph_sim_create_excitability(ph_sim *sim)
{
    const ph_brain *brain = sim->brain;
    PH_ALLOC(sim->excitability, brain->n_populations);
    for (int p = 0; p < brain->n_populations; p++) {
        ph_excitability *e = &sim->excitability[p];
        size_t bytes = brain->populations[p]->neuron.type->params->size;
        if (brain->populations[p]->modulation.count == 0 || sim->network->share_count[p] == 0)
            continue; /* a rank follows the receptors of its own regions alone */
        e->is_moved = 1;
        PH_ALLOC(e->params, bytes);
        PH_ALLOC(e->next, bytes);
    }
    return PH_OK;
}

void ph_sim_destroy_excitability(ph_sim *sim)
{
    for (int p = 0; sim->excitability && p < sim->brain->n_populations; p++) {
        ph_free(sim->excitability[p].params);
        ph_free(sim->excitability[p].next);
    }
    ph_free(sim->excitability);
    sim->excitability = NULL;
}

/* The model's parameters for the beat that begins. @return whether they are not those in force */
static int move_params(const ph_sim *sim, int p, ph_excitability *e)
{
    const ph_population *population = sim->in_force->populations[p];
    const ph_table *table = population->neuron.type->params;
    int site = ph_neuromod_site_of(sim->neuromod, sim->brain, p, 0);
    memcpy(e->next, population->neuron.params, table->size);
    for (int i = 0; i < table->count; i++) {
        const ph_param *param = &table->params[i];
        char *place = e->next + param->offset;
        double value;
        if (!(param->flags & PH_PARAM_MODULATED_HELD))
            continue;
        memcpy(&value, place, sizeof value);
        value = ph_neuromod_moved(sim->neuromod, &population->modulation, site, param, value);
        memcpy(place, &value, sizeof value);
    }
    if (e->is_in_force && !memcmp(e->params, e->next, table->size))
        return 0;
    memcpy(e->params, e->next, table->size);
    return 1;
}

/* The ports' gains, by the receptors where their synapses end. @return likewise */
static int move_gains(const ph_sim *sim, int p, const ph_neuron_model *model, ph_excitability *e)
{
    const ph_population *population = sim->in_force->populations[p];
    int is_new = !e->is_in_force;
    for (int port = 0; port < model->n_ports; port++) {
        int site =
            ph_neuromod_site_of(sim->neuromod, sim->brain, p, model->ports[port].compartment);
        double gain = ph_neuromod_moved(sim->neuromod, &population->modulation, site,
                                        &population->gains->params[port], 1);
        is_new |= gain != e->gain[port];
        e->gain[port] = gain;
    }
    return is_new;
}

static ph_group *group_of(const ph_block *block, int population)
{
    for (int g = 0; g < block->n_groups; g++)
        if (block->groups[g].population == population)
            return &block->groups[g];
    return NULL;
}

static void hand_out(const ph_sim *sim, int p, const ph_neuron_model *model,
                     const ph_excitability *e, int new_params)
{
    ph_real k[PH_NEURON_CONSTANTS] = {0};
    if (new_params)
        model->prepare(e->params, sim->h, k);
    for (int b = 0; b < sim->network->n_blocks; b++) {
        ph_group *group = group_of(&sim->network->blocks[b], p);
        if (!group)
            continue;
        if (new_params)
            memcpy(group->k, k, sizeof k);
        for (int port = 0; port < model->n_ports; port++)
            group->unit[port] = (ph_real)(group->quantum[port] * e->gain[port]);
    }
}

void ph_sim_begin_excitability(ph_sim *sim)
{
    for (int p = 0; p < sim->brain->n_populations; p++) {
        ph_excitability *e = &sim->excitability[p];
        if (!e->is_moved)
            continue;
        const ph_neuron_model *model =
            (const ph_neuron_model *)(const void *)sim->brain->populations[p]->neuron.type;
        int new_params = move_params(sim, p, e), new_gains = move_gains(sim, p, model, e);
        if (new_params || new_gains)
            hand_out(sim, p, model, e, new_params);
        e->is_in_force = 1;
    }
}
