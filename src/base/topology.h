/* SPDX-License-Identifier: Apache-2.0 */
/* The cores of a machine, and which of its cpus the threads of ranks are put on. A cpu is what the
 * system runs a thread on: a core, or one of its hyperthreads. Nothing here is collective. */
#ifndef PHASIC_BASE_TOPOLOGY_H
#define PHASIC_BASE_TOPOLOGY_H

#include "base/cpus.h"

#include <phasic/status.h>

typedef struct ph_topology ph_topology;

/* One of the ranks that may use the same cpus. */
typedef struct ph_sharer {
    int ranks;   /* how many they are */
    int index;   /* the number of this one among them, from 0 */
    int threads; /* of each */
} ph_sharer;

/** @brief Ask the system for its topology. @param synthetic a machine that is not there, in hwloc's
 *  words ("numa:2 l3:2 core:4 pu:2"); NULL: this one @param topology out: owned by the caller
 *  @return PH_RESOURCE when there is none */
ph_status ph_topology_read(const char *synthetic, ph_topology **topology);

/** @brief Free what the handle holds and null it; NULL inside is allowed. */
void ph_topology_destroy(ph_topology **topology);

/** @brief How many cpus there are that a program may be given here. */
int ph_topology_cpus(const ph_topology *topology);

/** @brief How many cores some of whose cpus are among the allowed ones. */
int ph_topology_cores(const ph_topology *topology, const ph_cpu_set *allowed);

/** @brief Choose a cpu for each thread of a rank: a core of its own where there are enough, no core
 *  with two threads while another has none; threads of a rank under one last-level cache, else on
 *  one NUMA node, else in one package, where ranks fit so; ranks spread over packages, nodes and
 *  caches, in their order. The choice is a function of the arguments alone, and the choices of
 *  sharers do not overlap.
 *  @param cpus out: who.threads of the system's numbers
 *  @return 1; 0 when the ranks have more threads together than there are allowed cpus */
int ph_topology_place(const ph_topology *topology, const ph_cpu_set *allowed, ph_sharer who,
                      int *cpus);

#endif
