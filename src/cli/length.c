/* SPDX-License-Identifier: Apache-2.0 */
/* The length of a run: durations added up, trials played to an animal that never answers. */
#include "cli/length.h"

#include "base/memory.h"

#include <phasic/task.h>

#include <math.h>

#define MOST_S 1e7 /* a phase of trials that is not over by then has no end of its own */

/* A task that is being played. */
typedef struct player {
    const ph_brain *brain;
    const ph_task_type *type;
    void *state;
    int64_t *counts; /* of the readouts: none */
    float *channels;
    ph_step step;
} player;

static ph_status open_task(player *p)
{
    ph_task_layout layout = {0};
    PH_TRY(p->type->layout(p->brain->task.params, &layout));
    PH_ALLOC(p->counts, layout.n_readouts + 1);
    PH_ALLOC(p->channels, layout.n_channels + 1);
    return p->type->open(p->brain->task.params, (uint64_t)p->brain->simulation.seed, &p->state);
}

/* Seconds until all trials of a phase are over; infinite when they never are. */
static ph_status play(player *p, int phase, double *seconds)
{
    const void *params = p->brain->phase_brains[phase]->task.params;
    int64_t trials = p->brain->phase[phase]->trials;
    double beat_s = (double)p->brain->beat * p->brain->simulation.resolution * 1e-3;
    *seconds = INFINITY;
    if (p->type->trials(p->state, params, trials) == 0)
        return PH_OK;
    PH_TRY(p->type->begin_phase(p->state, params, trials, phase));
    for (int64_t beats = 1; (double)beats * beat_s <= MOST_S; beats++) {
        ph_task_beat beat = {.step = p->step += p->brain->beat,
                             .beat_ms = beat_s * 1e3,
                             .counts = p->counts,
                             .channels = p->channels};
        PH_TRY(p->type->beat(p->state, &beat));
        if (beat.done) {
            *seconds = (double)beats * beat_s;
            return PH_OK;
        }
    }
    return PH_OK;
}

/* It is simulated until all is silent. */
static void add_rest(const ph_brain *brain, const ph_phase *phase, double seconds,
                     ph_length *length)
{
    double settling_s = (double)brain->settling * brain->simulation.resolution * 1e-3;
    double rested_s = fmax(0, seconds - settling_s);
    length->stepped_s += seconds - rested_s;
    length->rested_s += rested_s;
    length->rest_steps += ceil(rested_s * 1e3 / phase->step);
}

static ph_status add_phase(player *p, int i, double until_s, ph_length *length)
{
    const ph_phase *phase = p->brain->phase[i];
    double seconds = phase->duration * 1e-3;
    if (!(seconds > 0) && p->type) {
        PH_TRY(play(p, i, &seconds));
        length->at_most = 1;
    } else if (!(seconds > 0)) {
        seconds = INFINITY;
    }
    seconds = fmin(seconds, fmax(0, until_s - length->stepped_s - length->rested_s));
    if (phase->rest)
        add_rest(p->brain, phase, seconds, length);
    else
        length->stepped_s += seconds;
    return PH_OK;
}

static ph_status add_phases(player *p, double until_ms, ph_length *length)
{
    double until_s = isnan(until_ms) ? INFINITY : until_ms * 1e-3;
    if (p->type)
        PH_TRY(open_task(p));
    for (int i = 0; i < p->brain->n_phases && isfinite(length->stepped_s); i++)
        PH_TRY(add_phase(p, i, until_s, length));
    if (isinf(length->stepped_s))
        length->stepped_s = NAN;
    return PH_OK;
}

ph_status ph_length_of(const ph_brain *brain, double until_ms, ph_length *length)
{
    player p = {.brain = brain, .type = (const ph_task_type *)brain->task.type};
    *length = (ph_length){0};
    ph_status status = add_phases(&p, until_ms, length);
    if (p.state)
        p.type->close(&p.state);
    ph_free(p.counts);
    ph_free(p.channels);
    return status;
}
