# SPDX-License-Identifier: Apache-2.0
"""Measures of experiments that compare arms, on trials and weights that are made up and counted by
hand."""
import contextlib
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.environ["SOURCE_DIR"], "scripts"))
from phasic_run.experiments.neuromodulation import (  # noqa: E402
    broadcast_coordination, explore_exploit, gates, learners, practice)


class Made:
    """A run: its trials by phase, and weights."""

    def __init__(self, weights=None, **phases):
        self.phases, self.made = phases, weights or {}

    @contextlib.contextmanager
    def open(self):
        yield self

    def phase_names(self):
        return list(self.phases)

    def trials(self):
        names = {name for trials in self.phases.values() for name in trials}
        made = {name: np.concatenate([np.array(trials[name]) for trials in self.phases.values()])
                for name in names}
        made["phase"] = np.repeat(range(len(self.phases)), [
            len(next(iter(trials.values()))) for trials in self.phases.values()])
        return made

    def group(self, path):
        return self.made.get(path)


def of(*right):
    """A run of one phase with these answers."""
    return Made(world={"correct": right})


# Learners. Seed by seed: the fast one gains .5 and .25 from change, the slow one .25 and -.25 from
# structure, so that the lesser is .25 and -.25.
runs = {"fast, change": [of(1, 1, 1, 0), of(1, 1, 0, 0)],
        "slow, change": [of(1, 0, 0, 0), of(1, 0, 0, 0)],
        "fast, structure": [of(1, 1, 0, 0), of(1, 1, 1, 0)],
        "slow, structure": [of(1, 1, 1, 0), of(1, 1, 0, 0)]}
found = learners.values(runs)
assert found[learners.GAIN_FAST] == [0.5, 0.25], found
assert found[learners.GAIN_SLOW] == [0.25, -0.25], found
assert found[learners.LESSER] == [0.25, -0.25], found


def tested(*paid):
    """A run with these rewards in the test, after one in learning that must not count."""
    return Made(learning={"reward": [1]}, test={"reward": paid})


# Gates. Of two ways to switch the dendrite off the one that costs less counts.
runs = {label: [tested(1, 1, 1, 1)] for label in gates.ARMS}
runs |= {gates.NO_GLIA: [tested(0, 0, 0, 1)], gates.NO_PFC_I: [tested(1, 0, 0, 1)],
         gates.PASSIVE: [tested(0, 0, 0, 0)], gates.DRIVEN: [tested(1, 1, 1, 0)]}
found = gates.values(runs)
assert found["glia"] == [0.75] and found["prefrontal interneurons"] == [0.5], found
assert found["apical dendrite"] == [0.25] and found[gates.LEAST] == [0.25], found

# Practice: the answers after the night count, not those of practice.
run = Made(practice={"correct": [1, 1, 1, 1], "context": [0] * 4},
           retention={"correct": [1, 0, 1, 0, 0], "context": [0, 0, 1, 3, 3]})
assert practice.measure(run) == 0.4
assert practice.also(run)["retention, worst digit"] == 0
assert practice.also(run)["practice, last 40"] == 1

# Changes of weights: the mean of each target cell, whichever order its synapses have; the cell
# without synapses has none.
tract = {"0_start": {"target": np.array([0, 2, 2, 0]), "weight": np.array([1., 1., 1., 1.])},
         "1_one": {"target": np.array([0, 2, 2, 0]), "weight": np.array([2., 1., 4., 0.])}}
tract = {name: {key: {(): values} for key, values in columns.items()}
         for name, columns in tract.items()}
run = Made(weights={"weights/tract": tract})
assert broadcast_coordination.changes(run, "tract", "start", "one").tolist() == [0, 0, 1.5]
assert broadcast_coordination.alike(np.array([1, 2, 3]), np.array([2, 4, 6])) > 0.999
assert broadcast_coordination.alike(np.array([1, 2, 3]), np.array([3, 2, 1])) < -0.999
assert broadcast_coordination.alike(np.array([1, 2, 3]), np.zeros(3)) == 0

# Entropy over ten choices: none where all are alike, one bit where half are; NaN before the tenth.
bits = explore_exploit.entropy(np.array([0] * 10 + [1] * 10))
assert np.isnan(bits[:9]).all() and bits[9] == bits[19] == 0 and abs(bits[14] - 1) < 1e-12, bits
since = explore_exploit.since_change({"better": np.array([0, 0, 1, 1, 1, 0])})
assert since.tolist() == [-1, -1, 0, 1, 2, 0], since
