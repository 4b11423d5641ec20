/* SPDX-License-Identifier: Apache-2.0 */
/* `layout`: which ranks a region is to be on, as far as that can be told without knowing how many
 * there will be. */
#include "model/internal.h"

#include "base/units.h"

#include <string.h>

#define MOST_RANKS 16777216

int ph_brain_holds_nucleus(const ph_brain *brain, int region)
{
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++) {
        int nucleus = transmitters[t].nucleus.span.population;
        if (nucleus >= 0 && ph_brain_region_of(brain, nucleus) == region)
            return 1;
    }
    return 0;
}

/* The number that a text begins with; -1: there is none. */
static int rank_of(const char *text, size_t length)
{
    char word[16] = "";
    int64_t rank;
    if (length == 0 || length >= sizeof word)
        return -1;
    memcpy(word, text, length);
    return ph_integer_parse(word, &rank) == PH_OK && rank >= 0 && rank < MOST_RANKS ? (int)rank
                                                                                    : -1;
}

static void read_ranks(ph_builder *builder, ph_seat *seat)
{
    seat->first = seat->last = -1;
    if (!seat->ranks || !strcmp(seat->ranks, "any"))
        return;
    const char *dash = strchr(seat->ranks, '-');
    seat->first = rank_of(seat->ranks, dash ? (size_t)(dash - seat->ranks) : strlen(seat->ranks));
    seat->last = dash ? rank_of(dash + 1, strlen(dash + 1)) : seat->first;
    if (seat->first < 0 || seat->last < seat->first)
        ph_errors_add(builder->reader.errors, seat->item.node,
                      "'%.80s' are no ranks; write one (2), the first and the last of several "
                      "(0-3), or any",
                      seat->ranks);
}

void ph_build_seats(ph_builder *builder)
{
    const ph_brain *brain = builder->brain;
    ph_seat *seats = brain->layout.items, *nuclei = NULL;
    for (int s = 0; s < brain->layout.count; s++) {
        ph_seat *seat = &seats[s];
        seat->region = ph_build_region(builder, &seat->item);
        read_ranks(builder, seat);
        if (seat->region < 0 || seat->first < 0 || !ph_brain_holds_nucleus(brain, seat->region))
            continue;
        if (seat->first != seat->last || (nuclei && nuclei->first != seat->first))
            ph_errors_add(builder->reader.errors, seat->item.node,
                          "regions with nuclei are on one rank, all on the same%s%s",
                          nuclei ? ": as " : "", nuclei ? nuclei->item.name : "");
        nuclei = seat;
    }
}
