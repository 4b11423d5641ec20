# SPDX-License-Identifier: Apache-2.0
"""The microcircuit's usual figure: raster, rates, CVs, correlations, beside NEST's means."""
import numpy as np

from . import nest, plot
from .run import Run

EXCITATORY, INHIBITORY, NEST = plot.COLOURS[0], plot.COLOURS[3], "#222222"
RASTER_MS, RASTER_SHARE = 400.0, 0.05


def _colour(name):
    return EXCITATORY if name.endswith("E") else INHIBITORY


def _raster(axes, folder, names):
    begin = nest.WARM_UP_MS
    row, ticks = 0, []
    with Run(folder) as run:
        sizes = {address: int(size) for address, _, size in run.populations()}
        for name in names:
            address = next(a for a in sizes if a.endswith("." + name))
            times, ids = run.spikes(address, begin, begin + RASTER_MS)
            shown = max(1, int(RASTER_SHARE * sizes[address]))
            kept = ids < shown
            axes.plot(times[kept] - begin, row + ids[kept].astype(float), ".", markersize=2.5,
                      markeredgewidth=0, color=_colour(name))
            ticks.append(row + shown / 2)
            row += shown
    axes.set(xlim=(0, RASTER_MS), ylim=(row, 0), yticks=ticks, yticklabels=names,
             xlabel=f"ms after {begin:.0f} ms")
    axes.grid(False)


def _bars(axes, values, reference, label):
    """A bar a population: mean over runs, a dot each, NEST's mean as a line."""
    for i, (name, each) in enumerate(zip(nest.POPULATIONS, values)):
        axes.bar(i, np.mean(each), 0.7, color=_colour(name), alpha=0.55)
        axes.plot(np.full(len(each), i), each, ".", color=_colour(name), markersize=4)
        axes.plot([i - 0.42, i + 0.42], [reference[i]] * 2, color=NEST, linewidth=1.8)
    axes.set(xticks=range(len(values)), xticklabels=nest.POPULATIONS, ylabel=label)


def _boxes(axes, values, reference, label):
    """A box a population over its neurons, NEST's mean as a line, ours as a diamond."""
    made = axes.boxplot(values, positions=range(len(values)), widths=0.6, showfliers=False,
                        patch_artist=True, showmeans=True,
                        meanprops={"marker": "D", "markerfacecolor": "white",
                                   "markeredgecolor": NEST, "markersize": 4})
    for patch, name in zip(made["boxes"], nest.POPULATIONS):
        patch.set(facecolor=_colour(name), alpha=0.55)
    for line in made["medians"]:
        line.set(color="#ffffff")
    for i, mean in enumerate(reference):
        axes.plot([i - 0.42, i + 0.42], [mean] * 2, color=NEST, linewidth=1.8)
    axes.set(xticks=range(len(values)), xticklabels=nest.POPULATIONS, ylabel=label)


def draw(drive, populations, folder, path):
    """Write the figure of one drive as PNG."""
    with plot.paper():
        fig, axes = plot.plt.subplots(2, 2, figsize=(11, 8))
        _raster(axes[0][0], folder, nest.POPULATIONS)
        _boxes(axes[0][1], [p.first[0][0] for p in populations], nest.RATE_HZ[drive],
               "rate of neurons, Hz (first seed, 2 s)")
        _boxes(axes[1][0], [p.first[0][1] for p in populations], nest.CV[drive],
               "CV of intervals of neurons (first seed, 2 s)")
        _bars(axes[1][1], [p.correlation for p in populations], nest.CORRELATION[drive],
              "mean correlation of counts, 2 ms bins")
        fig.suptitle(f"Microcircuit, {drive} drive, seeds: {len(populations[0].seeds)}; black "
                     "lines: NEST 3.10, mean of two seeds; diamonds: our means", fontsize=11)
        fig.savefig(path, dpi=130, format="png")
        plot.plt.close(fig)
