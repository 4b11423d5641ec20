/* SPDX-License-Identifier: Apache-2.0 */
/* What a rank will hold, from the description alone: synapses, rows, sources, and the memory they
 * take. Numbers of rows follow from the mean number of synapses of a source, taken as Poisson. */
#ifndef PHASIC_NETWORK_PREDICT_H
#define PHASIC_NETWORK_PREDICT_H

#include "layout/layout.h"

/* Work of one kind that a rank does in a biological second. */
typedef struct ph_work {
    const ph_descriptor *what; /* neuron model or stimulus: updates of neurons; plasticity rule:
                                  its synaptic events; NULL: those of static synapses */
    double per_s;
    double synapses;   /* of a rule, all of them */
    double runs_per_s; /* of events: runs of synapses that they lie in, over all blocks */
    double spikes_per_s; /* of a stimulus: that it brings to all neurons, where its rate is known */
} ph_work;

#define PH_WORKS_MOST 24 /* kinds; more are counted with the last */

/* The bytes are those of one rank, expected. */
typedef struct ph_prediction {
    double neurons, synapses;
    double rows, runs;       /* of all blocks */
    double sources;          /* neurons of any rank with synapses here */
    double needed;           /* of them: other ranks' */
    double events_per_s;     /* synaptic events at the expected rates */
    double spikes_in_per_s;  /* spikes that other ranks send */
    double senders;          /* ranks that send them, of both tiers */
    double slice_senders;    /* of the slice's tier alone */
    double messages_in_per_s;
    double neuron_bytes, synapse_bytes, index_bytes, exchange_bytes;
    double activity_bytes;   /* spikes on their way, and those that plasticity remembers */
    double building_bytes;   /* at the peak of building, beside what stays */
    double groups, stimuli;  /* populations here, and their stimuli: each costs something a step */
    int n_works;
    ph_work works[PH_WORKS_MOST];
} ph_prediction;

typedef struct ph_predictor ph_predictor;

/** @brief Prepare to predict: tabulates the delays of all projections. Not collective.
 *  @param brain,layout borrowed @param predictor out: owned by the caller */
ph_status ph_predictor_create(const ph_brain *brain, const ph_layout *layout,
                              ph_predictor **predictor);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_predictor_destroy(ph_predictor **predictor);

/** @brief What a rank will hold. Not collective. */
ph_status ph_predict(const ph_predictor *predictor, int rank, ph_prediction *prediction);

/** @brief Expected rate of a population, Hz: `rate`, or 4 Hz where it is not given.
 *  Not collective. */
double ph_expected_rate(const ph_population *population);

#endif
