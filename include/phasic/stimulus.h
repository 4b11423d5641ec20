/* SPDX-License-Identifier: Apache-2.0 */
/* What a stimulus is: a current or spikes that reach one population from outside the brain. */
#ifndef PHASIC_STIMULUS_H
#define PHASIC_STIMULUS_H

#include <phasic/param.h>
#include <phasic/status.h>

#define PH_STIMULUS_TABLE 512

typedef enum ph_stimulus_kind {
    PH_STIMULUS_CURRENT,      /* the same current for all neurons */
    PH_STIMULUS_CURRENT_EACH, /* a current of its own for each neuron (noise) */
    PH_STIMULUS_SPIKES        /* spikes onto a port */
} ph_stimulus_kind;

/* The neurons of a group, for stimuli that have something of their own for each. */
typedef struct ph_stimulus_share {
    double h;              /* resolution, ms */
    int64_t size;          /* of the population */
    int64_t first, stride; /* neuron i of the group is number first + i * stride of it */
    int n;
} ph_stimulus_share;

/* The step's request. The random numbers come from (seed, purpose, gid, step, stimulus). */
typedef struct ph_stimulus_step {
    ph_step step;         /* the step to be filled: arrivals at it, current during it */
    double h;             /* resolution, ms */
    uint64_t seed;
    uint32_t stream;      /* distinguishes the stimuli of a population */
    ph_gid gid, stride;   /* neuron i has the global id gid + i * stride */
    ph_gid first;         /* global id of the population's first neuron */
    int n;                /* neurons (without padding) */
    ph_real *I;           /* CURRENT_EACH: added to, pA, n */
    ph_sum *in;           /* SPIKES: added to, in quanta of .weight, n */
    ph_sum weight;        /* SPIKES: one spike, in quanta */
    const void *table;    /* from .prepare */
    void *own;            /* from .open */
    int64_t *drawn;       /* which interval the buffer holds; -1 at first */
    uint32_t *buffer;     /* 4 n words that the stimulus may keep between steps: pure functions of
                             the key, drawn early, so that it is no state */
} ph_stimulus_step;

typedef struct ph_stimulus_type {
    ph_descriptor base;
    ph_stimulus_kind kind;
    /** Derived numbers, once. @param scale the region's: inputs scale with it
     *  @param table out: PH_STIMULUS_TABLE bytes of room */
    void (*prepare)(const void *params, double h, double scale, void *table);
    /** Read what a group's neurons get, once. May be NULL. @param own out: owned by the caller,
     *  freed by close even after an error; what .step changes in it must follow from the step */
    ph_status (*open)(const void *params, const ph_stimulus_share *share, void **own);
    void (*close)(void **own);
    /** CURRENT: pA during the step from s - 1 to s. @param h resolution, ms */
    double (*current)(const void *params, ph_step s, double h);
    /** The others: add to the step's currents or spikes. */
    void (*step)(const void *params, const ph_stimulus_step *step);
    /** SPIKES: port and weight (in its unit), before `scale`, and mean rate (kHz) per neuron. */
    void (*spikes)(const void *params, const char **receptor, double *weight, double *rate);
} ph_stimulus_type;

#endif
