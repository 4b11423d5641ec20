# SPDX-License-Identifier: Apache-2.0
"""Regions: when a volley arrives in each population, by the peak of its rate."""
import numpy as np

from .. import plot
from . import configured, panels, size_of

PATH = ("hippocampus.DG", "hippocampus.CA3", "hippocampus.CA1", "pfc.E", "cingulate.E")
VOLLEYS_MS = (1000, 1400, 1800, 2200, 2600)
SHOWN_MS = 60


def response(run, population):
    """Mean rate in bins of 1 ms after a volley, Hz."""
    begins = [begin for begin in VOLLEYS_MS if begin + SHOWN_MS <= run.end_ms()]
    times, _ = run.spikes(population, 0, np.inf)
    counts = sum(np.histogram(times, SHOWN_MS, (begin, begin + SHOWN_MS))[0] for begin in begins)
    return counts / len(begins) / size_of(run, population) * 1000


def arrival_ms(run, population):
    """From the volley to the middle of the first bin that has half the largest rate."""
    rate = response(run, population)
    return float(np.flatnonzero(rate >= rate.max() / 2)[0]) + 0.5


def measures(run):
    """Arrival along the path; the run's fingerprint."""
    found = [(f"volley arrives in {population}", "%.1f ms" % arrival_ms(run, population))
             for population in PATH]
    found += [(f"delay of the tract to {name}",
               "%.0f ms" % configured(run, f"tracts.CA1_{name}")["delay"])
              for name in ("pfc", "cingulate")]
    return found + [("spike hash", str(run.summary.get("spike_hash")))]


def figure(run):
    """The rate of each population after a volley."""
    fig, (axis,) = panels(plot, 1)
    fig.set_size_inches(8, 3.6)
    for k, population in enumerate(PATH):
        axis.plot(np.arange(SHOWN_MS) + 0.5, response(run, population), color=plot.colour(k),
                  label=population)
    axis.set(xlabel="ms after the volley", ylabel="Hz", yscale="symlog")
    axis.legend(fontsize=8)
    return fig
