/* SPDX-License-Identifier: Apache-2.0 */
/* What a neuron model is: one file with one const ph_neuron_model and one line in the registry. */
#ifndef PHASIC_NEURON_H
#define PHASIC_NEURON_H

#include <phasic/param.h>

#define PH_NEURON_PORTS 4   /* most receptor ports of a model */
#define PH_NEURON_COMPARTMENTS 2 /* most compartments of a model */
#define PH_NEURON_STATES 13 /* most state arrays of a model */
#define PH_NEURON_CONSTANTS 64 /* most constants of a model */

typedef struct ph_port {
    const char *name; /* "exc", "inh" */
    const char *unit; /* of the weight: "pA" or "nS" */
    int sign;         /* +1, -1: sign a weight must have, 0: either */
    int compartment;  /* that its synapses end on: 0 the soma, 1 the apical dendrite */
} ph_port;


/* A step's work for the neurons of one population in one block; arrays are padded to PH_PAD and
 * aligned to 64 bytes; what padding neurons do is not looked at. */
typedef struct ph_neuron_step {
    int n;                            /* elements of the arrays, a multiple of PH_PAD */
    int n_neurons;                    /* neurons among them: the first ones */
    ph_real *state[PH_NEURON_STATES]; /* the model's state arrays, n each */
    int32_t *refractory;              /* steps left of t_ref, n */
    const ph_real *in[PH_NEURON_PORTS]; /* sum of the weights that arrive at this step, in the
                                           port's unit, n each */
    const ph_real *I;                 /* current from stimuli during the step, pA, n */
    const ph_real *k;                 /* the model's constants, from .prepare; of .update_each those
                                         of all neurons: constant c of neuron i is
                                         k[c * k_stride + i], and k is aligned as states are */
    size_t k_stride;                  /* a multiple of PH_PAD; 0 for .update */
    /* for models that draw: numbers of (seed, purpose, global id, step) alone */
    uint64_t seed;                    /* the run's */
    ph_gid gid, stride;               /* neuron i has the global id gid + i * stride */
    ph_step step;
    int32_t *spiked;                  /* out: indices of the neurons that spike at this step,
                                         ascending; room for n */
} ph_neuron_step;

typedef struct ph_neuron_model {
    ph_descriptor base;
    int n_ports;
    ph_port ports[PH_NEURON_PORTS];
    int potential[PH_NEURON_COMPARTMENTS];   /* state of each compartment that is its potential */
    int draws;                               /* 1: the update draws by global ids */
    int repeats;                             /* 1: a neuron spikes as often in a step as the sum of
                                                what arrives on the first port says */
    int n_states;                            /* state arrays; the first is V_m - E_L, mV */
    const char *states[PH_NEURON_STATES];    /* names, for recording and checkpoints */

    /** Constants of the update from the parameters, once. @param h resolution, ms
     *  @param k out: PH_NEURON_CONSTANTS */
    void (*prepare)(const void *params, double h, ph_real *k);
    /** Advance every neuron by one step: state at s - 1 to state at s, arrivals of step s added,
     *  threshold tested. @return number of spikes, their indices in step->spiked */
    int (*update)(const ph_neuron_step *step);
    /** The same for neurons that have constants of their own each; NULL: those that are alike are
     *  brought together and updated by .update. */
    int (*update_each)(const ph_neuron_step *step);
    int n_constants;                         /* of which .update_each makes use */
    /** E_L, mV: added to the first state when V_m is recorded, subtracted from V_init. */
    double (*rest)(const void *params);
    /** Steady mean current (pA) that a mean rate of weight * rate (unit of the port * kHz) brings;
     *  used to keep the mean input under `scale`. NULL where the model has no such current. */
    double (*mean_current)(const void *params, int port, double weight_rate);
} ph_neuron_model;

#endif
