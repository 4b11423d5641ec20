/* SPDX-License-Identifier: Apache-2.0 */
/* Threads are put on cores before anything is built, so that each of them is the first to touch the
 * memory of its blocks, and stays near it. */
#include "sim/internal.h"

#include "base/memory.h"
#include "base/threads.h"
#include "base/topology.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A launcher that binds a rank to fewer cpus than it has threads makes it slow without a word. */
static ph_status check_binding(const ph_sim *sim, const ph_topology *topology)
{
    const ph_cpus *cpus = ph_comm_cpus(sim->comm);
    int asked = sim->options.threads, is_bound = cpus->n < ph_topology_cpus(topology);
    PH_CHECK(!is_bound || asked <= cpus->n || cpus->n == 0 || ph_comm_cores_are_wished(),
             PH_RESOURCE,
             "--threads %d, but rank %d is bound to %d cpu%s of this machine's %d: tell the "
             "launcher mpirun --bind-to none or --map-by slot:PE=%d, srun --cpus-per-task=%d",
             asked, sim->rank, cpus->n, cpus->n == 1 ? "" : "s", ph_topology_cpus(topology), asked,
             asked);
    return PH_OK;
}

/* Whether the cpus are this run's own, as far as can be told: a scheduler or a launcher has given
 * them, and it takes more than half of the cores; of fewer, another run may have been started
 * beside it in the same job, and would choose the same ones. Threads that wait for each other on
 * cores where others are busy had better be moved about by the system. */
static int are_own(const ph_topology *topology, const ph_cpus *cpus, int wanted)
{
    static const char *const jobs[] = {"SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID"};
    int is_given = cpus->n < ph_topology_cpus(topology);
    for (int i = 0; i < PH_COUNT(jobs); i++)
        is_given |= getenv(jobs[i]) != NULL;
    return is_given && 2 * wanted > ph_topology_cores(topology, &cpus->allowed);
}

static void pin(ph_sim *sim, const ph_topology *topology)
{
    const ph_cpus *cpus = ph_comm_cpus(sim->comm);
    ph_sharer who = {cpus->ranks, cpus->index, sim->threads};
    int wanted = who.ranks * who.threads, wish = ph_threads_wish_pinned();
    if (wish < 0)
        wish = are_own(topology, cpus, wanted);
    if (!wish || !cpus->are_told_apart || wanted > cpus->n)
        return;
    sim->is_pinned = ph_topology_place(topology, &cpus->allowed, who, sim->cpus) &&
                     ph_threads_pin(sim->threads, sim->cpus);
}

ph_status ph_sim_place_threads(ph_sim *sim)
{
    ph_topology *topology = NULL;
    PH_ALLOC(sim->cpus, sim->threads);
    ph_status status = PH_OK;
    if (ph_topology_read(NULL, &topology) == PH_OK) { /* without it all is as the system likes */
        status = check_binding(sim, topology);
        if (status == PH_OK)
            pin(sim, topology);
    }
    ph_topology_destroy(&topology);
    return status;
}

/* For what a program does after the run. */
void ph_sim_release_threads(ph_sim *sim)
{
    if (sim->is_pinned)
        ph_threads_unpin(sim->threads);
    sim->is_pinned = 0;
    ph_free(sim->cpus);
    sim->cpus = NULL;
}

/* --- the header ------------------------------------------------------------------------------- */

#define MOST_HOSTS 8 /* that are listed */
#define MOST_RANKS 8 /* of each */

typedef struct where {
    char host[65];
    char cpus[63]; /* "0-3,8" */
} where;

static void write_cpus(const ph_cpu_set *set, char *text, size_t room)
{
    size_t used = 0;
    snprintf(text, room, "%s", ph_cpus_count(set) ? "" : "not known");
    for (size_t first = 0, last; first < PH_CPUS; first = last + 1) {
        last = first;
        if (!ph_cpus_have(set, first))
            continue;
        while (ph_cpus_have(set, last + 1))
            last++;
        if (used + 16 > room) {
            snprintf(text + used, room - used, ",...");
            return;
        }
        used += (size_t)snprintf(text + used, room - used, last > first ? "%s%zu-%zu" : "%s%zu",
                                 used ? "," : "", first, last);
    }
}

/* Of threads that share a core, it is that one; else all that are allowed. */
static void look_around(const ph_sim *sim, where *here)
{
    ph_cpu_set set;
    memset(here, 0, sizeof *here);
    (void)gethostname(here->host, sizeof here->host - 1);
    ph_cpus_clear(&set);
    for (int t = 0; t < sim->threads && sim->is_pinned; t++)
        ph_cpus_add(&set, (size_t)sim->cpus[t]);
    if (!sim->is_pinned)
        ph_threads_mine(&set);
    char cpus[sizeof here->cpus - 16];
    write_cpus(&set, cpus, sizeof cpus);
    int n = ph_cpus_count(&set);
    snprintf(here->cpus, sizeof here->cpus, "%scpu%s %s", n > sim->threads ? "any of " : "",
             n == 1 ? "" : "s", cpus);
}

/* The ranks on the host of rank `first`. */
static void print_host(const where *all, int n, int first)
{
    int listed = 0, more = 0;
    printf("  %s:", all[first].host);
    for (int r = first; r < n; r++) {
        if (strcmp(all[r].host, all[first].host) != 0)
            continue;
        if (listed < MOST_RANKS)
            printf("%s rank %d %s", listed++ ? "," : "", r, all[r].cpus);
        else
            more++;
    }
    if (more)
        printf(", and %d ranks more", more);
    printf("\n");
}

static void print_hosts(const where *all, int n)
{
    int listed = 0;
    for (int r = 0; r < n && listed < MOST_HOSTS; r++) {
        int is_first = 1;
        for (int before = 0; before < r && is_first; before++)
            is_first = strcmp(all[before].host, all[r].host) != 0;
        if (is_first) {
            print_host(all, n, r);
            listed++;
        }
    }
}

ph_status ph_sim_print_placement(const ph_sim *sim)
{
    where here, *all;
    int64_t bytes;
    look_around(sim, &here);
    PH_TRY(ph_comm_gather(sim->comm, &here, sizeof here, (void **)&all, &bytes));
    if (all && !sim->options.quiet)
        print_hosts(all, (int)(bytes / (int64_t)sizeof here));
    ph_free(all);
    return PH_OK;
}
