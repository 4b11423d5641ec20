/* SPDX-License-Identifier: Apache-2.0 */
/* Non-blocking point-to-point exchange of packed spikes. */
#include "comm/exchange.h"

#include "base/clock.h"
#include "base/memory.h"
#include "comm/mpi_check.h"

#include <string.h>

/* A message has room for an eighth of the sources to spike in a window, which they seldom do. A
 * full one is followed by another with the rest, of any length: both sides know the room. */
static int room_for(int n)
{
    return 64 + n / 8;
}

/* A rank that needs spikes of ours. */
typedef struct receiver {
    int rank;
    int n, room;
    ph_lid *wanted;  /* n: own neurons in the order of its list; NULL once they are in `links` */
    uint32_t *words; /* spikes of the window */
    size_t count, words_room;
    uint32_t *sent;  /* the words on their way */
    size_t sent_room;
} receiver;

/* A rank whose spikes we need. */
typedef struct sender {
    int rank;
    int32_t *source; /* our number of each source we asked for */
    int n, room;
    uint32_t *words;
} sender;

/* An own neuron is needed by a receiver, at a place of its list. */
typedef struct link {
    int32_t receiver, place;
} link;

struct ph_exchange {
    const ph_comm *comm;
    int tag, window;
    ph_lid n_local;
    int n_receivers, n_senders;
    size_t receivers_room, senders_room;
    receiver *receivers;
    sender *senders;
    uint64_t *first_link;    /* n_local + 1 */
    link *links;             /* by own neuron */
    MPI_Request *sends, *receives; /* two a receiver: the first message and the rest */
    MPI_Status *statuses;
    ph_arrived *arrived;
    size_t arrived_room;
    uint32_t *rest;          /* of a message longer than its room */
    size_t rest_room;
    double begun_at;         /* ph_clock of the last begin */
    double travel_s, wait_s; /* of all windows */
    int64_t messages, bytes; /* sent, in all windows */
};

ph_status ph_exchange_create(const ph_comm *comm, int tier, int window, ph_lid n_local,
                             ph_exchange **out)
{
    ph_exchange *x;
    PH_ALLOC(x, 1);
    *out = x;
    x->comm = comm;
    x->tag = tier == 0 ? PH_TAG_SPIKES_SLICE : PH_TAG_SPIKES_EPOCH;
    x->window = window;
    x->n_local = n_local;
    return PH_OK;
}

static ph_status add_sender(ph_exchange *x, int rank, const int32_t *source, int n)
{
    PH_GROW(x->senders, x->senders_room, x->n_senders + 1);
    sender *s = &x->senders[x->n_senders++];
    *s = (sender){0};
    s->rank = rank;
    s->n = n;
    PH_CHECK((int64_t)n * x->window < INT32_MAX, PH_RESOURCE,
             "rank %d needs %d neurons of rank %d: too many for 32-bit spikes; use more ranks",
             x->comm->rank, n, rank);
    s->room = room_for(n);
    PH_ALLOC(s->source, n);
    memcpy(s->source, source, (size_t)n * sizeof *source);
    PH_ALLOC(s->words, s->room);
    return PH_OK;
}

static ph_status add_receiver(ph_exchange *x, int rank, int n, receiver **to)
{
    PH_GROW(x->receivers, x->receivers_room, x->n_receivers + 1);
    *to = &x->receivers[x->n_receivers++];
    **to = (receiver){0};
    (*to)->rank = rank;
    (*to)->n = n;
    (*to)->room = room_for(n);
    PH_ALLOC((*to)->wanted, n);
    return PH_OK;
}

/* Alone: what the other would ask is not known, but how much. */
static ph_status pretend_to_be_asked(ph_exchange *x, int from, int n)
{
    receiver *to;
    if (n > 0)
        PH_TRY(add_receiver(x, from, n, &to));
    for (int i = 0; i < n; i++)
        to->wanted[i] = (ph_lid)((int64_t)i * x->n_local / n);
    return PH_OK;
}

ph_status ph_exchange_ask(ph_exchange *x, int to, const ph_gid *needed, const int32_t *source,
                          int n, int from, ph_lid (*local_of)(const void *context, ph_gid gid),
                          const void *context)
{
    ph_gid *wanted = NULL;
    int n_wanted = 0;
    receiver *asks;
    ph_status status = ph_comm_is_alone(x->comm)
                           ? pretend_to_be_asked(x, from, n)
                           : ph_comm_swap(x->comm, to, needed, n, from, &wanted, &n_wanted);
    if (status == PH_OK && n > 0)
        status = add_sender(x, to, source, n);
    if (status == PH_OK && n_wanted > 0)
        status = add_receiver(x, from, n_wanted, &asks);
    for (int i = 0; status == PH_OK && i < n_wanted; i++)
        asks->wanted[i] = local_of(context, wanted[i]);
    ph_free(wanted);
    return status;
}

/* From lists by receiver to lists by neuron: counted, summed, filled in. */
static ph_status make_links(ph_exchange *x)
{
    PH_ALLOC(x->first_link, x->n_local + 1);
    for (int r = 0; r < x->n_receivers; r++)
        for (int i = 0; i < x->receivers[r].n; i++)
            x->first_link[x->receivers[r].wanted[i] + 1]++;
    for (ph_lid i = 0; i < x->n_local; i++)
        x->first_link[i + 1] += x->first_link[i];
    PH_ALLOC(x->links, x->first_link[x->n_local]);
    for (int r = 0; r < x->n_receivers; r++) {
        receiver *to = &x->receivers[r];
        for (int i = 0; i < to->n; i++)
            x->links[x->first_link[to->wanted[i]]++] = (link){r, i};
        ph_free(to->wanted);
        to->wanted = NULL;
    }
    /* Each beginning has moved to its end, which is the next one's beginning. */
    memmove(x->first_link + 1, x->first_link, (size_t)x->n_local * sizeof *x->first_link);
    x->first_link[0] = 0;
    return PH_OK;
}

ph_status ph_exchange_prepare(ph_exchange *x)
{
    PH_TRY(make_links(x));
    PH_ALLOC(x->sends, 2 * x->n_receivers);
    PH_ALLOC(x->receives, x->n_senders);
    PH_ALLOC(x->statuses, x->n_senders);
    for (int i = 0; i < 2 * x->n_receivers; i++)
        x->sends[i] = MPI_REQUEST_NULL;
    for (int i = 0; i < x->n_senders; i++)
        x->receives[i] = MPI_REQUEST_NULL;
    return PH_OK;
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

void ph_exchange_sent(const ph_exchange *x, int64_t *messages, int64_t *bytes)
{
    *messages = x->messages;
    *bytes = x->bytes;
}

ph_status ph_exchange_add(ph_exchange *x, ph_lid neuron, int offset)
{
    for (uint64_t i = x->first_link[neuron]; i < x->first_link[neuron + 1]; i++) {
        receiver *to = &x->receivers[x->links[i].receiver];
        PH_GROW(to->words, to->words_room, to->count + 1);
        to->words[to->count++] =
            (uint32_t)x->links[i].place * (uint32_t)x->window + (uint32_t)offset;
    }
    return PH_OK;
}

/* The former window's words must have left before their memory is used again. */
static ph_status send(ph_exchange *x, receiver *to, MPI_Request *requests)
{
    uint32_t *words = to->words;
    size_t room = to->words_room, rest = 0;
    to->words = to->sent;
    to->words_room = to->sent_room;
    to->sent = words;
    to->sent_room = room;
    int first = (int)to->count;
    if (to->count >= (size_t)to->room) {
        first = to->room;
        rest = to->count - (size_t)to->room;
    }
    PH_MPI(MPI_Isend(to->sent, first, MPI_UINT32_T, to->rank, x->tag, x->comm->world,
                     &requests[0]));
    if (first == to->room)
        PH_MPI(MPI_Isend(to->sent + first, (int)rest, MPI_UINT32_T, to->rank, x->tag,
                         x->comm->world, &requests[1]));
    x->messages += 1 + (first == to->room);
    x->bytes += (int64_t)(to->count * sizeof *to->sent);
    to->count = 0;
    return PH_OK;
}

ph_status ph_exchange_begin(ph_exchange *x)
{
    x->begun_at = ph_clock();
    for (int i = 0; i < x->n_senders; i++)
        PH_MPI(MPI_Irecv(x->senders[i].words, x->senders[i].room, MPI_UINT32_T,
                         x->senders[i].rank, x->tag, x->comm->world, &x->receives[i]));
    if (x->n_receivers) {
        PH_TRY(ph_mpi_wait(x->comm, 2 * x->n_receivers, x->sends, MPI_STATUSES_IGNORE));
        x->wait_s += ph_clock() - x->begun_at;
    }
    for (int i = 0; i < x->n_receivers; i++)
        PH_TRY(send(x, &x->receivers[i], &x->sends[2 * i]));
    return PH_OK;
}

static ph_status take(ph_exchange *x, const sender *from, const uint32_t *words, int count,
                      size_t *n)
{
    uint32_t window = (uint32_t)x->window;
    PH_GROW(x->arrived, x->arrived_room, *n + (size_t)count);
    for (int k = 0; k < count; k++)
        x->arrived[(*n)++] =
            (ph_arrived){from->source[words[k] / window], (int32_t)(words[k] % window)};
    return PH_OK;
}

/* The message after a full one. It was sent together with it, but a long one may have waited for
 * this. */
static ph_status take_rest(ph_exchange *x, const sender *from, size_t *n)
{
    MPI_Status status;
    int count;
    PH_MPI(MPI_Probe(from->rank, x->tag, x->comm->world, &status));
    PH_MPI(MPI_Get_count(&status, MPI_UINT32_T, &count));
    PH_GROW(x->rest, x->rest_room, count);
    PH_MPI(MPI_Recv(x->rest, count, MPI_UINT32_T, from->rank, x->tag, x->comm->world,
                    MPI_STATUS_IGNORE));
    return take(x, from, x->rest, count, n);
}

ph_status ph_exchange_finish(ph_exchange *x, const ph_arrived **arrived, size_t *n)
{
    *n = 0;
    if (x->n_senders == 0)
        return PH_OK;
    double begin = ph_clock();
    PH_TRY(ph_mpi_wait(x->comm, x->n_senders, x->receives, x->statuses));
    for (int i = 0; i < x->n_senders; i++) {
        const sender *from = &x->senders[i];
        int count;
        PH_MPI(MPI_Get_count(&x->statuses[i], MPI_UINT32_T, &count));
        PH_TRY(take(x, from, from->words, count, n));
        if (count == from->room)
            PH_TRY(take_rest(x, from, n));
    }
    double end = ph_clock();
    x->wait_s += end - begin;
    x->travel_s += end - x->begun_at;
    *arrived = x->arrived;
    return PH_OK;
}

void ph_exchange_destroy(ph_exchange **exchange)
{
    ph_exchange *x = *exchange;
    if (!x)
        return;
    /* A run may end while a window travels: its spikes are of no use, but must be taken in. */
    if (x->statuses) {
        const ph_arrived *arrived;
        size_t n;
        (void)ph_exchange_finish(x, &arrived, &n);
        (void)MPI_Waitall(2 * x->n_receivers, x->sends, MPI_STATUSES_IGNORE);
    }
    for (int i = 0; x->receivers && i < x->n_receivers; i++) {
        ph_free(x->receivers[i].wanted);
        ph_free(x->receivers[i].words);
        ph_free(x->receivers[i].sent);
    }
    for (int i = 0; x->senders && i < x->n_senders; i++) {
        ph_free(x->senders[i].source);
        ph_free(x->senders[i].words);
    }
    ph_free(x->receivers);
    ph_free(x->senders);
    ph_free(x->first_link);
    ph_free(x->links);
    ph_free(x->rest);
    ph_free(x->sends);
    ph_free(x->receives);
    ph_free(x->statuses);
    ph_free(x->arrived);
    ph_free(x);
    *exchange = NULL;
}
