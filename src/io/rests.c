/* SPDX-License-Identifier: Apache-2.0 */
/* Times of a run with rest phases. The steps of the engine go on without a gap; a rest is a length
 * of time between two of them, told by the record of its phase. */
#include "io/merge.h"

#include "base/memory.h"

static ph_status note_rest(void *context, const void *record, uint64_t *words)
{
    ph_parts *parts = context;
    const ph_phase_record *phase = record;
    words[0] = (uint64_t)phase->phase;
    if (phase->rest > 0)
        parts->rests[parts->n_rests++] = (ph_rest_time){phase->end, phase->rest};
    return PH_OK;
}

ph_status ph_rests_read(ph_parts *parts)
{
    ph_sorter *sorter = NULL;
    PH_ALLOC(parts->rests, parts->records[PH_STREAM_PHASES]);
    ph_status status = ph_parts_sort(parts, PH_STREAM_PHASES, 1, 1, note_rest, parts, &sorter);
    ph_sorter_destroy(&sorter);
    return status;
}

/* All that was rested up to the end of a step, in steps. */
static ph_step rested_by(const ph_parts *parts, ph_step step)
{
    ph_step rested = 0;
    for (int i = 0; i < parts->n_rests; i++)
        if (parts->rests[i].at <= step)
            rested += parts->rests[i].length;
    return rested;
}

double ph_time_ms(const ph_parts *parts, ph_step step)
{
    return ph_ms(parts->brain, step + rested_by(parts, step - 1));
}

double ph_begin_ms(const ph_parts *parts, ph_step step)
{
    return ph_ms(parts->brain, step + rested_by(parts, step));
}
