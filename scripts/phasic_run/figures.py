# SPDX-License-Identifier: Apache-2.0
"""The figures of a report. Each function returns (title, caption, alt, draw(size)) or None when
the run did not record what it shows."""
import numpy as np
from matplotlib.ticker import MaxNLocator

from . import figures_modulators, plot
from .run import attribute

WINDOW = 20           # trials of the running accuracy
CLASS_WINDOW = 10     # trials of one class
FIRST = 5             # trials before a mean is shown
DOTS = 4000           # of the raster
NEURONS = 40          # of a population in the raster
BINS = 300            # of rates over time


def percent(value):
    """A share in whole per cent."""
    return f"{100 * value:.0f} %"


def running(values, window):
    """Mean of the last `window` values at each position (fewer at the beginning)."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=float)])
    last = np.arange(1, len(values) + 1)
    first = np.maximum(0, last - window)
    return (sums[last] - sums[first]) / (last - first)


# --- learning --------------------------------------------------------------------------------


def _phase_edges(run, trials):
    """[(name, first trial)] where the phase changes."""
    names = run.phase_names()
    starts = np.flatnonzero(np.diff(trials["phase"], prepend=-1) != 0)
    return [(names[trials["phase"][i]] if trials["phase"][i] < len(names) else
             f"phase {trials['phase'][i]}", int(i)) for i in starts]


def _draw_learning(run, trials, size):
    fig, axes = plot.figure(size, 330 if size == "wide" else 300)
    ax = axes[0][0]
    n = len(trials["correct"])
    x = np.arange(1, n + 1)
    entries = []
    classes = np.unique(trials["context"])
    for k, context in enumerate(classes if 1 < len(classes) <= 10 else []):
        own = np.flatnonzero(trials["context"] == context)
        mean = running(trials["correct"][own], CLASS_WINDOW)
        ax.plot(x[own][FIRST - 1:], mean[FIRST - 1:], color=plot.colour(k), linewidth=1.2,
                alpha=0.8)
        entries.append((f"class {context}", plot.colour(k)))
    first = min(FIRST, n) - 1
    ax.plot(x[first:], running(trials["correct"], WINDOW)[first:], color=plot.INK, linewidth=2.6)
    for name, first in _phase_edges(run, trials):
        if first > 0:
            ax.axvline(first + 0.5, color=plot.FAINT, linewidth=1.2, linestyle=(0, (4, 3)))
        ax.annotate(name, (first + 0.5, 0), xytext=(4, 4), textcoords="offset points",
                    color=plot.INK, fontsize=11, annotation_clip=False)
    ax.set(xlim=(0.5, n + 0.5), ylim=(-0.02, 1.03), xlabel="trial", ylabel="share correct")
    ax.xaxis.set_major_locator(MaxNLocator(6 if size == "narrow" else 10, integer=True))
    plot.label_right(ax, [("all", plot.INK)] + entries, size)
    return fig


def learning(run):
    """Running accuracy over trials, in all and by class of stimulus."""
    trials = run.trials()
    if trials is None:
        return None
    parts = []
    for name, first in _phase_edges(run, trials):
        own = trials["phase"] == trials["phase"][first]
        parts.append(f"{name} {percent(np.mean(trials['correct'][own][-50:]))}")
    caption = (f"Share of correct actions over the last {WINDOW} trials (thick) and over the last "
               f"{CLASS_WINDOW} trials of each class of stimulus (thin); a dashed line begins a "
               f"new phase. Last 50 trials: {', '.join(parts)}.")
    alt = f"Learning curve of {len(trials['correct'])} trials; last 50 trials: {', '.join(parts)}."
    return "Learning", caption, alt, lambda size: _draw_learning(run, trials, size)


# --- raster ----------------------------------------------------------------------------------


def _raster_window(run):
    """(begin, end, cue or None) in ms: one trial in the later half, else a second in the middle of
    the longest time without a rest."""
    trials = run.trials()
    if trials is None:
        begin, end = run.longest_stretch()
        middle = (begin + end) / 2
        return max(begin, middle - 500), min(end, middle + 500), None
    times = trials["time_ms"]
    chosen = int(0.75 * (len(times) - 1))
    cue = float(times[chosen])
    spacing = float(np.median(np.diff(times))) if len(times) > 1 else 800.0
    before = min(150.0, 0.3 * spacing)
    return max(0.0, cue - before), cue + min(spacing, 1500.0) - before / 3, cue


def _collect(run, begin, end):
    """{region: [(population, times, rows, n rows)]} with at most DOTS dots in all."""
    regions, total = {}, 0
    for address, region, size in run.populations():
        times, ids = run.spikes(address, begin, end)
        n = int(size) if size else int(ids.max()) + 1 if len(ids) else 1
        step = max(1, n // NEURONS)
        kept = (ids % step == 0) & (ids // step < NEURONS)
        shown = min(NEURONS, (n + step - 1) // step)
        regions.setdefault(region, []).append(
            [address.split(".", 1)[-1], times[kept], (ids[kept] // step).astype(float), shown])
        total += int(kept.sum())
    thin = total // DOTS + 1
    for populations in regions.values():
        for p in populations:
            p[1], p[2] = p[1][::thin], p[2][::thin]
    return regions if total else None


def _draw_raster(regions, begin, end, cue, size):
    dots = sum(len(p[1]) for populations in regions.values() for p in populations)
    dot = 2.3 if dots > 1500 else 3.0
    heights = [sum(p[3] for p in populations) for populations in regions.values()]
    line = 1.5 if size == "wide" else 1.3
    fig, axes = plot.figure(size, max(260, line * sum(heights) + 36 * len(heights)), len(heights),
                            sharex=True, gridspec_kw={"height_ratios": heights})
    zero = cue if cue is not None else begin
    for ax, (region, populations) in zip(axes[:, 0], regions.items()):
        bottom = 0
        for k, (name, times, rows, shown) in enumerate(populations):
            ax.plot(times - zero, bottom + rows, "o", color=plot.colour(k), markersize=dot,
                    markeredgewidth=0, rasterized=True)
            ax.annotate(name, (1.008, bottom + shown / 2), xycoords=("axes fraction", "data"),
                        color=plot.colour(k), fontsize=10.5, va="center", annotation_clip=False)
            bottom += shown
        if cue is not None:
            ax.axvline(0, color=plot.FAINT, linewidth=1.2, linestyle=(0, (4, 3)))
        ax.set(ylim=(-1, bottom), yticks=[], xlim=(begin - zero, end - zero))
        ax.set_title(region, fontsize=12, pad=4)
        ax.grid(False)
        ax.spines["left"].set_visible(False)
    axes[-1, 0].set_xlabel("ms after the cue" if cue is not None else f"ms after {begin:.0f} ms")
    return fig


def raster(run):
    """Spikes of every region around one trial."""
    if run.spikes_file is None:
        return None
    begin, end, cue = _raster_window(run)
    regions = _collect(run, begin, end)
    if regions is None:
        return None
    when = f"around the cue at {cue / 1000:.1f} s (dashed)" if cue is not None else \
        f"from {begin / 1000:.1f} to {end / 1000:.1f} s"
    caption = (f"Spikes {when}: a row is a neuron, up to {NEURONS} of each population, a colour "
               "is a population.")
    alt = f"Spike raster of {len(regions)} regions {when}."
    return "Spikes", caption, alt, lambda size: _draw_raster(regions, begin, end, cue, size)


# --- rates -----------------------------------------------------------------------------------


def _binned(values, n_bins):
    """Means of about n_bins groups of neighbours, and the size of a group."""
    step = max(1, len(values) // n_bins)
    n = len(values) // step
    return values[:n * step].reshape(n, step).mean(axis=1), step


def _draw_rates(regions, run, size):
    tall = 120 if size == "wide" else 150
    fig, axes = plot.figure(size, 50 + tall * len(regions), len(regions), sharex=True)
    for ax, (region, populations) in zip(axes[:, 0], regions.items()):
        for k, (name, times, rates) in enumerate(populations):
            ax.plot(times, rates, color=plot.colour(k), linewidth=1.3)
        for begin in plot.phase_lines(run):
            ax.axvline(begin, color=plot.FAINT, linewidth=1.0, linestyle=(0, (4, 3)))
        ax.set_ylim(bottom=0)
        ax.margins(x=0)
        ax.yaxis.set_major_locator(MaxNLocator(3))
        ax.set_ylabel("Hz")
        entries = [(p[0], plot.colour(k)) for k, p in enumerate(populations)]
        if size == "wide":
            ax.set_title(region, pad=4)
        else:
            ax.set_title(region, pad=8 + 15 * ((len(entries) + 2) // 3))
        plot.label_right(ax, entries, size)
    axes[-1, 0].set_xlabel(plot.time_label(run))
    return fig


def rates(run):
    """Rates of all populations over the run."""
    group = run.group("rates")
    if group is None or "time_ms" not in group:
        return None
    time = run.without_rests(group["time_ms"][()]) / 1000
    regions, means = {}, []
    for address, region, _ in run.populations():
        if address not in group:
            continue
        values, step = _binned(group[address][()], BINS)
        times = time[:len(values) * step:step] + step * group.attrs["interval_ms"] / 2000
        regions.setdefault(region, []).append((address.split(".", 1)[-1], times, values))
        means.append((float(values.mean()) if len(values) else 0.0, address))
    if not means:
        return None
    high, low = max(means), min(means)
    caption = (f"Mean rate of each population's neurons over the run; {high[1]} is the most "
               f"active with {high[0]:.1f} Hz on average, {low[1]} the least with {low[0]:.1f} Hz."
               f"{plot.about_rests(run)}")
    alt = f"Rates of {len(means)} populations over time, by region."
    return "Rates", caption, alt, lambda size: _draw_rates(regions, run, size)


# --- weights ---------------------------------------------------------------------------------


def _sample(dataset, most=200000):
    """All weights, or blocks spread over the dataset."""
    n = dataset.shape[0]
    if n <= most:
        return dataset[()]
    block = most // 50
    return np.concatenate([dataset[i:i + block]
                           for i in np.linspace(0, n - block, 50).astype(int)])


def _draw_weights(tracts, size):
    columns = min(len(tracts), 3 if size == "wide" else 1)
    rows = -(-len(tracts) // columns)
    fig, axes = plot.figure(size, 70 + (200 if size == "wide" else 190) * rows, rows, columns)
    moments = max((moments for _, _, moments in tracts), key=len)
    for ax in axes.flat[len(tracts):]:
        ax.set_visible(False)
    for ax, (name, unit, samples) in zip(axes.flat, tracts):
        low = min(float(w.min()) for _, w in samples)
        high = max(float(w.max()) for _, w in samples)
        edges = np.linspace(low, high if high > low else low + 1, 41)
        for k, (_, w) in enumerate(samples):
            ax.hist(w, edges, weights=np.full(len(w), 1 / len(w)), histtype="step",
                    color=plot.colour(k), linewidth=1.7)
        ax.set_title(name, fontsize=11)
        ax.set_xlabel(f"weight, {unit}")
        ax.yaxis.set_major_locator(MaxNLocator(4))
    for row in axes:
        row[0].set_ylabel("share")
    fig.legend([plot.plt.Line2D([], [], color=plot.colour(k), linewidth=3)
                for k in range(len(moments))], [m for m, _ in moments], loc="lower center",
               ncol=len(moments) if size == "wide" else 2, bbox_to_anchor=(0.5, -0.0),
               handlelength=1.0)
    lines = 1 if size == "wide" else -(-len(moments) // 2)
    below = (14 + 18 * lines) / (fig.get_figheight() * 72)
    fig.get_layout_engine().set(rect=(0, below, 1, 1 - below))
    return fig


def weights(run):
    """Distributions of plastic weights at each moment."""
    group = run.group("weights")
    if group is None:
        return None
    tracts, moved = [], []
    for name, projection in group.items():
        moments = sorted(projection.values(), key=lambda m: m.attrs["moment"])
        samples = [("start" if m.attrs["moment"] == 0 else f"end of {attribute(m, 'phase')}",
                    _sample(m["weight"])) for m in moments]
        unit = attribute(moments[0]["weight"], "unit") if moments else ""
        samples = [(label, w[np.isfinite(w)]) for label, w in samples]
        samples = [s for s in samples if len(s[1])]
        if samples:
            tracts.append((name, unit, samples))
            moved.append(f"{name} from {samples[0][1].mean():.3g} to {samples[-1][1].mean():.3g} "
                         f"{unit}")
    if not tracts:
        return None
    caption = ("Share of synapses by weight, at the start and after each phase. Means: "
               f"{'; '.join(moved)}.")
    alt = f"Weight distributions of {len(tracts)} plastic projections."
    return "Weights", caption, alt, lambda size: _draw_weights(tracts, size)


# --- stages ----------------------------------------------------------------------------------


def _draw_stages(names, mean, most, size):
    fig, axes = plot.figure(size, 60 + 30 * len(names))
    ax = axes[0][0]
    y = np.arange(len(names))[::-1]
    ax.barh(y, most, color=plot.COLOURS[0], alpha=0.3, height=0.62)
    ax.barh(y, mean, color=plot.COLOURS[0], height=0.62)
    total = sum(mean) or 1
    for at, value, largest in zip(y, mean, most):
        ax.annotate(f"{value:.2f} s, {percent(value / total)}", (max(value, largest), at),
                    xytext=(6, 0), textcoords="offset points", va="center", color=plot.INK,
                    fontsize=11)
    ax.set_yticks(y, names)
    ax.set_xlim(0, max(max(most), max(mean), 1e-9) * (1.16 if size == "wide" else 1.5))
    ax.set_xlabel("seconds")
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)
    return fig


def stages(run):
    """Where the time went."""
    mean, most = run.summary.get("stages_s"), run.summary.get("stages_max_s")
    if not mean:
        return None
    names = list(mean)
    values = [mean[n] or 0.0 for n in names]
    largest = [(most or mean).get(n) or 0.0 for n in names]
    top = names[int(np.argmax(values))]
    ranks = run.summary.get("ranks") or 1
    caption = ("Seconds of each stage of the program, mean over ranks and threads; the pale end "
               f"of a bar is the largest of them. {top.capitalize()} takes the most time.")
    neurons, synapses = (run.summary.get(k) for k in ("largest_rank_neurons",
                                                      "largest_rank_synapses"))
    if ranks > 1 and neurons and synapses and run.summary.get("synapses"):
        share = synapses * ranks / run.summary["synapses"]
        caption += (f" The fullest of {ranks} ranks holds {neurons:,} neurons and {synapses:,} "
                    f"synapses, {share:.2f} times the mean.")
    alt = f"Time of {len(names)} stages; {top} takes the most."
    return "Time", caption, alt, lambda size: _draw_stages(names, values, largest, size)


def all_figures(run):
    """Every figure that this run has data for, in the order of the page: (title, caption, alt,
    draw(size), whether it is a time line of the whole run)."""
    modulators = run.group("neuromodulators")
    names = list(modulators) if modulators is not None else []
    made = [(learning(run), False), (raster(run), False), (rates(run), True)]
    for name in names:
        made += [(figures_modulators.timeline(run, name), True),
                 (figures_modulators.around_trials(run, name), False)]
    made += [(weights(run), False), (stages(run), False)]
    return [(*m, is_line) for m, is_line in made if m is not None]
