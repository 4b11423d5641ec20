#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every intervention in a phase of its own, and every broadcast: the same spikes, trials, weights and
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

export PHASIC_CORES=8
for layout in 1x1 1x2 2x1 4x1; do
    ranks=${layout%x*} threads=${layout#*x}
    run "drugs-$layout" "$config" "$ranks" "$threads"
    run "local-$layout" "$config" "$ranks" "$threads" --set neuromodulation.broadcast=local
    run "yoked-$layout" "$config" "$ranks" "$threads" --seed 9 \
        --set neuromodulation.broadcast=yoked \
        --set "neuromodulation.yoked=$work/drugs-1x1/run.h5" --set "neuromodulation.shift=-60 ms"
done
unset PHASIC_CORES

# Without other interventions: what another run hears, and what is behind noise.
run own "$plain" 1 1
for shift in 0 60 -60; do
    run "heard$shift" "$plain" 1 1 --seed 9 --set neuromodulation.broadcast=yoked \
        --set "neuromodulation.yoked=$work/own/run.h5" --set "neuromodulation.shift=$shift ms"
done
fixed="tracts.cortex_striatum.plasticity={type: static}"
V_m="recording.V_m={populations: [striatum.D1], cells: 10}"
run quiet "$plain" 1 1 --set "$fixed" --set "$V_m"
run noisy "$plain" 1 1 --set "$fixed" --set "$V_m" \
    --set "interventions.noise={type: noise, populations: [striatum], rate: 20 Hz, phases: [noise]}"

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


for mode in ("drugs", "local", "yoked"):
    first, streams = summary(mode + "-1x1"), datasets(mode + "-1x1")
    spikes = open("%s/%s-1x1/spikes.h5" % (work, mode), "rb").read()
    check(mode + ": something happens", first["spikes"] > 2000 and first["plastic_events"] > 2000
          and np.sum(streams["trials/reward"]) > 3)
    for folder in sorted(glob.glob("%s/%s-*/" % (work, mode))):
        name = os.path.basename(folder[:-1])
        other, theirs = summary(name), datasets(name)
        bad = [key for key in ("spike_hash", "weight_hash", "plastic_events")
               if other[key] != first[key]]
        bad += [key for key in streams if theirs[key].tobytes() != streams[key].tobytes()]
        if open(folder + "spikes.h5", "rb").read() != spikes:
            bad.append("spikes.h5")
        check(" ".join([name, "is the same"] + bad), not bad)

runs = {name: datasets(name) for name in ("drugs-1x1", "local-1x1", "own", "heard0", "heard60",
                                          "heard-60", "quiet", "noisy")}
drugs = runs["drugs-1x1"]
names = [name.decode() for name in drugs["phases/name"]]
begin, end = drugs["phases/begin_ms"], drugs["phases/end_ms"]


def during(run, phase, path, time):
    """The values of a dataset within a phase."""
    k = names.index(phase)
    t = run[time]
    return run[path][(t >= begin[k]) & (t < end[k])]


def C(run, transmitter, region, phase):
    path = "neuromodulators/%s/%s/" % (transmitter, region)
    return during(run, phase, path + "concentration_nM", path + "time_ms")


held = C(drugs, "dopamine", "striatum", "clamp")
check("clamp: constant, elsewhere not",
      np.all(held == held[0]) and np.ptp(C(drugs, "dopamine", "cortex", "clamp")) > 0)
nucleus = "neuromodulators/dopamine/nucleus_spikes"
times = "neuromodulators/dopamine/time_ms"
check("silence: the nucleus is silent and its transmitter goes",
      np.sum(during(drugs, "silence", nucleus, times)[2:]) == 0 and
      C(drugs, "dopamine", "striatum", "silence")[-1] <
      0.05 * C(drugs, "dopamine", "striatum", "silence")[0])
stressed = during(drugs, "stress", nucleus.replace("dopamine", "noradrenaline"), times)
check("stress: the nucleus fires more",
      np.sum(stressed) > 3 * np.sum(during(drugs, "none", nucleus.replace(
          "dopamine", "noradrenaline"), times)))

# A shifted run hears the same, later or earlier; what it began with is gone after a second.
own = runs["own"]["neuromodulators/dopamine/striatum/concentration_nM"]
heard = {shift: runs["heard%d" % shift]["neuromodulators/dopamine/striatum/concentration_nM"]
         for shift in (0, 60, -60)}
check("yoked: the same dopamine", np.array_equal(own, heard[0]))
check("yoked, later", np.ptp(own) > 10 and np.allclose(heard[60][212:], own[200:-12], rtol=0,
                                                       atol=1e-6))
check("yoked, earlier", np.allclose(heard[-60][200:-12], own[212:], rtol=0, atol=1e-6))

# Behind noise the population goes on as it was; seen are Poisson spikes of the rate.
check("noise: membranes go on unseen",
      all(np.array_equal(runs["quiet"][path], runs["noisy"][path])
          for path in runs["quiet"] if path.startswith("V_m")) and
      any(path.startswith("V_m") for path in runs["quiet"]))
with h5py.File(work + "/noisy/spikes.h5", "r") as file:
    group = file["spikes/striatum.D1"]
    t = group["timestamps"][()]
k = names.index("noise")
n = np.sum((t > begin[k] + 5) & (t <= end[k]))
mean = 20 * 40 * (end[k] - begin[k] - 5) * 1e-3
check("noise: %d spikes, to be expected %g" % (n, mean), abs(n - mean) < 4 * np.sqrt(mean))
sys.exit(failed != 0)
END
