/* SPDX-License-Identifier: Apache-2.0 */
/* A barrier that counts arrivals, and a futex for those who wait long. */
#include "sim/barrier.h"

#include "base/memory.h"

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SPINS 2000 /* a few microseconds, as long as waking a sleeper takes */

struct ph_barrier {
    int threads, spins;
    _Alignas(64) atomic_llong arrived; /* since the beginning: the only line that travels */
    _Alignas(64) atomic_int sleeping;
    atomic_int wakes; /* counts up; sleepers wait for it to change */
};

ph_status ph_barrier_create(int threads, int spin, ph_barrier **out)
{
    ph_barrier *barrier;
    PH_ALLOC(barrier, 1);
    *out = barrier;
    barrier->threads = threads;
    barrier->spins = spin ? SPINS : 0;
    atomic_init(&barrier->arrived, 0);
    atomic_init(&barrier->sleeping, 0);
    atomic_init(&barrier->wakes, 0);
    return PH_OK;
}

/* Who comes last adds to `arrived`, then looks for sleepers; who falls asleep adds to `sleeping`,
 * then looks at `arrived`. Both in one order for all: at least one of the two sees the other.
 * Errors of the calls cannot be: the address is ours. */
static void wake(ph_barrier *barrier)
{
    if (atomic_load(&barrier->sleeping) == 0)
        return; /* no call without need: under some hypervisors it empties the TLB */
    atomic_fetch_add(&barrier->wakes, 1);
    (void)syscall(SYS_futex, &barrier->wakes, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static void sleep_until(ph_barrier *barrier, long long all)
{
    atomic_fetch_add(&barrier->sleeping, 1);
    for (int seen; seen = atomic_load(&barrier->wakes), atomic_load(&barrier->arrived) < all;)
        (void)syscall(SYS_futex, &barrier->wakes, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
    atomic_fetch_sub(&barrier->sleeping, 1);
}

void ph_barrier_wait(ph_barrier *barrier)
{
    if (barrier->threads == 1)
        return;
    long long before = atomic_fetch_add(&barrier->arrived, 1), threads = barrier->threads;
    long long all = (before / threads + 1) * threads; /* when everybody has come */
    if (before + 1 == all) {
        wake(barrier);
        return;
    }
    for (int i = 0; i < barrier->spins; i++) {
        if (atomic_load_explicit(&barrier->arrived, memory_order_acquire) >= all)
            return;
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }
    sleep_until(barrier, all);
}

void ph_barrier_destroy(ph_barrier **barrier)
{
    ph_free(*barrier);
    *barrier = NULL;
}
