# SPDX-License-Identifier: Apache-2.0
"""The usual measures of a run's spikes, for scripts and notebooks (PYTHONPATH=scripts):

    from phasic_run import analysis
    with analysis.Run("out/quickstart") as run:
        window = analysis.window(run, "sensory_cortex.L5E", 1000, 5000)
        print(window.rates().mean(), window.cvs().mean(), window.correlation())
        counts = analysis.trial_counts(run, "sensory_cortex.L5E", 0, 250)
        print(analysis.decode(counts, run.trials()["context"]))

Rates, CV and correlation: spiking.Window. Times are ms, rates and frequencies Hz."""
import numpy as np

from .run import Run, RunError
from .spiking import Window

__all__ = ["Run", "RunError", "window", "trial_counts", "spectrum", "information", "decode"]


def _size(run, population):
    sizes = {name: size for name, _, size in run.populations()}
    if population not in sizes:
        raise RunError(f"{run.folder}: no population '{population}'; there are "
                       f"{', '.join(sizes)}")
    return int(sizes[population])


def window(run, population, begin, end):
    """The spikes of a population in (begin, end], ms: a spiking.Window."""
    size = _size(run, population)
    times, ids = run.spikes(population, begin, end + 1)
    return Window(times, ids, size, begin, end)


def trial_counts(run, population, begin, end):
    """[trial, neuron]: spikes from `begin` to before `end`, ms after each trial's cue."""
    trials, size = run.trials(), _size(run, population)
    if trials is None:
        raise RunError(f"{run.folder}: no trial ended")
    counts = np.zeros((len(trials["time_ms"]), size), dtype=np.int64)
    for row, cue in zip(counts, trials["time_ms"]):
        _, ids = run.spikes(population, cue + begin, cue + end)
        row += np.bincount(ids.astype(np.int64), minlength=size)
    return counts


def spectrum(times, begin, end, segment=500.0, step=1.0):
    """(frequencies, power) of the spikes of a population taken together: Welch's mean over halfway
    overlapping Hann windows of `segment` ms, of counts in bins of `step` ms without their mean.
    In Hz of power density such that a Poisson process has its own rate at all frequencies.
    (Bartlett 1963; Welch 1967)"""
    n = int(round(segment / step))
    counts, _ = np.histogram(times, np.arange(begin, end + step / 2, step))
    if len(counts) < n or n < 2:
        raise ValueError(f"from {begin} to {end} ms there is no segment of {segment} ms")
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    power = [np.abs(np.fft.rfft((counts[i:i + n] - counts.mean()) * hann)) ** 2
             for i in range(0, len(counts) - n + 1, n // 2)]
    seconds = np.sum(hann ** 2) * step * 1e-3
    return np.fft.rfftfreq(n, step * 1e-3), np.mean(power, axis=0) / seconds


def information(labels, responses):
    """Mutual information of two discrete variables in bits, less the bias to be expected of a table
    with as many cells that occur (Miller 1955; Panzeri & Treves 1996); it may be a little below 0."""
    _, x = np.unique(labels, return_inverse=True)
    _, y = np.unique(responses, return_inverse=True)
    table = np.zeros((x.max() + 1, y.max() + 1))
    np.add.at(table, (x, y), 1)
    n, rows, columns = table.sum(), table.sum(1), table.sum(0)
    kept = table > 0
    expected = np.outer(rows, columns)[kept] / n
    plain = np.sum(table[kept] * np.log2(table[kept] / expected)) / n
    # Cells that occur in each row stand for those that could.
    bias = (np.sum(kept.sum(1) - 1) - (np.count_nonzero(columns) - 1)) / (2 * n * np.log(2))
    return float(plain - bias)


def _parts(labels, folds, seed):
    """Which of `folds` parts each trial is in: by chance, those of one label in all parts alike."""
    order = np.random.default_rng(seed).permutation(len(labels))
    part = np.empty(len(labels), dtype=int)
    part[order[np.argsort(labels[order], kind="stable")]] = np.arange(len(labels)) % folds
    return part


def decode(counts, labels, folds=5, ridge=1.0, seed=0):
    """Share of held-out trials that a linear decoder names right: ridge regression of indicators of
    the labels on square roots of counts, in `folds` parts of the trials, drawn by `seed`. A label
    weighs as much as another, however often it comes: chance is one in as many as there are.

    counts: [trial, neuron]"""
    x, labels = np.sqrt(np.asarray(counts, dtype=float)), np.asarray(labels)
    classes, part = np.unique(labels), _parts(labels, folds, seed)
    right = 0
    for k in range(folds):
        train, test = part != k, part == k
        own = labels[train][:, None] == classes
        weight = (own / np.maximum(own.sum(0), 1)).sum(1)
        weight /= weight.mean()
        root, mean = np.sqrt(weight)[:, None], np.average(x[train], 0, weight)
        a, b = root * (x[train] - mean), x[test] - mean
        target = root * (own - 1 / len(classes))
        kernel = a @ a.T  # the dual form: there are more neurons than trials
        kernel += ridge * (np.trace(kernel) / len(kernel) + 1e-12) * np.eye(len(kernel))
        named = classes[(b @ (a.T @ np.linalg.solve(kernel, target))).argmax(1)]
        right += np.count_nonzero(named == labels[test])
    return right / len(labels)
