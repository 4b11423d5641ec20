/* SPDX-License-Identifier: Apache-2.0 */
/* The neuromodulators of run.h5: nuclei, concentrations and receptors. */
#include "io/merge.h"

#include "base/memory.h"

#include <string.h>

#define NUCLEUS_WORDS (1 + sizeof(ph_nucleus_record) / 8)
#define NUCLEUS_COLUMNS 4
#define MODULATOR_WORDS (1 + sizeof(ph_modulator_record) / 8)
#define RECEPTOR_WORDS (1 + sizeof(ph_receptor_record) / 8)
#define RECEPTOR_COLUMNS 3

static const ph_column_info nucleus_columns[NUCLEUS_COLUMNS] = {
    {"time_ms", PH_F64, "ms", "start of the beat"},
    {"nucleus_spikes", PH_I32, "1", "spikes of the nucleus in the beat"},
    {"nucleus_rate_Hz", PH_F64, "Hz", "mean rate of the nucleus' cells in the beat"},
    {"reward", PH_F64, "1", "reward paid in the beat"}};

#define CONCENTRATION_COLUMNS 5
static const ph_column_info concentration_columns[CONCENTRATION_COLUMNS] = {
    {"time_ms", PH_F64, "ms", "start of the beat from which the values hold"},
    {"concentration_nM", PH_F64, "nM", "concentration of the transmitter in the region"},
    {"released_nM", PH_F64, "nM",
     "released there since the start of the run; what a clamp or a rest puts in or takes out "
     "counts"},
    {"taken_up_nM", PH_F64, "nM", "taken up since the start of the run"},
    {"lost_nM", PH_F64, "nM", "lost by diffusion since the start of the run"}};

#define SOURCE_WORDS (1 + sizeof(ph_source_record) / 8)
#define SOURCE_COLUMNS 3
static const ph_column_info source_columns[SOURCE_COLUMNS] = {
    {"time_ms", PH_F64, "ms", "start of the beat"},
    {"spikes", PH_I32, "1", "spikes of the population in the beat"},
    {"rate_Hz", PH_F64, "Hz", "mean rate of its cells in the beat"}};

/* Columns of the receptors lie in a group each, under the receptor's name. */
static const ph_column_info receptor_columns[RECEPTOR_COLUMNS] = {
    {"occupancy", PH_F64, "1", "share of the receptors that is bound and not desensitised"},
    {"o_tonic", PH_F64, "1", "slow mean of the occupancy"},
    {"messenger", PH_F64, "1", "second messenger; without one, the occupancy"}};

/* What is written: counts by transmitter, by place of it, and by receptor there. */
typedef struct tally {
    const ph_parts *parts;
    int64_t *nuclei, *sources, *modulators, *receptors;
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

static ph_status pack_source(void *context, const void *record, uint64_t *words)
{
    tally *t = context;
    const ph_source_record *source = record;
    PH_TRY(ph_key(source->source, t->parts->brain->n_sources, source->step, &words[0]));
    memcpy(&words[1], source, sizeof *source);
    t->sources[source->source]++;
    return PH_OK;
}

/* Dendrites come behind the region that they are in. @return -1 when there is no such place */
static int64_t place_of(const ph_brain *brain, int transmitter, int site)
{
    int compartment = site / brain->n_regions, region = site % brain->n_regions;
    if (transmitter < 0 || transmitter >= brain->neuromodulation.transmitters.count ||
        site < 0 || compartment >= PH_NEURON_COMPARTMENTS)
        return -1;
    return ((int64_t)transmitter * brain->n_regions + region) * PH_NEURON_COMPARTMENTS +
           compartment;
}

static int64_t n_places(const ph_brain *brain)
{
    return (int64_t)brain->neuromodulation.transmitters.count * brain->n_regions *
           PH_NEURON_COMPARTMENTS;
}

static ph_status pack_modulator(void *context, const void *record, uint64_t *words)
{
    tally *t = context;
    const ph_modulator_record *m = record;
    int64_t place = place_of(t->parts->brain, m->transmitter, m->site);
    PH_TRY(ph_key(place, n_places(t->parts->brain), m->step, &words[0]));
    memcpy(&words[1], m, sizeof *m);
    t->modulators[place]++;
    return PH_OK;
}

static ph_status pack_receptor(void *context, const void *record, uint64_t *words)
{
    tally *t = context;
    const ph_receptor_record *r = record;
    int64_t place = place_of(t->parts->brain, r->transmitter, r->site);
    int64_t index = r->receptor < PH_MAX_RECEPTORS ? place * PH_MAX_RECEPTORS + r->receptor : -1;
    PH_TRY(ph_key(index, n_places(t->parts->brain) * PH_MAX_RECEPTORS, r->step, &words[0]));
    memcpy(&words[1], r, sizeof *r);
    t->receptors[index]++;
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
        ph_nucleus_record record;
        PH_TRY(ph_next_record(sorter, &record, sizeof record));
        PH_TRY(put_nucleus(columns, parts, &record));
    }
    for (int c = 0; c < NUCLEUS_COLUMNS; c++)
        PH_TRY(ph_column_close(&columns[c]));
    return PH_OK;
}

/* --- sources --------------------------------------------------------------------------------- */

static ph_status write_source(hid_t parent, const ph_parts *parts, int s, int64_t n,
                              ph_sorter *sorter)
{
    const ph_source *source = parts->brain->sources[s];
    double cells = (double)source->population.span.count;
    double seconds = ph_ms(parts->brain, parts->brain->beat) * 1e-3;
    hid_t group;
    ph_column columns[SOURCE_COLUMNS];
    PH_TRY(ph_h5_group(parent, source->item.name, &group));
    PH_TRY(ph_h5_int(group, "cells", source->population.span.count));
    for (int c = 0; c < SOURCE_COLUMNS; c++)
        PH_TRY(ph_column_open_packed(group, &source_columns[c], n, &columns[c]));
    for (int64_t i = 0; i < n; i++) {
        ph_source_record record;
        PH_TRY(ph_next_record(sorter, &record, sizeof record));
        PH_TRY(ph_column_real(&columns[0], ph_begin_ms(parts, record.step)));
        PH_TRY(ph_column_int(&columns[1], record.spikes));
        PH_TRY(ph_column_real(&columns[2], (double)record.spikes / (cells * seconds)));
    }
    for (int c = 0; c < SOURCE_COLUMNS; c++)
        PH_TRY(ph_column_close(&columns[c]));
    PH_H5(H5Gclose(group), "close the group of a source");
    return PH_OK;
}

/* Those of one transmitter, which follow each other in the brain. */
static ph_status write_sources(hid_t parent, const tally *counts, int t, ph_sorter *sorter)
{
    const ph_brain *brain = counts->parts->brain;
    hid_t group;
    if (transmitter_at(brain, t)->sources.count == 0)
        return PH_OK;
    PH_TRY(ph_h5_group(parent, "sources", &group));
    for (int s = 0; s < brain->n_sources; s++)
        if (brain->sources[s]->transmitter == t)
            PH_TRY(write_source(group, counts->parts, s, counts->sources[s], sorter));
    PH_H5(H5Gclose(group), "close the group sources");
    return PH_OK;
}

/* --- concentrations and receptors ------------------------------------------------------------ */

static ph_status write_concentration(hid_t group, const ph_parts *parts, int64_t n,
                                     ph_sorter *sorter)
{
    ph_column columns[CONCENTRATION_COLUMNS];
    for (int c = 0; c < CONCENTRATION_COLUMNS; c++)
        PH_TRY(ph_column_open(group, &concentration_columns[c], n, 0, &columns[c]));
    for (int64_t i = 0; i < n; i++) {
        ph_modulator_record record;
        PH_TRY(ph_next_record(sorter, &record, sizeof record));
        PH_TRY(ph_column_real(&columns[0], ph_time_ms(parts, record.step)));
        PH_TRY(ph_column_real(&columns[1], record.concentration));
        PH_TRY(ph_column_real(&columns[2], record.released));
        PH_TRY(ph_column_real(&columns[3], record.taken));
        PH_TRY(ph_column_real(&columns[4], record.lost));
    }
    for (int c = 0; c < CONCENTRATION_COLUMNS; c++)
        PH_TRY(ph_column_close(&columns[c]));
    return PH_OK;
}

/* One receptor: a dataset in each of the groups of columns. */
static ph_status write_receptor(const hid_t *groups, const char *name, int64_t n,
                                ph_sorter *sorter)
{
    ph_column columns[RECEPTOR_COLUMNS];
    for (int c = 0; c < RECEPTOR_COLUMNS; c++) {
        ph_column_info info = receptor_columns[c];
        info.name = name;
        PH_TRY(ph_column_open(groups[c], &info, n, 0, &columns[c]));
    }
    for (int64_t i = 0; i < n; i++) {
        ph_receptor_record record;
        PH_TRY(ph_next_record(sorter, &record, sizeof record));
        PH_TRY(ph_column_real(&columns[0], record.occupancy));
        PH_TRY(ph_column_real(&columns[1], record.o_tonic));
        PH_TRY(ph_column_real(&columns[2], record.messenger));
    }
    for (int c = 0; c < RECEPTOR_COLUMNS; c++)
        PH_TRY(ph_column_close(&columns[c]));
    return PH_OK;
}

static ph_status write_receptors(hid_t group, const ph_transmitter *transmitter,
                                 const int64_t *counts, ph_sorter *sorter)
{
    const ph_receptor *receptors = transmitter->receptors.items;
    hid_t groups[RECEPTOR_COLUMNS];
    for (int c = 0; c < RECEPTOR_COLUMNS; c++)
        PH_TRY(ph_h5_group(group, receptor_columns[c].name, &groups[c]));
    for (int r = 0; r < transmitter->receptors.count; r++)
        PH_TRY(write_receptor(groups, receptors[r].item.name, counts[r], sorter));
    for (int c = 0; c < RECEPTOR_COLUMNS; c++)
        PH_H5(H5Gclose(groups[c]), "close the group %s", receptor_columns[c].name);
    return PH_OK;
}

/* --- the whole ------------------------------------------------------------------------------- */

typedef struct sorters {
    ph_sorter *nuclei, *sources, *modulators, *receptors;
} sorters;

/* A transmitter in a region, and in a group of its own in the dendrites there. */
static ph_status write_region(hid_t parent, const tally *counts, int t, int region,
                              const sorters *in)
{
    static const char *const below[PH_NEURON_COMPARTMENTS] = {NULL, "apical"};
    const ph_brain *brain = counts->parts->brain;
    hid_t group = -1, inner;
    for (int c = 0; c < PH_NEURON_COMPARTMENTS; c++) {
        int64_t place = place_of(brain, t, c * brain->n_regions + region);
        const char *name = ((const ph_region *)brain->regions.items)[region].item.name;
        if (counts->modulators[place] == 0)
            continue;
        if (group < 0)
            PH_TRY(ph_h5_group(parent, name, &group));
        inner = group;
        if (below[c])
            PH_TRY(ph_h5_group(group, below[c], &inner));
        PH_TRY(write_concentration(inner, counts->parts, counts->modulators[place],
                                   in->modulators));
        PH_TRY(write_receptors(inner, transmitter_at(brain, t),
                               counts->receptors + place * PH_MAX_RECEPTORS, in->receptors));
        if (below[c])
            PH_H5(H5Gclose(inner), "close the group %s", below[c]);
    }
    if (group >= 0)
        PH_H5(H5Gclose(group), "close the group of a region");
    return PH_OK;
}

static ph_status write_transmitter(hid_t parent, const tally *counts, int t, const sorters *in)
{
    const ph_brain *brain = counts->parts->brain;
    hid_t group;
    PH_TRY(ph_h5_group(parent, transmitter_at(brain, t)->item.name, &group));
    PH_TRY(ph_h5_int(group, "nucleus_cells", transmitter_at(brain, t)->nucleus.span.count));
    if (counts->nuclei[t] > 0)
        PH_TRY(write_nucleus(group, counts->parts, counts->nuclei[t], in->nuclei));
    PH_TRY(write_sources(group, counts, t, in->sources));
    for (int r = 0; r < brain->n_regions; r++)
        PH_TRY(write_region(group, counts, t, r, in));
    PH_H5(H5Gclose(group), "close the group of a transmitter");
    return PH_OK;
}

static ph_status sort_all(tally *t, sorters *out)
{
    int count = t->parts->brain->neuromodulation.transmitters.count;
    PH_ALLOC(t->nuclei, count);
    PH_ALLOC(t->sources, t->parts->brain->n_sources);
    PH_ALLOC(t->modulators, n_places(t->parts->brain));
    PH_ALLOC(t->receptors, n_places(t->parts->brain) * PH_MAX_RECEPTORS);
    PH_TRY(ph_parts_sort(t->parts, PH_STREAM_NUCLEI, NUCLEUS_WORDS, 1, pack_nucleus, t,
                         &out->nuclei));
    PH_TRY(ph_parts_sort(t->parts, PH_STREAM_SOURCES, SOURCE_WORDS, 1, pack_source, t,
                         &out->sources));
    PH_TRY(ph_parts_sort(t->parts, PH_STREAM_MODULATORS, MODULATOR_WORDS, 1, pack_modulator, t,
                         &out->modulators));
    return ph_parts_sort(t->parts, PH_STREAM_RECEPTORS, RECEPTOR_WORDS, 1, pack_receptor, t,
                         &out->receptors);
}

static ph_status write_all(hid_t file, tally *t, sorters *in)
{
    int count = t->parts->brain->neuromodulation.transmitters.count;
    PH_TRY(sort_all(t, in));
    if (count == 0)
        return PH_OK;
    hid_t group;
    PH_TRY(ph_h5_group(file, "neuromodulators", &group));
    for (int i = 0; i < count; i++)
        PH_TRY(write_transmitter(group, t, i, in));
    PH_H5(H5Gclose(group), "close the group neuromodulators");
    return PH_OK;
}

ph_status ph_write_neuromodulators(hid_t file, const ph_parts *parts)
{
    tally t = {.parts = parts};
    sorters in = {NULL, NULL, NULL, NULL};
    ph_status status = write_all(file, &t, &in);
    ph_sorter_destroy(&in.nuclei);
    ph_sorter_destroy(&in.sources);
    ph_sorter_destroy(&in.modulators);
    ph_sorter_destroy(&in.receptors);
    ph_free(t.nuclei);
    ph_free(t.sources);
    ph_free(t.modulators);
    ph_free(t.receptors);
    return status;
}
