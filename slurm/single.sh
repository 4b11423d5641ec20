#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One run. Edit the two places and `sbatch slurm/single.sh` in the folder of phasic, or let scripts/submit fill them.
# === 1: what is asked for ===
#SBATCH --job-name=phasic
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=4
#SBATCH --cpus-per-task=1
#SBATCH --mem=1G
#SBATCH --time=00:30:00
#SBATCH --output=%x-%j.log
#SBATCH --open-mode=append
# === 2: what is run ===
PHASIC=build/phasic
CONFIG=configs/quickstart.yaml
OUT=out/quickstart
OPTIONS=()                # further options of phasic run: --seed 2 --set PATH=VALUE
LAUNCH=(srun --mpi=pmix --wait=10)  # or (mpirun --bind-to none); wait: s, when a rank has died
# === nothing to edit below ===
set -u
threads=${SLURM_CPUS_PER_TASK:-1}
export SRUN_CPUS_PER_TASK=$threads
# Slurm 22.05 does not tell a job when it ends; newer ones do.
export PHASIC_JOB_END=$(SLURM_TIME_FORMAT=%s squeue -h -j "$SLURM_JOB_ID" -o %e)
# Slurm starts a job again when a node has failed: what it left is not complete.
[ "${SLURM_RESTART_COUNT:-0}" -gt 0 ] && OPTIONS+=(--force)
exec "${LAUNCH[@]}" -n "$SLURM_NTASKS" "$PHASIC" run "$CONFIG" --out "$OUT" --threads "$threads" \
    --quiet ${OPTIONS[@]+"${OPTIONS[@]}"}
