/* SPDX-License-Identifier: Apache-2.0 */
/* The only room that calls MPI: start and stop, agreement on errors, spreading text and lists. */
#ifndef PHASIC_COMM_COMM_H
#define PHASIC_COMM_COMM_H

#include "base/cpus.h"

#include <phasic/status.h>
#include <phasic/types.h>

typedef struct ph_comm ph_comm;

/* The cpus that this rank may run on, as the scheduler or launcher has given them. */
typedef struct ph_cpus {
    ph_cpu_set allowed;
    int n;              /* how many they are; 0: not known, and all of the machine's are meant */
    int ranks, index;   /* how many ranks may use some of them, this one's number among them */
    int are_told_apart; /* 1: these ranks may all use the same ones */
} ph_cpus;

/** @brief Start MPI (FUNNELED) and duplicate the world, with errors returned.
 *  Collective on the world. @param comm out: owned by the caller */
ph_status ph_comm_start(int *argc, char ***argv, ph_comm **comm);

/** @brief Start MPI for a process that builds one rank's share of the brain alone, as if it were
 *  rank `rank` of `ranks`: nothing comes from the others. Not collective. */
ph_status ph_comm_start_alone(int rank, int ranks, ph_comm **comm);

/** @brief Whether the other ranks do not exist. Not collective. */
int ph_comm_is_alone(const ph_comm *comm);

/** @brief Free the communicator and stop MPI. Collective on comm. */
void ph_comm_stop(ph_comm **comm);

/** @brief Number of this rank. Not collective. */
int ph_comm_rank(const ph_comm *comm);

/** @brief Number of ranks. Not collective. */
int ph_comm_ranks(const ph_comm *comm);

/** @brief Ranks on this rank's machine. Not collective. */
int ph_comm_ranks_here(const ph_comm *comm);

/** @brief Number of this rank among those on its machine, from 0. Not collective. */
int ph_comm_rank_here(const ph_comm *comm);

/** @brief The cpus that this rank may run on, as they were when MPI was started.
 *  Not collective. @return borrowed */
const ph_cpus *ph_comm_cpus(const ph_comm *comm);

/** @brief Whether the environment variable PHASIC_CORES says how many cores the ranks on this
 *  machine have together, whatever the system says: for tests. Not collective. */
int ph_comm_cores_are_wished(void);

/** @brief Whether each thread of each rank that shares this one's cores has one of its own.
 *  Not collective. @param threads of each rank */
int ph_comm_has_cores(const ph_comm *comm, int threads);

/** @brief How many of the threads asked for have a core, at least one. Not collective.
 *  @param threads that each rank was asked for */
int ph_comm_threads(const ph_comm *comm, int threads);

/** @brief Whether this rank has a core for itself: 1 for as many of the ranks that share cores as
 *  there are cores, else 0. Not collective. */
int ph_comm_has_core(const ph_comm *comm);

/** @brief Say that ranks and threads on this machine share cores, so that waiting ranks sleep.
 *  Where there are fewer cores than ranks, this rank keeps to one of them. Not collective. */
void ph_comm_share_cores(ph_comm *comm, int shares_cores);

/** @brief Let all ranks know the worst status of any; its message reaches every rank.
 *  Collective on comm. @param mine this rank's status, its message in the thread
 *  @return the same code on every rank: the largest */
ph_status ph_comm_agree(const ph_comm *comm, ph_status mine);

/** @brief Say an agreed error on standard error, once, and clear its message: nobody leaves before,
 *  since a launcher ends the others as soon as one leaves with an error. Collective on comm. */
void ph_comm_speak(const ph_comm *comm, ph_status status);

/** @brief Copy text from the root to all ranks. Collective on comm.
 *  @param text on the root: the text; elsewhere: out, owned by the caller, freed with ph_free */
ph_status ph_comm_spread(const ph_comm *comm, int root, char **text);

/** @brief Copy bytes from the root to all ranks. Collective on comm.
 *  @param bytes,n on the root: the bytes; elsewhere: out, owned by the caller, freed with
 *  ph_free */
ph_status ph_comm_spread_bytes(const ph_comm *comm, int root, void **bytes, int64_t *n);

/** @brief Collect the bytes of all ranks on rank 0, in the order of ranks. Collective on comm.
 *  @param all,n_all out: on rank 0, owned by the caller, freed with ph_free; elsewhere NULL, 0 */
ph_status ph_comm_gather(const ph_comm *comm, const void *mine, int64_t n, void **all,
                         int64_t *n_all);

/** @brief Element-wise sums over ranks of integers, to all of them. Collective on comm. */
ph_status ph_comm_sum(const ph_comm *comm, int64_t *values, int n);

/** @brief Element-wise sums of floating-point figures for display only: their last digits depend
 *  on the number of ranks. Collective on comm. */
ph_status ph_comm_sum_reals(const ph_comm *comm, double *values, int n);

/** @brief Element-wise maxima over ranks, to all of them. Collective on comm. */
ph_status ph_comm_max(const ph_comm *comm, double *values, int n);

/** @brief Let messages that are under way move on: Open MPI does so only within calls.
 *  Nothing is done where ranks share cores. Not collective. */
ph_status ph_comm_progress(const ph_comm *comm);

/** @brief Wait for all ranks. Collective on comm. */
ph_status ph_comm_barrier(const ph_comm *comm);

/** @brief Give one rank a list of global ids (what is needed of it) and take one from another.
 *  Collective on comm, in rounds in which every rank gives and takes once.
 *  @param give,n ids for rank `to` @param take,n_take out: from rank `from`; owned by the caller,
 *  freed with ph_free */
ph_status ph_comm_swap(const ph_comm *comm, int to, const ph_gid *give, int n, int from,
                       ph_gid **take, int *n_take);

#endif
