/* SPDX-License-Identifier: Apache-2.0 */
/* Novelty, from spikes alone: what an input is known to bring back against what came. An input that
 * the recurrent synapses of the hippocampus have stored recalls more than it brings; one that they
 * have not leaves the output behind its input. J. E. Lisman, A. A. Grace, Neuron 46:703 (2005);
 * M. E. Hasselmo, B. P. Wyble, G. V. Wallenstein, Hippocampus 6:693 (1996).
 *
 *     x = max(0, rate of input - input_base),    y = rate of output - output_base
 *     signal = (g x - y) / rate_scale
 * With `match: suppresses` a known input evokes less instead, its synapses having been depressed or
 * its inhibition strengthened, and signal = (y - g x) / rate_scale (repetition suppression:
 * R. Bogacz, M. W. Brown, Hippocampus 13:494, 2003; long-term depression in CA1 by novelty:
 * D. Manahan-Vaughan, K.-H. Braunewell, PNAS 96:8739, 1999).
 * g stays at `gain`, or follows what comes: tau g' = (y - g x) x / rate_scale^2, g >= 0, a running
 * regression, so that novel is what recalls less (evokes more) than inputs usually do. */
#include "neuromod/controllers.h"
#include "neuromod/controllers/drive.h"
#include "neuromod/controllers/window.h"

#include <math.h>

typedef struct params {
    ph_address input, output;
    double window;                  /* ms */
    double input_base, output_base; /* Hz */
    double rate_scale;              /* Hz */
    double gain;
    double tau;                     /* s; NaN: g stays */
    int match;                      /* MATCH_* */
    ph_drive_gains gains;
    ph_drive_ports ports;
} params;

enum { MATCH_ENHANCES, MATCH_SUPPRESSES };
static const char *const matches[] = {"enhances", "suppresses", NULL};

static const ph_param keys[] = {
    PH_FIELD(params, input, PH_KIND_ADDRESS, NULL, "population that brings the input"),
    PH_FIELD(params, output, PH_KIND_ADDRESS, NULL, "population in which it is recalled"),
    PH_REAL(params, window, "ms", "100 ms", 1, 2000, "over which rates are taken"),
    PH_REAL(params, input_base, "Hz", "0 Hz", 0, 1000, "rate of the input that means nothing"),
    PH_REAL(params, output_base, "Hz", "0 Hz", 0, 1000, "rate of the output without an input"),
    PH_REAL(params, rate_scale, "Hz", "10 Hz", 0.001, 1000,
            "difference of the output that counts as 1"),
    PH_REAL(params, gain, "1", "1", 0, 1000, "output that an input of 1 Hz brings back, at first"),
    {.name = "tau", .kind = PH_KIND_REAL, .offset = offsetof(params, tau), .unit = "s", .value = "",
     .max = 1e7, .flags = PH_PARAM_POSITIVE,
     .doc = "over which the gain follows what comes, at an input of rate_scale; absent: it stays"},
    PH_CHOICE(params, match, matches, "enhances",
              "what an input that is known does to the output: more comes, or less"),
    PH_DRIVE_GAINS(params, gains),
    PH_DRIVE_PORTS(params, ports),
};
static const ph_table table =
    PH_TABLE("novelty", params, keys, "output that is not what a known input evokes");

typedef struct state {
    ph_window_counts input, output;
    double gain;
} state;

static void begin(void *opaque, const void *parameters)
{
    ((state *)opaque)->gain = ((const params *)parameters)->gain;
}

static ph_status layout(const void *parameters, ph_controller_layout *layout)
{
    const params *p = parameters;
    ph_controller_read(layout, &p->input);
    ph_controller_read(layout, &p->output);
    return PH_OK;
}

/* @param x,y input and output in units of rate_scale */
static void learn(state *s, const params *p, double x, double y, double beat_ms)
{
    s->gain += beat_ms * 1e-3 / p->tau * (y - s->gain * x) * x;
    if (s->gain < 0)
        s->gain = 0;
}

static void beat(void *opaque, const void *parameters, ph_controller_beat *b)
{
    state *s = opaque;
    const params *p = parameters;
    ph_window_add(&s->input, b->counts[0]);
    ph_window_add(&s->output, b->counts[1]);
    double in = ph_window_rate(&s->input, p->input.span.count, p->window, b->beat_ms);
    double out = ph_window_rate(&s->output, p->output.span.count, p->window, b->beat_ms);
    double x = in > p->input_base ? (in - p->input_base) / p->rate_scale : 0;
    double y = (out - p->output_base) / p->rate_scale;
    double missing = s->gain * x - y;
    b->signal = p->match == MATCH_SUPPRESSES ? -missing : missing;
    b->value = s->gain;
    b->drive = ph_drive_of(&p->gains, b->signal);
    if (!isnan(p->tau))
        learn(s, p, x, y, b->beat_ms);
}

const ph_controller_type ph_controller_novelty = {
    .base = {"novelty",
             "drives the nucleus by what an input should recall less what it recalls, or by what "
             "it evokes more than a known one would: match and mismatch in the hippocampus (Lisman "
             "& Grace 2005, doi 10.1016/j.neuron.2005.05.002; Hasselmo et al. 1996)",
             &table},
    .state = sizeof(state),
    .ports = offsetof(params, ports),
    .signal = "output that a known input would bring less the one that came (suppresses: the "
              "other way round), over rate_scale",
    .signal_unit = "1",
    .value = "gain: output that is expected of an input of 1 Hz",
    .begin = begin,
    .layout = layout,
    .beat = beat,
};
