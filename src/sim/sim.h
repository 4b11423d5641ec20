/* SPDX-License-Identifier: Apache-2.0 */
/* A run: from a brain and a communicator to recorded streams and a summary. */
#ifndef PHASIC_SIM_SIM_H
#define PHASIC_SIM_SIM_H

#include "comm/comm.h"
#include "io/summary.h"
#include "model/brain.h"
#include <phasic/controller.h>
#include <phasic/task.h>

typedef struct ph_sim ph_sim;

typedef struct ph_sim_options {
    int threads;
    uint64_t seed;
    double until_ms;         /* end of the run, ms; NaN: as the configuration says */
    double stop_ms;          /* stop then, with a checkpoint, ms; 0: not before the end */
    int quiet;               /* 1: no progress line */
    const char *out_folder;  /* exists; NULL: nothing is recorded */
    const char *config;      /* as resolved, for checkpoints; borrowed */
    const char *resume;      /* folder of the checkpoint to go on from, known on rank 0; borrowed */
    int resumes;             /* 1: the run goes on from it */
    int starts;              /* 1: another run begins in its state */
} ph_sim_options;

#define PH_INPUTS_MOST (PH_TASK_INPUTS + 2 * PH_MAX_CONTROLLERS)

/* Poisson inputs beside stimuli: the task's, then two of each controller to its nucleus. */
typedef struct ph_inputs {
    int n;
    ph_task_input of[PH_INPUTS_MOST];
    int code[PH_INPUTS_MOST]; /* by which its rates are asked for: ph_driven.input */
} ph_inputs;

/** @brief Ask task and controllers for their inputs. Not collective.
 *  @param task out: also the readouts */
ph_status ph_inputs_list(const ph_brain *brain, ph_task_layout *task, ph_inputs *inputs);

/** @brief Place and build the brain. Collective on comm.
 *  @param brain borrowed until ph_sim_destroy @param sim out: owned by the caller; destroy it even
 *  after an error. Errors are agreed: the same on every rank */
ph_status ph_sim_create(const ph_brain *brain, ph_comm *comm, const ph_sim_options *options,
                        ph_sim **sim);

/** @brief Place and build one rank's share alone, with all that a run has before its first step,
 *  files excepted. Not collective. @param comm of ph_comm_start_alone; the rest as above */
ph_status ph_sim_create_alone(const ph_brain *brain, ph_comm *comm, const ph_sim_options *options,
                              ph_sim **sim);

/** @brief Neurons, synapses and sources of this rank. Not collective. */
void ph_sim_count(const ph_sim *sim, int64_t *neurons, int64_t *synapses, int64_t *sources);

/** @brief Print what was built: regions, neurons, synapses, memory, placement.
 *  Collective on comm. */
ph_status ph_sim_print_header(ph_sim *sim);

/** @brief Run to the end; streams go to the part files of out_folder.
 *  Collective on comm. Errors are agreed. */
ph_status ph_sim_run(ph_sim *sim);

/** @brief Whether the run has ended before its end, with a checkpoint, as a signal asked for.
 *  Not collective; the same on every rank. */
int ph_sim_has_left(const ph_sim *sim);

/** @brief The closing figures. Collective on comm. @param summary out: its phases are borrowed
 *  from the sim */
ph_status ph_sim_summarize(ph_sim *sim, ph_summary *summary);

/** @brief Free the brain as it was built, once nothing more is asked of it: what a summary borrows
 *  stays. Collective on comm. */
void ph_sim_forget_brain(ph_sim *sim);

/** @brief Free everything. Collective on comm. */
void ph_sim_destroy(ph_sim **sim);

#endif
