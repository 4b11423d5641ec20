/* SPDX-License-Identifier: Apache-2.0 */
/* Private to comm: the communicator, tags, and the check of every MPI call. */
#ifndef PHASIC_COMM_MPI_CHECK_H
#define PHASIC_COMM_MPI_CHECK_H

#include "comm/comm.h"

#include <mpi.h>

struct ph_comm {
    MPI_Comm world; /* a duplicate */
    int rank, ranks;
    int rank_here, ranks_here; /* on this machine */
    int is_alone;     /* 1: rank and ranks are as if; `world` holds this process alone */
    int shares_cores; /* 1: this machine has fewer cores than ranks and threads */
    ph_cpus cpus;     /* of this machine, for this rank */
};

/** @brief Wait for all requests. Where ranks share cores, a rank that waits goes to sleep after a
 *  few looks, so that the one it waits for can run; else it goes on looking, which is faster.
 *  Not collective. @param statuses n of them, or MPI_STATUSES_IGNORE */
ph_status ph_mpi_wait(const struct ph_comm *comm, int n, MPI_Request *requests,
                      MPI_Status *statuses);

/** @brief Find out which cpus ranks may run on. Collective on here.
 *  @param here the ranks on this machine */
ph_status ph_mpi_find_cpus(struct ph_comm *comm, MPI_Comm here);

/* One tag for each kind of message. */
enum {
    PH_TAG_SPIKES_SLICE = 1,
    PH_TAG_SPIKES_EPOCH = 2,
    PH_TAG_BENCH = 3,
    PH_TAG_NEVER_SENT = 4,
    PH_TAG_LISTS = 5
};

/** @brief Turn an MPI error into a status. Not collective. */
ph_status ph_mpi_error(int code, const char *call);

#define PH_MPI(call)                                                                               \
    do {                                                                                           \
        int ph_mpi_code_ = (call);                                                                 \
        if (ph_mpi_code_ != MPI_SUCCESS)                                                           \
            return ph_mpi_error(ph_mpi_code_, #call);                                              \
    } while (0)

#endif
