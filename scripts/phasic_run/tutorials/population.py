# SPDX-License-Identifier: Apache-2.0
"""A population under Poisson input: moments of the potential by Campbell's theorem, the rate by
Siegert's formula, and how irregular the spikes are."""
import math

import numpy as np

from .. import plot
from . import configured, need, panels, window

BEGIN_MS = 200.0  # by then every neuron has forgotten where it began
ZETA_HALF = 1.4603545


def values(run):
    """The neuron (mV, ms, pA, pF), and rate (Hz) and weight (pA) of its inputs."""
    inputs = [configured(run, f"regions.dish.populations.cells.stimuli.{name}")
              for name in ("excitation", "inhibition")]
    return (configured(run, "regions.dish.populations.cells.neuron"),
            [(found["rate"] * found["indegree"], found["weight"]) for found in inputs])


def moments(run):
    """(mean, standard deviation) of the potential without a threshold, mV: Campbell's theorem."""
    p, inputs = values(run)
    tau_s, tau_m = p["tau_syn_exc"], p["tau_m"]
    current = sum(rate * weight for rate, weight in inputs) / 1000 * tau_s
    mean = p["E_L"] + current * tau_m / p["C_m"]
    # The integral of the square of a postsynaptic potential of 1 pA.
    square = (tau_s / p["C_m"]) ** 2 * tau_m ** 2 / (2 * (tau_s + tau_m))
    return mean, math.sqrt(sum(rate * weight ** 2 for rate, weight in inputs) / 1000 * square)


def expected_rate_hz(run):
    """A. J. F. Siegert (1951), with the correction for the time constant of synapses of
    N. Fourcaud & N. Brunel, Neural Comput 14:2057 (2002)."""
    p, inputs = values(run)
    tau_s, tau_m = p["tau_syn_exc"], p["tau_m"]
    mean = moments(run)[0]
    sigma = math.sqrt(sum(r * w ** 2 for r, w in inputs) / 1000 * tau_m) * tau_s / p["C_m"]
    shift = math.sqrt(tau_s / tau_m) * ZETA_HALF / math.sqrt(2)
    low, high = ((p[key] - mean) / sigma + shift for key in ("V_reset", "V_th"))
    x = np.linspace(low, high, 4001)
    y = np.exp(x ** 2) * np.array([math.erfc(-v) for v in x])
    integral = np.sum((y[1:] + y[:-1]) / 2) * (x[1] - x[0])
    return 1000 / (p["t_ref"] + tau_m * math.sqrt(math.pi) * integral)


def measures(run):
    """The potential of cells that cannot fire; rate and irregularity of those that can."""
    V = need(run, "V_m/dish.silent")
    V = V["data"][()][V["time_ms"][()] > BEGIN_MS]
    mean, deviation = moments(run)
    spikes = window(run, "dish.cells", BEGIN_MS, run.end_ms())
    found = [("potential without threshold, mean", "%.2f mV, theory %.2f mV" % (V.mean(), mean)),
             ("potential without threshold, standard deviation",
              "%.2f mV, theory %.2f mV" % (V.std(), deviation)),
             ("rate", "%.2f Hz, theory %.2f Hz" % (spikes.rates().mean(), expected_rate_hz(run)))]
    cvs = spikes.cvs()
    if len(cvs):
        found.append(("CV of intervals", "%.2f" % cvs.mean()))
    return found


def figure(run):
    """Spikes, and the distribution of the potential beside its theory."""
    fig, (left, right) = panels(plot, 2)
    begin = run.end_ms() - 1000
    times, ids = run.spikes("dish.cells", begin, run.end_ms())
    shown = ids < 60
    left.plot(times[shown], ids[shown], "|", color=plot.colour(0), markersize=4)
    left.set(xlabel="ms", ylabel="cell", title="60 of the 1000 cells")
    V = need(run, "V_m/dish.silent")
    V = V["data"][()][V["time_ms"][()] > BEGIN_MS].ravel()
    mean, deviation = moments(run)
    right.hist(V, bins=80, density=True, color=plot.colour(0), alpha=0.5, label="phasic")
    x = np.linspace(mean - 4 * deviation, mean + 4 * deviation, 200)
    right.plot(x, np.exp(-((x - mean) / deviation) ** 2 / 2) / deviation / math.sqrt(2 * math.pi),
               color=plot.colour(1), label="theory")
    right.axvline(values(run)[0]["V_th"], color="#888888", linestyle=":", linewidth=0.8)
    right.set(xlabel="mV", ylabel="density, 1/mV", title="potential where none can fire")
    right.legend(fontsize=8)
    return fig
