# SPDX-License-Identifier: Apache-2.0
"""Up and down states of a population: when its cells fire and when they are silent together. Rates
are Hz of a cell, in bins of BIN ms; a state is told by two thresholds, so that noise about one of
them makes none, and lasts SHORTEST or is none."""
import numpy as np

BIN = 10.0            # ms
SMOOTHED = 5          # bins over which a rate is the mean
SHORTEST = 100.0      # ms
LOW, HIGH = 0.3, 1.0  # Hz: a down state is entered below LOW, an up state above HIGH


def rate(times, n, begin, end):
    """Hz of each of n cells in every bin from begin to end, ms: the mean of SMOOTHED bins about it;
    of those that there are at both ends."""
    bins = int(round((end - begin) / BIN))
    place = np.floor((np.asarray(times, dtype=float) - begin) / BIN + 1e-9).astype(int)
    counts = np.bincount(place[(place >= 0) & (place < bins)], minlength=bins)
    window = np.ones(SMOOTHED)
    there = np.convolve(np.ones(bins), window, mode="same")
    return np.convolve(counts, window, mode="same") / there / n / (BIN * 1e-3)


def runs(up):
    """[(is up, first bin, bin after the last)] of the states in turn."""
    edges = np.concatenate([[0], np.flatnonzero(np.diff(up)) + 1, [len(up)]])
    return [(bool(up[a]), int(a), int(b)) for a, b in zip(edges[:-1], edges[1:])]


def states(rates):
    """Whether each bin is of an up state. What lasts less than SHORTEST belongs to the state about
    it, the shortest first; of the first and the last state only a part is seen: they stay."""
    up, is_up = np.zeros(len(rates), dtype=bool), rates[0] > HIGH
    for k, hz in enumerate(rates):
        is_up = hz >= LOW if is_up else hz > HIGH
        up[k] = is_up
    while True:
        short = [(b - a, a, b, state) for state, a, b in runs(up)[1:-1] if (b - a) * BIN < SHORTEST]
        if not short:
            return up
        _, a, b, state = min(short)
        up[a:b] = not state


def whole(up, state):
    """[(begin, end) in ms from the first bin] of the up (True) or down (False) states of which begin
    and end are seen."""
    return [(a * BIN, b * BIN) for found, a, b in runs(up)[1:-1] if found == state]


def bimodality(rates):
    """How far square roots of rates (which even out the noise of counts) fall into two classes: the
    share of their variance that is between these, where it is largest. 2 / pi of a normal
    distribution, 3/4 of an even one, 1 of two values. (N. Otsu, IEEE Trans Syst Man Cybern 9:62,
    1979)"""
    x = np.sort(np.sqrt(rates))
    total = x.var()
    if total == 0:
        return 0.0
    n, low = len(x), np.arange(1, len(x))
    sums = np.cumsum(x)
    gap = sums[:-1] / low - (sums[-1] - sums[:-1]) / (n - low)
    return float(np.max(low * (n - low) / n**2 * gap**2) / total)


def preference(moments, up):
    """How many more of the moments (ms from the first bin) fall into up states than of as many
    spread evenly: 1 by chance; NaN where there are none or all is one state."""
    places = (np.asarray(moments, dtype=float) / BIN).astype(int)
    if len(places) == 0 or up.all() or not up.any():
        return float("nan")
    return float(up[places].mean() / up.mean())


def about(moments, onsets, before, after, step):
    """(lags, moments a second at each lag from an onset); all in ms."""
    edges = np.arange(-before, after + step / 2, step)
    lags = np.subtract.outer(np.asarray(moments, dtype=float),
                             np.asarray(onsets, dtype=float)).ravel()
    counts, _ = np.histogram(lags, edges)
    return edges[:-1] + step / 2, counts / max(len(onsets), 1) / (step * 1e-3)
