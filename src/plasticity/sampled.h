/* SPDX-License-Identifier: Apache-2.0 */
/* A parameter that is read at a synapse's events, as it was in the event's beat. */
#ifndef PHASIC_PLASTICITY_SAMPLED_H
#define PHASIC_PLASTICITY_SAMPLED_H

#include "base/isa.h"
#include <phasic/plasticity.h>
#include <phasic/state.h>
#include <phasic/status.h>
#include <phasic/types.h>

struct ph_sampled {
    ph_step beat;  /* steps of a beat */
    ph_step mask;  /* the ring holds mask + 1 steps */
    double *value; /* by step, in the parameter's unit: a look-up is no more than a load */
    double rest;   /* in a step of a rest phase: of the last beat, if nothing else is set */
    double latest; /* of the last beat */
    ph_step since; /* first step from which on it has not changed */
    ph_step risen; /* begin of the last beat at which it rose from below a half; -1: none */
};

/** @brief Make a ring of values. Not collective. @param keep steps back that events may lie */
ph_status ph_sampled_create(ph_step beat, ph_step keep, ph_sampled **sampled);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_sampled_destroy(ph_sampled **sampled);

/** @brief Save or load what is left of the past. Not collective.
 *  @param now the present step, end of the last beat */
ph_status ph_sampled_state(ph_sampled *sampled, ph_step now, ph_state *state);

/** @brief The value holds for the beat that begins at a step (a multiple of the beat); beat k
 *  covers steps k beat + 1 .. (k + 1) beat, the first also step 0. Not collective. */
static inline void ph_sampled_begin_beat(ph_sampled *sampled, ph_step begin, double value)
{
    for (ph_step n = begin > 0; n <= sampled->beat; n++)
        sampled->value[(begin + n) & sampled->mask] = value;
    sampled->rest = value;
    if (value != sampled->latest) {
        if (value >= 0.5 && sampled->latest < 0.5)
            sampled->risen = begin;
        sampled->latest = value;
        sampled->since = begin + 1;
    }
}

/** @brief The value at an event of a step. Not collective. */
static inline double ph_sampled_at(const ph_sampled *sampled, ph_step step)
{
    /* Most parameters stay as they are: nothing but the struct is read. */
    return step >= sampled->since ? sampled->latest : sampled->value[step & sampled->mask];
}

/** @brief The first beat in [from, until) that begins with a rise of the value from below a half to
 *  a half or more. Not collective. @param from,until steps, as far back as events may lie
 *  @return the step at which it begins; until, when there is none */
ph_step ph_sampled_next_rise(const ph_sampled *sampled, ph_step from, ph_step until);

/** @brief The value at n events, given their ages before an arrival. Not collective. */
PH_INLINE void ph_sampled_each(const ph_sampled *sampled, ph_step arrival,
                               const int32_t *restrict age, int n, double *restrict value)
{
    const double *restrict ring = sampled->value;
    uint32_t mask = (uint32_t)sampled->mask, now = (uint32_t)arrival;
    for (int i = 0; i < n; i++)
        value[i] = ring[(now - (uint32_t)age[i]) & mask];
}

#endif
