/* SPDX-License-Identifier: Apache-2.0 */
/* Rings of event-sampled parameters. */
#include "plasticity/sampled.h"

#include "base/memory.h"

ph_status ph_sampled_create(ph_step beat, ph_step keep, ph_sampled **out)
{
    ph_sampled *sampled;
    PH_ALLOC(sampled, 1);
    *out = sampled;
    sampled->beat = beat;
    sampled->risen = -1;
    ph_step steps = 1;
    while (steps < keep + 3 * beat)
        steps *= 2;
    sampled->mask = steps - 1;
    PH_ALLOC(sampled->value, steps);
    return PH_OK;
}

void ph_sampled_destroy(ph_sampled **sampled)
{
    if (!*sampled)
        return;
    ph_free((*sampled)->value);
    ph_free(*sampled);
    *sampled = NULL;
}

/* A value a beat is all there is. */
ph_status ph_sampled_state(ph_sampled *sampled, ph_step now, ph_state *state)
{
    ph_step last = now / sampled->beat, first = last - sampled->mask / sampled->beat;
    for (ph_step b = first < 0 ? 0 : first; b < last; b++) {
        double value = sampled->value[(b * sampled->beat + 1) & sampled->mask];
        PH_TRY(PH_STATE(state, value));
        if (state->is_loading)
            ph_sampled_begin_beat(sampled, b * sampled->beat, value);
    }
    PH_TRY(PH_STATE(state, sampled->rest));
    PH_TRY(PH_STATE(state, sampled->latest));
    PH_TRY(PH_STATE(state, sampled->since));
    return PH_STATE(state, sampled->risen);
}

ph_step ph_sampled_next_rise(const ph_sampled *sampled, ph_step from, ph_step until)
{
    ph_step beat = (from + sampled->beat - 1) / sampled->beat;
    for (beat = beat < 1 ? 1 : beat; beat * sampled->beat < until; beat++)
        if (sampled->value[(beat * sampled->beat + 1) & sampled->mask] >= 0.5 &&
            sampled->value[(beat * sampled->beat) & sampled->mask] < 0.5)
            return beat * sampled->beat;
    return until;
}
