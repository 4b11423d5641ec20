/* SPDX-License-Identifier: Apache-2.0 */
/* How many threads OpenMP gives, and where they run. */
#include "base/threads.h"

#include <omp.h>
#include <stdlib.h>
#include <strings.h>

ph_status ph_threads_check(int threads)
{
    omp_set_dynamic(0);
    PH_CHECK(threads <= omp_get_thread_limit(), PH_RESOURCE,
             "%d threads are asked for, but OMP_THREAD_LIMIT allows %d; raise it or use --threads "
             "%d",
             threads, omp_get_thread_limit(), omp_get_thread_limit());
    return PH_OK;
}

/* Where OpenMP binds threads, the first one is bound already: its places are what is allowed. */
void ph_threads_allowed(cpu_set_t *allowed)
{
    int ids[CPU_SETSIZE];
    CPU_ZERO(allowed);
    for (int place = 0; place < omp_get_num_places(); place++) {
        int n = omp_get_place_num_procs(place);
        if (n > CPU_SETSIZE)
            continue;
        omp_get_place_proc_ids(place, ids);
        for (int i = 0; i < n; i++)
            if (ids[i] >= 0 && ids[i] < CPU_SETSIZE)
                CPU_SET((size_t)ids[i], allowed);
    }
    if (CPU_COUNT(allowed) == 0 && sched_getaffinity(0, sizeof *allowed, allowed) != 0)
        CPU_ZERO(allowed);
}

int ph_threads_wish_pinned(void)
{
    const char *wish = getenv("OMP_PROC_BIND");
    if (getenv("OMP_PLACES") || getenv("GOMP_CPU_AFFINITY"))
        return 0;
    return wish ? strcasecmp(wish, "false") != 0 : -1;
}

void ph_threads_unbind(void)
{
    cpu_set_t allowed;
    ph_threads_allowed(&allowed);
    if (ph_threads_wish_pinned() == 1 && CPU_COUNT(&allowed) > 0)
        (void)sched_setaffinity(0, sizeof allowed, &allowed); /* else it is as it was */
}

static cpu_set_t roaming; /* where threads might run before they were pinned; empty: they are not */

static int run_on(const cpu_set_t *cpus)
{
    return sched_setaffinity(0, sizeof *cpus, cpus) == 0;
}

/* OpenMP keeps its threads: thread t of a later region of as many is the same. */
int ph_threads_pin(int threads, const int *cpus)
{
    int done = 0;
    ph_threads_allowed(&roaming);
#pragma omp parallel num_threads(threads) reduction(+ : done)
    {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET((size_t)cpus[omp_get_thread_num()], &one);
        done += run_on(&one);
    }
    return done == threads;
}

void ph_threads_roam(void)
{
    if (CPU_COUNT(&roaming) > 0)
        (void)run_on(&roaming); /* else this one stays where it was begun */
}

void ph_threads_unpin(int threads)
{
#pragma omp parallel num_threads(threads)
    ph_threads_roam();
    CPU_ZERO(&roaming);
}
