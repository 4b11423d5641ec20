# SPDX-License-Identifier: Apache-2.0
"""Neurons that repeat their input as spikes, for synapses between given trains: an arrival of
SPIKE makes an izhikevich cell spike in the same step, at any interval, and nothing else does if
plastic weights stay below 1 pA (1 mV)."""
import os
import subprocess
import tempfile

import h5py
import numpy as np

PHASIC = os.environ["PHASIC"]
DOUBLE = "double" in subprocess.run([PHASIC, "--version"], capture_output=True, text=True).stdout
SPIKE = "1e6 pA"
NEURON = "{type: izhikevich, a: 0, b: 0, c: -70 mV, d: 0}"
V_INIT = "-82.65564437074637 mV"  # where 0.04 v^2 + 5 v + 140 = 0


def known(rule):
    """The parameters that the program has for a rule: a set of names, empty without the rule."""
    made = subprocess.run([PHASIC, "explain", rule], capture_output=True, text=True)
    if made.returncode != 0:
        return set()
    return {line.split()[0] for line in made.stdout.split("\n")
            if line[:2] == "  " and line[2:3].strip() and line[25:].strip() and line[24] == " "}


def flow(mapping):
    """A mapping as YAML within one line."""
    return "{%s}" % ", ".join("%s: %s" % (key, flow(value) if isinstance(value, dict) else value)
                              for key, value in mapping.items())


def population(size, stimuli):
    """A population of parrots."""
    return {"size": size, "neuron": NEURON, "V_init": V_INIT, "stimuli": stimuli}


def spike_list(times_ms):
    """A stimulus for parrots."""
    return {"type": "spike_list", "weight": SPIKE,
            "times": "[%s]" % ", ".join("%.10g ms" % t for t in times_ms)}


def configuration(resolution_ms, populations, projections, phases_ms, more=None):
    """A brain of one region in which all weights are recorded at the end of each phase."""
    lines = ["simulation: {resolution: %r ms}" % resolution_ms, "regions:", "  r:",
             "    populations:"]
    lines += ["      %s: %s" % (name, flow(p)) for name, p in populations.items()]
    lines += ["    projections:"] if projections else []
    lines += ["      %s: %s" % (name, flow(p)) for name, p in projections.items()]
    lines += ["phases:"] + ["  p%d: {duration: %.10g ms}" % (i, d)
                            for i, d in enumerate(phases_ms)]
    lines += ["recording:", "  spikes: {populations: all}", "  weights: {tracts: all}"]
    for key, value in (more or {}).items():
        lines.append(("  %s: %s" if key == "V_m" else "%s: %s") % (key, flow(value)))
    return "\n".join(lines) + "\n"


class Result:
    """What a run left: weights[projection] = columns source, target, delay, and weight with a row
    for each moment; spikes[population] = (times in ms, ids); V_m and modulators where recorded."""

    def __init__(self, out):
        with h5py.File(out + "/spikes.h5") as file:
            self.spikes = {name.split(".")[1]: (g["timestamps"][()], g["node_ids"][()].astype(int))
                           for name, g in file["spikes"].items()}
        self.weights, self.V_m, self.modulators = {}, {}, {}
        with h5py.File(out + "/run.h5") as file:
            for name, group in file.get("weights", {}).items():
                moments = sorted(group, key=lambda key: int(key.split("_")[0]))
                first = group[moments[0]]
                self.weights[name.split(".")[1]] = {
                    "source": first["source"][()].astype(int),
                    "target": first["target"][()].astype(int), "delay": first["delay"][()],
                    "weight": np.array([group[m]["weight"][()] for m in moments], dtype=float)}
            for name, group in file.get("V_m", {}).items():
                self.V_m[name.split(".")[1]] = group["data"][()]
            for name, group in file.get("neuromodulators", {}).items():
                self.modulators[name] = {
                    key: {r: d[()] for r, d in group["r"][key].items()}
                    for key in ("occupancy", "o_tonic")} if "r" in group else {}


def simulate(text):
    """Run a configuration."""
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "case.yaml")
        with open(config, "w") as file:
            file.write(text)
        made = subprocess.run([PHASIC, "run", config, "--out", folder + "/out", "--quiet"],
                              capture_output=True, text=True)
        if made.returncode != 0:
            raise SystemExit("%s\n%s" % (text, made.stderr))
        return Result(folder + "/out")
