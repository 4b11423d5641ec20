#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every plasticity rule, short-term plasticity, homeostasis, a gate of a dendrite, a pause, frozen
# plasticity, rests: the same spikes and weights, bit for bit, on any layout and instruction set.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE_DIR/tests/fixtures" || exit 1

# run NAME LAYOUT
run() {
    timeout 300 mpirun -n "${2%x*}" "$PHASIC" run rules.yaml --threads "${2#*x}" --quiet \
        --out "$work/$1" >"$work/log" 2>&1 || {
        echo "FAILED $1"
        cat "$work/log"
        exit 1
    }
}

export PHASIC_CORES=8 # threads run as asked for, regions are divided among ranks
for layout in 1x1 1x2 2x1 3x2 6x1 8x1; do
    run "$layout" "$layout"
done
export PHASIC_CORES=2
run 4x2 4x2
unset PHASIC_CORES
for isa in baseline avx2; do
    PHASIC_ISA=$isa run "$isa" 1x1
done

sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import glob, json, os, sys
import h5py
import numpy as np

work = sys.argv[1]
keys = ("spike_hash", "weight_hash", "spikes", "synaptic_events", "plastic_events")

def summary(name):
    return json.load(open("%s/%s/summary.json" % (work, name)))

first = summary("1x1")
assert abs(first["biological_s"] - (8 * 3600 + 19)) < 0.01, first["biological_s"]
with h5py.File(work + "/1x1/run.h5", "r") as file:
    begin, end = file["phases/begin_ms"][()], file["phases/end_ms"][()]
    assert np.all(begin[1:] == end[:-1]), (begin, end)
    assert abs(end[1] - begin[1] - 8 * 3600e3) < 1, (begin, end)
    for tract in file["weights"]:
        # Each rule changes its weights; nothing changes where plasticity is frozen.
        at = [file["weights"][tract][k]["weight"][()] for k in sorted(file["weights"][tract])]
        assert np.any(at[0] != at[1]), tract
        assert np.array_equal(at[5], at[6]), tract
failed = 0
for folder in sorted(glob.glob(work + "/*/")):
    name = os.path.basename(folder[:-1])
    other = summary(name)
    bad = [key for key in keys if other[key] != first[key]]
    print("%-9s %s" % (name, "FAILED: " + ", ".join(bad) if bad else "same"))
    failed += bool(bad)
sys.exit(failed != 0)
END
