/* SPDX-License-Identifier: Apache-2.0 */
/* Rings of past releases, and of the drives since the last two outcomes. */
#include "neuromod/mistimed.h"

#include "base/memory.h"
#include "model/interventions.h"

#include <math.h>
#include <string.h>

/* A ring of past releases of a transmitter, by the number of the beat. */
typedef struct past {
    int64_t n;       /* beats that it reaches back, and one; 0: never shifted */
    double *release; /* n */
} past;

struct ph_mistimed {
    int64_t now;      /* beats so far */
    int n_transmitters;
    past *rings;      /* n_transmitters */

    /* drives, by beats since an outcome * n_controllers + controller */
    int n_controllers;
    int64_t window;            /* beats that are kept; 0: never swapped */
    int64_t since;             /* beats since the last outcome; -1: there was none */
    ph_nucleus_drive *last;    /* window: of the last outcome */
    ph_nucleus_drive *before;  /* window: of the one before it, */
    int64_t n_before;          /* of which this many beats are known */
};

static const char *transmitter_name(const ph_brain *brain, int t)
{
    return ((const ph_transmitter *)brain->neuromodulation.transmitters.items)[t].item.name;
}

static int64_t beats_of(const ph_brain *brain, double ms)
{
    return (int64_t)floor(ms / brain->neuromodulation.beat + 0.5);
}

/* Sum of the shifts of a transmitter in a phase, beats. */
static int64_t shift_of(const ph_brain *brain, int t, const ph_phase *phase)
{
    double ms = 0;
    for (int i = 0; i < brain->interventions.count; i++) {
        const ph_intervention *shift =
            ph_intervention_acting(brain, i, &ph_intervention_shift, phase);
        if (shift && !strcmp(shift->transmitter, transmitter_name(brain, t)))
            ms += shift->by;
    }
    return beats_of(brain, ms);
}

/* Longest window in which a transmitter's drive is swapped in a phase, beats. */
static int64_t window_of(const ph_brain *brain, int t, const ph_phase *phase)
{
    double ms = 0;
    for (int i = 0; i < brain->interventions.count; i++) {
        const ph_intervention *swap =
            ph_intervention_acting(brain, i, &ph_intervention_swap, phase);
        if (swap && !strcmp(swap->transmitter, transmitter_name(brain, t)))
            ms = fmax(ms, swap->window);
    }
    return beats_of(brain, ms);
}

static ph_status create_ring(const ph_brain *brain, int t, past *ring)
{
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    int64_t most = 0;
    for (int p = 0; p < brain->n_phases; p++) {
        int64_t shift = shift_of(brain->phase_brains[p], t, brain->phase[p]);
        most = shift > most ? shift : most;
    }
    if (most == 0)
        return PH_OK;
    ring->n = most + 1;
    PH_ALLOC(ring->release, ring->n);
    for (int64_t i = 0; i < ring->n; i++)
        ring->release[i] = transmitters[t].tonic_rate * brain->neuromodulation.beat * 1e-3;
    return PH_OK;
}

ph_status ph_mistimed_create(const ph_brain *brain, ph_mistimed **out)
{
    ph_mistimed *m;
    PH_ALLOC(m, 1);
    *out = m;
    m->since = -1;
    m->n_controllers = brain->n_controllers;
    m->n_transmitters = brain->neuromodulation.transmitters.count;
    PH_ALLOC(m->rings, m->n_transmitters);
    for (int t = 0; t < m->n_transmitters; t++) {
        PH_TRY(create_ring(brain, t, &m->rings[t]));
        for (int p = 0; p < brain->n_phases; p++) {
            int64_t window = window_of(brain->phase_brains[p], t, brain->phase[p]);
            m->window = window > m->window ? window : m->window;
        }
    }
    PH_ALLOC(m->last, m->window * m->n_controllers);
    PH_ALLOC(m->before, m->window * m->n_controllers);
    return PH_OK;
}

void ph_mistimed_destroy(ph_mistimed **out)
{
    ph_mistimed *m = *out;
    if (!m)
        return;
    for (int t = 0; m->rings && t < m->n_transmitters; t++)
        ph_free(m->rings[t].release);
    ph_free(m->rings);
    ph_free(m->last);
    ph_free(m->before);
    ph_free(m);
    *out = NULL;
}

ph_status ph_mistimed_state(ph_mistimed *m, ph_state *state)
{
    size_t drives = (size_t)(m->window * m->n_controllers) * sizeof *m->last;
    PH_TRY(PH_STATE(state, m->now));
    PH_TRY(PH_STATE(state, m->since));
    PH_TRY(PH_STATE(state, m->n_before));
    PH_TRY(ph_state_bytes(state, "m->last", m->last, drives));
    PH_TRY(ph_state_bytes(state, "m->before", m->before, drives));
    for (int t = 0; t < m->n_transmitters; t++)
        PH_TRY(ph_state_bytes(state, "release", m->rings[t].release,
                              (size_t)m->rings[t].n * sizeof *m->rings[t].release));
    return PH_OK;
}

void ph_mistimed_shift(ph_mistimed *m, const ph_brain *brain, int phase, double *release)
{
    for (int t = 0; t < m->n_transmitters; t++) {
        past *r = &m->rings[t];
        if (r->n == 0)
            continue;
        r->release[m->now % r->n] = release[t];
        int64_t shift = shift_of(brain, t, brain->phase[phase]);
        release[t] = r->release[(m->now + r->n - shift) % r->n];
    }
    m->now++;
}

/* The drives of an outcome begin; those of the last become those before. */
static void begin_outcome(ph_mistimed *m)
{
    ph_nucleus_drive *drives = m->before;
    m->before = m->last;
    m->last = drives;
    m->n_before = m->since < m->window ? m->since : m->window;
    if (m->since < 0)
        m->n_before = 0;
    m->since = 0;
}

void ph_mistimed_swap(ph_mistimed *m, const ph_brain *brain, int phase, int outcome,
                      ph_nucleus_drive *drive)
{
    static const ph_nucleus_drive none = {0, 0};
    if (m->window == 0)
        return;
    if (outcome)
        begin_outcome(m);
    if (m->since < 0)
        return;
    int64_t k = m->since++;
    for (int c = 0; c < m->n_controllers && k < m->window; c++) {
        int64_t place = k * m->n_controllers + c;
        m->last[place] = drive[c];
        if (k < window_of(brain, brain->controllers[c].transmitter, brain->phase[phase]))
            drive[c] = k < m->n_before ? m->before[place] : none;
    }
}
