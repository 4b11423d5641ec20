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
void ph_threads_allowed(ph_cpu_set *allowed)
{
    int ids[PH_CPUS];
    ph_cpus_clear(allowed);
    for (int place = 0; place < omp_get_num_places(); place++) {
        int n = omp_get_place_num_procs(place);
        if (n > PH_CPUS)
            continue;
        omp_get_place_proc_ids(place, ids);
        for (int i = 0; i < n; i++)
            if (ids[i] >= 0)
                ph_cpus_add(allowed, (size_t)ids[i]);
    }
    if (ph_cpus_count(allowed) == 0)
        ph_threads_mine(allowed);
}

void ph_threads_mine(ph_cpu_set *mine)
{
    ph_cpus_clear(mine);
    if (sched_getaffinity(0, sizeof *mine, &mine->head) != 0)
        ph_cpus_clear(mine);
}

int ph_threads_keep_to(const ph_cpu_set *cpus)
{
    return sched_setaffinity(0, sizeof *cpus, &cpus->head) == 0;
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
    ph_cpu_set allowed;
    ph_threads_allowed(&allowed);
    if (ph_threads_wish_pinned() == 1 && ph_cpus_count(&allowed) > 0)
        (void)ph_threads_keep_to(&allowed); /* else it is as it was */
}

/* Where threads might run before they were pinned; empty: they are not. */
static ph_cpu_set roaming;

/* OpenMP keeps its threads: thread t of a later region of as many is the same. */
int ph_threads_pin(int threads, const int *cpus)
{
    int done = 0;
    ph_threads_allowed(&roaming);
#pragma omp parallel num_threads(threads) reduction(+ : done)
    {
        ph_cpu_set one;
        ph_cpus_clear(&one);
        ph_cpus_add(&one, (size_t)cpus[omp_get_thread_num()]);
        done += ph_threads_keep_to(&one);
    }
    if (done < threads)
        ph_threads_unpin(threads);
    return done == threads;
}

void ph_threads_roam(void)
{
    if (ph_cpus_count(&roaming) > 0)
        (void)ph_threads_keep_to(&roaming); /* else this one stays where it was begun */
}

void ph_threads_unpin(int threads)
{
#pragma omp parallel num_threads(threads)
    ph_threads_roam();
    ph_cpus_clear(&roaming);
}
