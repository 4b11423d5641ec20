#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every intervention and every broadcast in a phase of its own: the same spikes, trials, weights and
# modulators, bit for bit, on any number of ranks and threads; and each does what it says.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
config=$SOURCE_DIR/tests/fixtures/interventions.yaml
plain=$work/plain.yaml # without interventions
sed '/^interventions:/,/^recording:/{/^recording:/!d}' "$config" >"$plain"

# run NAME CONFIG RANKS THREADS [ARGUMENT]...
run() {
    name=$1 file=$2 ranks=$3 threads=$4
    shift 4
    mpirun -n "$ranks" "$PHASIC" run "$file" --threads "$threads" --out "$work/$name" --quiet "$@" \
        >"$work/log" 2>&1 || {
        echo "FAILED $name: the run failed"
        cat "$work/log"
        exit 1
    }
}

# Without interventions: what other runs hear, and what is behind noise.
static="tracts.cortex_striatum.plasticity={type: static}"
V_m="recording.V_m={populations: [striatum.D1], cells: 10}"
run own "$plain" 1 1 --set "$static" --set "$V_m"
run noisy "$plain" 1 1 --set "$static" --set "$V_m" \
    --set "interventions.noise={type: noise, populations: [striatum], rate: 20 Hz, phases: [noise]}"
for shift in 60 -60; do
    run "heard$shift" "$plain" 1 1 --seed 9 --set neuromodulation.broadcast=yoked \
        --set "neuromodulation.yoked=$work/own/run.h5" --set "neuromodulation.shift=$shift ms"
done

export PHASIC_CORES=8
for layout in 1x1 1x2 2x1 4x1; do
    run "all-$layout" "$config" "${layout%x*}" "${layout#*x}" \
        --set "neuromodulation.yoked=$work/own/run.h5" --set "neuromodulation.shift=-60 ms" \
        --set "phases.yoked={duration: 300 ms, set: {neuromodulation.broadcast: yoked}}"
done

sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import glob, json, os, sys
import h5py
import numpy as np

work = sys.argv[1]
failed = 0


def check(what, good):
    global failed
    print("%-60s %s" % (what, "good" if good else "FAILED"))
    failed += not good


def datasets(name):
    found = {}
    with h5py.File("%s/%s/run.h5" % (work, name), "r") as file:
        file.visititems(lambda path, item: found.__setitem__(path, item[()])
                        if isinstance(item, h5py.Dataset) else None)
    return found


def summary(name):
    return json.load(open("%s/%s/summary.json" % (work, name)))


first, everything = summary("all-1x1"), datasets("all-1x1")
spikes = open(work + "/all-1x1/spikes.h5", "rb").read()
check("something happens", first["spikes"] > 2000 and first["plastic_events"] > 2000
      and np.sum(everything["trials/reward"]) > 3)
for folder in sorted(glob.glob(work + "/all-*/")):
    name = os.path.basename(folder[:-1])
    other, theirs = summary(name), datasets(name)
    bad = [key for key in ("spike_hash", "weight_hash", "plastic_events")
           if other[key] != first[key]]
    bad += [key for key in everything if theirs[key].tobytes() != everything[key].tobytes()]
    if open(folder + "spikes.h5", "rb").read() != spikes:
        bad.append("spikes.h5")
    check(" ".join([name, "is the same"] + bad), not bad)

own, noisy = datasets("own"), datasets("noisy")
names = [name.decode() for name in everything["phases/name"]]
begin, end = everything["phases/begin_ms"], everything["phases/end_ms"]


def during(run, phase, path, time):
    """The values of a dataset within a phase."""
    k = names.index(phase)
    t = run[time]
    return run[path][(t >= begin[k]) & (t < end[k])]


def C(run, transmitter, region, phase):
    path = "neuromodulators/%s/%s/" % (transmitter, region)
    return during(run, phase, path + "concentration_nM", path + "time_ms")


held = C(everything, "dopamine", "striatum", "clamp")
check("clamp: constant, elsewhere not",
      np.all(held == held[0]) and np.ptp(C(everything, "dopamine", "cortex", "clamp")) > 0)
nucleus = "neuromodulators/dopamine/nucleus_spikes"
times = "neuromodulators/dopamine/time_ms"
check("silence: the nucleus is silent and its transmitter goes",
      np.sum(during(everything, "silence", nucleus, times)[2:]) == 0 and
      C(everything, "dopamine", "striatum", "silence")[-1] <
      0.05 * C(everything, "dopamine", "striatum", "silence")[0])
stressed = during(everything, "stress", nucleus.replace("dopamine", "noradrenaline"), times)
check("stress: the nucleus fires more",
      np.sum(stressed) > 3 * np.sum(during(everything, "none", nucleus.replace(
          "dopamine", "noradrenaline"), times)))

# Where no nucleus is heard and a region has no readout, there is nothing to follow; elsewhere there is.
level = C(everything, "noradrenaline", "striatum", "local")
check("local: a region without a readout goes to its tonic level",
      np.all(np.diff(level) * np.sign(level[-1] - level[0]) >= 0) and
      np.ptp(np.sign(np.diff(C(everything, "dopamine", "striatum", "local")))) > 0)
level = C(everything, "dopamine", "cortex", "tonic")
check("tonic: so do all", np.all(np.diff(level) * np.sign(level[-1] - level[0]) >= 0))

# A shifted run hears the same, later or earlier; what it began with is gone after a second.
path = "neuromodulators/dopamine/striatum/concentration_nM"
n = int(end[names.index("noise")] / 5) - 12
later, earlier = datasets("heard60")[path], datasets("heard-60")[path]
check("yoked, later", np.ptp(own[path]) > 10 and
      np.allclose(later[212:n], own[path][200:n - 12], rtol=0, atol=1e-6))
check("yoked, earlier", np.allclose(earlier[200:n - 12], own[path][212:n], rtol=0, atol=1e-6))

# A shuffle keeps the weights onto each cell, and nothing else does: from phase to phase, frozen.
moments = {path.split("/")[2].split("_", 1)[1]: path.rsplit("/", 1)[0] for path in everything
           if path.startswith("weights/cortex_striatum/") and path.endswith("/weight")}
weight = {phase: everything[path + "/weight"] for phase, path in moments.items()}
target = everything[moments["frozen"] + "/target"]
changed = [np.mean(weight["shuffle"][target == i] != weight["frozen"][target == i])
           for i in np.unique(target)]
check("shuffle: as much onto each cell, by other synapses",
      all(np.array_equal(np.sort(weight["shuffle"][target == i]),
                         np.sort(weight["frozen"][target == i])) for i in np.unique(target)) and
      np.mean(changed) > 0.8 and np.min(changed) > 0.3)

# Of a part that is silent nobody fires again, and all others as before.
with h5py.File(work + "/all-1x1/spikes.h5", "r") as file:
    t, ids = (file["spikes/cortex.E/" + key][()] for key in ("timestamps", "node_ids"))
k = names.index("stroke")
before, after = (np.unique(ids[chosen]) for chosen in (t < begin[k], t > begin[k] + 5))
check("silence of a part: %d of 80 fire on" % len(after),
      len(before) == 80 and abs(len(after) - 48) < 4 * np.sqrt(80 * 0.4 * 0.6))

# Behind noise the population goes on as it was; seen are Poisson spikes of the rate.
membranes = [path for path in own if path.startswith("V_m")]
check("noise: membranes go on unseen", membranes and
      all(np.array_equal(own[path], noisy[path]) for path in membranes))
with h5py.File(work + "/noisy/spikes.h5", "r") as file:
    group = file["spikes/striatum.D1"]
    t = group["timestamps"][()]
k = names.index("noise")
n = np.sum((t > begin[k] + 5) & (t <= end[k]))
mean = 20 * 40 * (end[k] - begin[k] - 5) * 1e-3
check("noise: %d spikes, to be expected %g" % (n, mean), abs(n - mean) < 4 * np.sqrt(mean))
sys.exit(failed != 0)
END
