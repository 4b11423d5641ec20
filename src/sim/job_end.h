/* SPDX-License-Identifier: Apache-2.0 */
/* The time at which the scheduler ends the job that this run is in. */
#ifndef PHASIC_SIM_JOB_END_H
#define PHASIC_SIM_JOB_END_H

#include "comm/comm.h"

/* All times are those of ph_clock, in s. */
typedef struct ph_job_end {
    double at;      /* NaN: not known */
    double began;   /* when the run began */
    double write_s; /* that writing a checkpoint is expected to take, while none has been written */
    int warned;
    int asked;      /* how often a checkpoint was thought of */
} ph_job_end;

/** @brief Ask the environment of every rank: SLURM_JOB_END_TIME, which Slurm sets, or
 *  PHASIC_JOB_END, in Unix seconds. Launchers do not give either to ranks on other machines, so the
 *  earliest that any rank knows counts for all. It is turned into time from now on: what is done to
 *  the system's clock later changes nothing. Collective on comm.
 *  @param state_bytes that this rank will write into a checkpoint
 *  @param end out: the same on every rank, but for its clock */
ph_status ph_job_end_find(const ph_comm *comm, double state_bytes, ph_job_end *end);

/** @brief Whether the job ends so soon that a checkpoint is due now, and what for. The first time
 *  one is written in any case, and the run leaves if it will not fit; the second time, at half of
 *  the time before the end, one is written only if it must leave. Not collective.
 *  @param write_s what checkpoints have taken so far, at most; 0: none has been written
 *  @param left_s wall time that the run has to go; NaN: not known
 *  @param leave out: set to 1 if the run must leave */
int ph_job_end_ask(ph_job_end *end, double write_s, double left_s, int *leave);

/** @brief Whether a user should be told now that the run will not fit; 1 once only, and not before
 *  its rate is known. Not collective. */
int ph_job_end_warns(ph_job_end *end, double left_s);

#endif
