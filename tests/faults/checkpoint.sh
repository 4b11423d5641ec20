#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checkpoints under faults: signals, kills, damaged files, another configuration, folders that cannot
# be written. Each has its outcome: the same spikes as a run that was left alone, or a message.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $*"
    cat "$work/said"
    exit 1
}
cat >"$work/cortex.yaml" <<END
simulation: {duration: 60 s} # long enough that signals come while it runs
regions: {sensory_cortex: {from: $SOURCE_DIR/regions/sensory_cortex/region.yaml, scale: 0.02}}
recording: {spikes: {populations: all}, rates: {populations: all}}
END

# go ARGUMENT...
go() {
    "$PHASIC" run "$@" --quiet >"$work/said" 2>&1
}

# expect CODE TEXT ARGUMENT...
expect() {
    code=$1 text=$2
    shift 2
    go "$@"
    got=$?
    [ $got = "$code" ] || fail "exit code $got instead of $code: $*"
    grep -qF -- "$text" "$work/said" || fail "no '$text'"
}

# Wait until a folder holds N checkpoints. @param FOLDER N PID
await() {
    waited=0
    while [ "$(ls "$1/checkpoints" 2>/dev/null | grep -vc tmp)" -lt "$2" ]; do
        kill -0 "$3" 2>/dev/null || fail "the run has ended without $2 checkpoints"
        sleep 0.05
        waited=$((waited + 1))
        [ $waited -lt 4000 ] || fail "no checkpoint in time"
    done
}

# rates FOLDER: of all populations, in the summary
rates() {
    sed -n 's/.*"neurons": [0-9]*, "rate_Hz"/&/p' "$1/summary.json"
}

# same FOLDER: as the run that was left alone
same() {
    cmp "$work/alone/spikes.h5" "$work/$1/spikes.h5" || fail "$1: other spikes"
    for key in spike_hash spikes synaptic_events; do
        [ "$(grep "\"$key\"" "$work/alone/summary.json")" = \
            "$(grep "\"$key\"" "$work/$1/summary.json")" ] || fail "$1: other $key"
    done
    rates "$work/alone" >"$work/rates"
    rates "$work/$1" | cmp -s - "$work/rates" || fail "$1: other rates"
    [ -s "$work/rates" ] || fail "no rates"
    echo "$1: the same"
}

go "$work/cortex.yaml" --out "$work/alone" || fail "the run that is left alone"

# SIGUSR1: a checkpoint, and on; SIGTERM: another, and the end.
"$PHASIC" run "$work/cortex.yaml" --out "$work/signals" >"$work/said" 2>&1 &
pid=$!
waited=0
while [ ! -s "$work/signals/parts/rank-00000.part" ] && [ $waited -lt 4000 ]; do
    sleep 0.05
    waited=$((waited + 1))
done
kill -USR1 $pid
await "$work/signals" 1 $pid
kill -TERM $pid || fail "it ended by itself"
wait $pid
[ $? = 5 ] || fail "SIGTERM does not end with 5"
[ -e "$work/signals/summary.json" ] && fail "a stopped run looks complete"
go --resume "$work/signals" || fail "resume after SIGTERM"
same signals

# SIGKILL between two checkpoints, twice; parts that were begun later are left out.
set -- "$work/cortex.yaml" --out "$work/killed" \
    --set "checkpoint={interval: 300 ms, clock: biological}"
for n in 1 2; do
    "$PHASIC" run "$@" --quiet >"$work/said" 2>&1 &
    pid=$!
    await "$work/killed" $n $pid
    sleep 0.1
    kill -9 $pid
    wait $pid 2>/dev/null
    set -- --resume "$work/killed"
done
"$PHASIC" recover "$work/killed" >"$work/said" || fail "recover what was killed" # and yet it goes on
go --resume "$work/killed" || fail "resume after SIGKILL"
same killed
expect 2 "is complete" --resume "$work/killed"

# Another configuration, a folder without any.
expect 5 "--resume" "$work/cortex.yaml" --out "$work/stopped" --stop-at "1 s"
expect 2 "regions.sensory_cortex.scale is '0.03' instead of '0.02'" --resume "$work/stopped" \
    --set regions.sensory_cortex.scale=0.03
expect 2 "simulation.seed" --resume "$work/stopped" --seed 77
expect 2 "no --out" --resume "$work/stopped" --out "$work/elsewhere"
mkdir "$work/empty"
expect 3 "holds no checkpoint" --resume "$work/empty"

# Two checkpoints; the newer one is cut short: the older one does. Then a bit of that flips.
expect 5 "--resume" --resume "$work/stopped" --stop-at "2 s"
[ "$(ls "$work/stopped/checkpoints" | wc -l)" = 2 ] || fail "two are not kept"
cp -r "$work/stopped" "$work/cut"
state=$(ls -d "$work/cut/checkpoints/"* | tail -1)/rank-00000.state
truncate -s 1000 "$state"
go --resume "$work/cut" || fail "resume with the older checkpoint"
grep -q "the checkpoint before it is taken" "$work/said" || fail "nothing is said of the older one"
same cut
# What the system cannot read now is not damaged: nothing older takes its place. (A folder cannot be read either.)
state=$(ls -d "$work/stopped/checkpoints/"* | tail -1)/index
mv "$state" "$work/index" && mkdir "$state" || exit 1
expect 4 "cannot read" --resume "$work/stopped"
rmdir "$state" && mv "$work/index" "$state" || exit 1
state=$(ls -d "$work/stopped/checkpoints/"* | tail -1)/rank-00000.state
printf '\377\376\375' | dd of="$state" bs=1 seek=20000 conv=notrunc 2>/dev/null
expect 3 "its checksum is wrong" --resume "$work/stopped"
rm -r "${state%/*}"
go --resume "$work/stopped" || fail "resume without the damaged checkpoint"
same stopped

# What was recorded is lost. A checkpoint cannot be written: the run goes on and says so.
expect 5 "--resume" "$work/cortex.yaml" --out "$work/lost" --stop-at "1 s"
rm -r "$work/lost/parts"
expect 3 "rank-00000.part" --resume "$work/lost"
expect 5 "--resume" "$work/cortex.yaml" --out "$work/blocked" --stop-at "300 ms"
mkdir -p "$work/blocked/checkpoints/000000000008000.tmp/in/the/way"
expect 0 "no checkpoint at 0.800 s" --resume "$work/blocked" --until "1 s" \
    --set "checkpoint={interval: 400 ms, clock: biological}"
[ -e "$work/blocked/checkpoints/000000000004000" ] || fail "the former checkpoint is gone"
[ ! -e "$work/blocked/checkpoints/000000000008000" ] || fail "it looks written"

# Two runs in one folder: the second is told who is there and touches nothing.
"$PHASIC" run "$work/cortex.yaml" --out "$work/locked" --quiet >"$work/said" 2>&1 &
pid=$!
waited=0
while [ ! -s "$work/locked/lock" ] && [ $waited -lt 4000 ]; do
    sleep 0.05
    waited=$((waited + 1))
done
expect 3 "another run writes into this folder: process $pid" "$work/cortex.yaml" --force --out "$work/locked"
expect 3 "another run writes into this folder" --resume "$work/locked"
wait $pid || fail "the run that was there first"
same locked
[ ! -e "$work/locked/lock" ] || fail "its lock is left"

# The job ends before the run does: a warning, a checkpoint, and the end; a job that is long enough.
SLURM_JOB_END_TIME=$(($(date +%s) + 6)) "$PHASIC" run "$work/cortex.yaml" --until "1 h" \
    --set "simulation.duration=1 h" --out "$work/limit" --quiet >"$work/said" 2>&1
[ $? = 5 ] || fail "a job's end does not end the run with 5"
grep -q "will not fit: about" "$work/said" || fail "no warning of the job's end"
[ -n "$(ls "$work/limit/checkpoints")" ] || fail "no checkpoint before the job's end"
PHASIC_JOB_END=$(($(date +%s) + 3600)) "$PHASIC" run "$work/cortex.yaml" --out "$work/fits" \
    --quiet >"$work/said" 2>&1 || fail "a run that fits into its job"
grep -q "will not fit" "$work/said" && fail "a warning where all is well"
same fits

# A launcher may give the job's end to one of two ranks alone, whichever that is: it counts for both.
one_knows() { # one_knows FOLDER VARIABLE-OF-RANK-0 VARIABLE-OF-RANK-1
    out=$1 first=$2=$(($(date +%s) + 6)) second=$3=$(($(date +%s) + 6))
    set -- "$PHASIC" run "$work/cortex.yaml" --set "simulation.duration=1 h" --out "$work/$out" --quiet
    timeout 100 mpirun -n 1 env "$first" "$@" : -n 1 env "$second" "$@" >"$work/said.$out" 2>&1
    [ -n "$(ls "$work/$out/checkpoints")" ]
}
one_knows first PHASIC_JOB_END NOBODY_KNOWS &
pid=$!
one_knows second NOBODY_KNOWS PHASIC_JOB_END
second=$?
wait $pid
first=$?
for out in first second; do
    cat "$work/said.$out" >"$work/said"
    grep -q "will not fit: about" "$work/said" || fail "$out: no warning of an end that one rank knows"
done
[ "$first $second" = "0 0" ] || fail "no checkpoint before an end that one rank knows"
echo "checkpoints hold under faults"
