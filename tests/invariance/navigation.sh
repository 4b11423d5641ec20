#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Navigation: the same spikes, weights and trials, bit for bit, on any layout and instruction set. Goals
# are near and times short, so that weights are restored and renewed many times.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE_DIR/configs/experiments/neuromodulation" || exit 1

# run NAME LAYOUT
run() {
    timeout 300 mpirun -n "${2%x*}" "$PHASIC" run navigation.yaml --threads "${2#*x}" --quiet --out "$work/$1" \
        --set task.places.north_east.x=0.6 --set task.places.north_east.y=0.6 --set "task.trial.timeout=2 s" \
        --set task.places.south_west.x=-0.6 --set task.places.south_west.y=-0.6 \
        --set phases.north_east.trials=6 --set phases.south_west.trials=6 >"$work/log" 2>&1 || {
        echo "FAILED $1"
        cat "$work/log"
        exit 1
    }
}

export PHASIC_CORES=8 # threads run as asked for, regions are divided among ranks
for layout in 1x1 1x2 2x1 3x1; do
    run "$layout" "$layout"
done
unset PHASIC_CORES
for isa in baseline avx2; do
    PHASIC_ISA=$isa run "$isa" 1x1
done

sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import sys
from phasic_run import readers
from phasic_run.run import Run, read_summary

work = sys.argv[1]

def result(name):
    summary = read_summary(work + "/" + name)
    with Run(work + "/" + name) as run:
        trials = {key: column.tobytes() for key, column in readers.trials(run).items()}
    return trials, [summary[key] for key in ("spike_hash", "weight_hash", "plastic_events")]

with Run(work + "/1x1") as run:
    right = readers.trials(run)["correct"]
assert len(right) == 12 and 2 <= right.sum() < 12, right
first, failed = result("1x1"), 0
for name in ("1x2", "2x1", "3x1", "baseline", "avx2"):
    same = result(name) == first
    print("%-9s %s" % (name, "same" if same else "FAILED"))
    failed += not same
sys.exit(failed != 0)
END
