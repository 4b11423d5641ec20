/* SPDX-License-Identifier: Apache-2.0 */
/* The time at which the scheduler ends the job that this run is in. */
#ifndef PHASIC_SIM_JOB_END_H
#define PHASIC_SIM_JOB_END_H

/* All times are those of ph_clock, in s. */
typedef struct ph_job_end {
    double at;      /* NaN: not known */
    double margin;  /* before it the last checkpoint is begun */
    double began;   /* when the run began */
    int warned, asked;
} ph_job_end;

/** @brief Ask the environment: SLURM_JOB_END_TIME, which Slurm sets, or PHASIC_JOB_END, in Unix
 *  seconds. It is turned into time from now on: what is done to the system's clock later changes
 *  nothing. Not collective. */
ph_job_end ph_job_end_find(void);

/** @brief Whether the job ends so soon that a checkpoint is due now; 1 once only. Not collective.
 *  @param write_s what checkpoints have taken so far, at most */
int ph_job_end_is_near(ph_job_end *end, double write_s);

/** @brief Whether a run that has so long to go will have ended by then; 1 where either is not
 *  known. Not collective.
 *  @param left_s wall time; NaN: not known */
int ph_job_end_fits(const ph_job_end *end, double left_s);

/** @brief Whether a user should be told now that the run will not fit; 1 once only, and not before
 *  its rate is known. Not collective. */
int ph_job_end_warns(ph_job_end *end, double left_s);

#endif
