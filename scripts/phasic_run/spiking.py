# SPDX-License-Identifier: Apache-2.0
"""What is measured of the spikes of a population in a window of time.

Conventions: CV is the standard deviation over the mean of a neuron's interspike intervals (divided
by their number, not one less), of neurons with two intervals or more; the mean correlation is that
of all pairs of neurons that spiked, of their counts in bins of 2 ms. Both depend on the length of
the window, so that only windows of one length can be compared."""
import numpy as np

BIN_MS = 2.0
LEAST_INTERVALS = 2


class Window:
    """Spikes of n neurons in (begin, end], ms."""

    def __init__(self, times, ids, n, begin, end):
        # Times are multiples of the resolution with rounding errors; edges lie between them.
        inside = (times > begin + 1e-3) & (times <= end + 1e-3)
        self.times, self.ids = times[inside], ids[inside].astype(np.int64)
        self.n, self.begin, self.end = n, begin, end
        self.counts = np.bincount(self.ids, minlength=n)

    def rates(self):
        """Rate of every neuron, Hz."""
        return self.counts / (self.end - self.begin) * 1000

    def cvs(self):
        """CV of the interspike intervals of every neuron with enough of them."""
        order = np.lexsort((self.times, self.ids))
        times, ids = self.times[order], self.ids[order]
        own = np.diff(ids) == 0
        intervals, whose = np.diff(times)[own], ids[1:][own]
        number = np.bincount(whose, minlength=self.n)
        kept = number >= LEAST_INTERVALS
        mean = np.bincount(whose, intervals, self.n)[kept] / number[kept]
        square = np.bincount(whose, intervals ** 2, self.n)[kept] / number[kept]
        return np.sqrt(np.maximum(square - mean ** 2, 0)) / mean

    def correlation(self, chosen=None):
        """Mean correlation of the pairs of (chosen) neurons that spiked. The sum over pairs comes
        from the square of the sum of all neurons' standardised counts."""
        # A bin that the window's end cuts would be one of another length: it is left out.
        bins = int((self.end - self.begin) / BIN_MS + 1e-9)
        bin_of = ((self.times - self.begin - 1e-3) / BIN_MS).astype(np.int64)
        ids, bin_of = self.ids[bin_of < bins], bin_of[bin_of < bins]
        counts = np.bincount(ids, minlength=self.n)
        active = counts > 0
        if not active.any():
            return np.nan
        if chosen is not None:
            active &= np.isin(np.arange(self.n), chosen)
        kept = active[ids]
        cells, count = np.unique(ids[kept] * bins + bin_of[kept], return_counts=True)
        square = np.bincount(cells // bins, count ** 2, self.n)
        mean = counts / bins
        norm = np.sqrt(np.where(active, square - bins * mean ** 2, 1.0))
        total = np.bincount(cells % bins, count / norm[cells // bins], bins)
        total -= np.sum(mean[active] / norm[active])
        pairs = active.sum() * (active.sum() - 1)
        return float((np.sum(total ** 2) - active.sum()) / pairs) if pairs else np.nan


def ks_distance(a, b):
    """Largest difference of two samples' distribution functions."""
    a, b = np.sort(a), np.sort(b)
    if len(a) == 0 or len(b) == 0:
        return np.nan
    x = np.concatenate([a, b])
    return float(np.max(np.abs(np.searchsorted(a, x, "right") / len(a) -
                               np.searchsorted(b, x, "right") / len(b))))
