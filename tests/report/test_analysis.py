# SPDX-License-Identifier: Apache-2.0
"""Measures of spikes against what is known of the process that makes them: the spectrum of a Poisson
and of a modulated one, the information of a noisy channel, the share that a decoder can reach at most;
and what is read of a run against reading all of it."""
import os
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_report  # noqa: E402

sys.path.insert(0, os.path.join(os.environ["SOURCE_DIR"], "scripts"))
from phasic_run import analysis  # noqa: E402

MS = 100000.0


def modulated(rng, rate, depth, hertz):
    """Times of a Poisson process of 1 + depth sin(2 pi f t) times a rate, Hz."""
    times = np.sort(rng.random(rng.poisson(2 * rate * MS * 1e-3)) * MS)
    kept = rng.random(len(times)) < 0.5 * (1 + depth * np.sin(2 * np.pi * hertz * times * 1e-3))
    return times[kept]


def the_spectrum_of_a_poisson_process_is_its_rate(rng):
    """At all frequencies but the lowest, from which the mean is taken; a line of sin's power."""
    frequencies, power = analysis.spectrum(modulated(rng, 80, 0, 1), 0, MS)
    n = len(power[2:])
    error = 80 * np.sqrt(1.1 / (2 * MS / 500) / n) * 2  # neighbours are not independent: twice
    assert abs(power[2:].mean() - 80) < 4 * error + 1.0, power[2:].mean()
    frequencies, power = analysis.spectrum(modulated(rng, 80, 0.5, 40), 0, MS)
    peak = frequencies[power.argmax()]
    assert abs(peak - 40) < 2.1, peak
    # The sine's amplitude 40 Hz: its power 40^2 / 4 times T / 1.5 (Hann), T = .5 s.
    assert abs(power.max() - 80 - 40 ** 2 / 4 * 0.5 / 1.5) < 15, power.max()


def information_is_that_of_a_channel(rng):
    """Two labels, told right with p = .9: 1 - H(.9); and none where there is none."""
    labels = rng.integers(0, 2, 20000)
    told = np.where(rng.random(20000) < 0.9, labels, 1 - labels)
    exact = 1 + 0.9 * np.log2(0.9) + 0.1 * np.log2(0.1)
    assert abs(analysis.information(labels, told) - exact) < 0.02
    # With 100 samples of 4 x 8 cells the plain estimate would be .15 bits too high.
    found = [analysis.information(rng.integers(0, 4, 100), rng.integers(0, 8, 100))
             for _ in range(200)]
    assert abs(np.mean(found)) < 0.03, np.mean(found)


def a_decoder_reaches_what_can_be_reached(rng):
    """Poisson counts of two cells, 10 or 5 and 5 or 10: the best rule is right in about 95 %."""
    labels = rng.integers(0, 2, 2000)
    counts = rng.poisson(np.where(labels[:, None] == [0, 1], 10, 5))
    other = rng.poisson([[10, 5]], (200000, 2))
    best = np.mean(other[:, 0] > other[:, 1]) + 0.5 * np.mean(other[:, 0] == other[:, 1])
    found = analysis.decode(counts, labels)
    assert best - 0.02 < found < best + 0.015, (found, best)
    chance = analysis.decode(counts, rng.permutation(labels))
    assert abs(chance - 0.5) < 0.045, chance
    # One label in ten trials, and the other: what tells them apart does so all the same.
    labels = (rng.random(400) < 0.1).astype(int)
    found = analysis.decode(rng.poisson(np.where(labels[:, None], 9, 3), (400, 5)), labels)
    assert found > 0.97, found
    # Labels that come equally often and tell nothing: held-out trials are not named worse than that.
    found = [analysis.decode(rng.poisson(2, (40, 100)), rng.permutation(np.repeat(range(4), 10)))
             for _ in range(100)]
    assert abs(np.mean(found) - 0.25) < 0.025, np.mean(found)


def what_is_read_is_what_is_there(folder):
    """Against all spikes of the file."""
    test_report.make(folder, 20000)
    with analysis.Run(folder) as run:
        times, ids = run.spikes("striatum.D1", 0, np.inf)
        seen = analysis.window(run, "striatum.D1", 1000, 9000)
        assert seen.counts.sum() == np.count_nonzero((times > 1000) & (times <= 9000)) > 0
        counts = analysis.trial_counts(run, "striatum.D1", 50, 250)
        cue = run.trials()["time_ms"][7]
        own = ids[(times >= cue + 50) & (times < cue + 250)].astype(int)
        assert np.array_equal(counts[7], np.bincount(own, minlength=200)) and counts.sum() > 0
        try:
            analysis.window(run, "striatum.D3", 0, 1)
        except analysis.RunError as error:
            assert "striatum.D2" in str(error)
        else:
            raise AssertionError("a population that is not there")


def main():
    """All of it, by one seed."""
    rng = np.random.default_rng(3)
    the_spectrum_of_a_poisson_process_is_its_rate(rng)
    information_is_that_of_a_channel(rng)
    a_decoder_reaches_what_can_be_reached(rng)
    with tempfile.TemporaryDirectory() as folder:
        what_is_read_is_what_is_there(os.path.join(folder, "run"))
    print("test_analysis: passed")


if __name__ == "__main__":
    main()
