# SPDX-License-Identifier: Apache-2.0
"""Curves of the calcium rule: the closed form of Graupner & Brunel (2012) against published values,
and the program, noise and all, against the closed form. That leaves the double well out and takes
a pair's potentiation and depression as if they came at once; either shifts a probability by less
than a standard error of 1000 repetitions."""
import math

import numpy as np

from .. import plot
from . import Measure

ABOUT = "change against timing, six parameter sets of rule calcium (Graupner & Brunel 2012)"
SEEDS = "1..3"

# tau_Ca and D in ms, tau in s; theta_d = 1. The generic sets differ in what is not given below.
_GENERIC = {"tau_Ca": 20.0, "theta_p": 1.3, "sigma": 2.8284, "tau": 150.0, "beta": 0.5, "b": 5.0}
SETS = {
    "DP": {"C_pre": 1.0, "C_post": 2.0, "gamma_d": 200.0, "gamma_p": 321.808, "D": 13.7},
    "DPD": {"C_pre": 0.9, "C_post": 0.9, "gamma_d": 250.0, "gamma_p": 550.0, "D": 4.6},
    "DPD'": {"C_pre": 1.0, "C_post": 2.0, "theta_p": 2.5, "gamma_d": 50.0, "gamma_p": 600.0,
             "D": 2.2},
    "P": {"C_pre": 2.0, "C_post": 2.0, "gamma_d": 160.0, "gamma_p": 257.447, "D": 0.0},
    "D": {"C_pre": 0.6, "C_post": 0.6, "gamma_d": 500.0, "gamma_p": 550.0, "sigma": 5.6568,
          "D": 0.0},
    "D'": {"C_pre": 1.0, "C_post": 2.0, "theta_p": 3.5, "gamma_d": 60.0, "gamma_p": 600.0,
           "D": 0.0},
    "hippocampal slices": {"tau_Ca": 48.8373, "C_pre": 1.0, "C_post": 0.275865,
                           "gamma_d": 313.0965, "gamma_p": 1645.59, "sigma": 9.1844,
                           "tau": 688.355, "D": 18.8008, "beta": 0.7, "b": 5.28145},
    "cortical slices": {"tau_Ca": 22.6936, "C_pre": 0.561754, "C_post": 1.23964,
                        "gamma_d": 331.909, "gamma_p": 725.085, "sigma": 3.3501,
                        "tau": 346.3615, "D": 4.6098, "b": 5.40988},
}
SETS = {name: {**_GENERIC, **given} for name, given in SETS.items()}
POPULATIONS = {"DP": "DP", "DPD": "DPD", "DPD'": "DPD2", "P": "P", "D": "D", "D'": "D2"}

# 60 pairs at 1 Hz: {lag in ms: change}.
PUBLISHED = {
    "DP": {-25: .729, -10: .882, 0: 1.008, 5: 1.240, 10: 1.221, 25: 1.148},
    "DPD": {-10: .859, 0: .997, 5: 1.193, 15: .841, 25: .974},
    "DPD'": {-25: .836, -10: .771, 0: 1.041, 5: 1.139, 25: .911},
    "P": {-25: 1.083, 0: 1.238, 10: 1.230, 25: 1.083},
    "D": {-20: 1.0, -5: .994, 0: .637, 5: .994, 20: 1.0},
    "D'": {-25: .767, 0: .784, 25: .881},
}
# Cortical slices, 75 pairs: {rate in Hz: (change at +10 ms, at -10 ms)}.
CORTICAL = {1: (1.061, .691), 5: (1.062, .690), 10: (1.083, .621), 20: (1.253, .635),
            30: (1.192, 1.186), 40: (1.553, 1.585), 50: (1.637, 1.637)}
PAIRS, PERIOD_MS = 60, 1000.0


# --- closed form -----------------------------------------------------------------------------


def shares_above(p, thetas, lags_ms, period_ms):
    """Shares of time that periodic calcium spends above thresholds. lags_ms: of postsynaptic
    spikes after the presynaptic one of the same period."""
    flows = sorted([(p["D"] % period_ms, p["C_pre"])] +
                   [(lag % period_ms, p["C_post"]) for lag in lags_ms])
    gaps = np.diff([t for t, _ in flows] + [flows[0][0] + period_ms])
    calcium = 0.0
    for _ in range(2 + int(40 * p["tau_Ca"] / period_ms)):  # until it is periodic
        levels = []
        for (_, amount), gap in zip(flows, gaps):
            levels.append(calcium + amount)
            calcium = levels[-1] * math.exp(-gap / p["tau_Ca"])
    return [sum(min(gap, max(0.0, p["tau_Ca"] * math.log(level / theta)))
                for level, gap in zip(levels, gaps)) / period_ms for theta in thetas]


def probabilities(p, lags_ms, pairs, period_ms):
    """(probability of going up from rho = 0, of going down from rho = 1)."""
    above_d, above_p = shares_above(p, (1.0, p["theta_p"]), lags_ms, period_ms)
    down, up = p["gamma_d"] * above_d, p["gamma_p"] * above_p
    if down + up == 0:
        return 0.0, 0.0
    rest = up / (up + down)
    variance = (above_p + above_d) * p["sigma"] ** 2 / (up + down)
    exponent = pairs * period_ms * 1e-3 * (up + down) / p["tau"]

    def x(rho):
        mean = rest + (rho - rest) * math.exp(-exponent)
        return (mean - 0.5) / math.sqrt(variance * -math.expm1(-2 * exponent))
    return (1 + math.erf(x(0))) / 2, (1 - math.erf(x(1))) / 2


def change_of(p, up, down):
    """Change of the mean strength: a share beta of synapses starts at rho = 0, and strength is b
    times as large at rho = 1."""
    beta, b = p["beta"], p["b"]
    after = (1 - up) * beta + down * (1 - beta) + b * (up * beta + (1 - down) * (1 - beta))
    return after / (beta + (1 - beta) * b)


def change(name, lags_ms, pairs=PAIRS, period_ms=PERIOD_MS):
    """The same by the closed form; lags_ms is one lag or several (doublets)."""
    p = SETS[name]
    return change_of(p, *probabilities(p, np.atleast_1d(lags_ms), pairs, period_ms))


def closed_form_measures():
    """The closed form against published values."""
    measures = []
    for name, values in PUBLISHED.items():
        off = max(abs(change(name, lag) - value) for lag, value in values.items())
        lags = ", ".join(str(lag) for lag in values)
        measures.append(Measure(f"{name}: closed form less published, largest at {lags} ms",
                                "0", 0, 0.005, found=off))
    off = max(abs(change("cortical slices", lag, 75, 1000.0 / rate) - value)
              for rate, pair in CORTICAL.items() for lag, value in zip((10, -10), pair))
    measures.append(Measure("cortical slices: the same, 75 pairs at 1 to 50 Hz, +-10 ms", "0", 0,
                            0.005, found=off))
    slices = "hippocampal slices"
    measures.append(Measure(f"{slices}: closed form, 200 pairs at 5 Hz, +20 ms", "0.703", 0.698,
                            0.708, found=change(slices, 20, 200, 200.0)))
    for pairs, best, published in ((100, max, 1.768), (100, min, 0.707), (30, max, 1.325)):
        found = best(change(slices, (lag - 11.5, lag), pairs, 200.0)
                     for lag in np.arange(-60, 60, 0.1))
        measures.append(Measure(f"{slices}: {best.__name__} with doublets, {pairs} at 5 Hz",
                                str(published), published - 0.005, published + 0.005,
                                found=found))
    return measures


# --- the program -----------------------------------------------------------------------------


def crossed(run, projection, is_low):
    """(lag in ms, share of synapses that end on the other side) by presynaptic neuron."""
    end = run.group(f"weights/slice.{projection}/1_pairing")
    source, delay, weight = (end[name][()] for name in ("source", "delay", "weight"))
    times, ids = run.spikes("slice.pre", 0, PERIOD_MS)
    first = np.full(source.max() + 1, np.nan)
    first[ids.astype(int)] = times
    post = np.unique(run.spikes("slice.post", 0, PERIOD_MS)[0])
    assert len(post) == 1, "the postsynaptic neurons do not fire together"
    high = weight > 0.05  # pA, half of w_max
    repeats = np.bincount(source)
    share = np.bincount(source, weights=high if is_low else ~high) / repeats
    return np.round(post[0] - first - delay[0], 4), share, repeats[0]


def curve(run, name):
    """(lags in ms, change, closed form, its standard error with as many repetitions), by lag."""
    lag, up, repeats = crossed(run, POPULATIONS[name] + "_low", True)
    down = crossed(run, POPULATIONS[name] + "_high", False)[1]
    p, rows = SETS[name], []
    for k in np.argsort(lag):
        expected = probabilities(p, [lag[k]], PAIRS, PERIOD_MS)
        least = 1 / repeats  # of a probability, for its error
        errors = [math.sqrt(q * (1 - q) / repeats) for q in np.clip(expected, least, 1 - least)]
        spread = math.hypot(change_of(p, errors[0], 0) - change_of(p, 0, 0),
                            change_of(p, 0, errors[1]) - change_of(p, 0, 0))
        rows.append((lag[k], change_of(p, up[k], down[k]), change_of(p, *expected), spread))
    return np.array(rows).T


def analyse(runs, picture):
    """Closed form against published values, the program against the closed form."""
    curves = {name: [] for name in PUBLISHED}
    for arm in runs:
        with arm.open() as run:
            for name, found in curves.items():
                found.append(curve(run, name))
    measures = closed_form_measures()
    for name, found in curves.items():
        worst = [np.abs((c[1] - c[2]) / c[3]).max() for c in found]
        measures.append(Measure(f"{name}: 1000 repetitions less closed form, largest of 101 "
                                "timings, standard errors", "0 (closed form)", 0, 4, worst))
    draw(curves, picture)
    return measures


def draw(curves, picture):
    """A panel for each set: closed form, published values, the program."""
    with plot.paper():
        fig, panels = plot.plt.subplots(2, 3, figsize=(9, 5), sharex=True, sharey=True)
        lags = np.linspace(-50, 50, 401)
        for axes, (name, found) in zip(panels.flat, curves.items()):
            axes.plot(lags, [change(name, lag) for lag in lags], color=plot.colour(1),
                      label="closed form")
            lag, means = found[0][0], found[0][1]
            axes.plot(lag, means, ".", markersize=4, color=plot.colour(0), label="phasic")
            axes.plot(list(PUBLISHED[name]), list(PUBLISHED[name].values()), "x",
                      color="black", label="published")
            axes.set(title=name)
        panels[0, 0].legend()
        panels[1, 1].set(xlabel="postsynaptic spike after the presynaptic one, ms")
        for axes in panels[:, 0]:
            axes.set(ylabel="strength after / before")
        fig.savefig(picture, dpi=130, format="png")
        plot.plt.close(fig)
