/* SPDX-License-Identifier: Apache-2.0 */
/* The weights of run.h5: one group for each projection and moment. */
#include "io/merge.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

#define WEIGHT_WORDS 4 /* projection and moment, target, source, delay and bits of the weight */

typedef struct weights {
    const ph_parts *parts;
    int64_t *counts;   /* projection * (phases + 1) + moment */
    int64_t moments;   /* phases + 1 */
    ph_sorter *sorter;
} weights;

static ph_status pack_weight(void *context, const void *record, uint64_t *words)
{
    weights *w = context;
    const ph_weight_record *weight = record;
    uint32_t bits;
    memcpy(&bits, &weight->weight, sizeof bits);
    int64_t index = weight->projection * w->moments + weight->moment;
    PH_CHECK(weight->projection >= 0 && weight->projection < w->parts->brain->n_projections &&
                 weight->moment >= 0 && weight->moment < w->moments,
             PH_FILE, "the part files do not belong to this configuration (projection %d)",
             weight->projection);
    words[0] = (uint64_t)index;
    words[1] = (uint64_t)weight->target;
    words[2] = (uint64_t)weight->source;
    words[3] = (uint64_t)(uint32_t)weight->delay << 32 | bits;
    w->counts[index]++;
    return PH_OK;
}

static const char *unit_of(const ph_brain *brain, const ph_projection *projection)
{
    const ph_population *target = brain->populations[projection->target.span.population];
    const ph_neuron_model *model =
        (const ph_neuron_model *)(const void *)target->neuron.type;
    return model && projection->port < model->n_ports ? model->ports[projection->port].unit
                                                      : "pA or nS";
}

/* The four columns of a projection at a moment. */
static ph_status write_columns(hid_t group, const weights *w, const ph_projection *projection,
                               int64_t n)
{
    const ph_brain *brain = w->parts->brain;
    const ph_column_info infos[4] = {
        {"source", PH_U32, "1", "node id within the source population"},
        {"target", PH_U32, "1", "node id within the target population"},
        {"delay", PH_F32, "ms", "axonal delay"},
        {"weight", PH_F32, unit_of(brain, projection), "weight of the synapse"}};
    ph_gid source = brain->populations[projection->source.span.population]->gid;
    ph_gid target = brain->populations[projection->target.span.population]->gid;
    ph_column columns[4];
    for (int c = 0; c < 4; c++)
        PH_TRY(ph_column_open(group, &infos[c], n, 0, &columns[c]));
    for (int64_t i = 0; i < n; i++) {
        const uint64_t *words;
        PH_TRY(ph_sorter_next(w->sorter, &words));
        PH_CHECK(words, PH_FAILURE, "fewer weights were sorted than counted");
        uint32_t bits = (uint32_t)words[3];
        float weight;
        memcpy(&weight, &bits, sizeof weight);
        PH_TRY(ph_column_int(&columns[0], (ph_gid)words[2] - source));
        PH_TRY(ph_column_int(&columns[1], (ph_gid)words[1] - target));
        PH_TRY(ph_column_real(&columns[2], ph_ms(brain, (ph_step)(words[3] >> 32))));
        PH_TRY(ph_column_real(&columns[3], (double)weight));
    }
    for (int c = 0; c < 4; c++)
        PH_TRY(ph_column_close(&columns[c]));
    return PH_OK;
}

/* A moment's group: 0_start, then the number and name of the phase that has just ended. */
static ph_status write_moment(hid_t parent, const weights *w, const ph_projection *projection,
                              int moment, int64_t n)
{
    const char *phase = moment > 0 ? w->parts->brain->phase[moment - 1]->item.name : "start";
    char name[256];
    int length = snprintf(name, sizeof name, "%d_%s", moment, phase);
    PH_CHECK(length > 0 && (size_t)length < sizeof name, PH_FAILURE,
             "the name of the phase %s is too long", phase);
    hid_t group;
    PH_TRY(ph_h5_group(parent, name, &group));
    PH_TRY(ph_h5_int(group, "moment", moment));
    PH_TRY(ph_h5_text(group, "when", moment > 0 ? "end of the phase" : "begin of the run"));
    PH_TRY(ph_h5_text(group, "phase", moment > 0 ? phase : ""));
    PH_TRY(write_columns(group, w, projection, n));
    PH_H5(H5Gclose(group), "close the group %s", name);
    return PH_OK;
}

static ph_status write_projection(hid_t parent, const weights *w, int index)
{
    const ph_brain *brain = w->parts->brain;
    const ph_projection *projection = brain->projections[index];
    const int64_t *counts = w->counts + index * w->moments;
    int64_t sum = 0;
    for (int64_t m = 0; m < w->moments; m++)
        sum += counts[m];
    if (sum == 0)
        return PH_OK;
    hid_t group;
    PH_TRY(ph_h5_group(parent, projection->address, &group));
    PH_TRY(ph_h5_text(group, "source_population",
                      brain->populations[projection->source.span.population]->address));
    PH_TRY(ph_h5_text(group, "target_population",
                      brain->populations[projection->target.span.population]->address));
    for (int64_t m = 0; m < w->moments; m++)
        if (counts[m] > 0)
            PH_TRY(write_moment(group, w, projection, (int)m, counts[m]));
    PH_H5(H5Gclose(group), "close the group %s", projection->address);
    return PH_OK;
}

static ph_status write_weights(hid_t file, weights *w)
{
    const ph_brain *brain = w->parts->brain;
    PH_ALLOC(w->counts, brain->n_projections * w->moments);
    PH_TRY(ph_parts_sort(w->parts, PH_STREAM_WEIGHTS, WEIGHT_WORDS, WEIGHT_WORDS, pack_weight, w,
                         &w->sorter));
    if (w->parts->records[PH_STREAM_WEIGHTS] == 0)
        return PH_OK;
    hid_t group;
    PH_TRY(ph_h5_group(file, "weights", &group));
    for (int p = 0; p < brain->n_projections; p++)
        PH_TRY(write_projection(group, w, p));
    PH_H5(H5Gclose(group), "close the group weights");
    return PH_OK;
}

ph_status ph_write_weights(hid_t file, const ph_parts *parts)
{
    weights w = {.parts = parts, .moments = (int64_t)parts->brain->n_phases + 1};
    ph_status status = write_weights(file, &w);
    ph_sorter_destroy(&w.sorter);
    ph_free(w.counts);
    return status;
}
