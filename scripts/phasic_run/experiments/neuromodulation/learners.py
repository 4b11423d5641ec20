# SPDX-License-Identifier: Apache-2.0
"""Two learners that differ in their learning rate, in a world that changes and in one that stays:
who gains from what (T. E. J. Behrens et al., Nat Neurosci 10:1214, 2007)."""
import numpy as np

from ... import arms_figure, readers
from . import Leak, trials_of

ABOUT = "a fast and a slow learner in a world that changes and in one that stays"
SEEDS = "1..10"
RATES = {"fast": 1.5, "slow": 0.08}      # /s, at the tonic levels; 0.12 in the default brain
TRACTS = ("cortex_striatum_D1", "cortex_striatum_D2", "pfc_striatum_D1", "pfc_striatum_D2")
CHANGE, STRUCTURE = "change", "structure"
WORLDS = {CHANGE: ["task.reversals.every=20"],
          STRUCTURE: ["task.cues=2", "task.p_better=0.7", "task.p_worse=0.3",
                      "phases.world.trials=160"]}
LESSER, GAIN_FAST, GAIN_SLOW = "lesser gain", "gain of the fast from change", \
    "gain of the slow from structure"
OWN = (LESSER, GAIN_FAST, GAIN_SLOW)
LEAK = Leak(0.5, settings=("task.reward=independent", "task.reversals.every=20"))
WINDOW = 20  # trials of the running share

NOTE = """\
The parameter is the rate at which dopamine moves the synapses of cortex and prefrontal cortex on cells of both pathways,
12 times the default brain's and two thirds of it. In *change* one cue is shown, rewards are sure, and the better action
changes every 20 trials; in *structure* the better action stays, is another one for each of two cues, and pays in 70 %
of trials, the other in 30 %. That a higher rate forgets sooner is arithmetic; how much either world asks for is not
written in. The measure takes the lesser of both gains in each seed, which chance makes smaller than either: the rows
below have both. Noradrenaline, which moves this rate from trial to trial, is the subject of `volatility` and `noise`."""


def rate(per_second):
    """Settings of a learner."""
    return [f"tracts.{tract}.plasticity.learning_rate={per_second} /s" for tract in TRACTS]


def label(learner, world):
    """Of an arm."""
    return f"{learner}, {world}"


ARMS = {label(learner, world): rate(per_second) + settings
        for learner, per_second in RATES.items() for world, settings in WORLDS.items()}


def share(run):
    """Share right of all trials."""
    return readers.share_right(trials_of(run))


def values(runs):
    """Every arm's share right, both gains, and the lesser."""
    made = {name: [share(run) for run in arm] for name, arm in runs.items()}
    def gain(world, of, over):
        return np.subtract(made[label(of, world)], made[label(over, world)])
    change, structure = gain(CHANGE, "fast", "slow"), gain(STRUCTURE, "slow", "fast")
    return {LESSER: np.minimum(change, structure).tolist(), GAIN_FAST: change.tolist(),
            GAIN_SLOW: structure.tolist(), **made}


def also(run):
    """Share right late in the run."""
    return {"last 60 trials": readers.share_right(trials_of(run), 60)}


def figure(runs, picture):
    """Share right over trials in both worlds, and the gains of every seed."""
    found = values(runs)
    with arms_figure.sheet(picture, columns=3) as (change, structure, seeds):
        for axes, world in ((change, CHANGE), (structure, STRUCTURE)):
            rows = {learner: [arms_figure.smoothed(trials_of(run)["correct"], WINDOW)
                              for run in runs[label(learner, world)]] for learner in RATES}
            arms_figure.curves(axes, np.arange(len(rows["fast"][0])) + 1, rows,
                               f"trial, world of {world}", f"share right, last {WINDOW}")
        arms_figure.seeds(seeds, {name.replace(" from", "\nfrom"): found[name]
                                  for name in (GAIN_FAST, GAIN_SLOW)}, "gain, share right")
