/* SPDX-License-Identifier: Apache-2.0 */
/* Timing small messages among some of the ranks. */
#include "comm/latency.h"

#include "base/clock.h"
#include "base/memory.h"
#include "comm/mpi_check.h"

#define BATCHES 5
#define BATCH_S 0.02     /* aimed at */
#define TRIAL_ROUNDS 20  /* from which the number of rounds of a batch is reckoned */
#define MOST_ROUNDS 20000

typedef struct round_of {
    ph_comm group;      /* those that take part */
    ph_message message;
    int bytes;
    char *out, *in;     /* a message for each rank */
    MPI_Request *requests;
} round_of;

static ph_status point_to_point(round_of *r)
{
    int other = 1 - r->group.rank;
    if (r->group.rank == 0)
        PH_MPI(MPI_Send(r->out, r->bytes, MPI_BYTE, other, PH_TAG_BENCH, r->group.world));
    MPI_Request *request = &r->requests[0];
    PH_MPI(MPI_Irecv(r->in, r->bytes, MPI_BYTE, other, PH_TAG_BENCH, r->group.world, request));
    PH_TRY(ph_mpi_wait(&r->group, 1, request, MPI_STATUSES_IGNORE));
    if (r->group.rank == 1)
        PH_MPI(MPI_Send(r->out, r->bytes, MPI_BYTE, other, PH_TAG_BENCH, r->group.world));
    return PH_OK;
}

static ph_status exchange(round_of *r)
{
    int n = 0;
    for (int other = 0; other < r->group.ranks; other++)
        if (other != r->group.rank)
            PH_MPI(MPI_Irecv(r->in + other * r->bytes, r->bytes, MPI_BYTE, other, PH_TAG_BENCH,
                             r->group.world, &r->requests[n++]));
    for (int other = 0; other < r->group.ranks; other++)
        if (other != r->group.rank)
            PH_MPI(MPI_Isend(r->out, r->bytes, MPI_BYTE, other, PH_TAG_BENCH, r->group.world,
                             &r->requests[n++]));
    return ph_mpi_wait(&r->group, n, r->requests, MPI_STATUSES_IGNORE);
}

static ph_status rounds(round_of *r, int n, double *seconds)
{
    PH_MPI(MPI_Barrier(r->group.world));
    double begin = ph_clock();
    for (int i = 0; i < n; i++) {
        if (r->message == PH_MESSAGE_POINT_TO_POINT)
            PH_TRY(point_to_point(r));
        else if (r->message == PH_MESSAGE_EXCHANGE)
            PH_TRY(exchange(r));
        else
            PH_MPI(MPI_Allreduce(r->out, r->in, r->bytes / (int)sizeof(int64_t), MPI_INT64_T,
                                 MPI_SUM, r->group.world));
    }
    *seconds = (ph_clock() - begin) / n;
    return ph_comm_max(&r->group, seconds, 1);
}

static ph_status measure(round_of *r, double *microseconds)
{
    size_t bytes = (size_t)r->group.ranks * (size_t)r->bytes;
    PH_ALLOC(r->out, bytes);
    PH_ALLOC(r->in, bytes);
    PH_ALLOC(r->requests, 2 * r->group.ranks);
    double trial, best = 0;
    PH_TRY(rounds(r, TRIAL_ROUNDS, &trial));
    int n = trial * MOST_ROUNDS < BATCH_S ? MOST_ROUNDS : (int)(BATCH_S / trial) + 1;
    for (int b = 0; b < BATCHES; b++) {
        double seconds;
        PH_TRY(rounds(r, n, &seconds));
        if (b == 0 || seconds < best)
            best = seconds;
    }
    *microseconds = 1e6 * (r->message == PH_MESSAGE_POINT_TO_POINT ? best / 2 : best);
    return PH_OK;
}

ph_status ph_latency_measure(const ph_comm *comm, ph_message message, int n, int bytes,
                             double *microseconds)
{
    round_of r = {.group = *comm, .message = message, .bytes = bytes};
    ph_status status = PH_OK;
    *microseconds = 0;
    int takes_part = comm->rank < n;
    PH_MPI(MPI_Comm_split(comm->world, !takes_part, comm->rank, &r.group.world));
    PH_MPI(MPI_Comm_size(r.group.world, &r.group.ranks));
    if (takes_part)
        status = measure(&r, microseconds);
    /* The others must not keep a core busy with waiting. */
    struct ph_comm sleeper = *comm;
    sleeper.shares_cores = comm->shares_cores || !takes_part;
    MPI_Request done;
    PH_MPI(MPI_Ibarrier(comm->world, &done));
    PH_TRY(ph_mpi_wait(&sleeper, 1, &done, MPI_STATUSES_IGNORE));
    ph_free(r.out);
    ph_free(r.in);
    ph_free(r.requests);
    PH_MPI(MPI_Comm_free(&r.group.world));
    PH_TRY(ph_comm_agree(comm, status));
    return ph_comm_max(comm, microseconds, 1);
}
