/* SPDX-License-Identifier: Apache-2.0 */
/* `phasic check`: what a configuration builds, before it is built. */
#include "cli/commands.h"

#include "base/memory.h"
#include "cli/registries.h"
#include "config/read.h"
#include "layout/layout.h"
#include "model/tables.h"
#include "sonata/sonata.h"

#include <math.h>
#include <string.h>

#define MOST_LISTED 10 /* channels by name */

/* Which receptors move what. */
static void print_modulation(const ph_brain *brain, const ph_map *map)
{
    const ph_modulation *modulation = map->items;
    for (int m = 0; m < map->count; m++) {
        printf("%s%s by %s", m ? ", " : "; modulated: ", modulation[m].param->name,
               modulation[m].receptor);
        if (modulation[m].delay_beats > 0)
            printf(" after %g ms", modulation[m].delay_beats * brain->neuromodulation.beat);
    }
}

static void print_region(const ph_brain *brain, int r)
{
    const ph_region *region = (const ph_region *)brain->regions.items + r;
    printf("region %s", region->item.name);
    if (region->scale < 1)
        printf(", scale %g", region->scale);
    if (region->channels.count > MOST_LISTED)
        printf(", %d channels", region->channels.count);
    for (int c = 0; c < region->channels.count && region->channels.count <= MOST_LISTED; c++)
        printf("%s%s", c ? ", " : ", channels ", region->channels.items[c]);
    printf("\n");
    const ph_population *populations = region->populations.items;
    for (int p = 0; p < region->populations.count; p++) {
        printf("  %-20s %10lld  %s", populations[p].item.name, (long long)populations[p].size,
               populations[p].neuron.type->name);
        if (populations[p].I_scale != 0)
            printf(", %.4g pA keep the mean input", populations[p].I_scale);
        const ph_named_variant *stimuli = populations[p].stimuli.items;
        for (int s = 0; s < populations[p].stimuli.count; s++)
            printf(", %s", stimuli[s].variant.type->name);
        print_modulation(brain, &populations[p].modulation);
        printf("\n");
    }
}

/* @return synapses to be expected */
static double print_projection(const ph_brain *brain, const ph_projection *projection)
{
    const ph_span *source = &projection->source.span, *target = &projection->target.span;
    double synapses = ph_expected_synapses(brain, projection);
    double h = brain->simulation.resolution;
    printf("  %-28s %s -> %s (%s): %.0f synapses, %s, %s, ", projection->address,
           brain->populations[source->population]->address,
           brain->populations[target->population]->address, projection->receptor, synapses,
           projection->connect.type->name, projection->plasticity.type->name);
    if (projection->delay_min == projection->delay_max)
        printf("delay %g ms", (double)projection->delay_min * h);
    else
        printf("delays %g to %g ms", (double)projection->delay_min * h,
               (double)projection->delay_max * h);
    if (projection->cut)
        printf("; cut, it is not there");
    print_modulation(brain, &projection->modulation);
    printf("\n");
    return projection->cut ? 0 : synapses;
}

static void print_projections(const ph_brain *brain)
{
    double synapses = 0, plastic = 0;
    for (int i = 0; i < brain->n_projections; i++) {
        const ph_projection *projection = brain->projections[i];
        int was_tract = i > 0 && brain->projections[i - 1]->tract;
        if (i == 0 || projection->tract != was_tract)
            printf("%s\n", projection->tract ? "tracts" : "projections");
        double n = print_projection(brain, projection);
        synapses += n;
        plastic += strcmp(projection->plasticity.type->name, "static") != 0 ? n : 0;
    }
    printf("in all: %lld neurons, %.0f synapses, of which %.0f plastic\n",
           (long long)brain->n_neurons, synapses, plastic);
}

static void print_broadcast(const ph_neuromodulation *neuromodulation)
{
    if (neuromodulation->broadcast == PH_BROADCAST_TONIC)
        printf(", every transmitter at its tonic rate");
    if (neuromodulation->broadcast == PH_BROADCAST_LOCAL)
        printf(", each region by its own readouts");
    if (neuromodulation->broadcast == PH_BROADCAST_YOKED)
        printf(", the releases of %s", neuromodulation->yoked);
    if (neuromodulation->broadcast == PH_BROADCAST_YOKED && neuromodulation->shift != 0)
        printf(" %g ms %s", fabs(neuromodulation->shift),
               neuromodulation->shift > 0 ? "later" : "earlier");
}

static void print_protocol(const ph_brain *brain)
{
    double h = brain->simulation.resolution;
    printf("time: resolution %g ms, slice %g ms, epoch %g ms, beat %g ms\n", h,
           (double)brain->slice * h, (double)brain->epoch * h, (double)brain->beat * h);
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++) {
        const ph_source *sources = transmitters[t].sources.items;
        printf("transmitter %s from %s", transmitters[t].item.name, transmitters[t].nucleus.text);
        for (int s = 0; s < transmitters[t].sources.count; s++)
            printf(", %s", sources[s].population.text);
        const ph_local_readout *locals = transmitters[t].local.items;
        for (int i = 0; i < transmitters[t].local.count; i++)
            printf("%s%s", i ? ", " : "; broadcast local by ", locals[i].population.text);
        printf("\n");
    }
    for (int c = 0; c < brain->n_controllers; c++)
        printf("controller %s: %s\n", brain->controllers[c].address,
               brain->controllers[c].variant->type->name);
    const ph_seat *seats = brain->layout.items;
    for (int s = 0; s < brain->layout.count; s++)
        printf("layout %s: rank%s %s\n", seats[s].item.name,
               seats[s].first < seats[s].last ? "s" : "", seats[s].ranks);
    if (brain->task.type)
        printf("task %s\n", brain->task.type->name);
    for (int i = 0; i < brain->n_phases; i++) {
        const ph_phase *phase = brain->phase[i];
        printf("phase %s: ", phase->item.name);
        if (phase->trials > 0)
            printf("%lld trials", (long long)phase->trials);
        else if (phase->duration > 0)
            printf("%g s", phase->duration * 1e-3);
        else
            printf("each stimulus once");
        printf("%s", phase->rest ? ", a rest" : "");
        printf("%s", phase->plasticity == PH_PLASTICITY_FROZEN ? ", plasticity frozen" : "");
        printf("%s", brain->task.type && !phase->has_task ? ", the task waits" : "");
        print_broadcast(&brain->phase_brains[i]->neuromodulation);
        printf("\n");
        ph_print_interventions(brain, i);
    }
}

static ph_status check_brain(ph_brain *brain)
{
    for (int i = 0; i < brain->n_phases; i++)
        PH_TRY(ph_check_files(&ph_brain_table, brain->phase_brains[i]));
    for (int r = 0; r < brain->n_regions; r++)
        print_region(brain, r);
    print_projections(brain);
    print_protocol(brain);
    PH_TRY(ph_check_weights(brain));
    PH_TRY(ph_check_stimuli(brain));
    PH_CHECK(fflush(stdout) == 0, PH_FILE, "standard output cannot be written");
    return PH_OK;
}

static ph_status print_resolved(const ph_tree *tree)
{
    char *text;
    PH_TRY(ph_tree_emit(tree, &text));
    int failed = fputs(text, stdout) < 0 || fflush(stdout) != 0;
    ph_free(text);
    PH_CHECK(!failed, PH_FILE, "standard output cannot be written");
    return PH_OK;
}

ph_status ph_command_check(const ph_run_options *options, int resolved)
{
    ph_tree *tree;
    ph_brain *brain = NULL;
    PH_TRY(ph_sonata_load(options->config, options->sets, options->n_sets, ph_registries(), NULL,
                          &tree));
    ph_status status = ph_brain_create(tree, ph_registries(), &brain);
    if (status == PH_OK)
        status = resolved ? print_resolved(tree) : check_brain(brain);
    ph_brain_destroy(&brain);
    ph_tree_destroy(&tree);
    return status;
}
