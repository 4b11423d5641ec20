# SPDX-License-Identifier: Apache-2.0
"""One module for each tutorial: measures(run) gives what its page speaks of, as (what, value with
unit); figure(run) draws it."""
from .. import resolved
from ..run import RunError
from ..spiking import Window


def panels(plot, columns, rows=1, **options):
    """A figure of panels side by side, and its axes in reading order."""
    fig, axes = plot.plt.subplots(rows, columns, squeeze=False, figsize=(4.6 * columns, 3.2 * rows),
                                  **options)
    return fig, list(axes.flat)


def size_of(run, population):
    """Neurons of a population."""
    for name, _, size in run.populations():
        if name == population:
            return int(size)
    raise RunError(f"{run.folder}: no population '{population}'")


def window(run, population, begin_ms, end_ms):
    """Spikes of a population in a window of time."""
    times, ids = run.spikes(population, begin_ms, end_ms + 1)
    return Window(times, ids, size_of(run, population), begin_ms, end_ms)


def mean_of_rate(series, begin, end):
    """Of (begin of each interval, Hz) in [begin, end): an interval that begins with the end belongs to
    what comes then."""
    time, rate = series
    return rate[(time >= begin) & (time < end)].mean()


def mean_of_level(series, begin, end):
    """Of (time from which it holds, concentration or occupancy) in (begin, end]: what holds at the
    beginning was left there by what came before."""
    time, level = series
    return level[(time > begin) & (time <= end)].mean()


def need(run, path):
    """A group of run.h5 that must be there."""
    group = run.group(path)
    if group is None:
        raise RunError(f"{run.folder}: run.h5 has no {path}")
    return group


def configured(run, path):
    """A mapping of the run's configuration by its path: numbers without their units, in those in
    which the tutorial's file is written."""
    value = resolved.of_run(run.folder)
    for key in path.split("."):
        value = value[key]
    return {key: float(text.split()[0]) for key, text in value.items()
            if isinstance(text, str) and text[:1] in "-0123456789"}
