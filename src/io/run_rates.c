/* SPDX-License-Identifier: Apache-2.0 */
/* The population rates and membrane potentials of run.h5. */
#include "io/merge.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

/* --- rates ----------------------------------------------------------------------------------- */

typedef struct rates {
    const ph_parts *parts;
    int64_t first, intervals; /* of the run: the smallest number; the largest + 1 */
    ph_sorter *sorter; /* population and interval, count */
} rates;

static ph_status pack_rate(void *context, const void *record, uint64_t *words)
{
    rates *r = context;
    const ph_rate_record *rate = record;
    PH_TRY(ph_key(rate->population, r->parts->brain->n_populations, rate->interval, &words[0]));
    words[1] = (uint64_t)rate->count;
    if (r->intervals == 0 || rate->interval < r->first)
        r->first = rate->interval;
    if (rate->interval >= r->intervals)
        r->intervals = rate->interval + 1;
    return PH_OK;
}

ph_step ph_rate_steps(const ph_brain *brain)
{
    double beats = floor(brain->recording.rates.interval / ph_ms(brain, brain->beat) + 0.5);
    return brain->beat * (beats < 1 ? 1 : (ph_step)beats);
}

static double interval_ms(const ph_brain *brain)
{
    return ph_ms(brain, ph_rate_steps(brain));
}

/* The spikes of a population in an interval: the sum of what the ranks counted. */
static ph_status sum_counts(ph_sorter *sorter, int population, int64_t interval,
                            const uint64_t **words, int64_t *count)
{
    *count = 0;
    while (*words && PH_KEY_INDEX((*words)[0]) == population &&
           PH_KEY_STEP((*words)[0]) == interval) {
        *count += (int64_t)(*words)[1];
        PH_TRY(ph_sorter_next(sorter, words));
    }
    return PH_OK;
}

static ph_status write_rate(hid_t group, const rates *r, int p, const uint64_t **words)
{
    const ph_population *population = r->parts->brain->populations[p];
    double neuron_seconds = (double)population->size * interval_ms(r->parts->brain) * 1e-3;
    ph_column_info info = {population->address, PH_F64, "Hz",
                           "mean rate of the population's neurons in each interval"};
    ph_column column;
    PH_TRY(ph_column_open(group, &info, r->intervals - r->first, 0, &column));
    for (int64_t i = r->first; i < r->intervals; i++) {
        int64_t count;
        PH_TRY(sum_counts(r->sorter, p, i, words, &count));
        PH_TRY(ph_column_real(&column, (double)count / neuron_seconds));
    }
    return ph_column_close(&column);
}

static ph_status write_rates(hid_t file, rates *r)
{
    static const ph_column_info time = {"time_ms", PH_F64, "ms", "begin of each interval"};
    const ph_brain *brain = r->parts->brain;
    PH_TRY(ph_parts_sort(r->parts, PH_STREAM_RATES, 2, 2, pack_rate, r, &r->sorter));
    if (r->intervals == 0)
        return PH_OK;
    hid_t group;
    ph_column column;
    PH_TRY(ph_h5_group(file, "rates", &group));
    PH_TRY(ph_h5_real(group, "interval_ms", interval_ms(brain)));
    PH_TRY(ph_column_open(group, &time, r->intervals - r->first, 0, &column));
    for (int64_t i = r->first; i < r->intervals; i++)
        PH_TRY(ph_column_real(&column, ph_begin_ms(r->parts, i * ph_rate_steps(brain))));
    PH_TRY(ph_column_close(&column));
    const uint64_t *words;
    PH_TRY(ph_sorter_next(r->sorter, &words));
    for (int p = 0; p < brain->n_populations; p++)
        if ((brain->recording.rates_on && brain->recording.rates_on[p]) ||
            (words && PH_KEY_INDEX(words[0]) == p))
            PH_TRY(write_rate(group, r, p, &words));
    PH_H5(H5Gclose(group), "close the group rates");
    return PH_OK;
}

ph_status ph_write_rates(hid_t file, const ph_parts *parts)
{
    rates r = {.parts = parts};
    ph_status status = write_rates(file, &r);
    ph_sorter_destroy(&r.sorter);
    return status;
}

/* --- V_m ------------------------------------------------------------------------------------- */

typedef struct potentials {
    const ph_parts *parts;
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

static ph_status count_times(potentials *v)
{
    const uint64_t *words;
    uint64_t last = UINT64_MAX;
    PH_ALLOC(v->times, v->parts->brain->n_populations);
    PH_TRY(ph_sorter_next(v->sorter, &words));
    while (words) {
        v->times[PH_KEY_INDEX(words[0])] += words[0] != last;
        last = words[0];
        PH_TRY(ph_sorter_next(v->sorter, &words));
    }
    return ph_sorter_rewind(v->sorter);
}

/* The recorded cells of a population: those of all its spans, each once. */
static ph_status list_cells(potentials *v, int p)
{
    const ph_recording *recording = &v->parts->brain->recording;
    const ph_population *population = v->parts->brain->populations[p];
    ph_free(v->cells);
    ph_free(v->row);
    v->cells = NULL;
    v->row = NULL;
    v->n_cells = 0;
    PH_ALLOC(v->cells, population->size);
    PH_ALLOC(v->row, population->size);
    for (int64_t i = 0; i < population->size; i++) {
        int on = 0;
        for (int s = 0; s < recording->n_V_m && !on; s++)
            on = recording->V_m_spans[s].population == p && i >= recording->V_m_spans[s].first &&
                 i < recording->V_m_spans[s].first + recording->V_m_spans[s].count;
        if (on)
            v->cells[v->n_cells++] = population->gid + i;
    }
    return PH_OK;
}

/* Collect the records of one moment. @param words the present record of the sorter */
static ph_status fill_row(potentials *v, const uint64_t **words)
{
    uint64_t key = (*words)[0];
    int64_t cell = 0;
    for (int64_t i = 0; i < v->n_cells; i++)
        v->row[i] = (double)NAN;
    while (*words && (*words)[0] == key) {
        while (cell < v->n_cells && v->cells[cell] < (ph_gid)(*words)[1])
            cell++;
        PH_CHECK(cell < v->n_cells && v->cells[cell] == (ph_gid)(*words)[1], PH_FILE,
                 "the part files hold V_m of a cell that is not recorded (global id %llu)",
                 (unsigned long long)(*words)[1]);
        memcpy(&v->row[cell], &(*words)[2], sizeof(double));
        PH_TRY(ph_sorter_next(v->sorter, words));
    }
    return PH_OK;
}

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
    PH_TRY(ph_parts_sort(v->parts, PH_STREAM_V_M, 3, 3, pack_V_m, v, &v->sorter));
    if (v->parts->records[PH_STREAM_V_M] == 0)
        return PH_OK;
    PH_TRY(count_times(v));
    hid_t group;
    const uint64_t *words;
    PH_TRY(ph_h5_group(file, "V_m", &group));
    PH_TRY(ph_sorter_next(v->sorter, &words));
    while (words)
        PH_TRY(write_V_m_of(group, v, PH_KEY_INDEX(words[0]), &words));
    PH_H5(H5Gclose(group), "close the group V_m");
    return PH_OK;
}

ph_status ph_write_V_m(hid_t file, const ph_parts *parts)
{
    potentials v = {.parts = parts};
    ph_status status = write_V_m(file, &v);
    ph_sorter_destroy(&v.sorter);
    ph_free(v.times);
    ph_free(v.cells);
    ph_free(v.row);
    return status;
}
