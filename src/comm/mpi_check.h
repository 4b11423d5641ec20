/* SPDX-License-Identifier: Apache-2.0 */
/* Private to comm: the communicator, tags, and the check of every MPI call. */
#ifndef PHASIC_COMM_MPI_CHECK_H
#define PHASIC_COMM_MPI_CHECK_H

#include "comm/comm.h"

#include <mpi.h>

struct ph_comm {
    MPI_Comm world; /* a duplicate */
    int rank, ranks, ranks_here;
};

/* One tag for each kind of message. */
enum { PH_TAG_SPIKES_SLICE = 1, PH_TAG_SPIKES_EPOCH = 2 };

/** @brief Turn an MPI error into a status. Not collective. */
ph_status ph_mpi_error(int code, const char *call);

#define PH_MPI(call)                                                                               \
    do {                                                                                           \
        int ph_mpi_code_ = (call);                                                                 \
        if (ph_mpi_code_ != MPI_SUCCESS)                                                           \
            return ph_mpi_error(ph_mpi_code_, #call);                                              \
    } while (0)

#endif
