#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A disk that is full while a run records and writes checkpoints, or an export its edges, a folder that
# is removed under it, and a SIGTERM while a checkpoint is written: each ends with a message and without
# a hang, and what can go on goes on to the spikes of a run that was left alone.
set -u
if [ "${1:-}" != inside ]; then
    unshare -rm true 2>/dev/null || {
        echo "skipped: no file system can be mounted here (unshare -rm)"
        exit 77
    }
    exec unshare -rm sh "$0" inside
fi
work=$(mktemp -d) || exit 1
trap 'umount "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
mkdir "$work/disk" && mount -t tmpfs -o size=4m none "$work/disk" || {
    echo "skipped: tmpfs cannot be mounted here"
    exit 77
}
fail() {
    echo "FAILED: $*"
    cat "$work/said"
    exit 1
}
cat >"$work/cortex.yaml" <<END
simulation: {duration: 60 s}
regions: {sensory_cortex: {from: $SOURCE_DIR/regions/sensory_cortex/region.yaml, scale: 0.02}}
recording:
  spikes: {populations: all}
  V_m: {populations: [sensory_cortex.L4E], cells: 5, interval: 1 ms}
END

# go ARGUMENT...   on two ranks; its exit code
go() {
    timeout 300 mpirun -n 2 "$PHASIC" run "$@" --quiet >"$work/said" 2>&1
}
same() {
    cmp "$work/alone/spikes.h5" "$1/spikes.h5" || fail "$1: other spikes"
    echo "$1: the same"
}
go "$work/cortex.yaml" --out "$work/alone" || fail "the run that is left alone"
[ "$(cat "$work/alone/"*.h5 | wc -c)" -gt 4000000 ] || fail "too little is recorded to fill the disk: $(ls -l "$work/alone")"

# The disk fills: the run ends, and says of which file; with more room it goes on.
go "$work/cortex.yaml" --out "$work/disk/out" --set "checkpoint={interval: 1 s, clock: biological}"
code=$?
[ $code = 3 ] || fail "exit code $code instead of 3 on a full disk"
grep -q "$work/disk/out.*No space left on device" "$work/said" || fail "the full disk is not named"
[ -e "$work/disk/out/summary.json" ] && fail "it looks complete"
mount -o remount,size=200m "$work/disk" || fail "no more room"
go --resume "$work/disk/out" || fail "resume with more room"
same "$work/disk/out"

# await FILE PID
await() {
    waited=0
    until ls $1 >/dev/null 2>&1; do
        kill -0 "$2" 2>/dev/null || return 1
        waited=$((waited + 1))
        [ $waited -lt 100000 ] || fail "$1 does not come"
    done
}

# An export that does not fit: no half of a file looks like a whole one.
rm -rf "$work/disk"/*
mount -o remount,size=4m "$work/disk" || fail "no less room"
"$PHASIC" export sonata "$SOURCE_DIR/tests/fixtures/columns.yaml" "$work/disk/net" \
    --set regions.cortex.populations.E.size=200 >"$work/said" 2>&1
code=$?
[ $code = 3 ] || fail "exit code $code instead of 3 for an export to a full disk"
grep -q "edges.h5.*No space left" "$work/said" || fail "the export does not say what is full"
[ -z "$(ls "$work"/disk/net/edges.h5* 2>/dev/null)" ] || fail "half an export is left"
rm -rf "$work/disk"/*
mount -o remount,size=200m "$work/disk" || fail "no more room"

# The folder goes: nothing can be kept, and that is said.
timeout 300 "$PHASIC" run "$work/cortex.yaml" --out "$work/gone" --quiet >"$work/said" 2>&1 &
pid=$!
await "$work/gone/parts/rank-00000.part" $pid || fail "no part"
rm -rf "$work/gone"
wait $pid
code=$?
[ $code = 3 ] || fail "exit code $code instead of 3 without a folder"
grep -q "$work/gone" "$work/said" || fail "the folder is not named"

# SIGTERM while a checkpoint is written: that one is finished, or another is taken; then the end.
"$PHASIC" run "$work/cortex.yaml" --out "$work/term" --quiet \
    --set "checkpoint={interval: 500 ms, clock: biological}" >"$work/said" 2>&1 &
pid=$!
await "$work/term/checkpoints/*.tmp" $pid || fail "no checkpoint is written"
kill -TERM $pid
wait $pid
code=$?
[ $code = 5 ] || fail "exit code $code instead of 5 after SIGTERM"
[ -z "$(ls -d "$work"/term/checkpoints/*.tmp 2>/dev/null)" ] || fail "half a checkpoint is left"
go --resume "$work/term" || fail "resume after SIGTERM"
same "$work/term"
echo "full disks, lost folders and hasty ends are met"
