# SPDX-License-Identifier: Apache-2.0
"""What receptors do to neurons and to release: rates of driven cells against the closed form with
the parameters that recorded occupancies make, a port's gain against weights that are larger, and
every arrival under a changing gain and release probability against the equations by the clock."""
import math
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

PHASIC = os.environ["PHASIC"]
STEP = 0.1  # ms
BEAT = 50   # steps

TISSUE = """
neuromodulation:
  %s
  transmitters:
    dopamine:
      nucleus: r.N
      release: 200 nM
      tonic_rate: 5 Hz
      innervation: {r: 1}
      uptake: {V_max: 4000 nM/s, K_m: 160 nM}
      receptors: {D1: {EC50: 500 nM, k_off: %s, tau_tonic: 5 s}}
"""


def run(config, folder, name):
    path, out = os.path.join(folder, name + ".yaml"), os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(config)
    subprocess.run([PHASIC, "run", path, "--out", out, "--quiet"], check=True)
    return out


def occupancies(out):
    """(start of the beat in ms, occupancy) of D1 in r."""
    with h5py.File(out + "/run.h5") as file:
        group = file["neuromodulators/dopamine/r"]
        return group["time_ms"][()], group["occupancy/D1"][()]


def check(text, good):
    print("%s  %s" % (text, "ok" if good else "FAILED"))
    return good


# --- rates --------------------------------------------------------------------------------------

def interval(E_L, V_th, V_reset, tau, R, current, t_ref):
    """Of a leaky cell under a constant current, ms; R in GOhm, current in pA."""
    final = E_L + R * current
    return t_ref + tau * math.log((final - V_reset) / (final - V_th))


# The model with its parameters, the modulation, and the interval at occupancy o.
CELLS = {
    "threshold": ("iaf_psc_exp, I_e: 500 pA", "V_th: {receptor: D1, combine: sum, "
                  "curve: {of: occupancy, gain: -8 mV}}",
                  lambda o: interval(-65, -50 - 8 * o, -65, 10, 0.04, 500, 2)),
    "time": ("iaf_psc_alpha, I_e: 600 pA", "tau_m: {receptor: D1, curve: {of: occupancy, gain: 1}}",
             lambda o: interval(-65, -50, -65, 10 * (1 + o), 0.04 * (1 + o), 600, 2)),
    "current": ("iaf_psc_exp", "I_e: {receptor: D1, combine: sum, curve: {of: occupancy, gain: 800 pA}}",
                lambda o: interval(-65, -50, -65, 10, 0.04, 800 * o, 2)),
    "leak": ("iaf_cond_exp, I_e: 700 pA", "g_L: {receptor: D1, curve: {of: occupancy, gain: 0.8}}",
             lambda o: interval(-70, -55, -60, 250 / (16.7 * (1 + 0.8 * o)),
                                1 / (16.7 * (1 + 0.8 * o)), 700, 2)),
    "both": ("iaf_cond_nmda, I_e: 650 pA", "V_th: {receptor: D1, combine: sum, curve: {of: occupancy, "
             "gain: 2 mV}}, more: {parameter: g_L, receptor: D1, curve: {of: occupancy, gain: -0.5}}",
             lambda o: interval(-70, -50 + 2 * o, -55, 500 / (25 * (1 - 0.5 * o)),
                                1 / (25 * (1 - 0.5 * o)), 650, 2)),
    # Below the potential after a spike: a cell that is held does not fire.
    "low": ("iaf_psc_exp, I_e: 500 pA, V_reset: -55 mV", "V_th: {receptor: D1, combine: sum, "
            "curve: {of: occupancy, gain: -1 V}}", lambda o: 2 + STEP),
}


def rates(folder):
    populations = "".join("""
      %s: {size: 1, neuron: {type: %s}, modulation: {%s}}""" % (name, model, modulation)
                          for name, (model, modulation, _) in CELLS.items())
    out = run("""
simulation: {resolution: 0.1 ms}
regions:
  r:
    populations:
      N: {size: 1, neuron: {type: relay}}%s
%s
phases:
  low: {duration: 400 ms}
  frozen: {duration: 400 ms, plasticity: frozen}
  high: {duration: 400 ms}
interventions:
  one: {type: agonist, receptor: D1, dose: 1, phases: [frozen]}
  ten: {type: agonist, receptor: D1, dose: 10, phases: [high]}
recording: {spikes: {populations: all}, modulators: {interval: 5 ms}}
""" % (populations, TISSUE % ("broadcast: tonic", "1000 /s")), folder, "rates")
    times, occupancy = occupancies(out)
    right, seen = [], []
    with h5py.File(out + "/spikes.h5") as file:
        spikes = {name: file["spikes/r." + name + "/timestamps"][()] for name in CELLS}
    for phase in range(3):
        begin, end = 400 * phase + 50, 400 * phase + 400
        o = occupancy[(times >= begin) & (times < end)]
        right.append(np.ptp(o) < 1e-9)
        seen.append(o[0])
        for name, (_, _, closed) in CELLS.items():
            inside = spikes[name][(spikes[name] > begin) & (spikes[name] <= end)]
            if name == "current" and 0.04 * 800 * o[0] < 15:
                right.append(len(inside) == 0)
                continue
            late = (np.diff(inside) - closed(o[0])) / STEP  # a spike waits for the end of its step
            good = len(late) > 3 and late.min() > -1e-2 and late.max() < 1 + 1e-2
            right.append(check("%-9s o %.3f: interval %.3f ms, %d spikes" % (
                name, o[0], closed(o[0]), len(inside)), good))
    return check("rates at occupancies %.2f, %.2f, %.2f" % tuple(seen),
                 all(right) and seen[0] < 0.2 and seen[2] > 0.8)


# --- gains --------------------------------------------------------------------------------------

def network(weight, inhibition, modulation):
    return """
simulation: {resolution: 0.1 ms, duration: 500 ms}
regions:
  r:
    populations:
      N: {size: 1, neuron: {type: relay}}
      E:
        size: 80
        neuron: {type: iaf_cond_nmda}
        stimuli: {in: {type: poisson, rate: 2 kHz, weight: %r nS, receptor: exc}}
        %s
      I: {size: 20, neuron: {type: iaf_cond_exp}, stimuli: {in: {type: poisson, rate: 2 kHz, weight: 2 nS}}}
    projections:
      fast: {source: E, target: E, receptor: exc, weight: {type: uniform, min: 0 nS, max: %r nS},
             delay: 1.5 ms, connect: {type: fixed_indegree, indegree: 10}}
      slow: {like: fast, receptor: nmda}
      back: {source: I, target: E, receptor: inh, weight: %r nS, delay: 1 ms,
             connect: {type: fixed_indegree, indegree: 5}}
%s""" % (6 * weight, modulation, weight, inhibition, TISSUE % ("broadcast: tonic", "10 /s"))


def spikes_of(out):
    with h5py.File(out + "/spikes.h5") as file:
        return [file["spikes/r.E/" + key][()] for key in ("timestamps", "node_ids")]


def gains(folder):
    """A power of two moves no bit of what arrives."""
    entry = "gain_%s: {receptor: D1, curve: {of: occupancy, offset: %g, gain: 0}}"
    modulation = "modulation: {%s}" % ", ".join(
        entry % (port, gain) for port, gain in (("exc", 2), ("nmda", 2), ("inh", 0.5)))
    large = spikes_of(run(network(2.0, 1.0, ""), folder, "large"))
    moved = spikes_of(run(network(1.0, 2.0, modulation), folder, "moved"))
    small = spikes_of(run(network(1.0, 2.0, ""), folder, "small"))
    same = all(np.array_equal(a, b) for a, b in zip(large, moved))
    return check("gains of ports: %d spikes, %d with weights that are larger, %d without" % (
        len(moved[0]), len(large[0]), len(small[0])), same and len(moved[0]) > len(small[0]) + 50)


# --- arrivals -----------------------------------------------------------------------------------

U, TAU_REC, TAU_FACIL, WEIGHT, DELAY = 0.5, 150.0, 60.0, 40.0, 7.3


def arriving(spikes_ms, of_U, of_gain):
    """What reaches the cell at each spike, pA, by the clock; of_...: by step."""
    u, R, weights = 0.0, 1.0, []
    at = set(np.rint(np.array(spikes_ms) / STEP).astype(int))
    for step in range(1, max(at) + 1):
        u *= math.exp(-STEP / TAU_FACIL)
        R = 1 + (R - 1) * math.exp(-STEP / TAU_REC)
        if step in at:
            u += of_U(step) * (1 - u)
            weights.append(WEIGHT * u * R * of_gain(step + round(DELAY / STEP)))
            R -= u * R
    return np.array(weights)


def arrivals(folder):
    rng = np.random.default_rng(5)
    spikes = np.cumsum(np.round(rng.uniform(8, 40, 90), 1))
    bursts = np.concatenate([start + 7.0 * np.arange(20) for start in (300.0, 1000.0, 1500.0)])
    stimulus = "{s: {type: spike_list, weight: 1 pA, receptor: exc, times: [%s]}}"
    entry = "{receptor: D1, curve: {of: occupancy, gain: %g}}"
    modulated = "plasticity: {type: static, modulation: {%s}}" % (
        "release: {parameter: U, receptor: D1, curve: {of: occupancy, gain: -4}}")
    out = run("""
simulation: {resolution: 0.1 ms, duration: 2300 ms}
regions:
  r:
    populations:
      N: {size: 1, neuron: {type: relay}, stimuli: %s}
      S: {size: 1, neuron: {type: relay}, stimuli: %s}
      gain: {size: 1, neuron: {type: iaf_psc_exp}, modulation: {gain_exc: %s}}
      release: {size: 1, neuron: {type: iaf_psc_exp}}
      both: {like: gain}
    projections:
      gain: {source: S, target: gain, receptor: exc, weight: %g pA, delay: %g ms,
             connect: {type: one_to_one}, short_term: {U: %g, tau_rec: %g ms, tau_facil: %g ms}}
      release: {like: gain, target: release, %s}
      both: {like: release, target: both}
%s
recording: {spikes: {populations: all}, modulators: {interval: 5 ms},
            V_m: {populations: [r.gain, r.release, r.both], cells: 1, interval: 0.1 ms}}
""" % (stimulus % ", ".join("%.1f ms" % t for t in bursts),
       stimulus % ", ".join("%.1f ms" % t for t in spikes), entry % 3, WEIGHT, DELAY, U, TAU_REC,
       TAU_FACIL, modulated, TISSUE % ("", "20 /s")), folder, "arrivals")
    times, occupancy = occupancies(out)
    begin = np.rint(times / STEP).astype(int)

    def occupancy_at(step):  # a beat's values hold from the step after its begin to its end
        return occupancy[np.searchsorted(begin, step - 1, side="right") - 1]

    def release(step):
        return U * min(max(1 - 4 * occupancy_at(step), 0), 1 / U)

    laws = {"gain": (lambda step: U, lambda step: 1 + 3 * occupancy_at(step)),
            "release": (release, lambda step: 1),
            "both": (release, lambda step: 1 + 3 * occupancy_at(step))}
    # V(s + 1) = P22 V(s) + P21 I(s), by which V tells the current that a spike brought.
    P22 = math.exp(-STEP / 10)
    P21 = 1 / 250 / (1 / 0.5 - 1 / 10) * (P22 - math.exp(-STEP / 0.5))
    right = []
    fired = spikes[spikes > begin[0] * STEP]
    skipped = len(spikes) - len(fired)
    at = np.rint((fired + DELAY) / STEP).astype(int)
    with h5py.File(out + "/run.h5") as file:
        for name, (of_U, of_gain) in laws.items():
            V = file["V_m/r." + name + "/data"][()][:, 0] + 65.0  # of steps 1, 2, ..
            found = (V[at] - P22 * V[at - 1]) / P21
            expected = arriving(spikes, of_U, of_gain)[skipped:]
            error = np.abs(found - expected).max() / WEIGHT
            moved = expected.max() / max(expected.min(), 1e-3)
            right.append(check("%-8s %d arrivals of %.2f to %.2f pA, error %.1e of the weight" % (
                name, len(found), expected.min(), expected.max(), error), error < 1e-3 and
                moved > 2))
    lowest = min(release(step) for step in range(begin[0] + 1, begin[-1]))
    return check("release probability down to %.3f" % lowest, all(right) and lowest == 0)


def main():
    with tempfile.TemporaryDirectory() as folder:
        right = [rates(folder), gains(folder), arrivals(folder)]
    return not all(right)


sys.exit(main())
