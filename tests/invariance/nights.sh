#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Phases that repeat: bit-identical to the same phases written one by one, on any number of ranks and
# threads, and when a run is stopped between any two of them and goes on elsewhere.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export PHASIC_CORES="${PHASIC_CORES:-8}"
config=$SOURCE_DIR/tests/fixtures/nights.yaml

fail() {
    echo "FAILED $*"
    cat "$work/log"
    exit 1
}

# go LAYOUT ARGUMENT...   the exit status of a run
go() {
    layout=$1
    shift
    timeout 300 mpirun -n "${layout%x*}" "$PHASIC" run "$@" --threads "${layout#*x}" --quiet \
        >"$work/log" 2>&1
}

# Two nights by hand: the groups' values and interventions given to each phase.
python3 - "$config" "$work/flat.yaml" <<'END'
import sys

sleep = ("{duration: 200 ms, task: false, set: {task.amount: 2, task.paying: 1, "
         "neuromodulation.broadcast: tonic}}")
recall = ("{trials: 2, plasticity: frozen, set: {task.amount: 2, task.novel_share: 0.5, "
          "task.paying: 0}}")
kinds = {"sleep_1": sleep, "sleep_2": sleep, "break": "{rest: true, duration: 8 h}",
         "recall": recall}
names = ["night_%d_%s" % (night, kind) for night in (1, 2) for kind in kinds]
text = open(sys.argv[1]).read()
begin, end = text.index("phases:\n"), text.index("interventions:\n")
asleep = [name for name in names if "sleep" in name]
fainter = names[:4] + ["night_2_sleep_2"]
lines = ["phases:", "  day: {trials: 3}"]
lines += ["  %s: %s" % (name, kinds[name[8:]]) for name in names] + ["  later: {trials: 2}", ""]
text = text[:begin] + "\n".join(lines) + text[end:]
for old, new in (("[night.sleep]}", asleep), ("[night-2.sleep]}", asleep[2:]), ("[night-1, night-2.sleep-2]}", fainter)):
    assert old in text, old
    text = text.replace(old, "[%s]}" % ", ".join(new))
for old, new in (("since: night-2.recall", "phases: [night_2_recall, later]"),
                 ("[night.sleep-2]", "[night_1_sleep_2, night_2_sleep_2]"),
                 ("from: tasks", "from: " + sys.argv[1].rsplit("/", 1)[0] + "/tasks")):
    assert old in text, old
    text = text.replace(old, new)
open(sys.argv[2], "w").write(text)
END

go 1x1 "$work/flat.yaml" --out "$work/flat" || fail "phases one by one"
# A trial is under way when its phase ends and the task has to wait; cells fire at each input.
cat >"$work/waits.yaml" <<END
simulation: {resolution: 0.5 ms}
regions: {r: {populations: {E: {size: 50, neuron: {type: relay}}}}}
task:
  type: novelty
  stimulus: {target: r.E, weight: 1 pA, rate: 100 Hz, fraction: 1}
  trial: {cue: 200 ms, reward_after: 0 ms, pause: 100 ms}
phases: {begun: {duration: 100 ms}, waits: {duration: 200 ms, task: false}, goes: {trials: 1}}
END
go 1x1 "$work/waits.yaml" --out "$work/waits" || fail "a task that waits"
for layout in 1x1 2x2 4x1; do
    go $layout "$config" --out "$work/run.$layout" || fail "$layout"
done
go 1x1 "$config" --out "$work/reported" --set "recording.reports={weights: {file: weights.h5, \
of: weights, cells: [striatum.D1]}}" || fail "a report"
"$PHASIC" check "$config" >"$work/log" || fail "check"
[ "$(grep -c "change places" "$work/log")" = 1 ] || fail "a shuffle is told where it goes on"
grep -q warning "$work/log" && fail "a warning without a reason"
for start in "1 h" "2 s"; do # of a run of 16 h, which is simulated for some seconds
    "$PHASIC" check "$config" --set "regions.cortex.populations.E.stimuli={late: {type: poisson, \
rate: 1 Hz, weight: 1 pA, start: $start}}" >"$work/log" || fail "check of a late stimulus"
    warnings=$(grep -c "warning: cortex.E: the stimulus late begins at 3600 s" "$work/log")
    [ "$start $warnings" = "1 h 1" ] || [ "$start $warnings" = "2 s 0" ] || fail "starts at $start"
done
stops=$(sh "$SOURCE_DIR/scripts/python" -c '
import h5py, sys
with h5py.File(sys.argv[1]) as file:
    print(*("%.17gms" % t for t in file["phases/begin_ms"][1:]))' "$work/run.1x1/run.h5") ||
    fail "the phases of a run"
set -- "$config" --out "$work/run.resumed"
layouts="2x1 1x2 3x1 1x1"
for stop in $stops; do
    layout=${layouts%% *} layouts="${layouts#* } ${layouts%% *}"
    go "$layout" "$@" --stop-at "$stop"
    status=$?
    [ $status = 5 ] || fail "status $status, stopped at $stop on $layout"
    set -- --resume "$work/run.resumed"
done
go 2x1 "$@" || fail "the end"
# A checkpoint where a rest ends lies between it and what follows, however long the rest was.
border=$(echo "$stops" | cut -d ' ' -f 4)
"$PHASIC" run "$config" --out "$work/border" --stop-at "$border" >"$work/log" 2>&1
grep -q "checkpoint at 28801.255 s" "$work/log" && [ "$border" = 28801255ms ] || fail "a checkpoint behind a rest: $border"

sh "$SOURCE_DIR/scripts/python" - "$work" $stops <<'END'
import glob, json, sys
import h5py
import numpy as np

work, stops = sys.argv[1], sys.argv[2:]
keys = ("spike_hash", "weight_hash", "spikes", "synaptic_events", "plastic_events",
        "biological_s")


def datasets(folder):
    found = {}
    with h5py.File(folder + "/run.h5", "r") as file:
        file.visititems(lambda name, item: found.__setitem__(name, item[()])
                        if isinstance(item, h5py.Dataset) else None)
    return found


def names(path):
    """A phase's name as the run without groups has it."""
    return path.replace("-", "_").replace(".", "_") if path.startswith("night") else path


first = work + "/run.1x1"
summary, all_of_it = json.load(open(first + "/summary.json")), datasets(first)
phases = [name.decode() for name in all_of_it["phases/name"]]
assert len(stops) == len(phases) - 1 == 9, stops
assert summary["spikes"] > 1000 and summary["plastic_events"] > 1000
assert 16 * 3600 < summary["biological_s"] < 16 * 3600 + 20
failed = 0
for folder in sorted(glob.glob(work + "/run.*") + [work + "/flat"]):
    other, theirs = json.load(open(folder + "/summary.json")), datasets(folder)
    bad = [key for key in keys if other[key] != summary[key]]
    if open(folder + "/spikes.h5", "rb").read() != open(first + "/spikes.h5", "rb").read():
        bad.append("spikes.h5")
    if folder.endswith("flat"):
        if [name.decode() for name in theirs["phases/name"]] != [names(p) for p in phases]:
            bad.append("names of phases")
        same = [key for key in all_of_it if key.startswith(("trials", "rates", "neuromodulators"))]
        weights = [[values.tobytes() for key, values in sorted(run.items())
                    if key.startswith("weights")] for run in (all_of_it, theirs)]
        if len(weights[0]) < 8 or weights[0] != weights[1]:
            bad.append("weights")
    else:
        same = sorted(set(all_of_it) | set(theirs))
    bad += [key for key in same if key not in theirs or key not in all_of_it or
            theirs[key].tobytes() != all_of_it[key].tobytes()]
    print("%-14s %s" % (folder.rsplit("/", 1)[1], "FAILED: " + ", ".join(bad) if bad else "same"))
    failed += bool(bad)

# A report's rows, equally far apart, are of the begin and two ends: trials and rests count.
last = all_of_it["phases/end_ms"][phases.index("night-2.sleep-2")]
with h5py.File(work + "/reported/weights.h5", "r") as file:
    start, stop, step = file["report/striatum.D1/mapping/time"][()]
is_right = start == 0 and np.allclose([step, stop], [last / 2, last * 1.5])
print("times of a report", "same" if is_right else "FAILED: %s" % [start, stop, step, last])
failed += not is_right

with h5py.File(work + "/waits/spikes.h5", "r") as file:
    counts = np.histogram(file["spikes/r.E/timestamps"][()], [0, 50, 100, 100.5, 300, 350, 500])[0]
print("a task waits   ", "same" if counts[3] == 0 and min(counts[1], counts[5]) > 500 else
      "FAILED: %s spikes" % counts)
failed += int(counts[3] > 0 or min(counts[1], counts[5]) <= 500)

# The task waits in sleep: no trial begins there.
begin, end = all_of_it["phases/begin_ms"], all_of_it["phases/end_ms"]
onsets = all_of_it["trials/time_ms"]
for k, name in enumerate(phases):
    n = np.sum((onsets >= begin[k]) & (onsets < end[k]))
    assert n == {"day": 3, "later": 2, "recall": 2}.get(name.split(".")[-1], 0), (name, n)
sys.exit(failed != 0)
END
