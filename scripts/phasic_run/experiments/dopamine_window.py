# SPDX-License-Identifier: Apache-2.0
"""Weight change against the delay from pairing to dopamine: an eligibility that rises first
against a plain exponential."""
import numpy as np

from .. import plot
from . import Measure, interval

ABOUT = "when dopamine comes 1 s before to 5 s after pairing (Yagishita 2014), two eligibilities"
SEEDS = "1..10"

LAGS_S = [-1, 0, 0.1, 0.3, 0.6, 1, 2, 5]  # dopamine after the onset of pairing, by channel
CELLS = 20  # of a channel
RULES = {"rise": "rises first (stdp_reward_rise)", "plain": "plain exponential (stdp_reward)"}


def changes(arm):
    """{rule: mean change in % of the initial weight at every delay} of a run."""
    found = {}
    with arm.open() as run:
        for rule in RULES:
            begin, end = (run.group(f"weights/slice.{rule}/{when}")
                          for when in ("0_start", "1_pairing"))
            channel = end["target"][()].astype(int) // CELLS
            change = 100 * (end["weight"][()] / begin["weight"][()] - 1)
            found[rule] = np.array([change[channel == k].mean() for k in range(len(LAGS_S))])
    return found


def at(found, lag):
    """Values of all seeds at a delay."""
    return found[:, LAGS_S.index(lag)]


def relative(found, lag):
    """Change at a delay over that at 0.6 s, of every seed."""
    return at(found, lag) / at(found, 0.6)


def outside(found):
    """Larger of the changes at -1 and 5 s, whatever their sign, over the smaller of those at 0.6
    and 1 s."""
    return (np.maximum(np.abs(at(found, -1)), np.abs(at(found, 5))) /
            np.minimum(at(found, 0.6), at(found, 1)))


def analyse(runs, picture):
    """The window's edges for both rules, and for one pair in place of a train."""
    by = {config: [changes(arm) for arm in runs if arm.configuration == config]
          for config in ("train", "single")}
    found = {(config, rule): np.array([values[rule] for values in by[config]])
             for config in by for rule in RULES}
    draw(found, picture)
    rise, plain = found["train", "rise"], found["train", "plain"]
    lower = (interval(list(at(rise, 0.6))) or (np.nan,))[0]
    return [
        Measure("rise: change at 0.6 s, %", "above 0 (p = 0.0018)", 0, np.inf, at(rise, 0.6)),
        Measure("rise: lower end of its 95 % interval, %", "above 0", 0, np.inf, found=lower),
        Measure("rise: at -1 or 5 s / at 0.6 or 1 s", "none at -1 and 5 s", 0, 1 / 3,
                outside(rise)),
        Measure("rise: at 0 s / at 0.6 s", "none before 0.3 s", -np.inf, 0.5, relative(rise, 0)),
        Measure("rise: at 0.1 s / at 0.6 s", "none before 0.3 s", -np.inf, 0.5,
                relative(rise, 0.1)),
        Measure("plain: at 0 s / at 0.6 s", "must fail: above 0.5", 0.5, np.inf,
                relative(plain, 0)),
        Measure("plain: at 0.1 s / at 0.6 s", "must fail: above 0.5", 0.5, np.inf,
                relative(plain, 0.1)),
        Measure("rise, one pair for a train: at 0 s / at 0.6 s", "not measured", -np.inf, 0.5,
                relative(found["single", "rise"], 0))]


def draw(found, picture):
    """Change against delay, both protocols, with the window that was measured."""
    lags = np.arange(len(LAGS_S))
    with plot.paper():
        fig, axes = plot.plt.subplots(1, 2, figsize=(10, 4), sharey=True)
        for ax, (config, title) in zip(axes, (("train", "trains of 10 pairs at 10 Hz"),
                                              ("single", "one pair in place of each train"))):
            ax.axvspan(3, 6, color="#eeeeee", zorder=0)
            ax.annotate("enlargement was seen:\n0.3 to 2 s", (4.5, 0), (0, 4), ha="center",
                        xycoords=("data", "axes fraction"), textcoords="offset points",
                        fontsize=8, color="#666666")
            for k, (rule, label) in enumerate(RULES.items()):
                values = found[config, rule]
                scaled = 100 * values / values.mean(axis=0)[LAGS_S.index(0.6)]
                half = [0 if len(v) < 2 else interval(list(v))[1] - v.mean() for v in scaled.T]
                ax.errorbar(lags, scaled.mean(axis=0), half, marker="o", capsize=3,
                            color=plot.colour(k), label=label)
            for lag in (0.6, 1):
                ax.annotate("**", (LAGS_S.index(lag), 1), (0, -14), ha="center",
                            xycoords=("data", "axes fraction"), textcoords="offset points")
            ax.axhline(0, color="#888888", linewidth=1)
            ax.set_xticks(lags, [f"{lag:g}" for lag in LAGS_S])
            ax.set(xlabel="dopamine after the onset of pairing, s", title=title)
        axes[0].set_ylabel("weight change, % of that at 0.6 s")
        axes[0].legend(fontsize=8, loc="upper left")
        fig.suptitle("Bars: 95 % intervals over seeds. **: significant in Yagishita et al. (2014)",
                     fontsize=9, x=0.01, ha="left")
        fig.savefig(picture, dpi=130, format="png")
        plot.plt.close(fig)
