/* SPDX-License-Identifier: Apache-2.0 */
/* Actions of a task: populations whose spikes speak for them, and the copy of the action taken that
 * these populations receive. */
#ifndef PHASIC_TASK_ACTOR_H
#define PHASIC_TASK_ACTOR_H

#include <phasic/task.h>

#define PH_ACTIONS_MAX 10

typedef struct ph_action { /* action: address */
    ph_item item;
    ph_address address;
} ph_action;

typedef struct ph_efference {
    double duration;                   /* ms */
    const char *exc_receptor, *inh_receptor;
    double exc_weight, inh_weight;     /* pA or nS */
    double exc_rate, inh_rate;         /* Hz */
} ph_efference;

typedef struct ph_actor {
    ph_map actions, against; /* of ph_action */
    ph_efference efference;
} ph_actor;

extern const ph_table ph_action_table, ph_efference_table;

/** The keys actions, against and efference of a task's table, kept in a ph_actor of its struct. */
#define PH_ACTOR_KEYS(type, field)                                                                 \
    {.name = "actions", .kind = PH_KIND_MAP, .offset = offsetof(type, field.actions),             \
     .table = &ph_action_table, .doc = "populations whose spikes speak for an action"},           \
    {.name = "against", .kind = PH_KIND_MAP, .offset = offsetof(type, field.against),             \
     .table = &ph_action_table, .value = "{}",                                                     \
     .doc = "populations whose spikes speak against it"},                                          \
    {.name = "efference", .kind = PH_KIND_RECORD, .offset = offsetof(type, field.efference),      \
     .table = &ph_efference_table, .doc = "what striatum is told of the action"}

/** @brief Whether the actions and those against them agree. Not collective. @return PH_CONFIG */
ph_status ph_actor_check(const ph_actor *actor);

/** @brief Index of an action. Not collective. @return -1: there is none of that name */
int ph_actor_index(const ph_actor *actor, const char *name);

/** @brief Add inputs (drive and suppression of each population), readouts (populations for the
 *  actions, then those against), two channels an action (its drive, its suppression) and names.
 *  Not collective. */
void ph_actor_layout(const ph_actor *actor, ph_task_layout *layout);

/** @brief How many inputs those are. Not collective. */
int ph_actor_inputs(const ph_actor *actor);

/** @brief Add a beat's counts to the actions' scores: those for it less those against it.
 *  Not collective. @param counts of the actor's readouts */
void ph_actor_collect(const ph_actor *actor, const int64_t *counts, int64_t *score);

/** @brief The action of the highest score. Not collective. @return -1: several have it */
int ph_actor_best(const ph_actor *actor, const int64_t *score);

/** @brief Tell the populations which action was taken. Not collective. @param action -1: none, the
 *  efference is over @param channels the actor's */
void ph_actor_tell(const ph_actor *actor, int action, float *channels);

/** @brief Rate of all cells of one of the actor's inputs, Hz. Not collective.
 *  @param input counted from the actor's first @param channels the actor's */
float ph_actor_rate(const ph_actor *actor, int input, const float *channels);

#endif
