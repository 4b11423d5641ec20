#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Strong scaling: one brain on more and more ranks and threads, repeated and interleaved.
# Edit the two places and `sbatch slurm/strong.sh` in the folder of phasic, or let scripts/submit fill them. Then
# `scripts/scaling CONFIG --collect --out OUT` writes the table and the plots.
# === 1: what is asked for: enough for the largest layout; each task of the array is one repeat of all layouts ===
#SBATCH --job-name=phasic-strong
#SBATCH --array=0-2%1
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=4
#SBATCH --cpus-per-task=1
#SBATCH --mem=4G
#SBATCH --time=01:00:00
#SBATCH --output=%x-%A_%a.log
# === 2: what is run ===
PHASIC=build/phasic
CONFIG=configs/quickstart.yaml
OUT=out/scaling-quickstart
LAYOUTS=(1x1 2x1 4x1)     # ranks x threads
OPTIONS=(--until "2 s")   # further options of phasic run
LAUNCH=(srun --mpi=pmix --wait=10)  # or (mpirun --bind-to none); wait: s, when a rank has died
# === nothing to edit below ===
set -u
failed=0
for layout in "${LAYOUTS[@]}"; do
    ranks=${layout%x*} threads=${layout#*x}
    folder=$OUT/strong/$layout/repeat-$SLURM_ARRAY_TASK_ID
    grep -qs '"complete": true' "$folder/summary.json" && continue
    mkdir -p "$OUT/strong/$layout" || exit 3
    export SRUN_CPUS_PER_TASK=$threads
    if ! "${LAUNCH[@]}" -n "$ranks" "$PHASIC" run "$CONFIG" --out "$folder" --force \
        --threads "$threads" --quiet ${OPTIONS[@]+"${OPTIONS[@]}"}; then
        echo "$folder: failed" >&2
        failed=1
    fi
done
exit $failed
