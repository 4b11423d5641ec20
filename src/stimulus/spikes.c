/* SPDX-License-Identifier: Apache-2.0 */
/* Spike stimuli: independent Poisson trains, and a list of times. A spike at t arrives at t. */
#include "stimulus/stimuli.h"

#include <math.h>

/* --- poisson ---------------------------------------------------------------------------------- */

typedef struct poisson_params {
    double rate;          /* Hz, of one input */
    int64_t indegree;     /* independent inputs of each neuron */
    double weight;        /* pA or nS */
    const char *receptor; /* port */
    double start, stop;   /* ms */
} poisson_params;

static const ph_param poisson_keys[] = {
    PH_REAL(poisson_params, rate, "Hz", NULL, 0, 1e6, "rate of one input"),
    PH_INT(poisson_params, indegree, "1", 1, 1000000,
           "independent inputs of each neuron (K_ext); `scale` scales them"),
    PH_REAL(poisson_params, weight, "pA|nS", NULL, -1e9, 1e9, "weight of a spike"),
    PH_FIELD(poisson_params, receptor, PH_KIND_STRING, "exc", "receptor port of the population"),
    PH_REAL(poisson_params, start, "ms", "0 ms", 0, 1e12,
            "first arrivals after this time" PH_STEPPED_TIME),
    PH_REAL(poisson_params, stop, "ms", "1e12 ms", 0, 1e12,
            "no arrivals after this time" PH_STEPPED_TIME),
};
static const ph_table poisson_table = PH_TABLE(
    "poisson", poisson_params, poisson_keys, "Poisson spikes, other ones for each neuron");

/* The table holds a distribution that is drawn `repeats` times a step, so that its mean stays
 * small. */
typedef struct poisson_prepared {
    ph_poisson_table counts;
    int repeats;
} poisson_prepared;

_Static_assert(sizeof(poisson_prepared) <= PH_STIMULUS_TABLE, "room for a stimulus' table");

static void poisson_prepare(const void *params, double h, double scale, void *table)
{
    const poisson_params *p = params;
    poisson_prepared *prepared = table;
    double mean = p->rate * floor((double)p->indegree * scale + 0.5) * h * 1e-3;
    prepared->repeats = mean > 0 ? (int)ceil(mean / PH_POISSON_MEAN) : 0;
    ph_poisson_prepare(prepared->repeats ? mean / prepared->repeats : 0, &prepared->counts);
}

static void poisson_step(const void *params, const ph_stimulus_step *s)
{
    const poisson_params *p = params;
    const poisson_prepared *prepared = s->table;
    if (s->step <= (ph_step)floor(p->start / s->h + 0.5) ||
        s->step > (ph_step)floor(p->stop / s->h + 0.5))
        return;
    /* Further draws of the same step are streams of their own; they cannot share the buffer. */
    for (int k = 0; k < prepared->repeats; k++) {
        ph_stimulus_step part = *s;
        part.stream = s->stream + ((uint32_t)k << 12);
        if (prepared->repeats > 1)
            *part.drawn = -1;
        ph_poisson_add(&prepared->counts, &part);
    }
}

static void poisson_spikes(const void *params, const char **receptor, double *weight, double *rate)
{
    const poisson_params *p = params;
    *receptor = p->receptor;
    *weight = p->weight;
    *rate = p->rate * (double)p->indegree * 1e-3;
}

const ph_stimulus_type ph_stimulus_poisson = {
    .base = {"poisson", "independent Poisson spike trains into each neuron", &poisson_table},
    .kind = PH_STIMULUS_SPIKES,
    .prepare = poisson_prepare,
    .step = poisson_step,
    .spikes = poisson_spikes,
};

/* --- spike list ------------------------------------------------------------------------------- */

typedef struct list_params {
    ph_reals times;       /* ms */
    double weight;        /* pA or nS */
    const char *receptor; /* port */
} list_params;

static const ph_param list_keys[] = {
    {.name = "times", .kind = PH_KIND_REALS, .offset = offsetof(list_params, times), .unit = "ms",
     .max = 1e12, .doc = "arrival times, in any order; rounded to steps" PH_STEPPED_TIME},
    PH_REAL(list_params, weight, "pA|nS", NULL, -1e9, 1e9, "weight of a spike"),
    PH_FIELD(list_params, receptor, PH_KIND_STRING, "exc", "receptor port of the population"),
};
static const ph_table list_table =
    PH_TABLE("spike_list", list_params, list_keys, "the same spikes for every neuron");

static void list_step(const void *params, const ph_stimulus_step *s)
{
    const list_params *p = params;
    int64_t count = 0;
    for (int k = 0; k < p->times.count; k++)
        count += (ph_step)floor(p->times.items[k] / s->h + 0.5) == s->step;
    for (int i = 0; count && i < s->n; i++)
        s->in[i] += (ph_sum)(count * s->weight);
}

static void list_spikes(const void *params, const char **receptor, double *weight, double *rate)
{
    const list_params *p = params;
    *receptor = p->receptor;
    *weight = p->weight;
    *rate = 0;
}

const ph_stimulus_type ph_stimulus_spike_list = {
    .base = {"spike_list", "spikes at given times, the same for every neuron", &list_table},
    .kind = PH_STIMULUS_SPIKES,
    .step = list_step,
    .spikes = list_spikes,
};
