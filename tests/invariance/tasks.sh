#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every task on a small brain: the same spikes, weights and trials, bit for bit, on any layout and
# instruction set.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE_DIR/tests/fixtures/tasks" || exit 1
export PHASIC_CORES=8 # threads run as asked for, regions are divided among ranks

# run TASK NAME LAYOUT
run() {
    timeout 100 mpirun -n "${3%x*}" "$PHASIC" run "$1.yaml" --threads "${3#*x}" --quiet \
        --out "$work/$1/$2" >"$work/log" 2>&1 || {
        echo "FAILED $1 on $2"
        cat "$work/log"
        exit 1
    }
}

for file in *.yaml; do
    task=${file%.yaml}
    [ "$task" = brain ] && continue
    mkdir "$work/$task" || exit 1
    for layout in 1x1 1x2 4x1; do
        run "$task" $layout $layout
    done
    PHASIC_ISA=baseline run "$task" baseline 1x1
done

sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import glob, json, os, sys
import h5py
import numpy as np

work = sys.argv[1]
keys = ("spike_hash", "weight_hash", "spikes", "plastic_events")

def read(folder):
    with h5py.File(folder + "/run.h5", "r") as file:
        trials = {name: file["trials"][name][()] for name in file["trials"]}
        moved = all(np.any(tract[min(tract)]["weight"][()] != tract[max(tract)]["weight"][()])
                    for tract in file["weights"].values())
    return json.load(open(folder + "/summary.json")), trials, moved

failed = 0
for task in sorted(os.listdir(work)):
    if not os.path.isdir(work + "/" + task):
        continue
    first, trials, moved = read(work + "/" + task + "/1x1")
    # There is something to compare: spikes, trials, outcomes that differ, weights that moved.
    assert first["spikes"] > 1000 and len(trials["reward"]) >= 8 and moved, task
    assert len(np.unique(trials["reward"])) > 1, task
    for folder in sorted(glob.glob(work + "/" + task + "/*")):
        other, others, _ = read(folder)
        bad = [key for key in keys if other[key] != first[key]]
        bad += [name for name in trials if others[name].tobytes() != trials[name].tobytes()]
        print("%-14s %-9s %s" % (task, os.path.basename(folder),
                                 "FAILED: " + ", ".join(bad) if bad else "same"))
        failed += bool(bad)
sys.exit(failed != 0)
