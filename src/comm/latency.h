/* SPDX-License-Identifier: Apache-2.0 */
/* How long small messages take: what `phasic bench` says of the network between ranks. */
#ifndef PHASIC_COMM_LATENCY_H
#define PHASIC_COMM_LATENCY_H

#include "comm/comm.h"

typedef enum ph_message {
    PH_MESSAGE_POINT_TO_POINT, /* from rank 0 to rank 1: half of the way there and back */
    PH_MESSAGE_ALLREDUCE,      /* a sum to all ranks that take part */
    PH_MESSAGE_EXCHANGE        /* each rank to each other one, non-blocking, as spikes travel */
} ph_message;

/** @brief Time of one message, allreduce or exchange among the first n ranks; the others sleep.
 *  Collective on comm; the same figure on every rank.
 *  @param n ranks that take part, at least 2 @param bytes of a message
 *  @param microseconds out: mean of the best of several batches */
ph_status ph_latency_measure(const ph_comm *comm, ph_message message, int n, int bytes,
                             double *microseconds);

#endif
