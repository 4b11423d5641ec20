/* SPDX-License-Identifier: Apache-2.0 */
/* What a plasticity rule is: one file with one const ph_rule and one line in the registry.
 * Updates are lazy: a synapse is visited when a spike (or a sweep) of its source arrives, and
 * catches up over the postsynaptic spikes since its last visit. */
#ifndef PHASIC_PLASTICITY_H
#define PHASIC_PLASTICITY_H

#include <phasic/param.h>

#define PH_TRACES 2        /* most traces of either side */
#define PH_RULE_STATES 3   /* most state arrays of a synapse beside its weight */
#define PH_RULE_SAMPLED 9  /* most event-sampled parameters */
#define PH_RULE_ONLINE 2   /* most of them that are 0 while plasticity is frozen */
#define PH_RULE_DECAYS 2   /* most other time constants */
#define PH_RULE_GATES 2
#define PH_VISIT_MOST 256  /* most synapses visited together */
#define PH_ORDINAL_SHIFT 40 /* global ids are below 2^40 */

/* exp(-n h / tau) by table, n in steps; see plasticity/decay.h */
typedef struct ph_decay ph_decay;
/* Running integral of a gate; see plasticity/gate.h */
typedef struct ph_gate ph_gate;
/* Postsynaptic spike times and traces; see plasticity/history.h */
typedef struct ph_history ph_history;
/* The value of an event-sampled parameter, beat by beat; see plasticity/sampled.h */
typedef struct ph_sampled ph_sampled;
/* Constants of short-term plasticity; see plasticity/release.h */
typedef struct ph_release_constants ph_release_constants;

/* What a rule keeps for each postsynaptic neuron; see plasticity/targets.h */
typedef struct ph_targets ph_targets;

/* Which spikes of the other side a spike is paired with. */
enum { PH_PAIRING_ALL_TO_ALL, PH_PAIRING_NEAREST };

/* Why a synapse is visited. In one step the kinds come in this order. */
typedef enum ph_visit_kind {
    PH_VISIT_SWEEP, /* to bring it forward */
    PH_VISIT_ECHO,  /* what a spike sets off later, at the rule's .echo after its arrival */
    PH_VISIT_SPIKE, /* a spike arrives */
    PH_VISIT_KINDS
} ph_visit_kind;

/* What a rule keeps for one projection on one rank; made once, read by all threads. */
typedef struct ph_rule_context {
    const void *params;                    /* the rule's parameters */
    double h;                              /* resolution, ms */
    double w_max;                          /* bound of the weight, in the port's unit (> 0) */
    uint64_t seed;                         /* for rules that draw */
    uint32_t stream;                       /* of the projection, for rules that draw */
    int pairing;                           /* PH_PAIRING_* */
    int is_gated;                          /* 1: by a compartment's potential, see history.h */
    ph_decay *pre[PH_TRACES];              /* in the order of the rule's .pre, and so on */
    ph_decay *post[PH_TRACES];
    ph_decay *decay[PH_RULE_DECAYS];
    ph_gate *gate[PH_RULE_GATES];          /* integrals of the modulated factor */
    ph_sampled *sampled[PH_RULE_SAMPLED];
    const ph_release_constants *release;   /* of short-term plasticity; NULL: there is none */
    ph_sampled *U;                         /* its U, where receptors may move it; NULL: it stays */
    ph_step echo;                          /* steps from an arrival to its echo; 0: none */
    ph_step dendritic;                     /* dendritic delay, steps: a postsynaptic spike at p
                                              counts as one at p + dendritic */
} ph_rule_context;

/* Synapses of one projection that are visited in the same step: those of many sources, so that a
 * rule can treat many alike, none of them twice. */
typedef struct ph_visit {
    ph_step arrival;         /* step of this visit */
    ph_visit_kind kind;
    int n;                   /* synapses, 1 .. PH_VISIT_MOST; arrays are of n */
    const uint16_t *target;  /* index into the history */
    const int32_t *interval; /* steps since the visit before */
    const ph_real *x[PH_TRACES]; /* presynaptic traces just after it */
    const ph_gid *source;    /* for rules that draw: global id, and from bit PH_ORDINAL_SHIFT the
                                ordinal among synapses of the same source, target and delay */
    ph_real *w;              /* weight, magnitude in the port's unit, 0 .. w_max */
    ph_real *state[PH_RULE_STATES];
    const ph_history *history;
    ph_targets *targets;     /* NULL where the rule keeps none */
    /* Places that later visits touch. The rule prefetches one with each of its first synapses, as
     * memory takes only so many at a time. */
    const char *const *ahead;
    int n_ahead;             /* 0 .. n */
} ph_visit;

/* Synapses in a step of a rest phase: nothing has fired for longer than any visit reaches back. */
typedef struct ph_rest {
    double ms;               /* length of the step */
    int n;                   /* synapses; arrays are of n */
    const uint16_t *target;  /* index into the targets */
    ph_real *w;
    ph_real *state[PH_RULE_STATES];
    ph_targets *targets;     /* NULL where the rule keeps none */
} ph_rest;

/* A parameter that enters as a running integral, weighted by the decay of what it gates. */
typedef struct ph_rule_gate {
    const char *factor; /* the parameter; NULL: no gate */
    const char *tau;    /* the parameter (ms) whose decay weighs it */
} ph_rule_gate;

typedef struct ph_rule {
    ph_descriptor base;
    int n_states;
    const char *states[PH_RULE_STATES];
    /** Names of parameters (ms), NULL-terminated: time constants of the traces that presynaptic
     *  arrivals and postsynaptic spikes leave, and other decays that the rule asks for. */
    const char *pre[PH_TRACES + 1], *post[PH_TRACES + 1], *decays[PH_RULE_DECAYS + 1];
    const char *pairing;                      /* choice: PH_PAIRING_*; NULL: all to all */
    ph_rule_gate gates[PH_RULE_GATES];
    const char *sampled[PH_RULE_SAMPLED + 1]; /* event-sampled parameters, NULL-terminated */
    const char *online[PH_RULE_ONLINE + 1];   /* those of them that, like learning_rate, are 0
                                                 while plasticity is frozen */
    int local;                                /* 1: pairs may be gated by the potential of the
                                                 compartment that its synapses end on */
    const char *echo;                         /* parameter (ms) after which a spike has an echo;
                                                 NULL: none */
    /** Whether it asks for random numbers by source; NULL: never. */
    int (*draws)(const void *params);
    const char *w_max;                        /* parameter that bounds the weight; NULL: it stays */
    const char *fixed;                        /* parameter that stored values are relative to: no
                                                 phase can change it, nor what is named above beside
                                                 factors and sampled ones; NULL: none */
    /** What is wrong with parameters that are each within their ranges; NULL: nothing. The function
     *  may be NULL. */
    const char *(*check)(const void *params);
    /** Catch up to visit->arrival and, for a spike or an echo, apply it. */
    void (*visit)(const ph_rule_context *context, const ph_visit *visit);
    /** Bring synapses through a step of silence, with modulators as they are; NULL: nothing that it
     *  keeps changes in silence, or all of it is over when a rest begins. */
    void (*rest)(const ph_rule_context *context, const ph_rest *rest);
    /** Where a postsynaptic neuron has a slow state: bring it forward by a period, in which the sum
     *  over its synapses of this rule (pure numbers) is held as it was formed in the period before;
     *  or, `resting`, by a step of a rest phase, from whose begin the sum is. Returns the mean of
     *  the state over the period. NULL: there is none. */
    ph_real (*follow)(const ph_rule_context *context, double sum, double ms, int resting,
                      double *state);
} ph_rule;

/* --- what most rules have --------------------------------------------------------------------- */

enum { PH_BOUNDS_SOFT, PH_BOUNDS_HARD };
PH_API extern const char *const ph_bounds_choices[];
PH_API extern const char *const ph_pairing_choices[]; /* of PH_PAIRING_* */

/* Parameters that most rules have. */
#define PH_RULE_W_MAX(type) PH_REAL(type, w_max, "pA|nS", NULL, 0, 1e9, "largest weight")
#define PH_RULE_BOUNDS(type, value)                                                                \
    PH_CHOICE(type, bounds, ph_bounds_choices, value, "how the weight is kept within 0 and w_max")
#define PH_RULE_PAIRING(type)                                                                      \
    PH_CHOICE(type, pairing, ph_pairing_choices, "all_to_all",                                     \
              "which earlier spikes a spike is paired with: all, or the nearest of a neuron")

/** @brief w + dw within [0, w_max]; soft bounds scale dw by the room that is left.
 *  Not collective. */
static inline ph_real ph_bounded(ph_real w, double dw, double w_max, int bounds)
{
    double old = (double)w;
    if (bounds == PH_BOUNDS_SOFT)
        dw *= dw > 0 ? 1.0 - old / w_max : old / w_max;
    double next = old + dw;
    return (ph_real)(next < 0 ? 0 : next > w_max ? w_max : next);
}

/* --- what a visit shows ----------------------------------------------------------------------- */

/* The postsynaptic spikes that a synapse has to catch up over: those since its last visit. One at
 * the step of that visit came after it; one at the step of the arrival is still to come. */
typedef struct ph_posts {
    int n;
    const ph_history *history;
    int target;
    uint32_t first;
} ph_posts;

typedef struct ph_post {
    ph_step step;  /* when it counts: with the dendritic delay */
    double y;      /* first trace of the postsynaptic side, just after it */
    double y_two;  /* second one, just before it; 0: there is none */
    double gate;   /* of the dendrite's potential, 0 .. 1; 1: there is none */
} ph_post;

/** @brief The spikes that synapse i of a visit has to catch up over. Not collective. */
PH_API ph_posts ph_visit_posts(const ph_rule_context *context, const ph_visit *visit, int i);

/** @brief One of them. Not collective. @param k 0 .. posts->n - 1, the oldest first */
PH_API ph_post ph_posts_at(const ph_rule_context *context, const ph_posts *posts, int k);

/** @brief The first trace of synapse i's postsynaptic side as the arrival finds it, times the gate
 *  where there is one. Not collective. */
PH_API double ph_visit_y(const ph_rule_context *context, const ph_visit *visit, int i);

/** @brief The first trace of synapse i's presynaptic side at a step between its last visit and this
 *  one. Not collective. */
PH_API double ph_visit_x(const ph_rule_context *context, const ph_visit *visit, int i,
                         ph_step step);

/** @brief What is left of 1 after n >= 0 steps: exp(-n h / tau). Not collective. */
PH_API double ph_decay_left(const ph_decay *decay, ph_step n);

/** @brief An event-sampled parameter at an event of a step. Not collective. */
PH_API double ph_sampled_value(const ph_sampled *sampled, ph_step step);

/** @brief The integral of a gate from t0 to t1, weighted by the decay of what it gates since t0,
 *  ms. Not collective. @param t0,t1 steps within a visit's interval, t0 <= t1 */
PH_API double ph_gate_between(const ph_gate *gate, ph_step t0, ph_step t1);

#endif
