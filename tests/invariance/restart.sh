#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs that are stopped and go on from their checkpoint, each time on other ranks and threads: the
# same spikes, weights, trials and recordings, bit for bit, as of a run that was never stopped.
# restart.sh [NAME]...   without names: all of them
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
# Threads run as asked for, regions are divided among ranks.
export PHASIC_CORES="${PHASIC_CORES:-8}"
fixtures=$SOURCE_DIR/tests/fixtures

fail() {
    echo "FAILED $*"
    cat "$work/log"
    exit 1
}

# go LAYOUT ARGUMENT...   the exit status of a run
go() {
    layout=$1
    shift
    timeout 600 mpirun -n "${layout%x*}" "$PHASIC" run "$@" --threads "${layout#*x}" --quiet \
        >"$work/log" 2>&1
}

# compare NAME CONFIG UNTIL STOP... [-- OPTION...]   stops at these times, layouts in turn
compare() {
    name=$1 config=$2 until=$3
    shift 3
    case " $only " in *" $name "* | "  ") ;; *) return ;; esac
    stops=
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        stops="$stops $1"
        shift
    done
    [ $# -gt 0 ] && shift
    go 2x1 "$config" --until "$until" --out "$work/$name.whole" "$@" || fail "$name: the whole run"
    set -- "$config" --out "$work/$name" "$@"
    layouts="4x1 1x2 3x1 8x1"
    for stop in $stops; do
        layout=${layouts%% *} layouts="${layouts#* } $layout"
        go "$layout" "$@" --until "$until" --stop-at "$stop"
        status=$?
        [ $status = 5 ] || fail "$name: status $status, stopped at $stop on $layout"
        set -- --resume "$work/$name"
    done
    go "${layouts%% *}" "$@" --until "$until" || fail "$name: the end on ${layouts%% *}"
    names="$names $name"
}

only="$*" names=
cat >"$work/static.yaml" <<END
regions: {sensory_cortex: {from: $SOURCE_DIR/regions/sensory_cortex/region.yaml, scale: 0.02}}
simulation: {duration: 1 s}
recording: {spikes: {populations: all}, rates: {populations: all, interval: 70 ms}}
END
compare static "$work/static.yaml" 800ms 200ms 333ms 600ms
compare quickstart "$SOURCE_DIR/configs/quickstart.yaml" 4s 605ms 2s 3s -- \
    --set phases.before.trials=3 --set phases.after.trials=3
# The rest of 8 hours lies between the second and the third.
compare rules "$fixtures/rules.yaml" 100h 1500ms 2505ms 7h 8h
compare modulated "$fixtures/modulated.yaml" 100h 800ms 2200ms 3405ms
compare transmitters "$fixtures/transmitters.yaml" 100h 800ms 2s 3005ms
compare controllers "$fixtures/controllers.yaml" 100h 405ms 1s 1600ms
compare interventions "$fixtures/interventions.yaml" 100h 800ms 2s 3005ms
for task in bandit conditioning continual novelty reversal; do
    compare $task "$fixtures/tasks/$task.yaml" 100h 1s 2s 3005ms
done

sh "$SOURCE_DIR/scripts/python" - "$work" $names <<'END'
import json, sys
import h5py

work, names = sys.argv[1], sys.argv[2:]
keys = ("spike_hash", "weight_hash", "spikes", "synaptic_events", "plastic_events", "phases",
        "biological_s", "exit_reason")

def datasets(path):
    found = {}
    with h5py.File(path, "r") as file:
        file.visititems(lambda name, item: found.__setitem__(name, item[()].tobytes())
                        if isinstance(item, h5py.Dataset) else None)
    return found

failed = 0
for name in names:
    whole, parts = work + "/" + name + ".whole/", work + "/" + name + "/"
    one, other = (json.load(open(folder + "summary.json")) for folder in (whole, parts))
    assert one["spikes"] > 100, one["spikes"]
    bad = [key for key in keys if one[key] != other[key]]
    if open(whole + "spikes.h5", "rb").read() != open(parts + "spikes.h5", "rb").read():
        bad.append("spikes.h5")
    mine, theirs = datasets(whole + "run.h5"), datasets(parts + "run.h5")
    bad += [key for key in sorted(set(mine) | set(theirs)) if mine.get(key) != theirs.get(key)]
    print("%-14s %s" % (name, "FAILED: " + ", ".join(bad) if bad else "same"))
    failed += bool(bad)
sys.exit(failed != 0)
END
