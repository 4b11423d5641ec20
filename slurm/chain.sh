#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One run that is longer than a job may be: before its time is over it writes a checkpoint and is queued again, until it
# is complete. Edit the two places and `sbatch slurm/chain.sh` in the folder of phasic, or let scripts/submit fill them.
# A failed node or a preemption is answered likewise, from the last checkpoint (checkpoint.interval).
# === 1: what is asked for; --signal: seconds before the end at which the checkpoint is begun (Slurm may be 60 early) ===
#SBATCH --job-name=phasic
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=4
#SBATCH --cpus-per-task=1
#SBATCH --mem=1G
#SBATCH --time=01:00:00
#SBATCH --signal=B:USR1@180
#SBATCH --requeue
#SBATCH --output=%x-%j.log
#SBATCH --open-mode=append
# === 2: what is run ===
PHASIC=build/phasic
CONFIG=configs/quickstart.yaml
OUT=out/quickstart
MOST=100                  # times that it is queued again
OPTIONS=(--set checkpoint.interval="10 min") # further options of phasic run
LAUNCH=(srun --mpi=pmix --wait=10)  # or (mpirun --bind-to none); wait: s, when a rank has died
# === nothing to edit below ===
set -u
threads=${SLURM_CPUS_PER_TASK:-1}
export SRUN_CPUS_PER_TASK=$threads
# Slurm 22.05 does not tell a job when it ends; newer ones do.
export PHASIC_JOB_END=$(SLURM_TIME_FORMAT=%s squeue -h -j "$SLURM_JOB_ID" -o %e)
newest() { ls -d "$OUT"/checkpoints/*[0-9] 2>/dev/null | tail -n 1; }
complete() { grep -qs '"complete": true' "$OUT/summary.json"; }
if complete; then
    echo "$OUT: complete already"
    exit 0
fi
what=()
for word in ${OPTIONS[@]+"${OPTIONS[@]}"}; do # a chain never throws checkpoints away
    [ "$word" = --force ] || [ "$word" = -f ] || what+=("$word")
done
if [ -n "$(newest)" ]; then
    what+=(--resume "$OUT")
    # phasic refuses to go on with another configuration. A job that was queued again goes on as it began, even if CONFIG
    # was edited meanwhile.
    [ "${SLURM_RESTART_COUNT:-0}" -gt 0 ] || what=("$CONFIG" "${what[@]}")
else
    what=("$CONFIG" --out "$OUT" ${OPTIONS[@]+"${OPTIONS[@]}"})
    [ "${SLURM_RESTART_COUNT:-0}" -gt 0 ] && what+=(--force)
fi
warned='' ended='' signalled=''
# The ranks are told to write a checkpoint and leave. srun would kill them if it got the signal itself, and mpirun does
# not wait for ranks that leave, so their checkpoint comes first.
leave() {
    signalled=1
    if [ "${LAUNCH[0]}" = srun ]; then
        scancel --signal=TERM "$SLURM_JOB_ID"
        return
    fi
    before=$(newest)
    kill -USR1 $child 2>/dev/null # at a preemption it may be gone
    while [ "$(newest)" = "$before" ] && kill -0 $child 2>/dev/null; do
        sleep 0.5
    done
    kill -TERM $child 2>/dev/null
}
"${LAUNCH[@]}" -n "$SLURM_NTASKS" "$PHASIC" run "${what[@]}" --threads "$threads" --quiet &
child=$!
trap 'warned=1; echo "$OUT: warned by Slurm; a checkpoint, and the queue again"; leave' USR1
trap 'ended=1; leave' TERM
while :; do
    signalled=''
    wait $child
    code=$?
    [ -n "$signalled" ] || break # a signal ends the wait, not the run
done
complete && exit 0
# Who is cancelled or preempted is not queued by this script; the scheduler knows what it wants.
if [ -z "$ended" ] && { [ $code = 5 ] || [ -n "$warned" ]; } && [ -n "$(newest)" ]; then
    if [ "${SLURM_RESTART_COUNT:-0}" -ge "$MOST" ]; then
        echo "$OUT: queued again $MOST times, and not complete" >&2
        exit 5
    fi
    exec scontrol requeue "$SLURM_JOB_ID"
fi
exit $code
