/* SPDX-License-Identifier: Apache-2.0 */
/* What reaches groups from outside the network, and what is read from them: stimuli, inputs that
 * the task and the controllers drive, counted and probed neurons. */
#include "sim/internal.h"

#include <phasic/math.h>
#include "base/memory.h"
#include "model/spans.h"

#include <string.h>

/* --- asking task and controllers -------------------------------------------------------------- */

static const ph_task_type *task_of(const ph_brain *brain)
{
    return (const ph_task_type *)brain->task.type;
}

/* Each controller has an excitatory and an inhibitory input of its own to the nucleus. */
static void add_nucleus_inputs(const ph_brain *brain, ph_inputs *inputs)
{
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    for (int c = 0; c < brain->n_controllers; c++) {
        const ph_controller *controller = &brain->controllers[c];
        const ph_drive_ports *ports = ph_controller_ports(
            (const ph_controller_type *)controller->variant->type, controller->variant->params);
        const ph_span nucleus = transmitters[controller->transmitter].nucleus.span;
        int code = PH_TASK_INPUTS + 2 * c;
        inputs->code[inputs->n] = code;
        inputs->of[inputs->n++] = (ph_task_input){nucleus, ports->exc, ports->exc_weight};
        inputs->code[inputs->n] = code + 1;
        inputs->of[inputs->n++] = (ph_task_input){nucleus, ports->inh, ports->inh_weight};
    }
}

ph_status ph_inputs_list(const ph_brain *brain, ph_task_layout *task, ph_inputs *inputs)
{
    inputs->n = 0;
    task->n_inputs = task->n_readouts = 0;
    if (brain->task.type)
        PH_TRY(task_of(brain)->layout(brain->task.params, task));
    for (int i = 0; i < task->n_inputs; i++) {
        inputs->code[inputs->n] = i;
        inputs->of[inputs->n++] = task->inputs[i];
    }
    add_nucleus_inputs(brain, inputs);
    return PH_OK;
}

ph_status ph_sim_lay_inputs(ph_sim *sim)
{
    const ph_brain *brain = sim->brain;
    PH_TRY(ph_inputs_list(brain, &sim->task, &sim->inputs));
    for (int r = 0; r < sim->task.n_readouts; r++)
        sim->readouts[sim->n_readouts++] = sim->task.readouts[r];
    int n = sim->n_readouts;
    PH_TRY(ph_controllers_readouts(brain, &n, sim->readouts, PH_TASK_READOUTS + 64));
    sim->first_local = n;
    sim->n_locals = ph_brain_has_broadcast(brain, PH_BROADCAST_LOCAL) ? brain->n_locals : 0;
    for (int i = 0; i < sim->n_locals; i++)
        sim->readouts[n++] = brain->locals[i]->population.span;
    for (int s = 0; s < brain->n_sources; s++)
        sim->readouts[n++] = brain->sources[s]->population.span;
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++)
        sim->readouts[n++] = transmitters[t].nucleus.span;
    sim->n_readouts = n;
    return PH_OK;
}

/* --- attaching -------------------------------------------------------------------------------- */

/* The first neuron of a group that is not before a neuron of the population. */
static int index_from(const ph_group *group, int64_t neuron)
{
    int64_t steps = neuron > group->first
                        ? (neuron - group->first + group->stride - 1) / group->stride
                        : 0;
    return steps < group->n ? (int)steps : group->n;
}

/* The neurons of a group that lie in a span: indices [first, last) of the group. */
static void within(const ph_group *group, const ph_span *span, int *first, int *last)
{
    int is_there = span->population == group->population;
    *first = is_there ? index_from(group, span->first) : 0;
    *last = is_there ? index_from(group, span->first + span->count) : 0;
}

static ph_status attach_stimuli(const ph_sim *sim, ph_group *group, ph_group_run *run)
{
    const ph_population *population = sim->brain->populations[group->population];
    const ph_region *region = (const ph_region *)sim->brain->regions.items + population->region;
    const ph_named_variant *stimuli = population->stimuli.items;
    PH_ALLOC(run->applied, population->stimuli.count);
    for (int s = 0; s < population->stimuli.count; s++) {
        const ph_stimulus_type *type = (const ph_stimulus_type *)stimuli[s].variant.type;
        const void *params = stimuli[s].variant.params;
        const char *receptor = NULL;
        double weight = 0, rate;
        if (type->kind == PH_STIMULUS_SPIKES) {
            type->spikes(params, &receptor, &weight, &rate);
            if (weight == 0) /* it brings nothing: let it cost nothing */
                continue;
        }
        ph_applied *a = &run->applied[run->n_applied++];
        a->type = type;
        a->params = params;
        a->stream = (uint32_t)s;
        a->drawn = -1;
        if (type->kind != PH_STIMULUS_CURRENT)
            PH_ALLOC(a->buffer, 4 * (size_t)group->n);
        if (type->kind == PH_STIMULUS_CURRENT_EACH && !group->I_each)
            PH_ALLOC(group->I_each, group->padded);
        if (a->type->prepare)
            a->type->prepare(a->params, sim->h, region->scale, a->table);
        if (a->type->open)
            PH_TRY(a->type->open(params,
                                 &(ph_stimulus_share){sim->h, population->size, group->first,
                                                      group->stride, group->n},
                                 &a->own));
        if (a->type->kind != PH_STIMULUS_SPIKES)
            continue;
        a->port = ph_population_port(population, receptor);
        PH_CHECK(a->port >= 0, PH_CONFIG, "population %s: stimulus %s: no receptor '%s'",
                 population->address, stimuli[s].item.name, receptor ? receptor : "");
        weight = ph_scaled_input_weight(region, population, weight);
        a->weight = (ph_sum)ph_round(weight / group->quantum[a->port]);
    }
    return PH_OK;
}

static ph_status attach_driven(const ph_sim *sim, const ph_group *group, ph_group_run *run)
{
    PH_ALLOC(run->driven, sim->inputs.n);
    for (int i = 0; i < sim->inputs.n; i++) {
        const ph_task_input *input = &sim->inputs.of[i];
        int first, last;
        within(group, &input->span, &first, &last);
        if (first == last)
            continue;
        ph_driven *d = &run->driven[run->n_driven++];
        d->input = sim->inputs.code[i];
        d->first = first;
        d->count = last - first;
        d->offset = group->first + first * group->stride - input->span.first;
        d->port = ph_population_port(sim->brain->populations[group->population], input->receptor);
        d->weight = (ph_sum)ph_round(input->weight / group->quantum[d->port]);
        d->purpose = d->input < PH_TASK_INPUTS ? PH_PURPOSE_TASK_INPUT : PH_PURPOSE_NUCLEUS;
        d->stream = (uint32_t)d->input;
        d->drawn = -1;
        PH_ALLOC(d->buffer, 4 * (size_t)d->count);
        PH_ALLOC(d->rate, d->count);
        PH_ALLOC(d->cells, d->count);
    }
    return PH_OK;
}

/* Spans of the group's population alone, and of them no more than it has neurons, have some. */
static ph_status attach_probes(const ph_recording *recording, const ph_group *group,
                               ph_group_run *run)
{
    const ph_span *spans = recording->V_m_spans;
    int from = ph_spans_from(spans, recording->n_V_m, group->population, group->first);
    PH_ALLOC(run->probed, group->n);
    for (int s = from; s < recording->n_V_m && spans[s].population == group->population; s++) {
        ph_probed p;
        within(group, &spans[s], &p.first, &p.last);
        if (p.first < p.last)
            run->probed[run->n_probed++] = p;
    }
    return PH_OK;
}

static ph_status attach_readers(const ph_sim *sim, const ph_group *group, ph_group_run *run)
{
    PH_ALLOC(run->counted, sim->n_readouts);
    for (int r = 0; r < sim->n_readouts; r++) {
        ph_counted c = {.readout = r};
        within(group, &sim->readouts[r], &c.first, &c.last);
        if (c.first < c.last)
            run->counted[run->n_counted++] = c;
    }
    const ph_recording *recording = &sim->brain->recording;
    run->recorded = recording->spikes_on && recording->spikes_on[group->population];
    return attach_probes(recording, group, run);
}

static ph_status attach_block(void *context, int b)
{
    ph_sim *sim = context;
    ph_block *block = &sim->network->blocks[b];
    ph_block_run *run = &sim->blocks[b];
    PH_ALLOC(run->groups, block->n_groups);
    PH_ALLOC(run->counts, sim->n_readouts);
    for (int g = 0; g < block->n_groups; g++) {
        PH_TRY(attach_stimuli(sim, &block->groups[g], &run->groups[g]));
        PH_TRY(attach_driven(sim, &block->groups[g], &run->groups[g]));
        PH_TRY(attach_readers(sim, &block->groups[g], &run->groups[g]));
    }
    return PH_OK;
}

ph_status ph_sim_attach(ph_sim *sim)
{
    PH_ALLOC(sim->blocks, sim->network->n_blocks);
    return ph_network_each_block(sim->network, attach_block, sim);
}

static void detach_group(ph_group_run *run)
{
    for (int i = 0; i < run->n_applied; i++) {
        ph_free(run->applied[i].buffer);
        if (run->applied[i].type->close)
            run->applied[i].type->close(&run->applied[i].own);
    }
    for (int i = 0; i < run->n_driven; i++) {
        ph_free(run->driven[i].buffer);
        ph_free(run->driven[i].rate);
        ph_free(run->driven[i].cells);
    }
    ph_free(run->applied);
    ph_free(run->driven);
    ph_free(run->counted);
    ph_free(run->probed);
}

void ph_sim_detach(ph_sim *sim)
{
    for (int b = 0; sim->blocks && b < sim->network->n_blocks; b++) {
        ph_block_run *run = &sim->blocks[b];
        for (int g = 0; run->groups && g < sim->network->blocks[b].n_groups; g++)
            detach_group(&run->groups[g]);
        ph_free(run->groups);
        for (int w = 0; w < 2 * PH_TIERS; w++)
            ph_free(run->windows[w / 2][w % 2].spikes);
        ph_free(run->spikes);
        ph_free(run->log);
        ph_free(run->V_m);
        ph_free(run->counts);
    }
    ph_free(sim->blocks);
    sim->blocks = NULL;
}

/* --- rates in force --------------------------------------------------------------------------- */

static void fill_nucleus_rates(const ph_sim *sim, ph_driven *d)
{
    int c = (d->input - PH_TASK_INPUTS) / 2, inhibitory = (d->input - PH_TASK_INPUTS) % 2;
    double rate = inhibitory ? sim->drive[c].inh_rate : sim->drive[c].exc_rate;
    for (int i = 0; i < d->count; i++)
        d->rate[i] = (float)rate;
}

static void set_rates(const ph_sim *sim, const ph_group *group, ph_driven *d)
{
    if (d->input < PH_TASK_INPUTS)
        task_of(sim->in_force)
            ->rates(sim->in_force->task.params, sim->options.seed, d->input,
                    sim->broadcast.channels, d->offset, group->stride, d->count, d->rate);
    else
        fill_nucleus_rates(sim, d);
    d->n_active = 0;
    d->drawn = -1;
    float mean = 0, zero = 1;
    for (int i = 0; i < d->count; i++) {
        if (d->rate[i] <= 0)
            continue;
        float next = (float)((double)d->rate[i] * sim->h * 1e-3);
        if (next != mean) { /* neighbours often share a rate */
            mean = next;
            zero = (float)ph_exp(-(double)mean);
        }
        d->cells[d->n_active++] = (ph_poisson_cell){i, zero, mean};
    }
}

void ph_sim_set_rates(ph_sim *sim, int nuclei)
{
    /* The task's rates follow from its channels and the phase: most beats bring nothing new. */
    size_t bytes = (size_t)sim->task.n_channels * sizeof *sim->broadcast.channels;
    if (!nuclei) {
        if (sim->shown_phase == sim->phase + 1 &&
            !memcmp(sim->shown_channels, sim->broadcast.channels, bytes))
            return;
        memcpy(sim->shown_channels, sim->broadcast.channels, bytes);
        sim->shown_phase = sim->phase + 1;
    }
    for (int b = 0; b < sim->network->n_blocks; b++)
        for (int g = 0; g < sim->network->blocks[b].n_groups; g++) {
            ph_group_run *run = &sim->blocks[b].groups[g];
            for (int i = 0; i < run->n_driven; i++)
                if ((run->driven[i].input >= PH_TASK_INPUTS) == nuclei)
                    set_rates(sim, &sim->network->blocks[b].groups[g], &run->driven[i]);
        }
}
