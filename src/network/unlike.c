/* SPDX-License-Identifier: Apache-2.0 */
/* Neurons of a group that differ in their parameters, sorted so that those of a tile that are alike
 * can be updated together; or, where so few are alike that their vectors would be half empty, with
 * the constants of each in arrays. */
#include "network/block.h"

#include "base/memory.h"

#include <stdlib.h>

/* What neurons are sorted by. */
typedef struct place {
    int32_t tile, class, neuron;
} place;

static int compare(const void *a, const void *b)
{
    const place *one = a, *other = b;
    if (one->tile != other->tile)
        return one->tile < other->tile ? -1 : 1;
    if (one->class != other->class)
        return one->class < other->class ? -1 : 1;
    return one->neuron < other->neuron ? -1 : one->neuron > other->neuron;
}

static int is_next(const place *places, int i)
{
    return i == 0 || places[i].tile != places[i - 1].tile ||
           places[i].class != places[i - 1].class;
}

/* Constants of the classes that the group has. @param at out: by class, which of them; -1: none */
static ph_status prepare(const ph_node_classes *classes, double h, const ph_group *group,
                         const place *places, int32_t *at)
{
    int n = 0;
    for (int c = 0; c < classes->n_classes; c++)
        at[c] = -1;
    for (int i = 0; i < group->n; i++)
        if (at[places[i].class] < 0)
            at[places[i].class] = n++;
    PH_ALLOC(group->unlike->k, (size_t)n * PH_NEURON_CONSTANTS);
    for (int c = 0; c < classes->n_classes; c++)
        if (at[c] >= 0)
            group->model->prepare(ph_class_params(classes, c), h,
                                  group->unlike->k + at[c] * PH_NEURON_CONSTANTS);
    return PH_OK;
}

static int count_alike(const ph_group *group, const place *places)
{
    int n = 0;
    for (int i = 0; i < group->n; i++)
        n += is_next(places, i);
    return n;
}

static ph_status fill_each(const ph_node_classes *classes, double h, const ph_group *group,
                           const place *places)
{
    const ph_neuron_model *model = group->model;
    ph_unlike *unlike = group->unlike;
    size_t n = (size_t)model->n_constants;
    PH_ALLOC(unlike->rest, group->n);
    PH_ALLOC(unlike->each, n * PH_TILE * (((size_t)group->n + PH_TILE - 1) / PH_TILE));
    for (int i = 0; i < group->n; i++) {
        const void *params = ph_class_params(classes, places[i].class);
        int neuron = places[i].neuron;
        ph_real k[PH_NEURON_CONSTANTS];
        model->prepare(params, h, k);
        unlike->rest[neuron] = model->rest(params);
        for (size_t c = 0; c < n; c++)
            unlike->each[((size_t)places[i].tile * n + c) * PH_TILE + (size_t)neuron % PH_TILE] =
                k[c];
    }
    return PH_OK;
}

static ph_status fill(const ph_node_classes *classes, double h, const ph_group *group,
                      const place *places, int32_t *at)
{
    ph_unlike *unlike = group->unlike;
    int n = count_alike(group, places);
    if (group->model->update_each && 2 * (int64_t)n * PH_PAD > group->n)
        return fill_each(classes, h, group, places);
    PH_ALLOC(unlike->members, group->n);
    PH_ALLOC(unlike->rest, group->n);
    PH_ALLOC(unlike->alike, n);
    PH_TRY(prepare(classes, h, group, places, at));
    for (int i = 0; i < group->n; i++) {
        if (is_next(places, i))
            unlike->alike[unlike->n_alike++] =
                (ph_alike){.tile = places[i].tile,
                           .first = i,
                           .k = unlike->k + at[places[i].class] * PH_NEURON_CONSTANTS};
        unlike->alike[unlike->n_alike - 1].n++;
        unlike->members[i] = places[i].neuron;
        unlike->rest[places[i].neuron] =
            group->model->rest(ph_class_params(classes, places[i].class));
    }
    return PH_OK;
}

ph_status ph_unlike_create(const ph_node_classes *classes, double h, ph_group *group)
{
    place *places;
    int32_t *at;
    PH_ALLOC(group->unlike, 1);
    PH_ALLOC(places, group->n);
    for (int i = 0; i < group->n; i++)
        places[i] = (place){i / PH_TILE,
                            classes->class_of[group->first + i * group->stride - classes->first],
                            i};
    qsort(places, (size_t)group->n, sizeof *places, compare);
    at = ph_calloc((size_t)classes->n_classes, sizeof *at);
    ph_status status = at ? fill(classes, h, group, places, at)
                          : ph_error(PH_RESOURCE, "out of memory: classes of neurons");
    ph_free(places);
    ph_free(at);
    return status;
}

void ph_unlike_destroy(ph_unlike **unlike)
{
    if (!*unlike)
        return;
    ph_free((*unlike)->each);
    ph_free((*unlike)->alike);
    ph_free((*unlike)->members);
    ph_free((*unlike)->rest);
    ph_free((*unlike)->k);
    ph_free(*unlike);
    *unlike = NULL;
}

double ph_group_rest(const ph_group *group, const ph_population *population, int i)
{
    return group->unlike ? group->unlike->rest[i]
                         : group->model->rest(population->neuron.params);
}
