/* SPDX-License-Identifier: Apache-2.0 */
/* Actions of a task, see actor.h. */
#include "task/actor.h"

#include <string.h>

static const ph_param action_keys[] = {
    {.name = "", .kind = PH_KIND_ADDRESS, .offset = offsetof(ph_action, address),
     .doc = "the population"},
};
const ph_table ph_action_table =
    PH_TABLE("action", ph_action, action_keys, "the population that stands for an action");

static const ph_param efference_keys[] = {
    PH_REAL(ph_efference, duration, "ms", "100 ms", 1, 1e4,
            "how long the chosen action's cells are driven and the others' inhibited"),
    PH_FIELD(ph_efference, exc_receptor, PH_KIND_STRING, "exc", "port of the winner"),
    PH_REAL(ph_efference, exc_weight, "pA|nS", NULL, -1e9, 1e9, "weight of a spike"),
    PH_REAL(ph_efference, exc_rate, "Hz", "1000 Hz", 0, 1e6, "onto each of its cells"),
    PH_FIELD(ph_efference, inh_receptor, PH_KIND_STRING, "inh", "port of the losers"),
    PH_REAL(ph_efference, inh_weight, "pA|nS", NULL, -1e9, 1e9, "weight of a spike"),
    PH_REAL(ph_efference, inh_rate, "Hz", "2000 Hz", 0, 1e6, "onto each of their cells"),
};
const ph_table ph_efference_table = PH_TABLE("efference", ph_efference, efference_keys,
                                             "the copy of the action that striatum receives");

int ph_actor_index(const ph_actor *actor, const char *name)
{
    const ph_action *actions = actor->actions.items;
    for (int a = 0; a < actor->actions.count; a++)
        if (!strcmp(actions[a].item.name, name))
            return a;
    return -1;
}

ph_status ph_actor_check(const ph_actor *actor)
{
    PH_CHECK(actor->actions.count >= 1, PH_CONFIG,
             "task.actions names no population: which spikes are the answer?");
    PH_CHECK(actor->actions.count <= PH_ACTIONS_MAX, PH_CONFIG,
             "task.actions names %d actions; at most %d are possible", actor->actions.count,
             PH_ACTIONS_MAX);
    PH_CHECK(actor->against.count == 0 || actor->against.count == actor->actions.count, PH_CONFIG,
             "task.against must name the same actions as task.actions, or none");
    const ph_action *actions = actor->actions.items, *against = actor->against.items;
    for (int a = 0; a < actor->against.count; a++)
        PH_CHECK(!strcmp(actions[a].item.name, against[a].item.name), PH_CONFIG,
                 "task.against names '%s' where task.actions names '%s'", against[a].item.name,
                 actions[a].item.name);
    return PH_OK;
}

static void lay_populations(const ph_efference *e, const ph_map *map, ph_task_layout *layout)
{
    const ph_action *actions = map->items;
    for (int a = 0; a < map->count; a++) {
        ph_span span = actions[a].address.span;
        layout->inputs[layout->n_inputs++] =
            (ph_task_input){span, e->exc_receptor, e->exc_weight};
        layout->inputs[layout->n_inputs++] =
            (ph_task_input){span, e->inh_receptor, e->inh_weight};
        layout->readouts[layout->n_readouts++] = span;
    }
}

void ph_actor_layout(const ph_actor *actor, ph_task_layout *layout)
{
    lay_populations(&actor->efference, &actor->actions, layout);
    lay_populations(&actor->efference, &actor->against, layout);
    layout->n_channels += 2 * actor->actions.count;
    const ph_action *actions = actor->actions.items;
    for (layout->n_actions = 0; layout->n_actions < actor->actions.count; layout->n_actions++)
        layout->actions[layout->n_actions] = actions[layout->n_actions].item.name;
}

int ph_actor_inputs(const ph_actor *actor)
{
    return 2 * (actor->actions.count + actor->against.count);
}

void ph_actor_collect(const ph_actor *actor, const int64_t *counts, int64_t *score)
{
    for (int a = 0; a < actor->actions.count; a++) {
        score[a] += counts[a];
        if (actor->against.count)
            score[a] -= counts[actor->actions.count + a];
    }
}

int ph_actor_best(const ph_actor *actor, const int64_t *score)
{
    int best = 0, ties = 0, n = actor->actions.count;
    for (int a = 1; a < n; a++)
        if (score[a] > score[best])
            best = a;
    for (int a = 0; a < n; a++)
        ties += score[a] == score[best];
    return ties > 1 ? -1 : best;
}

void ph_actor_tell(const ph_actor *actor, int action, float *channels)
{
    for (int a = 0; a < actor->actions.count; a++) {
        channels[2 * a] = action >= 0 && a == action;
        channels[2 * a + 1] = action >= 0 && a != action;
    }
}

float ph_actor_rate(const ph_actor *actor, int input, const float *channels)
{
    int action = input / 2 % actor->actions.count, is_inhibition = input % 2;
    if (channels[2 * action + is_inhibition] <= 0)
        return 0;
    return (float)(is_inhibition ? actor->efference.inh_rate : actor->efference.exc_rate);
}
