/* SPDX-License-Identifier: Apache-2.0 */
/* Broadcast `local`: readouts of regions, one list of those of all transmitters. */
#include "model/internal.h"

#include <string.h>

#define MOST_NAMES 64

static void find_region(ph_builder *builder, ph_local_readout *local)
{
    const ph_brain *brain = builder->brain;
    const char *known[MOST_NAMES];
    int n = 0;
    local->region = -1;
    for (int r = 0; r < brain->n_regions; r++) {
        const char *name = ph_region_at(brain, r)->item.name;
        if (!strcmp(name, local->item.name))
            local->region = r;
        if (n < MOST_NAMES)
            known[n++] = name;
    }
    if (local->region < 0)
        ph_read_unknown(&builder->reader, local->item.node, 1, "region", local->item.name, known,
                        n);
}

static void add(ph_builder *builder, ph_local_readout *local, int transmitter)
{
    ph_brain *brain = builder->brain;
    local->transmitter = transmitter;
    find_region(builder, local);
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
