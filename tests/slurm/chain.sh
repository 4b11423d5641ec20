#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A chain of jobs that is cut three times and goes on by itself, under srun and under mpirun, ends with the spikes and
# weights of a run without a break; one that is cancelled stays away.
set -u
. "$SOURCE_DIR/tests/slurm/cluster/begin.sh"
config=tests/fixtures/columns.yaml
spread='regions.cortex.populations.E.V_init={type: uniform, min: -65 mV, max: -50 mV}'
hashes() { grep -h '"spike_hash"\|"weight_hash"' "$1/summary.json"; }
state() { scontrol show job "$1" | sed -n 's/.*JobState=\([A-Z]*\).*/\1/p'; }
parts() { ls "$1/parts" 2>/dev/null | wc -l; } # more with each time that the run goes on

# cut JOB FOLDER N: once the run is on its way, the warning that Slurm sends before the end. Fails when the run was
# complete before.
cut() {
    for _ in $(seq 2400); do
        case $(state "$1") in
        RUNNING) [ "$(parts "$2")" -gt "$before" ] && break ;;
        COMPLETED) return 1 ;;
        FAILED | CANCELLED) fail "$2 has ended as $(state "$1")" ;;
        esac
        sleep 0.25
    done
    scancel --batch --signal=USR1 "$1"
    for _ in $(seq 2400); do
        case $(state "$1") in
        COMPLETED) return 1 ;;
        FAILED | CANCELLED) fail "$2 has ended as $(state "$1")" ;;
        esac
        [ "$(scontrol show job "$1" | sed -n 's/.* Restarts=\([0-9]*\).*/\1/p')" = "$3" ] && return
        sleep 0.25
    done
    fail "$2: job $1 was not queued again"
}

# chain LAUNCH SECONDS: of biological time. Fails when that was too short to be cut three times.
chain() {
    out=out/$1-$2 before=0
    sh "$SOURCE_DIR/scripts/submit" $config --program "$PHASIC" --set "$spread" --set "simulation.duration=$2 s" \
        --template chain --ranks 2 --launch "$1" --out "$out" >said 2>&1 || fail "submit: $(cat said)"
    job=$(sed -n 's/^Submitted batch job //p' said)
    for n in 1 2 3; do
        cut "$job" "$out" $n || return
        before=$(parts "$out")
    done
    while :; do
        case $(state "$job") in RUNNING | PENDING | COMPLETING) sleep 0.5 ;; *) break ;; esac
    done
    [ "$(state "$job")" = COMPLETED ] || fail "$out: $(state "$job")"
    "$PHASIC" run $config --set "$spread" --set "simulation.duration=$2 s" --out "plain-$2" --force --quiet ||
        fail "without a break"
    [ "$(hashes "$out")" = "$(hashes "plain-$2")" ] || fail "$out: $(hashes "$out"), not $(hashes "plain-$2")"
}

# How long the run must be for three cuts depends on the machine.
for launch in srun mpirun; do
    chain $launch 10 || chain $launch 60 || chain $launch 300 || fail "$launch: runs are over before they are cut"
done

# A job that is cancelled stays away.
sh "$SOURCE_DIR/scripts/submit" $config --program "$PHASIC" --set "$spread" --set 'simulation.duration=600 s' \
    --template chain --ranks 2 --out out/cancelled >said 2>&1 || fail "submit: $(cat said)"
job=$(sed -n 's/^Submitted batch job //p' said)
until [ "$(parts out/cancelled)" -gt 0 ]; do
    sleep 0.25
done
scancel "$job"
for _ in $(seq 240); do
    case $(state "$job") in CANCELLED) break ;; esac
    sleep 0.5
done
sleep 2
[ "$(state "$job")" = CANCELLED ] || fail "a cancelled job is $(state "$job")"
echo "cut three times each, the chains ended as the run without a break"
