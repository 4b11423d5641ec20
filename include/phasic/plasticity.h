/* SPDX-License-Identifier: Apache-2.0 */
/* What a plasticity rule is: one file with one const ph_rule and one line in the registry.
 * Updates are lazy: a synapse is visited when a spike (or a sweep) of its source arrives, and
 * catches up over the postsynaptic spikes since its last visit. */
#ifndef PHASIC_PLASTICITY_H
#define PHASIC_PLASTICITY_H

#include <phasic/param.h>

#define PH_RULE_STATES 2   /* most state arrays of a synapse beside its weight */
#define PH_RULE_SAMPLED 4  /* most event-sampled parameters */
#define PH_RULE_DECAYS 4
#define PH_VISIT_MOST 256  /* most synapses visited together */

/* exp(-n h / tau) by table, n in steps; see plasticity/decay.h */
typedef struct ph_decay ph_decay;
/* Running integral of a gate; see plasticity/gate.h */
typedef struct ph_gate ph_gate;
/* Postsynaptic spike times and traces; see plasticity/history.h */
typedef struct ph_history ph_history;
/* The value of an event-sampled parameter, beat by beat; see plasticity/sampled.h */
typedef struct ph_sampled ph_sampled;

/* What a rule keeps for one projection on one rank; made once, read by all threads. */
typedef struct ph_rule_context {
    const void *params;                    /* the rule's parameters */
    double h;                              /* resolution, ms */
    double w_max;                          /* bound of the weight, in the port's unit (> 0) */
    ph_decay *decay[PH_RULE_DECAYS]; /* in the order of the rule's .decays */
    ph_gate *gate;                         /* integral of the modulated factor; NULL: none */
    ph_sampled *sampled[PH_RULE_SAMPLED]; /* in the order of the rule's .sampled */
    ph_step dendritic;                     /* dendritic delay, steps: a postsynaptic spike at p
                                              counts as one at p + dendritic */
} ph_rule_context;

/* Synapses of one projection that are visited in the same step: those of many sources, so that a
 * rule can treat many alike, none of them twice. */
typedef struct ph_visit {
    ph_step arrival;         /* step of this visit */
    int is_spike;            /* 1: a spike arrives at each; 0: a sweep */
    int n;                   /* synapses, 1 .. PH_VISIT_MOST; arrays are of n */
    const uint16_t *target;  /* index into the history */
    const int32_t *interval; /* steps since the visit before */
    const ph_real *x;        /* presynaptic trace just after it */
    ph_real *w;              /* weight, magnitude in the port's unit, 0 .. w_max */
    ph_real *state[PH_RULE_STATES];
    const ph_history *history;
    /* Places that later visits touch. The rule prefetches one with each of its first synapses, as
     * memory takes only so many at a time. */
    const char *const *ahead;
    int n_ahead;             /* 0 .. n */
} ph_visit;

typedef struct ph_rule {
    ph_descriptor base;
    int n_states;
    const char *states[PH_RULE_STATES];
    /** Time constants (ms) whose decays the rule asks for, by parameter name; the first is that of
     *  the presynaptic trace, the second of the postsynaptic trace, the third, where there is a
     *  gate, of the eligibility. NULL-terminated. */
    const char *decays[PH_RULE_DECAYS + 1];
    const char *gate;                         /* parameter that enters as a running integral */
    const char *sampled[PH_RULE_SAMPLED + 1]; /* event-sampled parameters, NULL-terminated */
    const char *w_max;                        /* parameter that bounds the weight */
    /** Catch up to visit->arrival and, for a spike, apply the arrival itself. */
    void (*visit)(const ph_rule_context *context, const ph_visit *visit);
} ph_rule;

#endif
