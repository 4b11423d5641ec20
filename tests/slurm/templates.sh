#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every job template, filled by scripts/submit and run by a real Slurm of two nodes that this test starts; those of
# PBS and LSF as plain scripts with the variables that their schedulers set.
set -u
. "$SOURCE_DIR/tests/slurm/cluster/begin.sh"
config=tests/fixtures/columns.yaml
# Without it all neurons spike at once, whatever the seed.
spread='regions.cortex.populations.E.V_init={type: uniform, min: -65 mV, max: -50 mV}'
submit() { sh "$SOURCE_DIR/scripts/submit" $config --program "$PHASIC" --set "$spread" "$@"; }

# job ARGUMENT...: submits, and says the job's number
job() {
    submit "$@" >said 2>&1 || fail "submit $*: $(cat said)"
    sed -n 's/^Submitted batch job //p' said
}
# ended STATE JOB...: waits for jobs, and holds how each of their tasks ended against STATE
ended() {
    state=$1
    shift
    for id in "$@"; do
        until [ -z "$(timeout 60 squeue -h -j "$id" -t PD,R,CF,CG,RQ || echo busy)" ]; do
            sleep 0.5
        done
        for found in $(scontrol show job "$id" | sed -n 's/.*JobState=\([A-Z]*\).*/\1/p'); do
            [ "$found" = "$state" ] || fail "job $id ended as $found, not $state"
        done
    done
}
hash_of() { sed -n 's/.*"spike_hash": "\(.*\)".*/\1/p' "$1/summary.json"; }

"$PHASIC" run $config --set "$spread" --out plain --quiet || fail "without Slurm"
want=$(hash_of plain)

# What is shown is what is run, and --dry-run leaves nothing behind.
submit --ranks 2 --out out/dry --dry-run >said || fail "--dry-run"
[ -e out ] && fail "--dry-run wrote something"
grep -q '^#SBATCH --ntasks-per-node=2' said && grep -q '^# 2 ranks x 1 threads' said || fail "$(cat said)"

# A seed that is asked for is given also when it is 1: the configuration may have another.
grep -q -- '--seed' said && fail "a seed that nobody asked for: $(cat said)"
submit --ranks 1 --seeds 1 --out out/dry --dry-run | grep -q -- '--seed 1' || fail "--seeds 1"

# A pipeline asks for what its largest part needs, be it a test of another configuration.
{ echo "from: $PWD/$config"; echo "simulation: {duration: 100000 s}"; } >long.yaml
for test in $config long.yaml; do
    submit --template pipeline --set 'tracts.near.weight=10 pA,40 pA' --ranks 1 --test $test \
        --out out/dry --dry-run | sed -n 's/^#SBATCH --time=//p'
done >said 2>&1
[ "$(sed -n 1p said)" '<' "$(sed -n 2p said)" ] || fail "a pipeline asks for: $(cat said)"

# Every node gets as many ranks: of others than go evenly there would be more than were planned.
submit --ranks 3 --nodes 2 --out out/dry --dry-run >said 2>&1 && fail "3 ranks on 2 nodes"
grep -q -- '--ranks 2 or 4' said || fail "$(cat said)"
submit --nodes 2 --most-ranks 3 --out out/dry --dry-run >said || fail "ranks that are chosen: $(cat said)"
grep -q '^# [12] ranks' said || fail "$(cat said)"
submit --template array --force --dry-run >said 2>&1 && fail "--force means nothing to an array"

jobs="$(job --out out/srun --ranks 4 --threads 2 --nodes 2)"
grep -q '^OUT=out/srun' said || fail "what is submitted was not shown"
jobs="$jobs $(job --out out/mpirun --ranks 3 --launch mpirun --name m)"
jobs="$jobs $(job --template array --seeds 7,8 --set 'tracts.near.weight=10 pA,40 pA' --ranks 2)"
jobs="$jobs $(job --template strong --layouts 1x1,2x2,4x1 --repeats 2 --nodes 2 --out out/scaling)"
jobs="$jobs $(job --template weak --layouts 1x1,2x1 --repeats 1 --grow 'regions.cortex.channels=[@0]' --out out/scaling)"
[ "$(echo $jobs | wc -w)" = 5 ] || fail "jobs: $jobs"
ended COMPLETED $jobs

for folder in out/srun out/mpirun out/scaling/strong/{1x1,2x2,4x1}/repeat-{0,1} out/scaling/weak/1x1/repeat-0; do
    [ "$(hash_of $folder)" = "$want" ] || fail "$folder: spikes are not those of the run without Slurm"
done
grep -q '"ranks": 4' out/srun/summary.json && grep -q '"ranks": 3' out/mpirun/summary.json &&
    grep -q '"ranks": 2,' out/scaling/weak/2x1/repeat-0/summary.json &&
    grep -q '"neurons": 1600' out/scaling/weak/2x1/repeat-0/summary.json || fail "sizes"

# The array's runs are four different ones, and make one table.
table() {
    sh "$SOURCE_DIR/scripts/sweep" $config --program "$PHASIC" --collect --seeds 7,8 --set "$spread" \
        --set 'tracts.near.weight=10 pA,40 pA' --out out/columns-array
}
table >said 2>&1 || fail "sweep --collect: $(cat said)"
[ "$(for folder in out/columns-array/*/; do hash_of "$folder"; done | sort -u | wc -l)" = 4 ] || fail "$(cat said)"
grep -q ',40 pA,8,.*,complete,' out/columns-array/table.csv || fail "$(cat out/columns-array/table.csv)"
rm -r out/columns-array/*weight=40-pA_seed=8
table >said 2>&1 && fail "a run that is not there was not missed"

# A submission again runs what is missing; one that cannot work is refused before it waits in a queue, and a job that
# fails looks failed.
again=$(job --template array --seeds 7,8 --set 'tracts.near.weight=10 pA,40 pA' --ranks 2)
ended COMPLETED "$again"
table >said 2>&1 || fail "what was missing was not run: $(cat said)"
[ "$(grep -c 'complete already' phasic-columns-"${again}"_*.log | grep -c ':1')" = 3 ] || fail "complete runs ran again"
submit --out out/srun >said 2>&1 && fail "an existing folder was accepted"
grep -q 'out/srun exists' said || fail "$(cat said)"
submit --out out/x --set 'tracts.nar.weight=1 pA' >said 2>&1 && fail "an unknown key was accepted"
grep -q "did you mean 'near'" said || fail "$(cat said)"
sed -i "s|^CONFIG=.*|CONFIG=none.yaml|; s|^OUT=.*|OUT=out/y|" out/srun.job
sbatch --parsable out/srun.job >said || fail "the script that was kept cannot be submitted"
ended FAILED "$(cat said)"

# A pipeline: the tests wait for what is learned, and are what a run from that state is.
export STAGE=test # of the user's own
learned=$(job --template pipeline --test tests/fixtures/columns.yaml --seeds 8 --ranks 2 \
    --set 'simulation.duration=100 ms,200 ms' --out out/pipeline)
ended COMPLETED "$learned"
tests=$(sed -n 's/^Submitted batch job //p' "phasic-columns-$learned.log")
[ -n "$tests" ] || fail "no tests were submitted: $(cat "phasic-columns-$learned.log")"
ended COMPLETED "$tests"
"$PHASIC" run $config --set "$spread" --seed 8 --set simulation.duration="200 ms" \
    --set start_from=out/pipeline/learn --out recalled --quiet || fail "a test without Slurm"
[ "$(hash_of out/pipeline/*200-ms)" = "$(hash_of recalled)" ] || fail "not the spikes of the learned state"
[ "$(for folder in out/pipeline/*/; do hash_of "$folder"; done | sort -u | wc -l)" -ge 3 ] || fail "tests are alike"
# Learning that fails takes the tests with it.
sed "s|^CONFIG=.*|CONFIG=none.yaml|; s|^OUT=.*|OUT=out/z|" out/pipeline.job >z.job
failing=$(sbatch --parsable z.job)
ended FAILED "$failing"
waiting=$(sed -n 's/^Submitted batch job //p' "phasic-columns-$failing.log")
for _ in $(seq 120); do
    [ -z "$(squeue -h -j "$waiting" 2>/dev/null)" ] && break
    sleep 0.5
done
[ -z "$(squeue -h -j "$waiting" 2>/dev/null)" ] || fail "tests of what was not learned are kept"
[ -e out/z ] && [ -n "$(ls out/z)" ] && fail "tests of what was not learned ran"

# A test that would write into the folder of learning.
sed "s|^NAMES=.*|NAMES=(learn plain)|; s|^OUT=.*|OUT=out/n|" out/pipeline.job >n.job
failing=$(sbatch --parsable n.job)
ended FAILED "$failing"
grep -q "cannot be named 'learn'" "phasic-columns-$failing.log" && [ ! -e out/n ] || fail "a test named 'learn' was accepted"

# An experiment: a task for each seed, then the results of all of them.
sed "s|^#SBATCH --array=.*|#SBATCH --array=1-2|; s|--cpus-per-task=2|--cpus-per-task=1|; s|--mem=2G|--mem=200M|
    s|^PHASIC=.*|PHASIC=$PHASIC|; s|^NAME=.*|NAME=stdp-window|; s|^OUT=.*|OUT=$work/out/experiments|
    s|^#SBATCH --output=|&$work/|" "$SOURCE_DIR/slurm/experiment.sh" >experiment.sh
seeds=$(sbatch --parsable --chdir="$SOURCE_DIR" experiment.sh)
ended COMPLETED "$seeds"
results=$(cat "$work"/phasic-"$seeds"_*.log | sed -n 's/^Submitted batch job //p')
ended COMPLETED "$results"
grep -q '^| stdp-window .*| 1..2 | reached' out/experiments/stdp-window/RESULTS.md ||
    fail "results of an experiment: $(cat "$work"/phasic-"$results"_*.log)"
[ -e out/experiments/stdp-window/stdp-window.png ] || fail "no figure of an experiment"

# The templates as they are make sense to sbatch.
for template in single chain array pipeline strong weak experiment; do
    sbatch --test-only "$SOURCE_DIR/slurm/$template.sh" >said 2>&1 || fail "$template: $(cat said)"
done

submit --template pbs --ranks 2 --out out/pbs --dry-run | grep -v '^# [0-9]' >pbs.sh || fail "pbs"
submit --template lsf --ranks 2 --out out/lsf --dry-run | grep -v '^# [0-9]' >lsf.sh || fail "lsf"
grep -q '^#PBS -l select=1:ncpus=2:mpiprocs=2:ompthreads=1:mem=[0-9]*mb$' pbs.sh || fail "$(cat pbs.sh)"
grep -q '^#BSUB -R "span\[ptile=2\] affinity\[core(1)\] rusage\[mem=[0-9]*MB\]"$' lsf.sh || fail "$(cat lsf.sh)"
grep -q '^MINUTES=5$' pbs.sh && grep -q '^#PBS -l walltime=00:05:00$' pbs.sh || fail "$(cat pbs.sh)"
printf 'n1\nn1\n' >nodes
PBS_O_WORKDIR=$work PBS_NODEFILE=$work/nodes bash pbs.sh || fail "the template of PBS"
LSB_DJOB_NUMPROC=2 bash lsf.sh || fail "the template of LSF"
for folder in out/pbs out/lsf; do
    [ "$(hash_of $folder)" = "$want" ] && grep -q '"ranks": 2' $folder/summary.json || fail "$folder"
done
echo "all templates ran"
