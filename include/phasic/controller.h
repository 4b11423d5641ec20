/* SPDX-License-Identifier: Apache-2.0 */
/* What a controller is: a feedback loop that turns counts, the task's outcome and the signals of
 * other controllers into the drive of a nucleus, once a beat on the root rank. It never sees the
 * task's stimuli, contexts or answers. One file with one const ph_controller_type and one registry
 * line. */
#ifndef PHASIC_CONTROLLER_H
#define PHASIC_CONTROLLER_H

#include <phasic/param.h>
#include <phasic/status.h>

#define PH_CONTROLLER_READOUTS 16 /* most populations that one reads */
#define PH_MAX_CONTROLLERS 32     /* of all transmitters */

typedef struct ph_controller_layout {
    int n_readouts; /* populations whose spikes it reads */
    ph_span readouts[PH_CONTROLLER_READOUTS];
} ph_controller_layout;

/* The drive of the nucleus: Poisson inputs to each of its cells, beside those of its other
 * controllers. */
typedef struct ph_nucleus_drive {
    double exc_rate; /* Hz, on the port of exc */
    double inh_rate; /* Hz, on the port of inh */
} ph_nucleus_drive;

/* Where the drive ends; every controller's parameters hold one. */
typedef struct ph_drive_ports {
    const char *exc, *inh;         /* ports of the nucleus' model */
    double exc_weight, inh_weight; /* of a spike, pA or nS */
} ph_drive_ports;

/** The keys of the ph_drive_ports `field` within the struct `type`. */
#define PH_DRIVE_PORTS(type, field)                                                                \
    {.name = "exc_receptor", .kind = PH_KIND_STRING, .offset = offsetof(type, field.exc),          \
     .value = "exc", .doc = "port of the nucleus that excitation ends on"},                        \
    {.name = "inh_receptor", .kind = PH_KIND_STRING, .offset = offsetof(type, field.inh),          \
     .value = "inh", .doc = "port of the nucleus that inhibition ends on"},                        \
    {.name = "exc_weight", .kind = PH_KIND_REAL, .offset = offsetof(type, field.exc_weight),       \
     .unit = "pA|nS", .min = -1e9, .max = 1e9, .doc = "weight of an excitatory spike"},            \
    {.name = "inh_weight", .kind = PH_KIND_REAL, .offset = offsetof(type, field.inh_weight),       \
     .unit = "pA|nS", .min = -1e9, .max = 1e9, .doc = "weight of an inhibitory spike"}

typedef struct ph_controller_beat {
    ph_step step;          /* start of the beat in which it acts */
    double beat_ms;
    const int64_t *counts; /* spikes of each readout in the beat before last */
    const double *signals; /* of all controllers; of those before it in the file, this beat's */
    int outcome;           /* the task's: 1 in the beat of an outcome */
    double reward;         /* the task's, paid in this beat; below 0: punishment */
    ph_nucleus_drive drive; /* out */
    double signal;         /* out: what it computes, for other controllers and run.h5 */
    double value;          /* out: the type's second quantity, for run.h5; may be NaN */
} ph_controller_beat;

typedef struct ph_controller_type {
    ph_descriptor base;
    size_t state;            /* bytes of its state, a plain struct without pointers */
    size_t ports;            /* offset of the ph_drive_ports within its parameters */
    const char *signal;      /* what its signal is */
    const char *signal_unit;
    const char *value;       /* what its value is; NULL: it has none */
    int is_critic;           /* 1: the value is the expected reward, noted with each trial */
    /** What is wrong with parameters that are each within their ranges; NULL: nothing. The function
     *  may be NULL. */
    const char *(*check)(const void *params);
    /** Populations it reads. Every rank. May be NULL: none. */
    ph_status (*layout)(const void *params, ph_controller_layout *layout);
    /** Fill the state at the start of a run. Root only. May be NULL: it begins as zeros. */
    void (*begin)(void *state, const void *params);
    /** One beat. Root only. @param params of the phase: same readouts and ports, other values */
    void (*beat)(void *state, const void *params, ph_controller_beat *beat);
    /** Time that goes by in a rest, without spikes or outcomes: as so many beats of nothing, at
     *  once. Root only. May be NULL: the state stays. @param params of the rest's phase */
    void (*rest)(void *state, const void *params, double rest_ms);
} ph_controller_type;

/** @brief Read a population's spikes, if its address was given. Not collective. */
static inline void ph_controller_read(ph_controller_layout *layout, const ph_address *population)
{
    if (population->text)
        layout->readouts[layout->n_readouts++] = population->span;
}

/** @brief Ports and weights of a controller's drive. Not collective. */
static inline const ph_drive_ports *ph_controller_ports(const ph_controller_type *type,
                                                        const void *params)
{
    return (const ph_drive_ports *)(const void *)((const char *)params + type->ports);
}

#endif
