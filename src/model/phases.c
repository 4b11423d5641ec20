/* SPDX-License-Identifier: Apache-2.0 */
/* The brain of each phase: the configuration with the phase's `set` applied, read again. What is
 * built once must not differ between phases. */
#include "model/internal.h"

#include <phasic/task.h>

#include <math.h>
#include <string.h>

/* --- which paths a phase may set -------------------------------------------------------------- */

/* Patterns of keys; * is any one key. */
static const char *const allowed[] = {"task",
                                      "neuromodulation",
                                      "interventions",
                                      "tracts.*.plasticity",
                                      "regions.*.projections.*.plasticity",
                                      "regions.*.populations.*.modulation"};

static int begins_with(const char *path, const char *pattern)
{
    for (;;) {
        size_t n = strcspn(path, "."), m = strcspn(pattern, ".");
        int is_any = m == 1 && *pattern == '*';
        if (!is_any && (n != m || strncmp(path, pattern, n) != 0))
            return 0;
        if (!pattern[m])
            return path[n] == '.'; /* a value below it */
        if (!path[n])
            return 0;
        path += n + 1;
        pattern += m + 1;
    }
}

static int may_set(ph_builder *builder, const ph_node *set)
{
    for (int i = 0; i < PH_COUNT(allowed); i++)
        if (begins_with(set->key, allowed[i]))
            return 1;
    ph_errors_add_key(builder->reader.errors, set,
                      "a phase may set values below task, neuromodulation, interventions and the "
                      "plasticity of tracts and projections or the modulation of populations, "
                      "nothing else");
    return 0;
}

/* --- structure that must be the same ---------------------------------------------------------- */

static int same_items(const ph_map *a, const ph_map *b, size_t size)
{
    if (a->count != b->count)
        return 0;
    for (int i = 0; i < a->count; i++) {
        const ph_item *one = (const void *)((const char *)a->items + (size_t)i * size);
        const ph_item *other = (const void *)((const char *)b->items + (size_t)i * size);
        if (strcmp(one->name, other->name) != 0)
            return 0;
    }
    return 1;
}

/* What controllers read and which ports they drive is laid out once for the run. */
static int same_controllers(const ph_brain *a, const ph_brain *b)
{
    for (int c = 0; c < a->n_controllers; c++) {
        const ph_variant *one = a->controllers[c].variant, *other = b->controllers[c].variant;
        const ph_controller_type *type = ph_controller_type_of(&a->controllers[c]);
        ph_controller_layout reads = {0}, others = {0};
        if (one->type != other->type)
            return 0;
        if (type->layout && (type->layout(one->params, &reads) != PH_OK ||
                             type->layout(other->params, &others) != PH_OK))
            return 0;
        if (reads.n_readouts != others.n_readouts)
            return 0;
        for (int r = 0; r < reads.n_readouts; r++)
            if (reads.readouts[r].population != others.readouts[r].population ||
                reads.readouts[r].first != others.readouts[r].first ||
                reads.readouts[r].count != others.readouts[r].count)
                return 0;
        const ph_drive_ports *ports = ph_controller_ports(type, one->params);
        const ph_drive_ports *driven = ph_controller_ports(type, other->params);
        if (strcmp(ports->exc, driven->exc) != 0 || strcmp(ports->inh, driven->inh) != 0 ||
            ports->exc_weight != driven->exc_weight || ports->inh_weight != driven->inh_weight)
            return 0;
    }
    return 1;
}

static int same_span(const ph_span *a, const ph_span *b)
{
    return a->population == b->population && a->first == b->first && a->count == b->count;
}

static int same_sources(const ph_map *a, const ph_map *b)
{
    const ph_source *one = a->items, *other = b->items;
    int same = same_items(a, b, sizeof(ph_source));
    for (int s = 0; same && s < a->count; s++)
        same = same_span(&one[s].population.span, &other[s].population.span);
    return same;
}

static int same_locals(const ph_map *a, const ph_map *b)
{
    const ph_local_readout *one = a->items, *other = b->items;
    int same = same_items(a, b, sizeof(ph_local_readout));
    for (int i = 0; same && i < a->count; i++)
        same = same_span(&one[i].population.span, &other[i].population.span);
    return same;
}

static int same_transmitters(const ph_neuromodulation *a, const ph_neuromodulation *b)
{
    if (a->beat != b->beat || !same_items(&a->transmitters, &b->transmitters,
                                          sizeof(ph_transmitter)))
        return 0;
    const ph_transmitter *one = a->transmitters.items, *other = b->transmitters.items;
    for (int t = 0; t < a->transmitters.count; t++)
        if (!same_items(&one[t].receptors, &other[t].receptors, sizeof(ph_receptor)) ||
            !same_sources(&one[t].sources, &other[t].sources) ||
            !same_locals(&one[t].local, &other[t].local) ||
            !same_items(&one[t].controllers, &other[t].controllers, sizeof(ph_named_variant)) ||
            !same_span(&one[t].nucleus.span, &other[t].nucleus.span))
            return 0;
    return 1;
}

static int same_projections(const ph_brain *a, const ph_brain *b)
{
    for (int i = 0; i < a->n_projections; i++) {
        const ph_projection *one = a->projections[i], *other = b->projections[i];
        const ph_rule *rule = ph_rule_of(one);
        if (one->plasticity.type != other->plasticity.type || one->cut != other->cut ||
            !same_items(&one->modulation, &other->modulation, sizeof(ph_modulation)))
            return 0;
        if (rule && *ph_rule_parameter(one, rule->w_max, NULL) !=
                        *ph_rule_parameter(other, rule->w_max, NULL))
            return 0;
    }
    return 1;
}

static int same_populations(const ph_brain *a, const ph_brain *b)
{
    for (int p = 0; p < a->n_populations; p++)
        if (!same_items(&a->populations[p]->modulation, &b->populations[p]->modulation,
                        sizeof(ph_modulation)))
            return 0;
    return 1;
}

static int same_file(const char *one, const char *other)
{
    return one == other || (one && other && !strcmp(one, other));
}

/* --- values that must be the same ------------------------------------------------------------- */

static int is_same_value(const ph_param *param, const void *a, const void *b)
{
    const void *one = (const char *)a + param->offset, *other = (const char *)b + param->offset;
    if (param->kind == PH_KIND_PATH || param->kind == PH_KIND_STRING)
        return same_file(*(const char *const *)one, *(const char *const *)other);
    if (param->kind == PH_KIND_CHOICE)
        return *(const int *)one == *(const int *)other;
    return !memcmp(one, other, 8); /* a double or an int64_t */
}

/* An error where a phase gives another value to a parameter that was read once for the run.
 * @param name NULL: there is no such parameter */
static void check_fixed(ph_builder *builder, const ph_variant *built, const ph_variant *phase,
                        const char *name)
{
    const ph_table *table = built->type->params;
    const ph_node *node = name ? ph_node_get(phase->node, name) : NULL;
    for (int i = 0; i < table->count && name; i++)
        if (!strcmp(table->params[i].name, name) &&
            !is_same_value(&table->params[i], built->params, phase->params))
            ph_errors_add(builder->reader.errors, node ? node : phase->node,
                          "a phase cannot change %s: it is read once, for the whole run", name);
}

static void check_all_fixed(ph_builder *builder, const ph_variant *built, const ph_variant *phase,
                            const char *const *names)
{
    for (; names && *names; names++)
        check_fixed(builder, built, phase, *names);
}

/* Decays, gates and echoes are laid out for the time constants that the run begins with. */
static void check_rule(ph_builder *builder, const ph_projection *built, const ph_projection *phase)
{
    const ph_rule *rule = ph_rule_of(built);
    const ph_variant *one = &built->plasticity, *other = &phase->plasticity;
    if (!rule)
        return;
    check_all_fixed(builder, one, other, rule->pre);
    check_all_fixed(builder, one, other, rule->post);
    check_all_fixed(builder, one, other, rule->decays);
    for (int g = 0; g < PH_RULE_GATES; g++)
        check_fixed(builder, one, other, rule->gates[g].tau);
    check_fixed(builder, one, other, rule->pairing);
    check_fixed(builder, one, other, rule->echo);
    check_fixed(builder, one, other, rule->fixed);
}

static const ph_item *first_apical(const ph_brain *brain)
{
    const ph_map *map = &brain->neuromodulation.transmitters;
    const ph_transmitter *items = map->items;
    for (int t = 0; t < map->count; t++)
        if (items[t].apical_innervation.count > 0)
            return &items[t].item;
    return NULL;
}

/* Tissue of apical dendrites is there where the run begins with some. */
static void check_dendrites(ph_builder *builder, const ph_brain *phase)
{
    const ph_item *apical = first_apical(phase);
    if (apical && !first_apical(builder->brain))
        ph_errors_add(builder->reader.errors, ph_node_get(apical->node, "apical_innervation"),
                      "a phase cannot be the first to have it: give it to the brain, too");
}

/* Once what there is is known to be the same. */
static void check_values(ph_builder *builder, const ph_brain *phase)
{
    const ph_brain *brain = builder->brain;
    const ph_task_type *task = (const ph_task_type *)(const void *)brain->task.type;
    for (int i = 0; i < brain->n_projections; i++)
        check_rule(builder, brain->projections[i], phase->projections[i]);
    if (task)
        check_all_fixed(builder, &brain->task, &phase->task, task->fixed);
    check_dendrites(builder, phase);
}

static void check_structure(ph_builder *builder, const ph_brain *phase, const ph_node *set)
{
    const ph_brain *brain = builder->brain;
    const char *what = NULL;
    if (!ph_same_task(brain, phase))
        what = "the type of the task, its populations or the weights of its inputs";
    else if (!same_transmitters(&brain->neuromodulation, &phase->neuromodulation))
        what = "the beat, transmitters, nuclei, sources, controllers or receptors";
    else if (!same_controllers(brain, phase))
        what = "the type of a controller, what it reads, its receptors or weights";
    else if (!same_items(&brain->interventions, &phase->interventions, sizeof(ph_named_variant)))
        what = "the list of interventions";
    else if (!same_projections(brain, phase))
        what = "the type of plasticity, its w_max, which parameters are modulated or what is cut";
    else if (!same_populations(brain, phase))
        what = "which entries the modulation of a population has";
    else if (!same_file(brain->neuromodulation.yoked, phase->neuromodulation.yoked))
        what = "neuromodulation.yoked";
    if (what)
        ph_errors_add(builder->reader.errors, set, "a phase cannot change %s", what);
    else
        check_values(builder, phase);
}

/* --- phases ----------------------------------------------------------------------------------- */

static const ph_node *at_path(const ph_node *node, const char *path)
{
    while (node) {
        char key[PH_TREE_KEY + 1];
        size_t n = strcspn(path, ".");
        if (n > PH_TREE_KEY)
            return NULL;
        memcpy(key, path, n);
        key[n] = '\0';
        node = ph_node_get(node, key);
        if (!path[n])
            return node;
        path += n + 1;
    }
    return NULL;
}

/* Put the values of a `set` into a configuration. */
static ph_status apply(ph_builder *builder, const ph_node *set, ph_node *root)
{
    ph_tree *tree = builder->brain->tree;
    for (const ph_node *child = set ? set->first : NULL; child; child = child->next) {
        ph_node *value;
        if (!may_set(builder, child))
            continue;
        PH_TRY(ph_node_copy(tree, child, &value));
        PH_TRY(ph_node_set(tree, builder->reader.errors, root, child->key, value));
    }
    return PH_OK;
}

/* Whether a `set` puts a value at a path or above it. */
static int puts_at(const ph_node *set, const char *path)
{
    for (const ph_node *child = set ? set->first : NULL; child; child = child->next) {
        size_t n = strlen(child->key);
        if (!strncmp(child->key, path, n) && (path[n] == '\0' || path[n] == '.'))
            return 1;
    }
    return 0;
}

/* Names of files have become absolute: so that the tree as written stands by itself.
 * @param later a set that came after this one: what it puts there is its own */
static void take_over_files(ph_node *set, const ph_node *later, const ph_node *root)
{
    for (ph_node *child = set ? set->first : NULL; child; child = child->next) {
        const ph_node *read = puts_at(later, child->key) ? NULL : at_path(root, child->key);
        if (read && read->kind == PH_NODE_SCALAR && child->kind == PH_NODE_SCALAR)
            child->text = read->text;
    }
}

static ph_node *set_of(const ph_phase *phase)
{
    ph_node *set = phase ? ph_node_get(phase->item.node, "set") : NULL;
    return set && set->kind == PH_NODE_MAPPING && set->first ? set : NULL;
}

/* The configuration with the values of a phase, after those of its group, read again. */
static ph_status build_phase(ph_builder *builder, const ph_phase *of, ph_brain **out)
{
    ph_brain *brain = builder->brain, *phase;
    ph_node *sets[] = {set_of(of->group), set_of(of)};
    *out = brain;
    if (!sets[0] && !sets[1])
        return PH_OK;
    int before = builder->reader.errors->count;
    ph_node *root;
    PH_TRY(ph_node_copy(brain->tree, brain->tree->root, &root));
    for (int i = 0; i < PH_COUNT(sets); i++)
        PH_TRY(apply(builder, sets[i], root));
    if (builder->reader.errors->count > before)
        return PH_OK;
    PH_TREE_ALLOC(brain->tree, phase, 1);
    PH_TRY(ph_build(brain->tree, builder->reader.registries, builder->reader.errors, root, phase));
    if (builder->reader.errors->count > before)
        return PH_OK;
    check_structure(builder, phase, sets[1] ? sets[1] : sets[0]);
    take_over_files(sets[0], sets[1], root);
    take_over_files(sets[1], NULL, root);
    *out = phase;
    return PH_OK;
}

static void check_phase(ph_builder *builder, const ph_phase *phase)
{
    int has_trials = phase->trials > 0, has_duration = !isnan(phase->duration);
    int has_neither = !has_trials && !has_duration;
    if ((has_trials && has_duration) || (has_neither && !builder->brain->task.node))
        ph_errors_add(builder->reader.errors, phase->item.node, "give either trials or duration");
    else if (has_trials && !builder->brain->task.node)
        ph_errors_add(builder->reader.errors, phase->item.node, "trials need a task");
    double settling = (double)builder->brain->settling * builder->brain->simulation.resolution;
    if (phase->rest && !(phase->duration >= settling))
        ph_errors_add(builder->reader.errors, phase->item.node,
                      "a rest needs a duration of at least %g s: what is on its way arrives first",
                      settling * 1e-3);
    if (!phase->has_task && !has_duration)
        ph_errors_add(builder->reader.errors, phase->item.node,
                      "where the task waits, a duration says how long");
    ph_build_check_set(builder, phase->set);
}

/* Repetitions too: what a task can number is a matter of the phase's own index. */
static void check_task_phases(ph_builder *builder)
{
    const ph_brain *brain = builder->brain;
    const ph_task_type *type = (const ph_task_type *)(const void *)brain->task.type;
    for (int i = 0; type && type->check_phase && i < brain->n_phases; i++) {
        const ph_phase *phase = brain->phase[i];
        const void *params = brain->phase_brains[i]->task.params;
        const char *wrong = phase->has_task ? type->check_phase(params, i) : NULL;
        if (!wrong)
            continue;
        ph_errors_add(builder->reader.errors, phase->item.node, "%s: %s", phase->item.name, wrong);
        return; /* those after it lack the same */
    }
}

ph_status ph_build_phases(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    PH_TREE_ALLOC(brain->tree, brain->phase_brains, brain->n_phases);
    brain->phase_brains[0] = brain;
    for (int i = 0; i < brain->n_phases && brain->phases.count > 0; i++) {
        const ph_phase *phase = brain->phase[i];
        if (phase->as < i) {
            brain->phase_brains[i] = brain->phase_brains[phase->as];
            continue;
        }
        check_phase(builder, phase);
        PH_TRY(build_phase(builder, phase, &brain->phase_brains[i]));
        brain->phase_brains[i]->n_phases = brain->n_phases;
        brain->phase_brains[i]->phase = brain->phase;
        brain->phase_brains[i]->phase_brains = brain->phase_brains;
    }
    if (builder->reader.errors->count == 0)
        check_task_phases(builder);
    return PH_OK;
}
