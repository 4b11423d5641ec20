/* SPDX-License-Identifier: Apache-2.0 */
/* All that `phasic bench` measures, and how it is shown. */
#ifndef PHASIC_BENCH_MACHINE_H
#define PHASIC_BENCH_MACHINE_H

#include "bench/costs.h"
#include "bench/scatter.h"
#include "bench/stream.h"

#include <stdio.h>

#define PH_MACHINE_GROUPS 32 /* numbers of ranks: 2, 4, 8 ... and all */
#define PH_MACHINE_SIZES 4   /* bytes of an allreduce: 8, 32, 128, 512 */

typedef struct ph_machine {
    int ranks, threads;
    int only_messages;   /* 1: nothing else was measured */
    int has_costs;       /* 1: costs were measured */
    int has_cores;       /* 1: a core for each thread of each rank */
    size_t array_bytes;  /* of each of the three arrays of a thread */
    ph_stream stream;
    ph_scatter scatter;
    ph_costs costs;      /* of the engine's work, messages excepted; one rank alone */
    double barrier_us;   /* a round of the threads of a rank */
    double latency_us;   /* point to point, 8 bytes; 0: one rank */
    int n_groups;        /* 0: one rank */
    int group[PH_MACHINE_GROUPS]; /* ranks that take part */
    double exchange_us[PH_MACHINE_GROUPS]; /* non-blocking, each to each, 64 bytes */
    double allreduce_us[PH_MACHINE_GROUPS][PH_MACHINE_SIZES];
} ph_machine;

/** @brief Measure everything; takes half a minute. Collective on comm; the same on every rank.
 *  @param registries models and rules whose costs are measured, where there is one rank
 *  @param only_messages 1: leave out memory, scatter-add, barrier and costs, which are then 0 */
ph_status ph_machine_measure(ph_comm *comm, const ph_registry *registries, int threads,
                             int only_messages, ph_machine *machine);

/** @brief Print the table. Not collective. */
void ph_machine_print(FILE *out, const ph_machine *machine);

/** @brief Print the same as JSON. Not collective. */
void ph_machine_print_json(FILE *out, const ph_machine *machine);

/** @brief Bytes of an allreduce of each of PH_MACHINE_SIZES. Not collective. */
int ph_machine_size(int index);

#endif
