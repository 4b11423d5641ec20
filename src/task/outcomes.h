/* SPDX-License-Identifier: Apache-2.0 */
/* Outcomes that are told apart: each action has one of its own. Cells that stand for it are driven
 * when it comes (its taste) and inhibited for as long as the animal is sated with it, which also
 * lowers what it pays. Which cue will bring it, and what to do for it, no cell is told. */
#ifndef PHASIC_TASK_OUTCOMES_H
#define PHASIC_TASK_OUTCOMES_H

#include "task/actor.h"

typedef struct ph_sated { /* action: satiety */
    ph_item item;
    double level;
} ph_sated;

typedef struct ph_outcomes {
    ph_map cells;                                /* of ph_action; none: outcomes are not told */
    ph_map sated;                                /* of ph_sated */
    double duration;                             /* ms */
    const char *exc_receptor, *inh_receptor;
    double exc_weight, inh_weight;               /* pA or nS */
    double exc_rate, inh_rate;                   /* Hz */
} ph_outcomes;

extern const ph_table ph_outcomes_table;

/** @brief Add inputs (taste and satiety of each outcome's cells), and two channels an action (the
 *  same). Not collective. @return PH_CONFIG */
ph_status ph_outcomes_layout(const ph_outcomes *outcomes, const ph_actor *actor,
                             ph_task_layout *layout);

/** @brief What the outcome of an action is worth now, as a share of what it is worth to one who is
 *  hungry. Not collective. */
double ph_outcomes_worth(const ph_outcomes *outcomes, const ph_actor *actor, int action);

/** @brief Tell the cells. Once a beat. Not collective. @param tasted action whose outcome is
 *  tasted; -1: none @param channels the outcomes' */
void ph_outcomes_tell(const ph_outcomes *outcomes, const ph_actor *actor, int tasted,
                      float *channels);

/** @brief Rate of all cells of one of these inputs, Hz. Not collective.
 *  @param input counted from the first @param channels the outcomes' */
float ph_outcomes_rate(const ph_outcomes *outcomes, const ph_actor *actor, int input,
                       const float *channels);

#endif
