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
    int n;         /* number of rings */
    int *ring_of;  /* by receptor; -1: none */
    ring *rings;   /* n */
};

ph_status ph_delayed_create(int n, const int *beats, ph_delayed **out)
{
    ph_delayed *delayed;
    PH_ALLOC(delayed, 1);
    *out = delayed;
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

ph_receptor_state ph_delayed_at(const ph_delayed *delayed, int receptor, int beats)
{
    const ring *r = &delayed->rings[delayed->ring_of[receptor]];
    int place = r->now - beats;
    return r->states[place < 0 ? place + r->length : place];
}

ph_status ph_delayed_state(ph_delayed *delayed, ph_state *state)
{
    for (int i = 0; i < delayed->n; i++) {
        ring *r = &delayed->rings[i];
        PH_TRY(PH_STATE(state, r->now));
        PH_TRY(ph_state_bytes(state, "states", r->states, (size_t)r->length * sizeof *r->states));
    }
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
