#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The default brain of the experiments, all four transmitters in closed loops: the same spikes,
# weights, modulators and trials, bit for bit, on 1, 2, 4 and 8 ranks.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE_DIR/configs/experiments/neuromodulation" || exit 1

export PHASIC_CORES=8 # threads run as asked for, regions are divided among ranks
for ranks in 1 2 4 8; do
    timeout 600 mpirun -n $ranks "$PHASIC" run savings.yaml --threads 1 --quiet --seed 1001 \
        --set phases.serial.trials=3 --set 'recording.weights={tracts: [cortex_striatum_D1]}' \
        --out "$work/$ranks" >"$work/log" 2>&1 || {
        echo "FAILED $ranks ranks"
        cat "$work/log"
        exit 1
    }
done

sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import json, sys
import h5py
import numpy as np

work = sys.argv[1]
KEYS = ("spike_hash", "weight_hash", "spikes", "synaptic_events", "plastic_events")
GROUPS = ("neuromodulators", "controllers", "trials", "weights")

def columns(group):
    found = {}
    group.visititems(lambda name, item: found.update({name: item[()].tobytes()})
                     if isinstance(item, h5py.Dataset) else None)
    return found

def open_run(ranks):
    return (json.load(open("%s/%s/summary.json" % (work, ranks))),
            h5py.File("%s/%s/run.h5" % (work, ranks), "r"))

first, run = open_run(1)
assert len(run["trials/time_ms"]) == 3, len(run["trials/time_ms"])
assert np.ptp(list(run["weights"].values())[0]["0_start/weight"][()]) > 0
for path in ("dopamine", "noradrenaline", "acetylcholine", "serotonin", "dopamine/sources/LC",
             "acetylcholine/sources/ChI"):
    group = run["neuromodulators/" + path]
    spikes = group["nucleus_spikes" if "nucleus_spikes" in group else "spikes"][()]
    assert spikes.sum() > 20, path
failed = 0
for ranks in (2, 4, 8):
    other, file = open_run(ranks)
    bad = [key for key in KEYS if other[key] != first[key]]
    bad += [name for name in GROUPS if columns(file[name]) != columns(run[name])]
    print("%d ranks: %s" % (ranks, "FAILED: " + ", ".join(bad) if bad else "same"))
    failed += bool(bad)
sys.exit(failed != 0)
END
