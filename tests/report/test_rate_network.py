# SPDX-License-Identifier: Apache-2.0
"""The network of rates that experiments are held against: its gradient, that it learns a set, that
the next one takes away what contradicts it, and that both are learnt when they are mixed."""
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.environ["SOURCE_DIR"], "scripts"))
from phasic_run import rate_network  # noqa: E402
from phasic_run.rate_network import RateNetwork  # noqa: E402


def loss(network, x, answer):
    """Cross entropy of an example."""
    return -np.log(network.probabilities(x)[answer])


# A step changes the weights by the slope of the loss, which is found by differences.
draw = np.random.default_rng(1)
x, step = draw.normal(size=7), 1e-6
for name, place in (("first", (3, 2)), ("second", (1, 4))):
    network = RateNetwork(7, 3, 5, hidden=8, rate=0.5)
    weights, before = getattr(network, name), loss(network, x, 2)
    weights[place] += step
    slope = (loss(network, x, 2) - before) / step
    weights[place] -= step
    was = weights[place]
    network.learn(x, 2)
    assert abs(weights[place] - (was - 0.5 * slope)) < 1e-5, (name, slope)

# Sets of two cues, with cells of their own and what all sets have in common (the stronger part), to
# which the answers of the second set are the other ones.
own = (draw.random((4, 200)) < 0.08).astype(float)
common = np.repeat(np.eye(2), 50, axis=1)
inputs = [np.concatenate([own[cue], 2 * common[cue % 2]]) for cue in range(4)]
first, second = (inputs[:2], [0, 1]), (inputs[2:], [1, 0])
found = rate_network.in_a_row(RateNetwork(300, 2, 1), [first, second])
assert found[0, 0] == 1 and found[1, 1] == 1 and np.isnan(found[0, 1]), found
assert found[1, 0] == 0, found            # forgotten
mixed = RateNetwork(300, 2, 1)
mixed.train(first[0] + second[0], first[1] + second[1])
assert mixed.right(*first) == 1 and mixed.right(*second) == 1
same = rate_network.in_a_row(RateNetwork(300, 2, 1), [first, second])
assert np.array_equal(found, same, equal_nan=True)
