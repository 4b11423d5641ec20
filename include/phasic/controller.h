/* SPDX-License-Identifier: Apache-2.0 */
/* What a controller is: it turns counts and the task's outcome into the drive of a nucleus, once a
 * beat on the root rank. One file with one const ph_controller_type and one registry line. */
#ifndef PHASIC_CONTROLLER_H
#define PHASIC_CONTROLLER_H

#include <phasic/param.h>
#include <phasic/status.h>

#define PH_CONTROLLER_READOUTS 8

typedef struct ph_controller_layout {
    int n_readouts; /* populations whose spikes it reads */
    ph_span readouts[PH_CONTROLLER_READOUTS];
} ph_controller_layout;

/* The drive of the nucleus: Poisson inputs to each of its cells. */
typedef struct ph_nucleus_drive {
    double exc_rate; /* Hz, on the port of .exc_receptor */
    double inh_rate; /* Hz */
} ph_nucleus_drive;

typedef struct ph_controller_beat {
    ph_step step;          /* start of the beat in which it acts */
    double beat_ms;
    const int64_t *counts; /* spikes of each readout in the beat before last */
    int outcome;           /* the task's: 1 in the beat of an outcome */
    double reward;         /* the task's, paid in this beat */
    ph_nucleus_drive drive; /* out */
    double signal;         /* out: what it computes (reward prediction error), for run.h5 */
    double value;          /* out: the critic's value, for run.h5; NaN when it has none */
} ph_controller_beat;

typedef struct ph_controller_type {
    ph_descriptor base;
    /** Populations it reads. Every rank. */
    ph_status (*layout)(const void *params, ph_controller_layout *layout);
    /** Root only; state is freed by close. */
    ph_status (*open)(const void *params, void **state);
    ph_status (*beat)(void *state, const void *params, ph_controller_beat *beat);
    void (*close)(void **state);
    /** Receptor ports and weights of the drive on the nucleus. */
    void (*drive_ports)(const void *params, const char **exc, double *exc_weight, const char **inh,
                        double *inh_weight);
} ph_controller_type;

#endif
