# SPDX-License-Identifier: Apache-2.0
"""A plain network of rates, trained by gradient: what experiments that learn one thing after another
are held against, for scale. It is told the right answer, which no brain here is."""
import numpy as np

HIDDEN, RATE, SURE, PASSES = 100, 0.05, 0.9, 1000


class RateNetwork:
    """One hidden layer of rectified units and a softmax, by stochastic gradient descent, an example
    at a time."""

    def __init__(self, inputs, outputs, seed, hidden=HIDDEN, rate=RATE):
        draw, self.rate = np.random.default_rng(seed), rate
        self.first = draw.normal(0, np.sqrt(2 / inputs), (hidden, inputs))
        self.second = draw.normal(0, np.sqrt(1 / hidden), (outputs, hidden))
        self.bias = np.zeros(hidden), np.zeros(outputs)

    def _forward(self, x):
        """(rates of the hidden units, probabilities of the answers)"""
        hidden = np.maximum(self.first @ x + self.bias[0], 0)
        out = self.second @ hidden + self.bias[1]
        out = np.exp(out - out.max())
        return hidden, out / out.sum()

    def probabilities(self, x):
        """Of the answers to an input."""
        return self._forward(x)[1]

    def learn(self, x, answer):
        """A step down the gradient of the cross entropy."""
        hidden, error = self._forward(x)
        error[answer] -= 1
        back = (self.second.T @ error) * (hidden > 0)
        self.second -= self.rate * np.outer(error, hidden)
        self.first -= self.rate * np.outer(back, x)
        for bias, by in zip(self.bias, (back, error)):
            bias -= self.rate * by

    def train(self, inputs, answers, sure=SURE, passes=PASSES):
        """Pass over the examples until each is answered right with the probability `sure`.
        @return passes that it took"""
        for k in range(passes):
            if all(self.probabilities(x)[a] >= sure for x, a in zip(inputs, answers)):
                return k
            for x, answer in zip(inputs, answers):
                self.learn(x, answer)
        return passes

    def right(self, inputs, answers):
        """Share of examples that are answered right."""
        return float(np.mean([self.probabilities(x).argmax() == a
                              for x, a in zip(inputs, answers)]))


def in_a_row(network, sets):
    """Train on sets one after the other. sets: [(inputs, answers)]
    @return share right of each set (column) after each (row); NaN for those still to come"""
    made = np.full((len(sets), len(sets)), np.nan)
    for k, (inputs, answers) in enumerate(sets):
        network.train(inputs, answers)
        made[k, :k + 1] = [network.right(*known) for known in sets[:k + 1]]
    return made
