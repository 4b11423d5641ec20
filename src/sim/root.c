/* SPDX-License-Identifier: Apache-2.0 */
/* The root's side of a beat: the task and the controllers act on summed counts, phases advance. */
#include "sim/internal.h"

#include "base/memory.h"
#include "model/interventions.h"

#include <math.h>
#include <string.h>

static const ph_task_type *task_type(const ph_sim *sim)
{
    return (const ph_task_type *)sim->brain->task.type;
}

/* A phase without a number of trials and without a duration runs all the task's stimuli once. */
ph_status ph_root_begin_task_phase(ph_sim *sim)
{
    const ph_brain *brain = sim->brain->phase_brains[sim->root_phase];
    const ph_phase *phase = sim->brain->phase[sim->root_phase];
    if (!brain->task.type)
        return PH_OK;
    if (!phase->has_task || phase->rest) /* a trial may have been under way */
        memset(sim->next.channels, 0, (size_t)sim->next.n_channels * sizeof *sim->next.channels);
    return task_type(sim)->begin_phase(sim->task_state, brain->task.params, phase->trials,
                                       sim->root_phase);
}

ph_status ph_root_open(ph_sim *sim)
{
    PH_ALLOC(sim->correct, sim->brain->n_phases);
    PH_ALLOC(sim->correct_room, sim->brain->n_phases);
    PH_ALLOC(sim->n_correct, sim->brain->n_phases);
    if (!sim->is_root)
        return PH_OK;
    sim->next.n_channels = sim->task.n_channels;
    sim->expected = NAN;
    if (sim->brain->task.type)
        PH_TRY(task_type(sim)->open(sim->brain->task.params, sim->options.seed,
                                    &sim->task_state));
    PH_TRY(ph_root_begin_task_phase(sim));
    PH_TRY(ph_root_open_release(sim));
    return ph_controllers_open(sim->brain, &sim->controllers);
}

void ph_root_close(ph_sim *sim)
{
    if (sim->task_state)
        task_type(sim)->close(&sim->task_state);
    if (sim->controllers)
        ph_controllers_close(&sim->controllers);
    for (int p = 0; sim->correct && p < sim->brain->n_phases; p++)
        ph_free(sim->correct[p]);
    ph_free(sim->correct);
    ph_free(sim->correct_room);
    ph_free(sim->n_correct);
    ph_root_close_release(sim);
}

static ph_status note_trial(ph_sim *sim, ph_trial *trial)
{
    int p = sim->root_phase;
    trial->phase = p;
    trial->value = (float)sim->expected;
    size_t room = sim->correct_room[p];
    PH_GROW(sim->correct[p], room, sim->n_correct[p] + 1);
    sim->correct_room[p] = room;
    sim->correct[p][sim->n_correct[p]++] = (int8_t)trial->correct;
    return ph_writer_append(sim->writer, PH_STREAM_TRIALS, trial, 1);
}

/* The next phase, or the stop. Comes into force with the state that is posted now. */
static ph_status advance_phase(ph_sim *sim, ph_step in_force)
{
    if (sim->root_phase + 1 == sim->brain->n_phases) {
        sim->next.stop = 1;
        return PH_OK;
    }
    sim->root_phase++;
    sim->root_phase_begin = in_force;
    sim->next.phase = sim->root_phase;
    return ph_root_begin_task_phase(sim);
}

static ph_status act_task(ph_sim *sim, ph_step in_force, ph_task_beat *beat)
{
    *beat = (ph_task_beat){.step = in_force,
                           .beat_ms = (double)sim->brain->beat * sim->h,
                           .counts = sim->sums,
                           .channels = sim->next.channels};
    const ph_phase *phase = sim->brain->phase[sim->root_phase];
    if (!sim->brain->task.type || sim->next.stop || phase->rest || !phase->has_task)
        return PH_OK;
    return task_type(sim)->beat(sim->task_state, beat);
}

/* What comes from outside the loops, by the first controller of each nucleus. */
static void add_stress(ph_sim *sim, const ph_brain *brain)
{
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    const ph_phase *phase = brain->phase[sim->root_phase];
    for (int c = 0; c < brain->n_controllers; c++) {
        int t = brain->controllers[c].transmitter;
        double exc, inh;
        if (c > 0 && brain->controllers[c - 1].transmitter == t)
            continue;
        ph_stress_on(brain, transmitters[t].item.name, phase, &exc, &inh);
        sim->drive[c].exc_rate += exc;
        sim->drive[c].inh_rate += inh;
    }
}

static ph_status act_controllers(ph_sim *sim, ph_step in_force, const ph_task_beat *beat)
{
    const ph_brain *brain = sim->brain->phase_brains[sim->root_phase];
    const ph_controller_beat told = {.step = in_force,
                                     .beat_ms = beat->beat_ms,
                                     .counts = sim->sums + sim->task.n_readouts,
                                     .outcome = beat->outcome,
                                     .reward = beat->reward};
    if (ph_sim_rested(sim, 2)) { /* silence says nothing: but for clocks, what they hold stays */
        memset(sim->drive, 0, (size_t)brain->n_controllers * sizeof *sim->drive);
        ph_controllers_rest(sim->controllers, brain, beat->beat_ms);
    } else {
        ph_controllers_beat(sim->controllers, brain, &told, sim->drive, sim->signal, sim->value);
    }
    ph_mistimed_swap(sim->mistimed, brain, sim->root_phase, beat->outcome, sim->drive);
    add_stress(sim, brain);
    int critic = ph_controllers_critic(brain);
    if (beat->outcome && critic >= 0)
        sim->expected = sim->value[critic];
    for (int c = 0; c < brain->n_controllers; c++) {
        ph_controller_record record = {.step = sim->step - brain->beat,
                                       .controller = c,
                                       .signal = sim->signal[c],
                                       .value = sim->value[c]};
        PH_TRY(ph_writer_append(sim->writer, PH_STREAM_CONTROLLERS, &record, 1));
    }
    return PH_OK;
}

ph_status ph_root_act(ph_sim *sim, ph_step end_of_beat)
{
    ph_step in_force = end_of_beat + sim->brain->beat;
    const ph_phase *phase = sim->brain->phase[sim->root_phase];
    if (sim->sums[sim->n_readouts] > 0) /* a rank has failed: all stop together */
        sim->next.stop = 1;
    ph_task_beat beat;
    PH_TRY(act_task(sim, in_force, &beat));
    PH_TRY(act_controllers(sim, in_force, &beat));
    PH_TRY(ph_root_release(sim, beat.reward));
    if (beat.n_trials)
        PH_TRY(note_trial(sim, &beat.trial));
    sim->next.beat = end_of_beat / sim->brain->beat - 1;
    int over = beat.done;
    if (!isnan(phase->duration) && phase->duration > 0)
        over = (double)(in_force - sim->root_phase_begin) * sim->h >= phase->duration - 1e-9;
    /* A rest begins with a period, when all has long been silent. */
    if (phase->rest)
        over = in_force % sim->brain->sweep == 0 &&
               in_force - sim->root_phase_begin >= sim->brain->settling - sim->brain->sweep;
    return over && !sim->next.stop ? advance_phase(sim, in_force) : PH_OK;
}
