# SPDX-License-Identifier: Apache-2.0
"""Statistics of experiments against tables, brute force and worked examples."""
import itertools
import math
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.environ["SOURCE_DIR"], "scripts"))
from phasic_run import statistics as s  # noqa: E402

# Quantiles of Student's t from tables.
for p, freedom, t in ((0.975, 1, 12.7062), (0.975, 2, 4.30265), (0.975, 9, 2.26216),
                      (0.95, 9, 1.83311), (0.975, 29, 2.04523), (0.995, 4, 4.60409),
                      (0.975, 1000, 1.96234)):
    assert abs(s.t_quantile(p, freedom) - t) < 1e-5 * t, (p, freedom, s.t_quantile(p, freedom))
# One degree of freedom is Cauchy's distribution, two have a closed form.
for t in (-30.0, -1.0, 0.0, 0.3, 5.0):
    assert abs(s.t_probability(t, 1) - (0.5 + math.atan(t) / math.pi)) < 1e-12, t
    assert abs(s.t_probability(t, 2) - (0.5 + t / (2 * math.sqrt(2 + t * t)))) < 1e-12, t
low, high = s.interval([1, 2, 3])
assert abs(low + 0.48414) < 1e-4 and abs(high - 4.48414) < 1e-4, (low, high)
assert s.interval([1]) is None
# Sleep (Student 1908, Cushny & Peebles): mean 1.58, interval 0.70 to 2.46.
sleep = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
low, high = s.interval(sleep)
assert abs(low - 0.7001) < 1e-3 and abs(high - 2.4599) < 1e-3, (low, high)

# An interval of 95 % covers the mean in 95 % of samples.
random = np.random.default_rng(5)
covered = np.mean([a < 0.3 < b for a, b in (s.interval(random.normal(0.3, 1, 8))
                                            for _ in range(4000))])
assert abs(covered - 0.95) < 0.012, covered


def brute(d, side):
    """Every sign in turn, in rational steps."""
    found = sum(d)
    sums = [sum(k * x for k, x in zip(signs, d))
            for signs in itertools.product((1, -1), repeat=len(d))]
    if side == "both":
        return np.mean([abs(x) >= abs(found) for x in sums])
    return np.mean([x >= found if side == "above" else x <= found for x in sums])


for n in (1, 2, 5, 9):
    d = [int(x) for x in random.integers(-20, 40, n)]
    for side in ("both", "above", "below"):
        assert s.sign_flip(d, side) == brute(d, side), (d, side)
assert s.sign_flip(np.full(10, 0.1)) == 2 / 1024 and s.sign_flip([0.1] * 10, "below") == 1
assert s.sign_flip([0, 0, 0]) == 1 and math.isnan(s.sign_flip([1, float("nan")]))
# Ties that rounding parts: 0.1 + 0.2 - 0.3 is not 0.
assert s.sign_flip([0.1, 0.2, -0.3]) == 1, s.sign_flip([0.1, 0.2, -0.3])
# More than 20: random signs agree with the exact share of 20, and say the same twice.
d20 = random.normal(0.4, 1, 20)
exact = s.sign_flip(d20)
s.MOST_EXACT = 10
drawn = s.sign_flip(d20)
assert drawn == s.sign_flip(d20) and drawn != exact
assert abs(drawn - exact) < 4 * math.sqrt(exact / s.DRAWS), (drawn, exact)
assert s.sign_flip([1.0] * 30) == 1 / (s.DRAWS + 1)
s.MOST_EXACT = 20
# Without an effect p <= 0.05 in at most one of twenty.
often = np.mean([s.sign_flip(random.normal(0, 1, 8)) <= 0.05 for _ in range(4000)])
assert 0.03 < often < 0.06, often

# Holm's steps on his example, in any order, never above 1 nor falling.
assert np.allclose(s.holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
# Jonckheere: against all orders of a small sample, and uniform without a trend.
small = [[1.0, 4.0, 2.0], [3.0, 6.0, 5.5], [5.0, 7.0, 8.0]]
flat = np.concatenate(small)


def pairs_in_order(values):
    cut = [values[:3], values[3:6], values[6:]]
    return sum(a < b for i, low in enumerate(cut) for high in cut[i + 1:]
               for a in low for b in high)


shuffled = [pairs_in_order(np.random.default_rng(k).permutation(flat)) for k in range(20000)]
exact = np.mean([n >= pairs_in_order(flat) for n in shuffled])
assert abs(s.jonckheere(small) - exact) < 0.006, (s.jonckheere(small), exact)
assert s.jonckheere(small[::-1]) > 0.98 and abs(s.jonckheere([[1, 2], [1, 2]]) - 0.5) < 1e-12
draws = np.random.default_rng(5).normal(size=(2000, 4, 8))
often = np.mean([s.jonckheere(list(draw)) < 0.05 for draw in draws])
assert 0.035 < often < 0.065, often
assert s.holm([0.6, 0.7, float("nan")]) == [1, 1, 1] and s.holm([]) == []

# Equivalence: each bound by brute force.
d = [10, -20, 5, 15, -10, 0, 12]
for smallest in (2, 10, 50):
    lower = brute([x + smallest for x in d], "above")
    upper = brute([x - smallest for x in d], "below")
    assert abs(s.equivalence(d, smallest) - max(lower, upper)) < 1e-12, smallest
# At its bound it is claimed in at most one of twenty.
often = np.mean([s.equivalence(random.normal(0.5, 0.2, 9), 0.5) <= 0.05 for _ in range(4000)])
assert 0.03 < often < 0.06, often


def judged(kind, direction, smallest, values, against=("control",), p_holm=None):
    question = {"kind": kind, "direction": direction, "smallest": smallest, "arm": "arm",
                "against": list(against)}
    found = s.contrasts(question, values)
    p = s.p_of(found)
    return s.verdict(found, p if p_holm is None else p_holm), p, found


arm = [0.9, 0.8, 0.85, 0.95, 0.9, 0.92, 0.88, 0.81, 0.87, 0.93]
chance = [0.5, 0.52, 0.47, 0.55, 0.5, 0.49, 0.51, 0.53, 0.46, 0.5]
both = {"arm": arm, "control": chance, "other": [x + 0.01 for x in arm]}
said, p, found = judged("effect", "above", 0.1, both)
assert said == "shown" and p == 2 / 1024, (said, p)
assert abs(found[0].mean - (np.mean(arm) - np.mean(chance))) < 1e-12
# Pairs are of one seed: other pairs have the same mean and another interval.
assert found[0].between == s.interval(np.subtract(arm, chance))
assert judged("effect", "above", 0.5, both)[0] == "smaller than worth having"
assert judged("effect", "above", 0.1, both, p_holm=0.06)[0] == "not shown"
assert judged("effect", "below", 0.1, both)[0] == "the opposite"
assert judged("effect", "above", 0.1, both, ["0.5"])[0] == "shown"
# Against each of several controls; the worst counts.
said, p, found = judged("effect", "above", 0.1, both, ["control", "other"])
assert said == "the opposite" and len(found) == 2 and p == max(c.p for c in found)
assert judged("equivalence", "above", 0.05, both, ["other"])[0] == "shown"
said, _, found = judged("equivalence", "above", 0.05, both)
assert said == "not shown" and found[0].level == 0.9
assert judged("effect", "above", 0.1, {"arm": [1], "control": [0]}, p_holm=0.01)[0] == "not shown"
assert judged("effect", "above", 0.1, {"arm": [float("nan")] * 3,
                                       "control": [0] * 3})[0] == "not shown"
print("intervals, flipped signs, Holm, equivalence and verdicts as they should be")
