#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One run under LSF. Edit the two places and `bsub <slurm/lsf.sh` in the folder of phasic, or let
# scripts/submit --template lsf fill them. Text only: there is no LSF where phasic is tested.
# === 1: what is asked for; -n: ranks in all, ptile: of a node, core: threads of a rank, mem: of a rank ===
#BSUB -J phasic
#BSUB -n 4
#BSUB -R "span[ptile=4] affinity[core(1)] rusage[mem=256MB]"
#BSUB -W 00:30
#BSUB -o phasic-%J.log
# === 2: what is run ===
PHASIC=build/phasic
CONFIG=configs/quickstart.yaml
OUT=out/quickstart
THREADS=1                 # of a rank
MINUTES=30                # as in -W: before they are over, a run that does not fit writes a checkpoint and leaves
OPTIONS=()                # further options of phasic run: --seed 2 --set PATH=VALUE
LAUNCH=(mpirun --bind-to none)
# === nothing to edit below ===
set -u
export PHASIC_JOB_END=$(($(date +%s) + 60 * MINUTES))
exec "${LAUNCH[@]}" -n "$LSB_DJOB_NUMPROC" "$PHASIC" run "$CONFIG" --out "$OUT" --threads "$THREADS" \
    --quiet ${OPTIONS[@]+"${OPTIONS[@]}"}
