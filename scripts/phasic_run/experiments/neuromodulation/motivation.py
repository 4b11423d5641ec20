# SPDX-License-Identifier: Apache-2.0
"""What satiety does to responses for food, where dopamine tells what the food is worth and where it
does not."""
import numpy as np

from ... import arms_figure, readers
from . import Leak

ABOUT = "satiety lowers a reward's value: responses, their latency, reward per spike"
SEEDS = "1..10"
TOLD, HUNGRY, UNTOLD = "dopamine tells", "no satiety", "dopamine clamped"
ARMS = {TOLD: [], HUNGRY: ["phases.sated.set={task.satiety.per_reward: 0}"],
        UNTOLD: ["interventions.clamped.phases=[sated, again]"]}


class EitherWay(Leak):
    """Not to respond is an answer, too: the share right is of all trials."""

    def measure(self, run):
        with run.open() as opened:
            return readers.share_right(readers.trials(opened))


LEAK = EitherWay(0.5)
FOOD = 0          # number of the cue that pays
LAST = 40         # trials of a phase that tell what it has come to
CELLS = 160       # D1 cells

NOTE = """\
Written in: a reward is worth less to one who has eaten (the task's satiety), it must be responded for, and weights
follow dopamine. Not written in: that responses follow. They do by learning: a reward below what the striosome expects
leaves a pause of dopamine, and the cue's synapses lose what they had gained; with dopamine clamped as satiety begins the
animal goes on as it was used to. It takes some 60 trials, and the way back when the animal is hungry again is as slow:
within its 40 trials it only begins (with 80, in one run of seed 1001 while tuning, nearly all came back). That
satiety, or hunger, acts before the food has been tasted again is not in this brain. The response is far above the 100
spikes that it takes, so that responding less costs no food: reward per spike is what the loop saves. Core-hours are
those of a machine with many other loads; a run takes some 10 s of one core."""


def by_phase(run):
    """{phase: its trials}"""
    with run.open() as opened:
        return {phase: readers.trials(opened, phase) for phase in opened.phase_names()}


def food(trials, last=LAST):
    """The trials with food's cue among the last ones."""
    ended = readers.of_trials(trials, slice(-last, None))
    return readers.of_trials(ended, ended["stimulus"] == FOOD)


def responses(trials, last=LAST):
    """Mean spikes after food's cue."""
    return float(food(trials, last)["responses"].mean())


def latency(trials):
    """Mean ms until a response; one that does not come counts as coming with the outcome."""
    late = food(trials)["latency_ms"]
    return float(np.where(np.isnan(late), 375, late).mean())


def measure(run):
    """Share of the responses that satiety takes away."""
    trials = by_phase(run)
    return 1 - responses(trials["sated"]) / responses(trials["hungry"])


def spikes(run, begin, end):
    """Of the D1 cells, in thousands, between two times in ms."""
    with run.open() as opened:
        time, rate = readers.rates(opened, "striatum.D1")
    inside = (time >= begin) & (time < end)
    return rate[inside].sum() * (time[1] - time[0]) * CELLS * 1e-6


def weight_change(run):
    """Mean change of a synapse on D1 cells until the end of the hungry trials, nS."""
    with run.open() as opened:
        weights = readers.weights(opened, "cortex_striatum_D1")
    return float(np.abs(weights["hungry"] - weights["start"]).mean())


def also(run):
    """Latencies, what comes back with hunger, and what a reward costs."""
    trials = by_phase(run)
    hungry, sated, again = (responses(trials[phase]) for phase in ("hungry", "sated", "again"))
    begin, end = (trials[phase]["time_ms"][0] for phase in ("sated", "again"))
    eaten = sum(trials[phase]["reward"].sum() for phase in ("learning", "hungry"))
    return {"value of the food, sated": food(trials["sated"])["reward"].mean(),
            "latency, hungry, ms": latency(trials["hungry"]),
            "latency, sated, ms": latency(trials["sated"]),
            "responses of those when hungry: sated": sated / hungry,
            "hungry again": again / hungry,
            "last 20 of these trials": responses(trials["again"], 20) / hungry,
            "reward per 1000 spikes, sated": trials["sated"]["reward"].sum()
                                             / spikes(run, begin, end),
            "reward per nS of weight change, until sated": eaten / weight_change(run)}


def course(run, block=20):
    """Responses to food's cue over blocks of trials: (middle of each, spikes)."""
    with run.open() as opened:
        trials = readers.trials(opened)
    starts = np.arange(0, len(trials["stimulus"]) - block + 1, block)
    return starts + (block + 1) / 2, [
        responses(readers.of_trials(trials, slice(start, start + block))) for start in starts]


def figure(runs, picture):
    """Responses over trials, and the seeds."""
    with arms_figure.sheet(picture) as (left, right):
        rows = {label: [course(run) for run in arm] for label, arm in runs.items()}
        arms_figure.curves(left, rows[TOLD][0][0],
                           {label: [row for _, row in found] for label, found in rows.items()},
                           "trial", "spikes of D1 cells after food's cue")
        ends = np.cumsum([len(trials["time_ms"]) for trials in by_phase(runs[TOLD][0]).values()])
        for end in ends[1:-1]:
            left.axvline(end, color="#bbbbbb", linewidth=0.7)
        arms_figure.seeds(right, {label: [measure(run) for run in arm]
                                  for label, arm in runs.items()}, "responses lost by satiety")
