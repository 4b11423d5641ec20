#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A chain of jobs that is cut three times and goes on by itself, under srun and under mpirun, ends with the spikes and
# weights of a run without a break; one that is cancelled stays away.
set -u
for program in munged slurmctld slurmd; do
    PATH=$PATH:/usr/sbin command -v $program >/dev/null || {
        echo "skipped: no $program here (on Debian: apt-get install slurm-wlm munge)"
        exit 77
    }
done
work=$(mktemp -d) && chmod 711 "$work" || exit 1 # others must be let through to munge's socket
export STATE=$work/s
trap 'bash "$SOURCE_DIR/tests/slurm/cluster/down.sh"; rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $*"
    tail -n 20 "$work"/*.log 2>/dev/null
    exit 1
}
bash "$SOURCE_DIR/tests/slurm/cluster/up.sh" || fail "no Slurm"
. "$STATE/env.sh"
cd "$work" || exit 1
ln -s "$SOURCE_DIR/tests" tests
config=tests/fixtures/columns.yaml
settings=(--set 'regions.cortex.populations.E.V_init={type: uniform, min: -65 mV, max: -50 mV}'
    --set 'simulation.duration=60 s')
hashes() { grep -h '"spike_hash"\|"weight_hash"' "$1/summary.json"; }
state() { scontrol show job "$1" | sed -n 's/.*JobState=\([A-Z]*\).*/\1/p'; }
parts() { ls "$1/parts" 2>/dev/null | wc -l; } # more with each time that the run goes on

# cut JOB FOLDER N: once the run is on its way, the warning that Slurm sends before the end
cut() {
    for _ in $(seq 1200); do
        case $(state "$1") in
        RUNNING) [ "$(parts "$2")" -gt "$before" ] && break ;;
        COMPLETED) fail "$2 was complete before it was cut" ;;
        FAILED) fail "$2 has failed" ;;
        esac
        sleep 0.25
    done
    scancel --batch --signal=USR1 "$1"
    for _ in $(seq 1200); do
        case $(state "$1") in COMPLETED | FAILED | CANCELLED) fail "$2 has ended as $(state "$1")" ;; esac
        [ "$(scontrol show job "$1" | sed -n 's/.* Restarts=\([0-9]*\).*/\1/p')" = "$3" ] && return
        sleep 0.25
    done
    fail "$2: job $1 was not queued again"
}

"$PHASIC" run $config "${settings[@]}" --out plain --quiet || fail "without a break"
for launch in srun mpirun; do
    sh "$SOURCE_DIR/scripts/submit" $config --program "$PHASIC" "${settings[@]}" --template chain --ranks 2 \
        --launch $launch --out out/$launch >said 2>&1 || fail "submit: $(cat said)"
    job=$(sed -n 's/^Submitted batch job //p' said) before=0
    for n in 1 2 3; do
        cut "$job" out/$launch $n
        before=$(parts out/$launch)
    done
    until [ "$(state "$job")" != RUNNING ] && [ "$(state "$job")" != PENDING ] && [ "$(state "$job")" != COMPLETING ]; do
        sleep 0.5
    done
    [ "$(state "$job")" = COMPLETED ] || fail "$launch: $(state "$job")"
    [ "$(hashes out/$launch)" = "$(hashes plain)" ] || fail "$launch: $(hashes out/$launch), not $(hashes plain)"
done
echo "cut three times each, the chains ended as the run without a break"
