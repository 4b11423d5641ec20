/* SPDX-License-Identifier: Apache-2.0 */
/* Postsynaptic spike trains that forget only what no visit can ask for. */
#include "plasticity/history.h"

#include <phasic/math.h>
#include "base/memory.h"

#include <string.h>

#define LONG_AGO (1 << 29) /* steps: no visit reaches back so far */
#define RENEWAL (1 << 28)  /* steps between two renewals */

typedef struct spike {
    ph_step step;
    ph_real y, y_two; /* traces just after it, and the second one just before it */
    ph_real gate;
} spike;

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
        ph_free((*history)->trains[i].steps);
        ph_free((*history)->trains[i].y);
        ph_free((*history)->trains[i].y_two);
        ph_free((*history)->trains[i].gates);
    }
    ph_free((*history)->trains);
    ph_free((*history)->recent);
    ph_free((*history)->recent_two);
    ph_free((*history)->recent_gates);
    ph_free(*history);
    *history = NULL;
}

static void drop_first(ph_real *values, uint32_t drop, uint32_t left)
{
    if (values)
        memmove(values, values + drop, left * sizeof *values);
}

/* Drop spikes older than `oldest`, but never the last one: the trace starts from it. */
static void forget(ph_train *train, ph_step oldest)
{
    uint32_t drop = 0;
    while (drop + 1 < train->count && train->steps[drop] < oldest)
        drop++;
    if (drop == 0)
        return;
    train->count -= drop;
    memmove(train->steps, train->steps + drop, train->count * sizeof *train->steps);
    drop_first(train->y, drop, train->count);
    drop_first(train->y_two, drop, train->count);
    drop_first(train->gates, drop, train->count);
}

/* What is left of a trace of the train's last spike. */
static ph_real left_of(const ph_history *history, int trace, ph_real y, ph_step since)
{
    const ph_decay *decay = history->traces.decay[trace];
    return decay ? y * ph_decay_factor(decay, since) : 0;
}

/* Whether spikes of a history differ in their trace. */
static int has_trace(const ph_history *history)
{
    return history->traces.decay[0] && history->traces.pairing != PH_PAIRING_NEAREST;
}

/* A spike that is about to be noted. */
static spike next_spike(const ph_history *history, int i, ph_step step)
{
    const ph_train *train = &history->trains[i];
    spike next = {.step = step, .y = 1, .gate = ph_history_gate(history, i)};
    if (train->count == 0)
        return next;
    uint32_t last = train->count - 1;
    ph_step since = step - train->steps[last];
    if (has_trace(history))
        next.y += left_of(history, 0, train->y[last], since);
    if (train->y_two) {
        int is_nearest = history->traces.pairing == PH_PAIRING_NEAREST;
        next.y_two = left_of(history, 1, is_nearest ? 1 : train->y_two[last] + 1, since);
    }
    return next;
}

static ph_status grow(ph_real **values, size_t room, size_t need)
{
    PH_GROW(*values, room, need);
    return PH_OK;
}

static ph_status make_room(ph_history *history, ph_train *train, ph_step step)
{
    if (train->count < train->room)
        return PH_OK;
    forget(train, step - history->keep);
    /* Grow only where forgetting leaves so little room that it would be called all the time. */
    if (train->count < train->room - train->room / 8)
        return PH_OK;
    size_t room = train->room, need = room + 4;
    if (has_trace(history))
        PH_TRY(grow(&train->y, room, need));
    if (history->traces.decay[1])
        PH_TRY(grow(&train->y_two, room, need));
    if (history->local.V)
        PH_TRY(grow(&train->gates, room, need));
    PH_GROW(train->steps, room, need);
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

static void note_recent(ph_history *history, int i, const spike *next)
{
    ph_recent *recent = &history->recent[i];
    for (int k = PH_RECENT - 1; k > 0; k--)
        recent->step[k] = recent->step[k - 1];
    recent->step[0] = (uint32_t)next->step;
    recent->y = next->y;
    if (history->recent_two)
        push(history->recent_two[i].y, next->y_two);
    if (history->recent_gates)
        push(history->recent_gates[i].gate, next->gate);
}

ph_status ph_history_append(ph_history *history, int i, ph_step step)
{
    ph_train *train = &history->trains[i];
    spike next = next_spike(history, i, step);
    PH_TRY(make_room(history, train, step));
    train->steps[train->count] = step;
    if (train->y)
        train->y[train->count] = next.y;
    if (train->y_two)
        train->y_two[train->count] = next.y_two;
    if (train->gates)
        train->gates[train->count] = next.gate;
    train->count++;
    note_recent(history, i, &next);
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
