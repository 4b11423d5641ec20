/* SPDX-License-Identifier: Apache-2.0 */
/* Expected uncertainty: how wrong outcomes usually show the expectation to be, known unreliability
 * within a context that stays. Acetylcholine's part in A. J. Yu, P. Dayan, Neuron 46:681 (2005).
 *
 *     at each outcome: a += rate (x - a),    x = |delta| or delta^2
 * With an expectation that is right and rewards of 0 and 1 at probability p, a tends to 2 p (1 - p)
 * or to p (1 - p). */
#include "neuromod/controllers.h"
#include "neuromod/controllers/drive.h"
#include "neuromod/controllers/surprise.h"

#include <math.h>

typedef struct params {
    ph_surprise_params surprise;
    double rate;
    double initial;
    ph_drive_gains gains;
    ph_drive_ports ports;
} params;

static const ph_param keys[] = {
    PH_SURPRISE(params, surprise),
    {.name = "rate", .kind = PH_KIND_REAL, .offset = offsetof(params, rate), .unit = "1",
     .value = "0.05", .max = 1, .flags = PH_PARAM_POSITIVE,
     .doc = "share of the newest outcome in the mean"},
    PH_REAL(params, initial, "1", "0.5", 0, 1e6, "of the mean: 0.5 is to know nothing"),
    PH_DRIVE_GAINS(params, gains),
    PH_DRIVE_PORTS(params, ports),
};
static const ph_table table = PH_TABLE("expected_uncertainty", params, keys,
                                       "slow mean of the size of prediction errors");

typedef struct state {
    ph_surprise_state surprise;
    double mean;
    double last;
} state;

static void begin(void *opaque, const void *parameters)
{
    state *s = opaque;
    s->mean = ((const params *)parameters)->initial;
    s->last = NAN;
}

static void beat(void *opaque, const void *parameters, ph_controller_beat *b)
{
    state *s = opaque;
    const params *p = parameters;
    if (ph_surprise(&s->surprise, &p->surprise, b, &s->last))
        s->mean += p->rate * (s->last - s->mean);
    b->signal = s->mean;
    b->value = s->last;
    b->drive = ph_drive_of(&p->gains, b->signal);
}

const ph_controller_type ph_controller_expected_uncertainty = {
    .base = {"expected_uncertainty",
             "drives the nucleus by the usual size of prediction errors: acetylcholine as known "
             "unreliability (Yu & Dayan 2005, doi 10.1016/j.neuron.2005.04.026)",
             &table},
    .state = sizeof(state),
    .ports = offsetof(params, ports),
    .signal = "slow mean of the size of prediction errors",
    .signal_unit = "1",
    .value = "size of the last prediction error",
    .begin = begin,
    .beat = beat,
};
