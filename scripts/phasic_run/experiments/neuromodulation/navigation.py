# SPDX-License-Identifier: Apache-2.0
"""A goal that moves: sequential acetylcholine and dopamine against dopamine alone (Brzosko et al.
2017, Zannone et al. 2018). What is published are 150 agents an arm."""
import numpy as np

from ... import arms_figure, plot, readers
from .. import Measure
from . import Leak, trials_of

ABOUT = "a goal that moves: acetylcholine, then dopamine, against dopamine alone (Brzosko 2017)"
SEEDS = "1..200"
WITH, WITHOUT = "acetylcholine, then dopamine", "dopamine alone"
BASE = "navigation.yaml"
ARMS = {WITH: [], WITHOUT: ["interventions.no_acetylcholine.phases=all"]}

TRIALS = (1, 5, 10, 20, 21, 25, 30, 35, 40)
PUBLISHED = {WITH: (.31, .76, .96, .99, .04, .25, .61, .85, .97),
             WITHOUT: (.41, .86, .88, .89, .16, .41, .48, .55, .61)}
PUBLISHED_OLD = {WITH: .05, WITHOUT: .71}                    # visits in trial 40
PUBLISHED_LATENCY = {WITH: {20: 2.9, 40: 3.2}, WITHOUT: {20: 4.5, 40: 9.5}}  # s
OLD = 0           # index of the place that is the goal until trial 20
TIMEOUT = 15.0    # s, counted for trials without success

NOTE = """\
The model is that of the papers, not the default brain: 121 place cells and 40 cells for headings.
Trials are told to synapses by modulators: noradrenaline, when the animal is put into the maze, ends
what the trial before has left (`renewal`), and dopamine gives back what acetylcholine has taken
since (`restoration`) before it pays for the eligibility."""


class Symmetry(Leak):
    """Any place ends a trial and a coin says whether it pays: until a place has been told from
    the other by chance alone, each is as likely the first."""

    def measure(self, run):
        trials = trials_of(run, "north_east")
        return float(np.mean(trials["correct"][trials["action"] >= 0]))


LEAK = Symmetry(0.5)


def seconds(trials):
    """Time until the goal, s; the whole trial where it was not found."""
    latency = trials["latency_ms"] / 1e3
    return np.where(np.isnan(latency), TIMEOUT, latency)


def visited(trials):
    """Whether the first goal was entered; once it is no goal, not on the way from another."""
    return trials["action"] == OLD


def measure(run):
    """Share of the last five trials in which the moved goal was reached."""
    return readers.share_right(trials_of(run), last=5)


def also(run):
    """Trial 40 as the papers tell it, and the first five trials."""
    trials = trials_of(run)
    return {"success, trials 1 to 5": np.mean(trials["correct"][:5]),
            "latency at trial 20, s": seconds(trials)[19],
            "latency at trial 40, s": seconds(trials)[39]}


class Curve(Measure):
    """Success at the trials that are published: the mean distance of the two is judged."""

    def __init__(self, label, arm):
        found = np.mean([trials["correct"] for trials in arm], axis=0)[np.array(TRIALS) - 1]
        away = np.mean(np.abs(found - PUBLISHED[label]))
        super().__init__(f"{label}: success at trials {', '.join(map(str, TRIALS))}",
                         shares(PUBLISHED[label]), 0, 0.08, found=away)
        self.curve = found

    def accepted(self):
        return f"{self.high:.2g} away in the mean"

    def shown(self):
        return f"{shares(self.curve)}; {self.found:.2g} away"


def shares(values):
    """Two digits each."""
    return " ".join(f"{value:.2f}" for value in values)


def published(runs):
    """Trial 40, in which also the former goal may be visited; success at the published trials."""
    bounds = {WITH: ((.92, 1), (0, .10)), WITHOUT: ((.50, .72), (.60, 1))}
    made = []
    for label, arm in runs.items():
        arm = [trials_of(run) for run in arm]
        success, old = bounds[label]
        made += [Measure(f"{label}: success at trial 40", f"{PUBLISHED[label][-1]:.2f}", *success,
                         [trials["correct"][39] for trials in arm]),
                 Measure(f"{label}: visits to the former goal at trial 40",
                         f"{PUBLISHED_OLD[label]:.2f}", *old,
                         [visited(trials)[39] for trials in arm]),
                 Curve(label, arm)]
    return made


# --- figure ------------------------------------------------------------------------------------


def policy(run, moment):
    """(x, y) of place cells, and the mean direction of their weights onto headings."""
    with run.open() as opened:
        group = opened.group("weights/place_heading")
        name = [name for name in group if name.split("_", 1)[1] == moment][0]
        source, target = group[name]["source"][()], group[name]["target"][()]
        weight = group[name]["weight"][()]
    side, n = 11, 40
    direction = np.zeros((2, side * side))
    turn = 2 * np.pi * target / n
    np.add.at(direction, (0, source), weight * np.sin(turn))
    np.add.at(direction, (1, source), weight * np.cos(turn))
    cells = np.arange(side * side)
    place = np.array([cells % side, cells // side]) * 0.4 - 2
    inside = np.all(np.abs(place) < 1.9, axis=0)
    return place[:, inside], direction[:, inside]


def draw_policy(axes, arm, moment, title):
    """Mean over seeds, with both goals."""
    place = policy(arm[0], moment)[0]
    mean = np.mean([policy(run, moment)[1] for run in arm], axis=0)
    axes.quiver(*place, *mean, color="#333333", pivot="mid")
    for sign, name in ((1, "first goal"), (-1, "moved")):
        axes.add_patch(plot.plt.Circle((1.5 * sign, 1.5 * sign), 0.3, fill=False,
                                       color=plot.colour(2 if sign > 0 else 3)))
        axes.annotate(name, (1.5 * sign, 1.5 * sign - 0.5), ha="center", fontsize=8)
    axes.set(title=title, xlim=(-2, 2), ylim=(-2, 2), aspect="equal")


def figure(runs, picture):
    """Success, visits to the former goal and latency over trials, with what is published; the
    weights as directions at the end of both phases."""
    found = {label: [trials_of(run) for run in arm] for label, arm in runs.items()}
    number = np.arange(1, 41)
    with arms_figure.sheet(picture, columns=3, rows=2) as (success, old, latency, *maps):
        arms_figure.curves(success, number, {label: [trials["correct"] for trials in arm]
                                             for label, arm in found.items()}, "trial",
                           "share that reach the goal")
        arms_figure.curves(old, number, {label: [visited(trials) for trials in arm]
                                         for label, arm in found.items()}, "trial",
                           "share that enter the first goal")
        arms_figure.curves(latency, number, {label: [seconds(trials) for trials in arm]
                                             for label, arm in found.items()}, "trial",
                           "latency, s")
        for k, label in enumerate(found):
            colour = plot.colour(k)
            success.plot(TRIALS, PUBLISHED[label], "+", color=colour, markersize=9)
            old.plot(40, PUBLISHED_OLD[label], "+", color=colour, markersize=9)
            latency.plot(*zip(*PUBLISHED_LATENCY[label].items()), "+", color=colour, markersize=9)
        for axes in (success, old, latency):
            axes.axvline(20.5, color="#999999", linewidth=1, linestyle=(0, (4, 3)))
        draw_policy(maps[0], runs[WITH], "north_east", "weights after trial 20, " + WITH)
        draw_policy(maps[1], runs[WITH], "south_west", "after trial 40, " + WITH)
        draw_policy(maps[2], runs[WITHOUT], "south_west", "after trial 40, " + WITHOUT)
