/* SPDX-License-Identifier: Apache-2.0 */
/* The neuromodulators of run.h5: nuclei, concentrations and receptors. */
#include "io/merge.h"

#include "base/memory.h"

#include <string.h>

#define NUCLEUS_WORDS (1 + sizeof(ph_nucleus_record) / 8)
#define NUCLEUS_COLUMNS 4
#define MODULATOR_WORDS (1 + sizeof(ph_modulator_record) / 8)
#define RECEPTORS 4 /* of ph_modulator_record */

static const ph_column_info nucleus_columns[NUCLEUS_COLUMNS] = {
    {"time_ms", PH_F64, "ms", "start of the beat"},
    {"nucleus_spikes", PH_I32, "1", "spikes of the nucleus in the beat"},
    {"nucleus_rate_Hz", PH_F64, "Hz", "mean rate of the nucleus' cells in the beat"},
    {"reward", PH_F64, "1", "reward paid in the beat"}};

static const ph_column_info concentration_columns[2] = {
    {"time_ms", PH_F64, "ms", "start of the beat from which the values hold"},
    {"concentration_nM", PH_F64, "nM", "concentration of the transmitter in the region"}};

/* What is written: counts by transmitter, and by transmitter and region. */
typedef struct tally {
    const ph_parts *parts;
    int64_t *nuclei, *modulators;
} tally;

static const ph_transmitter *transmitter_at(const ph_brain *brain, int index)
{
    return (const ph_transmitter *)brain->neuromodulation.transmitters.items + index;
}

static ph_status pack_nucleus(void *context, const void *record, uint64_t *words)
{
    tally *t = context;
    const ph_nucleus_record *nucleus = record;
    PH_TRY(ph_key(nucleus->transmitter, t->parts->brain->neuromodulation.transmitters.count,
                  nucleus->step, &words[0]));
    memcpy(&words[1], nucleus, sizeof *nucleus);
    t->nuclei[nucleus->transmitter]++;
    return PH_OK;
}

static ph_status pack_modulator(void *context, const void *record, uint64_t *words)
{
    tally *t = context;
    const ph_modulator_record *m = record;
    const ph_brain *brain = t->parts->brain;
    int64_t index = (int64_t)m->transmitter * brain->n_regions + m->region;
    int64_t n = (int64_t)brain->neuromodulation.transmitters.count * brain->n_regions;
    PH_TRY(ph_key(index, n, m->step, &words[0]));
    memcpy(&words[1], m, sizeof *m);
    t->modulators[index]++;
    return PH_OK;
}

/* --- nuclei ---------------------------------------------------------------------------------- */

static ph_status put_nucleus(ph_column *columns, const ph_parts *parts,
                             const ph_nucleus_record *record)
{
    const ph_brain *brain = parts->brain;
    double cells = (double)transmitter_at(brain, record->transmitter)->nucleus.span.count;
    double seconds = ph_ms(brain, brain->beat) * 1e-3;
    PH_TRY(ph_column_real(&columns[0], ph_begin_ms(parts, record->step)));
    PH_TRY(ph_column_int(&columns[1], record->spikes));
    PH_TRY(ph_column_real(&columns[2], (double)record->spikes / (cells * seconds)));
    return ph_column_real(&columns[3], record->reward);
}

static ph_status write_nucleus(hid_t group, const ph_parts *parts, int64_t n, ph_sorter *sorter)
{
    ph_column columns[NUCLEUS_COLUMNS];
    for (int c = 0; c < NUCLEUS_COLUMNS; c++)
        PH_TRY(ph_column_open_packed(group, &nucleus_columns[c], n, &columns[c]));
    for (int64_t i = 0; i < n; i++) {
        const uint64_t *words;
        ph_nucleus_record record;
        PH_TRY(ph_sorter_next(sorter, &words));
        PH_CHECK(words, PH_FAILURE, "fewer records of nuclei were sorted than counted");
        memcpy(&record, &words[1], sizeof record);
        PH_TRY(put_nucleus(columns, parts, &record));
    }
    for (int c = 0; c < NUCLEUS_COLUMNS; c++)
        PH_TRY(ph_column_close(&columns[c]));
    return PH_OK;
}

/* --- concentrations and receptors ------------------------------------------------------------ */

/* Columns of one transmitter in one region: time, concentration, then two for each receptor. */
static ph_status open_region(hid_t group, const ph_transmitter *transmitter, int64_t n,
                             ph_column *columns)
{
    for (int c = 0; c < 2; c++)
        PH_TRY(ph_column_open(group, &concentration_columns[c], n, 0, &columns[c]));
    hid_t occupancy, o_tonic;
    PH_TRY(ph_h5_group(group, "occupancy", &occupancy));
    PH_TRY(ph_h5_group(group, "o_tonic", &o_tonic));
    const ph_receptor *receptors = transmitter->receptors.items;
    for (int r = 0; r < transmitter->receptors.count && r < RECEPTORS; r++) {
        ph_column_info info = {receptors[r].item.name, PH_F64, "1",
                               "share of the receptors that is bound"};
        PH_TRY(ph_column_open(occupancy, &info, n, 0, &columns[2 + 2 * r]));
        info.description = "slow mean of the occupancy";
        PH_TRY(ph_column_open(o_tonic, &info, n, 0, &columns[3 + 2 * r]));
    }
    PH_H5(H5Gclose(occupancy), "close the group occupancy");
    PH_H5(H5Gclose(o_tonic), "close the group o_tonic");
    return PH_OK;
}

static ph_status write_region(hid_t group, const ph_parts *parts, int t, int64_t n,
                              ph_sorter *sorter)
{
    const ph_transmitter *transmitter = transmitter_at(parts->brain, t);
    int receptors = transmitter->receptors.count;
    if (receptors > RECEPTORS)
        receptors = RECEPTORS;
    ph_column columns[2 + 2 * RECEPTORS];
    PH_TRY(open_region(group, transmitter, n, columns));
    for (int64_t i = 0; i < n; i++) {
        const uint64_t *words;
        ph_modulator_record record;
        PH_TRY(ph_sorter_next(sorter, &words));
        PH_CHECK(words, PH_FAILURE, "fewer records of modulators were sorted than counted");
        memcpy(&record, &words[1], sizeof record);
        PH_TRY(ph_column_real(&columns[0], ph_time_ms(parts, record.step)));
        PH_TRY(ph_column_real(&columns[1], record.concentration));
        for (int r = 0; r < receptors; r++) {
            PH_TRY(ph_column_real(&columns[2 + 2 * r], record.occupancy[r]));
            PH_TRY(ph_column_real(&columns[3 + 2 * r], record.o_tonic[r]));
        }
    }
    for (int c = 0; c < 2 + 2 * receptors; c++)
        PH_TRY(ph_column_close(&columns[c]));
    return PH_OK;
}

/* --- the whole ------------------------------------------------------------------------------- */

static ph_status write_transmitter(hid_t parent, const tally *counts, int t, ph_sorter *nuclei,
                                   ph_sorter *modulators)
{
    const ph_brain *brain = counts->parts->brain;
    const ph_region *regions = brain->regions.items;
    hid_t group, region;
    PH_TRY(ph_h5_group(parent, transmitter_at(brain, t)->item.name, &group));
    PH_TRY(ph_h5_int(group, "nucleus_cells", transmitter_at(brain, t)->nucleus.span.count));
    if (counts->nuclei[t] > 0)
        PH_TRY(write_nucleus(group, counts->parts, counts->nuclei[t], nuclei));
    for (int r = 0; r < brain->n_regions; r++) {
        int64_t n = counts->modulators[t * brain->n_regions + r];
        if (n == 0)
            continue;
        PH_TRY(ph_h5_group(group, regions[r].item.name, &region));
        PH_TRY(write_region(region, counts->parts, t, n, modulators));
        PH_H5(H5Gclose(region), "close the group %s", regions[r].item.name);
    }
    PH_H5(H5Gclose(group), "close the group of a transmitter");
    return PH_OK;
}

static ph_status write_all(hid_t file, tally *t, ph_sorter **nuclei, ph_sorter **modulators)
{
    const ph_brain *brain = t->parts->brain;
    int count = brain->neuromodulation.transmitters.count;
    PH_ALLOC(t->nuclei, count);
    PH_ALLOC(t->modulators, count * brain->n_regions);
    PH_TRY(ph_parts_sort(t->parts, PH_STREAM_NUCLEI, NUCLEUS_WORDS, 1, pack_nucleus, t, nuclei));
    PH_TRY(ph_parts_sort(t->parts, PH_STREAM_MODULATORS, MODULATOR_WORDS, 1, pack_modulator, t,
                         modulators));
    if (count == 0)
        return PH_OK;
    hid_t group;
    PH_TRY(ph_h5_group(file, "neuromodulators", &group));
    for (int i = 0; i < count; i++)
        PH_TRY(write_transmitter(group, t, i, *nuclei, *modulators));
    PH_H5(H5Gclose(group), "close the group neuromodulators");
    return PH_OK;
}

ph_status ph_write_neuromodulators(hid_t file, const ph_parts *parts)
{
    tally t = {.parts = parts};
    ph_sorter *nuclei = NULL, *modulators = NULL;
    ph_status status = write_all(file, &t, &nuclei, &modulators);
    ph_sorter_destroy(&nuclei);
    ph_sorter_destroy(&modulators);
    ph_free(t.nuclei);
    ph_free(t.modulators);
    return status;
}
