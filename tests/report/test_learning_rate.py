# SPDX-License-Identifier: Apache-2.0
"""Learning rates: known ones are recovered, a fixed one is found alike in stable and volatile
blocks, and the best rate is that of a simulation and of shared figures."""
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.environ["SOURCE_DIR"], "scripts"))
from phasic_run import learning_rate as lr  # noqa: E402


def schedule(seed, stable=120, volatile=120):
    """One side's probability: 75/25, then 80/20 that flips every 30 to 40 trials."""
    random = np.random.default_rng(seed)
    p, side = [0.75] * stable, 0.2
    while len(p) < stable + volatile:
        p += [side] * int(random.integers(30, 41))
        side = 1 - side
    p = np.array(p[:stable + volatile])
    return np.stack([p, 1 - p], axis=1), (np.arange(len(p)) >= stable).astype(int)


# The likelihood, by hand: 0.5 first; then Q of action 0 is 0.5 + 0.2 * 0.5 = 0.6.
choice = np.exp(3 * 0.6) / (np.exp(3 * 0.6) + np.exp(3 * 0.5))
by_hand = np.log(0.5) + np.log(choice)
found = lr._likelihood(np.array([0, -1, 0]), np.array([1.0, 0, 1]), np.zeros(3, dtype=int),
                       [np.array([0.2])], np.array([3.0]), np.zeros(3, dtype=bool))
assert abs(found[0] - by_hand) < 1e-12, (found, by_hand)
# Learnt anew: nothing is left of the first trial.
found = lr._likelihood(np.array([0, 0]), np.array([1.0, 0]), np.zeros(2, dtype=int),
                       [np.array([0.2])], np.array([3.0]), np.array([True, True]))
assert abs(found[0] - 2 * np.log(0.5)) < 1e-12, found

# A long record gives the rates back, each condition's own, and no point nearby is more likely.
p, conditions = schedule(1, 1500, 1500)
for alphas, beta in (([0.1, 0.4], 5.0), ([0.3, 0.3], 3.0), ([0.5, 0.15], 8.0)):
    made = lr.simulate(p, alphas, beta, conditions, seed=7)
    rates, slope, likelihood = lr.fit(*made, conditions)
    assert np.all(np.abs(rates - alphas) < 0.25 * np.array(alphas)), (rates, alphas)
    assert abs(slope - beta) < 0.15 * beta, (slope, beta)
    for shift in ([0.01, 0], [-0.01, 0], [0, 0.01], [0, -0.01]):
        near = lr._likelihood(*made, conditions, [np.array([x]) for x in rates + shift],
                              np.array([slope]), np.zeros(len(p), dtype=bool))
        assert near[0] <= likelihood + 1e-6, (near, likelihood)

# Over short records as of an experiment: the mean of log ratios is 0 for a fixed rate, and that of
# a learner that is faster where it is volatile is not.
def log_ratios(alphas, n):
    made = []
    for seed in range(n):
        p, conditions = schedule(seed)
        rates, _, _ = lr.fit(*lr.simulate(p, alphas, 5.0, conditions, seed), conditions)
        made.append(np.log(rates[1] / rates[0]))
    return np.array(made)


fixed, faster = log_ratios([0.2, 0.2], 40), log_ratios([0.08, 0.32], 40)
error = np.std(fixed, ddof=1) / np.sqrt(len(fixed))
assert abs(np.mean(fixed)) < max(3 * error, 0.3), (np.mean(fixed), error)
assert np.mean(faster) > np.log(2), np.mean(faster)

# The best rate: 0.05 in a stable block, 0.21 in volatile ones; the error against a simulation.
assert abs(lr.best_rate([[0.75] * 120]) - 0.05) < 0.005
flips = [schedule(seed, 0, 120)[0][:, 0] for seed in range(100)]
assert abs(lr.best_rate(flips) - 0.215) < 0.01, lr.best_rate(flips)
random, p = np.random.default_rng(3), schedule(2, 40, 40)[0][:, 0]
V, squares = np.full(20000, lr.Q_START), []
for q in p:
    squares.append(np.mean((V - q) ** 2))
    V += 0.3 * ((random.random(len(V)) < q) - V)
exact = lr.tracking_error(p, np.array([0.3]))[0]
assert abs(np.mean(squares) - exact) < 0.01 * exact, (np.mean(squares), exact)
print(f"fixed rate: volatile / stable {np.exp(np.mean(fixed)):.2f}, best {lr.best_rate(flips):.3f}")
