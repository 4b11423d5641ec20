# SPDX-License-Identifier: Apache-2.0
"""Curves of weight change at five steady levels of four transmitters: whether their receptors move
thresholds, slopes and signs by what the configurations say. What they say is repeated here, and
followed from the tonic rate to the curve without the program: occupancies by the balance of release
and uptake, timing by the closed form of stdp, rate by the calcium rule on the same spikes."""
import csv
import os

import numpy as np

from .. import calcium, threshold_shift_figure
from . import Measure, stdp_window

ABOUT = "weight change against rate and timing at five levels of four transmitters; pull and push"
SEEDS = "1..3"

REGIONS = ["slice", "level1", "level2", "level3", "level4"]  # innervated 0, 1, 2, 3, 4
# Receptor; release at innervation 1 in nM/s, uptake and loss; EC50 in nM.
KINETICS = {
    "dopamine": ("D1", {"release": 800, "V_max": 4000, "K_m": 160, "loss": 0.04, "EC50": 500}),
    "acetylcholine": ("M1", {"release": 120, "V_max": 0, "K_m": 160, "loss": 1.2, "EC50": 400}),
    "noradrenaline": ("beta", {"release": 200, "V_max": 1000, "K_m": 400, "loss": 0.04,
                               "EC50": 400}),
    "serotonin": ("5HT", {"release": 150, "V_max": 1000, "K_m": 400, "loss": 0.04, "EC50": 500}),
}


def occupancy(transmitter, innervation):
    """(concentration in nM, the receptor's occupancy) in the steady state."""
    k = KINETICS[transmitter][1]
    released = k["release"] * innervation
    # released = V_max C / (K_m + C) + loss C, as a C^2 + b C + c = 0
    a, b = k["loss"], k["V_max"] + k["loss"] * k["K_m"] - released
    C = (-b + np.sqrt(b * b + 4 * a * released * k["K_m"])) / (2 * a)
    return C, C / (C + k["EC50"])


LEVELS = {name: [occupancy(name, k) for k in range(5)] for name in KINETICS}


def hill(o, half=0.3, n=2):
    """The curve of beta."""
    return o**n / (half**n + o**n)


# What the receptor moves, in rate.yaml and in timing.yaml.
RATE = {
    "dopamine": ("theta_p", lambda o: 1.6 * (1 - 0.35 * o)),
    "acetylcholine": ("gamma_d", lambda o: 331.909 * (1 + 1.2 * o)),
    "noradrenaline": ("gamma_p", lambda o: 500 + 600 * hill(o)),
    "serotonin": ("learning_rate", lambda o: 2e-4 * (1 + 3 * o)),
}
A_MINUS = stdp_window.A_MINUS
TIMING = {  # (A+, A-) in units of the learning rate
    "dopamine": lambda o: (1, A_MINUS * (1 - 4 * o)),
    "acetylcholine": lambda o: (1 - 4 * o, A_MINUS),
    "noradrenaline": lambda o: (1 + 0.5 * hill(o), A_MINUS),
    "serotonin": lambda o: (1 + 0.9 * o, A_MINUS * (1 + 0.9 * o)),
}
PHASE_MS, PAIRS = 20000.0, 60
CONDITIONS = {"none": (0.1, 0.1), "beta": (1, 0.1), "M1": (0.1, 1), "both": (1, 1)}


# --- levels ----------------------------------------------------------------------------------


def occupancy_error(arm):
    """Largest difference of the receptors' occupancies, at the start and the end, from the steady
    state."""
    worst = 0.0
    with arm.open() as run:
        for name, (receptor, _) in KINETICS.items():
            for region, (_, expected) in zip(REGIONS, LEVELS[name]):
                found = run.group(f"neuromodulators/{name}/{region}/occupancy/{receptor}")
                worst = max(worst, abs(found[0] - expected), abs(found[-1] - expected))
    return worst


# --- rate ------------------------------------------------------------------------------------


def trains(run, population):
    """Spike times in ms of each neuron."""
    times, ids = run.spikes(population, 0, run.end_ms())
    order = np.lexsort((times, ids))
    return np.split(times[order], np.searchsorted(ids[order], np.arange(1, PAIRS)))


def curve_of(run, tract, phases):
    """Mean change of w / w_max in each phase."""
    rho = []
    for moment in ["0_start"] + [f"{k + 1}_{name}" for k, name in enumerate(phases)]:
        found = run.group(f"weights/{tract}/{moment}")
        assert np.array_equal(found["source"][()], found["target"][()]), "not one to one"
        rho.append(found["weight"][()].mean() / 0.1)  # w_max is 0.1 pA
    return np.diff(rho)


def variants():
    """Parameters of all curves, a row each: no receptor, then five levels of each."""
    p = dict(calcium.CORTICAL)
    rows = 1 + 5 * len(RATE)
    for key, plain in (("theta_p", 1.3), ("gamma_d", 331.909), ("gamma_p", 725.085),
                       ("learning_rate", 2e-4)):
        p[key] = np.full((rows, 1), plain)
    for i, (name, (key, moved)) in enumerate(RATE.items()):
        for k, (_, o) in enumerate(LEVELS[name]):
            p[key][1 + 5 * i + k] = moved(o)
    return p


def rate_curves(arm):
    """(rates in Hz, {curve: change by phase}, the same by the rule on the same spikes)."""
    with arm.open() as run:
        phases = run.phase_names()
        tracts = ["plain"] + [f"{name}_{k}" for name in RATE for k in range(5)]
        found = {tract: curve_of(run, tract, phases) for tract in tracts}
        pre, post = trains(run, "input.pre"), trains(run, "slice.post")
        for region in REGIONS[1:]:
            others = trains(run, region + ".post")
            assert all(np.array_equal(a, b) for a, b in zip(post, others)), "not the same spikes"
    p, rho, rates, changes = variants(), 0.5, [], []
    arrivals = [times + 1.0 for times in pre]
    for k in range(len(phases)):
        begin, end = k * PHASE_MS, (k + 1) * PHASE_MS
        flows = calcium.flows(p, arrivals, post, begin, end)
        before, rho = rho, calcium.mean_rho(p, *flows, rho)
        changes.append((rho - before).mean(axis=1))
        spikes = sum(np.sum((t >= begin) & (t < end)) for t in pre + post)
        rates.append(spikes / (2 * PAIRS * 18.0))  # they fire for 18 s
    return np.array(rates), found, dict(zip(tracts, np.array(changes).T))


def crossing(rates, change):
    """(rate in Hz where depression ends, by the two rates beside it; slope there in change per Hz,
    of a parabola through rates within about a factor of 1.6)."""
    k = np.flatnonzero((change[:-1] < 0) & (change[1:] >= 0))[-1]
    at = rates[k] - change[k] * (rates[k + 1] - rates[k]) / (change[k + 1] - change[k])
    weights = np.exp(-0.5 * (np.log(rates / at) / 0.5)**2)
    return at, np.polyfit(rates - at, change, 2, w=weights)[1]


def rate_measures(curves):
    """Shifts of threshold and slope, and what is left between program and rule."""
    crossings = np.array([[[crossing(rates, side[tract]) for tract in found]
                           for side in (found, expected)] for rates, found, expected in curves])
    off = np.array([[np.abs(found[t] - expected[t]).max() / np.abs(expected[t]).max()
                     for t in found] for _, found, expected in curves])
    plain = crossings[:, :, 0, 0]
    measures = [around("no receptor, rate: threshold of potentiation, Hz", plain, 0.1)]
    for i, (name, (key, _)) in enumerate(RATE.items()):
        first, last = 1 + 5 * i, 5 + 5 * i
        shift = crossings[:, :, last, 0] - crossings[:, :, first, 0]
        ratio = crossings[:, :, last, 1] / crossings[:, :, first, 1]
        measures += [
            around(f"{name}, rate, by {key}: shift of the threshold, none to highest level, Hz",
                   shift, 0.1),
            around(f"{name}, rate: slope at the threshold, highest level / none", ratio,
                   0.01 * ratio[:, 1].mean()),
            Measure(f"{name}, rate: largest deviation from the rule on the same spikes, % of the "
                    "largest change", "0 (configured)", 0, 0.2,
                    100 * off[:, first:last + 1].max(axis=1))]
    return measures, crossings


def around(name, pairs, tolerance):
    """A measure of (found, configured) by seed."""
    target = pairs[:, 1].mean()
    return Measure(name, f"{target:.4g} (configured)", target - tolerance, target + tolerance,
                   pairs[:, 0])


# --- timing ----------------------------------------------------------------------------------


def sides(lag):
    """Change by A+ = 1 alone, and by A- = 1 alone, as columns."""
    plus = stdp_window.closed_form(lag, A_minus=0.0)
    return np.stack([plus, stdp_window.closed_form(lag, A_minus=1.0) - plus], axis=1)


def timing_windows(arm):
    """{transmitter: [(lag in ms, change, (A+, A-) that fit)] by level}."""
    windows = {}
    for name in TIMING:
        windows[name] = []
        for region in REGIONS:
            lag, change = stdp_window.window(arm, region, name)
            fit = np.linalg.lstsq(sides(lag), change, rcond=None)[0]
            windows[name].append((lag, change, fit))
    return windows


def line(windows, name, side, curve=lambda o: o):
    """(slope, value at 0) of an amplitude against the curve of occupancy, by seed."""
    x = [curve(o) for _, o in LEVELS[name]]
    fits = [np.polyfit(x, [fit[side] for _, _, fit in w[name]], 1) for w in windows]
    return np.array(fits).T


def timing_measures(windows):
    """Slopes and signs of the windows' sides, and what is left."""
    measures = []
    slope, at_zero = line(windows, "dopamine", 1)
    measures += [Measure("dopamine, timing: slope of A- / 1.05 against D1 occupancy",
                         "-4 (configured)", -4.02, -3.98, slope / A_MINUS),
                 Measure("dopamine, timing: occupancy at which depression becomes potentiation",
                         "0.25 (configured)", 0.249, 0.251, -at_zero / slope)]
    slope, at_zero = line(windows, "acetylcholine", 0)
    measures += [Measure("acetylcholine, timing: slope of A+ against M1 occupancy",
                         "-4 (configured)", -4.02, -3.98, slope),
                 Measure("acetylcholine, timing: occupancy at which potentiation becomes "
                         "depression", "0.25 (configured)", 0.249, 0.251, -at_zero / slope)]
    slope, _ = line(windows, "noradrenaline", 0, hill)
    measures.append(Measure("noradrenaline, timing: slope of A+ against the Hill curve of beta",
                            "0.5 (configured)", 0.4975, 0.5025, slope))
    for side, name in enumerate(("A+", "A- / 1.05")):
        slope = line(windows, "serotonin", side)[0] / (1, A_MINUS)[side]
        measures.append(Measure(f"serotonin, timing, by learning_rate: slope of {name} against "
                                "5HT occupancy", "0.9 (configured)", 0.8955, 0.9045, slope))
    largest = np.abs(stdp_window.closed_form(np.array([0.0]))).max()
    for name, moved in TIMING.items():
        off = [max(np.abs(change - sides(lag) @ moved(o)).max()
                   for (lag, change, _), (_, o) in zip(w[name], LEVELS[name])) for w in windows]
        measures.append(Measure(f"{name}, timing: largest deviation from the closed form, % of A+",
                                "0 (closed form)", 0, 0.1, 100 * np.array(off) / largest))
    return measures


# --- pull and push ---------------------------------------------------------------------------


def pull_push(arm):
    """{condition: (lag in ms, change of rho, the same by the rule)}, by lag."""
    curves = {}
    for name, (potentiation, depression) in CONDITIONS.items():
        lag, change = stdp_window.window(arm, name)
        change = change / 0.1  # w_max is 0.1 pA
        p = dict(calcium.CORTICAL)
        p["gamma_p"] *= potentiation
        p["gamma_d"] *= depression
        pairs = 100.0 + 50.0 * np.arange(75)
        flows = calcium.flows(p, [pairs] * len(lag), [pairs + x for x in lag], 0, 6000.0)
        curves[name] = lag, change, calcium.mean_rho(p, *flows, 0.5) - 0.5
    return curves


def pull_push_measures(curves):
    """Sign and size at two timings, the sign at all, and what is left."""
    measures = []
    told = {"none": "neither receptor", "beta": "beta alone", "M1": "M1 alone",
            "both": "beta and M1"}
    for name in CONDITIONS:
        for at in (10.0, -10.0):
            pairs = np.array([[np.interp(at, c[name][0], side) for side in c[name][1:]]
                              for c in curves])
            measures.append(around(f"pull and push, {told[name]}: change of w / w_max at "
                                   f"{at:+.0f} ms", pairs, 0.002))
    for name, low, high, target in (("beta", 1, 1, "1 (potentiation alone)"),
                                    ("M1", 0, 0, "0 (depression alone)"),
                                    ("both", 0.05, 0.95, "between (both)")):
        share = [np.mean(c[name][1] > 0) for c in curves]
        measures.append(Measure(f"pull and push, {told[name]}: share of timings with potentiation",
                                target, low, high, share))
    off = [max(np.abs(change - expected).max() for _, change, expected in c.values())
           for c in curves]
    measures.append(Measure("pull and push: largest deviation from the rule on the same spikes, "
                            "change of w / w_max", "0 (configured)", 0, 0.001, off))
    return measures


# --- all -------------------------------------------------------------------------------------


def write_levels(path, crossings):
    """A table of thresholds and slopes, means over seeds."""
    mean = crossings.mean(axis=0)
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["transmitter", "level", "concentration_nM", "occupancy", "parameter",
                      "value", "threshold_Hz", "threshold_Hz_configured", "slope_per_Hz",
                      "slope_per_Hz_configured"])
        for i, (name, (key, moved)) in enumerate(RATE.items()):
            for k, (C, o) in enumerate(LEVELS[name]):
                (at, slope), (at_set, slope_set) = mean[:, 1 + 5 * i + k]
                out.writerow([name, k, f"{C:.1f}", f"{o:.3f}", key, f"{moved(o):.5g}",
                              f"{at:.2f}", f"{at_set:.2f}", f"{slope:.3e}", f"{slope_set:.3e}"])


def analyse(runs, picture):
    """All measures; beside the picture, levels.csv has thresholds and slopes of all levels."""
    arms = {stem: [arm for arm in runs if arm.configuration == stem]
            for stem in ("rate", "timing", "pull-push")}
    curves = [rate_curves(arm) for arm in arms["rate"]]
    windows = [timing_windows(arm) for arm in arms["timing"]]
    pulls = [pull_push(arm) for arm in arms["pull-push"]]
    off = [occupancy_error(arm) for arm in arms["rate"]]
    of_rate, crossings = rate_measures(curves)
    write_levels(os.path.join(os.path.dirname(picture), "levels.csv"), crossings)
    set_to = {name: [sides(lag) @ moved(o) for (lag, _, _), (_, o) in zip(windows[0][name],
                                                                         LEVELS[name])]
              for name, moved in TIMING.items()}
    threshold_shift_figure.draw(LEVELS, curves[0], (windows[0], set_to), pulls[0],
                                crossings.mean(axis=0), picture)
    return ([Measure("occupancy at all levels: largest deviation from the steady state",
                     "0 (closed form)", 0, 1e-6, off)] +
            of_rate + timing_measures(windows) + pull_push_measures(pulls))
