/* SPDX-License-Identifier: Apache-2.0 */
/* The beat's reduction and broadcast, each on a communicator of its own. */
#include "comm/beat.h"

#include "base/memory.h"
#include "comm/mpi_check.h"

#include <string.h>

struct ph_beat_comm {
    const ph_comm *comm;
    MPI_Comm up, down;
    int root, rank, n_counts;
    size_t state_bytes;
    int64_t *mine, *sums;
    char *state;
    MPI_Request requests[2];
};

ph_status ph_beat_create(const ph_comm *comm, int root, int n_counts, size_t state_bytes,
                         ph_beat_comm **out)
{
    ph_beat_comm *beat;
    PH_ALLOC(beat, 1);
    *out = beat;
    beat->comm = comm;
    beat->root = root;
    beat->rank = comm->rank;
    beat->n_counts = n_counts;
    beat->state_bytes = state_bytes;
    beat->requests[0] = beat->requests[1] = MPI_REQUEST_NULL;
    PH_ALLOC(beat->mine, n_counts);
    PH_ALLOC(beat->sums, n_counts);
    PH_ALLOC(beat->state, state_bytes);
    PH_MPI(MPI_Comm_dup(comm->world, &beat->up));
    PH_MPI(MPI_Comm_dup(comm->world, &beat->down));
    return PH_OK;
}

void ph_beat_destroy(ph_beat_comm **out)
{
    ph_beat_comm *beat = *out;
    if (!beat)
        return;
    (void)MPI_Waitall(2, beat->requests, MPI_STATUSES_IGNORE);
    (void)MPI_Comm_free(&beat->up);
    (void)MPI_Comm_free(&beat->down);
    ph_free(beat->mine);
    ph_free(beat->sums);
    ph_free(beat->state);
    ph_free(beat);
    *out = NULL;
}

ph_status ph_beat_post(ph_beat_comm *beat, const int64_t *counts, const void *state)
{
    memcpy(beat->mine, counts, (size_t)beat->n_counts * sizeof *counts);
    if (beat->rank == beat->root)
        memcpy(beat->state, state, beat->state_bytes);
    PH_MPI(MPI_Ireduce(beat->mine, beat->sums, beat->n_counts, MPI_INT64_T, MPI_SUM, beat->root,
                       beat->up, &beat->requests[0]));
    PH_MPI(MPI_Ibcast(beat->state, (int)beat->state_bytes, MPI_BYTE, beat->root, beat->down,
                      &beat->requests[1]));
    return PH_OK;
}

ph_status ph_beat_finish(ph_beat_comm *beat, int64_t *counts, void *state)
{
    PH_TRY(ph_mpi_wait(beat->comm, 2, beat->requests, MPI_STATUSES_IGNORE));
    if (beat->rank == beat->root)
        memcpy(counts, beat->sums, (size_t)beat->n_counts * sizeof *counts);
    memcpy(state, beat->state, beat->state_bytes);
    return PH_OK;
}
