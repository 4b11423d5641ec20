# SPDX-License-Identifier: Apache-2.0
"""Reward: share of right answers around the reversal, and what VTA does after outcomes."""
import numpy as np

from .. import plot, readers
from ..arms_figure import smoothed
from ..run import RunError
from . import mean_of_rate, panels

BLOCK = 20  # trials that are taken together
OUTCOME_MS, BURST_MS = 375.0, 200.0  # of a trial: when the outcome comes; how long VTA answers


def trials(run):
    """Columns of the trials; the index of the first one after the reversal."""
    columns = readers.trials(run)
    after = np.flatnonzero(columns["block"] > 0)
    if len(after) < 2 * BLOCK or after[0] < 2 * BLOCK:
        raise RunError(f"{run.folder}: too few trials before the reversal, or after it")
    return columns, int(after[0])


def after_outcomes(run, columns):
    """Rate of a VTA cell after the outcome of each trial, Hz."""
    series = readers.nucleus(run, "dopamine")
    begins = columns["time_ms"] + OUTCOME_MS
    return np.array([mean_of_rate(series, begin, begin + BURST_MS) for begin in begins])


def measures(run):
    """Shares of right answers, and bursts and pauses."""
    columns, change = trials(run)
    right, paid = columns["correct"], columns["reward"] > 0
    VTA = after_outcomes(run, columns)
    number = np.arange(len(right))
    early, late = number < BLOCK, (number >= change - BLOCK) & (number < change)
    turned = (number >= change) & (number < change + BLOCK)
    def share(chosen):
        return "%.2f" % right[chosen].mean()
    def burst(chosen):
        return "%.1f Hz" % VTA[chosen].mean() if chosen.any() else "no such trial"
    return [(f"right, first {BLOCK} trials", share(early)),
            (f"right, last {BLOCK} before the reversal", share(late)),
            (f"right, first {BLOCK} after the reversal", share(turned)),
            (f"right, last {BLOCK} trials", share(number >= len(right) - BLOCK)),
            ("right, all trials before the reversal", share(number < change)),
            ("right, all trials after the reversal", share(number >= change)),
            (f"VTA after a reward, first {BLOCK} trials", burst(early & paid)),
            (f"VTA after a reward, last {BLOCK} before the reversal", burst(late & paid)),
            (f"VTA after no reward, first {BLOCK} after the reversal", burst(turned & ~paid)),
            ("VTA in all", "%.1f Hz" % readers.nucleus(run, "dopamine")[1].mean())]


def figure(run):
    """Right answers over trials; VTA around outcomes."""
    columns, change = trials(run)
    fig, (left, right) = panels(plot, 2)
    left.plot(np.arange(1, len(columns["correct"]) + 1), smoothed(columns["correct"], 10),
              color=plot.colour(0))
    left.axhline(0.5, color="#888888", linewidth=0.8, linestyle=":")
    left.axvline(change + 0.5, color="#888888", linewidth=0.8, linestyle="--")
    left.set(xlabel="trial", ylabel="share right, last 10", ylim=(0, 1.03),
             title="two cues; rule reversed half way")
    time, rate = readers.nucleus(run, "dopamine")
    paid, number = columns["reward"] > 0, np.arange(len(columns["reward"]))
    late, turned = ((number >= begin) & (number < begin + BLOCK)
                    for begin in (change - BLOCK, change))
    for k, (label, chosen) in enumerate((("reward, first trials", paid & (number < BLOCK)),
                                         ("reward, before the reversal", paid & late),
                                         ("none, after the reversal", ~paid & turned))):
        if chosen.any():
            events = columns["time_ms"][chosen] + OUTCOME_MS
            lag, each = readers.around(time, rate, events, 100, 300, 20)
            right.plot(lag, np.nanmean(each, axis=0), color=plot.colour(k), label=label)
    right.set(xlabel="ms after the outcome", ylabel="Hz", title="cells of VTA", ylim=(0, None))
    right.legend(fontsize=8)
    return fig
