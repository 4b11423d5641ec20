# SPDX-License-Identifier: Apache-2.0
"""Panels of experiments that compare arms: curves with their interval over seeds, and the seeds."""
import contextlib

import numpy as np

from . import plot, statistics


@contextlib.contextmanager
def sheet(picture, columns=2, rows=1):
    """A white sheet of panels, written to the path at the end. `with sheet(path) as (left, right):`
    gives the axes in reading order."""
    with plot.paper():
        fig, axes = plot.plt.subplots(rows, columns, squeeze=False,
                                      figsize=(5 * columns, 3.8 * rows))
        yield list(axes.flat)
        fig.savefig(picture, dpi=130, format="png")
        plot.plt.close(fig)


def curves(axes, x, arms, xlabel="", ylabel=""):
    """Means over seeds and their 95 % intervals. arms: {label: rows, one a seed, as long as x}"""
    for k, (label, rows) in enumerate(arms.items()):
        rows = np.asarray(rows, dtype=float)
        axes.plot(x, rows.mean(axis=0), color=plot.colour(k), label=label)
        if len(rows) > 1:
            low, high = np.array([statistics.interval(column) for column in rows.T]).T
            axes.fill_between(x, low, high, color=plot.colour(k), alpha=0.2, linewidth=0)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.legend(fontsize=8)


def seeds(axes, arms, ylabel=""):
    """Every seed's value in every arm, joined, with means and 95 % intervals.
    arms: {label: [value, one a seed]}"""
    values = np.array(list(arms.values()), dtype=float)
    places = np.arange(len(values))
    axes.plot(places, values, color="#bbbbbb", linewidth=0.7, zorder=1)
    for k, row in enumerate(values):
        axes.plot(np.full(len(row), k), row, "o", color=plot.colour(k), alpha=0.5, markersize=4)
        low, high = statistics.interval(row) or (row.mean(), row.mean())
        axes.errorbar(k + 0.15, row.mean(), [[row.mean() - low], [high - row.mean()]], fmt="o",
                      color=plot.colour(k), capsize=3)
    aslant = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"} if len(arms) > 3 else {}
    axes.set_xticks(places, list(arms), **aslant)
    axes.set(ylabel=ylabel, xlim=(-0.5, len(values) - 0.5))


def smoothed(right, window=20):
    """Running share over the last `window` trials, NaN before the first whole one."""
    sums = np.convolve(np.asarray(right, dtype=float), np.ones(window), mode="valid") / window
    return np.concatenate([np.full(window - 1, np.nan), sums])
