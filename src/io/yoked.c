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

static ph_status check_cells(hid_t group, const char *path, const ph_transmitter *transmitter)
{
    int64_t cells;
    hid_t attribute = H5Aopen(group, "nucleus_cells", H5P_DEFAULT);
    PH_H5(attribute, "read the attribute nucleus_cells of %s", path);
    PH_H5(H5Aread(attribute, H5T_NATIVE_INT64, &cells), "read nucleus_cells of %s", path);
    PH_H5(H5Aclose(attribute), "read nucleus_cells of %s", path);
    PH_CHECK(cells == transmitter->nucleus.span.count, PH_CONFIG,
             "neuromodulation.yoked: the nucleus of %s has %lld cells in %s, %lld here",
             transmitter->item.name, (long long)cells, path,
             (long long)transmitter->nucleus.span.count);
    return PH_OK;
}

/* Spikes of one nucleus, beat by beat. */
static ph_status read_spikes(hid_t group, const char *path, int32_t **spikes, int64_t *n)
{
    hid_t dataset = H5Dopen2(group, "nucleus_spikes", H5P_DEFAULT);
    PH_H5(dataset, "read nucleus_spikes of %s", path);
    hid_t space = H5Dget_space(dataset);
    PH_H5(space, "read nucleus_spikes of %s", path);
    hssize_t length = H5Sget_simple_extent_npoints(space);
    PH_H5(length, "read nucleus_spikes of %s", path);
    PH_ALLOC(*spikes, length);
    PH_H5(H5Dread(dataset, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, *spikes),
          "read nucleus_spikes of %s", path);
    *n = length;
    return PH_OK;
}

/* The first transmitter decides how many beats there are; the others have as many. */
static ph_status place(const int32_t *spikes, int64_t n, const ph_brain *brain, int t,
                       double **release, int64_t *n_beats)
{
    int count = brain->neuromodulation.transmitters.count;
    const ph_transmitter *transmitter =
        (const ph_transmitter *)brain->neuromodulation.transmitters.items + t;
    if (t == 0) {
        *n_beats = n;
        PH_ALLOC(*release, n * count);
    }
    for (int64_t i = 0; i < n && i < *n_beats; i++)
        (*release)[i * count + t] = (double)spikes[i] / (double)transmitter->nucleus.span.count;
    return PH_OK;
}

static ph_status read_all(hid_t file, const char *path, const ph_brain *brain, double **release,
                          int64_t *n_beats)
{
    PH_TRY(check_beat(file, path, brain));
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++) {
        const ph_transmitter *transmitter =
            (const ph_transmitter *)brain->neuromodulation.transmitters.items + t;
        char name[512];
        snprintf(name, sizeof name, "neuromodulators/%s", transmitter->item.name);
        hid_t group = H5Gopen2(file, name, H5P_DEFAULT);
        PH_H5(group, "find the transmitter %s in %s", transmitter->item.name, path);
        PH_TRY(check_cells(group, path, transmitter));
        int32_t *spikes = NULL;
        int64_t n = 0;
        ph_status status = read_spikes(group, path, &spikes, &n);
        if (status == PH_OK)
            status = place(spikes, n, brain, t, release, n_beats);
        ph_free(spikes);
        PH_TRY(status);
    }
    return PH_OK;
}

ph_status ph_yoked_read(const char *path, const ph_brain *brain, double **release,
                        int64_t *n_beats)
{
    hid_t file;
    *release = NULL;
    *n_beats = 0;
    PH_TRY(ph_h5_open(path, &file));
    ph_status status = read_all(file, path, brain, release, n_beats);
    (void)ph_h5_close(&file, NULL); /* only read */
    if (status != PH_OK) {
        ph_free(*release);
        *release = NULL;
        *n_beats = 0;
    }
    return status;
}
