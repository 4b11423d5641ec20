# SPDX-License-Identifier: Apache-2.0
"""Up and down states told from made-up spikes: their number, lengths and share of time are those
that were made; tonic noise has none, whatever its rate; short states belong to those about them."""
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.environ["SOURCE_DIR"], "scripts"))
from phasic_run import updown  # noqa: E402

N = 800
random = np.random.default_rng(1)


def noise(hz, begin, end):
    """Times of Poisson spikes of N cells."""
    return random.uniform(begin, end, random.poisson(hz * N * (end - begin) * 1e-3))


# Up states of 400 ms at 4 Hz, one a second from 0.3 s on, between down states of 0.05 Hz.
onsets = 1000.0 * np.arange(20) + 300
made = np.concatenate([noise(0.05, 0, 20000)] + [noise(4, t, t + 400) for t in onsets])
rates = updown.rate(made + 5000, N, 5000, 25000)
assert len(rates) == 2000 and abs(rates.mean() - len(made) / N / 20) < 0.01
up = updown.states(rates)
found, between = updown.whole(up, True), updown.whole(up, False)
assert len(found) == 20 and len(between) == 19, (found, between)
assert max(abs(a - t) for (a, _), t in zip(found, onsets)) <= 30, found
assert all(380 <= b - a <= 480 for a, b in found) and abs(up.mean() - 0.4) < 0.05, found
assert updown.bimodality(rates) > 0.9, updown.bimodality(rates)

# What begins or ends outside is not a whole state.
assert updown.whole(updown.states(rates[40:90]), True) == []
# Tonic firing is one state at any rate; its noise crosses either threshold, not one after the other.
for hz, state in ((0.1, 0), (0.9, None), (1.5, 1), (8, 1)):
    tonic = updown.rate(noise(hz, 0, 20000), N, 0, 20000)
    seen = updown.states(tonic)
    assert updown.whole(seen, True) == [] and updown.bimodality(tonic) < 0.7, hz
    assert state is None or np.all(seen == bool(state)), hz
silent = updown.rate(np.empty(0), N, 0, 1000)
assert not updown.states(silent).any() and updown.bimodality(silent) == 0

# A pause of 70 ms within an up state does not end it; a burst of 20 ms is no up state.
gaps = np.concatenate([noise(4, 500, 700), noise(4, 770, 1000), noise(8, 1500, 1520)])
assert updown.runs(updown.states(updown.rate(gaps, N, 0, 2000)))[1][0], "it begins down"
held = updown.whole(updown.states(updown.rate(gaps, N, 0, 2000)), True)
assert len(held) == 1 and abs(held[0][0] - 500) <= 30 and abs(held[0][1] - 1000) <= 40, held

# Otsu's share of variance of known distributions (of the roots of rates).
assert abs(updown.bimodality(random.normal(10, 1, 100000) ** 2) - 2 / np.pi) < 0.01
assert abs(updown.bimodality(random.uniform(0, 1, 100000) ** 2) - 0.75) < 0.01
assert abs(updown.bimodality(np.repeat([1.0, 9.0], [30, 70])) - 1) < 1e-9

# Moments that all lie in up states are as many more there as these have less time than all.
assert abs(updown.preference(onsets + 200, up) - 1 / up.mean()) < 1e-9
assert updown.preference(onsets + 650, up) == 0 and np.isnan(updown.preference([], up))
assert abs(updown.preference(random.uniform(0, 20000, 20000), up) - 1) < 0.03
lags, often = updown.about(onsets + 25, onsets, 100, 100, 10)
assert len(lags) == 20 and often[12] == 100 and often.sum() == 100, often
print("up and down states as made")
