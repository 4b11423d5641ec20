/* SPDX-License-Identifier: Apache-2.0 */
/* The exchange of spikes of one tier: each rank sends, only to ranks that have targets for it, four
 * bytes a spike: the place of the source in the list that the receiver asked for, and the step
 * within the window. Begin and finish are apart, so that computation lies between. */
#ifndef PHASIC_COMM_EXCHANGE_H
#define PHASIC_COMM_EXCHANGE_H

#include "comm/comm.h"

typedef struct ph_exchange ph_exchange;

/* A spike that came in. */
typedef struct ph_arrived {
    int32_t source; /* the receiver's own number of the source, as given when it was asked for */
    int32_t offset; /* step within the window, from 0 */
} ph_arrived;

/** @brief Make an exchange that knows nobody yet. Not collective.
 *  @param tier tag of the messages, 0 or 1 @param window steps of a window
 *  @param n_local neurons of this rank @param exchange out: owned by the caller */
ph_status ph_exchange_create(const ph_comm *comm, int tier, int window, ph_lid n_local,
                             ph_exchange **exchange);

/** @brief Tell rank `to` which of its neurons are needed here, and learn what rank `from` needs.
 *  Collective on comm, in rounds in which every rank asks and is asked once. Alone, `from` is taken
 *  to need as many neurons as are needed of `to`, so that memory is as in a real run.
 *  @param needed,source,n global ids, ascending by population and number, and this rank's number
 *  of each @param local_of finds the rank's number of its own gid @param context handed to it */
ph_status ph_exchange_ask(ph_exchange *exchange, int to, const ph_gid *needed,
                          const int32_t *source, int n, int from,
                          ph_lid (*local_of)(const void *context, ph_gid gid),
                          const void *context);

/** @brief After every rank has been asked: make ready for windows. Not collective. */
ph_status ph_exchange_prepare(ph_exchange *exchange);

/** @brief Free what the handle holds and null it; NULL inside is allowed. A window on its way is
 *  taken in first. Collective on comm. */
void ph_exchange_destroy(ph_exchange **exchange);

/** @brief Whether this rank gets spikes from others. Not collective. */
int ph_exchange_receives(const ph_exchange *exchange);

/** @brief Seconds that windows took from being sent to being received, and those of them that this
 *  rank spent waiting. Not collective. */
void ph_exchange_times(const ph_exchange *exchange, double *travel_s, double *wait_s);

/** @brief Messages that this rank has sent, and bytes of spikes in them. Not collective. */
void ph_exchange_sent(const ph_exchange *exchange, int64_t *messages, int64_t *bytes);

/** @brief Note that an own neuron spiked in the window. Not collective. Master thread. */
ph_status ph_exchange_add(ph_exchange *exchange, ph_lid neuron, int offset);

/** @brief Send the window's spikes. Not collective, but every rank calls it once a window. */
ph_status ph_exchange_begin(ph_exchange *exchange);

/** @brief Wait for the others' spikes of the window begun last.
 *  Not collective; called once for each window begun, but for the last one, by ranks that receive.
 *  @param arrived out: n spikes, borrowed until the next finish; of one source in order of time */
ph_status ph_exchange_finish(ph_exchange *exchange, const ph_arrived **arrived, size_t *n);

#endif
