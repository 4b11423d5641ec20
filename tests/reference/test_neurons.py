# SPDX-License-Identifier: Apache-2.0
"""Single neurons against NEST (spike times exactly, V_m within 1e-3 mV in float, 1e-9 mV in double)
and against an independent integration at high precision (spikes within one step, 1e-4 mV)."""
import json
import math
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
PHASIC = os.environ["PHASIC"]
DOUBLE = "double" in subprocess.run([PHASIC, "--version"], capture_output=True, text=True).stdout
STEP = 0.1  # ms
KEYS = {"C_m": "pF", "tau_m": "ms", "g_L": "nS", "E_L": "mV", "V_th": "mV", "V_reset": "mV",
        "t_ref": "ms", "E_ex": "mV", "E_in": "mV", "tau_syn_ex": "ms", "tau_syn_in": "ms",
        "I_e": "pA"}
NAMES = {"E_ex": "E_exc", "E_in": "E_inh", "tau_syn_ex": "tau_syn_exc", "tau_syn_in": "tau_syn_inh"}


def configuration(case):
    parameters = case["params"]
    neuron = ", ".join("%s: %r %s" % (NAMES.get(key, key), parameters[key], unit)
                       for key, unit in KEYS.items() if key in parameters)
    unit = "nS" if "cond" in case["model"] else "pA"
    stimuli = []
    for train in case["inputs"]:
        for time, weight in zip(train["times"], train["weights"]):
            port = "exc" if weight > 0 else "inh"
            weight = abs(weight) if unit == "nS" else weight
            stimuli.append("s%d: {type: spike_list, times: [%.1f ms], weight: %r %s, receptor: %s}" % (
                len(stimuli), time + train["delay"], weight, unit, port))
    for current in case["dc"]:
        stimuli.append("c%d: {type: dc, amplitude: %r pA, start: %r ms, stop: %r ms}" % (
            len(stimuli), current["amplitude"], current["start"] + 1, current["stop"] + 1))
    return """
simulation: {resolution: 0.1 ms, duration: %r ms}
regions:
  r:
    populations:
      A:
        size: 1
        neuron: {type: %s, %s}
        V_init: %r mV
        stimuli: {%s}
recording:
  spikes: {populations: all}
  V_m: {populations: [r.A], cells: 1, interval: 0.1 ms}
""" % (case["T"], case["model"], neuron, parameters["V_m"], ",\n                  ".join(stimuli))


def simulate(case, folder):
    config = os.path.join(folder, "case.yaml")
    with open(config, "w") as file:
        file.write(configuration(case))
    out = os.path.join(folder, "out")
    subprocess.run([PHASIC, "run", config, "--out", out, "--force", "--quiet"], check=True)
    with h5py.File(out + "/spikes.h5") as file:
        spikes = file["spikes/r.A/timestamps"][()]
    with h5py.File(out + "/run.h5") as file:
        V_m = file["V_m/r.A/data"][()][:, 0]
    return spikes, V_m


def slopes(case, state):
    p, (V, a, b) = case["params"], state
    if case["model"] == "iaf_psc_exp":
        return np.array([-(V - p["E_L"]) / p["tau_m"] + (a + b + p["I_e"]) / p["C_m"],
                         -a / p["tau_syn_ex"], -b / p["tau_syn_in"]])
    return np.array([(-p["g_L"] * (V - p["E_L"]) - a * (V - p["E_ex"]) - b * (V - p["E_in"]) +
                      p["I_e"]) / p["C_m"], -a / p["tau_syn_ex"], -b / p["tau_syn_in"]])


def rounded(case, weight):
    """The weight that the engine holds: a multiple of its port's quantum, a power of two such that
    the largest weight of the port fits 15 bits (float build) or 44 bits (double build)."""
    same_port = [w for train in case["inputs"] for w in train["weights"] if (w > 0) == (weight > 0)]
    largest = 2 ** 44 if DOUBLE else 2 ** 15 - 1
    quantum = 2.0 ** math.frexp(max(abs(w) for w in same_port) / largest)[1]
    return round(weight / quantum) * quantum


def integrate(case, parts=40):
    """The model's equations by Runge-Kutta of order 4 in steps of 0.1 ms / parts."""
    p = case["params"]
    arrivals = {}
    for train in case["inputs"]:
        for time, weight in zip(train["times"], train["weights"]):
            at = arrivals.setdefault(int(round((time + train["delay"]) / STEP)), [0.0, 0.0])
            held = rounded(case, weight)
            at[0 if weight > 0 else 1] += abs(held) if "cond" in case["model"] else held
    state, held, spikes, trace = np.array([p["V_m"], 0.0, 0.0]), 0, [], []
    h = STEP / parts
    for step in range(1, int(round(case["T"] / STEP)) + 1):
        for _ in range(parts):
            k1 = slopes(case, state)
            k2 = slopes(case, state + h / 2 * k1)
            k3 = slopes(case, state + h / 2 * k2)
            k4 = slopes(case, state + h * k3)
            new = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            state = np.array([p["V_reset"] if held else new[0], new[1], new[2]])
        held = max(0, held - 1)
        state[1:] += arrivals.get(step, [0.0, 0.0])
        if state[0] >= p["V_th"]:
            spikes.append(step * STEP)
            state[0], held = p["V_reset"], int(round(p["t_ref"] / STEP))
        trace.append(state[0])
    return np.array(spikes), np.array(trace)


def main():
    cases = json.load(open(HERE + "/neurons.json"))["cases"]
    traces = np.load(HERE + "/neurons.npz")
    limit = 1e-9 if DOUBLE else 1e-3
    failed = 0
    for case in cases:
        name = case["model"] + "/" + case["trial"]
        with tempfile.TemporaryDirectory() as folder:
            spikes, V_m = simulate(case, folder)
        nest = traces[name]
        n = min(len(nest), len(V_m))
        same = len(spikes) == len(case["spikes"]) and np.allclose(spikes, case["spikes"], atol=1e-6)
        difference = np.abs(V_m[:n] - nest[:n])
        own_spikes, own_trace = integrate(case)
        n = min(len(own_trace), len(V_m))
        own_same = len(spikes) == len(own_spikes) and (
            len(spikes) == 0 or np.abs(spikes - own_spikes).max() <= STEP * 1.001)
        # A spike one step off moves the membrane by millivolts for that step: compare elsewhere.
        away = np.abs(V_m[:n] - own_trace[:n]) if own_same else np.array([np.inf])
        own_difference = np.sort(away)[: n - 4 * len(spikes)].max() if len(spikes) else away.max()
        # NEST integrates conductances by an adaptive method with an error of its own: where it is
        # farther from the precise integration than the limit, it cannot be met more closely.
        n = min(len(nest), len(own_trace))
        nest_error = np.abs(nest[:n] - own_trace[:n]) if "cond" in case["model"] else np.zeros(n)
        good = (same and np.all(difference[:n] < limit + nest_error) and own_same and
                own_difference < (1e-9 if DOUBLE else 1e-4))
        failed += not good
        print("%-24s %3d spikes %-9s V_m: NEST %.2g mV, integration %.2g mV  %s" % (
            name, len(spikes), "the same" if same else "DIFFER", difference.max(), own_difference,
            "ok" if good else "FAILED"))
    print("%d cases, %d failed" % (len(cases), failed))
    return failed != 0


sys.exit(main())
