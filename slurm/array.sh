#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Many runs: every setting with every seed, one task of a job array each. Edit the two places and
# `sbatch slurm/array.sh` in the folder of phasic, or let scripts/submit fill them. Tasks whose run is complete end at
# once, so that the same command goes on where it was. Then scripts/sweep --collect makes the table.
# === 1: what is asked for, of each run; the array counts settings x seeds from 0, and how many run at once ===
#SBATCH --job-name=phasic
#SBATCH --array=0-9%10
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=1G
#SBATCH --time=00:30:00
#SBATCH --output=%x-%A_%a.log
#SBATCH --open-mode=append
# === 2: what is run ===
PHASIC=build/phasic
CONFIG=configs/quickstart.yaml
OUT=out/array             # a folder for each run is made in it
SEEDS=(1 2 3 4 5)
NAMES=(plain tonic)       # of the settings; the runs are named after them: tonic_seed=3
SETTINGS=("" "neuromodulation.broadcast=tonic")  # PATH=VALUE; several of one setting: with ' && ' between
OPTIONS=()                # further options of phasic run
LAUNCH=(srun --mpi=pmix --wait=10)  # or (mpirun --bind-to none); wait: s, when a rank has died
# === nothing to edit below ===
set -u
threads=${SLURM_CPUS_PER_TASK:-1}
export SRUN_CPUS_PER_TASK=$threads
setting=$((SLURM_ARRAY_TASK_ID / ${#SEEDS[@]})) seed=${SEEDS[$((SLURM_ARRAY_TASK_ID % ${#SEEDS[@]}))]}
if [ "$setting" -ge "${#SETTINGS[@]}" ] || [ "${#SETTINGS[@]}" != "${#NAMES[@]}" ]; then
    echo "task $SLURM_ARRAY_TASK_ID: ${#SETTINGS[@]} settings (${#NAMES[@]} names) with ${#SEEDS[@]} seeds" >&2
    exit 2
fi
folder=$OUT/${NAMES[$setting]:+${NAMES[$setting]}_}seed=$seed rest=${SETTINGS[$setting]}
while [ -n "$rest" ]; do
    OPTIONS+=(--set "${rest%% && *}")
    case $rest in *' && '*) rest=${rest#* && } ;; *) rest= ;; esac
done
if grep -qs '"complete": true' "$folder/summary.json"; then
    echo "$folder: complete already"
    exit 0
fi
mkdir -p "$OUT" || exit 3
[ -e "$folder" ] && OPTIONS+=(--force)
exec "${LAUNCH[@]}" -n "$SLURM_NTASKS" "$PHASIC" run "$CONFIG" --out "$folder" --seed "$seed" --threads "$threads" \
    --quiet ${OPTIONS[@]+"${OPTIONS[@]}"}
