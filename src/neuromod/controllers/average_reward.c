/* SPDX-License-Identifier: Apache-2.0 */
/* Average reward: reward less punishment per second, over minutes to hours. Serotonin as the slow
 * opponent of dopamine in N. D. Daw, S. Kakade, P. Dayan, Neural Netw 15:603 (2002); raphe cells
 * that report reward and punishment over long times: J. Y. Cohen, M. W. Amoroso, N. Uchida, eLife
 * 4:e06346 (2015).
 *
 *     tau R' = -R + sum of what is paid, each as a pulse
 * Rests count: nothing is paid in them. */
#include <phasic/math.h>
#include "neuromod/controllers.h"
#include "neuromod/controllers/drive.h"

typedef struct params {
    double tau;        /* s */
    double punishment;
    double scale;      /* 1/s */
    double initial;
    ph_drive_gains gains;
    ph_drive_ports ports;
} params;

static const ph_param keys[] = {
    {.name = "tau", .kind = PH_KIND_REAL, .offset = offsetof(params, tau), .unit = "s",
     .value = "10 min", .max = 1e7, .flags = PH_PARAM_POSITIVE,
     .doc = "time over which rewards are averaged"},
    PH_REAL(params, punishment, "1", "1", 0, 1000, "weight of rewards below 0 against those above"),
    {.name = "scale", .kind = PH_KIND_REAL, .offset = offsetof(params, scale), .unit = "/s",
     .value = "1 /s", .max = 1e6, .flags = PH_PARAM_POSITIVE,
     .doc = "reward per second that counts as 1"},
    PH_REAL(params, initial, "1", "0", -1e6, 1e6, "signal at the start"),
    PH_DRIVE_GAINS(params, gains),
    PH_DRIVE_PORTS(params, ports),
};
static const ph_table table =
    PH_TABLE("average_reward", params, keys, "slow mean of reward less punishment");

typedef struct state {
    double rate; /* reward per second */
} state;

static void begin(void *opaque, const void *parameters)
{
    const params *p = parameters;
    ((state *)opaque)->rate = p->initial * p->scale;
}

static void rest(void *opaque, const void *parameters, double rest_ms)
{
    state *s = opaque;
    const params *p = parameters;
    s->rate *= ph_exp(-rest_ms * 1e-3 / p->tau);
}

static void beat(void *opaque, const void *parameters, ph_controller_beat *b)
{
    state *s = opaque;
    const params *p = parameters;
    double paid = b->reward < 0 ? p->punishment * b->reward : b->reward;
    s->rate += ph_expm1(-b->beat_ms * 1e-3 / p->tau) * s->rate;
    s->rate += paid / p->tau;
    b->signal = s->rate / p->scale;
    b->drive = ph_drive_of(&p->gains, b->signal);
}

const ph_controller_type ph_controller_average_reward = {
    .base = {"average_reward",
             "drives the nucleus by reward less punishment over minutes to hours: serotonin as "
             "average reward (Daw, Kakade & Dayan 2002, doi 10.1016/S0893-6080(02)00052-7; Cohen "
             "et al. 2015, doi 10.7554/eLife.06346)",
             &table},
    .state = sizeof(state),
    .ports = offsetof(params, ports),
    .signal = "average of reward less punishment per second, over `scale`",
    .signal_unit = "1",
    .begin = begin,
    .beat = beat,
    .rest = rest,
};
