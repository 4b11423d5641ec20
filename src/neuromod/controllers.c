/* SPDX-License-Identifier: Apache-2.0 */
/* The controllers of all transmitters, run in order on the root. */
#include "base/memory.h"
#include "neuromod/neuromod.h"

#include <math.h>

struct ph_controllers {
    int n;
    const ph_controller_type **type; /* n */
    void **state;                    /* n */
    int *n_readouts;                 /* n */
};

static const ph_controller_type *type_of(const ph_brain *brain, int c)
{
    return (const ph_controller_type *)brain->controllers[c].variant->type;
}

static ph_status layout_of(const ph_brain *brain, int c, ph_controller_layout *layout)
{
    const ph_controller_type *type = type_of(brain, c);
    layout->n_readouts = 0;
    return type->layout ? type->layout(brain->controllers[c].variant->params, layout) : PH_OK;
}

ph_status ph_controllers_readouts(const ph_brain *brain, int *n, ph_span *readouts, int max)
{
    for (int c = 0; c < brain->n_controllers; c++) {
        ph_controller_layout layout;
        PH_TRY(layout_of(brain, c, &layout));
        PH_CHECK(*n + layout.n_readouts <= max, PH_CONFIG, "more than %d populations are read",
                 max);
        for (int r = 0; r < layout.n_readouts; r++)
            readouts[(*n)++] = layout.readouts[r];
    }
    return PH_OK;
}

ph_status ph_controllers_open(const ph_brain *brain, ph_controllers **out)
{
    ph_controllers *all;
    PH_ALLOC(all, 1);
    *out = all;
    all->n = brain->n_controllers;
    PH_ALLOC(all->type, all->n);
    PH_ALLOC(all->state, all->n);
    PH_ALLOC(all->n_readouts, all->n);
    for (int c = 0; c < all->n; c++) {
        ph_controller_layout layout;
        PH_TRY(layout_of(brain, c, &layout));
        all->type[c] = type_of(brain, c);
        all->n_readouts[c] = layout.n_readouts;
        all->state[c] = ph_calloc(1, all->type[c]->state);
        PH_CHECK(all->state[c], PH_RESOURCE, "out of memory: controller %s",
                 brain->controllers[c].address);
        if (all->type[c]->begin)
            all->type[c]->begin(all->state[c], brain->controllers[c].variant->params);
    }
    return PH_OK;
}

void ph_controllers_beat(ph_controllers *all, const ph_brain *brain,
                         const ph_controller_beat *told, ph_nucleus_drive *drive, double *signal,
                         double *value)
{
    const int64_t *counts = told->counts;
    for (int c = 0; c < all->n; c++) {
        ph_controller_beat beat = *told;
        beat.counts = counts;
        beat.signals = signal;
        beat.value = NAN;
        all->type[c]->beat(all->state[c], brain->controllers[c].variant->params, &beat);
        drive[c] = beat.drive;
        signal[c] = beat.signal;
        value[c] = beat.value;
        counts += all->n_readouts[c];
    }
}

void ph_controllers_rest(ph_controllers *all, const ph_brain *brain, double rest_ms)
{
    for (int c = 0; c < all->n; c++)
        if (all->type[c]->rest)
            all->type[c]->rest(all->state[c], brain->controllers[c].variant->params, rest_ms);
}

ph_status ph_controllers_state(ph_controllers *all, ph_state *state)
{
    for (int c = 0; c < all->n; c++)
        PH_TRY(ph_state_bytes(state, all->type[c]->base.name, all->state[c], all->type[c]->state));
    return PH_OK;
}

int ph_controllers_critic(const ph_brain *brain)
{
    for (int c = 0; c < brain->n_controllers; c++)
        if (type_of(brain, c)->is_critic)
            return c;
    return -1;
}

void ph_controllers_close(ph_controllers **out)
{
    ph_controllers *all = *out;
    if (!all)
        return;
    for (int c = 0; all->state && c < all->n; c++)
        ph_free(all->state[c]);
    ph_free(all->type);
    ph_free(all->state);
    ph_free(all->n_readouts);
    ph_free(all);
    *out = NULL;
}
