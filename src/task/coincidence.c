/* SPDX-License-Identifier: Apache-2.0 */
/* Reward for two spikes in order, paid late (E. M. Izhikevich, Cereb Cortex 17:2443, 2007, Fig. 1):
 *
 *     second fires at t, first at t' < t, t - t' < window:  reward at t + delay + jitter U(0, 1)
 *
 * t' is the last spike of first. Times are beats: with beats of one step they are those of spikes.
 * The counts of a beat are seen two beats later, and what is paid then drives nuclei in that beat:
 * the shortest delay. U is a function of the seed and of the beat. Rewards of one beat are one. */
#include "task/tasks.h"
#include "task/trial.h"

#include "base/memory.h"
#include "base/random.h"

#include <math.h>

#define LATENCY 2 /* beats from spikes to the nuclei that a reward drives at once */

typedef struct params {
    ph_address first, second;
    double window;        /* ms */
    double delay, jitter; /* ms */
    double amount;
} params;

static const ph_param keys[] = {
    PH_FIELD(params, first, PH_KIND_ADDRESS, NULL, "cell or cells that must fire first"),
    PH_FIELD(params, second, PH_KIND_ADDRESS, NULL, "those that must fire after it"),
    PH_REAL(params, window, "ms", "20 ms", 0, 1e6,
            "the second must fire later than the first by less than this"),
    PH_REAL(params, delay, "ms", "1 s", 0, 1e7,
            "from the second's spike to that of a nucleus which the reward makes fire at once; "
            "two beats at least"),
    PH_REAL(params, jitter, "ms", "2 s", 0, 1e7,
            "most that is added to the delay, each time another part of it, evenly distributed"),
    PH_REAL(params, amount, "1", "1", -1e6, 1e6, "the reward"),
};
static const ph_table table =
    PH_TABLE("coincidence", params, keys, "late reward for two spikes in order");

typedef struct reward {
    int64_t due;  /* beat in which it is paid */
    double ms;    /* since the second's spike */
    ph_step step; /* when that was seen */
} reward;

typedef struct state {
    const params *p;
    uint64_t seed;
    int64_t beat;   /* beats so far */
    int64_t first;  /* beat of the first's last spike; -1: none yet */
    reward *due;    /* rewards to come, in no order */
    size_t n, room;
    int64_t trials; /* of the phase, 0: until the caller ends it */
    int64_t paid;   /* in the phase */
} state;

static ph_status layout(const void *parameters, ph_task_layout *l)
{
    const params *p = parameters;
    l->readouts[l->n_readouts++] = p->first.span;
    l->readouts[l->n_readouts++] = p->second.span;
    return PH_OK;
}

static ph_status promise(state *s, const ph_task_beat *beat)
{
    PH_GROW(s->due, s->room, s->n + 1);
    ph_random4 bits = ph_random(s->seed, PH_PURPOSE_TASK, 0, 0, beat->step, 0);
    double ms = s->p->delay + s->p->jitter * ph_random_unit(bits.v[0]);
    int64_t beats = (int64_t)floor(ms / beat->beat_ms + 0.5);
    beats = beats < LATENCY ? LATENCY : beats;
    s->due[s->n++] = (reward){.due = s->beat + beats - LATENCY,
                              .ms = (double)beats * beat->beat_ms,
                              .step = beat->step};
    return PH_OK;
}

static void pay(state *s, ph_task_beat *beat)
{
    for (size_t i = 0; i < s->n;) {
        if (s->due[i].due > s->beat) {
            i++;
            continue;
        }
        beat->outcome = beat->n_trials = 1;
        beat->reward = s->p->amount;
        beat->trial = ph_trial_none();
        beat->trial.step = s->due[i].step;
        beat->trial.correct = 1;
        beat->trial.reward = (float)s->p->amount;
        beat->trial.latency = (float)s->due[i].ms;
        s->due[i] = s->due[--s->n];
    }
    s->paid += beat->n_trials;
    beat->done = s->trials > 0 && s->paid >= s->trials;
}

static ph_status act(void *opaque, ph_task_beat *beat)
{
    state *s = opaque;
    if (beat->counts[0] > 0)
        s->first = s->beat;
    double after = (double)(s->beat - s->first) * beat->beat_ms;
    if (beat->counts[1] > 0 && s->first >= 0 && after > 0 && after < s->p->window)
        PH_TRY(promise(s, beat));
    pay(s, beat);
    s->beat++;
    return PH_OK;
}

static ph_status begin_phase(void *opaque, const void *parameters, int64_t trials, int phase)
{
    (void)phase;
    state *s = opaque;
    s->p = parameters;
    s->trials = trials;
    s->paid = 0;
    return PH_OK;
}

static ph_status open(const void *parameters, uint64_t seed, void **out)
{
    state *s;
    PH_ALLOC(s, 1);
    *out = s;
    s->p = parameters;
    s->seed = seed;
    s->first = -1;
    return PH_OK;
}

static void close(void **opaque)
{
    state *s = *opaque;
    ph_free(s->due);
    ph_free(s);
    *opaque = NULL;
}

static void rates(const void *parameters, uint64_t seed, int input, const float *channels,
                  int64_t first, int64_t stride, int64_t n, float *rate)
{
    (void)parameters, (void)seed, (void)input, (void)channels, (void)first, (void)stride;
    for (int64_t i = 0; i < n; i++) /* it has no input */
        rate[i] = 0;
}

static ph_status keep(void *opaque, ph_state *kept)
{
    state *s = opaque;
    PH_TRY(PH_STATE(kept, s->beat));
    PH_TRY(PH_STATE(kept, s->first));
    PH_TRY(PH_STATE(kept, s->trials));
    PH_TRY(PH_STATE(kept, s->paid));
    PH_TRY(ph_state_count(kept, "s->n", &s->n, INT32_MAX));
    PH_GROW(s->due, s->room, s->n);
    return ph_state_bytes(kept, "s->due", s->due, s->n * sizeof *s->due);
}

const ph_task_type ph_task_coincidence = {
    .base = {"coincidence",
             "a reward some time after two cells fired in order (Izhikevich 2007, "
             "doi 10.1093/cercor/bhl152)",
             &table},
    .layout = layout,
    .open = open,
    .trials = ph_trials_asked,
    .begin_phase = begin_phase,
    .beat = act,
    .rates = rates,
    .keep = keep,
    .close = close,
};
