/* SPDX-License-Identifier: Apache-2.0 */
/* Controllers: one list of those of all transmitters, the signals that they read of each other, and
 * the ports and weights by which they drive their nuclei. */
#include "model/internal.h"

#include <string.h>

static ph_status list_all(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    int n = 0;
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++)
        n += transmitters[t].controllers.count;
    PH_TREE_ALLOC(brain->tree, brain->controllers, n);
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++) {
        const ph_named_variant *items = transmitters[t].controllers.items;
        for (int i = 0; i < transmitters[t].controllers.count; i++) {
            ph_controller *controller = &brain->controllers[brain->n_controllers++];
            controller->variant = &items[i].variant;
            controller->transmitter = t;
            controller->address = ph_tree_print(brain->tree, "%s.%s", transmitters[t].item.name,
                                                items[i].item.name);
            PH_CHECK(controller->address, PH_RESOURCE, "out of memory: configuration");
        }
    }
    if (n > PH_MAX_CONTROLLERS)
        ph_errors_add(builder->reader.errors, ph_node_get(brain->tree->root, "neuromodulation"),
                      "%d controllers; at most %d are possible", n, PH_MAX_CONTROLLERS);
    return PH_OK;
}

/* --- signals ---------------------------------------------------------------------------------- */

typedef struct reader_of {
    ph_builder *builder;
    int own; /* index of the controller that reads */
} reader_of;

/* A controller is advanced after those before it in the file, so that it reads what they have
 * computed in the same beat. */
static ph_status find_signal(void *context, const ph_table *table, const ph_param *param,
                             void *record, void *value)
{
    (void)table, (void)record;
    const reader_of *reader = context;
    const ph_brain *brain = reader->builder->brain;
    ph_signal *signal = value;
    const char *known[PH_MAX_CONTROLLERS];
    int n = 0;
    if (param->kind != PH_KIND_SIGNAL || !signal->text)
        return PH_OK;
    for (int c = 0; c < brain->n_controllers; c++) {
        if (!strcmp(brain->controllers[c].address, signal->text))
            signal->controller = c;
        if (c < reader->own && n < PH_MAX_CONTROLLERS)
            known[n++] = brain->controllers[c].address;
    }
    if (signal->controller < 0)
        ph_read_unknown(&reader->builder->reader, signal->node, 0, "controller", signal->text,
                        known, n);
    else if (signal->controller >= reader->own)
        ph_errors_add(reader->builder->reader.errors, signal->node,
                      "'%.80s' must come before the controller that reads it, in file order",
                      signal->text);
    return PH_OK;
}

/* --- ports ------------------------------------------------------------------------------------ */

static void check_port(ph_builder *builder, const ph_node *mapping, int population,
                       const char *receptor_key, const char *receptor, const char *weight_key,
                       double weight)
{
    const ph_node *node = ph_node_get(mapping, receptor_key);
    const ph_node *weight_node = ph_node_get(mapping, weight_key);
    int port = ph_build_port(builder, node ? node : mapping, population, receptor);
    if (port >= 0 && weight_node)
        ph_build_weight(builder, weight_node, weight, population, port);
}

static void check_ports(ph_builder *builder, const ph_controller *controller)
{
    const ph_transmitter *transmitters = builder->brain->neuromodulation.transmitters.items;
    int population = transmitters[controller->transmitter].nucleus.span.population;
    const ph_drive_ports *ports =
        ph_controller_ports(ph_controller_type_of(controller), controller->variant->params);
    const ph_node *mapping = controller->variant->node;
    if (population < 0)
        return;
    check_port(builder, mapping, population, "exc_receptor", ports->exc, "exc_weight",
               ports->exc_weight);
    check_port(builder, mapping, population, "inh_receptor", ports->inh, "inh_weight",
               ports->inh_weight);
}

ph_status ph_build_controllers(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    PH_TRY(list_all(builder));
    for (int c = 0; c < brain->n_controllers; c++) {
        const ph_controller *controller = &brain->controllers[c];
        reader_of reader = {builder, c};
        if (!controller->variant->type)
            continue;
        const ph_controller_type *type = ph_controller_type_of(controller);
        void *params = controller->variant->params;
        PH_TRY(ph_walk(type->base.params, params, find_signal, &reader));
        check_ports(builder, controller);
        const char *wrong = type->check ? type->check(params) : NULL;
        if (wrong)
            ph_errors_add(builder->reader.errors, controller->variant->node, "%s", wrong);
    }
    return PH_OK;
}
