/* SPDX-License-Identifier: Apache-2.0 */
/* The controllers of all transmitters, run in order on the root. */
#include "base/memory.h"
#include "neuromod/neuromod.h"

struct ph_controllers {
    int n;
    const ph_controller_type **type; /* n */
    void **state;                    /* n */
    int *n_readouts;                 /* n */
};

static const ph_transmitter *transmitter_of(const ph_brain *brain, int t)
{
    return (const ph_transmitter *)brain->neuromodulation.transmitters.items + t;
}

ph_status ph_controllers_readouts(const ph_brain *brain, int *n, ph_span *readouts, int max)
{
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++) {
        const ph_variant *controller = &transmitter_of(brain, t)->controller;
        ph_controller_layout layout = {.n_readouts = 0};
        if (!controller->type) /* its stimuli and projections alone drive the nucleus */
            continue;
        PH_TRY(((const ph_controller_type *)controller->type)->layout(controller->params,
                                                                      &layout));
        PH_CHECK(*n + layout.n_readouts <= max, PH_CONFIG, "more than %d populations are read",
                 max);
        for (int r = 0; r < layout.n_readouts; r++)
            readouts[(*n)++] = layout.readouts[r];
    }
    return PH_OK;
}

ph_status ph_controllers_open(const ph_brain *brain, ph_controllers **out)
{
    ph_controllers *c;
    PH_ALLOC(c, 1);
    *out = c;
    c->n = brain->neuromodulation.transmitters.count;
    PH_ALLOC(c->type, c->n);
    PH_ALLOC(c->state, c->n);
    PH_ALLOC(c->n_readouts, c->n);
    for (int t = 0; t < c->n; t++) {
        const ph_variant *controller = &transmitter_of(brain, t)->controller;
        ph_controller_layout layout = {.n_readouts = 0};
        c->type[t] = (const ph_controller_type *)controller->type;
        if (!c->type[t])
            continue;
        PH_TRY(c->type[t]->layout(controller->params, &layout));
        c->n_readouts[t] = layout.n_readouts;
        PH_TRY(c->type[t]->open(controller->params, &c->state[t]));
    }
    return PH_OK;
}

ph_status ph_controllers_beat(ph_controllers *c, const ph_brain *brain, ph_step step,
                              double beat_ms, const int64_t *counts, int outcome, double reward,
                              ph_nucleus_drive *drive, double *signal, double *value)
{
    for (int t = 0; t < c->n; t++) {
        if (!c->type[t])
            continue;
        ph_controller_beat beat = {.step = step,
                                   .beat_ms = beat_ms,
                                   .counts = counts,
                                   .outcome = outcome,
                                   .reward = reward};
        PH_TRY(c->type[t]->beat(c->state[t], transmitter_of(brain, t)->controller.params, &beat));
        drive[t] = beat.drive;
        signal[t] = beat.signal;
        value[t] = beat.value;
        counts += c->n_readouts[t];
    }
    return PH_OK;
}

void ph_controllers_close(ph_controllers **out)
{
    ph_controllers *c = *out;
    if (!c)
        return;
    for (int t = 0; c->state && t < c->n; t++)
        if (c->state[t])
            c->type[t]->close(&c->state[t]);
    ph_free(c->type);
    ph_free(c->state);
    ph_free(c->n_readouts);
    ph_free(c);
    *out = NULL;
}
