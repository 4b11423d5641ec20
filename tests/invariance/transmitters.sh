#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Transmitters in tissue: every concentration, receptor and spike, bit for bit, on any layout; what is
# released is what the recorded spikes say, when they say it; and it is taken up, lost, or there.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE_DIR/tests/fixtures" || exit 1

# run NAME LAYOUT SETTINGS...
run() {
    name=$1 layout=$2
    shift 2
    timeout 300 mpirun -n "${layout%x*}" "$PHASIC" run transmitters.yaml --threads "${layout#*x}" --quiet \
        --out "$work/$name" "$@" >"$work/log" 2>&1 || {
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
run yoked 2x1 --set neuromodulation.broadcast=yoked --set "neuromodulation.yoked=$work/1x1/run.h5" --seed 77

sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import json, sys
import h5py
import numpy as np

work = sys.argv[1]
BEAT = 5.0  # ms
CELLS = {"VTA": 20, "LC": 16, "ChI": 24}

def datasets(name):
    found = {}
    with h5py.File("%s/%s/run.h5" % (work, name), "r") as file:
        file.visititems(lambda path, item: found.__setitem__(path, item[()])
                        if isinstance(item, h5py.Dataset) else None)
    return found

# Recorded weights are floats; the hash tells the last bit of a double.
def weight_hash(name):
    return json.load(open("%s/%s/summary.json" % (work, name)))["weight_hash"]

first = datasets("1x1")
failed = 0
for name in ("1x2", "2x1", "3x2", "6x1"):
    other = datasets(name)
    bad = [path for path in first if not path.startswith("provenance") and
           other[path].tobytes() != first[path].tobytes()]
    bad += ["weight_hash"] if weight_hash(name) != weight_hash("1x1") else []
    print("%-5s %s" % (name, "FAILED: " + ", ".join(bad) if bad else "same"))
    failed += bool(bad)

def tissue(transmitter, region, column, data=first):
    return data["neuromodulators/%s/%s/%s" % (transmitter, region, column)]

# Conservation, between any sample and the first, in every place.
places = [path.rsplit("/", 1)[0] for path in first if path.endswith("/released_nM")]
assert len(places) == 3 * 3 + 1, places
for place in places:
    released, taken, lost, there = (first["%s/%s" % (place, c)] for c in (
        "released_nM", "taken_up_nM", "lost_nM", "concentration_nM"))
    rest = (released - released[0]) - (taken - taken[0]) - (lost - lost[0]) - (there - there[0])
    scale = np.abs(released).max() + taken.max() + there.max() + 1e-30
    assert np.abs(rest).max() < 1e-11 * scale, (place, np.abs(rest).max() / scale)
assert tissue("dopamine", "striatum", "taken_up_nM")[-1] > 500

# What the spikes of a beat release is in force two beats after its beginning, of sources three:
# noradrenaline by LC, whose release nobody moves; acetylcholine of striatum by ChI.
def check(spikes, cells, transmitter, region, nM, beats):
    released = tissue(transmitter, region, "released_nM")
    time = tissue(transmitter, region, "time_ms")
    early = time < 1500 - 1e-6
    step = np.diff(released[early])
    begin = time[early][1:] - BEAT * beats  # of the beat in which they spiked
    index = np.round(begin / BEAT).astype(int)
    expected = spikes[np.maximum(index, 0)] * nM / cells
    step, expected = step[index >= 0], expected[index >= 0]
    assert np.count_nonzero(expected) > 20, "nothing was released"
    assert np.abs(step - expected).max() < 1e-9, np.abs(step - expected).max()

check(first["neuromodulators/noradrenaline/nucleus_spikes"], CELLS["LC"], "noradrenaline",
      "cortex", 100, 2)
check(first["neuromodulators/acetylcholine/sources/ChI/spikes"], CELLS["ChI"], "acetylcholine",
      "striatum", 24, 3)
spikes = first["neuromodulators/dopamine/sources/LC/spikes"]
assert np.array_equal(spikes[:400], first["neuromodulators/noradrenaline/nucleus_spikes"][:400])

# The dendrites have more dopamine than the somata, blocked uptake more than before, a clamp none.
dopamine = tissue("dopamine", "striatum", "concentration_nM")
time = tissue("dopamine", "striatum", "time_ms")
during = lambda a, b: dopamine[(time > a) & (time <= b)]
assert tissue("dopamine", "cortex/apical", "concentration_nM")[:300].mean() > \
    1.5 * tissue("dopamine", "cortex", "concentration_nM")[:300].mean()
assert during(1700, 2000).mean() > 1.5 * during(500, 1500).mean()
assert np.ptp(during(2100, 2450)) == 0 and np.ptp(during(500, 1500)) > 10

# A yoked run of other spikes has the same modulators, sources included.
yoked = datasets("yoked")
assert not np.array_equal(yoked["neuromodulators/acetylcholine/sources/ChI/spikes"],
                          first["neuromodulators/acetylcholine/sources/ChI/spikes"])
for place in places:
    for column in ("concentration_nM", "released_nM"):
        path = "%s/%s" % (place, column)
        assert np.array_equal(yoked[path], first[path]), path
sys.exit(failed != 0)
END
