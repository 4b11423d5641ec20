/* SPDX-License-Identifier: Apache-2.0 */
/* Unexpected uncertainty: errors larger than the usual ones, a sign that the rules have changed.
 * Noradrenaline's part in A. J. Yu, P. Dayan, Neuron 46:681 (2005); volatility as in T. E. J.
 * Behrens et al., Nat Neurosci 10:1214 (2007).
 *
 *     at each outcome, x = |delta| or delta^2:
 *         fast += rate_fast (x - fast),    slow += rate_slow (x - slow),    u = fast - slow
 *         v += rate_volatility (max(u, 0) - v)
 *     signal = u;  with the expected uncertainty a of another controller: u - a / (half + a)
 * Above 0 the latter says, as in Yu & Dayan, that noradrenaline outweighs acetylcholine and the
 * context is to be given up. The nucleus is driven by the signal, which lasts until the next
 * outcome, and by the volatility v, which lasts over blocks. */
#include "neuromod/controllers.h"
#include "neuromod/controllers/drive.h"
#include "neuromod/controllers/surprise.h"

typedef struct params {
    ph_surprise_params surprise;
    double rate_fast, rate_slow, rate_volatility;
    double initial;
    ph_signal expected;
    double half;
    double volatility_rate; /* Hz */
    ph_drive_gains gains;
    ph_drive_ports ports;
} params;

#define SHARE(field, value_, doc_)                                                                 \
    {.name = #field, .kind = PH_KIND_REAL, .offset = offsetof(params, field), .unit = "1",         \
     .value = (value_), .max = 1, .flags = PH_PARAM_POSITIVE, .doc = (doc_)}

static const ph_param keys[] = {
    PH_SURPRISE(params, surprise),
    SHARE(rate_fast, "0.3", "share of the newest outcome in the fast mean"),
    SHARE(rate_slow, "0.03", "share of the newest outcome in the slow mean, below rate_fast"),
    SHARE(rate_volatility, "0.02", "share of the newest outcome in the volatility"),
    PH_REAL(params, initial, "1", "0.5", 0, 1e6, "of both means: 0.5 is to know nothing"),
    PH_FIELD(params, expected, PH_KIND_SIGNAL, "",
             "controller whose signal is the expected uncertainty a: a / (half + a) is taken off, "
             "so that the signal is above 0 where the context is given up"),
    {.name = "half", .kind = PH_KIND_REAL, .offset = offsetof(params, half), .unit = "1",
     .value = "0.5", .max = 1e6, .flags = PH_PARAM_POSITIVE,
     .doc = "expected uncertainty of half effect (0.5 in Yu & Dayan)"},
    PH_REAL(params, volatility_rate, "Hz", "0 Hz", 0, 1e6,
            "excitation of a cell at a volatility of 1"),
    PH_DRIVE_GAINS(params, gains),
    PH_DRIVE_PORTS(params, ports),
};
static const ph_table table = PH_TABLE("unexpected_uncertainty", params, keys,
                                       "prediction errors above the usual ones, and volatility");

typedef struct state {
    ph_surprise_state surprise;
    double fast, slow;
    double volatility;
} state;

static const char *check(const void *parameters)
{
    const params *p = parameters;
    return p->rate_slow < p->rate_fast ? NULL : "rate_slow must be below rate_fast";
}

static void begin(void *opaque, const void *parameters)
{
    state *s = opaque;
    s->fast = s->slow = ((const params *)parameters)->initial;
}

static void follow(state *s, const params *p, double x)
{
    s->fast += p->rate_fast * (x - s->fast);
    s->slow += p->rate_slow * (x - s->slow);
    double above = s->fast > s->slow ? s->fast - s->slow : 0;
    s->volatility += p->rate_volatility * (above - s->volatility);
}

static void beat(void *opaque, const void *parameters, ph_controller_beat *b)
{
    state *s = opaque;
    const params *p = parameters;
    double x;
    if (ph_surprise(&s->surprise, &p->surprise, b, &x))
        follow(s, p, x);
    b->signal = s->fast - s->slow;
    if (p->expected.text) {
        double a = b->signals[p->expected.controller];
        a = a > 0 ? a : 0;
        b->signal -= a / (p->half + a);
    }
    b->value = s->volatility;
    b->drive = ph_drive_of(&p->gains, b->signal);
    b->drive.exc_rate += p->volatility_rate * s->volatility;
}

const ph_controller_type ph_controller_unexpected_uncertainty = {
    .base = {"unexpected_uncertainty",
             "drives the nucleus by prediction errors above the usual ones and by volatility: "
             "noradrenaline as the sign of a change (Yu & Dayan 2005, doi "
             "10.1016/j.neuron.2005.04.026; Behrens et al. 2007, doi 10.1038/nn1954)",
             &table},
    .state = sizeof(state),
    .ports = offsetof(params, ports),
    .signal = "fast less slow mean of the size of prediction errors, less what is expected",
    .signal_unit = "1",
    .value = "volatility: slow mean of how far the fast mean was above the slow one",
    .check = check,
    .begin = begin,
    .beat = beat,
};
