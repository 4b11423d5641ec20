/* SPDX-License-Identifier: Apache-2.0 */
/* Temporal difference error in continuous time, from the spikes of a critic: N. Fremaux, H.
 * Sprekeler, W. Gerstner, PLoS Comput Biol 9:e1003024 (2013), after K. Doya (2000).
 *
 *     V(t) = nu rho(t) + V0,    rho = spikes of the critic per cell, filtered by kappa
 *     kappa(t) = (exp(-t / tau_k) - exp(-t / nu_k)) / (tau_k - nu_k)
 *     delta(t) = dV/dt - V / tau_r + r(t)
 * The reward, paid at an instant, passes through kappa as well: when a critic that expected it
 * falls silent as it comes, dV/dt and r cancel at every time, not in their integrals alone. A
 * critic that begins to fire with a cue gives the burst there; one whose reward does not come, a
 * pause.
 *
 * Counts and rewards of a beat are placed at its begin. The signal is the mean of delta over the
 * beat, in closed form by the two traces of each input, so that its sum over beats times a beat is
 * exactly the change of V less what was discounted and plus what was paid. */
#include <phasic/math.h>
#include "neuromod/controllers.h"
#include "neuromod/controllers/drive.h"

typedef struct params {
    ph_address critic;
    double nu;                     /* s */
    double V0;
    double tau_k, nu_k, tau_r;     /* ms */
    double burst_rate, pause_rate; /* Hz at |delta| = 1 /s */
    ph_drive_ports ports;
} params;

static const ph_param keys[] = {
    PH_FIELD(params, critic, PH_KIND_ADDRESS, NULL, "population whose filtered rate is the value"),
    PH_REAL(params, nu, "s", "0.05 s", 0, 1000,
            "value of a critic's rate of 1 Hz (20 Hz mean a reward of 1)"),
    PH_REAL(params, V0, "1", "0", -1000, 1000, "value of a silent critic"),
    {.name = "tau_k", .kind = PH_KIND_REAL, .offset = offsetof(params, tau_k), .unit = "ms",
     .value = "200 ms", .max = 1e5, .flags = PH_PARAM_POSITIVE, .doc = "decay of the filter"},
    {.name = "nu_k", .kind = PH_KIND_REAL, .offset = offsetof(params, nu_k), .unit = "ms",
     .value = "50 ms", .max = 1e5, .flags = PH_PARAM_POSITIVE,
     .doc = "rise of the filter, shorter than tau_k"},
    {.name = "tau_r", .kind = PH_KIND_REAL, .offset = offsetof(params, tau_r), .unit = "ms",
     .value = "4 s", .max = 1e9, .flags = PH_PARAM_POSITIVE,
     .doc = "time over which future reward is discounted"},
    PH_REAL(params, burst_rate, "Hz", "500 Hz", 0, 1e6,
            "excitation of a cell at delta = 1 /s; an unexpected reward of 1 peaks at 3.15 /s"),
    PH_REAL(params, pause_rate, "Hz", "1000 Hz", 0, 1e6, "inhibition of a cell at delta = -1 /s"),
    PH_DRIVE_PORTS(params, ports),
};
static const ph_table table =
    PH_TABLE("td_error", params, keys, "temporal difference error of a critic's value");

/* What kappa makes of pulses: (slow - fast) / (tau_k - nu_k). */
typedef struct filtered {
    double slow, fast; /* sums of the pulses, decayed by tau_k and by nu_k */
} filtered;

typedef struct state {
    filtered critic; /* spikes per cell */
    filtered reward;
} state;

static const char *check(const void *parameters)
{
    const params *p = parameters;
    return p->nu_k < p->tau_k ? NULL : "nu_k, the filter's rise, must be below tau_k, its decay";
}

static ph_status layout(const void *parameters, ph_controller_layout *layout)
{
    ph_controller_read(layout, &((const params *)parameters)->critic);
    return PH_OK;
}

/* Times in seconds. */
typedef struct kernel {
    double slow, fast;                 /* tau_k, nu_k */
    double beat;
    double left_of_slow, left_of_fast; /* after a beat */
} kernel;

static kernel kernel_of(const params *p, double beat_ms)
{
    return (kernel){.slow = p->tau_k * 1e-3,
                    .fast = p->nu_k * 1e-3,
                    .beat = beat_ms * 1e-3,
                    .left_of_slow = ph_exp(-beat_ms / p->tau_k),
                    .left_of_fast = ph_exp(-beat_ms / p->nu_k)};
}

/* Pulses through kappa, 1/s. */
static double now(const filtered *f, const kernel *k)
{
    return (f->slow - f->fast) / (k->slow - k->fast);
}

/* The integral over the beat that begins. */
static double over_beat(const filtered *f, const kernel *k)
{
    return (f->slow * k->slow * (1 - k->left_of_slow) - f->fast * k->fast * (1 - k->left_of_fast)) /
           (k->slow - k->fast);
}

static void add(filtered *f, double pulse)
{
    f->slow += pulse;
    f->fast += pulse;
}

static void decay(filtered *f, const kernel *k)
{
    f->slow *= k->left_of_slow;
    f->fast *= k->left_of_fast;
}

static void beat(void *opaque, const void *parameters, ph_controller_beat *b)
{
    state *s = opaque;
    const params *p = parameters;
    kernel k = kernel_of(p, b->beat_ms);
    add(&s->critic, (double)b->counts[0] / (double)p->critic.span.count);
    add(&s->reward, b->reward);
    double V = p->nu * now(&s->critic, &k) + p->V0;
    double V_mean = p->nu * over_beat(&s->critic, &k) / k.beat + p->V0;
    double r_mean = over_beat(&s->reward, &k) / k.beat;
    decay(&s->critic, &k);
    decay(&s->reward, &k);
    double slope = (p->nu * now(&s->critic, &k) + p->V0 - V) / k.beat;
    b->signal = slope - V_mean / (p->tau_r * 1e-3) + r_mean;
    b->value = V;
    b->drive = ph_drive_by(b->signal, p->burst_rate, p->pause_rate);
}

const ph_controller_type ph_controller_td_error = {
    .base = {"td_error",
             "drives the nucleus by the temporal difference error of a spiking critic: bursts move "
             "from reward to cue, an omitted reward leaves a pause (Fremaux et al. 2013, doi "
             "10.1371/journal.pcbi.1003024)",
             &table},
    .state = sizeof(state),
    .ports = offsetof(params, ports),
    .signal = "temporal difference error, mean over the beat",
    .signal_unit = "/s",
    .value = "the critic's value of what is to come",
    .is_critic = 1,
    .check = check,
    .layout = layout,
    .beat = beat,
};
