/* SPDX-License-Identifier: Apache-2.0 */
/* What is released: by nuclei and sources, of this run or of another, and when. Root. Nuclei live
 * here; sources live on any rank, and their spikes are summed with the readouts, which takes a beat
 * more. */
#include "sim/internal.h"

#include "base/memory.h"
#include "io/yoked.h"

#include <math.h>
#include <string.h>

ph_status ph_root_open_release(ph_sim *sim)
{
    const char *path = sim->brain->neuromodulation.yoked; /* the same in all phases */
    if (ph_brain_has_broadcast(sim->brain, PH_BROADCAST_YOKED)) {
        PH_TRY(ph_yoked_read(path, sim->brain, &sim->yoked, &sim->n_yoked));
        PH_TRY(ph_yoked_sources(path, sim->brain, &sim->yoked_sources, &sim->n_yoked_sources));
    }
    return ph_mistimed_create(sim->brain, &sim->mistimed);
}

void ph_root_close_release(ph_sim *sim)
{
    ph_mistimed_destroy(&sim->mistimed);
    ph_free(sim->yoked);
    ph_free(sim->yoked_sources);
}

static double part(int64_t spikes, const ph_address *population)
{
    return (double)spikes / (double)population->span.count;
}

/* What the nuclei did in the beat that ended. */
static ph_status release_nuclei(ph_sim *sim, const ph_brain *brain, double reward)
{
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    for (int t = 0; t < sim->n_transmitters; t++) {
        int64_t spikes = sim->nucleus_counts[t];
        sim->next.release[t] = part(spikes, &transmitters[t].nucleus);
        ph_nucleus_record record = {.step = sim->step - brain->beat,
                                    .transmitter = t,
                                    .spikes = (int32_t)spikes,
                                    .reward = reward};
        PH_TRY(ph_writer_append(sim->writer, PH_STREAM_NUCLEI, &record, 1));
    }
    return PH_OK;
}

/* What the sources did in the beat before; the first beat had none before it: their tonic rates. */
static ph_status release_sources(ph_sim *sim, const ph_brain *brain)
{
    const int64_t *counts = sim->sums + sim->n_readouts - sim->n_transmitters - brain->n_sources;
    for (int s = 0; s < brain->n_sources; s++) {
        if (sim->step - sim->begun < 2 * brain->beat) {
            sim->next.sources[s] =
                brain->sources[s]->tonic_rate * brain->neuromodulation.beat * 1e-3;
            continue;
        }
        sim->next.sources[s] = part(counts[s], &brain->sources[s]->population);
        ph_source_record record = {.step = sim->step - 2 * brain->beat,
                                   .source = s,
                                   .spikes = (int32_t)counts[s]};
        PH_TRY(ph_writer_append(sim->writer, PH_STREAM_SOURCES, &record, 1));
    }
    return PH_OK;
}

/* What the regions' own readouts stand for, by the beat before. In a rest nothing fires, which says
 * nothing of their rates. */
static void release_locals(ph_sim *sim, const ph_brain *brain)
{
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    double beat_ms = brain->neuromodulation.beat;
    for (int i = 0; i < sim->n_locals; i++) {
        const ph_local_readout *local = brain->locals[i];
        double tonic = transmitters[local->transmitter].tonic_rate * beat_ms * 1e-3;
        int has_counts = sim->step - sim->begun >= 2 * brain->beat && !ph_sim_rested(sim, 2);
        sim->next.local[i] =
            has_counts ? ph_local_release(&sim->local_means[i], local, tonic,
                                          sim->sums[sim->first_local + i], beat_ms)
                       : tonic;
    }
}

static double recorded(const double *release, int64_t n_beats, int64_t beat, int n, int i,
                       double otherwise)
{
    return beat >= 0 && beat < n_beats ? release[beat * n + i] : otherwise;
}

/* In a run that is yoked to another: what that one's nuclei and sources released in a beat as much
 * earlier as the shift says; what it does not tell, at their tonic rates. */
static void play_back(const ph_sim *sim, const ph_brain *brain, ph_broadcast *next)
{
    const ph_neuromodulation *neuromodulation = &brain->neuromodulation;
    const ph_transmitter *transmitters = neuromodulation->transmitters.items;
    double beat_s = neuromodulation->beat * 1e-3;
    int64_t shift = (int64_t)floor(neuromodulation->shift / neuromodulation->beat + 0.5);
    int64_t number = (sim->step - sim->begun) / brain->beat - 1 - shift;
    for (int t = 0; t < sim->n_transmitters; t++)
        next->release[t] = recorded(sim->yoked, sim->n_yoked, number, sim->n_transmitters, t,
                                    transmitters[t].tonic_rate * beat_s);
    for (int s = 0; s < brain->n_sources; s++)
        next->sources[s] = recorded(sim->yoked_sources, sim->n_yoked_sources, number - 1,
                                    brain->n_sources, s, brain->sources[s]->tonic_rate * beat_s);
}

/* In a rest nobody fires; what nuclei and sources release is what they would without. */
static void release_resting(const ph_sim *sim, const ph_brain *brain, ph_broadcast *next)
{
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    const ph_phase *nuclei = ph_sim_rested(sim, 1), *sources = ph_sim_rested(sim, 2);
    double beat_s = brain->neuromodulation.beat * 1e-3;
    for (int t = 0; nuclei && t < sim->n_transmitters; t++)
        next->release[t] = beat_s * ph_resting_rate(brain, &transmitters[t].nucleus,
                                                    transmitters[t].tonic_rate, nuclei);
    for (int s = 0; sources && s < brain->n_sources; s++)
        next->sources[s] = beat_s * ph_resting_rate(brain, &brain->sources[s]->population,
                                                    brain->sources[s]->tonic_rate, sources);
}

ph_status ph_root_release(ph_sim *sim, double reward)
{
    const ph_brain *brain = sim->brain->phase_brains[sim->root_phase];
    PH_TRY(release_nuclei(sim, brain, reward));
    PH_TRY(release_sources(sim, brain));
    release_locals(sim, brain);
    if (brain->neuromodulation.broadcast == PH_BROADCAST_YOKED)
        play_back(sim, brain, &sim->next);
    release_resting(sim, brain, &sim->next);
    ph_mistimed_shift(sim->mistimed, brain, sim->root_phase, sim->next.release);
    return PH_OK;
}
