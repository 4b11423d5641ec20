/* SPDX-License-Identifier: Apache-2.0 */
/* The population rates of run.h5. */
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
