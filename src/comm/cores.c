/* SPDX-License-Identifier: Apache-2.0 */
/* The cpus of this machine: which this rank may run on, and with which other ranks. */
#include "base/memory.h"
#include "base/threads.h"
#include "comm/mpi_check.h"

#include <stdlib.h>
#include <unistd.h>

/* Whether a rank may run on some of the cpus of this one; of one that is not told which it may,
 * nobody can say that it does not. */
static int meets(const ph_comm *comm, const ph_cpu_set *other)
{
    return comm->cpus.n == 0 || ph_cpus_count(other) == 0 ||
           ph_cpus_meet(&comm->cpus.allowed, other);
}

/* Ranks with some of the same cpus share them. Where they have not all of them in common, nobody
 * can tell whose they are. */
static void compare(ph_comm *comm, const ph_cpu_set *all)
{
    comm->cpus.ranks = comm->cpus.index = 0;
    comm->cpus.are_told_apart = comm->cpus.n > 0;
    for (int r = 0; r < comm->ranks_here; r++) {
        if (r != comm->rank_here && !meets(comm, &all[r]))
            continue;
        comm->cpus.ranks++;
        comm->cpus.index += r < comm->rank_here;
        if (!ph_cpus_are_equal(&comm->cpus.allowed, &all[r]))
            comm->cpus.are_told_apart = 0;
    }
}

ph_status ph_mpi_find_cpus(ph_comm *comm, MPI_Comm here)
{
    ph_threads_allowed(&comm->cpus.allowed);
    comm->cpus.n = ph_cpus_count(&comm->cpus.allowed);
    ph_cpu_set *all = ph_calloc((size_t)comm->ranks_here, sizeof *all);
    PH_TRY(ph_comm_agree(comm, all ? PH_OK : ph_error(PH_RESOURCE, "out of memory: %d ranks",
                                                      comm->ranks_here)));
    int code = MPI_Allgather(&comm->cpus.allowed, sizeof *all, MPI_BYTE, all, sizeof *all, MPI_BYTE,
                             here);
    if (code == MPI_SUCCESS)
        compare(comm, all);
    ph_free(all);
    return code == MPI_SUCCESS ? PH_OK : ph_mpi_error(code, "MPI_Allgather");
}

const ph_cpus *ph_comm_cpus(const ph_comm *comm)
{
    return &comm->cpus;
}

/* What the environment says there are, of the whole machine; 0: nothing. */
static long cores_by_wish(void)
{
    const char *wish = getenv("PHASIC_CORES");
    long cores = wish ? strtol(wish, NULL, 10) : 0;
    return cores > 0 ? cores : 0;
}

int ph_comm_cores_are_wished(void)
{
    return cores_by_wish() > 0;
}

static long cores(const ph_comm *comm)
{
    long wish = cores_by_wish();
    if (wish || comm->cpus.n > 0)
        return wish ? wish : comm->cpus.n;
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? online : 1;
}

/* Those among whom the cores are to be divided, and this rank's number among them. */
static int sharers(const ph_comm *comm)
{
    return cores_by_wish() ? comm->ranks_here : comm->cpus.ranks;
}

static int number(const ph_comm *comm)
{
    return cores_by_wish() ? comm->rank_here : comm->cpus.index;
}

int ph_comm_has_cores(const ph_comm *comm, int threads)
{
    return cores(comm) >= (long)sharers(comm) * threads;
}

int ph_comm_has_core(const ph_comm *comm)
{
    return number(comm) < cores(comm);
}

int ph_comm_threads(const ph_comm *comm, int threads)
{
    long share = cores(comm) / sharers(comm);
    if (share >= threads)
        return threads;
    return share > 1 ? (int)share : 1;
}

/* The kernel leaves ranks that give the core away every few microseconds where they are, perhaps
 * all of a region on one core. So they are dealt out, among the cores that are allowed. */
static void take_core(const ph_comm *comm)
{
    ph_cpu_set mine;
    if (comm->cpus.n == 0)
        return;
    int skip = comm->cpus.index % comm->cpus.n;
    size_t core = 0;
    while (!ph_cpus_have(&comm->cpus.allowed, core) || skip-- > 0)
        core++;
    ph_cpus_clear(&mine);
    ph_cpus_add(&mine, core);
    (void)ph_threads_keep_to(&mine); /* without it all is as it was, but slower */
}

void ph_comm_share_cores(ph_comm *comm, int shares_cores)
{
    comm->shares_cores = shares_cores;
    if (shares_cores && sharers(comm) > cores(comm))
        take_core(comm);
}
