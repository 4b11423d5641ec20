/* SPDX-License-Identifier: Apache-2.0 */
/* What crosses ranks once a beat: integer counts summed to the root, and the root's state to all.
 * Both are posted at the end of one beat and finished at the end of the next. */
#ifndef PHASIC_COMM_BEAT_H
#define PHASIC_COMM_BEAT_H

#include "comm/comm.h"

typedef struct ph_beat_comm ph_beat_comm;

/** @brief Make the buffers. Collective on comm (duplicates it for each of the two).
 *  @param n_counts integers summed @param state_bytes bytes of the broadcast state */
ph_status ph_beat_create(const ph_comm *comm, int root, int n_counts, size_t state_bytes,
                         ph_beat_comm **beat);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_beat_destroy(ph_beat_comm **beat);

/** @brief Post the sum of this beat's counts (copied) and the broadcast of the root's state
 *  (copied; ignored elsewhere). Collective on comm, non-blocking. */
ph_status ph_beat_post(ph_beat_comm *beat, const int64_t *counts, const void *state);

/** @brief Finish both. Collective on comm.
 *  @param counts out: sums, on the root @param state out: the root's state as it was posted */
ph_status ph_beat_finish(ph_beat_comm *beat, int64_t *counts, void *state);

#endif
