/* SPDX-License-Identifier: Apache-2.0 */
/* The closing figures of a run: written to OUT/summary.json and printed as the closing table. */
#ifndef PHASIC_IO_SUMMARY_H
#define PHASIC_IO_SUMMARY_H

#include <phasic/status.h>
#include <phasic/types.h>

#define PH_STAGES 7
enum ph_stage { PH_STAGE_BUILD, PH_STAGE_DELIVER, PH_STAGE_UPDATE, PH_STAGE_EXCHANGE,
                PH_STAGE_NEUROMOD, PH_STAGE_WRITE, PH_STAGE_OTHER };

typedef struct ph_phase_summary {
    const char *name;
    int64_t trials;
    double accuracy;         /* NaN without trials */
    double accuracy_last_50; /* of the last 50 trials, or of all when fewer */
} ph_phase_summary;

typedef struct ph_summary {
    int complete;             /* 1 when the run reached its end (or --until) */
    const char *exit_reason;  /* "finished", "until", ... */
    int64_t seed;
    uint64_t spike_hash, weight_hash;
    int64_t neurons, synapses, plastic_synapses;
    int64_t largest_rank_neurons, largest_rank_synapses;
    int ranks, threads;
    double biological_s, build_s, simulate_s;
    double stages_s[PH_STAGES];     /* mean over ranks and threads */
    double stages_max_s[PH_STAGES]; /* largest */
    double real_time_factor;        /* simulate_s / biological_s */
    int64_t spikes, synaptic_events, plastic_events;
    double bytes_per_synapse;
    int64_t peak_rss_bytes;         /* largest rank */
    double delivery_limit_share;    /* NaN until measured: null in the file */
    double exchange_hidden_share;   /* of the time that spikes travelled between ranks: not spent
                                       waiting; NaN when none travelled */
    int n_phases;
    const ph_phase_summary *phases; /* borrowed */
} ph_summary;

/** @brief Write OUT/summary.json (temporary name, then renamed). Not collective. */
ph_status ph_summary_write(const char *out_folder, const ph_summary *summary);

/** @brief Print the closing table to standard output. Not collective. */
ph_status ph_summary_print(const ph_summary *summary);

#endif
