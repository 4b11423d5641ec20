# SPDX-License-Identifier: Apache-2.0
"""A rule that stays against a rule that changes: noradrenaline's loop closed, or its concentration
held at the mean of that (T. E. J. Behrens et al., Nat Neurosci 10:1214, 2007)."""
import functools

import numpy as np

from ... import arms_figure, learning_rate, readers, reversals
from . import Leak, held, trials_of

ABOUT = "learning rates in stable and volatile blocks: noradrenaline's loop closed, or clamped"
SEEDS = "21..40"
CLOSED, CLAMPED = "loop closed", "noradrenaline clamped"
PHASES = ("stable_1", "volatile_1", "stable_2", "volatile_2")
ARMS = {CLOSED: [], CLAMPED: held(CLOSED, "noradrenaline", "striatum", PHASES)}
LEAK = Leak(0.5, settings=["task.reward=independent", "phases.stable_1.trials=1",
                           "phases.volatile_1.trials=400", "phases.stable_2.trials=1",
                           "phases.volatile_2.trials=1"])
BLOCK = 20  # trials

NOTE = """\
Fitted is the field's Q learning, with a rate for stable and one for volatile trials, to choices and
rewards alone; that the fit finds known rates, and the same one twice in a learner of fixed rate, is
in `tests/report/test_learning_rate.py`. *Clamped*: noradrenaline is held at the mean of the same
seed's run with the loop closed, so that the rule's learning rate, which goes by bound receptors, is
in the mean as high and does not change. Written in are that errors above the usual ones drive the
nucleus, and that noradrenaline raises learning rates. With noradrenaline clamped the fitted rate is
higher in volatile blocks as well, though the rule's is not: this brain is no Q learner, and the fit
takes some of that for a change of the rate. Noradrenaline's is the difference of the arms alone.
What is missed: it buys nothing here. As many choices are right, and a reversal takes as long, with
as much noradrenaline held still. Rewards are as
reliable in both kinds of block (85/15): with 75/25 and 80/20, as published, failing rewards looked
so much like changes that noradrenaline rose in stable blocks as well (seeds 1001, 1002, while
tuning). Seeds 1..10 were spent on an earlier configuration, which stopped learning where
noradrenaline was clamped; they do not count. Seeds 11..20 of this one gave .75 (.10 to 1.40),
p = .033, which Holm's correction undid; twenty seeds that had not been seen were then run
once. Not run: the same release ten trials late (`--set interventions.late.phases=all`), half a
block out of step."""


@functools.cache
def rates(run):
    """Learning rates fitted to the choices of a run: (stable, volatile)."""
    trials = trials_of(run)
    found, _, _ = learning_rate.fit(trials["action"], trials["reward"], trials["volatile"])
    return found


def measure(run):
    """How often the fitted rate doubles from stable to volatile blocks."""
    stable, volatile = rates(run)
    return float(np.log2(volatile / stable))


def also(run):
    """Both rates, what they are worth, and noradrenaline."""
    trials = trials_of(run)
    with run.open() as opened:
        time, level = readers.concentration(opened, "noradrenaline", "striatum")
    volatile = trials["volatile"] > 0
    then = volatile[np.searchsorted(trials["time_ms"], time, side="right") - 1]
    stable_rate, volatile_rate = rates(run)
    return {"rate, stable": stable_rate, "rate, volatile": volatile_rate,
            "share right, stable": np.mean(trials["correct"][~volatile]),
            "share right, volatile": np.mean(trials["correct"][volatile]),
            "trials to 4 of 5 right after a reversal": reversals.to_follow(trials),
            "noradrenaline, stable, nM": level[~then].mean(),
            "noradrenaline, volatile, nM": level[then].mean()}


def of_trials(run, begins):
    """Mean level of noradrenaline in striatum in each trial, nM."""
    with run.open() as opened:
        time, level = readers.concentration(opened, "noradrenaline", "striatum")
    return readers.each_trial(time, level, begins)


def after_reversals(trials, values):
    """Mean of a column in the trials after a reversal within a volatile block."""
    within = [start for start in reversals.starts(trials)
              if len(set(trials["phase"][start:start + BLOCK])) == 1]
    return reversals.after(values, within, BLOCK).mean(axis=0)


def figure(runs, picture):
    """Choices and noradrenaline after reversals, both rates, the seeds."""
    found = {label: [trials_of(run) for run in arm] for label, arm in runs.items()}
    with arms_figure.sheet(picture, rows=2) as (right, level, each, seeds):
        arms_figure.curves(right, np.arange(BLOCK) + 1, {
            label: [after_reversals(trials, trials["correct"]) for trials in arm]
            for label, arm in found.items()}, "trial after a reversal", "share right")
        arms_figure.curves(level, np.arange(BLOCK) + 1, {
            label: [after_reversals(trials, of_trials(run, trials["time_ms"]))
                    for run, trials in zip(runs[label], arm)] for label, arm in found.items()},
            "trial after a reversal", "noradrenaline in striatum, nM")
        arms_figure.seeds(each, {
            f"{label}, {block}": [rates(run)[k] for run in runs[label]]
            for label in (CLOSED, CLAMPED) for k, block in enumerate(("stable", "volatile"))},
            "fitted learning rate")
        arms_figure.seeds(seeds, {label: [measure(run) for run in arm]
                                  for label, arm in runs.items()}, "log2 of volatile / stable")
