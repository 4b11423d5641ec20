/* SPDX-License-Identifier: Apache-2.0 */
/* What is released: by the nuclei of this run or of another, and when. Root. */
#include "sim/internal.h"

#include "base/memory.h"
#include "io/yoked.h"

#include <math.h>
#include <string.h>

/* The other run's file, which all phases that are yoked to one share. */
static const char *yoked_to(const ph_brain *brain)
{
    for (int p = 0; p < brain->n_phases; p++)
        if (brain->phase_brains[p]->neuromodulation.broadcast == PH_BROADCAST_YOKED)
            return brain->phase_brains[p]->neuromodulation.yoked;
    return NULL;
}

ph_status ph_root_open_release(ph_sim *sim)
{
    const char *path = yoked_to(sim->brain);
    if (path)
        PH_TRY(ph_yoked_read(path, sim->brain, &sim->yoked, &sim->n_yoked));
    return ph_mistimed_create(sim->brain, &sim->mistimed);
}

void ph_root_close_release(ph_sim *sim)
{
    ph_mistimed_destroy(&sim->mistimed);
    ph_free(sim->yoked);
}

/* Of the beat that ended, in a run that is yoked to another: what that one's nuclei released in a
 * beat as much earlier as the shift says. */
static void play_back(const ph_sim *sim, const ph_brain *brain, double *release)
{
    const ph_neuromodulation *neuromodulation = &brain->neuromodulation;
    const ph_transmitter *transmitters = neuromodulation->transmitters.items;
    int64_t shift = (int64_t)floor(neuromodulation->shift / neuromodulation->beat + 0.5);
    int64_t number = sim->step / brain->beat - 1 - shift;
    for (int t = 0; t < sim->n_transmitters; t++)
        release[t] = number >= 0 && number < sim->n_yoked
                         ? sim->yoked[number * sim->n_transmitters + t]
                         : transmitters[t].tonic_rate * neuromodulation->beat * 1e-3;
}

ph_status ph_root_release(ph_sim *sim, double reward)
{
    const ph_brain *brain = sim->brain->phase_brains[sim->root_phase];
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    for (int t = 0; t < sim->n_transmitters; t++) {
        int64_t spikes = sim->nucleus_counts[t];
        sim->next.release[t] = (double)spikes / (double)transmitters[t].nucleus.span.count;
        ph_nucleus_record record = {.step = sim->step - brain->beat,
                                    .transmitter = t,
                                    .spikes = (int32_t)spikes,
                                    .reward = reward};
        PH_TRY(ph_writer_append(sim->writer, PH_STREAM_NUCLEI, &record, 1));
    }
    if (brain->neuromodulation.broadcast == PH_BROADCAST_YOKED)
        play_back(sim, brain, sim->next.release);
    ph_mistimed_shift(sim->mistimed, brain, sim->root_phase, sim->next.release);
    return PH_OK;
}
