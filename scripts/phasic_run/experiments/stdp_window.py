# SPDX-License-Identifier: Apache-2.0
"""Weight change against timing of the pair rule, held against its closed form."""
import numpy as np

from .. import plot
from . import Measure

ABOUT = "60 pairs at 1 Hz at every timing, rule stdp (Song, Miller & Abbott 2000)"
SEEDS = "1..5"

PAIRS, RATE, A_MINUS, TAU_MS = 60, 0.005, 1.05, 20.0  # as in the configuration
PERIOD_MS = 1000.0


def closed_form(lag_ms, A_minus=A_MINUS):
    """Change of w / w_max by all pairs, those with the neighbours of a spike included. A spike at
    the arrival comes after it."""
    change = np.zeros_like(lag_ms)
    for k in range(-3, 4):
        lag, pairs = lag_ms + k * PERIOD_MS, PAIRS - abs(k)
        change += pairs * np.where(lag >= -1e-9, RATE * np.exp(-lag / TAU_MS),
                                   -RATE * A_minus * np.exp(lag / TAU_MS))
    return change


def window(arm, region="slice", projection="pre_post"):
    """(lag of the postsynaptic spike in ms, change of w in pA) of every synapse, by lag."""
    with arm.open() as run:
        begin, end = (run.group(f"weights/{region}.{projection}/{moment}")
                      for moment in ("0_start", "1_pairing"))
        source, delay = end["source"][()], end["delay"][()]
        change = end["weight"][()] - begin["weight"][()]
        times, ids = run.spikes(f"{region}.pre", 0, PERIOD_MS)
        post = run.spikes(f"{region}.post", 0, PERIOD_MS)[0]
        first = np.full(len(source), np.nan)
        first[ids[::-1].astype(int)] = times[::-1]
    lag = post[0] - (first[source] + delay)
    order = np.argsort(lag)
    return np.round(lag[order], 4), change[order]


def fitted(lag, change):
    """(amplitude, time constant in ms) of an exponential of |lag|."""
    slope, at_zero = np.polyfit(np.abs(lag), np.log(np.abs(change)), 1)
    return np.exp(at_zero) / PAIRS, -1 / slope


def analyse(runs, picture):
    """Deviation from the closed form, and what exponentials are found."""
    windows = [window(arm) for arm in runs]  # w_max is 1 pA
    off, tau_plus, tau_minus, ratio = [], [], [], []
    for lag, change in windows:
        expected = closed_form(lag)
        off.append(100 * np.abs(change - expected).max() / np.abs(expected).max())
        plus, minus = (fitted(lag[side], change[side]) for side in (lag >= 0, lag < 0))
        tau_plus.append(plus[1])
        tau_minus.append(minus[1])
        ratio.append(minus[0] / plus[0])
    draw(windows, picture)
    return [Measure("largest deviation from the closed form, % of the largest change",
                    "0 (closed form)", 0, 0.1, off),
            Measure("time constant of potentiation, ms", "20", 19.9, 20.1, tau_plus),
            Measure("time constant of depression, ms", "20", 19.9, 20.1, tau_minus),
            Measure("A- / A+", "1.05", 1.045, 1.055, ratio)]


def draw(windows, picture):
    """The windows of all seeds over the closed form."""
    with plot.paper():
        fig, axes = plot.plt.subplots(figsize=(6, 4))
        lag = np.linspace(-50, 50, 1001)
        for side in (lag < 0, lag >= 0):
            axes.plot(lag[side], 100 * closed_form(lag[side]), color=plot.colour(1),
                      label="closed form" if side[-1] else None)
        for k, (lag, change) in enumerate(windows):
            axes.plot(lag[k::25], 100 * change[k::25], ".", markersize=5, color=plot.colour(0),
                      label=f"phasic, {len(windows)} seeds" if k == 0 else None)
        axes.set(xlabel="postsynaptic spike after the arrival, ms",
                 ylabel="weight change, % of w_max", title="60 pairs at 1 Hz, rule stdp")
        axes.legend()
        fig.savefig(picture, dpi=130, format="png")
        plot.plt.close(fig)
