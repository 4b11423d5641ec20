/* SPDX-License-Identifier: Apache-2.0 */
/* The phases in the order in which they come: groups are written out, repetition after repetition,
 * as copies of their descriptions with names of their own. */
#include "model/internal.h"

#include <string.h>

#define MOST_PHASES 10000 /* of a run, repetitions written out */

/* --- names ------------------------------------------------------------------------------------ */

static int is_step(const ph_phase_step *step, const char *word, size_t n)
{
    return (strlen(step->name) == n && !strncmp(step->name, word, n)) ||
           (strlen(step->numbered) == n && !strncmp(step->numbered, word, n));
}

int ph_phase_is(const ph_phase *phase, const char *word)
{
    for (int i = 0; i < PH_PHASE_STEPS && phase->path[i].name; i++) {
        size_t n = strcspn(word, ".");
        if (!is_step(&phase->path[i], word, n))
            return 0;
        if (!word[n])
            return 1;
        word += n + 1;
    }
    return 0;
}

static const ph_phase *described(const ph_map *map, const char *word, size_t n)
{
    const ph_phase *items = map->items;
    for (int i = 0; i < map->count; i++)
        if (strlen(items[i].item.name) == n && !strncmp(items[i].item.name, word, n))
            return &items[i];
    return NULL;
}

int ph_phase_first(const ph_brain *brain, const char *word)
{
    for (int i = 0; i < brain->n_phases; i++)
        if (ph_phase_is(brain->phase[i], word))
            return i;
    size_t n = strcspn(word, "."); /* what comes 0 times has a place all the same */
    const ph_phase *item = described(&brain->phases, word, n);
    if (item && word[n])
        item = described(&item->phases, word + n + 1, strlen(word + n + 1));
    return item ? item->index : -1;
}

/* --- writing out ------------------------------------------------------------------------------ */

static int is_given(const ph_phase *phase, const char *key)
{
    const ph_node *node = ph_node_get(phase->item.node, key);
    return node && !(node->flags & PH_NODE_DEFAULT);
}

static int64_t times_of(const ph_phase *phase)
{
    return is_given(phase, "repeat") ? phase->repeat : 1;
}

static ph_status step_of(ph_builder *builder, const ph_phase *phase, int64_t number,
                         ph_phase_step *step)
{
    step->name = step->numbered = phase->item.name;
    if (!is_given(phase, "repeat"))
        return PH_OK;
    step->numbered = ph_tree_print(builder->brain->tree, "%s-%lld", phase->item.name,
                                   (long long)number);
    PH_CHECK(step->numbered, PH_RESOURCE, "out of memory: configuration");
    return PH_OK;
}

/* Another phase by this description. @param first of its path, in a group; NULL: it is in none */
static ph_status add(ph_builder *builder, ph_phase *described, const ph_phase *group,
                     const ph_phase_step *first, int64_t number)
{
    ph_brain *brain = builder->brain;
    ph_phase *phase;
    PH_TREE_ALLOC(brain->tree, phase, 1);
    *phase = *described;
    phase->group = group;
    phase->index = brain->n_phases;
    phase->as = described->index;
    if (first)
        phase->path[0] = *first;
    ph_phase_step *own = &phase->path[first != NULL];
    PH_TRY(step_of(builder, described, number, own));
    phase->item.name = own->numbered;
    if (first) {
        phase->item.name = ph_tree_print(brain->tree, "%s.%s", first->numbered, own->numbered);
        PH_CHECK(phase->item.name, PH_RESOURCE, "out of memory: configuration");
    }
    brain->phase[brain->n_phases++] = phase;
    return PH_OK;
}

static ph_status repeat(ph_builder *builder, ph_phase *described, const ph_phase *group,
                        const ph_phase_step *first)
{
    for (int64_t i = 1; i <= times_of(described); i++)
        PH_TRY(add(builder, described, group, first, i));
    return PH_OK;
}

static ph_status write_out(ph_builder *builder, ph_phase *described)
{
    ph_phase *members = described->phases.items;
    described->index = builder->brain->n_phases;
    if (!is_given(described, "phases"))
        return repeat(builder, described, NULL, NULL);
    for (int m = 0; m < described->phases.count; m++)
        members[m].index = described->index;
    for (int64_t i = 1; i <= times_of(described); i++) {
        ph_phase_step first = {0};
        PH_TRY(step_of(builder, described, i, &first));
        for (int m = 0; m < described->phases.count; m++) {
            if (i == 1)
                members[m].index = builder->brain->n_phases;
            PH_TRY(repeat(builder, &members[m], described, &first));
        }
    }
    return PH_OK;
}

/* --- what a group may say --------------------------------------------------------------------- */

void ph_build_check_set(ph_builder *builder, const ph_node *set)
{
    if (set && set->kind != PH_NODE_MAPPING)
        ph_errors_add(builder->reader.errors, set, "a mapping from paths to values is expected");
}

static void check_group(ph_builder *builder, const ph_phase *group)
{
    static const char *const allowed[] = {"repeat", "phases", "set"};
    ph_build_check_set(builder, group->set);
    if (group->phases.count == 0)
        ph_errors_add(builder->reader.errors, group->item.node, "a group without phases");
    for (ph_node *key = group->item.node->first, *next; key; key = next) {
        int is_allowed = 0;
        next = key->next;
        for (int i = 0; i < PH_COUNT(allowed); i++)
            is_allowed |= !strcmp(key->key, allowed[i]);
        if (key->flags & PH_NODE_DEFAULT) /* of a phase: they say nothing here */
            ph_node_remove(key->parent, key);
        else if (!is_allowed)
            ph_errors_add_key(builder->reader.errors, key,
                              "a group of phases has no %s of its own; give it to its phases",
                              key->key);
    }
}

/* How many there will be, at most one more than there may be. */
static int64_t count(ph_builder *builder)
{
    const ph_phase *items = builder->brain->phases.items;
    double sum = 0;
    for (int i = 0; i < builder->brain->phases.count; i++) {
        const ph_phase *members = items[i].phases.items;
        double each = is_given(&items[i], "phases") ? 0 : 1;
        for (int m = 0; m < items[i].phases.count; m++)
            each += (double)times_of(&members[m]);
        sum += each * (double)times_of(&items[i]);
        if (is_given(&items[i], "phases"))
            check_group(builder, &items[i]);
    }
    return sum > MOST_PHASES ? MOST_PHASES + 1 : (int64_t)sum;
}

static ph_status add_single(ph_brain *brain)
{
    ph_phase *phase;
    PH_TREE_ALLOC(brain->tree, phase, 1);
    PH_TREE_ALLOC(brain->tree, brain->phase, 1);
    phase->item = (ph_item){"run", brain->tree->root};
    phase->path[0] = (ph_phase_step){"run", "run"};
    phase->duration = brain->simulation.duration;
    phase->has_task = 1;
    brain->phase[0] = phase;
    brain->n_phases = 1;
    return PH_OK;
}

ph_status ph_build_protocol(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    ph_phase *items = brain->phases.items;
    if (brain->phases.count == 0)
        return add_single(brain);
    int64_t n = count(builder);
    if (n == 0 || n > MOST_PHASES) {
        ph_errors_add(builder->reader.errors, items[0].item.node,
                      n == 0 ? "no phase is left: what comes 0 times is all there is"
                             : "more than %d phases, repetitions written out",
                      MOST_PHASES);
        return add_single(brain);
    }
    PH_TREE_ALLOC(brain->tree, brain->phase, n);
    for (int i = 0; i < brain->phases.count; i++)
        PH_TRY(write_out(builder, &items[i]));
    return PH_OK;
}
