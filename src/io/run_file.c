/* SPDX-License-Identifier: Apache-2.0 */
/* run.h5: what a run recorded beside its spikes. Each part of it has a writer of its own. */
#include "io/merge.h"

#include "base/memory.h"
#include "base/version.h"

#include <string.h>

#define ATTRIBUTE_BYTES 4096 /* longer texts become datasets */

static const char *const stream_names[PH_STREAMS] = {
    [PH_STREAM_SPIKES] = "spikes",   [PH_STREAM_RATES] = "rates",
    [PH_STREAM_V_M] = "V_m",         [PH_STREAM_WEIGHTS] = "weights",
    [PH_STREAM_TRIALS] = "trials",   [PH_STREAM_MODULATORS] = "modulators",
    [PH_STREAM_NUCLEI] = "nuclei",   [PH_STREAM_CONTROLLERS] = "controllers",
    [PH_STREAM_PHASES] = "phases",   [PH_STREAM_RECEPTORS] = "receptors",
    [PH_STREAM_SOURCES] = "sources"};

static ph_status write_root(hid_t file, const ph_parts *parts)
{
    PH_TRY(ph_h5_text(file, "format", "phasic run"));
    PH_TRY(ph_h5_text(file, "written_by", "phasic " PH_VERSION));
    PH_TRY(ph_h5_int(file, "format_version", 1));
    PH_TRY(ph_h5_real(file, "resolution_ms", parts->brain->simulation.resolution));
    PH_TRY(ph_h5_real(file, "beat_ms", ph_ms(parts->brain, parts->brain->beat)));
    PH_TRY(ph_h5_int(file, "broken_parts", parts->broken));
    hid_t records;
    PH_TRY(ph_h5_group(file, "records", &records));
    /* Not of the rates: their number grows with the ranks, and the file must not. */
    for (int s = 0; s < PH_STREAMS; s++)
        if (s != PH_STREAM_RATES)
            PH_TRY(ph_h5_int(records, stream_names[s], parts->records[s]));
    PH_H5(H5Gclose(records), "close the group records");
    return PH_OK;
}

/* Pairs of texts, each ended by a zero, until an empty key. */
static ph_status write_provenance(hid_t file, const char *pairs)
{
    hid_t group;
    PH_TRY(ph_h5_group(file, "provenance", &group));
    for (const char *key = pairs; key && *key;) {
        const char *value = key + strlen(key) + 1;
        if (strlen(value) > ATTRIBUTE_BYTES || strcmp(key, "configuration") == 0)
            PH_TRY(ph_h5_long_text(group, key, value, "text of this run"));
        else
            PH_TRY(ph_h5_text(group, key, value));
        key = value + strlen(value) + 1;
    }
    PH_H5(H5Gclose(group), "close the group provenance");
    return PH_OK;
}

/* --- populations ----------------------------------------------------------------------------- */

static const ph_region *region_of(const ph_brain *brain, int index)
{
    return (const ph_region *)brain->regions.items + index;
}

static ph_status write_numbers(hid_t group, const ph_parts *parts)
{
    static const ph_column_info infos[3] = {
        {"size", PH_I64, "1", "neurons of the population"},
        {"first_gid", PH_I64, "1", "global id of the first neuron; node ids count from it"},
        {"spikes", PH_I64, "1", "spikes recorded in spikes.h5; -1: not recorded"}};
    const ph_brain *brain = parts->brain;
    const int *on = brain->recording.spikes_on;
    ph_column columns[3];
    for (int c = 0; c < 3; c++)
        PH_TRY(ph_column_open(group, &infos[c], brain->n_populations, 0, &columns[c]));
    for (int p = 0; p < brain->n_populations; p++) {
        int recorded = (on && on[p]) || parts->spikes[p] > 0;
        PH_TRY(ph_column_int(&columns[0], brain->populations[p]->size));
        PH_TRY(ph_column_int(&columns[1], brain->populations[p]->gid));
        PH_TRY(ph_column_int(&columns[2], recorded ? parts->spikes[p] : -1));
    }
    for (int c = 0; c < 3; c++)
        PH_TRY(ph_column_close(&columns[c]));
    return PH_OK;
}

static ph_status write_names(hid_t group, const ph_brain *brain, const char **names)
{
    for (int p = 0; p < brain->n_populations; p++)
        names[p] = brain->populations[p]->address;
    PH_TRY(ph_h5_texts(group, "name", names, brain->n_populations, "region.population"));
    for (int p = 0; p < brain->n_populations; p++)
        names[p] = region_of(brain, brain->populations[p]->region)->item.name;
    return ph_h5_texts(group, "region", names, brain->n_populations, "region it belongs to");
}

/* The group spikes_count repeats a column as attributes, for a look by hand. */
static ph_status write_populations(hid_t file, const ph_parts *parts)
{
    hid_t group;
    const char **names;
    PH_TRY(ph_h5_group(file, "populations", &group));
    PH_ALLOC(names, parts->brain->n_populations);
    ph_status status = write_names(group, parts->brain, names);
    ph_free(names);
    PH_TRY(status);
    PH_TRY(write_numbers(group, parts));
    PH_H5(H5Gclose(group), "close the group populations");
    hid_t counts;
    PH_TRY(ph_h5_group(file, "spikes_count", &counts));
    for (int p = 0; p < parts->brain->n_populations; p++)
        PH_TRY(ph_h5_int(counts, parts->brain->populations[p]->address, parts->spikes[p]));
    PH_H5(H5Gclose(counts), "close the group spikes_count");
    return PH_OK;
}

/* --- the whole ------------------------------------------------------------------------------- */

static ph_status write_all(hid_t file, const ph_parts *parts)
{
    PH_TRY(write_root(file, parts));
    PH_TRY(write_provenance(file, parts->provenance));
    PH_TRY(write_populations(file, parts));
    PH_TRY(ph_write_phases(file, parts));
    PH_TRY(ph_write_trials(file, parts));
    PH_TRY(ph_write_neuromodulators(file, parts));
    PH_TRY(ph_write_controllers(file, parts));
    PH_TRY(ph_write_rates(file, parts));
    PH_TRY(ph_write_V_m(file, parts));
    return ph_write_weights(file, parts);
}

ph_status ph_write_run(const char *path, const ph_parts *parts)
{
    hid_t file;
    ph_status status = ph_h5_create(path, &file);
    if (status == PH_OK)
        status = write_all(file, parts);
    ph_status closed = ph_h5_close(&file, status == PH_OK ? path : NULL);
    return status == PH_OK ? closed : ph_error_context(status, "%s: ", path);
}
