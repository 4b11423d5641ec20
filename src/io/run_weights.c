/* SPDX-License-Identifier: Apache-2.0 */
/* The weights of run.h5: one group for each projection and moment; and of SONATA's reports, where
 * the synapses onto a node are its elements. */
#include "io/merge.h"
#include "io/reports.h"

#include "base/memory.h"
#include "model/spans.h"

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

/* --- reports ---------------------------------------------------------------------------------- */

#define SOURCE_BITS 40 /* of a global id */
#define LEFT_OUT UINT64_MAX

typedef struct report {
    const ph_parts *parts;
    const ph_report *of;
    int64_t *counts; /* population * (phases + 1) + moment */
    int64_t moments; /* phases + 1 */
    double *when;    /* moments: ms */
    ph_sorter *sorter;
} report;

/* In the order of population and moment, target, projection and source, delay and weight. */
static ph_status pack_reported(void *context, const void *record, uint64_t *words)
{
    report *r = context;
    const ph_weight_record *weight = record;
    const ph_brain *brain = r->parts->brain;
    uint32_t bits;
    int p = ph_population_of(brain, weight->target);
    PH_CHECK(p >= 0 && weight->moment >= 0 && weight->moment < r->moments, PH_FILE,
             "the part files do not belong to this configuration (moment %d)", weight->moment);
    memcpy(&bits, &weight->weight, sizeof bits);
    words[0] = LEFT_OUT;
    if (ph_spans_have(r->of->spans, r->of->n_spans, p,
                      weight->target - brain->populations[p]->gid)) {
        words[0] = (uint64_t)(p * r->moments + weight->moment);
        r->counts[words[0]]++;
    }
    words[1] = (uint64_t)weight->target;
    words[2] = (uint64_t)weight->projection << SOURCE_BITS | (uint64_t)weight->source;
    words[3] = (uint64_t)(uint32_t)weight->delay << 32 | bits;
    return PH_OK;
}

/* A moment is the begin of the first phase, or the end of one. */
static ph_status note_moment(void *context, const void *record, uint64_t *words)
{
    report *r = context;
    const ph_phase_record *phase = record;
    PH_CHECK(phase->phase >= 0 && phase->phase + 1 < r->moments, PH_FILE,
             "the part files do not belong to this configuration (phase %d)", phase->phase);
    words[0] = (uint64_t)phase->phase;
    if (phase->phase == 0)
        r->when[0] = ph_begin_ms(r->parts, phase->begin);
    r->when[phase->phase + 1] = ph_begin_ms(r->parts, phase->end);
    return PH_OK;
}

static ph_status note_moments(report *r)
{
    ph_sorter *sorter = NULL;
    PH_ALLOC(r->when, r->moments);
    ph_status status = ph_parts_sort(r->parts, PH_STREAM_PHASES, 1, 1, note_moment, r, &sorter);
    ph_sorter_destroy(&sorter);
    return status;
}

/* Moments that were recorded; rows of SONATA lie equally far apart. */
static ph_report_times times_of(const report *r, int p)
{
    double first = 0, last = 0;
    int64_t n = 0;
    for (int64_t m = 0; m < r->moments; m++) {
        if (r->counts[p * r->moments + m] == 0)
            continue;
        last = r->when[m];
        first = n++ == 0 ? last : first;
    }
    double step = n > 1 ? (last - first) / (double)(n - 1) : 1;
    step = step > 0 ? step : 1;
    return (ph_report_times){first, first + (double)n * step, step};
}

/* A column of the first row says which synapse it is: those of the other rows are the same, but
 * that synapses of one pair and delay may change places. */
static void map(const report *r, int p, int64_t column, const uint64_t *words,
                ph_report_mapping *m, uint64_t *sources)
{
    int64_t node = (int64_t)words[1] - r->parts->brain->populations[p]->gid;
    if (m->n_nodes == 0 || m->nodes[m->n_nodes - 1] != node) {
        m->nodes[m->n_nodes] = node;
        m->first[m->n_nodes++] = column;
    }
    sources[column] = words[2];
}

/* Beside SONATA's mapping: which projection and which source each column is. */
static ph_status write_sources(hid_t group, const report *r, int64_t n, const uint64_t *sources)
{
    static const ph_column_info infos[2] = {
        {"source_node_ids", PH_U64, "1", "node id within the source population of each column"},
        {"projections", PH_U32, "1", "index in `addresses` of each column's projection"}};
    const ph_brain *brain = r->parts->brain;
    const char **addresses;
    ph_column columns[2];
    for (int c = 0; c < 2; c++)
        PH_TRY(ph_column_open(group, &infos[c], n, 0, &columns[c]));
    for (int64_t i = 0; i < n; i++) {
        int index = (int)(sources[i] >> SOURCE_BITS);
        int from = brain->projections[index]->source.span.population;
        ph_gid gid = (ph_gid)(sources[i] & ((UINT64_C(1) << SOURCE_BITS) - 1));
        PH_TRY(ph_column_int(&columns[0], gid - brain->populations[from]->gid));
        PH_TRY(ph_column_int(&columns[1], index));
    }
    for (int c = 0; c < 2; c++)
        PH_TRY(ph_column_close(&columns[c]));
    PH_ALLOC(addresses, brain->n_projections);
    for (int i = 0; i < brain->n_projections; i++)
        addresses[i] = brain->projections[i]->address;
    ph_status status = ph_h5_texts(group, "addresses", addresses, brain->n_projections,
                                   "projections of the brain");
    ph_free(addresses);
    return status;
}

/* Rows of all moments. @param m,sources out: filled in by the first */
static ph_status write_rows(hid_t group, const report *r, int p, int64_t n, const uint64_t **words,
                            ph_report_mapping *m, uint64_t *sources)
{
    static const ph_column_info info = {"data", PH_F32, "pA or nS",
                                        "a row for each moment, a column for each synapse"};
    ph_column data;
    int64_t rows = 0;
    for (int64_t moment = 0; moment < r->moments; moment++) {
        int64_t count = r->counts[p * r->moments + moment];
        PH_CHECK(count == 0 || count == n, PH_FILE, "moments have %lld and %lld weights",
                 (long long)n, (long long)count);
        rows += count > 0;
    }
    PH_TRY(ph_column_open(group, &info, rows * n, n, &data));
    PH_TRY(ph_h5_variable_text(data.dataset, "units", "pA or nS"));
    for (int64_t i = 0; i < rows * n; i++) {
        uint32_t bits = (uint32_t)(*words)[3];
        float weight;
        memcpy(&weight, &bits, sizeof weight);
        if (i < n)
            map(r, p, i, *words, m, sources);
        PH_TRY(ph_column_real(&data, (double)weight));
        PH_TRY(ph_sorter_next(r->sorter, words));
    }
    m->first[m->n_nodes] = m->n = n;
    return ph_column_close(&data);
}

static ph_status write_group(hid_t group, const report *r, int p, int64_t n,
                             const uint64_t **words, ph_report_mapping *m)
{
    uint64_t *sources;
    PH_ALLOC(sources, n);
    ph_status status = write_rows(group, r, p, n, words, m, sources);
    if (status == PH_OK)
        status = write_sources(group, r, n, sources);
    for (int64_t i = 0; i < n; i++)
        sources[i] = (uint64_t)i;
    m->elements = sources;
    if (status == PH_OK)
        status = ph_report_write_mapping(group, m);
    ph_free(sources);
    return status;
}

/* The sorter stands at the population's first weight. */
static ph_status report_population(hid_t parent, const report *r, int p, const uint64_t **words)
{
    const ph_population *population = r->parts->brain->populations[p];
    ph_report_mapping m = {.times = times_of(r, p)};
    int64_t n = r->counts[(*words)[0]];
    hid_t group;
    PH_TRY(ph_h5_group(parent, ph_report_name(population), &group));
    PH_ALLOC(m.nodes, population->size);
    m.first = ph_calloc((size_t)population->size + 1, sizeof *m.first);
    ph_status status = m.first ? write_group(group, r, p, n, words, &m)
                               : ph_error(PH_RESOURCE, "out of memory: nodes of a report");
    ph_free(m.nodes);
    ph_free(m.first);
    PH_TRY(status);
    PH_H5(H5Gclose(group), "close a group of a report");
    return PH_OK;
}

static ph_status write_report(hid_t parent, report *r)
{
    const uint64_t *words;
    PH_TRY(note_moments(r));
    PH_ALLOC(r->counts, r->parts->brain->n_populations * r->moments);
    PH_TRY(ph_parts_sort(r->parts, PH_STREAM_WEIGHTS, WEIGHT_WORDS, WEIGHT_WORDS, pack_reported, r,
                         &r->sorter));
    PH_TRY(ph_sorter_next(r->sorter, &words));
    while (words && words[0] != LEFT_OUT)
        PH_TRY(report_population(parent, r, (int)(words[0] / (uint64_t)r->moments), &words));
    return PH_OK;
}

ph_status ph_report_write_weights(hid_t parent, const ph_parts *parts, const ph_report *of)
{
    report r = {.parts = parts, .of = of, .moments = (int64_t)parts->brain->n_phases + 1};
    ph_status status = write_report(parent, &r);
    ph_sorter_destroy(&r.sorter);
    ph_free(r.counts);
    ph_free(r.when);
    return status;
}
