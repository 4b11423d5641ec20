/* SPDX-License-Identifier: Apache-2.0 */
/* Start and stop of MPI, and the few collectives that are not in the time loop. */
#include "base/memory.h"
#include "base/threads.h"
#include "comm/mpi_check.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MESSAGE_BYTES 4096

ph_status ph_mpi_error(int code, const char *call)
{
    char text[MPI_MAX_ERROR_STRING] = "unknown error";
    int length;
    (void)MPI_Error_string(code, text, &length);
    return ph_error(PH_FAILURE, "MPI: %s in %s", text, call);
}

ph_status ph_comm_start(int *argc, char ***argv, ph_comm **out)
{
    int level;
    ph_threads_unbind();
    PH_MPI(MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &level));
    PH_CHECK(level >= MPI_THREAD_FUNNELED, PH_RESOURCE,
             "this MPI library gives no threads (MPI_THREAD_FUNNELED)");
    ph_comm *comm;
    PH_ALLOC(comm, 1);
    *out = comm;
    PH_MPI(MPI_Comm_dup(MPI_COMM_WORLD, &comm->world));
    PH_MPI(MPI_Comm_set_errhandler(comm->world, MPI_ERRORS_RETURN));
    PH_MPI(MPI_Comm_rank(comm->world, &comm->rank));
    PH_MPI(MPI_Comm_size(comm->world, &comm->ranks));
    MPI_Comm here;
    PH_MPI(MPI_Comm_split_type(comm->world, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here));
    PH_MPI(MPI_Comm_size(here, &comm->ranks_here));
    PH_MPI(MPI_Comm_rank(here, &comm->rank_here));
    ph_status status = ph_mpi_find_cpus(comm, here);
    PH_MPI(MPI_Comm_free(&here));
    return status;
}

ph_status ph_comm_start_alone(int rank, int ranks, ph_comm **out)
{
    PH_TRY(ph_comm_start(NULL, NULL, out));
    PH_CHECK((*out)->ranks == 1, PH_CONFIG, "one rank alone is built without mpirun");
    (*out)->is_alone = 1;
    (*out)->rank = rank;
    (*out)->ranks = ranks;
    return PH_OK;
}

int ph_comm_is_alone(const ph_comm *comm)
{
    return comm->is_alone;
}

/* A rank's number in the communicator: who is alone has the only one. */
static int number_of(const ph_comm *comm, int rank)
{
    return comm->is_alone ? 0 : rank;
}

void ph_comm_stop(ph_comm **comm)
{
    if (*comm) {
        (void)MPI_Comm_free(&(*comm)->world);
        ph_free(*comm);
        *comm = NULL;
    }
    int initialized = 0;
    (void)MPI_Initialized(&initialized);
    if (initialized)
        (void)MPI_Finalize();
}

#define LOOKS 50               /* before a sleep: about as long as a message between two slices */
#define SLEEP_NANOSECONDS 20000

ph_status ph_mpi_wait(const ph_comm *comm, int n, MPI_Request *requests, MPI_Status *statuses)
{
    if (!comm->shares_cores) {
        PH_MPI(MPI_Waitall(n, requests, statuses));
        return PH_OK;
    }
    for (int look = 0;; look++) {
        int done;
        PH_MPI(MPI_Testall(n, requests, &done, statuses));
        if (done)
            return PH_OK;
        const struct timespec nap = {0, SLEEP_NANOSECONDS};
        if (look >= LOOKS)
            (void)nanosleep(&nap, NULL); /* woken early is no harm */
    }
}

int ph_comm_rank(const ph_comm *comm)
{
    return comm->rank;
}

int ph_comm_ranks(const ph_comm *comm)
{
    return comm->ranks;
}

int ph_comm_ranks_here(const ph_comm *comm)
{
    return comm->ranks_here;
}

int ph_comm_rank_here(const ph_comm *comm)
{
    return comm->rank_here;
}

ph_status ph_comm_agree(const ph_comm *comm, ph_status mine)
{
    struct {
        int code, rank;
    } here = {(int)mine, comm->rank}, worst;
    PH_MPI(MPI_Allreduce(&here, &worst, 1, MPI_2INT, MPI_MAXLOC, comm->world));
    if (worst.code == PH_OK)
        return PH_OK;
    char text[MESSAGE_BYTES] = "";
    if (comm->rank == worst.rank)
        snprintf(text, sizeof text, "%s", ph_error_message());
    PH_MPI(MPI_Bcast(text, MESSAGE_BYTES, MPI_CHAR, number_of(comm, worst.rank),
                     comm->world));
    return ph_error((ph_status)worst.code, "%s", text);
}

void ph_comm_speak(const ph_comm *comm, ph_status status)
{
    if (comm->rank == 0) {
        fprintf(stderr, "phasic: %s\n", ph_error_message());
        fflush(stderr);
    }
    (void)MPI_Barrier(comm->world);
    (void)ph_error(status, "%s", "");
}

ph_status ph_comm_spread(const ph_comm *comm, int root, char **text)
{
    int64_t bytes = comm->rank == root ? (int64_t)strlen(*text) + 1 : 0;
    PH_MPI(MPI_Bcast(&bytes, 1, MPI_INT64_T, number_of(comm, root), comm->world));
    PH_CHECK(bytes < INT32_MAX, PH_CONFIG, "the configuration is larger than 2 GiB");
    if (comm->rank != root)
        PH_ALLOC(*text, bytes);
    PH_MPI(MPI_Bcast(*text, (int)bytes, MPI_CHAR, number_of(comm, root), comm->world));
    return PH_OK;
}

ph_status ph_comm_spread_bytes(const ph_comm *comm, int root, void **bytes, int64_t *n)
{
    PH_MPI(MPI_Bcast(n, 1, MPI_INT64_T, number_of(comm, root), comm->world));
    PH_CHECK(*n < INT32_MAX, PH_RESOURCE, "more than 2 GiB are to be spread over ranks");
    if (comm->rank != root)
        *bytes = ph_calloc((size_t)*n, 1);
    PH_TRY(ph_comm_agree(comm, *bytes ? PH_OK : ph_error(PH_RESOURCE, "out of memory: %lld bytes",
                                                         (long long)*n)));
    PH_MPI(MPI_Bcast(*bytes, (int)*n, MPI_BYTE, number_of(comm, root), comm->world));
    return PH_OK;
}

/* Where each rank's bytes begin. */
static ph_status places_of(const int *counts, int ranks, int *places, int64_t *n_all)
{
    *n_all = 0;
    for (int r = 0; r < ranks; r++) {
        places[r] = (int)*n_all;
        *n_all += counts[r];
        PH_CHECK(*n_all < INT32_MAX, PH_RESOURCE, "more than 2 GiB are to be collected");
    }
    return PH_OK;
}

ph_status ph_comm_gather(const ph_comm *comm, const void *mine, int64_t n, void **all,
                         int64_t *n_all)
{
    int *counts = NULL, *places = NULL, bytes = (int)n, is_first = comm->rank == 0;
    *all = NULL;
    *n_all = 0;
    ph_status status = PH_OK;
    if (is_first) {
        counts = ph_calloc((size_t)comm->ranks, sizeof *counts);
        places = ph_calloc((size_t)comm->ranks, sizeof *places);
        if (!counts || !places)
            status = ph_error(PH_RESOURCE, "out of memory: %d ranks", comm->ranks);
    }
    if (n >= INT32_MAX)
        status = ph_error(PH_RESOURCE, "more than 2 GiB are to be collected");
    status = ph_comm_agree(comm, status);
    if (status == PH_OK)
        PH_MPI(MPI_Gather(&bytes, 1, MPI_INT, counts, 1, MPI_INT, 0, comm->world));
    if (status == PH_OK && is_first) {
        status = places_of(counts, comm->ranks, places, n_all);
        if (status == PH_OK && !(*all = ph_calloc((size_t)*n_all, 1)))
            status = ph_error(PH_RESOURCE, "out of memory: %lld bytes", (long long)*n_all);
    }
    status = ph_comm_agree(comm, status);
    if (status == PH_OK)
        PH_MPI(MPI_Gatherv(mine, bytes, MPI_BYTE, *all, counts, places, MPI_BYTE, 0,
                           comm->world));
    ph_free(counts);
    ph_free(places);
    return status;
}

ph_status ph_comm_sum(const ph_comm *comm, int64_t *values, int n)
{
    PH_MPI(MPI_Allreduce(MPI_IN_PLACE, values, n, MPI_INT64_T, MPI_SUM, comm->world));
    return PH_OK;
}

ph_status ph_comm_sum_reals(const ph_comm *comm, double *values, int n)
{
    PH_MPI(MPI_Allreduce(MPI_IN_PLACE, values, n, MPI_DOUBLE, MPI_SUM, comm->world));
    return PH_OK;
}

ph_status ph_comm_max(const ph_comm *comm, double *values, int n)
{
    PH_MPI(MPI_Allreduce(MPI_IN_PLACE, values, n, MPI_DOUBLE, MPI_MAX, comm->world));
    return PH_OK;
}

ph_status ph_comm_progress(const ph_comm *comm)
{
    /* A look that finds nothing may give the core away, which costs more than it brings where
     * ranks share cores. */
    int flag;
    if (comm->ranks > 1 && !comm->shares_cores)
        PH_MPI(MPI_Iprobe(MPI_ANY_SOURCE, PH_TAG_NEVER_SENT, comm->world, &flag,
                          MPI_STATUS_IGNORE));
    return PH_OK;
}

ph_status ph_comm_barrier(const ph_comm *comm)
{
    PH_MPI(MPI_Barrier(comm->world));
    return PH_OK;
}

ph_status ph_comm_swap(const ph_comm *comm, int to, const ph_gid *give, int n, int from,
                       ph_gid **take, int *n_take)
{
    PH_MPI(MPI_Sendrecv(&n, 1, MPI_INT, to, PH_TAG_LISTS, n_take, 1, MPI_INT, from, PH_TAG_LISTS,
                        comm->world, MPI_STATUS_IGNORE));
    /* Who has no room says so, and is sent nothing: its partner would wait for ever. */
    *take = ph_calloc((size_t)*n_take, sizeof **take);
    int is_ready = *take != NULL, they_are;
    PH_MPI(MPI_Sendrecv(&is_ready, 1, MPI_INT, from, PH_TAG_LISTS, &they_are, 1, MPI_INT, to,
                        PH_TAG_LISTS, comm->world, MPI_STATUS_IGNORE));
    PH_MPI(MPI_Sendrecv(give, n, MPI_INT64_T, they_are ? to : MPI_PROC_NULL, PH_TAG_LISTS, *take,
                        *n_take, MPI_INT64_T, is_ready ? from : MPI_PROC_NULL, PH_TAG_LISTS,
                        comm->world, MPI_STATUS_IGNORE));
    PH_CHECK(is_ready, PH_RESOURCE, "out of memory: %d sources of another rank", *n_take);
    return PH_OK;
}
