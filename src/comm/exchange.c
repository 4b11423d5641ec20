/* SPDX-License-Identifier: Apache-2.0 */
/* Non-blocking point-to-point exchange of packed spikes. */
#include "comm/exchange.h"

#include "base/clock.h"
#include "base/memory.h"
#include "comm/mpi_check.h"

/* A rank that needs spikes of ours. */
typedef struct receiver {
    int rank;
    int32_t *place;  /* by own neuron: its place in the receiver's list, -1: not needed */
    uint32_t *words; /* spikes of the window */
    size_t count, room;
    uint32_t *sent;  /* the words on their way */
    size_t sent_room;
} receiver;

/* A rank whose spikes we need. */
typedef struct sender {
    int rank;
    int32_t *source; /* our number of each source we asked for */
    int n;
    uint32_t *words; /* room for every source in every step of the window */
    int room;
} sender;

struct ph_exchange {
    const ph_comm *comm;
    int tag, window;
    int n_receivers, n_senders;
    receiver *receivers;
    sender *senders;
    MPI_Request *sends, *receives;
    MPI_Status *statuses;
    ph_arrived *arrived;
    size_t arrived_room;
    double begun_at;         /* ph_clock of the last begin */
    double travel_s, wait_s; /* of all windows */
};

static ph_status create_senders(ph_exchange *x, const int32_t *source, const int *counts)
{
    PH_ALLOC(x->senders, x->comm->ranks);
    int at = 0;
    for (int r = 0; r < x->comm->ranks; r++) {
        if (counts[r] == 0)
            continue;
        sender *s = &x->senders[x->n_senders++];
        s->rank = r;
        s->n = counts[r];
        PH_CHECK((int64_t)s->n * x->window < INT32_MAX, PH_RESOURCE,
                 "rank %d needs %d neurons of rank %d: too many for 32-bit spikes; use more ranks",
                 x->comm->rank, s->n, r);
        s->room = s->n * x->window;
        PH_ALLOC(s->source, s->n);
        for (int i = 0; i < s->n; i++)
            s->source[i] = source[at + i];
        PH_ALLOC(s->words, s->room);
        at += counts[r];
    }
    return PH_OK;
}

static ph_status create_receivers(ph_exchange *x, const ph_gid *wanted, const int *counts,
                                  ph_lid n_local,
                                  ph_lid (*local_of)(const void *context, ph_gid gid),
                                  const void *context)
{
    PH_ALLOC(x->receivers, x->comm->ranks);
    int at = 0;
    for (int r = 0; r < x->comm->ranks; r++) {
        if (counts[r] == 0)
            continue;
        receiver *to = &x->receivers[x->n_receivers++];
        to->rank = r;
        PH_ALLOC(to->place, n_local);
        for (ph_lid i = 0; i < n_local; i++)
            to->place[i] = -1;
        for (int i = 0; i < counts[r]; i++)
            to->place[local_of(context, wanted[at + i])] = i;
        at += counts[r];
    }
    return PH_OK;
}

ph_status ph_exchange_create(const ph_comm *comm, int tier, int window, const ph_gid *needed,
                             const int32_t *source, const int *counts, ph_lid n_local,
                             ph_lid (*local_of)(const void *context, ph_gid gid),
                             const void *context, ph_exchange **out)
{
    ph_exchange *x;
    PH_ALLOC(x, 1);
    *out = x;
    x->comm = comm;
    x->tag = tier == 0 ? PH_TAG_SPIKES_SLICE : PH_TAG_SPIKES_EPOCH;
    x->window = window;
    PH_TRY(create_senders(x, source, counts));
    int *wanted_counts;
    ph_gid *wanted = NULL;
    PH_ALLOC(wanted_counts, comm->ranks);
    PH_TRY(ph_comm_swap_lists(comm, needed, counts, &wanted, wanted_counts));
    ph_status status =
        create_receivers(x, wanted, wanted_counts, n_local, local_of, context);
    ph_free(wanted);
    ph_free(wanted_counts);
    PH_TRY(status);
    PH_ALLOC(x->sends, x->n_receivers);
    PH_ALLOC(x->receives, x->n_senders);
    PH_ALLOC(x->statuses, x->n_senders);
    for (int i = 0; i < x->n_receivers; i++)
        x->sends[i] = MPI_REQUEST_NULL;
    for (int i = 0; i < x->n_senders; i++)
        x->receives[i] = MPI_REQUEST_NULL;
    return PH_OK;
}

void ph_exchange_destroy(ph_exchange **exchange)
{
    ph_exchange *x = *exchange;
    if (!x)
        return;
    /* A run may end while a window travels: its spikes are of no use, but must be taken in. */
    if (x->sends && x->receives) {
        (void)MPI_Waitall(x->n_senders, x->receives, MPI_STATUSES_IGNORE);
        (void)MPI_Waitall(x->n_receivers, x->sends, MPI_STATUSES_IGNORE);
    }
    for (int i = 0; x->receivers && i < x->n_receivers; i++) {
        ph_free(x->receivers[i].place);
        ph_free(x->receivers[i].words);
        ph_free(x->receivers[i].sent);
    }
    for (int i = 0; x->senders && i < x->n_senders; i++) {
        ph_free(x->senders[i].source);
        ph_free(x->senders[i].words);
    }
    ph_free(x->receivers);
    ph_free(x->senders);
    ph_free(x->sends);
    ph_free(x->receives);
    ph_free(x->statuses);
    ph_free(x->arrived);
    ph_free(x);
    *exchange = NULL;
}

int ph_exchange_receives(const ph_exchange *x)
{
    return x->n_senders > 0;
}

void ph_exchange_times(const ph_exchange *x, double *travel_s, double *wait_s)
{
    *travel_s = x->travel_s;
    *wait_s = x->wait_s;
}

ph_status ph_exchange_add(ph_exchange *x, ph_lid neuron, int offset)
{
    for (int i = 0; i < x->n_receivers; i++) {
        receiver *to = &x->receivers[i];
        int32_t place = to->place[neuron];
        if (place < 0)
            continue;
        PH_GROW(to->words, to->room, to->count + 1);
        to->words[to->count++] = (uint32_t)place * (uint32_t)x->window + (uint32_t)offset;
    }
    return PH_OK;
}

ph_status ph_exchange_begin(ph_exchange *x)
{
    x->begun_at = ph_clock();
    for (int i = 0; i < x->n_senders; i++)
        PH_MPI(MPI_Irecv(x->senders[i].words, x->senders[i].room, MPI_UINT32_T,
                         x->senders[i].rank, x->tag, x->comm->world, &x->receives[i]));
    /* The former window's words must have left before their memory is used again. */
    if (x->n_receivers) {
        PH_TRY(ph_mpi_wait(x->comm, x->n_receivers, x->sends, MPI_STATUSES_IGNORE));
        x->wait_s += ph_clock() - x->begun_at;
    }
    for (int i = 0; i < x->n_receivers; i++) {
        receiver *to = &x->receivers[i];
        uint32_t *words = to->words;
        size_t room = to->room;
        to->words = to->sent;
        to->room = to->sent_room;
        to->sent = words;
        to->sent_room = room;
        PH_MPI(MPI_Isend(to->sent, (int)to->count, MPI_UINT32_T, to->rank, x->tag,
                         x->comm->world, &x->sends[i]));
        to->count = 0;
    }
    return PH_OK;
}

ph_status ph_exchange_finish(ph_exchange *x, const ph_arrived **arrived, size_t *n)
{
    *n = 0;
    if (x->n_senders) {
        double begin = ph_clock();
        PH_TRY(ph_mpi_wait(x->comm, x->n_senders, x->receives, x->statuses));
        double end = ph_clock();
        x->wait_s += end - begin;
        x->travel_s += end - x->begun_at;
    }
    for (int i = 0; i < x->n_senders; i++) {
        int count;
        PH_MPI(MPI_Get_count(&x->statuses[i], MPI_UINT32_T, &count));
        PH_GROW(x->arrived, x->arrived_room, *n + (size_t)count);
        for (int k = 0; k < count; k++) {
            uint32_t word = x->senders[i].words[k], window = (uint32_t)x->window;
            x->arrived[(*n)++] =
                (ph_arrived){x->senders[i].source[word / window], (int32_t)(word % window)};
        }
    }
    *arrived = x->arrived;
    return PH_OK;
}
