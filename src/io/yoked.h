/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the releases of another run, for neuromodulation.broadcast: yoked. */
#ifndef PHASIC_IO_YOKED_H
#define PHASIC_IO_YOKED_H

#include "model/brain.h"

/** @brief Read what the nuclei of another run released, from its run.h5: spikes of the nucleus in
 *  each beat over its cells, for every transmitter of this brain.
 *  Not collective.
 *  @param path the other run's run.h5
 *  @param brain this run's description; beat and transmitters must be the same
 *  @param release out: n_beats * transmitters values, beat by beat; owned, freed with ph_free
 *  @return PH_FILE when the file cannot be read, PH_CONFIG when it does not fit this brain */
ph_status ph_yoked_read(const char *path, const ph_brain *brain, double **release,
                        int64_t *n_beats);

/** @brief The same of the sources beside the nuclei: n_beats * sources values, in the order of the
 *  brain's sources. Not collective. */
ph_status ph_yoked_sources(const char *path, const ph_brain *brain, double **release,
                           int64_t *n_beats);

#endif
