/* SPDX-License-Identifier: Apache-2.0 */
/* What interventions name must be there: phases, regions, transmitters, receptors, populations,
 * projections. Keys are found by their names in the tables. */
#include "model/internal.h"

#include "model/interventions.h"

#include <string.h>

#define MOST_NAMES 64

/* An intervention under examination. */
typedef struct subject {
    ph_builder *builder;
    const ph_variant *variant;
} subject;

/* Names that may stand somewhere, and whether the one in question is among them. */
typedef struct name_list {
    const char *word;
    const char *known[MOST_NAMES]; /* for the message */
    int n, found;
} name_list;

static void offer(name_list *list, const char *name)
{
    if (list->n < MOST_NAMES)
        list->known[list->n++] = name;
    list->found += !strcmp(name, list->word);
}

/* Where a key's value lies in the parameters; NULL: the type has no such key. */
static const void *value_of(const subject *s, const char *key, ph_kind kind)
{
    const ph_table *table = s->variant->type->params;
    for (int i = 0; i < table->count; i++)
        if (table->params[i].kind == kind && !strcmp(table->params[i].name, key))
            return (const char *)s->variant->params + table->params[i].offset;
    return NULL;
}

static const ph_node *node_of(const subject *s, const char *key)
{
    const ph_node *node = ph_node_get(s->variant->node, key);
    return node ? node : s->variant->node;
}

static void check(const subject *s, const ph_node *node, const char *what, const name_list *list)
{
    if (!list->found)
        ph_read_unknown(&s->builder->reader, node, 0, what, list->word, list->known, list->n);
}

/* --- words of a list -------------------------------------------------------------------------- */

static void check_phase(const subject *s, const char *word, const ph_node *node)
{
    const ph_brain *brain = s->builder->brain;
    name_list list = {.word = word};
    for (int i = 0; i < brain->n_phases; i++)
        offer(&list, brain->phase[i]->item.name);
    list.found = ph_phase_first(brain, word) >= 0;
    check(s, node, "phase", &list);
}

static void offer_regions(const ph_brain *brain, name_list *list)
{
    for (int r = 0; r < brain->n_regions; r++)
        offer(list, ph_region_at(brain, r)->item.name);
}

static void check_region(const subject *s, const char *word, const ph_node *node)
{
    name_list list = {.word = word};
    offer_regions(s->builder->brain, &list);
    check(s, node, "region", &list);
}

/* Regions and whole populations, nothing less. */
static void check_population(const subject *s, const char *word, const ph_node *node)
{
    const ph_brain *brain = s->builder->brain;
    name_list list = {.word = word};
    ph_span span;
    offer_regions(brain, &list);
    if (list.found)
        return;
    if (ph_brain_find(brain, word, &span) != PH_OK)
        ph_errors_add(s->builder->reader.errors, node, "%s", ph_error_message());
    else if (strcmp(word, brain->populations[span.population]->address) != 0)
        ph_errors_add(s->builder->reader.errors, node,
                      "'%.100s' is a part of a population; only whole ones can be named here",
                      word);
}

/* What is cut is not built. */
static void cut_projection(const subject *s, const char *word, const ph_node *node)
{
    const ph_brain *brain = s->builder->brain;
    name_list list = {.word = word};
    for (int i = 0; i < brain->n_projections; i++) {
        offer(&list, brain->projections[i]->address);
        brain->projections[i]->cut |= !strcmp(brain->projections[i]->address, word);
    }
    check(s, node, "tract or projection", &list);
}

/* Others have nothing that could change places. */
static void check_plastic(const subject *s, const char *word, const ph_node *node)
{
    const ph_brain *brain = s->builder->brain;
    name_list list = {.word = word};
    for (int i = 0; i < brain->n_projections; i++) {
        offer(&list, brain->projections[i]->address);
        if (!strcmp(brain->projections[i]->address, word) && !ph_rule_of(brain->projections[i]))
            ph_errors_add(s->builder->reader.errors, node, "'%.100s' is not plastic", word);
    }
    check(s, node, "tract or projection", &list);
}

/* A brain that begins has learnt nothing yet that could change places. */
static void check_shuffle(const subject *s)
{
    const ph_intervention *shuffle = s->variant->params;
    if (shuffle->phases.count < 0 && !shuffle->since && !s->builder->brain->start_from)
        ph_errors_add(s->builder->reader.errors, s->variant->node,
                      "give `phases` or `since`: the weights that the run begins with are random");
}

static void check_words(const subject *s, const char *key,
                        void (*check_word)(const subject *, const char *, const ph_node *))
{
    const ph_words *words = value_of(s, key, PH_KIND_WORDS);
    const ph_node *list = node_of(s, key), *node = list->first;
    for (int w = 0; words && w < words->count; w++) {
        check_word(s, words->items[w], node ? node : list);
        node = node ? node->next : NULL;
    }
}

/* --- transmitters and receptors --------------------------------------------------------------- */

static void check_transmitter(const subject *s, const char *word, const ph_node *node)
{
    const ph_map *map = &s->builder->brain->neuromodulation.transmitters;
    const ph_transmitter *transmitters = map->items;
    name_list list = {.word = word};
    for (int t = 0; t < map->count; t++) {
        offer(&list, transmitters[t].item.name);
        if (s->variant->type == &ph_intervention_stress && transmitters[t].controllers.count == 0 &&
            !strcmp(transmitters[t].item.name, word))
            ph_errors_add(s->builder->reader.errors, node,
                          "the nucleus of '%s' has no controller, whose ports and weights it could "
                          "use; give it a stimulus instead",
                          word);
    }
    check(s, node, "transmitter", &list);
}

static void check_receptor(const subject *s, const char *word, const ph_node *node)
{
    const ph_map *map = &s->builder->brain->neuromodulation.transmitters;
    const ph_transmitter *transmitters = map->items;
    name_list list = {.word = word};
    for (int t = 0; t < map->count; t++) {
        const ph_receptor *receptors = transmitters[t].receptors.items;
        for (int r = 0; r < transmitters[t].receptors.count; r++)
            offer(&list, receptors[r].item.name);
    }
    check(s, node, "receptor", &list);
    if (list.found > 1)
        ph_errors_add(s->builder->reader.errors, node,
                      "'%s' is a receptor of %d transmitters; give them different names", word,
                      list.found);
}

static void check_name(const subject *s, const char *key,
                       void (*check_word)(const subject *, const char *, const ph_node *))
{
    const char *const *word = value_of(s, key, PH_KIND_STRING);
    if (word && *word)
        check_word(s, *word, node_of(s, key));
}

/* --- two kinds of noise ----------------------------------------------------------------------- */

/* Two rates for one population at one time have no meaning. */
static void check_noise(ph_builder *builder, int i, const ph_phase *phase)
{
    const ph_brain *brain = builder->brain;
    const ph_named_variant *items = brain->interventions.items;
    const ph_intervention *one, *other;
    one = ph_intervention_acting(brain, i, &ph_intervention_noise, phase);
    for (int k = 0; one && k < i; k++) {
        other = ph_intervention_acting(brain, k, &ph_intervention_noise, phase);
        for (int p = 0; other && p < brain->n_populations; p++)
            if (ph_intervention_has(brain, one, p) && ph_intervention_has(brain, other, p))
                ph_errors_add(builder->reader.errors, items[i].variant.node,
                              "'%s' makes noise of %s already, in phase %s", items[k].item.name,
                              brain->populations[p]->address, phase->item.name);
    }
}

static void check_noises(ph_builder *builder)
{
    const ph_brain *brain = builder->brain;
    for (int i = 0; i < brain->interventions.count; i++)
        for (int p = 0; p < brain->n_phases; p++)
            check_noise(builder, i, brain->phase[p]);
}

static void find_since(const ph_brain *brain, const ph_variant *variant)
{
    ph_intervention *intervention = variant->params;
    if (intervention->since)
        intervention->since_index = ph_phase_first(brain, intervention->since);
}

void ph_build_interventions(ph_builder *builder)
{
    const ph_named_variant *items = builder->brain->interventions.items;
    for (int i = 0; i < builder->brain->interventions.count; i++) {
        subject s = {builder, &items[i].variant};
        if (!s.variant->type)
            continue;
        check_words(&s, "phases", check_phase);
        check_name(&s, "since", check_phase);
        find_since(builder->brain, s.variant);
        check_words(&s, "regions", check_region);
        check_words(&s, "populations", check_population);
        check_words(&s, "projections",
                    s.variant->type == &ph_intervention_cut ? cut_projection : check_plastic);
        check_name(&s, "transmitter", check_transmitter);
        check_name(&s, "receptor", check_receptor);
        if (s.variant->type == &ph_intervention_shuffle)
            check_shuffle(&s);
    }
    if (builder->reader.errors->count == 0)
        check_noises(builder);
}
