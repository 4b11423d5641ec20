/* SPDX-License-Identifier: Apache-2.0 */
/* Wall time and memory of the process, from the system. */
#include "base/clock.h"

#include <sys/resource.h>
#include <time.h>

double ph_clock(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

long long ph_peak_rss(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
    return (long long)usage.ru_maxrss * 1024;
}
