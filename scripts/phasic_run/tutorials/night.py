# SPDX-License-Identifier: Apache-2.0
"""A night: acetylcholine and rates awake and asleep, and what is left of two memories."""
import numpy as np

from .. import plot, readers
from . import configured, mean_of_level, mean_of_rate, panels

SETTLING_MS = 3000.0  # of a phase, which are left out: the events of the day are over by then
AWAKE = ("day", "asleep", "morning")
REGIONS = ("brainstem.BF", "sensory_cortex.L23E", "hippocampus.CA1")


def span(run, phase):
    """(begin, end) of a phase without its beginning, ms."""
    begin, end = next((begin, end) for name, begin, end, _ in run.phases() if name == phase)
    return begin + SETTLING_MS, end


def strengths(run, tract):
    """{moment: mean weight over h_0} of a tract."""
    rest = configured(run, f"tracts.{tract}.plasticity")["h_0"]
    return {moment: w.mean() / rest for moment, w in readers.weights(run, tract).items()}


def measures(run):
    """Rates in phases that are simulated spike by spike; strengths in the evening and after."""
    found = []
    for phase in AWAKE:
        found.append((f"{phase}: acetylcholine of the hippocampus", "%.0f nM" % mean_of_level(
            readers.concentration(run, "acetylcholine", "hippocampus"), *span(run, phase))))
        found += [(f"{phase}: {population}",
                   "%.1f Hz" % mean_of_rate(readers.rates(run, population), *span(run, phase)))
                  for population in REGIONS]
    for tract in ("passing", "thorough"):
        strength = strengths(run, tract)
        found += [(f"strength of '{tract}', {when}", "%.2f" % strength[moment])
                  for when, moment in (("in the evening", "day"), ("in the morning", "night"))]
    return found


def figure(run):
    """Rates with the night left out, and strengths over the four phases."""
    fig, (left, right) = panels(plot, 2)
    night = next((begin, end) for name, begin, end, _ in run.phases() if name == "night")
    for k, population in enumerate(REGIONS[1:]):
        time, rate = readers.rates(run, population)
        for awake in (time < night[0], time >= night[1]):
            shown = time[awake] - (night[1] - night[0] if awake[-1] else 0)
            window = np.ones(10) / 10
            left.plot(shown[9:] / 1000, np.convolve(rate[awake], window, mode="valid"),
                      color=plot.colour(k), label=None if awake[-1] else population)
    for name, begin, _, _ in run.phases():
        place = (begin - (night[1] - night[0] if begin > night[0] else 0)) / 1000
        left.axvline(place, color="#888888", linewidth=0.6, linestyle=":")
        if name != "night":
            left.text(place + 0.1, 0.3, name, fontsize=8)
    left.set(xlabel="s, without the eight hours", ylabel="Hz", ylim=(0, left.get_ylim()[1] * 1.25))
    left.legend(fontsize=8, ncol=2, loc="upper left")
    for k, tract in enumerate(("passing", "thorough")):
        strength = strengths(run, tract)
        right.plot(range(len(strength)), list(strength.values()), "o-", color=plot.colour(k + 2),
                   label=tract)
    right.set_xticks(range(len(strength)), list(strength), fontsize=8)
    right.set(ylabel="mean weight, h_0", title="two memories, at the end of each phase")
    right.legend(fontsize=8)
    return fig
