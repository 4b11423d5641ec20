/* SPDX-License-Identifier: Apache-2.0 */
/* What a run has recorded so far, read from its part files while it goes on: neither slows it nor
 * asks anything of it. */
#ifndef PHASIC_IO_FOLLOW_H
#define PHASIC_IO_FOLLOW_H

#include "model/brain.h"

#define PH_FOLLOW_TRIALS 50 /* of the score, as in the progress line */

typedef struct ph_follow ph_follow;

/* The newest of each. */
typedef struct ph_followed {
    double time_ms;          /* biological, of the last record that any rank has flushed */
    double stepped_ms;       /* of it, without rests */
    const double *rates;     /* Hz of each region over the last second at most; NaN: none yet */
    const double *nM;        /* [transmitter * n_regions + region]; NaN: none */
    int phase;               /* of the last trial or after the last phase that has ended */
    int64_t n_trials;        /* of that phase */
    double score;            /* share right of its last PH_FOLLOW_TRIALS; NaN: none */
} ph_followed;

/** @brief Begin to follow a run. Not collective.
 *  @param out_folder,brain borrowed until the end @param follow out: owned by the caller, also
 *  after an error; ph_follow_end */
ph_status ph_follow_begin(const char *out_folder, const ph_brain *brain, ph_follow **follow);

/** @brief Read what is new. Not collective. @param now out: what it holds is the follower's
 *  @return PH_FILE when a part cannot be read or is of another version */
ph_status ph_follow_look(ph_follow *follow, ph_followed *now);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_follow_end(ph_follow **follow);

#endif
