/* SPDX-License-Identifier: Apache-2.0 */
/* The closing figures of a run: written to OUT/summary.json and printed as the closing table. */
#ifndef PHASIC_IO_SUMMARY_H
#define PHASIC_IO_SUMMARY_H

#include "model/brain.h"

#define PH_STAGES 7
enum ph_stage { PH_STAGE_BUILD, PH_STAGE_DELIVER, PH_STAGE_UPDATE, PH_STAGE_EXCHANGE,
                PH_STAGE_NEUROMOD, PH_STAGE_WRITE, PH_STAGE_OTHER };

typedef struct ph_phase_summary {
    const char *name;
    int64_t trials;
    double accuracy;         /* NaN without trials */
    double accuracy_last_50; /* of the last 50 trials, or of all when fewer */
} ph_phase_summary;

typedef struct ph_population_summary {
    const char *name;  /* region.population */
    int64_t neurons;
    double rate;       /* mean of a neuron, Hz; NaN: no time has passed */
} ph_population_summary;

/* How fast delivery was, and how fast adding into memory can be here; NaN and NULL: unknown. All
 * rates are those of one thread while all are at it. */
typedef struct ph_delivery {
    double per_s;               /* synaptic events a second of the stage `deliver` */
    double limit_per_s;         /* scatter-add of synapses read as they lie: `phasic bench` */
    const char *limit_kernel;
    double buckets_per_s;       /* the same in buckets at random places */
    const char *buckets_kernel;
    int64_t window;             /* slots of the largest block's input array */
} ph_delivery;

/* What ranks sent each other over a tier. */
typedef struct ph_traffic {
    int64_t messages, bytes; /* of all ranks */
    double wait_s;           /* of a rank, mean */
} ph_traffic;

typedef struct ph_summary {
    int complete;             /* 1 when the run reached its end (or --until) */
    const char *exit_reason;  /* "finished", "until", ... */
    int64_t seed;
    uint64_t spike_hash, weight_hash;
    int64_t neurons, synapses, plastic_synapses;
    int64_t largest_rank_neurons, largest_rank_synapses;
    int ranks, threads;
    double biological_s, build_s, simulate_s;
    double stepped_s;               /* of biological_s, what is no rest */
    double stages_s[PH_STAGES];     /* mean over ranks and threads */
    double stages_max_s[PH_STAGES]; /* largest */
    double stages_min_s[PH_STAGES]; /* smallest: of exchange, what is no waiting for the slowest */
    double real_time_factor;        /* simulate_s / biological_s */
    int64_t spikes, synaptic_events, plastic_events;
    double bytes_per_synapse;
    int64_t peak_rss_bytes;         /* largest rank */
    double delivery_limit_share;    /* delivery.per_s / limit_per_s; NaN: null in the file */
    ph_delivery delivery;
    double exchange_hidden_share;   /* of the time that spikes travelled between ranks: not spent
                                       waiting; NaN when none travelled */
    ph_traffic slice, epoch;        /* spikes within regions, and over tracts */
    const char *host;               /* of rank 0; borrowed; NULL: not known */
    int machines, cores_bound;      /* machines in all; cpus that rank 0 may run on;
                                       0: not known */
    int is_pinned;                  /* 1: each thread of rank 0 keeps to one of them */
    int n_populations;
    const ph_population_summary *populations; /* borrowed */
    int n_phases;
    const ph_phase_summary *phases; /* borrowed */
    const ph_experiment *experiment; /* borrowed; NULL or without a claim: none is told */
} ph_summary;

/** @brief Write OUT/summary.json (temporary name, then renamed). Not collective. */
ph_status ph_summary_write(const char *out_folder, const ph_summary *summary);

/** @brief Print the closing table to standard output. Not collective. */
ph_status ph_summary_print(const ph_summary *summary);

#endif
