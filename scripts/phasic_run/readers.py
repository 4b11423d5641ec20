# SPDX-License-Identifier: Apache-2.0
"""What experiments read of a run (run.Run, as of `with arm.open() as run`): trials, modulators,
what nuclei and their controllers did, rates, weights; and small sums over them."""
import numpy as np

from .run import RunError


def _columns(run, path, *names):
    group = run.group(path)
    if group is None or any(name not in group for name in names):
        raise RunError(f"{run.folder}: run.h5 has no {path} with {' and '.join(names)}")
    return tuple(group[name][()] for name in names)


# --- trials ------------------------------------------------------------------------------------


def trials(run, phase=None):
    """Columns of the trials by name, in order; of one phase where it is named."""
    columns = run.trials()
    if columns is None:
        raise RunError(f"{run.folder}: no trial ended")
    if phase is None:
        return columns
    if phase not in run.phase_names():
        raise RunError(f"{run.folder}: no phase '{phase}'")
    return of_trials(columns, columns["phase"] == run.phase_names().index(phase))


def of_trials(columns, chosen):
    """The trials that a mask or index chooses."""
    return {name: column[chosen] for name, column in columns.items()}


def share_right(columns, last=None):
    """Share of right choices, of the last trials or of all; trials without a choice of the
    model's own count as wrong."""
    return float(np.mean(columns["correct"][-last:] if last else columns["correct"]))


def right_or_drawn(columns, chance=0.5):
    """Each trial's right (1) or wrong (0); `chance` where no action was ahead and one was drawn by
    lot."""
    return np.where(columns["action"] >= 0, columns["correct"], chance)


def to_criterion(right, share=0.8, window=10):
    """Trials until the last `window` have this share right; the number of all and one more
    where they never have."""
    right = np.asarray(right, dtype=float)
    if len(right) < window:
        return len(right) + 1
    sums = np.convolve(right, np.ones(window), mode="valid")
    reached = np.flatnonzero(sums >= share * window - 1e-9)
    return int(reached[0]) + window if len(reached) else len(right) + 1


# --- modulators --------------------------------------------------------------------------------


def concentration(run, transmitter, region):
    """(time ms, nM) in a region."""
    return _columns(run, f"neuromodulators/{transmitter}/{region}", "time_ms", "concentration_nM")


def each_trial(time, values, begins):
    """Mean of values in each trial, until the next begins (the last: until the end).

    time, begins: ms, ascending"""
    first = np.searchsorted(time, begins)
    return np.add.reduceat(values, first) / np.diff([*first, len(values)])


def occupancy(run, transmitter, region, receptor):
    """(time ms, share bound) of a receptor in a region."""
    place = f"neuromodulators/{transmitter}/{region}"
    return _columns(run, place, "time_ms")[0], _columns(run, place + "/occupancy", receptor)[0]


def messenger(run, transmitter, region, receptor):
    """(time ms, second messenger) of a receptor in a region; the occupancy where it has none."""
    place = f"neuromodulators/{transmitter}/{region}"
    return _columns(run, place, "time_ms")[0], _columns(run, place + "/messenger", receptor)[0]


def nucleus(run, transmitter):
    """(time ms, Hz) of the cells of a transmitter's nucleus, each beat."""
    return _columns(run, f"neuromodulators/{transmitter}", "time_ms", "nucleus_rate_Hz")


def signal(run, controller, what="signal"):
    """(time ms, signal or value) of a controller, TRANSMITTER.NAME, each beat."""
    return _columns(run, f"controllers/{controller}", "time_ms", what)


def rates(run, population):
    """(begin of each interval in ms, Hz) of a population or of all in a region."""
    time, = _columns(run, "rates", "time_ms")
    group, found = run.group("rates"), []
    for name, _, size in run.populations():
        if name in group and (name == population or name.startswith(population + ".")):
            found.append((size, group[name][()]))
    if not found:
        raise RunError(f"{run.folder}: rates of {population} were not recorded")
    return time, sum(n * rate for n, rate in found) / sum(n for n, _ in found)


def around(time, values, events, before, after, step):
    """Values around events: (lags, mean of each event in each step of lag), NaN where none fell.
    All times in one unit."""
    edges = np.arange(-before, after + step / 2, step)
    made = np.full((len(events), len(edges) - 1), np.nan)
    for row, event in zip(made, events):
        first, last = np.searchsorted(time, [event - before, event + after])
        place = np.floor((time[first:last] - event + before) / step + 1e-9).astype(int)
        place = np.clip(place, 0, len(row) - 1)
        count = np.bincount(place, minlength=len(row))
        sums = np.bincount(place, values[first:last], len(row))
        np.divide(sums, count, out=row, where=count > 0)
    return edges[:-1] + step / 2, made


# --- weights -----------------------------------------------------------------------------------


def weights(run, tract):
    """{moment: weights} of a tract or region.projection, the start and the phases' ends in order;
    the same synapse has the same index in all."""
    group = run.group(f"weights/{tract}")
    if group is None:
        raise RunError(f"{run.folder}: weights of {tract} were not recorded")
    moments = sorted(group, key=lambda name: int(name.split("_")[0]))
    return {name.split("_", 1)[1]: group[name]["weight"][()] for name in moments}
