# SPDX-License-Identifier: Apache-2.0
"""Each neuron model that a SONATA file may name, against plain formulas: cells with parameters of
the type, excitation and inhibition from virtual nodes, no recurrence. In double spikes are the same;
in float a few of them may come a step sooner or later."""
import json
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

import models

PHASIC = os.environ["PHASIC"]
IS_DOUBLE = "double" in subprocess.run([PHASIC, "--version"], capture_output=True, text=True).stdout
CELLS, SOURCES, EACH, DT, STOP, DELAY = 40, 200, 60, 0.1, 400.0, 1.0
DRAW = np.random.RandomState(5)
SPIKES = sorted((int(step), int(node)) for step, node in zip(
    DRAW.randint(1, int(STOP / DT) - 100, 12000), DRAW.randint(0, SOURCES, 12000)))
TARGETS = np.repeat(np.arange(CELLS), EACH)
ORIGINS = DRAW.randint(0, SOURCES, CELLS * EACH)
SIGNS = np.where(DRAW.rand(CELLS * EACH) < 0.75, 1, -1)
SIZES = np.round(DRAW.uniform(0.5, 1.5, CELLS * EACH), 2)

# Parameters in the file, beside NEST's defaults, and weights of excitation and inhibition.
MODELS = {
    "nest:iaf_psc_exp": (dict(tau_m=12.0, E_L=-68.0, tau_syn_in=5.0, V_reset=-64.0), (60, 30)),
    "nest:iaf_psc_alpha": (dict(C_m=200.0, t_ref=3.0, I_e=100.0), (50, 60)),
    "nest:iaf_cond_exp": (dict(g_L=10.0, tau_syn_ex=3.0, E_in=-80.0), (0.8, 2.0)),
    "nest:glif_psc": (dict(V_th=-50.0, E_L=-75.0, V_m=-75.0, g=8.0, tau_syn=[5.5, 8.5, 2.8],
                           spike_dependent_threshold=True, after_spike_currents=True,
                           adapting_threshold=True, asc_init=[0.0, 0.0], asc_amps=[-8.0, -60.0]),
                      (20, 10)),
    "nrn:IntFire1": (dict(tau=0.015, refrac=0.002, type="NEURON_IntFire1"), (0.07, 0.05)),
}
NEST = dict(C_m=250.0, tau_m=10.0, g_L=16.6667, E_L=-70.0, V_th=-55.0, V_reset=-70.0, t_ref=2.0,
            I_e=0.0, tau_syn_ex=2.0, tau_syn_in=2.0)
GLIF = dict(C_m=58.72, V_reset=-78.85, t_ref=3.75, th_spike_add=0.37, th_spike_decay=0.009,
            voltage_reset_fraction=0.2, voltage_reset_add=18.51, th_voltage_index=0.005,
            th_voltage_decay=0.09, asc_decay=[0.003, 0.1], asc_r=[1.0, 1.0])
RECEPTORS = {1: 3, -1: 1}  # of glif_psc, by sign
COND = dict(NEST, V_reset=-60.0, E_ex=0.0, E_in=-85.0, tau_syn_ex=0.2)


def arrivals(weights):
    """What arrives at each step, by sign."""
    steps = int(round(STOP / DT))
    out = {sign: np.zeros((steps + 200, CELLS)) for sign in (1, -1)}
    for step, node in SPIKES:
        edges = np.nonzero(ORIGINS == node)[0]
        for sign, weight in zip((1, -1), weights):
            own = edges[SIGNS[edges] == sign]
            np.add.at(out[sign], (step + int(round(DELAY / DT)), TARGETS[own]),
                      sign * weight * SIZES[own])
    return steps, out


class Psc:
    """Exponential or alpha currents."""

    def __init__(self, p, is_alpha):
        self.p, self.is_alpha = p, is_alpha
        self.V, self.state = np.full(CELLS, -70.0), {s: np.zeros((2, CELLS)) for s in (1, -1)}
        self.left = np.zeros(CELLS, int)

    def step(self, arriving):
        p = self.p
        V = self.advance()
        for sign, tau in ((1, p["tau_syn_ex"]), (-1, p["tau_syn_in"])):
            I, y = self.state[sign]
            decay = np.exp(-DT / tau)
            if self.is_alpha:
                self.state[sign] = np.array([(I + DT * y) * decay,
                                             y * decay + arriving[sign] * np.e / tau])
            else:
                self.state[sign] = np.array([I * decay + arriving[sign], y])
        return fire(self, V, DT)

    def current(self, t):
        total = self.p["I_e"]
        for sign, tau in ((1, self.p["tau_syn_ex"]), (-1, self.p["tau_syn_in"])):
            I, y = self.state[sign]
            total = total + (I + t * y) * np.exp(-t / tau)
        return total

    def advance(self):
        """V after a step: the integral of the current's share that is left of it, by Gauss."""
        p = self.p
        nodes, shares = np.polynomial.legendre.leggauss(12)
        V = p["E_L"] + (self.V - p["E_L"]) * np.exp(-DT / p["tau_m"])
        for x, share in zip(nodes, shares):
            t = 0.5 * DT * (x + 1)
            V = V + 0.5 * DT * share / p["C_m"] * self.current(t) * np.exp((t - DT) / p["tau_m"])
        return V


class Cond:
    def __init__(self, p, _):
        self.p, self.V, self.left = p, np.full(CELLS, -70.0), np.zeros(CELLS, int)
        self.g = {1: np.zeros(CELLS), -1: np.zeros(CELLS)}

    def step(self, arriving):
        p, parts = self.p, 100
        h, V = DT / parts, self.V
        taus = {1: p["tau_syn_ex"], -1: p["tau_syn_in"]}

        def slope(V, t):
            exc, inh = (self.g[s] * np.exp(-t / taus[s]) for s in (1, -1))
            return (-p["g_L"] * (V - p["E_L"]) - exc * (V - p["E_ex"]) - inh * (V - p["E_in"]) +
                    p["I_e"]) / p["C_m"]
        for i in range(parts):
            t = i * h
            a = slope(V, t)
            b = slope(V + h / 2 * a, t + h / 2)
            c = slope(V + h / 2 * b, t + h / 2)
            d = slope(V + h * c, t + h)
            V = V + h / 6 * (a + 2 * b + 2 * c + d)
        for sign in (1, -1):
            self.g[sign] = self.g[sign] * np.exp(-DT / taus[sign]) + np.abs(arriving[sign])
        return fire(self, V, DT)


def fire(cells, V, dt):
    p = cells.p
    cells.V = np.where(cells.left == 0, V, cells.V)
    cells.left = np.maximum(cells.left - 1, 0)
    fired = cells.V >= p["V_th"]
    cells.V[fired] = p["V_reset"]
    cells.left[fired] = int(round(p["t_ref"] / dt))
    return np.nonzero(fired)[0]


class IntFire1:
    """Event by event, as NEURON has it."""

    def __init__(self, p, _):
        self.p, self.m, self.last, self.free = p, np.zeros(CELLS), np.zeros(CELLS), -np.ones(CELLS)
        self.now = 0

    def step(self, arriving):
        self.now += 1
        w = arriving[1] + arriving[-1]
        touched = (arriving[1] != 0) | (arriving[-1] != 0)
        ready = touched & (self.now >= self.free)
        tau = self.p["tau"] * 1e3 / DT
        at = np.maximum(self.last, 0)
        m = self.m * np.exp((at - self.now) / tau) + w
        self.m[ready], self.last[ready] = m[ready], self.now
        fired = ready & (self.m > 1)
        self.m[fired] = 0
        self.free[fired] = self.now + int(round(self.p["refrac"] * 1e3 / DT))
        return np.nonzero(fired)[0]


def glif(p, steps, arriving):
    """(step, cell) of each spike, cell by cell."""
    spikes = []
    for cell in range(CELLS):
        events = {step: [("syn_%d" % RECEPTORS[sign], arriving[sign][step, cell])
                         for sign in arriving if arriving[sign][step, cell] != 0]
                  for step in range(1, steps + 1)}
        times = models.glif_psc(p, events, steps, np.zeros(steps + 1))[0]
        spikes += [(int(round(time / DT)), cell) for time in times]
    return spikes


def expected(template, parameters, weights):
    steps, arriving = arrivals(weights)
    if template == "nest:glif_psc":
        return glif(dict(GLIF, **parameters), steps, arriving)
    kind, p = {"nest:iaf_psc_exp": (Psc, dict(NEST, **parameters)),
               "nest:iaf_psc_alpha": (Psc, dict(NEST, **parameters)),
               "nest:iaf_cond_exp": (Cond, dict(COND, **parameters)),
               "nrn:IntFire1": (IntFire1, parameters)}[template]
    cells = kind(p, template.endswith("alpha"))
    return [(step, int(cell)) for step in range(1, steps + 1)
            for cell in cells.step({sign: arriving[sign][step] for sign in arriving})]


def write(folder, template, parameters, weights):
    with h5py.File(folder + "/nodes.h5", "w") as file:
        for name, n in (("cells", CELLS), ("in", SOURCES)):
            group = file.create_group("nodes/" + name)
            group["node_type_id"] = np.full(n, 1 if name == "cells" else 2, "u4")
            group["node_group_id"] = np.zeros(n, "u4")
            group["node_group_index"] = np.arange(n)
            group.create_group("0")
    is_one_port = template == "nrn:IntFire1"  # there the sign is the synapse's
    with h5py.File(folder + "/edges.h5", "w") as file:
        group, n = file.create_group("edges/in_to_cells"), len(TARGETS)
        group["source_node_id"], group["target_node_id"] = ORIGINS, TARGETS
        group["source_node_id"].attrs["node_population"] = "in"
        group["target_node_id"].attrs["node_population"] = "cells"
        group["edge_type_id"] = np.where(SIGNS > 0, 1, 2)
        group["edge_group_id"], group["edge_group_index"] = np.zeros(n, int), np.arange(n)
        size = np.where(SIGNS > 0, weights[0], weights[1]) * SIZES
        group["0/syn_weight"] = size if is_one_port else size * SIGNS
    with h5py.File(folder + "/spikes.h5", "w") as file:
        file["spikes/gids"] = [node for _, node in SPIKES]
        file["spikes/timestamps"] = [step * DT for step, _ in SPIKES]
    texts = {"node_types.csv": "node_type_id model_type model_template dynamics_params\n"
                               "1 point_neuron %s cell.json\n2 virtual NULL NULL\n" % template,
             "edge_types.csv": "edge_type_id delay dynamics_params\n1 %g exc.json\n2 %g inh.json\n"
                               % (DELAY, DELAY)}
    synapse = {sign: {"sign": sign} if is_one_port else {"receptor_type": RECEPTORS[sign]} if
               template == "nest:glif_psc" else {} for sign in (1, -1)}
    jsons = {"cell": parameters, "exc": synapse[1], "inh": synapse[-1],
             "circuit": {"networks": {
                 "nodes": [{"nodes_file": "nodes.h5", "node_types_file": "node_types.csv"}],
                 "edges": [{"edges_file": "edges.h5", "edge_types_file": "edge_types.csv"}]},
                 "components": {"point_neuron_models_dir": ".", "synaptic_models_dir": "."}},
             "simulation": {"run": {"tstop": STOP, "dt": DT}, "network": "circuit.json", "inputs": {
                 "x": {"input_type": "spikes", "module": "h5", "input_file": "spikes.h5",
                       "node_set": "in"}}}}
    texts.update({name + ".json": json.dumps(content) for name, content in jsons.items()})
    for name, text in texts.items():
        with open("%s/%s" % (folder, name), "w") as file:
            file.write(text)


def is_right(template, parameters, weights):
    with tempfile.TemporaryDirectory() as folder:
        write(folder, template, parameters, weights)
        subprocess.run([PHASIC, "run", folder + "/simulation.json", "--quiet", "--out",
                        folder + "/out"], check=True)
        with h5py.File(folder + "/out/spikes.h5") as file:
            group = file["spikes/cells"]
            found = set(zip(np.rint(group["timestamps"][()] / DT).astype(int).tolist(),
                            group["node_ids"][()].astype(int).tolist()))
    right = set(expected(template, parameters, weights))
    same = len(found & right) / len(found | right)
    good = len(right) > 300 and (found == right if IS_DOUBLE else same > 0.97)
    print("%-20s %5d spikes, %5d expected, %.4f the same  %s" % (
        template, len(found), len(right), same, "ok" if good else "FAILED"))
    return good


results = [is_right(template, *of) for template, of in MODELS.items()]
sys.exit(not all(results))
