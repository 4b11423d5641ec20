# SPDX-License-Identifier: Apache-2.0
"""One synapse among 80,000 that is rewarded seconds later (Izhikevich 2007), with rewards of
another run and other delays as controls. What is published: 20 runs of the paper's program."""
import math

import numpy as np

from .. import plot
from . import Measure

ABOUT = "one synapse rewarded 1 to 3 s late (Izhikevich 2007), yoked reward, other delays"
SEEDS = "1..10"
PAPER, AT_ONCE, LATER, LATE = "1 s", "0 s", "3 s", "6 s"  # shortest delays; 0 to 2 s are added
SETTINGS = {"distal-reward": [f"task.delay={PAPER},{AT_ONCE},{LATER},{LATE}"]}

NOTE = """
The share of seeds at or above the 97th percentile is missed, and the paper's own program misses it
as well. In 30 runs of it, written anew, the rewarded synapse ends there in 18: in 7 of seeds 1..10
of `tests/reference/distal_reward.py`, in 11 of 20 with other random numbers. Its percentiles run
from the 88th to the 99.5th, its weight is 3.70 pA on average and 1.57 pA at the least. Some 3 % of all
synapses are at the bound at any time, and a rewarded one that has just left it lies below all of
them. With a share of 0.6, 5 of 10 is nothing unusual and 9 of 10 would be (p 0.05).
"""

W_MAX, NEARLY = 4.0, 3.9  # pA; saturated is what is within 0.1 of the bound
PUBLISHED = {600: 1.66, 1200: 3.10, 1800: 3.68, 3600: 3.83}  # s: pA, mean of 20 runs


def further(runs):
    """Every seed again, with the dopamine of the next one's run."""
    paid = [run for run in runs if run.settings["task.delay"] == PAPER]
    return [("yoked", "distal-reward", run.seed,
             ["neuromodulation.broadcast=yoked", f"neuromodulation.yoked={other.path('run.h5')}"])
            for run, other in zip(paid, paid[1:] + paid[:1])]


class Outcome:
    """What became of a run: the rewarded weight over time (s, pA), the others at the end, rates."""

    def __init__(self, arm):
        with arm.open() as run:
            pair = run.group("weights/net.pair")
            moments = sorted(pair, key=lambda name: int(name.split("_")[0]))
            self.time = np.append(0, [end for _, _, end, _ in run.phases()]) / 1e3
            self.pair = np.array([pair[name]["weight"][0] for name in moments])
            self.others = np.concatenate([run.group(f"weights/net.{name}/{moments[-1]}/weight")[()]
                                          for name in ("E_E", "E_I")])
            self.rate = run.group("rates")["net.E"][()].mean()

    def at(self, time):
        """The rewarded weight at a time, s."""
        return self.pair[np.argmin(np.abs(self.time - time))]

    def percentile(self):
        """Where the rewarded weight lies among the others at the end, 0 to 1."""
        w = self.pair[-1]
        return np.mean(self.others < w) + 0.5 * np.mean(self.others == w)

    def is_high(self):
        """Whether it is at or above their 97th percentile."""
        return self.pair[-1] >= np.percentile(self.others, 97)


def from_uniform(values):
    """Kolmogorov and Smirnov's distance of numbers from an even distribution over 0 to 1."""
    values, n = np.sort(values), len(values)
    return max(np.max(np.arange(1, n + 1) / n - values), np.max(values - np.arange(n) / n))


def limit(n):
    """What that distance exceeds by chance with p = 0.05 (Stephens 1970)."""
    return 1.358 / (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n))


def uniform(name, outcomes):
    """Measure: percentiles are spread evenly, as those of any synapse."""
    values = [o.percentile() for o in outcomes]
    return Measure(name + ": distance of the percentiles from an even distribution (KS)",
                   "chance (p 0.05)", 0, limit(len(values)), found=from_uniform(values))


def analyse(runs, picture):
    """The rewarded weight, the network, and the controls."""
    arms = {}
    for run in runs:
        name = run.configuration if run.configuration == "yoked" else run.settings["task.delay"]
        arms.setdefault(name, []).append(Outcome(run))
    draw(arms, picture)
    paid = arms[PAPER]
    ends = [o.pair[-1] for o in paid]
    return [
        Measure("rewarded weight at 3600 s, pA", "3.83", 3.6, 4, ends),
        Measure("the same, least of the seeds", "3.00", 2.8, 4, found=min(ends)),
        Measure("share of seeds at or above the 97th percentile of all weights",
                "not given; 9 of 10 asked", 0.9, 1, found=np.mean([o.is_high() for o in paid])),
        Measure("mean weight, pA", "0.774", 0.5, 1.05, [o.others.mean() for o in paid]),
        Measure("saturated, %", "3.0", 1, 5,
                [100 * np.mean(o.others >= NEARLY) for o in paid]),
        Measure("rate of excitatory cells, Hz", "1.43", 0.8, 2.2, [o.rate for o in paid]),
        uniform("another run's rewards", arms["yoked"]),
        Measure("reward after 0 to 2 s: weight at 3600 s, pA", "as after 1 to 3 s", 3.6, 4,
                [o.pair[-1] for o in arms[AT_ONCE]]),
        uniform("reward after 6 to 8 s", arms[LATE])]


def draw(arms, picture):
    """The rewarded weight over time, and where it ends among the others, arm by arm."""
    labels = {AT_ONCE: "0 to 2 s", PAPER: "1 to 3 s", LATER: "3 to 5 s", LATE: "6 to 8 s",
              "yoked": "another run's"}
    with plot.paper():
        fig, (left, right) = plot.plt.subplots(1, 2, figsize=(10, 4), width_ratios=(3, 2))
        for k, (name, label) in enumerate(labels.items()):
            outcomes, colour = arms[name], plot.colour(k)
            for o in outcomes if name == PAPER else []:
                left.plot(o.time, o.pair, color=colour, linewidth=0.5, alpha=0.5)
            left.plot(outcomes[0].time, np.mean([o.pair for o in outcomes], axis=0), color=colour,
                      label=f"reward after {label}" if name != "yoked" else label + " rewards")
            right.plot([k] * len(outcomes), [100 * o.percentile() for o in outcomes], "o",
                       color=colour, alpha=0.6)
        left.plot(list(PUBLISHED), list(PUBLISHED.values()), "k+", markersize=9,
                  label="the paper's program, 1 to 3 s")
        left.set(xlabel="time, s", ylabel="rewarded weight, pA", ylim=(0, W_MAX * 1.02),
                 title=f"Mean of {len(arms[PAPER])} seeds")
        left.legend(fontsize=8)
        right.set(ylabel="percentile among all weights", ylim=(0, 101),
                  title="At 3600 s, each seed", xlim=(-0.5, 4.5))
        right.set_xticks(range(len(labels)), labels.values(), rotation=20)
        fig.savefig(picture, dpi=130, format="png")
        plot.plt.close(fig)
