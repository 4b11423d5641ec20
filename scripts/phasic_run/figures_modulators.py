# SPDX-License-Identifier: Apache-2.0
"""The figures of a report about one neuromodulator: its time line with trials marked, and what it does
around cues and outcomes. Each function returns (title, caption, alt, draw(size)) or None."""
import numpy as np
from matplotlib.ticker import MaxNLocator

from . import plot

BINS = 300                   # of the whole run
TRIALS = 6                   # in the closer look
SECONDS = 10.0               # of the closer look, at most
TICKS = 400                  # marks of trials over the whole run, at most
BEATS = 5                    # over which firing is averaged in the closer look
LINES = 8                    # in one panel
BEFORE, AFTER = 100.0, 800.0  # ms around a moment, the latter at most
OUTCOMES = [("rewarded", plot.COLOURS[0]), ("not rewarded", plot.COLOURS[1])]
DASHED = (0, (4, 3))
FIRING = "firing, Hz"


def plain(value):
    """A number of three digits or more, without an exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


# --- what was recorded -----------------------------------------------------------------------


def _places(group):
    """{place: group of its columns}: regions, and dendrites that are innervated otherwise."""
    places = {}
    for name, item in group.items():
        if not hasattr(item, "keys") or name == "sources":
            continue
        if "concentration_nM" in item:
            places[name] = item
        if "apical" in item:
            places[f"{name}, apical"] = item["apical"]
    return places


def _fullest(places):
    """(place, its group) with the highest concentration; (None, None) without any."""
    means = {name: float(np.mean(item["concentration_nM"][()])) for name, item in places.items()
             if len(item["concentration_nM"])}
    name = max(means, key=means.get, default=None)
    return name, places.get(name)


def _controllers(run, transmitter):
    """[(name, group)] of the controllers that drive its nucleus."""
    group = run.group("controllers")
    names = list(group) if group is not None else []
    return [(name.split(".", 1)[1], group[name]) for name in names
            if name.split(".", 1)[0] == transmitter and "signal" in group[name]]


def _tissue_panels(places):
    """Panels of concentrations by place, and of the receptors of the fullest one."""
    place, fullest = _fullest(places)
    if place is None:
        return []
    level = {name: float(np.mean(item["concentration_nM"][()])) for name, item in places.items()}
    shown = [name for name in places if level[name] > 1e-3 * level[place]][:LINES]
    panels = [("concentration, nM", [(name, places[name]["time_ms"][()],
                                      places[name]["concentration_nM"][()], "-")
                                     for name in shown])]
    time, lines = fullest["time_ms"][()], []
    for name, dataset in fullest.get("occupancy", {}).items():
        occupancy = dataset[()]
        lines.append((name, time, occupancy, "-"))
        if f"messenger/{name}" in fullest:
            messenger = fullest[f"messenger/{name}"][()]
            if not np.array_equal(messenger, occupancy):
                lines.append((f"{name}'s messenger", time, messenger, "--"))
    if lines:
        panels.append((f"share of receptors in {place}", lines[:LINES]))
    return panels


def _panels(run, transmitter):
    """[(label, [(name, time ms, values, line style)])], from tissue to what drives the nucleus."""
    group = run.group(f"neuromodulators/{transmitter}")
    panels = _tissue_panels(_places(group))
    firing = []
    if "nucleus_rate_Hz" in group:
        firing.append(("nucleus", group["time_ms"][()], group["nucleus_rate_Hz"][()], "-"))
    for name, item in group.get("sources", {}).items():
        firing.append((name, item["time_ms"][()], item["rate_Hz"][()], "-"))
    if firing:
        panels.append((FIRING, firing[:LINES]))
    signals = [(name, item["time_ms"][()], item["signal"][()], "-")
               for name, item in _controllers(run, transmitter)]
    if signals:
        panels.append(("controllers' signals", signals[:LINES]))
    return panels


# --- the time line ---------------------------------------------------------------------------


def _closer(run):
    """(begin, end) in ms of some trials in the later half, or of some seconds in the middle of the
    longest time without a rest."""
    trials, end = run.trials(), run.end_ms()
    if trials is None or len(trials["time_ms"]) < 2:
        begin, end = run.longest_stretch()
        half, middle = min(500 * SECONDS, (end - begin) / 2), (begin + end) / 2
        return middle - half, middle + half
    times = trials["time_ms"]
    spacing = float(np.median(np.diff(times)))
    cue = times[int(0.75 * (len(times) - 1))]
    begin = max(0.0, cue - 0.3 * spacing)
    return begin, min(end, begin + min(TRIALS * spacing, 1000 * SECONDS))


def _bins(time, values, step):
    """Time in s, and mean, least and largest of groups of `step` neighbours."""
    n = len(values) // step
    grouped = values[:n * step].reshape(n, step)
    return (time[:n * step].reshape(n, step).mean(axis=1) / 1000, grouped.mean(axis=1),
            grouped.min(axis=1), grouped.max(axis=1))


def _draw_whole(ax, lines, run):
    for k, (_, time, values, style) in enumerate(lines):
        at, mean, low, high = _bins(run.without_rests(time), values,
                                    max(1, len(values) // BINS))
        if len(lines) <= 3 and style == "-":
            ax.fill_between(at, low, high, color=plot.colour(k), alpha=0.15, linewidth=0)
        ax.plot(at, mean, style, color=plot.colour(k), linewidth=1.4)
    for begin in plot.phase_lines(run):
        ax.axvline(begin, color=plot.FAINT, linewidth=1.0, linestyle=DASHED)


def _draw_close(ax, lines, trials, begin, end, step):
    for k, (_, time, values, style) in enumerate(lines):
        inside = (time >= begin) & (time <= end)
        at, mean, _, _ = _bins(time[inside], values[inside], step)
        ax.plot(at, mean, style, color=plot.colour(k), linewidth=1.4)
    cues = trials["time_ms"] if trials is not None else []
    for cue in cues:
        if begin <= cue <= end:
            ax.axvline(cue / 1000, color=plot.FAINT, linewidth=1.0, linestyle=DASHED)
    ax.set_xlim(begin / 1000, end / 1000)


def _mark_trials(ax, times, rewarded, height):
    """Marks below the axis, a colour for each outcome.

    times: of the trials, as on the axis"""
    low, high = ax.get_xlim()
    shown = np.flatnonzero((times >= low) & (times <= high))
    shown = shown[::-(-len(shown) // TICKS) or 1]
    for own, (_, shade) in zip((rewarded, ~rewarded), OUTCOMES):
        at = times[shown[own[shown]]]
        ax.vlines(at, 0, height, transform=ax.get_xaxis_transform(), color=shade, linewidth=1.2)


def _draw_timeline(panels, run, closer, size):
    trials = run.trials()
    wide = size == "wide"
    fig, axes = plot.figure(size, 60 + (135 if wide else 175) * len(panels), len(panels),
                            2 if wide else 1, sharex="col")
    for row, (label, lines) in zip(axes, panels):
        if wide:
            _draw_whole(row[0], lines, run)
        _draw_close(row[-1], lines, trials, *closer, BEATS if label == FIRING else 1)
        for ax in row:
            ax.yaxis.set_major_locator(MaxNLocator(4))
            ax.xaxis.set_major_locator(MaxNLocator(5 if wide else 4))
            ax.margins(x=0)
        entries = [(name, plot.colour(k)) for k, (name, *_) in enumerate(lines)]
        row[0].set_title(label, pad=6 if wide else 8 + 15 * ((len(entries) + 2) // 3),
                         color=plot.INK)
        plot.label_right(row[-1], entries, size)
    for ax in axes[-1]:
        ax.set_xlabel("time, s")
    if wide:
        axes[-1][0].set_xlabel(plot.time_label(run))
    if trials is not None:
        cues, rewarded = trials["time_ms"], trials["reward"] > 0
        _mark_trials(axes[0][-1], cues / 1000, rewarded, 0.12)
        if wide:
            _mark_trials(axes[0][0], run.without_rests(cues) / 1000, rewarded, 0.06)
    return fig


def timeline(run, transmitter):
    """Concentrations, receptors, firing and controllers' signals over the run and over some trials."""
    panels = _panels(run, transmitter)
    if not panels:
        return None
    trials = run.trials()
    caption = "Over the whole run (left; the pale band is the range) and in a closer look."
    caption += plot.about_rests(run)
    if trials is not None:
        caption += (" Marks below the first panel are trials, rewarded in blue and not in orange; "
                    "dashed lines are new phases on the left, cues on the right.")
    place, fullest = _fullest(_places(run.group(f"neuromodulators/{transmitter}")))
    alt = f"Time line of {transmitter}."
    if place is not None:
        level = fullest["concentration_nM"][()]
        words = (f"{plain(level.mean())} nM in {place} on average, from {plain(level.min())} to "
                 f"{plain(level.max())} nM")
        caption += f" {transmitter.capitalize()} was {words}."
        alt = f"Time line of {transmitter}: {words}."
    return (transmitter.capitalize(), caption, alt,
            lambda size: _draw_timeline(panels, run, _closer(run), size))


# --- around trials ---------------------------------------------------------------------------


def _average(time, values, moments, around):
    """Mean of values around moments; NaN where there are none."""
    if len(moments) == 0 or len(time) == 0:
        return np.full(len(around), np.nan)
    moments = moments[-2000:]
    index = np.searchsorted(time, moments[:, None] + around[None, :], side="right") - 1
    inside = (index >= 0) & (moments[:, None] + around[None, :] <= time[-1] + 1e-6)
    shown = np.where(inside, values[np.clip(index, 0, len(values) - 1)], np.nan)
    count = np.sum(np.isfinite(shown), axis=0)
    return np.where(count > 0, np.nansum(shown, axis=0) / np.maximum(count, 1), np.nan)


def _outcomes(trials, time, reward):
    """Time of each trial's outcome: of the reward, or as long after the cue as rewards come."""
    cues = trials["time_ms"]
    paid = time[reward != 0]
    ends = np.append(cues[1:], np.inf)
    index = np.searchsorted(paid, cues)
    first = np.where(index < len(paid), paid[np.minimum(index, len(paid) - 1)], np.inf) \
        if len(paid) else np.full(len(cues), np.inf)
    found = first < ends
    if not found.any():
        return None
    delay = np.median(first[found] - cues[found])
    return np.where(found, first, cues + delay)


def _traces(run, transmitter):
    """[(label, time, values)] to be averaged, and the reward by time."""
    group = run.group(f"neuromodulators/{transmitter}")
    place, fullest = _fullest(_places(group))
    traces = []
    if place is not None:
        traces.append((f"in {place}, nM", fullest["time_ms"][()],
                       fullest["concentration_nM"][()]))
    if "nucleus_rate_Hz" not in group:
        return traces, None
    time = group["time_ms"][()]
    traces += [(f"signal of {name}", item["time_ms"][()], item["signal"][()])
               for name, item in _controllers(run, transmitter)[:2]]
    traces.append(("nucleus, Hz", time, group["nucleus_rate_Hz"][()]))
    return traces, (time, group["reward"][()])


def _draw_modulator(rows, columns, around, size):
    fig, axes = plot.figure(size, 60 + 125 * len(rows), len(rows), len(columns), sharex=True,
                            sharey="row")
    for r, (label, curves) in enumerate(rows):
        for c, title in enumerate(columns):
            ax = axes[r][c]
            for k, (_, shade) in enumerate(OUTCOMES):
                ax.plot(around, curves[c][k], color=shade, linewidth=1.8)
            ax.axvline(0, color=plot.FAINT, linewidth=1.2, linestyle=DASHED)
            ax.yaxis.set_major_locator(MaxNLocator(4))
            ax.xaxis.set_major_locator(MaxNLocator(5 if size == "wide" else 3))
            ax.margins(x=0)
            if c == 0:
                ax.set_title(label, pad=6, color=plot.INK)
            if r == len(rows) - 1:
                ax.set_xlabel(f"ms after {title}")
    if size == "wide":
        plot.label_right(axes[0][-1], OUTCOMES, size)
    else:
        plot.label_above(fig, OUTCOMES)
    return fig


def around_trials(run, transmitter):
    """Concentration, controllers' signals and nucleus around cue and outcome."""
    trials = run.trials()
    if trials is None:
        return None
    traces, reward = _traces(run, transmitter)
    if not traces:
        return None
    rewarded = trials["reward"] > 0
    moments, columns = [trials["time_ms"]], ["the cue"]
    outcomes = _outcomes(trials, *reward) if reward is not None else None
    if outcomes is not None:
        moments.append(outcomes)
        columns.append("the outcome")
    spacing = float(np.median(np.diff(trials["time_ms"]))) if len(rewarded) > 1 else AFTER
    around = np.arange(-BEFORE, min(AFTER, spacing) + 1, 5.0)
    rows = [(label, [[_average(time, values, m[r], around) for r in (rewarded, ~rewarded)]
                     for m in moments]) for label, time, values in traces]
    caption = (f"Means over {int(rewarded.sum())} rewarded and {int((~rewarded).sum())} unrewarded "
               f"trials{': ' if outcomes is not None else '.'}")
    if outcomes is not None:
        after = (around >= 0) & (around < 300)
        peaks = [np.nanmax(np.where(after, curve, -np.inf)) for curve in rows[0][1][1]]
        caption += (f"in the 300 ms after the outcome {transmitter} reaches {plain(peaks[0])} nM "
                    f"with reward and {plain(peaks[1])} nM without."
                    if np.isfinite(peaks).all() and "nM" in rows[0][0]
                    else "around the cue and around the outcome.")
    alt = f"{transmitter}: concentration, signals and nucleus rate around cue and outcome."
    return (f"{transmitter.capitalize()} around trials", caption, alt,
            lambda size: _draw_modulator(rows, columns, around, size))
