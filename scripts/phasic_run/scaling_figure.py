# SPDX-License-Identifier: Apache-2.0
"""The plots of a scaling series: time, efficiency, stages, waiting and traffic."""
import numpy as np

from . import plot
from .arms_figure import sheet
from .scaling_rows import STAGES, efficiency, planned_efficiency


def _points(axes, rows, value, label, colour):
    """Medians with the range of the repeats."""
    measured = [(row.cores, value(row)) for row in rows if row.repeats and value(row)]
    if not measured:
        return
    cores = [c for c, _ in measured]
    middle, low, high = np.array([v for _, v in measured]).T
    axes.errorbar(cores, middle, [middle - low, high - middle], fmt="o", color=colour, capsize=3,
                  label=label)


def _planned(axes, rows, value):
    """The plan's curve, and its range where it has one."""
    known = [(row.cores, value(row)) for row in rows if value(row)]
    if known:
        axes.plot(*zip(*known), ":", color="#555555", label="predicted (phasic plan)")


def _range(axes, rows):
    ends = [(row.cores, row.plan["simulate_from_s"], row.plan["simulate_to_s"]) for row in rows
            if row.plan and row.plan.get("simulate_from_s")]
    if ends:
        cores, low, high = zip(*ends)
        axes.fill_between(cores, low, high, color="#999999", alpha=0.25, linewidth=0,
                          label="its range")


def _cores(axes, rows, ylabel):
    axes.set_xscale("log", base=2)
    axes.set(xlabel="cores (ranks x threads)", ylabel=ylabel)
    ticks = sorted({row.cores for row in rows})
    axes.set_xticks(ticks, [str(t) for t in ticks])
    axes.minorticks_off()


def _time(axes, rows, base):
    _points(axes, rows, lambda row: row.simulate(), "measured", plot.colour(0))
    _planned(axes, rows, lambda row: row.planned())
    _range(axes, rows)
    if base.repeats:
        cores = np.array(sorted({row.cores for row in rows}), dtype=float)
        best = base.cores / cores if base.series == "strong" else np.ones_like(cores)
        axes.plot(cores, base.simulate()[0] * best, color="#bbbbbb", linewidth=1, zorder=0,
                  label="at best")
    axes.set_yscale("log")
    _cores(axes, rows, "simulation, s")
    axes.legend(fontsize=8)


def _efficiency(axes, rows, base):
    _points(axes, rows, lambda row: efficiency(row, base), "measured", plot.colour(0))
    _planned(axes, rows, lambda row: planned_efficiency(row, base))
    axes.set_ylim(0, None)
    axes.axhline(1, color="#bbbbbb", linewidth=1)
    _cores(axes, rows, "efficiency")


def _stages(axes, rows):
    """Mean over ranks as bars, the largest of any rank as a tick of the same colour."""
    rows = [row for row in rows if row.repeats]
    width = 0.8 / len(STAGES)
    for k, stage in enumerate(STAGES):
        places = np.arange(len(rows)) + (k - len(STAGES) / 2 + 0.5) * width
        axes.bar(places, [row.stage(stage) for row in rows], width, color=plot.colour(k),
                 label=stage)
        axes.plot(places, [row.stage(stage, "stages_max_s") for row in rows], "_",
                  color=plot.colour(k), markersize=6)
    axes.set_xticks(range(len(rows)), [row.name() for row in rows])
    axes.set(ylabel="s of a thread; mean, and largest (-)")
    axes.legend(fontsize=7, ncol=2)


def _build(axes, rows):
    rows = [row for row in rows if row.repeats]
    for k, (label, value) in enumerate((("build", lambda r: r.build()[0]),
                                        ("waiting for others", lambda r: r.waiting()),
                                        ("transfer", lambda r: r.transfer()))):
        axes.plot([r.cores for r in rows], [value(r) for r in rows], "o-", color=plot.colour(k),
                  label=label)
    _cores(axes, rows, "s")
    axes.set_ylim(0, None)
    axes.legend(fontsize=8)


def _traffic(axes, rows, what, ylabel):
    rows = [row for row in rows if row.repeats]
    for k, tier in enumerate(("slice", "epoch")):
        values = [row.per_biological_s(tier, what) for row in rows]
        if any(values):
            axes.plot([r.cores for r in rows], [v or np.nan for v in values], "o-",
                      color=plot.colour(k), label=f"every {tier}")
    _cores(axes, rows, ylabel)
    if axes.lines:
        axes.set_yscale("log")
        axes.legend(fontsize=8)


def draw(picture, rows, base):
    """All panels of a series, to a PNG."""
    rows = sorted(rows, key=lambda row: (row.cores, row.ranks))
    with sheet(picture, 3, 2) as (time, share, stages, build, messages, volume):
        _time(time, rows, base)
        _efficiency(share, rows, base)
        _stages(stages, rows)
        _build(build, rows)
        _traffic(messages, rows, "messages", "messages in a biological s")
        _traffic(volume, rows, "bytes", "bytes in a biological s")
