#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a rest does to modulators and the task: tissue goes to the steady level of the rest's own drugs and lesions, by
# its equation, without a pause while all falls silent, and a cue that was shown is gone. To the average of rewards a rest
# is as long as it lasts, with the time until all is silent.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cat >"$work/rest.yaml" <<END
simulation: {resolution: 0.5 ms}
regions:
  r:
    populations:
      E: {size: 50, neuron: {type: relay}}
      VTA: {size: 20, neuron: {type: iaf_psc_exp}, stimuli: {in: {type: poisson, receptor: exc, rate: 6 kHz, weight: 130 pA}}}
task:
  type: novelty
  stimulus: {target: r.E, weight: 1 pA, rate: 100 Hz, fraction: 1}
  trial: {cue: 200 ms, reward_after: 0 ms, pause: 100 ms}
neuromodulation:
  transmitters:
    dopamine:
      nucleus: r.VTA
      controllers:
        mood: {type: average_reward, tau: 30 min, initial: 1, exc_rate: 0 Hz, exc_weight: 1 pA, inh_weight: -1 pA}
      release: 100 nM
      tonic_rate: 5 Hz
      innervation: {r: 1}
      uptake: {V_max: 1000 nM/s, K_m: 160 nM}
      loss: 0.5 /s
      receptors: {D1: {EC50: 300 nM, k_off: 10 /s}}
phases: {day: {duration: 500 ms}, night: {rest: true, duration: 1 h}, after: {duration: 100 ms}}
recording: {spikes: {populations: all}}
END
block='type: uptake_block, transmitter: dopamine, fraction: 0.8'
for case in 'none {}' "night {x: {$block, phases: [night]}}" "after {x: {$block, phases: [after]}}" \
    'lesion {x: {type: silence, populations: [r.VTA]}}' 'noise {x: {type: noise, populations: [r.VTA], rate: 2 Hz}}'; do
    "$PHASIC" run "$work/rest.yaml" --set "interventions=${case#* }" --out "$work/${case%% *}" >"$work/said" 2>"$work/progress" || exit 1
done
exec sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import re
import sys
import h5py
import numpy as np

work = sys.argv[1]
BEAT = 5.0


def steady(rate, uptake):
    """C at which release is 1000 uptake C / (160 + C) + 0.5 C, nM, by bisection."""
    low, high = 0.0, 1e4
    for _ in range(100):
        C = (low + high) / 2
        low, high = (C, high) if 100 * rate > 1000 * uptake * C / (160 + C) + 0.5 * C else (low, C)
    return C


for name, rate, uptake in (("none", 5, 1), ("night", 5, 0.2), ("after", 5, 1), ("lesion", 0, 1), ("noise", 2, 1)):
    with h5py.File(f"{work}/{name}/run.h5") as run, h5py.File(f"{work}/{name}/spikes.h5") as spikes:
        time, C = (run[f"neuromodulators/dopamine/r/{what}"][()] for what in ("time_ms", "concentration_nM"))
        begin = run["phases/begin_ms"][()]
        told, mood = (run[f"controllers/dopamine.mood/{what}"][()] for what in ("time_ms", "signal"))
        seen = spikes["spikes/r.E/timestamps"][()]
    told, mood = told[told > begin[2] + 2 * BEAT], mood[told > begin[2] + 2 * BEAT]
    assert len(mood) and np.allclose(mood, np.exp(-told / 1.8e6), rtol=1e-5), (name, told, mood)
    want, settling = steady(rate, uptake), C[(time > begin[1]) & (time < begin[2])]
    # A beat has passed since, in which some cell may have fired, under the drugs of the next phase.
    first = C[time > begin[2]][0]
    print(f"{name}: {first:.1f} nM behind the rest, {want:.1f} by its equation; at least {settling.min():.1f} before it")
    assert abs(first - want) < 0.03 * want + 5.1, (name, first, want)
    assert settling.min() > 0.97 * want - 0.1, (name, settling.min())
    assert np.sum((seen > begin[1] + 100) & (seen <= begin[2] + BEAT)) == 0, f"{name}: the cue is still shown"
    assert np.sum(seen > begin[2] + BEAT) > 0, name
# The rate that a run ends by telling is that of the time in which cells could fire, not of the hour.
with h5py.File(f"{work}/noise/spikes.h5") as spikes, open(f"{work}/said", encoding="utf-8") as file:
    n = sum(len(group["timestamps"]) for group in spikes["spikes"].values())
    told = float(re.search(r"^spikes .*\(([0-9.]+) Hz a neuron\)", file.read(), re.M)[1])
assert 0.6 <= n / 70 / told < 10, (told, n) # with the seconds in which all falls silent
END
