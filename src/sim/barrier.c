/* SPDX-License-Identifier: Apache-2.0 */
/* A sense-reversing barrier on a futex. */
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
    _Alignas(64) atomic_int waiting;
    _Alignas(64) atomic_int round; /* counts up; sleepers wait for it to change */
    _Alignas(64) atomic_int sleeping;
};

ph_status ph_barrier_create(int threads, int spin, ph_barrier **out)
{
    ph_barrier *barrier;
    PH_ALLOC(barrier, 1);
    *out = barrier;
    barrier->threads = threads;
    barrier->spins = spin ? SPINS : 0;
    atomic_init(&barrier->waiting, 0);
    atomic_init(&barrier->round, 0);
    atomic_init(&barrier->sleeping, 0);
    return PH_OK;
}

/* Who comes last adds to `round`, then looks for sleepers; who falls asleep adds to `sleeping`,
 * then looks at `round`. Both in one order for all: at least one of the two sees the other. */
static void wake(ph_barrier *barrier)
{
    /* No call of the kernel without need: under some hypervisors it empties the TLB. An error of
     * the wake-up cannot be: the address is ours. */
    if (atomic_load(&barrier->sleeping) > 0)
        (void)syscall(SYS_futex, &barrier->round, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static void sleep_until_changed(ph_barrier *barrier, int round)
{
    atomic_fetch_add(&barrier->sleeping, 1);
    while (atomic_load(&barrier->round) == round)
        (void)syscall(SYS_futex, &barrier->round, FUTEX_WAIT_PRIVATE, round, NULL, NULL, 0);
    atomic_fetch_sub(&barrier->sleeping, 1);
}

void ph_barrier_wait(ph_barrier *barrier)
{
    if (barrier->threads == 1)
        return;
    int round = atomic_load_explicit(&barrier->round, memory_order_relaxed);
    if (atomic_fetch_add(&barrier->waiting, 1) == barrier->threads - 1) {
        atomic_store_explicit(&barrier->waiting, 0, memory_order_relaxed);
        atomic_fetch_add(&barrier->round, 1);
        wake(barrier);
        return;
    }
    for (int i = 0; i < barrier->spins; i++) {
        if (atomic_load_explicit(&barrier->round, memory_order_acquire) != round)
            return;
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }
    sleep_until_changed(barrier, round);
}

void ph_barrier_destroy(ph_barrier **barrier)
{
    ph_free(*barrier);
    *barrier = NULL;
}
