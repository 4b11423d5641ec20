#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The same spikes, trials and weights, bit for bit, on any number of ranks and threads, on any
# instruction set, and with libm's variants masked; every neuron and synapse on exactly one shard.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
config=$SOURCE_DIR/configs/quickstart.yaml
until='9 s'
# Besides what the quickstart has: two receptors on one parameter, delays, and one that a phase changes.
moves=tracts.cortex_striatum_D1.plasticity.modulation
late="{parameter: A_plus, receptor: D1, combine: sum, delay: 203 ms, curve: {type: hill, gain: 2}}"
more="{parameter: learning_rate, receptor: D1, delay: 100 ms, curve: {of: occupancy, gain: 3}}"

# run NAME RANKS THREADS
run() {
    mpirun -n "$2" "$PHASIC" run "$config" --threads "$3" --until "$until" --out "$work/$1" --quiet \
        --set phases.before.trials=8 --set phases.after.trials=5 --set phases.test.trials=2 \
        --set "$moves.late=$late" --set "$moves.more=$more" \
        --set "phases.after.set={task.rule: second, $moves.late.delay: 1 s}" \
        >"$work/log" 2>&1 || {
        echo "FAILED $1: the run failed"
        cat "$work/log"
        exit 1
    }
}

run 1x1 1 1
# As many threads as are asked for, whether they have cores or not.
export PHASIC_CORES=4
for layout in 1x2 2x1 2x2; do
    run "$layout" "${layout%x*}" "${layout#*x}"
done
# A core for each rank: regions are divided among ranks.
export PHASIC_CORES=8
for layout in 6x1 8x1; do
    run "$layout" "${layout%x*}" "${layout#*x}"
done
# More ranks than cores: one thread each, dealt out; whole regions, and ranks without neurons.
export PHASIC_CORES=2
for layout in 3x1 4x1 4x2 8x2; do
    run "$layout" "${layout%x*}" "${layout#*x}"
done
unset PHASIC_CORES
for isa in baseline avx2; do
    PHASIC_ISA=$isa run "$isa" 2 1
done
GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA run masked 1 1

sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import glob, json, os, sys
import h5py
import numpy as np

work = sys.argv[1]
keys = ("spike_hash", "weight_hash", "neurons", "synapses", "plastic_synapses", "spikes",
        "synaptic_events", "plastic_events")

def summary(name):
    return json.load(open("%s/%s/summary.json" % (work, name)))

def datasets(path):
    found = {}
    with h5py.File(path, "r") as file:
        file.visititems(lambda name, item: found.__setitem__(name, item[()].tobytes())
                        if isinstance(item, h5py.Dataset) else None)
    return found

first = summary("1x1")
spikes = open(work + "/1x1/spikes.h5", "rb").read()
streams = datasets(work + "/1x1/run.h5")
assert first["spikes"] > 10000 and first["plastic_events"] > 10000, first
trials = first["phases"]["before"]["trials"]
assert trials >= 6, first["phases"]
with h5py.File(work + "/1x1/run.h5", "r") as file:
    # There is something to compare: rewards, bursts, changed weights on every plastic tract.
    assert np.sum(file["trials/reward"][()]) > 0
    for tract in file["weights"]:
        moments = sorted(file["weights"][tract])
        a, b = (file["weights"][tract][moments[k]]["weight"][()] for k in (0, -1))
        assert np.any(a != b), tract
failed = 0
for folder in sorted(glob.glob(work + "/*/")):
    name = os.path.basename(folder[:-1])
    other = summary(name)
    bad = [key for key in keys if other[key] != first[key]]
    if open(folder + "spikes.h5", "rb").read() != spikes:
        bad.append("spikes.h5")
    theirs = datasets(folder + "run.h5")
    bad += [key for key in streams if theirs.get(key) != streams[key]]
    print("%-9s largest share: %6d neurons %8d synapses  %s" % (
        name, other["largest_rank_neurons"], other["largest_rank_synapses"],
        "FAILED: " + ", ".join(bad) if bad else "same"))
    failed += bool(bad)
sys.exit(failed != 0)
END
