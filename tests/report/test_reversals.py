# SPDX-License-Identifier: Apache-2.0
"""Reversals: blocks, trials after events and trials to follow a reversal, counted by hand."""
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.environ["SOURCE_DIR"], "scripts"))
from phasic_run import reversals  # noqa: E402

right = np.array([0, 1, 1, 1,  0, 0, 1, 1,  1, 0, 1, 0,  1, 1])
trials = {"block": np.array([3] * 4 + [4] * 4 + [5] * 4 + [6] * 2), "correct": right}

assert list(reversals.starts(trials)) == [4, 8, 12]
assert reversals.blocks(trials) == [(0, 4), (4, 8), (8, 12), (12, 14)]

# The last event is too late for three trials.
assert reversals.after(right, [4, 8, 12], 3).tolist() == [[0, 0, 1], [1, 0, 1]]
assert reversals.after(right, [4, 12], 2).tolist() == [[0, 0], [1, 1]]

# Both of two right: after four trials, never (of four), and the short last block does not count.
assert reversals.to_follow(trials, share=1, window=2) == (4 + 5) / 2
# One right: after three trials and after one.
assert reversals.to_follow(trials, share=1, window=1) == (3 + 1) / 2
# A last block as long as the one before counts.
whole = {name: column[:12] for name, column in trials.items()}
assert reversals.to_follow(whole, share=1, window=1) == (3 + 1) / 2
# Without a reversal there is nothing to follow.
assert np.isnan(reversals.to_follow({"block": np.zeros(5), "correct": right[:5]}))
