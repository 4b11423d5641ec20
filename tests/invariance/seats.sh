#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `layout`: whatever ranks a configuration puts its regions on, spikes, weights and trials are the same, also
# of a run that goes on with another layout; and each thread keeps to the cpu that the header says.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
config=$SOURCE_DIR/tests/fixtures/controllers.yaml
fail() {
    echo "FAILED: $*"
    cat "$work/log"
    exit 1
}

# go RANKS THREADS ARGUMENT...
go() {
    ranks=$1 threads=$2
    shift 2
    timeout 300 mpirun -n "$ranks" "$PHASIC" run "$@" --threads "$threads" >"$work/log" 2>&1
}
hashes() { grep -E '"(spike_hash|weight_hash|spikes|synaptic_events|plastic_events)"' "$1/summary.json"; }

# same NAME RANKS THREADS LAYOUT
same() {
    go "$2" "$3" "$config" --set "layout=$4" --out "$work/$1" || fail "$4"
    [ "$(hashes "$work/$1")" = "$(hashes "$work/alone")" ] || fail "$4: another result"
    cmp "$work/$1/spikes.h5" "$work/alone/spikes.h5" || fail "$4: other spikes"
    echo "$2 x $3, $4: the same"
}

go 1 1 "$config" --out "$work/alone" || fail "one process"
export PHASIC_CORES=8
same apart 4 1 '{cortex: 3, hippocampus: 0, striatum: 1, brainstem: 2}'
grep -q 'cortex .* rank 3' "$work/log" || fail "the header does not say where cortex is"
same over 3 2 '{cortex: 0-2, hippocampus: 1-2, striatum: 0-1, brainstem: 1}'
same idle 4 1 '{cortex: 2, hippocampus: 2-3, striatum: 2, brainstem: 3}'
grep -q '2 ranks without neurons' "$work/log" || fail "idle ranks are not told"
same one 3 1 '{brainstem: 2}'

go 3 1 "$config" --set 'layout={cortex: 0-2, brainstem: 2}' --stop-at "1 s" --out "$work/moved"
[ $? = 5 ] || fail "it does not stop"
go 2 1 --resume "$work/moved" && fail "a rank that is not there goes unnoticed"
grep -q 'layout.cortex: there is no rank 2 in a run of 2 (0 to 1)' "$work/log" || fail "the rank is not named"
go 2 1 --resume "$work/moved" --set 'layout={cortex: 1, hippocampus: 0-1, brainstem: any}' || fail "resume elsewhere"
[ "$(hashes "$work/moved")" = "$(hashes "$work/alone")" ] || fail "another result after moving"
echo "stopped, and moved to other ranks: the same"
