/* SPDX-License-Identifier: Apache-2.0 */
/* Current stimuli: constant (dc), stepped, and noise. A current given for [start, stop) acts on the
 * membrane from start to stop. */
#include "stimulus/stimuli.h"

#include <math.h>
#include <string.h>

/* --- dc --------------------------------------------------------------------------------------- */

typedef struct dc_params {
    double amplitude;   /* pA */
    double start, stop; /* ms */
} dc_params;

static const ph_param dc_keys[] = {
    PH_REAL(dc_params, amplitude, "pA", NULL, -1e9, 1e9, "the current"),
    PH_REAL(dc_params, start, "ms", "0 ms", 0, 1e12, "when it begins" PH_STEPPED_TIME),
    PH_REAL(dc_params, stop, "ms", "1e12 ms", 0, 1e12, "when it ends" PH_STEPPED_TIME),
};
static const ph_table dc_table = PH_TABLE("dc", dc_params, dc_keys, "a constant current");

/* Whether the current acts during the step from s - 1 to s. */
static int is_on(double start, double stop, ph_step s, double h)
{
    return s > (ph_step)floor(start / h + 0.5) && s <= (ph_step)floor(stop / h + 0.5);
}

static double dc_current(const void *params, ph_step s, double h)
{
    const dc_params *p = params;
    return is_on(p->start, p->stop, s, h) ? p->amplitude : 0;
}

const ph_stimulus_type ph_stimulus_dc = {
    .base = {"dc", "a constant current into every neuron of the population", &dc_table},
    .kind = PH_STIMULUS_CURRENT,
    .current = dc_current,
};

/* --- step ------------------------------------------------------------------------------------- */

typedef struct step_params {
    ph_reals times;      /* ms, ascending */
    ph_reals amplitudes; /* pA, one each */
} step_params;

static const ph_param step_keys[] = {
    {.name = "times", .kind = PH_KIND_REALS, .offset = offsetof(step_params, times), .unit = "ms",
     .max = 1e12, .doc = "when the current changes, ascending" PH_STEPPED_TIME},
    {.name = "amplitudes", .kind = PH_KIND_REALS, .offset = offsetof(step_params, amplitudes),
     .unit = "pA", .min = -1e9, .max = 1e9, .doc = "what it changes to, one for each time"},
};
static const ph_table step_table =
    PH_TABLE("step", step_params, step_keys, "a current that changes at given times");

static double step_current(const void *params, ph_step s, double h)
{
    const step_params *p = params;
    double amplitude = 0;
    for (int k = 0; k < p->times.count && k < p->amplitudes.count; k++)
        if (s > (ph_step)floor(p->times.items[k] / h + 0.5))
            amplitude = p->amplitudes.items[k];
    return amplitude;
}

const ph_stimulus_type ph_stimulus_step_current = {
    .base = {"step", "a current that changes at given times, 0 before the first", &step_table},
    .kind = PH_STIMULUS_CURRENT,
    .current = step_current,
};

/* --- noise ------------------------------------------------------------------------------------ */

#define MOST_NEURONS 1000000000000

typedef struct noise_params {
    double mean, sd;    /* pA */
    int distribution;   /* NORMAL, UNIFORM */
    double interval;    /* ms */
    int64_t first;      /* index in the population of the first neuron that gets it */
    int64_t neurons;    /* that get it; 0: all from there on */
    double start, stop; /* ms */
} noise_params;

enum { NORMAL, UNIFORM };
static const char *const distributions[] = {"normal", "uniform", NULL};

static const ph_param noise_keys[] = {
    PH_REAL(noise_params, mean, "pA", "0 pA", -1e9, 1e9, "mean of the current"),
    PH_REAL(noise_params, sd, "pA", NULL, 0, 1e9, "standard deviation of each value"),
    PH_CHOICE(noise_params, distribution, distributions, "normal",
              "of each value; uniform: within mean - sqrt(3) sd and mean + sqrt(3) sd"),
    PH_REAL(noise_params, interval, "ms", "1 ms", 0.001, 1e6,
            "how long a value is held; rounded to steps"),
    PH_INT(noise_params, neurons, "0", 0, MOST_NEURONS,
           "how many neurons of the population get it, from `first` on; 0: all"),
    PH_INT(noise_params, first, "0", 0, MOST_NEURONS, "how many neurons before them do not"),
    PH_REAL(noise_params, start, "ms", "0 ms", 0, 1e12, "when it begins" PH_STEPPED_TIME),
    PH_REAL(noise_params, stop, "ms", "1e12 ms", 0, 1e12, "when it ends" PH_STEPPED_TIME),
};
static const ph_table noise_table =
    PH_TABLE("noise", noise_params, noise_keys, "a random current of each neuron's own");

#define TILE 256      /* neurons at once */
#define ROOT_12 0x1.bb67ae8584caap1 /* width of a uniform distribution over its sd */

/* The values of an interval for neurons begin .. end - 1, kept in the buffer. */
static void draw(const noise_params *p, const ph_stimulus_step *s, int begin, int end,
                 int64_t interval)
{
    uint32_t words[4 * TILE];
    double z[TILE];
    for (int first = begin; first < end; first += TILE) {
        int n = end - first < TILE ? end - first : TILE;
        ph_random_many(s->seed, PH_PURPOSE_NOISE, s->gid + first * s->stride, s->stride,
                       s->stream, interval, 0, 0, n, words);
        if (p->distribution == NORMAL)
            ph_random_normals(words, n, z);
        for (int i = 0; i < n && p->distribution == UNIFORM; i++)
            z[i] = ROOT_12 * (ph_random_unit(words[i]) - 0.5);
        for (int i = 0; i < n; i++) {
            float current = (float)(p->mean + p->sd * z[i]);
            memcpy(&s->buffer[first + i], &current, sizeof current);
        }
    }
}

/* How many of a step's neurons are before one of the population. */
static int before(const ph_stimulus_step *s, int64_t neuron)
{
    int64_t left = s->first + neuron - s->gid; /* global ids from the step's first one on */
    if (left >= s->n * s->stride)
        return s->n;
    return left > 0 ? (int)((left + s->stride - 1) / s->stride) : 0;
}

static void noise_step(const void *params, const ph_stimulus_step *s)
{
    const noise_params *p = params;
    int begin = before(s, p->first);
    int end = p->neurons > 0 ? before(s, p->first + p->neurons) : s->n;
    if (!is_on(p->start, p->stop, s->step, s->h))
        return;
    ph_step held = (ph_step)floor(p->interval / s->h + 0.5);
    int64_t interval = (s->step - 1) / (held < 1 ? 1 : held);
    if (*s->drawn != interval) {
        draw(p, s, begin, end, interval);
        *s->drawn = interval;
    }
    for (int i = begin; i < end; i++) {
        float current;
        memcpy(&current, &s->buffer[i], sizeof current);
        s->I[i] += (ph_real)current;
    }
}

const ph_stimulus_type ph_stimulus_noise = {
    .base = {"noise", "a random current, drawn anew every interval for each neuron",
             &noise_table},
    .kind = PH_STIMULUS_CURRENT_EACH,
    .step = noise_step,
};
