/* SPDX-License-Identifier: Apache-2.0 */
/* Rings of receptors' states. Only receptors that some delay asks for have one. */
#include "neuromod/delayed.h"

#include "base/memory.h"

typedef struct ring {
    int receptor;              /* whose it is */
    int length;                /* beats: those back and the present one */
    int now;                   /* place of the present beat */
    ph_receptor_state *states; /* length */
} ring;

struct ph_delayed {
    int n;           /* number of rings */
    int n_receptors;
    int *ring_of;    /* by receptor; -1: none */
    ring *rings;     /* n */
};

ph_status ph_delayed_create(int n, const int *beats, ph_delayed **out)
{
    ph_delayed *delayed;
    PH_ALLOC(delayed, 1);
    *out = delayed;
    delayed->n_receptors = n;
    PH_ALLOC(delayed->ring_of, n);
    PH_ALLOC(delayed->rings, n);
    for (int i = 0; i < n; i++) {
        delayed->ring_of[i] = -1;
        if (beats[i] == 0)
            continue;
        ring *r = &delayed->rings[delayed->n];
        r->receptor = i;
        r->length = beats[i] + 1;
        PH_ALLOC(r->states, r->length);
        delayed->ring_of[i] = delayed->n++;
    }
    return PH_OK;
}

void ph_delayed_fill(ph_delayed *delayed, const ph_receptor_state *now)
{
    for (int i = 0; i < delayed->n; i++)
        for (int k = 0; k < delayed->rings[i].length; k++)
            delayed->rings[i].states[k] = now[delayed->rings[i].receptor];
}

void ph_delayed_advance(ph_delayed *delayed, const ph_receptor_state *now)
{
    for (int i = 0; i < delayed->n; i++) {
        ring *r = &delayed->rings[i];
        r->now = r->now + 1 < r->length ? r->now + 1 : 0;
        r->states[r->now] = now[r->receptor];
    }
}

/* As far back as the ring reaches. */
static ph_receptor_state state_ago(const ring *r, int beats)
{
    int place = r->now - (beats < r->length ? beats : r->length - 1);
    return r->states[place < 0 ? place + r->length : place];
}

ph_receptor_state ph_delayed_at(const ph_delayed *delayed, int receptor, int beats)
{
    return state_ago(&delayed->rings[delayed->ring_of[receptor]], beats);
}

/* --- saving and loading ----------------------------------------------------------------------- */

/* All but the states, which need room. */
static ph_status ring_state(ring *r, ph_state *state)
{
    PH_TRY(PH_STATE(state, r->receptor));
    PH_TRY(PH_STATE(state, r->length));
    return PH_STATE(state, r->now);
}

static ph_status states_state(ring *r, ph_state *state)
{
    return ph_state_bytes(state, "states", r->states, (size_t)r->length * sizeof *r->states);
}

static void take_over(ph_delayed *delayed, const ring *read)
{
    int own = delayed->ring_of[read->receptor];
    for (int k = 0; own >= 0 && k < delayed->rings[own].length; k++) {
        ring *r = &delayed->rings[own];
        int place = r->now - k;
        r->states[place < 0 ? place + r->length : place] = state_ago(read, k);
    }
}

static ph_status load_ring(ph_delayed *delayed, ph_state *state)
{
    ring read = {0};
    PH_TRY(ring_state(&read, state));
    PH_CHECK(read.receptor >= 0 && read.receptor < delayed->n_receptors && read.length > 0 &&
                 read.now >= 0 && read.now < read.length,
             PH_FILE, "the state has receptors that are not there: the configuration differs");
    PH_ALLOC(read.states, read.length);
    ph_status status = states_state(&read, state);
    if (status == PH_OK)
        take_over(delayed, &read);
    ph_free(read.states);
    return status;
}

static ph_status save_ring(ring *r, ph_state *state)
{
    PH_TRY(ring_state(r, state));
    return states_state(r, state);
}

ph_status ph_delayed_state(ph_delayed *delayed, const ph_receptor_state *now, ph_state *state)
{
    size_t n = (size_t)delayed->n;
    PH_TRY(ph_state_count(state, "rings", &n, (size_t)delayed->n_receptors));
    if (state->is_loading)
        ph_delayed_fill(delayed, now);
    for (size_t i = 0; i < n; i++)
        PH_TRY(state->is_loading ? load_ring(delayed, state)
                                 : save_ring(&delayed->rings[i], state));
    return PH_OK;
}

void ph_delayed_destroy(ph_delayed **out)
{
    ph_delayed *delayed = *out;
    if (!delayed)
        return;
    for (int i = 0; i < delayed->n; i++)
        ph_free(delayed->rings[i].states);
    ph_free(delayed->rings);
    ph_free(delayed->ring_of);
    ph_free(delayed);
    *out = NULL;
}
