/* SPDX-License-Identifier: Apache-2.0 */
/* Membrane potentials: those of run.h5, and of SONATA's reports, which have some of the cells and
 * some of the times. */
#include "io/merge.h"
#include "io/reports.h"

#include "base/memory.h"
#include "model/spans.h"

#include <math.h>
#include <string.h>

/* --- reading ---------------------------------------------------------------------------------- */

typedef struct potentials {
    const ph_parts *parts;
    const ph_span *spans; /* n_spans: the cells, joined */
    int n_spans;
    ph_step every;     /* steps: times that are no multiple of it are left out */
    double from, to;   /* ms: as are those before and after; to is NaN: none */
    int64_t *times;    /* per population: moments at which it was recorded */
    ph_gid *cells;     /* of the present population, ascending */
    int64_t n_cells;
    double *row;       /* mV, one for each cell; NaN where there is no record */
    ph_sorter *sorter; /* population and step, global id, bits of the potential */
} potentials;

static ph_status pack_V_m(void *context, const void *record, uint64_t *words)
{
    const potentials *v = context;
    const ph_V_m_record *V_m = record;
    PH_TRY(ph_key(ph_population_of(v->parts->brain, V_m->gid), v->parts->brain->n_populations,
                  V_m->step, &words[0]));
    words[1] = (uint64_t)V_m->gid;
    memcpy(&words[2], &V_m->V_m, sizeof(double));
    return PH_OK;
}

static int is_left_out(const potentials *v, uint64_t key)
{
    double half = 0.5 * v->parts->brain->simulation.resolution;
    double ms = ph_time_ms(v->parts, PH_KEY_STEP(key));
    return PH_KEY_STEP(key) % v->every != 0 || ms < v->from - half || ms > v->to + half;
}

static ph_status count_times(potentials *v)
{
    const uint64_t *words;
    uint64_t last = UINT64_MAX;
    PH_ALLOC(v->times, v->parts->brain->n_populations);
    PH_TRY(ph_sorter_next(v->sorter, &words));
    while (words) {
        if (!is_left_out(v, words[0]))
            v->times[PH_KEY_INDEX(words[0])] += words[0] != last;
        last = words[0];
        PH_TRY(ph_sorter_next(v->sorter, &words));
    }
    return ph_sorter_rewind(v->sorter);
}

/* The recorded cells of a population: those of all its spans, each once. */
static ph_status list_cells(potentials *v, int p)
{
    const ph_population *population = v->parts->brain->populations[p];
    ph_free(v->cells);
    ph_free(v->row);
    v->cells = NULL;
    v->row = NULL;
    v->n_cells = 0;
    PH_ALLOC(v->cells, population->size);
    PH_ALLOC(v->row, population->size);
    for (int s = ph_spans_from(v->spans, v->n_spans, p, 0);
         s < v->n_spans && v->spans[s].population == p; s++)
        for (int64_t i = 0; i < v->spans[s].count; i++)
            v->cells[v->n_cells++] = population->gid + v->spans[s].first + i;
    return PH_OK;
}

/* Collect the records of one moment, those of the cells. @param words the present record of the
 * sorter */
static ph_status fill_row(potentials *v, const uint64_t **words)
{
    uint64_t key = (*words)[0];
    int64_t cell = 0;
    for (int64_t i = 0; i < v->n_cells; i++)
        v->row[i] = (double)NAN;
    while (*words && (*words)[0] == key) {
        while (cell < v->n_cells && v->cells[cell] < (ph_gid)(*words)[1])
            cell++;
        if (cell < v->n_cells && v->cells[cell] == (ph_gid)(*words)[1])
            memcpy(&v->row[cell], &(*words)[2], sizeof(double));
        PH_TRY(ph_sorter_next(v->sorter, words));
    }
    return PH_OK;
}

/* Go past what is left out. */
static ph_status skip(const potentials *v, const uint64_t **words)
{
    while (*words && is_left_out(v, (*words)[0]))
        PH_TRY(ph_sorter_next(v->sorter, words));
    return PH_OK;
}

static ph_status begin(potentials *v)
{
    PH_TRY(ph_parts_sort(v->parts, PH_STREAM_V_M, 3, 3, pack_V_m, v, &v->sorter));
    return count_times(v);
}

static void end(potentials *v)
{
    ph_sorter_destroy(&v->sorter);
    ph_free(v->times);
    ph_free(v->cells);
    ph_free(v->row);
}

/* --- run.h5 ----------------------------------------------------------------------------------- */

static ph_status write_ids(hid_t group, const potentials *v, ph_gid first)
{
    static const ph_column_info info = {"node_ids", PH_U64, "1",
                                        "index of each cell within the population"};
    ph_column column;
    PH_TRY(ph_column_open(group, &info, v->n_cells, 0, &column));
    for (int64_t i = 0; i < v->n_cells; i++)
        PH_TRY(ph_column_int(&column, v->cells[i] - first));
    return ph_column_close(&column);
}

static ph_status write_V_m_of(hid_t parent, potentials *v, int p, const uint64_t **words)
{
    static const ph_column_info infos[2] = {
        {"time_ms", PH_F64, "ms", "time of each row"},
        {"data", PH_F64, "mV", "membrane potential, a row for each time, a column for each cell"}};
    const ph_brain *brain = v->parts->brain;
    hid_t group;
    ph_column time, data;
    PH_TRY(list_cells(v, p));
    PH_CHECK(v->n_cells > 0, PH_FILE, "the part files hold V_m of %s, which is not recorded",
             brain->populations[p]->address);
    PH_TRY(ph_h5_group(parent, brain->populations[p]->address, &group));
    PH_TRY(write_ids(group, v, brain->populations[p]->gid));
    PH_TRY(ph_column_open(group, &infos[0], v->times[p], 0, &time));
    PH_TRY(ph_column_open(group, &infos[1], v->times[p] * v->n_cells, v->n_cells, &data));
    for (int64_t i = 0; i < v->times[p]; i++) {
        PH_TRY(ph_column_real(&time, ph_time_ms(v->parts, PH_KEY_STEP((*words)[0]))));
        PH_TRY(fill_row(v, words));
        for (int64_t cell = 0; cell < v->n_cells; cell++)
            PH_TRY(ph_column_real(&data, v->row[cell]));
    }
    PH_TRY(ph_column_close(&time));
    PH_TRY(ph_column_close(&data));
    PH_H5(H5Gclose(group), "close a group of V_m");
    return PH_OK;
}

static ph_status write_V_m(hid_t file, potentials *v)
{
    hid_t group;
    const uint64_t *words;
    PH_TRY(begin(v));
    if (v->parts->records[PH_STREAM_V_M] == 0)
        return PH_OK;
    PH_TRY(ph_h5_group(file, "V_m", &group));
    PH_TRY(ph_sorter_next(v->sorter, &words));
    while (words)
        PH_TRY(write_V_m_of(group, v, PH_KEY_INDEX(words[0]), &words));
    PH_H5(H5Gclose(group), "close the group V_m");
    return PH_OK;
}

ph_status ph_write_V_m(hid_t file, const ph_parts *parts)
{
    const ph_recording *recording = &parts->brain->recording;
    potentials v = {.parts = parts,
                    .spans = recording->V_m_spans,
                    .n_spans = recording->n_V_m,
                    .every = 1,
                    .to = NAN};
    ph_status status = write_V_m(file, &v);
    end(&v);
    return status;
}

/* --- reports ---------------------------------------------------------------------------------- */

static ph_status write_rows(hid_t group, potentials *v, int p, const uint64_t **words)
{
    static const ph_column_info info = {"data", PH_F32, "mV",
                                        "a row for each time, a column for each cell"};
    ph_column data;
    PH_TRY(ph_column_open(group, &info, v->times[p] * v->n_cells, v->n_cells, &data));
    PH_TRY(ph_h5_variable_text(data.dataset, "units", "mV"));
    for (int64_t i = 0; i < v->times[p]; i++) {
        PH_TRY(skip(v, words));
        PH_TRY(fill_row(v, words));
        for (int64_t cell = 0; cell < v->n_cells; cell++)
            PH_TRY(ph_column_real(&data, v->row[cell]));
    }
    return ph_column_close(&data);
}

/* One cell is one element. */
static ph_status write_mapping(hid_t group, const potentials *v, const ph_population *population,
                               const ph_report_times *times)
{
    ph_report_mapping m = {.n_nodes = v->n_cells, .n = v->n_cells, .times = *times};
    PH_ALLOC(m.nodes, v->n_cells);
    PH_ALLOC(m.first, v->n_cells + 1);
    for (int64_t i = 0; i <= v->n_cells; i++)
        m.first[i] = i;
    for (int64_t i = 0; i < v->n_cells; i++)
        m.nodes[i] = v->cells[i] - population->gid;
    ph_status status = ph_report_write_mapping(group, &m);
    ph_free(m.nodes);
    ph_free(m.first);
    return status;
}

static ph_status report_population(hid_t parent, potentials *v, int p, const uint64_t **words)
{
    const ph_population *population = v->parts->brain->populations[p];
    hid_t group;
    PH_TRY(list_cells(v, p));
    PH_TRY(skip(v, words));
    if (v->n_cells > 0 && v->times[p] > 0) {
        double step = ph_ms(v->parts->brain, v->every);
        double first = ph_time_ms(v->parts, PH_KEY_STEP((*words)[0]));
        const ph_report_times times = {first, first + step * (double)v->times[p], step};
        PH_TRY(ph_h5_group(parent, ph_report_name(population), &group));
        PH_TRY(write_rows(group, v, p, words));
        PH_TRY(write_mapping(group, v, population, &times));
        PH_H5(H5Gclose(group), "close a group of a report");
    }
    while (*words && PH_KEY_INDEX((*words)[0]) == p)
        PH_TRY(ph_sorter_next(v->sorter, words));
    return PH_OK;
}

static ph_status write_report(hid_t parent, potentials *v)
{
    const uint64_t *words;
    PH_TRY(begin(v));
    PH_TRY(ph_sorter_next(v->sorter, &words));
    while (words)
        PH_TRY(report_population(parent, v, PH_KEY_INDEX(words[0]), &words));
    return PH_OK;
}

ph_status ph_report_write_V_m(hid_t parent, const ph_parts *parts, const ph_report *report)
{
    potentials v = {.parts = parts,
                    .spans = report->spans,
                    .n_spans = report->n_spans,
                    .every = ph_report_steps(parts->brain, report),
                    .from = report->start,
                    .to = report->stop};
    ph_status status = write_report(parent, &v);
    end(&v);
    return status;
}
