/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the releases of another run from its run.h5. */
#include "io/yoked.h"

#include "base/memory.h"
#include "io/h5.h"

#include <math.h>
#include <stdio.h>

static ph_status check_beat(hid_t file, const char *path, const ph_brain *brain)
{
    double beat, own = (double)brain->beat * brain->simulation.resolution;
    hid_t attribute = H5Aopen(file, "beat_ms", H5P_DEFAULT);
    PH_H5(attribute, "read the attribute beat_ms of %s", path);
    PH_H5(H5Aread(attribute, H5T_NATIVE_DOUBLE, &beat), "read the attribute beat_ms of %s", path);
    PH_H5(H5Aclose(attribute), "read the attribute beat_ms of %s", path);
    PH_CHECK(fabs(beat - own) < 1e-6, PH_CONFIG,
             "neuromodulation.yoked: the beat of %s is %g ms, this run's is %g ms", path, beat,
             own);
    return PH_OK;
}

/* Who releases: one place in run.h5, and the cells that it has here. */
typedef struct emitter {
    char group[512];      /* under neuromodulators */
    const char *cells;    /* name of the attribute with the number of cells */
    const char *spikes;   /* name of the dataset */
    const char *name;     /* for messages */
    int64_t n_cells;
} emitter;

static const ph_transmitter *transmitter_at(const ph_brain *brain, int t)
{
    return (const ph_transmitter *)brain->neuromodulation.transmitters.items + t;
}

static emitter nucleus_of(const ph_brain *brain, int t)
{
    const ph_transmitter *transmitter = transmitter_at(brain, t);
    emitter e = {.cells = "nucleus_cells",
                 .spikes = "nucleus_spikes",
                 .name = transmitter->item.name,
                 .n_cells = transmitter->nucleus.span.count};
    snprintf(e.group, sizeof e.group, "neuromodulators/%s", e.name);
    return e;
}

static emitter source_of(const ph_brain *brain, int s)
{
    const ph_source *source = brain->sources[s];
    emitter e = {.cells = "cells",
                 .spikes = "spikes",
                 .name = source->item.name,
                 .n_cells = source->population.span.count};
    snprintf(e.group, sizeof e.group, "neuromodulators/%s/sources/%s",
             transmitter_at(brain, source->transmitter)->item.name, e.name);
    return e;
}

static ph_status check_cells(hid_t group, const char *path, const emitter *e)
{
    int64_t cells;
    hid_t attribute = H5Aopen(group, e->cells, H5P_DEFAULT);
    PH_H5(attribute, "read the attribute %s of %s", e->cells, path);
    PH_H5(H5Aread(attribute, H5T_NATIVE_INT64, &cells), "read %s of %s", e->cells, path);
    PH_H5(H5Aclose(attribute), "read %s of %s", e->cells, path);
    PH_CHECK(cells == e->n_cells, PH_CONFIG,
             "neuromodulation.yoked: what releases %s has %lld cells in %s, %lld here", e->name,
             (long long)cells, path, (long long)e->n_cells);
    return PH_OK;
}

/* Its spikes, beat by beat. */
static ph_status read_spikes(hid_t group, const char *path, const emitter *e, int32_t **spikes,
                             int64_t *n)
{
    hid_t dataset = H5Dopen2(group, e->spikes, H5P_DEFAULT);
    PH_H5(dataset, "read %s of %s", e->spikes, path);
    hid_t space = H5Dget_space(dataset);
    PH_H5(space, "read %s of %s", e->spikes, path);
    hssize_t length = H5Sget_simple_extent_npoints(space);
    PH_H5(length, "read %s of %s", e->spikes, path);
    PH_ALLOC(*spikes, length);
    PH_H5(H5Dread(dataset, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, *spikes),
          "read %s of %s", e->spikes, path);
    *n = length;
    return PH_OK;
}

/* The first decides how many beats there are; the others have as many. */
static ph_status place(const int32_t *spikes, int64_t n, const emitter *e, int i, int count,
                       double **release, int64_t *n_beats)
{
    if (i == 0) {
        *n_beats = n;
        PH_ALLOC(*release, n * count);
    }
    for (int64_t k = 0; k < n && k < *n_beats; k++)
        (*release)[k * count + i] = (double)spikes[k] / (double)e->n_cells;
    return PH_OK;
}

typedef emitter emitter_of(const ph_brain *brain, int i);

static ph_status read_all(hid_t file, const char *path, const ph_brain *brain, emitter_of *of,
                          int count, double **release, int64_t *n_beats)
{
    PH_TRY(check_beat(file, path, brain));
    for (int i = 0; i < count; i++) {
        emitter e = of(brain, i);
        hid_t group = H5Gopen2(file, e.group, H5P_DEFAULT);
        PH_H5(group, "find %s in %s", e.group, path);
        PH_TRY(check_cells(group, path, &e));
        int32_t *spikes = NULL;
        int64_t n = 0;
        ph_status status = read_spikes(group, path, &e, &spikes, &n);
        if (status == PH_OK)
            status = place(spikes, n, &e, i, count, release, n_beats);
        ph_free(spikes);
        PH_TRY(status);
    }
    return PH_OK;
}

static ph_status read_file(const char *path, const ph_brain *brain, emitter_of *of, int count,
                           double **release, int64_t *n_beats)
{
    hid_t file;
    *release = NULL;
    *n_beats = 0;
    PH_TRY(ph_h5_open(path, &file));
    ph_status status = read_all(file, path, brain, of, count, release, n_beats);
    (void)ph_h5_close(&file, NULL); /* only read */
    if (status != PH_OK) {
        ph_free(*release);
        *release = NULL;
        *n_beats = 0;
    }
    return status;
}

ph_status ph_yoked_read(const char *path, const ph_brain *brain, double **release,
                        int64_t *n_beats)
{
    return read_file(path, brain, nucleus_of, brain->neuromodulation.transmitters.count, release,
                     n_beats);
}

ph_status ph_yoked_sources(const char *path, const ph_brain *brain, double **release,
                           int64_t *n_beats)
{
    return read_file(path, brain, source_of, brain->n_sources, release, n_beats);
}
