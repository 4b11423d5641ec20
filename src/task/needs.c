/* SPDX-License-Identifier: Apache-2.0 */
/* What the task of a brain needs of it, see needs.h. */
#include "task/needs.h"

#include <string.h>

static int same_span(const ph_span *a, const ph_span *b)
{
    return a->population == b->population && a->first == b->first && a->count == b->count;
}

static int same_layout(const ph_task_layout *a, const ph_task_layout *b)
{
    if (a->n_channels != b->n_channels || a->n_inputs != b->n_inputs ||
        a->n_readouts != b->n_readouts)
        return 0;
    for (int i = 0; i < a->n_inputs; i++)
        if (!same_span(&a->inputs[i].span, &b->inputs[i].span) ||
            strcmp(a->inputs[i].receptor, b->inputs[i].receptor) != 0 ||
            a->inputs[i].weight != b->inputs[i].weight)
            return 0;
    for (int r = 0; r < a->n_readouts; r++)
        if (!same_span(&a->readouts[r], &b->readouts[r]))
            return 0;
    return 1;
}

ph_status ph_task_needs(const ph_brain *brain, ph_task_layout *layout)
{
    *layout = (ph_task_layout){.n_inputs = 0};
    const ph_task_type *type = (const ph_task_type *)brain->task.type;
    if (!type)
        return PH_OK;
    PH_TRY(type->layout(brain->task.params, layout));
    for (int p = 0; p < brain->n_phases; p++) {
        const void *params = brain->phase_brains[p]->task.params;
        const char *phase = brain->phase[p]->item.name;
        ph_task_layout other = {.n_inputs = 0};
        if (params == brain->task.params)
            continue;
        ph_status status = type->layout(params, &other);
        if (status != PH_OK)
            return ph_error_context(status, "phase %s: ", phase);
        PH_CHECK(same_layout(layout, &other), PH_CONFIG,
                 "phase %s cannot change which populations the task drives and reads, nor the "
                 "weights of its inputs", phase);
    }
    return PH_OK;
}
