/* SPDX-License-Identifier: Apache-2.0 */
/* Whether OpenMP gives as many threads as are asked for. */
#include "base/threads.h"

#include <omp.h>

ph_status ph_threads_check(int threads)
{
    omp_set_dynamic(0);
    PH_CHECK(threads <= omp_get_thread_limit(), PH_RESOURCE,
             "%d threads are asked for, but OMP_THREAD_LIMIT allows %d; raise it or use --threads "
             "%d",
             threads, omp_get_thread_limit(), omp_get_thread_limit());
    return PH_OK;
}
