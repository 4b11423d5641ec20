# SPDX-License-Identifier: Apache-2.0
"""A spiking actor and critic find a hidden goal (Fremaux et al. 2013): dopamine as the temporal
difference error, against dopamine of another animal and against reward alone."""
import numpy as np

from ... import arms_figure, readers
from . import played, trials_of
from .navigation import draw_policy, seconds

ABOUT = "escape latency of a spiking actor and critic (Fremaux 2013), another animal's dopamine"
SEEDS = "1..20"
BASE = "actor-critic.yaml"
CRITIC, YOKED, REWARD = "temporal difference error", "another animal's dopamine", "reward alone"
ARMS = {CRITIC: [], REWARD: ["interventions.no_critic.phases=all"], YOKED: played(CRITIC)}

NOTE = """\
Place cells, headings and maze are those of `navigation`, not the default brain and not the paper's
larger maze; the actor's and the critic's weights follow TD-LTP, pre before post, gated by dopamine's
deviation from its tonic level. *Reward alone*: the critic's spikes are not counted, so that its value
is 0 and dopamine tells the reward when it comes; it is told beside, not tested. What is missed: of
the animals with a critic fewer find the moved goal within twenty trials than of those with reward
alone. The value that is left at the former goal draws them there, and pauses unlearn it slowly."""


def measure(run):
    """Mean time to the goal in trials 11 to 20, s; the whole trial where it was not found."""
    return float(np.mean(seconds(trials_of(run))[10:20]))


def also(run):
    """What becomes of the moved goal."""
    trials = trials_of(run)
    return {"latency, trials 1 to 5, s": np.mean(seconds(trials)[:5]),
            "success, trials 36 to 40": np.mean(trials["correct"][35:])}


def values(run):
    """The critic's mean value in each trial, until it ends."""
    with run.open() as opened:
        time, value = readers.signal(opened, "dopamine.td", "value")
        trials = readers.trials(opened)
    begin = trials["time_ms"]
    edges = np.searchsorted(time, [begin, begin + 1e3 * seconds(trials)])
    return [value[first:last].mean() for first, last in edges.T]


def draw_value(axes, arm):
    """Weights of place cells onto the critic after trial 20, mean over cells and seeds."""
    total = np.zeros(121)
    for run in arm:
        with run.open() as opened:
            group = opened.group("weights/place_critic")
            name = [name for name in group if name.split("_", 1)[1] == "north_east"][0]
            np.add.at(total, group[name]["source"][()], group[name]["weight"][()])
    image = axes.imshow(total.reshape(11, 11) / len(arm) / 100, origin="lower",
                        extent=(-2.2, 2.2, -2.2, 2.2))
    axes.figure.colorbar(image, ax=axes, label="pA")
    axes.grid(False)
    axes.set(title="weights onto the critic after trial 20")


def figure(runs, picture):
    """Latency, success and value over trials; the policy and the value's weights."""
    found = {label: [trials_of(run) for run in arm] for label, arm in runs.items()}
    number = np.arange(1, 41)
    with arms_figure.sheet(picture, columns=3, rows=2) as (latency, success, value, *maps):
        arms_figure.curves(latency, number, {label: [seconds(trials) for trials in arm]
                                             for label, arm in found.items()}, "trial",
                           "latency, s")
        arms_figure.curves(success, number, {label: [trials["correct"] for trials in arm]
                                             for label, arm in found.items()}, "trial",
                           "share that reach the goal")
        arms_figure.curves(value, number, {CRITIC: [values(run) for run in runs[CRITIC]]},
                           "trial", "the critic's value, mean of the trial")
        for axes in (latency, success, value):
            axes.axvline(20.5, color="#999999", linewidth=1, linestyle=(0, (4, 3)))
        draw_policy(maps[0], runs[CRITIC], "north_east", "weights after trial 20, " + CRITIC)
        draw_policy(maps[1], runs[CRITIC], "south_west", "after trial 40")
        draw_value(maps[2], runs[CRITIC])
