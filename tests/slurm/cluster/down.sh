#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Ends what up.sh has started in the folder STATE, and nothing else.
set -u
cd "$STATE" 2>/dev/null || exit 0
export PATH=$PATH:/usr/sbin:/sbin SLURM_CONF=$PWD/slurm.conf
begun() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
stop() {
    [ -f "pid/$1" ] || return
    read -r pid time <"pid/$1"
    [ -n "$time" ] && [ "$(begun "$pid")" = "$time" ] || return
    kill "$pid"
    for _ in $(seq 100); do
        [ "$(begun "$pid")" = "$time" ] || return
        sleep 0.1
    done
    kill -9 "$pid"
}
# Steps of jobs outlive slurmd: they end first.
if [ -f pid/slurmctld ]; then
    timeout 20 scancel -u "$(id -un)" 2>/dev/null
    for _ in $(seq 100); do
        [ -z "$(timeout 20 squeue -h -t R,CG 2>/dev/null)" ] && break
        sleep 0.1
    done
fi
for name in $(ls pid | grep -E '^n[0-9]+$') slurmctld munged; do
    stop "$name"
done
exit 0
