# SPDX-License-Identifier: Apache-2.0
"""Spike timing: the window that pairs draw beside its closed form, and synapses that compete."""
import numpy as np

from .. import plot, readers
from . import configured, need, panels

PAIRS, PERIOD_MS = 10, 1000.0
LOW, HIGH = 0.2, 0.8  # of the largest weight: a synapse below, or above, has lost, or won


def rule(run):
    """Parameters of the pairs' rule."""
    return configured(run, "regions.slice.projections.pre_post.plasticity")


def closed_form(lag_ms, p):
    """Change of w / w_max by all pairs; a spike at the arrival comes after it."""
    return PAIRS * p["learning_rate"] * np.where(
        lag_ms >= -1e-9, p["A_plus"] * np.exp(-lag_ms / p["tau_plus"]),
        -p["A_minus"] * np.exp(lag_ms / p["tau_minus"]))


def window(run):
    """(lag of the postsynaptic spike in ms, change of w / w_max) of every synapse, by lag."""
    begin, end = (need(run, f"weights/slice.pre_post/{moment}")
                  for moment in ("0_start", "1_pairing"))
    source, delay = end["source"][()], end["delay"][()]
    change = end["weight"][()] - begin["weight"][()]  # w_max is 1 pA
    times, ids = run.spikes("slice.pre", 0, PERIOD_MS)
    first = np.full(len(source), np.nan)
    first[ids[::-1].astype(int)] = times[::-1]
    lag = run.spikes("slice.post", 0, PERIOD_MS)[0][0] - (first[source] + delay)
    order = np.argsort(lag)
    return np.round(lag[order], 4), change[order]


def competing(run):
    """{moment: weights over the largest} of the thousand synapses."""
    largest = configured(run, "regions.cell.projections.synapses.plasticity")["w_max"]
    return {moment: w / largest for moment, w in readers.weights(run, "cell.synapses").items()}


def cell_rate(run, begin_ms, end_ms):
    """Of the neuron that the thousand synapses drive, Hz."""
    return 1000 * len(run.spikes("cell.neuron", begin_ms, end_ms)[0]) / (end_ms - begin_ms)


def measures(run):
    """The window, and how the competition ends."""
    p = rule(run)
    lag, change = window(run)
    expected = closed_form(lag, p)
    at = {sign: np.interp(sign * 10.0, lag, change) for sign in (1, -1)}
    w = competing(run)["competition"]
    end = run.end_ms()
    return [("largest distance of the window from its closed form",
             "%.2f %% of the largest change" %
             (100 * np.abs(change - expected).max() / np.abs(expected).max())),
            ("change 10 ms after the arrival", "%+.4f of w_max" % at[1]),
            ("change 10 ms before the arrival", "%+.4f of w_max" % at[-1]),
            ("rate of the neuron in the first 5 s", "%.1f Hz" % cell_rate(run, 0, 5000)),
            ("rate of the neuron in the last 50 s", "%.1f Hz" % cell_rate(run, end - 50000, end)),
            ("synapses that lost, below a fifth of w_max", "%d" % np.sum(w < LOW)),
            ("synapses in between", "%d" % np.sum((w >= LOW) & (w <= HIGH))),
            ("synapses that won, above four fifths", "%d" % np.sum(w > HIGH))]


def figure(run):
    """The window, and the weights at the end of the competition."""
    fig, (left, right) = panels(plot, 2)
    p = rule(run)
    for side in (np.linspace(-50, -0.01, 500), np.linspace(0, 50, 500)):
        left.plot(side, closed_form(side, p), color=plot.colour(1),
                  label="closed form" if side[0] == 0 else None)
    lag, change = window(run)
    left.plot(lag[::4], change[::4], "o", markersize=3.5, color=plot.colour(0), label="phasic")
    left.set(xlabel="postsynaptic spike after the arrival, ms", ylabel="change, w_max",
             title="ten pairs at each timing")
    left.legend(fontsize=8)
    for k, (moment, w) in enumerate(competing(run).items()):
        if moment != "start":
            right.hist(w, bins=np.linspace(0, 1, 26), histtype="step", linewidth=1.6,
                       color=plot.colour(k - 1), label={"pairing": "after 11 s",
                                                        "competition": "at the end"}[moment])
    right.set(xlabel="weight, w_max", ylabel="synapses", title="a thousand synapses of one neuron")
    right.legend(fontsize=8)
    return fig
