# SPDX-License-Identifier: Apache-2.0
"""What experiments on the reversal task ask of its trials (readers.trials): blocks between
reversals, and how long it takes to follow one."""
import numpy as np

from . import readers


def starts(trials):
    """Index of the first trial after each reversal."""
    return np.flatnonzero(np.diff(trials["block"]) > 0) + 1


def blocks(trials):
    """Index ranges (begin, end) of the blocks, the last one as far as it goes."""
    edges = [0, *starts(trials), len(trials["block"])]
    return list(zip(edges[:-1], edges[1:]))


def after(values, events, length):
    """Values of the trials from each event on, one row an event; events too late are left out."""
    return np.array([values[event:event + length] for event in events
                     if event + length <= len(values)], dtype=float)


def to_follow(trials, share=0.8, window=5):
    """Mean number of trials from a reversal until `window` in a row have this share right; of
    blocks that never have, their length and one more. The last block counts if it is as long as
    the one before; NaN where no block does."""
    ranges = blocks(trials)[1:]
    if len(ranges) > 1 and np.diff(ranges[-1]) < np.diff(ranges[-2]):
        ranges.pop()
    made = [readers.to_criterion(trials["correct"][begin:end], share, window)
            for begin, end in ranges]
    return float(np.mean(made)) if made else float("nan")
