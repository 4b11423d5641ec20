/* SPDX-License-Identifier: Apache-2.0 */
/* Reward prediction error: what was paid less what the critic's spikes said would be.
 *
 *     V = clip((nu - rate_base) / rate_scale, 0, 1),  nu: rate of the critic in the window before
 *     delta = reward - V at the outcome (without a critic V is 0: every reward is a surprise)
 * For `burst` the nucleus then gets Poisson spikes: exc at burst_rate * delta when delta > 0, inh
 * at pause_rate * (-delta) when delta < 0 (W. Schultz, P. Dayan, P. R. Montague, Science 275:1593,
 * 1997). The nucleus' own background makes its tonic firing. */
#include "neuromod/controllers.h"
#include "neuromod/controllers/drive.h"
#include "neuromod/controllers/window.h"

#include <math.h>

typedef struct params {
    ph_address critic;
    double window;               /* ms */
    double rate_base, rate_scale; /* Hz */
    double burst;                /* ms */
    double burst_rate, pause_rate; /* Hz at |delta| = 1 */
    ph_drive_ports ports;
} params;

static const ph_param keys[] = {
    PH_FIELD(params, critic, PH_KIND_ADDRESS, "",
             "population whose rate is the expected reward; absent: nothing is expected"),
    PH_REAL(params, window, "ms", "200 ms", 1, 2000, "over which its rate is taken"),
    PH_REAL(params, rate_base, "Hz", "3 Hz", -1000, 1000, "rate that means 0"),
    PH_REAL(params, rate_scale, "Hz", "12 Hz", 0.001, 1000, "above it: rate that means 1"),
    PH_REAL(params, burst, "ms", "200 ms", 1, 10000, "length of a burst or pause"),
    PH_REAL(params, burst_rate, "Hz", "1500 Hz", 0, 1e6, "excitation of a cell at delta = 1"),
    PH_REAL(params, pause_rate, "Hz", "3000 Hz", 0, 1e6, "inhibition of a cell at delta = -1"),
    PH_DRIVE_PORTS(params, ports),
};
static const ph_table table = PH_TABLE("reward_prediction_error", params, keys,
                                       "reward less the critic's expectation");

typedef struct state {
    ph_window_counts critic;
    double delta;
    double value;
    double left;                /* of the burst or pause, ms */
} state;

static ph_status layout(const void *parameters, ph_controller_layout *layout)
{
    ph_controller_read(layout, &((const params *)parameters)->critic);
    return PH_OK;
}

static void begin(void *opaque, const void *parameters)
{
    (void)parameters;
    state *s = opaque;
    s->value = NAN;
}

static double expected(const state *s, const params *p, double beat_ms)
{
    double rate = ph_window_rate(&s->critic, p->critic.span.count, p->window, beat_ms);
    double value = (rate - p->rate_base) / p->rate_scale;
    return value < 0 ? 0 : value > 1 ? 1 : value;
}

static void beat(void *opaque, const void *parameters, ph_controller_beat *b)
{
    state *s = opaque;
    const params *p = parameters;
    if (p->critic.text)
        ph_window_add(&s->critic, b->counts[0]);
    if (b->outcome) {
        s->delta = b->reward;
        if (p->critic.text)
            s->delta -= (s->value = expected(s, p, b->beat_ms));
        s->left = p->burst;
    }
    int is_on = s->left > 0;
    s->left -= b->beat_ms;
    b->signal = is_on ? s->delta : 0;
    b->value = s->value;
    b->drive = ph_drive_by(b->signal, p->burst_rate, p->pause_rate);
}

const ph_controller_type ph_controller_reward_prediction_error = {
    .base = {"reward_prediction_error",
             "drives the nucleus by reward less the critic's expectation (Schultz et al. 1997, doi "
             "10.1126/science.275.5306.1593)",
             &table},
    .state = sizeof(state),
    .ports = offsetof(params, ports),
    .signal = "reward prediction error during its burst or pause, else 0",
    .signal_unit = "1",
    .value = "reward that the critic expected at the last outcome; NaN without a critic",
    .is_critic = 1,
    .layout = layout,
    .begin = begin,
    .beat = beat,
};
