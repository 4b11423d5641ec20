/* SPDX-License-Identifier: Apache-2.0 */
/* `phasic run`: options, and the function that runs. */
#ifndef PHASIC_CLI_RUN_H
#define PHASIC_CLI_RUN_H

#include "comm/comm.h"
#include "io/summary.h"
#include "model/brain.h"

typedef struct ph_run_options {
    const char *config;      /* path of the configuration; borrowed */
    const char *const *sets; /* n_sets overrides PATH=VALUE in the order given; --seed is the last
                                one, as simulation.seed=N; owned by the options */
    int n_sets;
    uint64_t seed;           /* of --seed */
    int has_seed;
    const char *out;         /* output folder; NULL: out/NAME-OF-CONFIG */
    int force;               /* 1: an existing folder is replaced */
    double until_ms;         /* end of the run; NaN: as the configuration says */
    double stop_ms;          /* stop there with a checkpoint; 0: not before the end */
    int threads;             /* of each rank, at least 1 */
    int quiet;               /* 1: no progress line */
    const char *resume;      /* folder of a run to go on with; NULL: a new run */
} ph_run_options;

/** @brief Run a configuration. Starts and stops MPI. Collective on all processes. */
ph_status ph_command_run(const ph_run_options *options);

/* What follows a run, when its brain is freed, takes memory again: at least so much, and more where
 * the run has given back more. Plans know of it. */
#define PH_MERGE_LEAST ((size_t)16 << 20) /* bytes on rank 0 */

/** @brief Bytes that measuring the limit takes of each thread. Not collective.
 *  @param ranks on a machine @param threads of each */
size_t ph_limit_bytes(int ranks, int threads);

/** @brief Measure the scatter-add limit of this machine, by as many threads as the run had, and add
 *  what it makes of delivery to the summary. Not after runs shorter than a second, nor where
 *  threads share cores: the share then stays unknown. Collective on comm. */
ph_status ph_run_limit(const ph_comm *comm, ph_summary *summary);

/** @brief Print by how much weights are rounded, where any are. Not collective; without MPI. */
ph_status ph_check_weights(const ph_brain *brain);

/** @brief Print a warning for each stimulus that begins when the run is over. Not collective. */
ph_status ph_check_stimuli(const ph_brain *brain);

#endif
