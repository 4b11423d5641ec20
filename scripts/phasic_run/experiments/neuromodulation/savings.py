# SPDX-License-Identifier: Apache-2.0
"""Serial reversals: how many trials it takes to return to a rule that was learnt before, where a
further cue goes with each rule and where none does."""
import numpy as np

from ... import arms_figure, reversals
from . import Leak, trials_of

ABOUT = "serial reversals: trials to return to a rule, against those to learn it"
SEEDS = "11..30"
SEEN, UNSEEN = "context seen", "no context"
ARMS = {SEEN: [], UNSEEN: ["task.context=false"]}
# Blocks of a fixed length: where 8 of 10 right ones end a block, wrong ones are seen more often.
LEAK = Leak(0.5, settings=("task.reward=independent", "task.reversals={every: 20, right: 0}",
                           "phases.serial.trials=600"))
RULES = 2    # the first block of each is its acquisition
LAST = 4     # blocks that tell how long a return takes
SHOWN = 6    # blocks in the figure

NOTE = """\
A block takes at least 8 trials, so that returns with a context are near the fewest there can be. First learning is about
as long with a context as without (a little longer: both rules share the cue's synapses until the contexts' own ones have
taken over); the returns alone compare as the column *trials, return* says. Without a context a return takes longer than
first learning, because what was learnt has to be unlearnt. The savings are thus those of synapses that are kept apart by
the context seen; that they need any modulator's loop beyond dopamine's is not tested here. Seeds 1..10, of the same
configuration, gave 3.25 (1.16 to 5.34). Their leak test, .457, was made badly: blocks could still end with eight of ten
right, so that of choices which knew nothing and were held on to wrong ones were seen for longer than right ones. Now its
blocks have twenty trials each."""


def lengths(trials):
    """Trials of each block, which ends when the rule has been learnt. The block that the run's end
    cuts short is left out, unless nothing was ever returned to."""
    made = [end - begin for begin, end in reversals.blocks(trials)]
    return np.array(made[:-1] if len(made) > RULES + 1 else made, dtype=float)


def acquisition(trials):
    """Mean trials to learn a rule at first."""
    return float(lengths(trials)[:RULES].mean())


def back(trials):
    """Mean trials of the last returns to a rule; those of learning it where there was none."""
    returns = lengths(trials)[RULES:]
    return float(returns[-LAST:].mean()) if len(returns) else acquisition(trials)


def measure(run):
    """Trials saved: to learn a rule at first, less to return to it at last."""
    trials = trials_of(run)
    return acquisition(trials) - back(trials)


def also(run):
    """Both numbers, and what is left of an old rule before it has paid again."""
    trials = trials_of(run)
    starts = reversals.starts(trials)[RULES - 1:][-LAST:]
    kept = reversals.after(trials["correct"], starts, 3)
    return {"trials, first": acquisition(trials), "trials, return": back(trials),
            "share right in the first 3 trials of a return": kept.mean() if len(kept) else np.nan,
            "blocks": len(lengths(trials))}


def padded(trials):
    """Lengths of the first blocks, NaN where there were fewer."""
    made = lengths(trials)[:SHOWN]
    return np.concatenate([made, np.full(SHOWN - len(made), np.nan)])


def figure(runs, picture):
    """Trials of each block, choices after a return, the seeds."""
    found = {label: [trials_of(run) for run in arm] for label, arm in runs.items()}
    with arms_figure.sheet(picture, columns=3) as (blocks, right, seeds):
        arms_figure.curves(blocks, np.arange(SHOWN) + 1, {
            label: [padded(trials) for trials in arm] for label, arm in found.items()},
            "block", "trials until 8 of 10 are right")
        arms_figure.curves(right, np.arange(8) + 1, {
            label: [reversals.after(trials["correct"], reversals.starts(trials)[RULES - 1:],
                                    8).mean(axis=0) for trials in arm]
            for label, arm in found.items()}, "trial after the return of a rule", "share right")
        arms_figure.seeds(seeds, {label: [measure(run) for run in arm]
                                  for label, arm in runs.items()}, "trials saved")
