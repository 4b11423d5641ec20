#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Cells, receptor ports and release moved by receptors: the same spikes, bit for bit, on any layout
# and instruction set; other ones without what receptors do, also while plasticity is frozen.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE_DIR/tests/fixtures" || exit 1

# run NAME LAYOUT OPTIONS...
run() {
    name=$1 layout=$2
    shift 2
    timeout 300 mpirun -n "${layout%x*}" "$PHASIC" run modulated.yaml --threads "${layout#*x}" \
        --quiet --out "$work/$name" "$@" >"$work/log" 2>&1 || {
        echo "FAILED $name"
        cat "$work/log"
        exit 1
    }
}

export PHASIC_CORES=8 # threads run as asked for, regions are divided among ranks
for layout in 1x1 1x2 2x1 3x2 6x1; do
    run "$layout" "$layout"
done
unset PHASIC_CORES
for isa in baseline avx2; do
    PHASIC_ISA=$isa run "$isa" 1x1
done
cells=regions.cortex.populations
run without_cells 1x1 --set "$cells.A.modulation.b.curve.gain=0"
run without_ports 1x1 --set "$cells.E.modulation.gain_nmda.curve.gain=0"
run without_release 1x1 --set regions.cortex.projections.slow.plasticity.modulation.U.curve.gain=0
run without_phase 1x1 \
    --set "phases.stronger.set={$cells.E.modulation.gain_nmda.curve.gain: 3}"

sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import glob, json, os, sys
import h5py

work = sys.argv[1]
keys = ("spike_hash", "weight_hash", "spikes", "synaptic_events", "plastic_events")

def summary(name):
    return json.load(open("%s/%s/summary.json" % (work, name)))

def spikes(name, begin, end):
    with h5py.File("%s/%s/spikes.h5" % (work, name)) as file:
        groups = [file["spikes"][key] for key in sorted(file["spikes"])]
        times = [(g["timestamps"][()], g["node_ids"][()]) for g in groups]
        return [sorted(zip(t[(t > begin) & (t <= end)], i[(t > begin) & (t <= end)]))
                for t, i in times]

first, failed = summary("1x1"), 0
for folder in sorted(glob.glob(work + "/*/")):
    name = os.path.basename(folder[:-1])
    bad = [key for key in keys if summary(name)[key] != first[key]]
    if name.startswith("without"):
        # What receptors do to cells and release is not frozen; a phase acts from its begin on.
        begin, end = (1000, 1400) if name == "without_phase" else (600, 1000)
        good = spikes(name, begin, end) != spikes("1x1", begin, end)
        if name == "without_phase":
            good = good and spikes(name, 0, 1000) == spikes("1x1", 0, 1000)
        print("%-15s %s" % (name, "differs" if good else "FAILED: it does nothing"))
    else:
        good = not bad
        print("%-15s %s" % (name, "same" if good else "FAILED: " + ", ".join(bad)))
    failed += not good
print("%d spikes by population: %s" % (first["spikes"], [len(s) for s in spikes("1x1", 0, 4e6)]))
sys.exit(failed != 0)
END
