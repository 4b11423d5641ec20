/* SPDX-License-Identifier: Apache-2.0 */
/* Which populations, cells and projections are recorded. */
#include "model/internal.h"

#include "base/units.h"

#include <string.h>

/* The node of a word of a list, for messages. */
static const ph_node *word_node(const ph_brain *brain, const char *record, const char *key, int i)
{
    const ph_node *node = ph_node_get(brain->tree->root, "recording");
    node = ph_node_get(ph_node_get(node, record), key);
    const ph_node *child = node ? node->first : NULL;
    for (; child && i > 0; i--)
        child = child->next;
    return child ? child : node;
}

static const ph_region *region_named(const ph_brain *brain, const char *name)
{
    for (int r = 0; r < brain->n_regions; r++)
        if (!strcmp(ph_region_at(brain, r)->item.name, name))
            return ph_region_at(brain, r);
    return NULL;
}

/* Spans that a list of words names: all, a region's, or one. @param spans room for all of them */
static int spans_of(ph_builder *builder, const ph_words *words, const char *record, ph_span *spans)
{
    const ph_brain *brain = builder->brain;
    int n = 0;
    if (words->count < 0)
        for (; n < brain->n_populations; n++)
            spans[n] = (ph_span){n, 0, brain->populations[n]->size};
    for (int i = 0; i < words->count; i++) {
        const ph_region *region = region_named(brain, words->items[i]);
        for (int p = 0; region && p < region->populations.count; p++, n++)
            spans[n] = (ph_span){region->first + p, 0,
                                 brain->populations[region->first + p]->size};
        if (region)
            continue;
        if (ph_brain_find(brain, words->items[i], &spans[n]) == PH_OK)
            n++;
        else
            ph_errors_add(builder->reader.errors, word_node(brain, record, "populations", i), "%s",
                          ph_error_message());
    }
    return n;
}

static ph_status room_for(const ph_brain *brain, const ph_words *words, ph_span **spans)
{
    size_t n = words->count < 0 ? 1 : (size_t)words->count;
    PH_TREE_ALLOC(brain->tree, *spans, n * (size_t)(brain->n_populations + 1));
    return PH_OK;
}

static ph_status mark(ph_builder *builder, const ph_words *words, const char *record, int **on)
{
    ph_span *spans;
    PH_TRY(room_for(builder->brain, words, &spans));
    PH_TREE_ALLOC(builder->brain->tree, *on, builder->brain->n_populations);
    int n = spans_of(builder, words, record, spans);
    for (int i = 0; i < n; i++)
        (*on)[spans[i].population] = 1;
    return PH_OK;
}

/* --- projections ------------------------------------------------------------------------------ */

/* Index of a projection by its address, -1 with an error when there is none. */
static int projection_named(ph_builder *builder, const char *name, const ph_node *node)
{
    ph_brain *brain = builder->brain;
    ph_nearest nearest = ph_nearest_to(name);
    char hint[PH_HINT];
    for (int i = 0; i < brain->n_projections; i++) {
        if (!strcmp(brain->projections[i]->address, name))
            return i;
        ph_nearest_offer(&nearest, brain->projections[i]->address);
    }
    ph_errors_add(builder->reader.errors, node, "there is no tract or projection '%.100s'%s", name,
                  ph_nearest_hint(&nearest, hint));
    return -1;
}

static void check_phases(ph_builder *builder, const ph_words *phases)
{
    const ph_brain *brain = builder->brain;
    for (int i = 0; i < phases->count; i++) {
        ph_nearest nearest = ph_nearest_to(phases->items[i]);
        char hint[PH_HINT];
        for (int p = 0; p < brain->n_phases; p++)
            ph_nearest_offer(&nearest, brain->phase[p]->item.name);
        if (ph_phase_first(brain, phases->items[i]) < 0)
            ph_errors_add(builder->reader.errors, word_node(brain, "weights", "phases", i),
                          "there is no phase '%.100s'%s", phases->items[i],
                          ph_nearest_hint(&nearest, hint));
    }
}

static ph_status mark_weights(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    const ph_record_weights *weights = &brain->recording.weights;
    check_phases(builder, &weights->phases);
    PH_TREE_ALLOC(brain->tree, brain->recording.weights_on, brain->n_projections);
    for (int i = 0; i < brain->n_projections && weights->tracts.count < 0; i++)
        brain->recording.weights_on[i] = ph_rule_of(brain->projections[i]) != NULL;
    for (int w = 0; w < weights->tracts.count; w++) {
        int i = projection_named(builder, weights->tracts.items[w],
                                 word_node(brain, "weights", "tracts", w));
        if (i >= 0)
            brain->recording.weights_on[i] = 1;
    }
    return PH_OK;
}

ph_status ph_build_recording(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    ph_recording *recording = &brain->recording;
    PH_TRY(mark(builder, &recording->spikes.populations, "spikes", &recording->spikes_on));
    PH_TRY(mark(builder, &recording->rates.populations, "rates", &recording->rates_on));
    PH_TRY(room_for(brain, &recording->V_m.populations, &recording->V_m_spans));
    recording->n_V_m =
        spans_of(builder, &recording->V_m.populations, "V_m", recording->V_m_spans);
    for (int i = 0; i < recording->n_V_m; i++)
        if (recording->V_m_spans[i].count > recording->V_m.cells)
            recording->V_m_spans[i].count = recording->V_m.cells;
    return mark_weights(builder);
}
