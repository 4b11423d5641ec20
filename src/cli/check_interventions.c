/* SPDX-License-Identifier: Apache-2.0 */
/* What `phasic check` says of interventions: in words, phase by phase. */
#include "cli/commands.h"

#include "model/interventions.h"

static void print_words(const ph_words *words, const char *all)
{
    if (words->count < 0)
        printf("%s", all);
    for (int i = 0; i < words->count; i++)
        printf("%s%s", i == 0 ? "" : i + 1 < words->count ? ", " : " and ", words->items[i]);
}

static void print_place(const ph_intervention *x)
{
    printf(", in ");
    print_words(&x->regions, "all regions");
}

static void print_uptake_block(const ph_intervention *x)
{
    printf("%g %% of the uptake of %s is blocked", 100 * x->fraction, x->transmitter);
    print_place(x);
}

static void print_agonist(const ph_intervention *x)
{
    printf("an agonist at %g EC50 binds to %s (alone it would occupy %.3g %%)", x->dose,
           x->receptor, 100 * x->dose / (1 + x->dose));
    print_place(x);
}

static void print_antagonist(const ph_intervention *x)
{
    printf("an antagonist at %g K_i binds to %s (EC50 is %g times what it was)", x->dose,
           x->receptor, 1 + x->dose);
    print_place(x);
}

static void print_depletion(const ph_intervention *x)
{
    printf("%g %% of each release of %s is missing", 100 * x->fraction, x->transmitter);
    print_place(x);
}

static void print_clamp(const ph_intervention *x)
{
    printf("%s is held at its tonic level", x->transmitter);
    print_place(x);
}

static void print_stress(const ph_intervention *x)
{
    printf("the nucleus of %s gets %g Hz of excitation and %g Hz of inhibition from outside",
           x->transmitter, x->exc_rate, x->inh_rate);
}

static void print_shift(const ph_intervention *x)
{
    printf("%s is released %g ms later", x->transmitter, x->by);
}

static void print_swap(const ph_intervention *x)
{
    printf("what drives the nucleus of %s within %g ms of an outcome is of the outcome before",
           x->transmitter, x->window);
}

static void print_silence(const ph_intervention *x)
{
    printf("no spikes leave ");
    if (x->fraction < 1)
        printf("%g %% of the neurons of ", 100 * x->fraction);
    print_words(&x->populations, "any population");
}

static void print_noise(const ph_intervention *x)
{
    printf("noise of %g Hz stands for the spikes of ", x->rate);
    print_words(&x->populations, "all populations");
}

static void print_shuffle(const ph_intervention *x)
{
    printf("weights onto each neuron change places, of ");
    print_words(&x->projections, "all projections");
}

static const struct {
    const ph_descriptor *type;
    void (*print)(const ph_intervention *intervention);
} prints[] = {
    {&ph_intervention_uptake_block, print_uptake_block},
    {&ph_intervention_agonist, print_agonist},
    {&ph_intervention_antagonist, print_antagonist},
    {&ph_intervention_depletion, print_depletion},
    {&ph_intervention_clamp, print_clamp},
    {&ph_intervention_stress, print_stress},
    {&ph_intervention_shift, print_shift},
    {&ph_intervention_swap, print_swap},
    {&ph_intervention_silence, print_silence},
    {&ph_intervention_noise, print_noise},
    {&ph_intervention_shuffle, print_shuffle},
};

void ph_print_interventions(const ph_brain *brain, int phase)
{
    const ph_brain *there = brain->phase_brains[phase];
    const ph_named_variant *items = there->interventions.items;
    for (int i = 0; i < there->interventions.count; i++)
        for (int k = 0; k < PH_COUNT(prints); k++) {
            int is_once = prints[k].type == &ph_intervention_shuffle;
            const ph_intervention *intervention =
                is_once ? ph_intervention_beginning(there, i, prints[k].type, phase, phase - 1)
                        : ph_intervention_acting(there, i, prints[k].type, brain->phase[phase]);
            if (!intervention)
                continue;
            printf("  %s: ", items[i].item.name);
            prints[k].print(intervention);
            printf("\n");
        }
}
