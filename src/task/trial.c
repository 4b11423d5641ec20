/* SPDX-License-Identifier: Apache-2.0 */
/* The course of a trial, see trial.h. */
#include "task/trial.h"

#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <string.h>

#define JITTER_DOC                                                                                 \
    "most that is added to the pause, each time another part of it, evenly distributed"

static const ph_param keys[] = {
    PH_REAL(ph_trial_times, cue, "ms", "350 ms", 1, 1e5, "how long the cue is shown"),
    PH_REAL(ph_trial_times, choose_from, "ms", "50 ms", 0, 1e5,
            "after cue onset: spikes count for the choice from here"),
    PH_REAL(ph_trial_times, choose_at, "ms", "240 ms", 1, 1e5,
            "to here, when the action is chosen"),
    PH_REAL(ph_trial_times, reward_after, "ms", "25 ms", 0, 1e5,
            "after the cue's end, or the choice if that is later: the outcome"),
    PH_REAL(ph_trial_times, pause, "ms", "225 ms", 0, 1e5, "after the outcome"),
    PH_REAL(ph_trial_times, pause_jitter, "ms", "0 ms", 0, 1e5, JITTER_DOC),
};
const ph_table ph_trial_times_table =
    PH_TABLE("trial", ph_trial_times, keys, "the times of a trial, rounded to beats");

static const ph_param cue_keys[] = {
    PH_REAL(ph_trial_times, cue, "ms", "350 ms", 1, 1e5, "how long the cue is shown"),
    PH_REAL(ph_trial_times, reward_after, "ms", "500 ms", 0, 1e5,
            "after the cue's end: the outcome (0: the cue lasts until it)"),
    PH_REAL(ph_trial_times, pause, "ms", "1 s", 0, 1e6, "after the outcome"),
    PH_REAL(ph_trial_times, pause_jitter, "ms", "500 ms", 0, 1e6, JITTER_DOC),
};
const ph_table ph_cue_times_table =
    PH_TABLE("trial", ph_trial_times, cue_keys, "the times of a trial, rounded to beats");

ph_status ph_trial_times_check(const ph_trial_times *times)
{
    PH_CHECK(times->choose_from < times->choose_at, PH_CONFIG,
             "task.trial: choose_from must come before choose_at");
    return PH_OK;
}

int ph_trial_beats(double ms, double beat_ms)
{
    return (int)floor(ms / beat_ms + 0.5);
}

static ph_random4 bits_of(const ph_trials *trials, int what, int64_t counter)
{
    return ph_random(trials->seed, PH_PURPOSE_TASK, trials->phase, (uint32_t)what, counter, 0);
}

uint32_t ph_trials_draw(const ph_trials *trials, int what, int64_t counter, uint32_t below)
{
    ph_random4 bits = bits_of(trials, what, counter);
    return ph_random_below(bits.v[0], bits.v[1], below);
}

double ph_trials_unit(const ph_trials *trials, int what, int64_t counter)
{
    return ph_random_unit(bits_of(trials, what, counter).v[0]);
}

void ph_trials_shuffle(const ph_trials *trials, int *items, int n, int64_t counter)
{
    for (int i = n - 1; i > 0; i--) {
        int j = (int)ph_trials_draw(trials, PH_DRAW_ORDER, counter + i, (uint32_t)i + 1);
        int kept = items[i];
        items[i] = items[j];
        items[j] = kept;
    }
}

void ph_trials_begin(ph_trials *trials, uint64_t seed, int64_t n, int phase)
{
    *trials = (ph_trials){.seed = seed, .phase = phase, .n = n};
}

/* Beats of the pause after this trial. */
static int pause_beats(const ph_trials *trials, const ph_trial_times *times, double beat_ms)
{
    int beats = ph_trial_beats(times->pause, beat_ms);
    int jitter = ph_trial_beats(times->pause_jitter, beat_ms);
    if (jitter > 0)
        beats += (int)ph_trials_draw(trials, PH_DRAW_PAUSE, trials->trial, (uint32_t)jitter + 1);
    return beats;
}

unsigned ph_trials_due(ph_trials *trials, const ph_trial_times *times, double efference,
                       const ph_task_beat *beat)
{
    double ms = beat->beat_ms;
    int from = ph_trial_beats(times->choose_from, ms), at = ph_trial_beats(times->choose_at, ms);
    int cue = ph_trial_beats(times->cue, ms), chosen = at > 0 ? at + PH_TRIAL_LATENCY - 1 : 0;
    int outcome = (cue > chosen ? cue : chosen) + ph_trial_beats(times->reward_after, ms);
    int act = trials->act++, seen = act - PH_TRIAL_LATENCY;
    if (act == 0)
        trials->onset = beat->step;
    return (act == 0 ? PH_DUE_BEGIN : 0U) | (seen >= from && seen < at ? PH_DUE_COUNT : 0U) |
           (at > 0 && act == chosen ? PH_DUE_CHOICE : 0U) |
           (act == chosen + ph_trial_beats(efference, ms) ? PH_DUE_CALM : 0U) |
           (act == cue ? PH_DUE_CUE_END : 0U) | (act == outcome ? PH_DUE_OUTCOME : 0U) |
           (act == outcome + pause_beats(trials, times, ms) ? PH_DUE_END : 0U) |
           (act == from ? PH_DUE_OPEN : 0U) | (act == at ? PH_DUE_SHUT : 0U);
}

static void choose(ph_trials *trials, const ph_actor *actor)
{
    trials->action = ph_actor_best(actor, trials->score);
    trials->forced = trials->action < 0;
    if (trials->forced)
        trials->action = (int)ph_trials_draw(trials, PH_DRAW_FORCED, trials->trial,
                                             (uint32_t)actor->actions.count);
}

void ph_trials_choose(ph_trials *trials, const ph_actor *actor, unsigned due,
                      const int64_t *counts, float *channels)
{
    if (due & PH_DUE_COUNT)
        ph_actor_collect(actor, counts, trials->score);
    if (due & PH_DUE_CHOICE) {
        choose(trials, actor);
        ph_actor_tell(actor, trials->action, channels);
    }
    if (due & (PH_DUE_BEGIN | PH_DUE_CALM))
        ph_actor_tell(actor, -1, channels);
}

ph_trial ph_trials_row(const ph_trials *trials, const ph_trial_times *times)
{
    ph_trial row = ph_trial_none();
    row.step = trials->onset;
    if (!trials->forced && times->choose_at > 0) {
        row.action = trials->action;
        row.latency = (float)times->choose_at;
    }
    return row;
}

void ph_trials_end(ph_trials *trials, const ph_trial *row, ph_task_beat *beat)
{
    beat->n_trials = 1;
    beat->trial = *row;
    trials->trial++;
    trials->act = 0;
    memset(trials->score, 0, sizeof trials->score);
    beat->done = trials->n > 0 && trials->trial >= trials->n;
}

ph_status ph_trials_open(size_t size, uint64_t seed, void **state)
{
    ph_trials *trials = ph_calloc(1, size);
    PH_CHECK(trials, PH_RESOURCE, "out of memory: a task");
    trials->seed = seed;
    *state = trials;
    return PH_OK;
}

int64_t ph_trials_asked(const void *state, const void *params, int64_t asked)
{
    (void)state, (void)params;
    return asked;
}

ph_status ph_task_keep(void *task, size_t size, const void *params, ph_state *kept)
{
    size_t before = (size_t)((const char *)params - (const char *)task);
    size_t after = before + sizeof(void *);
    PH_TRY(ph_state_bytes(kept, "task", task, before));
    return ph_state_bytes(kept, "task", (char *)task + after, size - after);
}

void ph_task_free(void **state)
{
    ph_free(*state);
    *state = NULL;
}
