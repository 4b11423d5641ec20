# SPDX-License-Identifier: Apache-2.0
"""Plasticity between given trains, held against the weights of NEST in synapses.json.

A synapse of NEST has its delay d in the dendrite: a postsynaptic spike acts at t + d, a presynaptic
one at t. Here that is `dendritic_delay: d`, and a presynaptic spike that is sent a step early,
because no axon has a delay of 0. weights[k] of NEST is the weight after the k-th presynaptic
spike; of phasic, weights at the end of a phase are those of the last arrival (or sweep), so that
phases end at beats between an arrival and whatever comes next.

A model of NEST is one entry of MODELS: the rule, its parameters from NEST's, and what the entry
measures. To add one, add its entry; it runs as soon as `phasic explain` knows the rule."""
import json
import os

import numpy as np

import parrots

HERE = os.path.dirname(os.path.abspath(__file__))
STEP, BEAT = 0.1, 5.0  # ms
MOMENTS = 24           # phases of a run at most
UNIT = 1e-3            # pA for a weight of 1 in NEST, so that parrots do not feel it
SENT_UNIT = 0.1        # the same where what is sent is measured: up to 10 mV, short of a spike


class Unlike(Exception):
    """What phasic does not have of a case, in words."""


def stdp(case):
    p, exponents = case["synapse_params"], (case["synapse_params"]["mu_plus"],
                                            case["synapse_params"]["mu_minus"])
    bounds = {(0.0, 0.0): "hard", (1.0, 1.0): "soft"}.get(exponents)
    if bounds is None:
        raise Unlike("exponents of the weight other than 0 and 1")
    return {"tau_plus": ms(p["tau_plus"]), "tau_minus": ms(case["post_params"]["tau_minus"]),
            "learning_rate": p["lambda"], "A_plus": 1, "A_minus": p["alpha"],
            "w_max": p["Wmax"], "bounds": bounds}


def triplet(case):
    p, post = case["synapse_params"], case["post_params"]
    return {"tau_plus": ms(p["tau_plus"]), "tau_x": ms(p["tau_plus_triplet"]),
            "tau_minus": ms(post["tau_minus"]), "tau_y": ms(post["tau_minus_triplet"]),
            "learning_rate": 1, "A2_plus": p["Aplus"] / p["Wmax"],
            "A3_plus": p["Aplus_triplet"] / p["Wmax"], "A2_minus": p["Aminus"] / p["Wmax"],
            "A3_minus": p["Aminus_triplet"] / p["Wmax"], "w_max": p["Wmax"], "bounds": "hard"}


def inhibitory(case):
    p = case["synapse_params"]
    w_max = abs(p["Wmax"])  # NEST's rule is the same for weights below 0
    return {"tau": ms(p["tau"]), "learning_rate": p["eta"] / w_max, "w_max": w_max,
            "rho_0": "%r Hz" % (1000 * p["alpha"] / (2 * p["tau"]))}


def ms(value):
    return "%r ms" % value


def pA(weight):
    return "%r pA" % (abs(weight) * UNIT)


def dopamine(case):
    """w' = c (n - b) with c in ms of NEST, w' in s here; phasic's weights begin at 0, NEST's at
    Wmin."""
    p = case["common_params"]
    return {"tau_plus": ms(p["tau_plus"]), "tau_minus": ms(case["post_params"]["tau_minus"]),
            "tau_e": ms(p["tau_c"]), "A_plus": p["A_plus"], "A_minus": p["A_minus"],
            "w_max": p["Wmax"] - p["Wmin"], "bounds": "hard",
            "learning_rate": "%r /s" % (1000 / (p["Wmax"] - p["Wmin"])),
            "modulation": {"learning_rate": {
                "receptor": "linear", "combine": "product", "curve": {
                    "type": "linear", "offset": -p["b"], "gain": 1 / (p["tau_n"] * OCCUPIED)}}}}


def dopamine_brain(case):
    """A nucleus of one parrot whose spikes raise an occupancy by OCCUPIED, which then decays with
    tau_n: no uptake, a receptor far from saturation that follows at once. Values that a spike of
    step s changes are in force from s + 1 on if a beat is a step."""
    p, dopa = case["common_params"], case["dopa"]
    nucleus = parrots.population(1, {"s": parrots.spike_list(
        [t + dopa["delay"] - STEP for t in dopa["spikes"]])})
    transmitter = {"nucleus": "r.nucleus", "release": "1e5 nM", "tonic_rate": "0 Hz",
                   "innervation": "{r: 1}", "uptake": "{V_max: 0 nM/s}",
                   "loss": "%r /s" % (1000 / p["tau_n"]), "receptors": {"linear": {
                       "EC50": "%r nM" % (1e5 / OCCUPIED), "k_off": "1e4 /s",
                       "tau_tonic": "1e5 s"}}}
    return {"nucleus": nucleus}, {"neuromodulation": {
        "beat": ms(STEP), "transmitters": {"dopamine": transmitter}}}


OCCUPIED = 1e-4


def short_term(case):
    p = case["synapse_params"]
    return {"U": p["U"], "tau_rec": ms(p["tau_rec"]), "tau_facil": ms(p["tau_fac"])}


class Model:
    """How a model of NEST is said here: the rule (None: short-term plasticity of a static weight),
    its parameters of a case, the largest difference as a share of what the weight moves, what else
    the brain has, and its beat in ms."""

    def __init__(self, rule, parameters, limit=1e-4, brain=None, beat=BEAT):
        self.rule, self.parameters, self.limit = rule, parameters, limit
        self.brain, self.beat = brain, beat
        self.name = rule or "tracts.short_term"


MODELS = {
    "stdp_synapse": Model("stdp", stdp),
    "stdp_triplet_synapse": Model("stdp_triplet", triplet),
    "vogels_sprekeler_synapse": Model("istdp", inhibitory),
    # Phasic's receptor follows half a step late, and a 10,000th of it is saturated.
    "stdp_dopamine_synapse": Model("stdp_reward", dopamine, 2e-3, dopamine_brain, STEP),
    "tsodyks2_synapse": Model(None, short_term),
}


def steps(times_ms):
    return np.round(np.array(times_ms) / STEP).astype(int)


def moments_of(case, beat_ms):
    """[(index of the presynaptic spike, end of the phase in ms)]: beats before the next event."""
    pre, post = steps(case["pre_spikes"]), steps(case["post_spikes"]) + steps([case["delay"]])[0]
    both = np.intersect1d(pre, post)
    beat, found = int(round(beat_ms / STEP)), {}
    for k, arrival in enumerate(pre):
        end = -(-arrival // beat) * beat
        events = np.concatenate([pre[pre > arrival], post[post > arrival]])
        # An arrival and a spike of one step pair here, and do not in NEST: up to there.
        if (len(events) == 0 or events.min() > end) and not np.any(both <= arrival):
            found[end * STEP] = k
    ends = sorted(found)
    chosen = np.unique(np.linspace(0, len(ends) - 1, MOMENTS).round().astype(int))
    return [(found[ends[i]], ends[i]) for i in chosen]


def configuration(case, model, parameters, moments, lowest):
    """The brain of a case and its phases."""
    populations = {"pre": parrots.population(1, {"s": parrots.spike_list(
        [t - STEP for t in case["pre_spikes"]])}), "post": parrots.population(
            1, {"s": parrots.spike_list(case["post_spikes"])} if case["post_spikes"] else {})}
    more = {}
    if model.brain:
        others, more = model.brain(case)
        populations.update(others)
    if model.rule:
        plastic = {"plasticity": dict({"type": model.rule}, **parameters)}
        ends, weight = [end for _, end in moments], pA(case["w0"] - lowest)
    else:
        plastic = {"short_term": parameters}
        ends, weight = [max(case["pre_spikes"]) + 1], "%r pA" % (case["w0"] * SENT_UNIT)
        more["V_m"] = {"populations": "[r.post]", "cells": 1, "interval": ms(STEP)}
    projection = {"source": "pre", "target": "post", "receptor": "exc",
                  "connect": "{type: all_to_all}", "weight": weight,
                  "delay": ms(STEP), "dendritic_delay": ms(case["delay"]), **plastic}
    return parrots.configuration(STEP, populations, {"synapse": projection},
                                 np.diff([0] + ends), more)


def as_listed(spikes_ms, listed_ms, shift):
    """Whether a parrot's spikes are those of the list."""
    spikes = steps(spikes_ms) + shift
    begins = np.array_equal(spikes, np.sort(steps(listed_ms))[:len(spikes)])
    return begins and (len(spikes) > 0 or len(listed_ms) == 0)


def sent(V_m, arrivals):
    """Weights in mV that arrive at a parrot without spikes: what forward Euler does not explain.
    V_m[i] is of step i + 1."""
    v = V_m.astype(float)
    return np.diff(v)[arrivals - 2] - STEP * (0.04 * v * v + 5 * v + 140)[arrivals - 2]


def compare(case):
    """(line of the report, whether it is right) for one case."""
    name, model = "%s/%d" % (case["model"], case["trial"]), MODELS[case["model"]]
    if not parrots.known(model.name):
        return "%-27s not held: there is no %s yet" % (name, model.name), True
    try:
        parameters = model.parameters(case)
    except Unlike as unlike:
        return "%-27s not held: %s" % (name, unlike), True
    lowest = (case.get("common_params") or {}).get("Wmin", 0)
    moments = moments_of(case, model.beat) if model.rule else []
    w_max = parameters.get("w_max", case["w0"])
    if model.rule:
        parameters["w_max"] = pA(w_max)
    result = parrots.simulate(configuration(case, model, parameters, moments, lowest))
    if model.rule:
        nest = np.array([case["weights"][k] for k, _ in moments])
        ours = result.weights["synapse"]["weight"][1:, 0] / UNIT + lowest
        if case["w0"] < 0:
            ours = -ours
    else:
        nest = np.array(case["weights"])
        ours = sent(result.V_m["post"][:, 0], steps(case["pre_spikes"])) / SENT_UNIT
    same = as_listed(result.spikes["pre"][0], case["pre_spikes"], 1) and \
        as_listed(result.spikes["post"][0], case["post_spikes"], 0)
    moved = np.ptp(np.append(nest, case["w0"]))
    off = np.abs(ours - nest).max()
    good = same and len(nest) >= 5 and off < model.limit * moved
    return "%-27s %2d weights within %.1e of what they moved (%.2g of w_max)%s" % (
        name, len(nest), off / moved, moved / w_max, "" if same else ", OTHER SPIKES"), good


def check():
    """Print a line for each case. @return [whether it is right]"""
    with open(os.path.join(HERE, "synapses.json")) as file:
        cases = json.load(file)["cases"]
    right = []
    for case in cases:
        if case["model"] in MODELS:
            text, good = compare(case)
            print("%s  %s" % (text, "ok" if good else "FAILED"))
            right.append(good)
    return right
