# SPDX-License-Identifier: Apache-2.0
"""Tests and intervals of experiments. The seed is the unit: one number a seed and arm, arms
compared seed by seed. Intervals are Student's t of the differences; p values are those of
flipped signs, which assume that without an effect a difference is as likely as its negative."""
import math

import numpy as np

MOST_EXACT = 20      # differences whose 2^n signs are all tried
DRAWS = 1 << 17      # random signs of more differences, from a fixed seed
_TIE = 1e-12         # sums that differ by less, as a share of the largest, are equal


# --- Student's t -------------------------------------------------------------------------------


def _fraction(a, b, x):
    """The continued fraction of the incomplete beta function (Lentz; Abramowitz 26.5.8)."""
    tiny = 1e-300
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 500):
        before = value
        for term in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                     -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / ((1 + term * d) or tiny)
            c = (1 + term / c) or tiny
            value *= c * d
        if abs(value - before) < 1e-15 * value:
            break
    return value


def _beta(a, b, x):
    """The regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) +
                     a * math.log(x) + b * math.log1p(-x))
    return front * _fraction(a, b, x) / a


def t_probability(t, freedom):
    """P(T <= t) of Student's t."""
    tail = 0.5 * _beta(freedom / 2, 0.5, freedom / (freedom + t * t))
    return 1 - tail if t > 0 else tail


def t_quantile(p, freedom):
    """The t below which a share p lies, 0.5 <= p < 1."""
    low, high = 0.0, 1.0
    while t_probability(high, freedom) < p:
        low, high = high, 2 * high
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if t_probability(middle, freedom) < p else (low, middle)
    return high


def interval(values, level=0.95):
    """The mean's interval by Student's t, or None of less than two values."""
    values = np.asarray(values, dtype=float)
    n = len(values)
    if n < 2:
        return None
    half = t_quantile((1 + level) / 2, n - 1) * values.std(ddof=1) / math.sqrt(n)
    return float(values.mean() - half), float(values.mean() + half)


# --- tests -------------------------------------------------------------------------------------


def _sums(differences):
    """Sums of the differences under all signs, or under DRAWS random ones."""
    n = len(differences)
    if n <= MOST_EXACT:
        sums = np.zeros(1)
        for d in differences:
            sums = np.concatenate([sums + d, sums - d])
        return sums
    random = np.random.default_rng(1)
    return np.concatenate([(2.0 * random.integers(0, 2, (1024, n)) - 1) @ differences
                           for _ in range(DRAWS // 1024)])


def sign_flip(differences, side="both"):
    """p of the sum of differences under flipped signs.

    Exact for up to MOST_EXACT of them: the share of all signs with a sum at least as far out.
    Else of DRAWS random signs from a fixed seed, the signs found among them (never 0).
    side: both (far from 0), above (large) or below (small)"""
    differences = np.asarray(differences, dtype=float)
    if len(differences) == 0 or not np.all(np.isfinite(differences)):
        return float("nan")
    if side == "below":
        return sign_flip(-differences, "above")
    found, sums = differences.sum(), _sums(differences)
    if side == "both":
        found, sums = abs(found), np.abs(sums)
    far = np.count_nonzero(sums >= found - _TIE * np.abs(differences).sum())
    return far / len(sums) if len(differences) <= MOST_EXACT else (far + 1) / (len(sums) + 1)


def holm(ps):
    """p values adjusted for their number by Holm's steps; NaN counts as 1."""
    ps = [1.0 if math.isnan(p) else p for p in ps]
    adjusted, largest = [0.0] * len(ps), 0.0
    for rank, i in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        largest = max(largest, min(1.0, (len(ps) - rank) * ps[i]))
        adjusted[i] = largest
    return adjusted


def jonckheere(groups):
    """p that values do not rise from group to group (A. R. Jonckheere, Biometrika 41:133, 1954;
    T. J. Terpstra): of the number of pairs in order, by its normal approximation; one-sided.

    groups: lists of values, in the order in which they are to rise; ties count as one half"""
    groups = [np.asarray(group, dtype=float) for group in groups]
    found = sum(np.sum(high[:, None] > low) + 0.5 * np.sum(high[:, None] == low)
                for i, low in enumerate(groups) for high in groups[i + 1:])
    sizes = np.array([len(group) for group in groups], dtype=float)
    n = sizes.sum()
    mean = (n**2 - np.sum(sizes**2)) / 4
    variance = (n**2 * (2 * n + 3) - np.sum(sizes**2 * (2 * sizes + 3))) / 72
    return 0.5 * math.erfc((found - mean) / math.sqrt(2 * variance))


def equivalence(differences, smallest):
    """p that the differences lie within -smallest and smallest: the larger of two one-sided
    tests by flipped signs, one at each bound."""
    differences = np.asarray(differences, dtype=float)
    return max(sign_flip(differences + smallest, "above"),
               sign_flip(differences - smallest, "below"))


# --- what an experiment asks -------------------------------------------------------------------


class Contrast:
    """The difference of the arm under test from one control, over seeds."""

    def __init__(self, question, against, differences):
        self.against, self.differences = against, np.asarray(differences, dtype=float)
        self.mean = float(self.differences.mean())
        self.is_equivalence = question["kind"] == "equivalence"
        self.level = 0.90 if self.is_equivalence else 0.95
        self.between = interval(self.differences, self.level)
        self.smallest = question["smallest"]
        self.sign = -1 if question["direction"] == "below" else 1
        self.p = (equivalence(self.differences, self.smallest) if self.is_equivalence
                  else sign_flip(self.differences))

    def is_shown(self):
        """Whether the interval says what is claimed, whatever its size."""
        if self.between is None:
            return False
        if self.is_equivalence:
            return max(abs(bound) for bound in self.between) < self.smallest
        return min(self.sign * bound for bound in self.between) > 0

    def is_opposite(self):
        """Whether the interval says the contrary."""
        return (self.between is not None and not self.is_equivalence and
                max(self.sign * bound for bound in self.between) < 0)

    def is_worth(self):
        """Whether the effect found is as large as is worth having."""
        return self.is_equivalence or self.sign * self.mean >= self.smallest


def number(text):
    """A control that is a number, or None of a label."""
    try:
        return float(text)
    except ValueError:
        return None


def contrasts(question, values):
    """[Contrast] of the arm with each control.

    question: the key `experiment` of a run's summary.json; values: {label: [one number a seed]}"""
    arm = np.asarray(values[question["arm"]], dtype=float)
    return [Contrast(question, label, arm - (np.asarray(values[label], dtype=float)
                                             if label in values else number(label)))
            for label in question["against"]]


def p_of(found):
    """p of a claim against every one of its controls: the largest (an intersection-union test,
    which needs no correction for their number)."""
    ps = [contrast.p for contrast in found]
    return float("nan") if any(math.isnan(p) for p in ps) else max(ps)


def verdict(found, p_holm, alpha=0.05):
    """What the contrasts say about the claim, once p is adjusted for the page."""
    if any(contrast.is_opposite() for contrast in found):
        return "the opposite"
    if p_holm >= alpha or not all(contrast.is_shown() for contrast in found):
        return "not shown"
    return "shown" if all(c.is_worth() for c in found) else "smaller than worth having"
