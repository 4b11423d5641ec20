/* SPDX-License-Identifier: Apache-2.0 */
/* Conflict between actions, from the rates of the populations that stand for them: performance
 * monitoring by the frontal cortex, which reaches the locus coeruleus. M. M. Botvinick et al.,
 * Psychol Rev 108:624 (2001): the energy of a Hopfield network whose units exclude each other; G.
 * Aston-Jones, J. D. Cohen, Annu Rev Neurosci 28:403 (2005).
 *
 *     x_i = max(0, rate_i - rate_base) / rate_scale
 *     signal = sum over pairs of x_i x_j;  value = (x_1 - x_2) / (x_1 + x_2) of the two most active
 * It is high while actions compete and falls as one of them wins. */
#include "neuromod/controllers.h"
#include "neuromod/controllers/drive.h"
#include "neuromod/controllers/window.h"

#include <math.h>

typedef struct action {
    ph_item item;
    ph_address population;
} action;

typedef struct params {
    ph_map actions;               /* of action */
    double window;                /* ms */
    double rate_base, rate_scale; /* Hz */
    ph_drive_gains gains;
    ph_drive_ports ports;
} params;

static const ph_param action_keys[] = {
    {.name = "", .kind = PH_KIND_ADDRESS, .offset = offsetof(action, population),
     .doc = "population that stands for the action"},
};
static const ph_table action_table =
    PH_TABLE("actions", action, action_keys, "a population for each action");

static const ph_param keys[] = {
    PH_MAP(params, actions, &action_table, NULL,
           "populations of the actions, by name: two or more"),
    PH_REAL(params, window, "ms", "100 ms", 1, 2000, "over which rates are taken"),
    PH_REAL(params, rate_base, "Hz", "0 Hz", 0, 1000, "rate that means 0"),
    PH_REAL(params, rate_scale, "Hz", "20 Hz", 0.001, 1000, "above it: rate that means 1"),
    PH_DRIVE_GAINS(params, gains),
    PH_DRIVE_PORTS(params, ports),
};
static const ph_table table =
    PH_TABLE("conflict", params, keys, "actions that are active together");

typedef struct state {
    ph_window_counts actions[PH_CONTROLLER_READOUTS];
} state;

static const char *check(const void *parameters)
{
    int n = ((const params *)parameters)->actions.count;
    return n >= 2 && n <= PH_CONTROLLER_READOUTS ? NULL : "conflict needs 2 to 16 actions";
}

static ph_status layout(const void *parameters, ph_controller_layout *layout)
{
    const params *p = parameters;
    const action *actions = p->actions.items;
    for (int a = 0; a < p->actions.count && a < PH_CONTROLLER_READOUTS; a++)
        ph_controller_read(layout, &actions[a].population);
    return PH_OK;
}

static double activity(const ph_window_counts *counts, const params *p, int a, double beat_ms)
{
    const action *actions = p->actions.items;
    double rate = ph_window_rate(counts, actions[a].population.span.count, p->window, beat_ms);
    double x = (rate - p->rate_base) / p->rate_scale;
    return x > 0 ? x : 0;
}

static void beat(void *opaque, const void *parameters, ph_controller_beat *b)
{
    state *s = opaque;
    const params *p = parameters;
    double sum = 0, energy = 0, first = 0, second = 0;
    for (int a = 0; a < p->actions.count; a++) {
        ph_window_add(&s->actions[a], b->counts[a]);
        double x = activity(&s->actions[a], p, a, b->beat_ms);
        energy += sum * x;
        sum += x;
        second = x > first ? first : x > second ? x : second;
        first = x > first ? x : first;
    }
    b->signal = energy;
    b->value = first > 0 ? (first - second) / (first + second) : NAN;
    b->drive = ph_drive_of(&p->gains, b->signal);
}

const ph_controller_type ph_controller_conflict = {
    .base = {"conflict",
             "drives the nucleus while several actions are active together: performance monitoring "
             "by the frontal cortex (Botvinick et al. 2001, doi 10.1037/0033-295X.108.3.624; "
             "Aston-Jones & Cohen 2005, doi 10.1146/annurev.neuro.28.061604.135709)",
             &table},
    .state = sizeof(state),
    .ports = offsetof(params, ports),
    .signal = "conflict: sum over pairs of actions of the product of their activities",
    .signal_unit = "1",
    .value = "margin of the most active action over the next one; NaN when none is active",
    .check = check,
    .layout = layout,
    .beat = beat,
};
