# SPDX-License-Identifier: Apache-2.0
"""Learning rates fitted to choices, and the rate that would be best. The model is the field's usual
one: Q of the action chosen moves by alpha (reward - Q), choices follow softmax(beta Q). Trials may
be of several conditions (stable, volatile): each has a rate, all share beta."""
import itertools

import numpy as np

Q_START = 0.5
_ALPHA, _BETA = (0.005, 0.98), (0.2, 40.0)  # where rates and slopes are sought
_POINTS, _ROUNDS = (9, 9), 8                # of the grid in each of them; times it is narrowed


def _likelihood(actions, rewards, conditions, alphas, beta, begins):
    """log P(choices) for arrays of parameters; alphas: one array a condition."""
    shape, options = beta.shape, int(actions.max()) + 1
    Q = np.full((max(options, 2),) + shape, Q_START)
    total = np.zeros(shape)
    for action, reward, condition, begin in zip(actions, rewards, conditions, begins):
        if begin:
            Q[:] = Q_START
        if action < 0:  # no choice of its own: nothing is known
            continue
        drive = beta * Q
        top = drive.max(axis=0)
        total += drive[action] - top - np.log(np.exp(drive - top).sum(axis=0))
        Q[action] += alphas[condition] * (reward - Q[action])
    return total


def _logit(p):
    return np.log(p / (1 - p))


def fit(actions, rewards, conditions=None, begins=None):
    """The most likely rates, by a grid that is narrowed around its best point.

    actions: index of the action, -1: none (left out); rewards: 0..1; conditions: 0, 1, ... for
    each trial, None: all alike; begins: true where everything is to be learnt anew.
    @return (rate of each condition, beta, log likelihood)"""
    actions, rewards = np.asarray(actions, dtype=int), np.asarray(rewards, dtype=float)
    n = len(actions)
    conditions = np.zeros(n, dtype=int) if conditions is None else np.asarray(conditions, dtype=int)
    begins = np.zeros(n, dtype=bool) if begins is None else np.asarray(begins, dtype=bool)
    kinds = int(conditions.max()) + 1
    low = np.array([_logit(_ALPHA[0])] * kinds + [np.log(_BETA[0])])
    high = np.array([_logit(_ALPHA[1])] * kinds + [np.log(_BETA[1])])
    bounds = low, high
    for _ in range(_ROUNDS):
        axes = [np.linspace(a, b, _POINTS[k == kinds]) for k, (a, b) in enumerate(zip(low, high))]
        grid = np.array(list(itertools.product(*axes))).T
        alphas = 1 / (1 + np.exp(-grid[:kinds]))
        found = _likelihood(actions, rewards, conditions, alphas, np.exp(grid[kinds]), begins)
        best = grid[:, found.argmax()]
        half = (high - low) / 4  # two steps of the grid of nine to either side
        low, high = np.maximum(best - half, bounds[0]), np.minimum(best + half, bounds[1])
    return 1 / (1 + np.exp(-best[:kinds])), float(np.exp(best[kinds])), float(found.max())


def simulate(p_reward, alphas, beta, conditions=None, seed=1):
    """Choices and rewards of a learner of known rates.

    p_reward: probability of reward, trials x actions; alphas: rate of each condition."""
    random, p_reward = np.random.default_rng(seed), np.asarray(p_reward, dtype=float)
    n, options = p_reward.shape
    conditions = np.zeros(n, dtype=int) if conditions is None else conditions
    Q, actions, rewards = np.full(options, Q_START), np.empty(n, dtype=int), np.empty(n)
    for t in range(n):
        weight = np.exp(beta * (Q - Q.max()))
        actions[t] = np.searchsorted(np.cumsum(weight) / weight.sum(), random.random())
        rewards[t] = random.random() < p_reward[t, actions[t]]
        Q[actions[t]] += alphas[conditions[t]] * (rewards[t] - Q[actions[t]])
    return actions, rewards


def tracking_error(p, alpha, start=Q_START):
    """Mean squared distance between the estimate and the probability p[t] of a reward that is seen
    in every trial, exactly: the estimate's mean and variance follow from p. alpha: an array."""
    mean, variance, error = np.full(alpha.shape, start), np.zeros(alpha.shape), 0.0
    for q in p:
        error = error + (mean - q) ** 2 + variance
        variance = (1 - alpha) ** 2 * variance + alpha ** 2 * q * (1 - q)
        mean = mean + alpha * (q - mean)
    return error / len(p)


def best_rate(schedules, start=Q_START):
    """The rate that tracks these schedules (a list of sequences of p) best on average."""
    alpha = np.linspace(0.001, 0.999, 999)
    return float(alpha[np.mean([tracking_error(p, alpha, start) for p in schedules],
                               axis=0).argmin()])
