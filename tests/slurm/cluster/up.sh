#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A Slurm of its own on this machine, for tests: munged, slurmctld and NODES slurmd, all under the folder STATE, without
# systemd and cgroups, by any user. Sourcing STATE/env.sh makes sbatch and the others speak to it; down.sh ends it.
#   STATE  a new folder with a short name (munge's socket)     NODES  2     CPUS  8, of each node
set -eu
NODES=${NODES:-2} CPUS=${CPUS:-8}
mkdir -p "$STATE" && cd "$STATE" && S=$PWD
export PATH=$PATH:/usr/sbin:/sbin
mkdir -p munge ctld log pid
chmod 755 . munge && chmod 700 ctld
socket=$S/munge/m.sock
[ ${#socket} -lt 100 ] || { echo "the name of STATE is too long for a socket: $S" >&2; exit 2; }

# The processes are known by number and start time, so that down.sh ends no other.
begun() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
start() {
    name=$1
    shift
    setsid "$@" </dev/null >>"log/$name.out" 2>&1 &
    sleep 0.05
    echo "$! $(begun $!)" >"pid/$name"
}

# A block of ports that nobody listens on; ask_ports BASE
free_ports() {
    for port in $(seq "$1" $(($1 + NODES + 1))); do
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return 1
    done
    return 0
}
base=$((17000 + $$ % 4000 * 10))
until free_ports $base; do base=$((base + 40)); done

(umask 077 && head -c 128 /dev/urandom >munge/key)
host=$(hostname -s) me=$(id -un)
cat >slurm.conf <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$base
SlurmUser=$me
SlurmdUser=$me
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$socket,cred_expire=5
StateSaveLocation=$S/ctld
SlurmdSpoolDir=$S/spool.%n
TmpFS=$S/tmp.%n
SlurmctldPidFile=$S/pid/slurmctld.file
SlurmdPidFile=$S/pid/slurmd.%n.file
SlurmctldLogFile=$S/log/slurmctld.log
SlurmdLogFile=$S/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=pmix
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=0,batch_sched_delay=0
ReturnToService=2
KillWait=5
SlurmctldTimeout=300
SlurmdTimeout=300
MessageTimeout=60
MinJobAge=3600
JobRequeue=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
END
for i in $(seq "$NODES"); do
    echo "NodeName=n$i NodeHostname=$host NodeAddr=127.0.0.1 Port=$((base + i)) CPUs=$CPUS RealMemory=8000"
done >>slurm.conf
echo "PartitionName=all Nodes=n[1-$NODES] Default=YES MaxTime=INFINITE DefaultTime=10 State=UP" >>slurm.conf
echo "PartitionName=urgent Nodes=n[1-$NODES] PriorityTier=2 DefaultTime=10 State=UP" >>slurm.conf # takes others' nodes
# Several nodes with one host name: names of shared memory would clash, so ranks speak TCP.
cat >env.sh <<END
export SLURM_CONF=$S/slurm.conf PMIX_MCA_gds=hash PMIX_MCA_psec=native OMPI_MCA_btl=self,tcp
export OMP_PROC_BIND=false # the nodes' cpus are not there: jobs would be pinned onto each other
END
. ./env.sh

start munged munged -F --key-file="$S/munge/key" --socket="$socket" --pid-file="$S/munge/pid" \
    --log-file="$S/log/munged.log" --seed-file="$S/munge/seed"
for _ in $(seq 300); do
    munge -n -S "$socket" >/dev/null 2>&1 && break
    sleep 0.1
done
munge -n -S "$socket" >/dev/null || { tail -n 3 log/munged.out log/munged.log >&2; exit 1; }
start slurmctld slurmctld -D -f "$S/slurm.conf"
for i in $(seq "$NODES"); do
    mkdir -p "spool.n$i" "tmp.n$i"
    start "n$i" slurmd -D -N "n$i" -f "$S/slurm.conf"
done
for _ in $(seq 600); do
    [ "$(timeout 20 sinfo -h -N -p all -t idle -o %N 2>/dev/null | wc -l)" = "$NODES" ] && exit 0
    sleep 0.1
done
echo "Slurm did not start:" >&2
tail -n 5 log/*.log log/*.out >&2
exit 1
