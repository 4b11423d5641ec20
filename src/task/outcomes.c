/* SPDX-License-Identifier: Apache-2.0 */
/* Outcomes that are told apart, see outcomes.h. That cells of the orbitofrontal cortex which answer
 * to a food fall silent as it is eaten to satiety, and go on answering to other foods: H. D.
 * Critchley, E. T. Rolls, J Neurophysiol 75:1673 (1996).
 *
 *     taste      exc_rate onto the cells of a paid action, for `duration`
 *     satiety    inh_rate s onto the cells of an action of satiety s, all the time
 *     paid       reward (1 - s) */
#include "task/outcomes.h"

#include <math.h>
#include <string.h>

static const ph_param sated_keys[] = {
    {.name = "", .kind = PH_KIND_REAL, .offset = offsetof(ph_sated, level), .unit = "1", .min = 0,
     .max = 1, .doc = "0: hungry for it, 1: worth nothing"},
};
static const ph_table sated_table =
    PH_TABLE("sated", ph_sated, sated_keys, "satiety for the outcome of an action");

static const ph_param keys[] = {
    PH_MAP(ph_outcomes, cells, &ph_action_table, "{}",
           "action: population that stands for its outcome; none: outcomes are not told apart"),
    PH_MAP(ph_outcomes, sated, &sated_table, "{}",
           "action: satiety for its outcome, which lowers what it pays and inhibits its cells"),
    PH_REAL(ph_outcomes, duration, "ms", "100 ms", 1, 1e4,
            "how long cells are driven by the outcome of a paid action"),
    PH_FIELD(ph_outcomes, exc_receptor, PH_KIND_STRING, "exc", "port of the outcome"),
    PH_REAL(ph_outcomes, exc_weight, "pA|nS", "", -1e9, 1e9,
            "weight of a spike; needed with cells"),
    PH_REAL(ph_outcomes, exc_rate, "Hz", "1000 Hz", 0, 1e6, "onto each of its cells"),
    PH_FIELD(ph_outcomes, inh_receptor, PH_KIND_STRING, "inh", "port of satiety"),
    PH_REAL(ph_outcomes, inh_weight, "pA|nS", "", -1e9, 1e9,
            "weight of a spike; needed with cells"),
    PH_REAL(ph_outcomes, inh_rate, "Hz", "2000 Hz", 0, 1e6,
            "onto each cell of an outcome of satiety 1"),
};
const ph_table ph_outcomes_table =
    PH_TABLE("outcomes", ph_outcomes, keys, "outcomes that are told apart, one of each action");

static const ph_action *cells_at(const ph_outcomes *outcomes, int i)
{
    return (const ph_action *)outcomes->cells.items + i;
}

/* Whether names and weights are right. */
static ph_status check(const ph_outcomes *outcomes, const ph_actor *actor)
{
    const ph_sated *sated = outcomes->sated.items;
    for (int i = 0; i < outcomes->cells.count; i++)
        PH_CHECK(ph_actor_index(actor, cells_at(outcomes, i)->item.name) >= 0, PH_CONFIG,
                 "task.outcomes.cells.%s: there is no action '%s'",
                 cells_at(outcomes, i)->item.name, cells_at(outcomes, i)->item.name);
    for (int i = 0; i < outcomes->sated.count; i++)
        PH_CHECK(ph_actor_index(actor, sated[i].item.name) >= 0, PH_CONFIG,
                 "task.outcomes.sated.%s: there is no action '%s'", sated[i].item.name,
                 sated[i].item.name);
    PH_CHECK(outcomes->cells.count == 0 ||
                 !(isnan(outcomes->exc_weight) || isnan(outcomes->inh_weight)),
             PH_CONFIG, "task.outcomes: cells need exc_weight and inh_weight");
    return PH_OK;
}

ph_status ph_outcomes_layout(const ph_outcomes *outcomes, const ph_actor *actor,
                             ph_task_layout *layout)
{
    PH_TRY(check(outcomes, actor));
    PH_CHECK(layout->n_inputs + 2 * outcomes->cells.count <= PH_TASK_INPUTS, PH_CONFIG,
             "task.outcomes: the task has more than %d inputs", PH_TASK_INPUTS);
    for (int i = 0; i < outcomes->cells.count; i++) {
        ph_span span = cells_at(outcomes, i)->address.span;
        layout->inputs[layout->n_inputs++] =
            (ph_task_input){span, outcomes->exc_receptor, outcomes->exc_weight};
        layout->inputs[layout->n_inputs++] =
            (ph_task_input){span, outcomes->inh_receptor, outcomes->inh_weight};
    }
    if (outcomes->cells.count)
        layout->n_channels += 2 * actor->actions.count;
    return PH_OK;
}

double ph_outcomes_worth(const ph_outcomes *outcomes, const ph_actor *actor, int action)
{
    const ph_sated *sated = outcomes->sated.items;
    for (int i = 0; i < outcomes->sated.count; i++)
        if (ph_actor_index(actor, sated[i].item.name) == action)
            return 1 - sated[i].level;
    return 1;
}

void ph_outcomes_tell(const ph_outcomes *outcomes, const ph_actor *actor, int tasted,
                      float *channels)
{
    for (int a = 0; a < actor->actions.count && outcomes->cells.count; a++) {
        channels[2 * a] = a == tasted;
        channels[2 * a + 1] = (float)(1 - ph_outcomes_worth(outcomes, actor, a));
    }
}

float ph_outcomes_rate(const ph_outcomes *outcomes, const ph_actor *actor, int input,
                       const float *channels)
{
    int action = ph_actor_index(actor, cells_at(outcomes, input / 2)->item.name);
    double most = input % 2 ? outcomes->inh_rate : outcomes->exc_rate;
    return (float)(most * (double)channels[2 * action + input % 2]);
}
