/* SPDX-License-Identifier: Apache-2.0 */
/* spikes.h5 as SONATA has it: a group per population, sorted by time, then by node. */
#include "io/merge.h"

#include "base/memory.h"

#define SPIKE_WORDS 2 /* population and step, global id */

static ph_status pack_spike(void *context, const void *record, uint64_t *words)
{
    ph_parts *parts = context;
    const ph_spike_record *spike = record;
    int population = ph_population_of(parts->brain, spike->gid);
    PH_TRY(ph_key(population, parts->brain->n_populations, spike->step, &words[0]));
    words[1] = (uint64_t)spike->gid;
    parts->spikes[population]++;
    return PH_OK;
}

/* The attribute `sorting` is an enumeration in SONATA. */
static ph_status note_sorting(hid_t group)
{
    static const char *const names[] = {"none", "by_id", "by_time"};
    uint8_t value;
    hid_t type = H5Tenum_create(H5T_STD_U8LE), space = H5Screate(H5S_SCALAR);
    PH_H5(type, "write the attribute sorting");
    PH_H5(space, "write the attribute sorting");
    for (value = 0; value < 3; value++)
        PH_H5(H5Tenum_insert(type, names[value], &value), "write the attribute sorting");
    value = 2;
    hid_t attribute = H5Acreate2(group, "sorting", type, space, H5P_DEFAULT, H5P_DEFAULT);
    PH_H5(attribute, "write the attribute sorting");
    PH_H5(H5Awrite(attribute, type, &value), "write the attribute sorting");
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    return PH_OK;
}

static const ph_column_info columns_of_spikes[2] = {
    {"timestamps", PH_F64, "ms", "times of the spikes, ascending"},
    {"node_ids", PH_U64, "1", "index of the neuron within the population"}};

/* One population: the sorter stands at its first spike. */
static ph_status write_population(hid_t spikes, const ph_parts *parts, int p, ph_sorter *sorter)
{
    const ph_population *population = parts->brain->populations[p];
    const char *name = population->recorded_as ? population->recorded_as : population->address;
    hid_t group;
    ph_column columns[2];
    PH_TRY(ph_h5_group(spikes, name, &group));
    PH_TRY(note_sorting(group));
    for (int c = 0; c < 2; c++)
        PH_TRY(ph_column_open(group, &columns_of_spikes[c], parts->spikes[p], 0, &columns[c]));
    PH_TRY(ph_h5_variable_text(columns[0].dataset, "units", "ms"));
    for (int64_t i = 0; i < parts->spikes[p]; i++) {
        const uint64_t *words;
        PH_TRY(ph_sorter_next(sorter, &words));
        PH_CHECK(words, PH_FAILURE, "fewer spikes were sorted than counted");
        PH_TRY(ph_column_real(&columns[0], ph_time_ms(parts, PH_KEY_STEP(words[0]))));
        PH_TRY(ph_column_int(&columns[1], (ph_gid)words[1] - population->gid));
    }
    for (int c = 0; c < 2; c++)
        PH_TRY(ph_column_close(&columns[c]));
    PH_H5(H5Gclose(group), "close the group %s", name);
    return PH_OK;
}

static ph_status write_populations(hid_t file, const ph_parts *parts, ph_sorter *sorter)
{
    const int *on = parts->brain->recording.spikes_on;
    hid_t spikes;
    PH_TRY(ph_h5_version(file));
    PH_TRY(ph_h5_group(file, "spikes", &spikes));
    for (int p = 0; p < parts->brain->n_populations; p++)
        if ((on && on[p]) || parts->spikes[p] > 0)
            PH_TRY(write_population(spikes, parts, p, sorter));
    PH_H5(H5Gclose(spikes), "close the group spikes");
    return PH_OK;
}

ph_status ph_write_spikes(const char *path, ph_parts *parts)
{
    ph_sorter *sorter = NULL;
    hid_t file = -1;
    ph_status status = ph_parts_sort(parts, PH_STREAM_SPIKES, SPIKE_WORDS, SPIKE_WORDS,
                                     pack_spike, parts, &sorter);
    if (status == PH_OK)
        status = ph_h5_create(path, &file);
    if (status == PH_OK)
        status = write_populations(file, parts, sorter);
    ph_status closed = ph_h5_close(&file, status == PH_OK ? path : NULL);
    ph_sorter_destroy(&sorter);
    return status == PH_OK ? closed : ph_error_context(status, "%s: ", path);
}
