#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two hosts on this machine: network and host names of their own, a cable between them, and a launcher that
# crosses it. Four ranks over two hosts talk over TCP and make the spikes of one process; a rank that is killed
# on the other host ends the job within 30 s, with a word on which it was, and the run goes on from there.
set -u
skip() {
    echo "skipped: $*"
    exit 77
}
if [ "${1:-}" != inside ]; then
    for program in ip nsenter unshare; do
        PATH=$PATH:/usr/sbin:/sbin command -v $program >/dev/null || skip "no $program here (on Debian: apt-get install iproute2 util-linux)"
    done
    unshare -rmn true 2>/dev/null || skip "there can be no further hosts here (unshare -rmn)"
    exec unshare -rmn sh "$0" inside
fi
export PATH=$PATH:/usr/sbin:/sbin
ip link set lo up || skip "no network of its own"
work=$(mktemp -d) || exit 1
one='' two=''
job=''
trap 'kill $job $one $two 2>/dev/null; wait; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
fail() {
    echo "FAILED: $*"
    cat "$work/log"
    exit 1
}

# A host is a process that sleeps in namespaces of its own: host NAME ADDRESS CABLE-END
unshare -nu sleep 3600 &
one=$!
unshare -nu sleep 3600 &
two=$!
on() { # on HOST COMMAND...
    eval "pid=\$$1"
    shift
    nsenter -t "$pid" -n -u "$@"
}
# Until both have left the namespaces that they were started in.
for pid in $one $two; do
    waited=0
    until [ "$(readlink /proc/"$pid"/ns/uts)" != "$(readlink /proc/self/ns/uts)" ] &&
        [ "$(cat /proc/"$pid"/comm)" = sleep ]; do
        sleep 0.05
        waited=$((waited + 1))
        [ $waited -lt 200 ] || skip "no namespace of its own"
    done
done
ip link add cable1 netns $one type veth peer name cable2 netns $two 2>"$work/log" ||
    skip "there is no cable (veth): $(cat "$work/log")"
number=0
for host in one two; do
    number=$((number + 1))
    on $host hostname $host && on $host ip link set lo up &&
        on $host ip address add 10.77.0.$number/24 dev cable$number &&
        on $host ip link set cable$number up || skip "the host $host cannot be set up"
done
printf '127.0.0.1 localhost\n10.77.0.1 one\n10.77.0.2 two\n' >"$work/hosts"
mount --bind "$work/hosts" /etc/hosts || skip "names of hosts cannot be given"
# What a launcher calls in place of ssh: AGENT HOST COMMAND...
cat >"$work/agent" <<END
#!/bin/sh
host=\$1
shift
case \$host in one) pid=$one ;; two) pid=$two ;; *) exit 1 ;; esac
echo "\$host" >>"$work/crossed"
exec nsenter -t \$pid -n -u sh -c "\$*"
END
chmod +x "$work/agent"

config=$SOURCE_DIR/tests/fixtures/controllers.yaml
export OMP_PROC_BIND=false # the hosts have the same cpus
spread='layout={cortex: 0-3, hippocampus: 1-2, striatum: 2-3, brainstem: 3}'
# go ARGUMENT...   four ranks, two on each host
go() {
    on one timeout 300 mpirun -n 4 --host one:2,two:2 --mca plm rsh --mca plm_rsh_agent "$work/agent" \
        --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 --mca oob_tcp_if_include 10.77.0.0/24 \
        "$PHASIC" run "$@" >"$work/log" 2>&1
}
hashes() { grep -E '"(spike_hash|weight_hash|spikes|synaptic_events|plastic_events)"' "$1/summary.json"; }
same() {
    [ "$(hashes "$work/$1")" = "$(hashes "$work/alone")" ] || fail "$1: another result"
    cmp "$work/$1/spikes.h5" "$work/alone/spikes.h5" || fail "$1: other spikes"
    echo "$1: the same as of one process"
}

"$PHASIC" run "$config" --out "$work/alone" --quiet >"$work/log" 2>&1 || fail "one process"
go "$config" --set "$spread" --out "$work/both" || fail "two hosts"
grep -q two "$work/crossed" || fail "the launcher did not cross"
grep -q 'on 2 hosts' "$work/log" || fail "the header does not say two hosts"
grep -E '^  one: rank 0 .*rank 1 ' "$work/log" && grep -E '^  two: rank 2 .*rank 3 ' "$work/log" ||
    fail "the header does not say which rank is where"
grep '"machines": 2' "$work/both/summary.json" || fail "summary.json does not say two machines"
same both
bytes=$(on two cat /sys/class/net/cable2/statistics/rx_bytes 2>/dev/null || on two ip -s link show cable2 |
    awk '/RX:/ {getline; print $1; exit}')
[ "$bytes" -gt 100000 ] || fail "$bytes bytes came over the cable"
echo "$bytes bytes came over the cable"

# Rank 3, on the other host, is killed after the first checkpoint.
go "$config" --set "$spread" --out "$work/killed" --quiet --set 'checkpoint={interval: 100 ms, clock: biological}' &
job=$!
waited=0
until ls -d "$work"/killed/checkpoints/*[0-9] >/dev/null 2>&1; do
    sleep 0.05
    waited=$((waited + 1))
    [ $waited -lt 2000 ] || fail "no checkpoint"
done
victim=
for process in /proc/[0-9]*; do
    if tr '\0' '\n' <"$process/cmdline" | grep -qx "$work/killed" &&
        tr '\0' '\n' <"$process/environ" | grep -qx 'OMPI_COMM_WORLD_RANK=3'; then
        victim=${process#/proc/}
    fi
done 2>/dev/null # others come and go
[ -n "$victim" ] || fail "rank 3 is not found"
[ "$(nsenter -t "$victim" -u hostname)" = two ] || fail "rank 3 is not on the other host"
kill -9 "$victim"
begin=$(date +%s)
wait $job && fail "a killed rank goes unnoticed"
job=''
took=$(($(date +%s) - begin))
[ $took -le 30 ] || fail "the job took $took s to end"
grep -q 'rank 3 with PID .* on node two exited on signal 9' "$work/log" || fail "the killed rank is not named"
[ ! -e "$work/killed/summary.json" ] || fail "it looks complete"
go --resume "$work/killed" --quiet || fail "resume on two hosts"
same killed
echo "rank 3 was killed on the other host: the job ended after $took s, and went on"
