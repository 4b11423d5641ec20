#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Brains whose exchanges are unlike the quickstart's: columns that reach their neighbours and all
# others, and neurons that all spike in one step, which fills messages beyond their usual room. The
# same spikes and weights on any layout; a rank that is built alone is the rank of the run.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE_DIR/tests/fixtures" || exit 1
export PHASIC_CORES=8 # regions are divided among ranks that have a core

# value KEY RUN
value() {
    sed -n "s/^ *\"$1\": *\"\{0,1\}\([0-9a-f]*\)\"\{0,1\},\{0,1\}$/\1/p" "$work/$2/summary.json"
}

for brain in columns synchrony; do
    for layout in 1x1 1x2 2x1 3x2 5x1 8x1; do
        timeout 300 mpirun -n "${layout%x*}" "$PHASIC" run $brain.yaml --threads "${layout#*x}" --quiet \
            --out "$work/$brain$layout" >"$work/log" 2>&1 || {
            echo "FAILED $brain on $layout"
            cat "$work/log"
            exit 1
        }
        for key in spike_hash weight_hash spikes synaptic_events synapses; do
            first=$(value $key ${brain}1x1)
            [ "$first" ] && [ "$(value $key $brain$layout)" = "$first" ] || {
                echo "FAILED $brain: $key is '$(value $key $brain$layout)' on $layout, '$first' on 1x1"
                exit 1
            }
        done
    done
done
[ "$(value spikes synchrony1x1)" -ge 20000 ] || { echo "FAILED: nothing spikes in synchrony"; exit 1; }

sum=0
for rank in 0 1 2; do
    line=$("$PHASIC" plan columns.yaml --ranks 3 --build-rank $rank) || exit 1
    n=$(echo "$line" | sed -n 's/.* \([0-9]*\) synapses.*/\1/p')
    sum=$((sum + n))
done
[ "$sum" = "$(value synapses columns1x1)" ] || {
    echo "FAILED: ranks built alone have $sum synapses, the run has $(value synapses columns1x1)"
    exit 1
}
echo "columns and synchrony: the same on every layout"
