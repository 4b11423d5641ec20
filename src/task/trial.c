/* SPDX-License-Identifier: Apache-2.0 */
/* The course of a trial, see trial.h. */
#include "task/trial.h"

#include "base/random.h"

#include <math.h>
#include <string.h>

static const ph_param keys[] = {
    PH_REAL(ph_trial_times, cue, "ms", "350 ms", 1, 1e5, "how long the cue is shown"),
    PH_REAL(ph_trial_times, choose_from, "ms", "50 ms", 0, 1e5,
            "after cue onset: spikes count for the choice from here"),
    PH_REAL(ph_trial_times, choose_at, "ms", "240 ms", 1, 1e5,
            "to here, when the action is chosen"),
    PH_REAL(ph_trial_times, reward_after, "ms", "25 ms", 0, 1e5,
            "after the cue's end, or the choice if that is later: the outcome"),
    PH_REAL(ph_trial_times, pause, "ms", "225 ms", 0, 1e5, "after the outcome"),
};
const ph_table ph_trial_times_table =
    PH_TABLE("trial", ph_trial_times, keys, "the times of a trial, rounded to beats");

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

uint32_t ph_trials_draw(const ph_trials *trials, int what, int64_t counter, uint32_t below)
{
    ph_random4 bits = ph_random(trials->seed, PH_PURPOSE_TASK, trials->phase, (uint32_t)what,
                                counter, 0);
    return ph_random_below(bits.v[0], bits.v[1], below);
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

unsigned ph_trials_due(ph_trials *trials, const ph_trial_times *times, double efference,
                       const ph_task_beat *beat)
{
    double ms = beat->beat_ms;
    int from = ph_trial_beats(times->choose_from, ms), at = ph_trial_beats(times->choose_at, ms);
    int cue = ph_trial_beats(times->cue, ms), chosen = at + PH_TRIAL_LATENCY - 1;
    int outcome = (cue > chosen ? cue : chosen) + ph_trial_beats(times->reward_after, ms);
    int act = trials->act++, seen = act - PH_TRIAL_LATENCY;
    if (act == 0)
        trials->onset = beat->step;
    return (act == 0 ? PH_DUE_BEGIN : 0U) | (seen >= from && seen < at ? PH_DUE_COUNT : 0U) |
           (act == chosen ? PH_DUE_CHOICE : 0U) |
           (act == chosen + ph_trial_beats(efference, ms) ? PH_DUE_CALM : 0U) |
           (act == cue ? PH_DUE_CUE_END : 0U) | (act == outcome ? PH_DUE_OUTCOME : 0U) |
           (act == outcome + ph_trial_beats(times->pause, ms) ? PH_DUE_END : 0U);
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
    return (ph_trial){.step = trials->onset,
                      .action = trials->forced ? -1 : trials->action,
                      .latency = trials->forced ? NAN : (float)times->choose_at};
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
