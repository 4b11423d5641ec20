#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One run under PBS Pro. Edit the two places and `qsub slurm/pbs.sh` in the folder of phasic, or let
# scripts/submit --template pbs fill them. Text only: there is no PBS where phasic is tested.
# === 1: what is asked for; mpiprocs: ranks of a node, ompthreads: threads of a rank, ncpus: their product ===
#PBS -N phasic
#PBS -l select=1:ncpus=4:mpiprocs=4:ompthreads=1:mem=1gb
#PBS -l walltime=00:30:00
#PBS -j oe
# === 2: what is run ===
PHASIC=build/phasic
CONFIG=configs/quickstart.yaml
OUT=out/quickstart
THREADS=1                 # of a rank
MINUTES=30                # as in walltime: before they are over, a run that does not fit writes a checkpoint and leaves
OPTIONS=()                # further options of phasic run: --seed 2 --set PATH=VALUE
LAUNCH=(mpirun --bind-to none)
# === nothing to edit below ===
set -u
export PHASIC_JOB_END=$(($(date +%s) + 60 * MINUTES))
cd "$PBS_O_WORKDIR" || exit 3
exec "${LAUNCH[@]}" -n "$(wc -l <"$PBS_NODEFILE")" "$PHASIC" run "$CONFIG" --out "$OUT" --threads "$THREADS" \
    --quiet ${OPTIONS[@]+"${OPTIONS[@]}"}
