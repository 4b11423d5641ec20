#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Learn once, then test many times: a first job learns and ends with a checkpoint; an array of further jobs, which waits
# until it has, begins in that state, a task for each setting. Edit the two places and `sbatch slurm/pipeline.sh` in
# the folder of phasic, or let scripts/submit fill them. The first job submits the second, as `sbatch` of this script with
# the argument `test`; if it fails, they are cancelled.
# === 1: what is asked for, of learning and of each test ===
#SBATCH --job-name=phasic
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=1G
#SBATCH --time=00:30:00
#SBATCH --output=%x-%j.log
#SBATCH --open-mode=append
# === 2: what is run ===
PHASIC=build/phasic
CONFIG=configs/quickstart.yaml
LEARN=(--until "60 s")    # options of phasic run, for learning
OUT=out/pipeline          # a folder for learning, and one for each test, are made in it
SEED=1                    # of the brain: of another seed it would be another brain
TEST=configs/quickstart.yaml                   # what the tests run: the same brain, perhaps with another task
NAMES=(plain tonic)       # of the settings; the folders of the tests
SETTINGS=("" "neuromodulation.broadcast=tonic")  # PATH=VALUE; several of one setting: with ' && ' between
OPTIONS=(--set phases.before.plasticity=frozen --until "30 s")  # of phasic run, for tests
AT_ONCE=10                # tests that run at a time
LAUNCH=(srun --mpi=pmix --wait=10)  # or (mpirun --bind-to none); wait: s, when a rank has died
# === nothing to edit below ===
set -u
threads=${SLURM_CPUS_PER_TASK:-1}
export SRUN_CPUS_PER_TASK=$threads
complete() { grep -qs '"complete": true' "$1/summary.json"; }
# run FOLDER CONFIG OPTION...: unless it is complete; what a job left that was started again is not
run() {
    folder=$1
    shift
    if complete "$folder"; then
        echo "$folder: complete already"
        return 0
    fi
    mkdir -p "$OUT" || return 3
    [ -e "$folder" ] && set -- "$@" --force
    "${LAUNCH[@]}" -n "$SLURM_NTASKS" "$PHASIC" run "$@" --out "$folder" --threads "$threads" --quiet
}
if [ "${1:-learn}" = learn ]; then
    if [ "${#SETTINGS[@]}" != "${#NAMES[@]}" ]; then
        echo "${#SETTINGS[@]} settings, and ${#NAMES[@]} names" >&2
        exit 2
    fi
    for name in "${NAMES[@]}"; do
        case $name in
        learn | '' | */*)
            echo "a test cannot be named '$name': that is no folder of its own beside that of learning" >&2
            exit 2
            ;;
        esac
    done
    # The script that runs here is Slurm's copy. A job that is started again has submitted them already.
    [ "${SLURM_RESTART_COUNT:-0}" -gt 0 ] || sbatch --dependency=afterok:"$SLURM_JOB_ID" --kill-on-invalid-dep=yes \
        --array=0-$((${#SETTINGS[@]} - 1))%"$AT_ONCE" --output=%x-%A_%a.log "$0" test || exit 4
    run "$OUT/learn" "$CONFIG" --seed "$SEED" --set checkpoint.at_end=true ${LEARN[@]+"${LEARN[@]}"}
    exit
fi
rest=${SETTINGS[$SLURM_ARRAY_TASK_ID]}
while [ -n "$rest" ]; do
    OPTIONS+=(--set "${rest%% && *}")
    case $rest in *' && '*) rest=${rest#* && } ;; *) rest= ;; esac
done
run "$OUT/${NAMES[$SLURM_ARRAY_TASK_ID]}" "$TEST" --seed "$SEED" --set start_from="$OUT/learn" ${OPTIONS[@]+"${OPTIONS[@]}"}
