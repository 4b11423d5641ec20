#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# An experiment of configs/experiments as a job array: each task runs all arms of one seed, as scripts/reproduce does, on
# its own node; a further job, which waits for them, draws the figure and writes the results. Edit the two places and
# `sbatch slurm/experiment.sh` in the folder of phasic. What is complete is not run again, so that the same command goes
# on where it was. The first task submits the further job, as `sbatch` of this script with the argument `results`.
# === 1: what is asked for, of each seed; the numbers of the array are the seeds, one after the other ===
#SBATCH --job-name=phasic
#SBATCH --array=11-20
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=2
#SBATCH --mem=2G
#SBATCH --time=00:30:00
#SBATCH --output=%x-%A_%a.log
#SBATCH --open-mode=append
# === 2: what is run ===
PHASIC=build/phasic
NAME=systems              # scripts/reproduce --list says which there are, and their seeds
OUT=out/reproduce         # DIR/NAME: the runs, NAME.png and RESULTS.md
# === nothing to edit below ===
set -u
# Runs of one process each, several at once: they must not take themselves for the job's only step.
for word in ${!SLURM_MPI@} ${!PMIX_@} ${!PMI_@}; do unset "$word"; done
if [ "${1:-run}" = results ]; then
    exec scripts/reproduce "$NAME" --seeds "$2" --out "$OUT" --program "$PHASIC" --results "$OUT/$NAME/RESULTS.md"
fi
if [ "$SLURM_ARRAY_TASK_ID" = "$SLURM_ARRAY_TASK_MIN" ] && [ "${SLURM_RESTART_COUNT:-0}" = 0 ]; then
    sbatch --dependency=afterok:"$SLURM_ARRAY_JOB_ID" --kill-on-invalid-dep=yes --array="$SLURM_ARRAY_TASK_MIN" "$0" \
        results "$SLURM_ARRAY_TASK_MIN..$SLURM_ARRAY_TASK_MAX" || exit 4
fi
exec scripts/reproduce "$NAME" --seeds "$SLURM_ARRAY_TASK_ID" --jobs "${SLURM_CPUS_PER_TASK:-1}" --out "$OUT" \
    --program "$PHASIC" --runs-only
