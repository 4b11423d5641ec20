#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The system's clock is set, by a day, while a run is at work: forward and back. Checkpoints by wall time, the
# progress line and the end of the job go by time that has passed, so that nothing comes of it. The job's end
# is read once, when the run begins.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $*"
    cat "$work/said"
    exit 1
}
# A clock that is right for JUMP_AFTER seconds, and from then on wrong by JUMP_BY: all ways to ask for the time of
# day. @return of date: what a program that is run with it sees
cat >"$work/jump.c" <<'END'
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct timespec begin;

static void ask(clockid_t clock, struct timespec *now)
{
    syscall(SYS_clock_gettime, clock, now);
}

__attribute__((constructor)) static void start(void)
{
    ask(CLOCK_MONOTONIC, &begin);
}

static time_t jump(void)
{
    struct timespec now;
    ask(CLOCK_MONOTONIC, &now);
    double passed = (double)(now.tv_sec - begin.tv_sec) + 1e-9 * (double)(now.tv_nsec - begin.tv_nsec);
    return passed < atof(getenv("JUMP_AFTER")) ? 0 : atol(getenv("JUMP_BY"));
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    ask(clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
        now->tv_sec += jump();
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    *now = (struct timeval){exact.tv_sec, exact.tv_nsec / 1000};
    return 0;
}
END
${CC:-cc} -shared -fPIC -o "$work/jump.so" "$work/jump.c" || fail "the clock cannot be made"
case $(nm -D "$PHASIC" 2>/dev/null) in *__asan_init*) runtime=$(${CC:-cc} -print-file-name=libasan.so): ;; *) runtime= ;; esac
cat >"$work/cortex.yaml" <<END
simulation: {duration: 20 s}
regions: {sensory_cortex: {from: $SOURCE_DIR/regions/sensory_cortex/region.yaml, scale: 0.02}}
recording: {spikes: {populations: all}}
END

# go AFTER BY ARGUMENT...   a run under a clock that jumps
go() {
    after=$1 by=$2
    shift 2
    env JUMP_AFTER="$after" JUMP_BY="$by" LD_PRELOAD="$runtime$work/jump.so" "$PHASIC" run "$work/cortex.yaml" "$@" \
        >"$work/said" 2>&1
}
now=$(date +%s)
seen=$(env JUMP_AFTER=0 JUMP_BY=-86400 LD_PRELOAD="$work/jump.so" date +%s)
[ $((now - seen)) -gt 86000 ] && [ $((now - seen)) -lt 86500 ] || fail "the clock does not jump: $now, $seen"

# So many checkpoints by wall time, with a clock that is right and one that is not.
interval="checkpoint={interval: 500 ms, clock: wall}"
count() { grep -c '^checkpoint at' "$work/said"; }
go 9e9 0 --set "$interval" --out "$work/right" || fail "a run under a clock that is right"
wall=$(sed -n 's/.* in \([0-9]*\)\.[0-9]* s, real-time factor.*/\1/p' "$work/said")
echo "$(count) checkpoints in $wall s"
for by in 86400 -86400; do
    go 0.5 $by --set "$interval" --out "$work/by$by" || fail "a run under a clock that jumps by $by s"
    cmp "$work/right/spikes.h5" "$work/by$by/spikes.h5" || fail "$by: other spikes"
    wall=$(sed -n 's/.* in \([0-9]*\)\.[0-9]* s, real-time factor.*/\1/p' "$work/said")
    n=$(count)
    # A pause of half a second between two, what writing takes apart.
    [ "$n" -ge 1 ] && [ "$n" -le $((2 * (wall + 1))) ] || fail "$n checkpoints in $wall s, by $by s"
    grep -E '(wall|left) [0-9]{5}' "$work/said" && fail "the progress line believes the clock"
    echo "by $by s: $n checkpoints in $wall s"
done

# A job that has an hour has it still; one that ends in 6 s does end then.
PHASIC_JOB_END=$(($(date +%s) + 3600)) go 1 86400 --out "$work/long" --quiet || fail "a job that is long enough"
grep -q "will not fit" "$work/said" && fail "a warning where all is well"
cmp "$work/right/spikes.h5" "$work/long/spikes.h5" || fail "long: other spikes"
begin=$(date +%s)
PHASIC_JOB_END=$((begin + 6)) go 1 -86400 --set "simulation.duration=1 h" --out "$work/short" --quiet
[ $? = 5 ] || fail "a job's end does not end the run with 5"
[ $(($(date +%s) - begin)) -le 30 ] || fail "it leaves too late"
[ -n "$(ls "$work/short/checkpoints")" ] || fail "no checkpoint before the job's end"
echo "clocks may be set"
