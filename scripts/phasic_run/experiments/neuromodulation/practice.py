# SPDX-License-Identifier: Apache-2.0
"""Schedules of practice (contextual interference: J. B. Shea, R. L. Morgan, J Exp Psychol Hum Learn
Mem 5:179, 1979): digits interleaved or in blocks, groups of trials massed or spaced, and what is
known after a night."""
import numpy as np

from ... import arms_figure, readers
from . import Leak, trials_of

ABOUT = "blocked, interleaved, massed and spaced practice; retention after a night"
SEEDS = "1..10"
MIXED, BLOCKED = "interleaved", "blocked"   # massed, if nothing else is said
IN_BLOCKS = ["task.order=blocked"]
SPACED = ["task.spacing={trials: 20, pause: 4 s}"]
ARMS = {MIXED: [], BLOCKED: IN_BLOCKS, "interleaved, spaced": SPACED,
        "blocked, spaced": IN_BLOCKS + SPACED}
LEAK = Leak(0.5)
LAST = 40     # trials: a block
WINDOW = 20   # of the running share

NOTE = """\
Nothing about schedules is written in: the same images, trials and rewards, in another order. In blocks nearly every
answer is right, as one action is right for forty trials on end; the price is paid later: the digits of the other action
are then answered as the last block was, and one digit is not known at all. That what looks better in practice is known
worse after a night is what Shea and Morgan found in people. What is missing: a gain from spacing. Pauses of 4 s let
modulators come back to their tonic levels, but no synapse of this brain consolidates between groups, and a night changes
no weight, so that what is told of the night is what the last trial left. The rows with pauses are told beside, not
tested; they lie within the intervals of those without. One seed of ten, interleaved, ended below chance."""


def measure(run):
    """Share right on images that were never shown, after the night, plasticity frozen."""
    return readers.share_right(trials_of(run, "retention"))


def also(run):
    """What practice looked like while it lasted, and what is not known after the night."""
    practice, retention = trials_of(run, "practice"), trials_of(run, "retention")
    digits = [retention["correct"][retention["context"] == d].mean()
              for d in np.unique(retention["context"])]
    return {"practice, all": readers.share_right(practice),
            "practice, last 40": readers.share_right(practice, LAST),
            "retention, worst digit": float(min(digits))}


def figure(runs, picture):
    """Practice, and the seeds."""
    with arms_figure.sheet(picture) as (practice, seeds):
        rows = {label: [arms_figure.smoothed(trials_of(run, "practice")["correct"], WINDOW)
                        for run in arm] for label, arm in runs.items()}
        arms_figure.curves(practice, np.arange(len(rows[MIXED][0])) + 1, rows,
                           "trial of practice", f"share right, last {WINDOW}")
        arms_figure.seeds(seeds, {label.replace(", ", "\n"): [measure(run) for run in arm]
                                  for label, arm in runs.items()},
                          "share right after the night")
