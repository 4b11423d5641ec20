# SPDX-License-Identifier: Apache-2.0
"""A balanced network: how fast, how irregular and how synchronous its cells fire."""
import numpy as np

from .. import plot
from . import panels, window

BEGIN_MS, BIN_MS = 200.0, 1.0


def activity(spikes):
    """Rate of the population in bins, Hz."""
    bins = int(round((spikes.end - spikes.begin) / BIN_MS))
    counts = np.histogram(spikes.times, bins, (spikes.begin, spikes.end))[0]
    return counts / spikes.n / BIN_MS * 1000


def measures(run):
    """Of the excitatory cells, and the rate of the inhibitory ones."""
    E = window(run, "cortex.E", BEGIN_MS, run.end_ms())
    I = window(run, "cortex.I", BEGIN_MS, run.end_ms())
    rate = activity(E)
    return [("rate of E", "%.1f Hz" % E.rates().mean()),
            ("rate of I", "%.1f Hz" % I.rates().mean()),
            ("CV of intervals", "%.2f" % E.cvs().mean()),
            ("mean correlation of two cells", "%.4f" % E.correlation()),
            ("standard deviation of the population's rate, 1 ms",
             "%.2f of its mean" % (rate.std() / rate.mean()))]


def figure(run):
    """Spikes of some cells, and the population's rate below them."""
    fig, (above, below) = panels(plot, 1, 2, sharex=True, height_ratios=[2, 1])
    fig.set_size_inches(8, 4.6)
    end = run.end_ms()
    times, ids = run.spikes("cortex.E", end - 300, end)
    shown = ids < 150
    above.plot(times[shown], ids[shown], "|", color=plot.colour(0), markersize=3)
    above.set(ylabel="cell", title="150 of the excitatory cells")
    E = window(run, "cortex.E", end - 300, end)
    rate = activity(E)
    below.plot(end - 300 + BIN_MS * (np.arange(len(rate)) + 0.5), rate, color=plot.colour(1),
               linewidth=1)
    below.set(xlabel="ms", ylabel="Hz", ylim=(0, None))
    return fig
