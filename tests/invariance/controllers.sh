#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Four nuclei in closed loops through all types of controllers: the same spikes, weights, signals and
# nuclei, bit for bit, on any layout and instruction set; every controller drives its nucleus.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE_DIR/tests/fixtures" || exit 1
transmitters=neuromodulation.transmitters

# run NAME LAYOUT ARGUMENT...
run() {
    name=$1 layout=$2
    shift 2
    timeout 300 mpirun -n "${layout%x*}" "$PHASIC" run controllers.yaml --threads "${layout#*x}" \
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
PHASIC_ISA=baseline run baseline 1x1
# silent NAME CONTROLLER KEY...: the controller without its drive
silent() {
    name=$1 controller=$2
    shift 2
    for key; do
        set -- "$@" --set "$transmitters.$controller.$key=0 Hz"
        shift
    done
    run "$name" 1x1 "$@"
}
silent dopamine.rpe dopamine.controllers.rpe burst_rate pause_rate
silent dopamine.td dopamine.controllers.td burst_rate pause_rate
silent acetylcholine.expected acetylcholine.controllers.expected exc_rate
silent acetylcholine.novelty acetylcholine.controllers.novelty exc_rate inh_rate
silent noradrenaline.unexpected noradrenaline.controllers.unexpected exc_rate volatility_rate
silent noradrenaline.conflict noradrenaline.controllers.conflict exc_rate
silent serotonin.reward serotonin.controllers.reward exc_rate

sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import json, os, sys
import h5py
import numpy as np

work = sys.argv[1]
keys = ("spike_hash", "weight_hash", "spikes", "synaptic_events", "plastic_events")

def open_run(name):
    return (json.load(open("%s/%s/summary.json" % (work, name))),
            h5py.File("%s/%s/run.h5" % (work, name), "r"))

def columns(group):
    found = {}
    group.visititems(lambda name, item: found.update({name: item[()].tobytes()})
                     if isinstance(item, h5py.Dataset) else None)
    return found

summary, first = open_run("1x1")
assert len(first["trials/time_ms"]) > 10, len(first["trials/time_ms"])
for address, group in first["controllers"].items():
    assert np.std(group["signal"][()]) > 0, address
failed = 0
for name in ("1x2", "2x1", "3x2", "6x1", "baseline"):
    other, file = open_run(name)
    bad = [key for key in keys if other[key] != summary[key]]
    bad += [key for key in ("controllers", "neuromodulators", "trials")
            if columns(file[key]) != columns(first[key])]
    print("%-9s %s" % (name, "FAILED: " + ", ".join(bad) if bad else "same"))
    failed += bool(bad)
for address in first["controllers"]:
    transmitter = "neuromodulators/%s/nucleus_spikes" % address.split(".")[0]
    _, file = open_run(address)
    with_it, without = (int(np.sum(f[transmitter][()])) for f in (first, file))
    print("%-26s spikes of the nucleus: %d, without its drive %d" % (address, with_it, without))
    failed += abs(with_it - without) < 0.1 * with_it
sys.exit(failed != 0)
END
