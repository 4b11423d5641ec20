# SPDX-License-Identifier: Apache-2.0
"""The figure of the experiment threshold-shift: points are found, lines what is configured."""
from . import plot

MOVES = {"dopamine": ("D1", r"$\theta_p$ falls", "$A_-$ falls"),
         "acetylcholine": ("M1", r"$\gamma_d$ grows", "$A_+$ falls"),
         "noradrenaline": (r"$\beta$", r"$\gamma_p$ grows", "$A_+$ grows"),
         "serotonin": ("5HT", "learning rate grows", "learning rate grows")}
TOLD = {"none": "neither", "beta": r"$\beta$ alone", "M1": "M1 alone", "both": r"$\beta$ and M1"}


def draw_rate(axes, name, levels, curves):
    """Curves against rate, a colour a level."""
    rates, found, expected = curves
    for k, (_, o) in enumerate(levels[name]):
        axes.plot(rates, 1e4 * expected[f"{name}_{k}"], linewidth=1, color=plot.colour(k))
        axes.plot(rates, 1e4 * found[f"{name}_{k}"], ".", markersize=5, color=plot.colour(k),
                  label=f"{o:.2f}")
    axes.axhline(0, color="black", linewidth=0.6)
    ticks = [2, 5, 10, 20, 40]
    axes.set(title=f"{name}: {MOVES[name][1]}", xscale="log", xticks=ticks, ylim=(-2.5, 8),
             xlabel="rate of both neurons, Hz")
    axes.set_xticks(ticks, [str(t) for t in ticks])
    axes.minorticks_off()
    axes.legend(title=f"{MOVES[name][0]} occupancy", fontsize=8, title_fontsize=8,
                loc="upper left")


def draw_timing(axes, name, windows):
    """Windows, a colour a level."""
    found, expected = windows
    for k, ((lag, change, _), line) in enumerate(zip(found[name], expected[name])):
        for side in (lag < 0, lag >= 0):
            axes.plot(lag[side], 100 * line[side], linewidth=1, color=plot.colour(k))
        axes.plot(lag[k::25], 100 * change[k::25], ".", markersize=5, color=plot.colour(k))
    axes.axhline(0, color="black", linewidth=0.6)
    axes.set(title=f"{name}: {MOVES[name][2]}", ylim=(-55, 55),
             xlabel="postsynaptic spike after the arrival, ms")


def draw_crossings(thresholds, slopes, levels, crossings):
    """Thresholds and slopes against level, a colour a transmitter."""
    for i, name in enumerate(levels):
        rows = crossings[:, 1 + 5 * i:6 + 5 * i]
        for axes, column, unit in ((thresholds, 0, 1), (slopes, 1, 1e4)):
            axes.plot(range(5), unit * rows[1, :, column], linewidth=1, color=plot.colour(5 + i))
            axes.plot(range(5), unit * rows[0, :, column], "os^D"[i], markersize=5, label=name,
                      color=plot.colour(5 + i))
    thresholds.set(title="threshold of potentiation", ylabel="Hz", ylim=(0, None))
    slopes.set(title="slope at the threshold", ylim=(0, None),
               ylabel="$10^{-4}$ of w_max per Hz")
    for axes in (thresholds, slopes):
        axes.set(xlabel="level (innervation)", xticks=range(5))
    thresholds.legend(fontsize=8)


def draw_pull_push(axes, curves):
    """Windows of the four conditions."""
    for k, (name, (lag, change, expected)) in enumerate(curves.items()):
        axes.plot(lag, 100 * expected, linewidth=1, color=plot.colour(k))
        axes.plot(lag[k * 5::20], 100 * change[k * 5::20], ".", markersize=6,
                  color=plot.colour(k), label=TOLD[name])
    axes.axhline(0, color="black", linewidth=0.6)
    axes.set(title="pull and push: 75 pairs at 20 Hz", ylabel="weight change, % of w_max",
             xlabel="postsynaptic spike after the arrival, ms", ylim=(-55, 55))
    axes.legend(fontsize=8, ncol=2, loc="lower right")


def draw(levels, curves, windows, pulls, crossings, picture):
    """One seed's curves; thresholds and slopes are means over seeds."""
    with plot.paper():
        fig = plot.plt.figure(figsize=(14, 10))
        grid = fig.add_gridspec(3, 4)
        for i, name in enumerate(levels):
            rate, timing = (fig.add_subplot(grid[row, i]) for row in (0, 1))
            draw_rate(rate, name, levels, curves)
            draw_timing(timing, name, windows)
            if i == 0:
                rate.set(ylabel="weight change in 18 s, $10^{-4}$ of w_max")
                timing.set(ylabel="weight change, % of w_max")
        draw_crossings(*(fig.add_subplot(grid[2, i]) for i in (0, 1)), levels, crossings)
        draw_pull_push(fig.add_subplot(grid[2, 2:]), pulls)
        fig.suptitle("Points: found. Lines: what the configuration sets", fontsize=10)
        fig.savefig(picture, dpi=110, format="png")
        plot.plt.close(fig)
