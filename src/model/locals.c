/* SPDX-License-Identifier: Apache-2.0 */
/* Broadcast `local`: readouts of regions, one list of those of all transmitters. */
#include "model/internal.h"

static void add(ph_builder *builder, ph_local_readout *local, int transmitter)
{
    ph_brain *brain = builder->brain;
    local->transmitter = transmitter;
    local->region = ph_build_region(builder, &local->item);
    int population = local->population.span.population;
    if (local->region >= 0 && population >= 0 &&
        ph_brain_region_of(brain, population) != local->region)
        ph_errors_add(builder->reader.errors, local->population.node,
                      "'%.100s' is not in region '%s', whose own readout it would be",
                      local->population.text, local->item.name);
    if (brain->n_locals < PH_MAX_LOCALS)
        brain->locals[brain->n_locals++] = local;
    else
        ph_errors_add(builder->reader.errors, local->item.node,
                      "more than %d local readouts of transmitters", PH_MAX_LOCALS);
}

void ph_build_locals(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++) {
        ph_local_readout *items = transmitters[t].local.items;
        for (int i = 0; i < transmitters[t].local.count; i++)
            add(builder, &items[i], t);
    }
    if (brain->neuromodulation.broadcast == PH_BROADCAST_LOCAL && brain->n_locals == 0)
        ph_errors_add(builder->reader.errors, ph_node_get(brain->tree->root, "neuromodulation"),
                      "broadcast: local needs readouts of regions: "
                      "transmitters.NAME.local: {REGION: {population: ..}}");
}
