/* SPDX-License-Identifier: Apache-2.0 */
/* What is made of the answers of a kernel that is not there: this program has the system's calls on
 * affinity itself. */
#include "suite.h"

#include "base/threads.h"
#include "comm/mpi_check.h"

#include <errno.h>
#include <omp.h>
#include <stdlib.h>
#include <unistd.h>

/* --- the kernel ------------------------------------------------------------------------------- */

static size_t kernel_bytes;      /* of its own sets: it fills no smaller ones; 0: it tells nothing */
static size_t forbidden;         /* cpu that threads cannot be put onto */
static ph_cpu_set may;           /* cpus that the process may use */
static _Thread_local ph_cpu_set mine; /* of this thread */
static _Thread_local int is_set;

int sched_getaffinity(pid_t task, size_t bytes, cpu_set_t *set)
{
    (void)task;
    if (kernel_bytes == 0 || bytes < kernel_bytes) {
        errno = kernel_bytes ? EINVAL : EPERM;
        return -1;
    }
    memcpy(set, is_set ? &mine : &may, kernel_bytes);
    return 0;
}

int sched_setaffinity(pid_t task, size_t bytes, const cpu_set_t *set)
{
    (void)task;
    ph_cpu_set asked;
    ph_cpus_clear(&asked);
    memcpy(&asked, set, bytes < sizeof asked ? bytes : sizeof asked);
    if (ph_cpus_count(&asked) == 1 && ph_cpus_have(&asked, forbidden)) {
        errno = EINVAL;
        return -1;
    }
    mine = asked;
    is_set = 1;
    return 0;
}

static void begin(size_t bytes, const int *cpus, int n)
{
    kernel_bytes = bytes;
    forbidden = PH_CPUS;
    ph_cpus_clear(&may);
    for (int i = 0; i < n; i++)
        ph_cpus_add(&may, (size_t)cpus[i]);
#pragma omp parallel num_threads(3)
    is_set = 0;
}

/* --- tests ------------------------------------------------------------------------------------ */

static const int few[] = {1, 3, 4000};

static void cpus_beyond_a_thousand_are_known(void)
{
    ph_cpu_set allowed;
    begin(512, few, 3);
    ph_threads_allowed(&allowed);
    CU_ASSERT_EQUAL(ph_cpus_count(&allowed), 3);
    CU_ASSERT(ph_cpus_have(&allowed, 1) && ph_cpus_have(&allowed, 4000));
    CU_ASSERT(!ph_cpus_have(&allowed, 2));
}

static void nothing_is_known_where_the_system_is_silent(void)
{
    ph_cpu_set allowed;
    begin(0, few, 3);
    ph_threads_allowed(&allowed);
    CU_ASSERT_EQUAL(ph_cpus_count(&allowed), 0);
}

static int count_where(int wanted_cpus)
{
    int n = 0;
#pragma omp parallel num_threads(3) reduction(+ : n)
    {
        ph_cpu_set here;
        ph_threads_mine(&here);
        n += ph_cpus_count(&here) == wanted_cpus;
    }
    return n;
}

static void threads_are_pinned_all_or_none(void)
{
    begin(512, few, 3);
    CU_ASSERT(ph_threads_pin(3, few));
    CU_ASSERT_EQUAL(count_where(1), 3);
    ph_threads_unpin(3);
    CU_ASSERT_EQUAL(count_where(3), 3);
    forbidden = 3;
    CU_ASSERT(!ph_threads_pin(3, few));
    CU_ASSERT_EQUAL(count_where(3), 3);
}

/* A rank of three that share what nobody knows of. */
static void cores_that_are_not_told_are_the_machines(void)
{
    struct ph_comm comm = {.rank_here = 1, .ranks_here = 3};
    int online = (int)sysconf(_SC_NPROCESSORS_ONLN);
    comm.cpus.ranks = 3;
    comm.cpus.index = 1;
    unsetenv("PHASIC_CORES");
    CU_ASSERT_EQUAL(ph_comm_threads(&comm, 3 * online), online / 3 > 1 ? online / 3 : 1);
    CU_ASSERT_EQUAL(ph_comm_has_cores(&comm, 1), online >= 3);
    CU_ASSERT_EQUAL(ph_comm_has_core(&comm), online >= 2);
    comm.cpus.ranks = 1;
    comm.cpus.index = 0;
    CU_ASSERT_EQUAL(ph_comm_threads(&comm, online), online);
    CU_ASSERT(ph_comm_has_core(&comm));
}

int main(void)
{
    static const suite_test tests[] = {
        {"cpus beyond a thousand are known", cpus_beyond_a_thousand_are_known},
        {"nothing is known where the system is silent",
         nothing_is_known_where_the_system_is_silent},
        {"threads are pinned all or none", threads_are_pinned_all_or_none},
        {"cores that are not told are the machine's", cores_that_are_not_told_are_the_machines},
    };
    unsetenv("OMP_PROC_BIND");
    omp_set_dynamic(0);
    return suite_run("threads", tests, (int)(sizeof tests / sizeof *tests));
}
