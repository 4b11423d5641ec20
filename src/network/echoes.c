/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of echoes by row, for their order, and by step, to find those that are due. */
#include "network/echoes.h"

#include "base/memory.h"

ph_status ph_echoes_create(int64_t n_rows, ph_step delay, ph_step window, ph_echoes **out)
{
    ph_echoes *echoes;
    PH_ALLOC(echoes, 1);
    *out = echoes;
    echoes->delay = delay;
    echoes->free = -1;
    ph_step steps = 1;
    while (steps < delay + window + 2)
        steps *= 2;
    echoes->mask = steps - 1;
    PH_ALLOC(echoes->steps, steps);
    PH_ALLOC(echoes->first, n_rows);
    PH_ALLOC(echoes->last, n_rows);
    for (int64_t r = 0; r < n_rows; r++)
        echoes->first[r] = echoes->last[r] = -1;
    return PH_OK;
}

void ph_echoes_destroy(ph_echoes **echoes)
{
    if (!*echoes)
        return;
    for (ph_step s = 0; (*echoes)->steps && s <= (*echoes)->mask; s++)
        ph_free((*echoes)->steps[s].rows);
    ph_free((*echoes)->steps);
    ph_free((*echoes)->first);
    ph_free((*echoes)->last);
    ph_free((*echoes)->pool);
    ph_free(*echoes);
    *echoes = NULL;
}

/* A place of the pool that nothing uses. */
static ph_status place(ph_echoes *echoes, int32_t *at)
{
    *at = echoes->free;
    if (*at >= 0) {
        echoes->free = echoes->pool[*at].next;
        return PH_OK;
    }
    PH_CHECK(echoes->used < INT32_MAX, PH_RESOURCE,
             "too many spikes whose calcium is still to come: use more threads or ranks");
    PH_GROW(echoes->pool, echoes->room, echoes->used + 1);
    *at = (int32_t)echoes->used++;
    return PH_OK;
}

ph_status ph_echoes_add(ph_echoes *echoes, int64_t row, ph_step step)
{
    ph_step due = step + echoes->delay;
    ph_echo_step *at = &echoes->steps[due & echoes->mask];
    PH_GROW(at->rows, at->room, at->count + 1);
    int32_t echo;
    PH_TRY(place(echoes, &echo));
    at->rows[at->count++] = row;
    echoes->pool[echo] = (ph_echo){due, -1};
    if (echoes->first[row] < 0)
        echoes->first[row] = echo;
    else
        echoes->pool[echoes->last[row]].next = echo;
    echoes->last[row] = echo;
    return PH_OK;
}

void ph_echoes_take(ph_echoes *echoes, int64_t row)
{
    int32_t echo = echoes->first[row];
    echoes->first[row] = echoes->pool[echo].next;
    echoes->pool[echo].next = echoes->free;
    echoes->free = echo;
}
