# SPDX-License-Identifier: Apache-2.0
"""Izhikevich's program of Cereb Cortex 17:2443 (2007), Fig. 1, written anew in numpy: where the
rewarded synapse ends among all, to hold experiment distal-reward against. No test: some minutes a
seed. `scripts/python tests/reference/distal_reward.py SEED [SECONDS]`"""
import sys

import numpy as np

NE, NI, M = 800, 200, 100  # excitatory, inhibitory, synapses of each
N = NE + NI


def percentile(weight, others):
    """Where a weight lies among the others, in %."""
    return 100 * (np.mean(others < weight) + 0.5 * np.mean(others == weight))


def simulate(seed, seconds):
    """(rewarded weight, the others, rate of excitatory cells in Hz) at the end"""
    random = np.random.default_rng(seed)
    post = np.concatenate([random.integers(0, N, (NE, M)), random.integers(0, NE, (NI, M))])
    s = np.concatenate([np.ones((NE, M)), -np.ones((NI, M))])
    sd, change = np.zeros((N, M)), np.empty((NE, M))
    flat, sources = sd.reshape(-1), np.repeat(np.arange(N), M)
    onto = [np.flatnonzero(post[:NE].reshape(-1) == i) for i in range(N)]
    a, d = np.repeat([0.02, 0.1], [NE, NI]), np.repeat([8.0, 2.0], [NE, NI])
    v, trace, before, dopamine, first_at = np.full(N, -65.0), np.zeros(N), np.zeros(N), 0.0, -100
    u, second, rewards, spikes = 0.2 * v, post[0, 0], set(), 0
    s[0, 0] = 0
    for t in range(1, 1000 * seconds + 1):
        current = 13 * (random.random(N) - 0.5)
        fired = np.flatnonzero(v >= 30)
        v[fired] = -65
        u[fired] += d[fired]
        trace[fired] = 0.1
        spikes += np.count_nonzero(fired < NE)
        for i in fired:
            flat[onto[i]] += before[sources[onto[i]]]
        for i in fired:
            np.add.at(current, post[i], s[i])
            sd[i] -= 1.5 * trace[post[i]]
        for _ in range(2):
            v += 0.5 * ((0.04 * v + 5) * v + 140 - u + current)
        u += a * (0.2 * v - u)
        before[:] = trace
        trace *= 0.95
        dopamine *= 0.995
        if t % 10 == 0:
            np.multiply(sd[:NE], 0.002 + dopamine, out=change)
            change += s[:NE]
            np.clip(change, 0, 4, out=s[:NE])
            sd *= 0.99
        if 0 in fired:
            first_at = t
        if second in fired and 0 < t - first_at < 20:
            rewards.add(t + 1000 + int(np.ceil(2000 * random.random())))
        dopamine += 0.5 * (t in rewards)
    return s[0, 0], s[:NE].reshape(-1)[1:], spikes / NE / seconds


if __name__ == "__main__":
    TIME = int(sys.argv[2]) if len(sys.argv) > 2 else 3600
    found, rest, hz = simulate(int(sys.argv[1]), TIME)
    print(f"rewarded weight {found:.3f}, percentile {percentile(found, rest):.2f}; mean "
          f"{rest.mean():.3f}, saturated {100 * np.mean(rest > 3.9):.2f} %, {hz:.2f} Hz")
