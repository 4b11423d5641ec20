#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A rank that is killed under srun ends its job within 30 s, and the log names it. The same chain submitted again goes on
# from the last checkpoint to the result of a run that was left alone; with another configuration it is refused, by
# scripts/submit or by the job.
set -u
. "$SOURCE_DIR/tests/slurm/cluster/begin.sh"
config=$work/columns.yaml
cp "$SOURCE_DIR/tests/fixtures/columns.yaml" "$config"
spread='regions.cortex.populations.E.V_init={type: uniform, min: -65 mV, max: -50 mV}'
hash_of() { sed -n 's/.*"spike_hash": "\(.*\)".*/\1/p' "$1/summary.json"; }
# chain ARGUMENT...: of two nodes
chain() {
    sh "$SOURCE_DIR/scripts/submit" "$config" --program "$PHASIC" --set "$spread" --set simulation.duration='3 s' \
        --set 'checkpoint={interval: 300 ms, clock: biological}' --template chain --ranks 2 --nodes 2 --out out/run "$@" >said 2>&1
}
# ended JOB STATE SECONDS
ended() {
    over "$1" "$3"
    [ "$(state "$1")" = "$2" ] || fail "job $1 is $(state "$1"), not $2, after $3 s"
}
# rank N: the process that Slurm has started as that
rank() {
    for pid in $(pgrep -x phasic); do
        tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qxF "SLURM_PROCID=$1" &&
            [ "$(readlink "/proc/$pid/cwd")" = "$work" ] && echo "$pid" && return
    done
}

chain || fail "submit: $(cat said)"
job=$(number)
for _ in $(seq 1200); do
    [ -n "$(ls -d out/run/checkpoints/*[0-9] 2>/dev/null)" ] && break
    sleep 0.05
done
kill -9 "$(rank 1)" || fail "rank 1 is not there"
ended "$job" FAILED 30
grep -q 'task 1: Killed' phasic-columns-"$job".log || fail "the log does not name the rank: $(cat phasic-columns-"$job".log)"
mkdir -p out/run/checkpoints/1.tmp # as a kill in the middle of a checkpoint leaves it
before=$(ls out/run/checkpoints) began=$(stat -c %Y.%i out/run/config.yaml)

# Refused: another setting, another seed, an edited file, --force.
chain --force && fail "a chain was begun anew"
grep -q 'to begin anew' said || fail "$(cat said)"
chain --set tracts.near.weight='11 pA' || fail "submit: $(cat said)"
ended "$(number)" FAILED 60
grep -q "tracts.near.weight is '11 pA' instead of '10 pA'" phasic-columns-"$(number)".log || fail "a setting was ignored"
sed -i 's/^    weight: 10 pA/    weight: 12 pA/' "$config"
chain || fail "submit: $(cat said)"
ended "$(number)" FAILED 60
grep -q "tracts.near.weight is '12 pA' instead of" phasic-columns-"$(number)".log || fail "an edited file was ignored"
[ "$(ls out/run/checkpoints)" = "$before" ] || fail "a refused job has changed the folder"
cp "$SOURCE_DIR/tests/fixtures/columns.yaml" "$config"

# As it was: by hand, with a --force that its author left in.
sed 's/^OPTIONS=(/&--force /' out/run.job >forced.job
job=$(sbatch --parsable forced.job)
ended "$job" COMPLETED 300
[ ! -e out/run/checkpoints/1.tmp ] || fail "what a kill has left of a checkpoint is still there"
[ "$(stat -c %Y.%i out/run/config.yaml)" = "$began" ] || fail "it was begun anew" # that file is written once
"$PHASIC" run "$config" --set "$spread" --set simulation.duration='3 s' --out plain --quiet || fail "without Slurm"
[ "$(hash_of out/run)" = "$(hash_of plain)" ] || fail "not the spikes of a run that was left alone"
chain && fail "what is complete was submitted"
grep -q 'out/run is complete' said || fail "$(cat said)"
echo "the killed rank was named, and the chain went on as it began"
