/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring one machine: memory, scatter-add, barrier, messages. */
#include "bench/machine.h"

#include "comm/latency.h"

#include <unistd.h>

#define ARRAY_BYTES ((size_t)256 << 20)
#define SYNAPSE_BYTES ((size_t)128 << 20)
#define PASSES 5
#define SMALL_MESSAGE 8 /* bytes */
#define SPIKES_MESSAGE 64 /* bytes: 16 spikes */

/* Never more than 1/8 of the machine's memory in all. */
static size_t affordable(const ph_comm *comm, int threads, size_t wanted, int arrays)
{
    double memory = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    double share = memory / 8 / ((double)ph_comm_ranks_here(comm) * threads * arrays);
    return share < (double)wanted ? (size_t)share & ~(size_t)0xfff : wanted;
}

int ph_machine_size(int index)
{
    static const int sizes[PH_MACHINE_SIZES] = {8, 32, 128, 512};
    return sizes[index];
}

/* 2, 4, 8 ... ranks, and all of them. */
static void choose_groups(int ranks, ph_machine *m)
{
    for (int n = 2; n < ranks && m->n_groups < PH_MACHINE_GROUPS - 1; n *= 2)
        m->group[m->n_groups++] = n;
    if (ranks > 1)
        m->group[m->n_groups++] = ranks;
}

static ph_status measure_messages(const ph_comm *comm, ph_machine *m)
{
    choose_groups(m->ranks, m);
    if (m->n_groups)
        PH_TRY(ph_latency_measure(comm, PH_MESSAGE_POINT_TO_POINT, 2, SMALL_MESSAGE,
                                  &m->latency_us));
    for (int g = 0; g < m->n_groups; g++) {
        PH_TRY(ph_latency_measure(comm, PH_MESSAGE_EXCHANGE, m->group[g], SPIKES_MESSAGE,
                                  &m->exchange_us[g]));
        for (int s = 0; s < PH_MACHINE_SIZES; s++)
            PH_TRY(ph_latency_measure(comm, PH_MESSAGE_ALLREDUCE, m->group[g], ph_machine_size(s),
                                      &m->allreduce_us[g][s]));
    }
    return PH_OK;
}

static ph_status measure_memory(const ph_comm *comm, ph_machine *m)
{
    m->array_bytes = affordable(comm, m->threads, ARRAY_BYTES, 3);
    PH_TRY(ph_stream_measure(comm, m->threads, m->array_bytes, &m->stream));
    ph_scatter_plan plan = {.threads = m->threads,
                            .window = PH_SCATTER_MICROCIRCUIT,
                            .bytes = affordable(comm, m->threads, SYNAPSE_BYTES, 1),
                            .passes = PASSES};
    PH_TRY(ph_scatter_measure(comm, &plan, &m->scatter));
    PH_CHECK(m->scatter.best[0] >= 0, PH_RESOURCE, "no memory for %zu bytes of synapses a thread",
             plan.bytes);
    return ph_barrier_measure(comm, m->threads, m->has_cores, &m->barrier_us);
}

ph_status ph_machine_measure(ph_comm *comm, const ph_registry *registries, int threads,
                             int only_messages, ph_machine *m)
{
    *m = (ph_machine){.ranks = ph_comm_ranks(comm),
                      .threads = threads,
                      .only_messages = only_messages,
                      .has_costs = !only_messages && ph_comm_ranks(comm) == 1,
                      .has_cores = ph_comm_has_cores(comm, threads)};
    ph_comm_share_cores(comm, !m->has_cores);
    if (!only_messages)
        PH_TRY(measure_memory(comm, m));
    if (m->has_costs)
        PH_TRY(ph_costs_measure(comm, registries, threads, &m->costs));
    return measure_messages(comm, m);
}
