/* SPDX-License-Identifier: Apache-2.0 */
/* Weights and states of a projection's synapses change places among those onto one neuron, which
 * all lie on one block, in the order source, delay, ordinal: Fisher and Yates' exchanges, drawn for
 * (projection, neuron, step, place), so that no layout matters. What is exchanged is of the
 * synapses' last visits, which were up to a second ago and not all at once: a visit that is on its
 * way was sent off with the interval since the one before, so none can be put in between. */
#include "sim/shuffle.h"

#include "base/memory.h"
#include "base/random.h"
#include "model/interventions.h"
#include "network/contexts.h"

#include <string.h>

#define STREAM 1 /* that of the first projection; noise has 0 */

/* A synapse: its weight, and how far its states are apart. */
typedef struct place {
    char *w;
    size_t apart;
} place;

typedef struct sorted {
    uint32_t *first; /* of each neuron and one more: in places */
    place *places;   /* by neuron, then in the order of rows */
} sorted;

/* Call for every synapse of plastic rows, row by row. */
static void each(const ph_rows *rows, sorted *s, void visit(sorted *s, uint16_t target, place at))
{
    uint64_t first = 0;
    for (uint64_t k = 0; k < rows->first_run[rows->n_rows]; first += rows->runs[k++].count) {
        size_t count = rows->runs[k].count;
        ph_run_fields fields = ph_run_fields_of(rows, first, count);
        for (size_t i = 0; i < count; i++)
            visit(s, ph_field_target(fields.target, i),
                  (place){fields.w + i * sizeof(ph_real), count * sizeof(ph_real)});
    }
}

static void count_one(sorted *s, uint16_t target, place at)
{
    (void)at;
    s->first[target + 1]++;
}

/* first[target] goes on to where the next neuron's begin. */
static void put_one(sorted *s, uint16_t target, place at)
{
    s->places[s->first[target]++] = at;
}

static void exchange(const place *a, const place *b, int n_fields)
{
    for (int f = 0; f < n_fields; f++) {
        char *one = a->w + (size_t)f * a->apart, *other = b->w + (size_t)f * b->apart;
        char kept[sizeof(ph_real)];
        memcpy(kept, one, sizeof kept);
        memcpy(one, other, sizeof kept);
        memcpy(other, kept, sizeof kept);
    }
}

static void shuffle_one(const ph_sim *sim, const ph_rows *rows, ph_gid gid, place *places,
                        uint32_t n)
{
    uint32_t stream = STREAM + (uint32_t)rows->projection->index;
    for (uint32_t i = n; i-- > 1;) {
        ph_random4 bits = ph_random(sim->options.seed, PH_PURPOSE_INTERVENTION, gid, stream,
                                    sim->step, i);
        uint32_t j = ph_random_below(bits.v[0], bits.v[1], i + 1);
        exchange(&places[i], &places[j], 1 + rows->rule->n_states);
    }
}

static ph_status shuffle_rows(const ph_sim *sim, const ph_rows *rows, const ph_group *group,
                              sorted *s)
{
    PH_ALLOC(s->first, group->n + 1);
    PH_ALLOC(s->places, rows->n_synapses);
    each(rows, s, count_one);
    for (int i = 0; i < group->n; i++)
        s->first[i + 1] += s->first[i];
    each(rows, s, put_one);
    for (int i = 0; i < group->n; i++) {
        uint32_t begin = i > 0 ? s->first[i - 1] : 0;
        shuffle_one(sim, rows, group->gid + i * group->stride, s->places + begin,
                    s->first[i] - begin);
    }
    return PH_OK;
}

static ph_status shuffle_projection(const ph_sim *sim, int projection)
{
    for (int b = 0; b < sim->network->n_blocks; b++) {
        const ph_block *block = &sim->network->blocks[b];
        const ph_rows *rows = ph_block_plastic_rows(block, projection);
        if (!rows)
            continue;
        sorted s = {0};
        ph_status status = shuffle_rows(sim, rows, &block->groups[rows->group], &s);
        ph_free(s.first);
        ph_free(s.places);
        PH_TRY(status);
    }
    return PH_OK;
}

static int is_named(const ph_words *words, const char *address)
{
    int is = words->count < 0;
    for (int i = 0; i < words->count && !is; i++)
        is = !strcmp(words->items[i], address);
    return is;
}

ph_status ph_shuffle_begin(ph_sim *sim, int before)
{
    const ph_brain *brain = sim->in_force;
    for (int i = 0; i < brain->interventions.count; i++) {
        const ph_intervention *shuffle = ph_intervention_beginning(
            brain, i, &ph_intervention_shuffle, sim->phase, before);
        if (!shuffle)
            continue;
        for (int p = 0; p < brain->n_projections; p++)
            if (is_named(&shuffle->projections, brain->projections[p]->address))
                PH_TRY(shuffle_projection(sim, p));
    }
    return PH_OK;
}
