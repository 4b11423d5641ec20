/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine's kinds of work cost on a machine, measured by the engine itself on small brains,
 * and how long a rank's share of a run takes by that. */
#ifndef PHASIC_BENCH_COSTS_H
#define PHASIC_BENCH_COSTS_H

#include "comm/comm.h"
#include "network/predict.h"

#include <stdio.h>

#define PH_COSTS_MOST 32   /* names of a kind */
#define PH_COSTS_GROUPS 32 /* numbers of ranks of which an exchange was measured */

typedef struct ph_cost {
    char name[40]; /* of a model, stimulus or rule */
    double ns;
} ph_cost;

typedef struct ph_cost_list {
    int n;
    ph_cost items[PH_COSTS_MOST];
} ph_cost_list;

/* Of synaptic events whose synapses take so many bytes of a thread: each, and each run of them. */
typedef struct ph_event_cost {
    double event_ns, run_ns, bytes;
} ph_event_cost;

/* All times are of one thread while `threads` of them work. 0: not known. */
typedef struct ph_costs {
    char source[200];    /* where they are from, in words */
    int threads;
    ph_cost_list updates;       /* of neuron models and stimuli: a neuron and step */
    ph_cost_list rules;         /* a plastic event */
    ph_cost_list rests;         /* of rules: a synapse in a step of a rest */
    ph_event_cost small, large; /* static synapses, in a core's own cache and in memory */
    double rule_run_ns;         /* of a run of plastic synapses */
    double spike_ns;            /* that a stimulus brings to a neuron */
    double group_ns, stimulus_ns; /* of a population here, and of its stimulus: each step */
    double slice_us, beat_us;   /* what each costs however little there is to do */
    double barrier_us;          /* of several threads, where slice_us is of one */
    double build_ns;            /* of a synapse */
    int n_groups;
    double partners[PH_COSTS_GROUPS];    /* other ranks in an exchange, ascending */
    double exchange_us[PH_COSTS_GROUPS]; /* each to each, small messages */
    double network_us, network_bytes_per_s; /* between machines, from a file alone; 0: as within */
} ph_costs;

/* Seconds that a biological second takes a rank, and of which; a rest apart. */
typedef struct ph_estimate {
    double update_s, deliver_s, other_s; /* other: what slices and beats cost by themselves */
    double exchange_s;                   /* if none of it is hidden behind computation */
    double rest_step_s;                  /* seconds that a step of a rest takes it */
} ph_estimate;

/** @brief Figures of the machine that phasic was made on. Not collective. */
void ph_costs_default(ph_costs *costs);

/** @brief Measure all but messages, some seconds. Collective on comm, of one rank.
 *  @param registries all models and rules are measured */
ph_status ph_costs_measure(ph_comm *comm, const ph_registry *registries, int threads,
                           ph_costs *costs);

/** @brief Read figures that `phasic bench --json` wrote, over those that are there: what the file
 *  does not say stays. Not collective. @return PH_FILE, or PH_CONFIG with the place */
ph_status ph_costs_read(const char *path, ph_costs *costs);

/** @brief The member "costs" of bench's JSON, without a comma behind it. Not collective. */
void ph_costs_print_json(FILE *out, const ph_costs *costs);

/** @brief The same as a table. Not collective. */
void ph_costs_print(FILE *out, const ph_costs *costs);

/** @brief What a rank's work takes. Not collective.
 *  @param nodes machines on which the ranks are spread evenly */
void ph_costs_estimate(const ph_costs *costs, const ph_brain *brain, const ph_layout *layout,
                       const ph_prediction *prediction, int nodes, ph_estimate *estimate);

#endif
