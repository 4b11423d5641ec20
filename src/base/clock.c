/* SPDX-License-Identifier: Apache-2.0 */
/* Wall time and memory of the process, from the system. */
#include "base/clock.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

double ph_clock(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double ph_clock_processor(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0)
        return 0;
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The kernel's own account of this program. getrusage also counts what the process that started it
 * held before: a Python with its modules is larger than a small brain. */
static long long high_water(void)
{
    char line[256];
    long long kilobytes = 0;
    FILE *file = fopen("/proc/self/status", "r");
    if (!file)
        return 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %lld", &kilobytes) == 1)
            break;
    fclose(file);
    return kilobytes * 1024;
}

long long ph_peak_rss(void)
{
    long long bytes = high_water();
    struct rusage usage;
    if (bytes > 0)
        return bytes;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
    return (long long)usage.ru_maxrss * 1024;
}

long long ph_rss(void)
{
    long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return 0;
    if (fscanf(file, "%*s %lld", &pages) != 1)
        pages = 0;
    (void)fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}
