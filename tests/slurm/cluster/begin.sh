# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests of job templates, which it leaves in a folder of their own, $work: a Slurm of two nodes, clients
# that speak to it, and some functions. All of it goes when the test ends. Exits with 77 where there can be no Slurm.
for program in munged slurmctld slurmd; do
    PATH=$PATH:/usr/sbin command -v $program >/dev/null || {
        echo "skipped: no $program here (on Debian: apt-get install slurm-wlm munge)"
        exit 77
    }
done
[ -n "$(ls -A /sys/fs/cgroup 2>/dev/null)" ] || {
    echo "skipped: /sys/fs/cgroup is not mounted, without which slurmd does not start"
    exit 77
}
work=$(mktemp -d) && chmod 711 "$work" || exit 1 # others must be let through to munge's socket
export STATE=$work/s
trap 'bash "$SOURCE_DIR/tests/slurm/cluster/down.sh"; rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $*"
    tail -n 20 "$work"/*.log 2>/dev/null
    exit 1
}
number() { sed -n 's/^Submitted batch job //p' said; } # of the job that scripts/submit has submitted
state() { scontrol show job "$1" | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p'; }
# over JOB SECONDS: waits until a job has ended for good
over() {
    until_s=$((SECONDS + $2))
    while [ $SECONDS -lt $until_s ]; do
        case $(state "$1") in COMPLETED | FAILED | CANCELLED | TIMEOUT | NODE_FAIL) return ;; esac
        sleep 0.25
    done
}
bash "$SOURCE_DIR/tests/slurm/cluster/up.sh" || fail "no Slurm"
. "$STATE/env.sh"
cd "$work" || exit 1
ln -s "$SOURCE_DIR/tests" tests
