#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A run that starts from another's state goes on as if the two were one; on any layout; and refuses
# the state of another brain.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export PHASIC_CORES="${PHASIC_CORES:-8}"

fail() {
    echo "FAILED $*"
    cat "$work/log"
    exit 1
}

# go NAME LAYOUT ARGUMENT...
go() {
    name=$1 layout=$2
    shift 2
    timeout 600 mpirun -n "${layout%x*}" "$PHASIC" run "$@" --threads "${layout#*x}" --quiet \
        --out "$work/$name" >"$work/log" 2>&1 || fail "$name"
}

cat >"$work/plastic.yaml" <<END
simulation: {duration: 10 s}
regions:
  r:
    populations:
      E: {size: 80, neuron: {type: iaf_psc_exp}, stimuli: {in: {type: poisson, receptor: exc, rate: 8 kHz, weight: 120 pA}}}
    projections:
      fixed: {source: E, target: E, receptor: exc, connect: {type: fixed_indegree, indegree: 9}, weight: 40 pA, delay: {type: uniform, min: 1 ms, max: 20 ms}}
      learns: {like: fixed, short_term: {U: 0.4, tau_rec: 200 ms}, plasticity: {type: stdp, w_max: 100 pA}}
recording: {spikes: {populations: all}, rates: {populations: all}}
END
go whole 1x1 "$work/plastic.yaml" --until "2.5 s"
go first 2x1 "$work/plastic.yaml" --until "1.5 s" --set "checkpoint={at_end: true}"
go second 1x2 "$work/plastic.yaml" --until "1 s" --set "start_from=$work/first"

# What is cut after it has learnt leaves the traces of the others as they are.
cat >"$work/two.yaml" <<END
simulation: {duration: 10 s}
regions:
  r:
    populations:
      E: {size: 80, neuron: {type: iaf_psc_exp}, stimuli: {in: {type: poisson, receptor: exc, rate: 8 kHz, weight: 120 pA}}}
      silent: {size: 5, neuron: {type: iaf_psc_exp}}
    projections:
      first: {source: silent, target: E, receptor: exc, connect: {type: fixed_indegree, indegree: 2}, weight: 40 pA, delay: 1 ms, plasticity: {type: stdp, w_max: 100 pA, tau_minus: 90 ms}}
      second: {source: E, target: E, receptor: exc, connect: {type: fixed_indegree, indegree: 9}, weight: 40 pA, delay: 1 ms, plasticity: {type: stdp, w_max: 100 pA}}
recording: {spikes: {populations: all}}
END
go two.first 1x1 "$work/two.yaml" --until "500 ms" --set "checkpoint={at_end: true}"
for cut in "" r.first; do
    go "two.$cut" 1x1 "$work/two.yaml" --until "500 ms" --set "start_from=$work/two.first" \
        --set "interventions.lesion={type: cut, projections: [$cut]}"
done
cmp "$work/two./spikes.h5" "$work/two.r.first/spikes.h5" || fail "a silent projection that is cut changes spikes"
"$PHASIC" run "$work/two.yaml" --out "$work/beat" --set "start_from=$work/two.first" \
    --set neuromodulation.beat="20 ms" >"$work/log" 2>&1
[ $? = 2 ] || fail "another beat is taken"
grep -q "neuromodulation.beat is not that of the checkpoint" "$work/log" || fail "the beat is not named"

quick=$SOURCE_DIR/configs/quickstart.yaml
go learn 2x1 "$quick" --until "1.5 s" --set "checkpoint={at_end: true}"
for layout in 1x1 3x1; do
    go recall.$layout $layout "$quick" --until "800 ms" --set "start_from=$work/learn" \
        --set phases.before.plasticity=frozen --set phases.before.trials=3
done
# Phases may ask for receptors of some time ago, which the other run never did.
go delayed 2x1 "$quick" --until "100 ms" --set "start_from=$work/learn" --set "phases.before.set=\
{tracts.cortex_striatum_D1.plasticity.modulation.learning_rate.delay: 50 ms}"
"$PHASIC" run "$work/plastic.yaml" --out "$work/other" --set "start_from=$work/first" \
    --set regions.r.projections.fixed.weight="41 pA" >"$work/log" 2>&1
[ $? = 2 ] || fail "the state of another brain is taken"
grep -q "regions.r.projections.fixed.weight is '41 pA' instead of '40 pA'" "$work/log" ||
    fail "the difference is not named"

sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import json, sys
import h5py
import numpy as np

work = sys.argv[1]

def summary(name):
    return json.load(open("%s/%s/summary.json" % (work, name)))

def spikes(name):
    with h5py.File("%s/%s/spikes.h5" % (work, name), "r") as file:
        group = file["spikes/r.E"]
        return group["timestamps"][()], group["node_ids"][()]

whole, first, second = (summary(name) for name in ("whole", "first", "second"))
assert first["spikes"] > 100 and second["spikes"] > 100
assert first["spikes"] + second["spikes"] == whole["spikes"]
hashes = [int(s["spike_hash"], 16) for s in (first, second, whole)]
assert (hashes[0] + hashes[1]) % 2**64 == hashes[2], hashes
assert second["weight_hash"] == whole["weight_hash"] != first["weight_hash"]
for a, b, c in zip(spikes("first"), spikes("second"), spikes("whole")):
    assert np.array_equal(np.concatenate([a, b]), c)
assert second["biological_s"] == 1.0, second["biological_s"]
with h5py.File(work + "/second/run.h5", "r") as file:
    assert file["rates/time_ms"][0] == 1500, file["rates/time_ms"][0]
one, three = summary("recall.1x1"), summary("recall.3x1")
assert one["spikes"] > 1000
for key in ("spike_hash", "weight_hash", "phases", "spikes", "synaptic_events"):
    assert one[key] == three[key], key
print("starts where the other ended")
END
