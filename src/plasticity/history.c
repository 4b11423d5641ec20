/* SPDX-License-Identifier: Apache-2.0 */
/* Postsynaptic spike trains that forget only what no visit can ask for. */
#include "plasticity/history.h"

#include "base/math.h"
#include "base/memory.h"

#include <string.h>

#define LONG_AGO (1 << 29) /* steps: no visit reaches back so far */
#define RENEWAL (1 << 28)  /* steps between two renewals */

static void set_long_ago(ph_history *history, uint32_t now)
{
    for (int i = 0; i < history->n; i++) {
        for (int k = 0; k < PH_RECENT; k++)
            history->recent[i].step[k] = now - LONG_AGO;
        history->recent[i].y = 0;
    }
}

ph_status ph_history_create(int n, const ph_traces *traces, const ph_local *local, ph_step keep,
                            ph_history **out)
{
    ph_history *history;
    PH_ALLOC(history, 1);
    *out = history;
    history->n = n;
    history->traces = *traces;
    if (local)
        history->local = *local;
    history->keep = keep;
    PH_ALLOC(history->trains, n);
    PH_ALLOC(history->recent, n);
    if (traces->decay[1])
        PH_ALLOC(history->recent_two, n);
    if (history->local.V)
        PH_ALLOC(history->recent_gates, n);
    set_long_ago(history, 0);
    return PH_OK;
}

void ph_history_destroy(ph_history **history)
{
    if (!*history)
        return;
    for (int i = 0; (*history)->trains && i < (*history)->n; i++) {
        ph_free((*history)->trains[i].posts);
        ph_free((*history)->trains[i].gates);
    }
    ph_free((*history)->trains);
    ph_free((*history)->recent);
    ph_free((*history)->recent_two);
    ph_free((*history)->recent_gates);
    ph_free(*history);
    *history = NULL;
}

/* Drop spikes older than `oldest`, but never the last one: the trace starts from it. */
static void forget(ph_train *train, ph_step oldest)
{
    uint32_t drop = 0;
    while (drop + 1 < train->count && train->posts[drop].step < oldest)
        drop++;
    if (drop == 0)
        return;
    train->count -= drop;
    memmove(train->posts, train->posts + drop, train->count * sizeof *train->posts);
    if (train->gates)
        memmove(train->gates, train->gates + drop, train->count * sizeof *train->gates);
}

/* What is left of a trace of the train's last spike. */
static ph_real left_of(const ph_history *history, int trace, ph_real y, ph_step since)
{
    const ph_decay *decay = history->traces.decay[trace];
    return decay ? y * ph_decay_factor(decay, since) : 0;
}

/* The spike with its traces. */
static ph_post next_post(const ph_history *history, const ph_train *train, ph_step step)
{
    ph_post post = {.step = step, .y = 1, .y_two = 0};
    if (train->count == 0)
        return post;
    const ph_post *last = &train->posts[train->count - 1];
    int is_nearest = history->traces.pairing == PH_PAIRING_NEAREST;
    if (!is_nearest)
        post.y += left_of(history, 0, last->y, step - last->step);
    ph_real two = is_nearest ? 1 : last->y_two + 1; /* just after the last */
    post.y_two = left_of(history, 1, two, step - last->step);
    return post;
}

static ph_status make_room(ph_history *history, ph_train *train, ph_step step)
{
    if (train->count < train->room)
        return PH_OK;
    forget(train, step - history->keep);
    /* Grow only where forgetting leaves so little room that it would be called all the time. */
    if (train->count < train->room - train->room / 8)
        return PH_OK;
    size_t room = train->room, gates_room = train->room;
    PH_GROW(train->posts, room, train->room + 4);
    if (history->local.V)
        PH_GROW(train->gates, gates_room, train->room + 4);
    train->room = (uint32_t)room;
    return PH_OK;
}

static void push(ph_real values[PH_RECENT], ph_real value)
{
    for (int k = PH_RECENT - 1; k > 0; k--)
        values[k] = values[k - 1];
    values[0] = value;
}

ph_real ph_history_gate(const ph_history *history, int i)
{
    const ph_local *local = &history->local;
    if (!local->V)
        return 1;
    return (ph_real)(1 / (1 + ph_exp(-((double)local->V[i] - local->V_half) / local->slope)));
}

static void note_recent(ph_history *history, int i, const ph_post *post, ph_real gate)
{
    ph_recent *recent = &history->recent[i];
    for (int k = PH_RECENT - 1; k > 0; k--)
        recent->step[k] = recent->step[k - 1];
    recent->step[0] = (uint32_t)post->step;
    recent->y = post->y;
    if (history->recent_two)
        push(history->recent_two[i].y, post->y_two);
    if (history->recent_gates)
        push(history->recent_gates[i].gate, gate);
}

ph_status ph_history_append(ph_history *history, int i, ph_step step)
{
    ph_train *train = &history->trains[i];
    ph_post post = next_post(history, train, step);
    ph_real gate = ph_history_gate(history, i);
    PH_TRY(make_room(history, train, step));
    if (train->gates)
        train->gates[train->count] = gate;
    train->posts[train->count++] = post;
    note_recent(history, i, &post, gate);
    return PH_OK;
}

void ph_history_clear(ph_history *history, ph_step now)
{
    set_long_ago(history, (uint32_t)now);
    for (int i = 0; i < history->n; i++)
        history->trains[i].count = 0;
}

void ph_history_renew(ph_history *history, ph_step step)
{
    if (step % RENEWAL)
        return;
    for (int i = 0; i < history->n; i++)
        for (int k = 0; k < PH_RECENT; k++) {
            uint32_t *recent = &history->recent[i].step[k];
            if (ph_age((uint32_t)step, *recent) > LONG_AGO)
                *recent = (uint32_t)step - LONG_AGO;
        }
}
