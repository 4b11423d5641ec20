/* SPDX-License-Identifier: Apache-2.0 */
/* What a run has still to go. Steps take time; rests hardly take any, however long they are. */
#include "sim/internal.h"

#include "base/clock.h"

#include <math.h>

/* Trials of a phase; 0 when nobody knows yet. */
static int64_t trials_of(const ph_sim *sim, int p)
{
    const ph_variant *task = &sim->brain->phase_brains[p]->task;
    if (!task->type)
        return 0;
    return ((const ph_task_type *)task->type)
        ->trials(sim->task_state, task->params, sim->brain->phase[p]->trials);
}

static int has_duration(const ph_phase *phase)
{
    return phase->duration > 0;
}

static double in_phase_ms(const ph_sim *sim)
{
    return (double)(sim->step - sim->phase_begin) * sim->h;
}

/* Mean length of a trial so far, of phases that last for a number of them, ms; infinite before the
 * first one is over. A rest takes steps until all is silent: what it has not rested of its
 * duration. */
static double trial_ms(const ph_sim *sim)
{
    double stepped_ms = (double)(sim->step + sim->rested - sim->begun) * sim->h, n = 0;
    for (int p = 0; p < sim->brain->n_phases; p++)
        if (!has_duration(sim->brain->phase[p]))
            n += (double)sim->n_correct[p];
    for (int p = 0; p <= sim->phase; p++) {
        const ph_phase *phase = sim->brain->phase[p];
        if (p == sim->phase && has_duration(phase))
            stepped_ms -= in_phase_ms(sim);
        else if (has_duration(phase))
            stepped_ms -= phase->duration;
    }
    return n > 0 ? fmax(stepped_ms, 0) / n : INFINITY;
}

/* Of a phase that has not ended, ms; infinite: it has no end that is known. */
static double phase_left_ms(const ph_sim *sim, int p, double per_trial_ms)
{
    const ph_phase *phase = sim->brain->phase[p];
    if (has_duration(phase))
        return fmax(0, phase->duration - (p == sim->phase ? in_phase_ms(sim) : 0));
    int64_t trials = trials_of(sim, p);
    if (trials <= 0)
        return INFINITY;
    int64_t left = trials - sim->n_correct[p];
    return left > 0 ? (double)left * per_trial_ms : 0;
}

/* Until --until or --stop-at, whatever the phases say. */
static double limit_ms(const ph_sim *sim)
{
    ph_step end = sim->end < sim->stop_at ? sim->end : sim->stop_at;
    return end == INT64_MAX ? INFINITY : (double)(end - sim->step - sim->rested) * sim->h;
}

ph_left ph_sim_left(const ph_sim *sim)
{
    ph_left left = {0, 0};
    double limit = fmax(0, limit_ms(sim)), per_trial_ms = trial_ms(sim);
    for (int p = sim->phase; p < sim->brain->n_phases; p++) {
        double ms = fmin(phase_left_ms(sim, p, per_trial_ms), limit);
        if (isinf(ms))
            return (ph_left){NAN, NAN};
        *(sim->brain->phase[p]->rest ? &left.rested_s : &left.stepped_s) += ms * 1e-3;
        limit -= ms;
    }
    return left;
}

/* By the rates of this process: what earlier ones of a resumed run did took time of theirs. */
double ph_sim_left_wall_s(const ph_sim *sim)
{
    ph_left left = ph_sim_left(sim);
    double stepped_s = (double)(sim->step - sim->first_step) * sim->h * 1e-3;
    double rested_s = (double)(sim->rested - sim->first_rested) * sim->h * 1e-3;
    if (!(stepped_s > 0))
        return NAN;
    double wall_s = ph_clock() - sim->begun_at - sim->rest_s;
    double resting_s = rested_s > 0 ? left.rested_s * sim->rest_s / rested_s : 0;
    return left.stepped_s * wall_s / stepped_s + resting_s;
}
