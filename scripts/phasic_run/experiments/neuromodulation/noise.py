# SPDX-License-Identifier: Apache-2.0
"""A transient of a few trials against a change of the rule: the first is to be let pass, the second
followed."""
import numpy as np

from ... import arms_figure, readers, reversals
from . import Leak, held, trials_of

ABOUT = "a transient against a true change of rule: noradrenaline's loop closed, or clamped"
SEEDS = "1..10"
CLOSED, CLAMPED = "loop closed", "noradrenaline clamped"
PHASES = TRANSIENTS, CHANGES = "transients", "changes"
ARMS = {CLOSED: [], CLAMPED: held(CLOSED, "noradrenaline", "striatum", PHASES)}
LEAK = Leak(0.5, settings=("task.reward=independent", "phases.transients.trials=1",
                           "phases.changes.trials=80"))
KNOWN = 20   # trials until the first rule is known
WINDOW = 10  # trials after a transient
BLOCK = 20   # trials from one change to the next

NOTE = """\
*Clamped*: noradrenaline is held at the mean of the same seed's run with the loop closed, so that the
learning rate is in the mean as high and does not change. A transient is as three trials after a change,
and at its third nothing tells them apart: what differs is that few errors lie behind it. Three, as
one alone misleads no learner at such rates (in a sketch of the task as an actor-critic). Of twelve
seeds planned the last two were left out for want of time, before any was looked at."""


def after_transients(run):
    """Right or not in the trials after each transient, a row each."""
    trials = trials_of(run, TRANSIENTS)
    ends = np.flatnonzero(np.diff(trials["outlier"]) < 0) + 1
    return reversals.after(trials["correct"], ends[ends > KNOWN], WINDOW)


def after_changes(run):
    """Right or not in the trials after each change, a row each."""
    trials = trials_of(run, CHANGES)
    return reversals.after(trials["correct"], reversals.starts(trials), BLOCK)


def measure(run):
    """Share by the new rule after a change, less share against the rule after a transient."""
    return float(after_changes(run).mean() - (1 - after_transients(run).mean()))


def also(run):
    """Both shares, how long a change takes, and noradrenaline."""
    changes = trials_of(run, CHANGES)
    with run.open() as opened:
        time, level = readers.concentration(opened, "noradrenaline", "striatum")
    before = time < changes["time_ms"][0]
    return {"share right after a change": after_changes(run).mean(),
            "share wrong after a transient": 1 - after_transients(run).mean(),
            "trials to 4 of 5 right after a change": reversals.to_follow(changes),
            "noradrenaline, transients, nM": level[before].mean(),
            "noradrenaline, changes, nM": level[~before].mean()}


def figure(runs, picture):
    """Choices after transients, after changes, and the seeds."""
    with arms_figure.sheet(picture, columns=3) as (transient, change, seeds):
        for axes, of, name in ((transient, after_transients, "trial after a transient"),
                               (change, after_changes, "trial from a change on")):
            rows = {label: [of(run).mean(axis=0) for run in arm] for label, arm in runs.items()}
            arms_figure.curves(axes, np.arange(len(rows[CLOSED][0])) + 1, rows, name, "share right")
            axes.set(ylim=(0, 1.03))
        arms_figure.seeds(seeds, {label: [measure(run) for run in arm]
                                  for label, arm in runs.items()},
                          "right after a change - wrong after a transient")
