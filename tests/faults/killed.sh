#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A run that is killed looks unfinished, and `phasic recover` brings back what it had flushed; a run
# that meets --until, one without a task and one into a closed standard output end as they should.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $*"
    exit 1
}
cat >"$work/cortex.yaml" <<END
simulation: {duration: 1000 s}
regions: {sensory_cortex: {from: $SOURCE_DIR/regions/sensory_cortex/region.yaml, scale: 0.02}}
recording: {spikes: {populations: all}, rates: {populations: all}}
END
"$PHASIC" run "$work/cortex.yaml" --out "$work/killed" --quiet &
pid=$!
# On a busy machine it takes its time until spikes have been flushed.
waited=0
while [ "$(cat "$work"/killed/parts/* 2>/dev/null | wc -c)" -lt 50000 ] && [ $waited -lt 120 ]; do
    sleep 1
    waited=$((waited + 1))
done
kill -9 $pid || fail "the run had ended by itself"
wait $pid 2>/dev/null
[ -e "$work/killed/summary.json" ] && fail "a killed run has a summary"
[ -e "$work/killed/spikes.h5" ] && fail "a killed run has spikes.h5"
"$PHASIC" recover "$work/killed" >"$work/said" || fail "recover: $(cat "$work/said")"
cat "$work/said"

"$PHASIC" run "$work/cortex.yaml" --out "$work/until" --until '1.5 s' --quiet ||
    fail "a run with --until"
"$PHASIC" run "$SOURCE_DIR/tests/negative/one_neuron.yaml" --out "$work/one" >"$work/said" ||
    fail "one neuron"
grep -q 'spike hash' "$work/said" || fail "no closing table"
"$PHASIC" run "$SOURCE_DIR/tests/negative/one_neuron.yaml" --out "$work/full" >/dev/full 2>"$work/said" &&
    fail "a full disk on standard output went unnoticed"
"$PHASIC" run "$work/until/config.yaml" --out "$work/again" --until '1.5 s' --quiet ||
    fail "the resolved configuration does not run"

sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import json, sys
import h5py
import numpy as np
work = sys.argv[1]
with h5py.File(work + "/killed/spikes.h5") as file:
    times = file["spikes/sensory_cortex.L4E/timestamps"]
    assert times.attrs["units"] in ("ms", b"ms") and len(times) > 100, len(times)
    assert np.all(np.diff(times[()]) >= 0)
until, again = (json.load(open(work + "/%s/summary.json" % name)) for name in ("until", "again"))
assert until["complete"] and until["exit_reason"] == "until" and until["biological_s"] == 1.5
assert until["spike_hash"] == again["spike_hash"]
with h5py.File(work + "/until/spikes.h5") as spikes, h5py.File(work + "/until/run.h5") as run:
    counts = dict(run["spikes_count"].attrs)
    for name, group in spikes["spikes"].items():
        assert len(group["timestamps"]) == counts[name], name
    assert sum(counts.values()) == until["spikes"]
one = json.load(open(work + "/one/summary.json"))
# 400 pA into 40 MOhm reach 16 mV: a spike every 10 ln(16) ms and 2 ms of refractoriness.
assert abs(one["spikes"] - 1000 / (10 * np.log(16) + 2)) <= 1, one["spikes"]
print("recovered, ended and read back as expected")
END
