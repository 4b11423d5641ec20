/* SPDX-License-Identifier: Apache-2.0 */
/* A task: it knocks (a burst of spikes into a population), counts how often another population
 * answers until the trial is over, and pays when that is often enough. A trial takes `knock`, then
 * `pause`. It acts once a beat, on one rank; what it sets reaches every rank as a channel. */
#include "types.h"

#include <stdlib.h>

typedef struct params {
    ph_address ears, voice; /* resolved: each has a span of neurons */
    double rate;            /* Hz */
    double weight;          /* pA or nS */
    double knock, pause;    /* ms */
    int64_t least;          /* spikes */
    double amount;          /* reward */
} params;

static const ph_param keys[] = {
    PH_FIELD(params, ears, PH_KIND_ADDRESS, NULL, "population that is knocked at"),
    PH_FIELD(params, voice, PH_KIND_ADDRESS, NULL, "population whose spikes are the answer"),
    PH_REAL(params, rate, "Hz", "200 Hz", 0, 1e4, "of the spikes of a knock, for each cell"),
    PH_REAL(params, weight, "pA|nS", NULL, -1e9, 1e9, "weight of such a spike"),
    PH_REAL(params, knock, "ms", "50 ms", 5, 1e6, "length of a knock"),
    PH_REAL(params, pause, "ms", "100 ms", 15, 1e6, "time after it, in which answers count too"),
    PH_INT(params, least, "1", 1, 1000000, "spikes of the voice that are paid for"),
    PH_REAL(params, amount, "1", "1", -1e6, 1e6, "the reward"),
};
static const ph_table table = PH_TABLE("knock", params, keys, "a knock that wants an answer");

typedef struct state {
    const params *p;
    int64_t trials;  /* of the phase; 0: until the caller ends it */
    int64_t trial;   /* in the phase */
    double ms;       /* since the trial began */
    ph_step onset;   /* of the knock */
    int64_t answers; /* spikes in the trial */
} state;

static ph_status layout(const void *parameters, ph_task_layout *l)
{
    const params *p = parameters;
    l->n_channels = 1; /* 1 while it knocks */
    l->inputs[l->n_inputs++] = (ph_task_input){p->ears.span, "exc", p->weight};
    l->readouts[l->n_readouts++] = p->voice.span;
    return PH_OK;
}

static ph_status open_task(const void *parameters, uint64_t seed, void **out)
{
    (void)seed;
    state *s = calloc(1, sizeof *s);
    PH_CHECK(s, PH_RESOURCE, "out of memory: knock");
    s->p = parameters;
    *out = s;
    return PH_OK;
}

static void close_task(void **opaque)
{
    free(*opaque);
    *opaque = NULL;
}

static int64_t trials(const void *opaque, const void *parameters, int64_t asked)
{
    (void)opaque, (void)parameters;
    return asked;
}

static ph_status begin_phase(void *opaque, const void *parameters, int64_t n, int phase)
{
    (void)phase;
    state *s = opaque;
    *s = (state){.p = parameters, .trials = n};
    return PH_OK;
}

static void pay(state *s, ph_task_beat *beat)
{
    int is_right = s->answers >= s->p->least;
    beat->outcome = beat->n_trials = 1;
    beat->reward = is_right ? s->p->amount : 0;
    beat->trial = ph_trial_none();
    beat->trial.step = s->onset;
    beat->trial.correct = is_right;
    beat->trial.reward = (float)beat->reward;
    beat->trial.responses = (int32_t)s->answers;
    s->trial++;
    s->ms = 0;
    s->answers = 0;
    beat->done = s->trials > 0 && s->trial >= s->trials;
}

static ph_status act(void *opaque, ph_task_beat *beat)
{
    state *s = opaque;
    if (s->ms == 0)
        s->onset = beat->step;
    beat->channels[0] = s->ms < s->p->knock;
    s->answers += beat->counts[0];
    s->ms += beat->beat_ms;
    if (s->ms >= s->p->knock + s->p->pause)
        pay(s, beat);
    return PH_OK;
}

static void rates(const void *parameters, uint64_t seed, int input, const float *channels,
                  int64_t first, int64_t stride, int64_t n, float *rate)
{
    (void)seed, (void)input, (void)first, (void)stride;
    const params *p = parameters;
    for (int64_t i = 0; i < n; i++)
        rate[i] = channels[0] > 0 ? (float)p->rate : 0;
}

/* For checkpoints: all that changes while a phase goes on. */
static ph_status keep(void *opaque, ph_state *kept)
{
    state *s = opaque;
    PH_TRY(PH_STATE(kept, s->trial));
    PH_TRY(PH_STATE(kept, s->ms));
    PH_TRY(PH_STATE(kept, s->onset));
    return PH_STATE(kept, s->answers);
}

const ph_task_type knock = {
    .base = {"knock", "pays when a population answers a knock (examples/embedding)", &table},
    .layout = layout,
    .open = open_task,
    .trials = trials,
    .begin_phase = begin_phase,
    .beat = act,
    .rates = rates,
    .keep = keep,
    .close = close_task,
};
