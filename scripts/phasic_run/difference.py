# SPDX-License-Identifier: Apache-2.0
"""In what two runs differ: keys of their configurations, the first spike of each population, the
first trial, transmitters, weights, and figures of summary.json."""
import argparse
import os
import sys

import h5py
import numpy as np

from . import resolved
from .run import Run, RunError

CHUNK = 1 << 20  # spikes that are held against each other at once
# figures of what a run computed, not of how fast
FIGURES = ("complete", "exit_reason", "precision", "seed", "neurons", "synapses", "biological_s",
           "spikes", "plastic_events", "trials", "spike_hash", "weight_hash")


def configuration(a, b):
    """Lines about keys that differ."""
    paths = [os.path.join(run.folder, "config.yaml") for run in (a, b)]
    for path in paths:
        if not os.path.exists(path):
            return [f"{path} is missing: configurations cannot be compared"]
    found = resolved.differences(*(resolved.of_run(run.folder) for run in (a, b)))
    return [f"{key}: {'-' if old is None else old} | {'-' if new is None else new}"
            for key, (old, new) in found.items()]


def first_difference(a, b, chunk=CHUNK):
    """Index of the first place in which columns of two tables differ; None where one is the
    beginning of the other, or both are equal.

    a, b: tuples of datasets or arrays, all of a table of one length"""
    n = min(a[0].shape[0], b[0].shape[0])
    for begin in range(0, n, chunk):
        end = min(begin + chunk, n)
        differs = np.zeros(end - begin, dtype=bool)
        for left, right in zip(a, b):
            left, right = left[begin:end], right[begin:end]
            differs |= ~((left == right) | ((left != left) & (right != right)))
        if differs.any():
            return begin + int(np.argmax(differs))
    return None


def _ms(time):
    """A time to the microsecond: two steps apart is told apart, however late."""
    return f"{time:.3f}".rstrip("0").rstrip(".") + " ms"


def _spike(columns, i):
    """A spike in words."""
    times, ids = columns
    return f"neuron {int(ids[i])} at {_ms(times[i])}" if i < times.shape[0] else "no more spikes"


def _groups(run):
    file = run.spikes_file
    return dict(file["spikes"].items()) if file is not None and "spikes" in file else {}


def spikes(a, b):
    """Lines about populations whose spikes differ."""
    left, right = _groups(a), _groups(b)
    lines, earliest = [], None
    for name in list(left) + [name for name in right if name not in left]:
        if name not in left or name not in right:
            lines.append(f"{name}: recorded in one run alone")
            continue
        tables = [(g["timestamps"], g["node_ids"]) for g in (left[name], right[name])]
        sizes = [table[0].shape[0] for table in tables]
        i = first_difference(*tables)
        if i is None and sizes[0] == sizes[1]:
            continue
        i = min(sizes) if i is None else i
        time = min(float(t[0][i]) for t, n in zip(tables, sizes) if i < n)
        earliest = time if earliest is None else min(earliest, time)
        lines.append(f"{name}: {sizes[0]} | {sizes[1]} spikes; the first that differs is its number "
                     f"{i}: {_spike(tables[0], i)} | {_spike(tables[1], i)}")
    if earliest is not None:
        lines.insert(0, f"the same until {_ms(earliest)}")
    return lines


def trials(a, b):
    """Lines about the first trial that differs."""
    columns = [run.trials() or {} for run in (a, b)]
    if not columns[0] and not columns[1]:
        return []
    if not columns[0] or not columns[1]:
        return ["one run has no trials"]
    names = [name for name in columns[0] if name in columns[1]]
    tables = [[table[name] for name in names] for table in columns]
    i = first_difference(*tables)
    sizes = [len(table[0]) for table in tables]
    if i is None:
        return [] if sizes[0] == sizes[1] else [f"{sizes[0]} | {sizes[1]} trials, the same so far"]
    words = [f"{name} {x[i]} | {y[i]}" for name, x, y in zip(names, *tables)
             if x[i] != y[i] and not (x[i] != x[i] and y[i] != y[i])]
    return [f"trial {i} is the first that differs: " + ", ".join(words)]


def _datasets(group):
    """{path: dataset} of all numbers in a group."""
    found = {}

    def visit(path, item):
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "fiu" and item.ndim > 0:
            found[path] = item
    group.visititems(visit)
    return found


def series(a, b, place):
    """Lines about datasets of a group of run.h5 that differ, with the largest difference."""
    groups = [run.group(place) for run in (a, b)]
    if groups[0] is None and groups[1] is None:
        return []
    if groups[0] is None or groups[1] is None:
        return ["recorded in one run alone"]
    left, right = (_datasets(group) for group in groups)
    lines = []
    for path in list(left) + [path for path in right if path not in left]:
        if path not in left or path not in right:
            lines.append(f"{path}: in one run alone")
        elif left[path].shape != right[path].shape:
            lines.append(f"{path}: {left[path].shape[0]} | {right[path].shape[0]} values")
        else:
            x, y = (np.asarray(g[path][()], dtype=float) for g in groups)
            differs = ~((x == y) | (np.isnan(x) & np.isnan(y)))
            if differs.any():
                most = float(np.nanmax(np.abs(x - y)[differs])) if np.isfinite(x - y).any() else 0
                lines.append(f"{path}: {int(differs.sum())} of {x.size} values differ, by "
                             f"{most:.3g} at most")
    return lines


def figures(a, b):
    """Lines about results in summary.json."""
    return [f"{key}: {a.summary.get(key, '-')} | {b.summary.get(key, '-')}" for key in FIGURES
            if a.summary.get(key) != b.summary.get(key)]


PARTS = {"configuration": configuration,
         "spikes": spikes,
         "trials": trials,
         "neuromodulators": lambda a, b: series(a, b, "neuromodulators"),
         "rates": lambda a, b: series(a, b, "rates"),
         "weights": lambda a, b: series(a, b, "weights"),
         "results": figures}


def compare(a, b):
    """{part: lines} of two opened runs; a part without lines is the same in both."""
    return {name: part(a, b) for name, part in PARTS.items()}


def show(found, most, file=sys.stdout):
    """Print them, at most so many lines of a part."""
    for name, lines in found.items():
        if not lines:
            continue
        print(f"{name}:", file=file)
        for line in lines[:most]:
            print(f"  {line}", file=file)
        if len(lines) > most:
            print(f"  and {len(lines) - most} more; --all shows them", file=file)
    same = [name for name, lines in found.items() if not lines]
    if same:
        print(f"the same: {', '.join(same)}", file=file)


def main(arguments=None):
    """@return 0: the same, 1: they differ, 2: usage, or a run that cannot be read"""
    parser = argparse.ArgumentParser(
        prog="scripts/compare", description=__doc__,
        epilog="Values stand as OUT1 | OUT2. Exit codes: 0 the same results, though perhaps by "
               "other keys; 1 results differ; 2 usage, or a run that cannot be read.")
    parser.add_argument("out1", metavar="OUT1", help="folder of a run")
    parser.add_argument("out2", metavar="OUT2", help="folder of another")
    parser.add_argument("--all", action="store_true", help="show all lines, not ten of each part")
    given = parser.parse_args(arguments)
    try:
        with Run(given.out1) as a, Run(given.out2) as b:
            found = compare(a, b)
    except RunError as error:
        print(f"compare: {error}", file=sys.stderr)
        return 2
    show(found, sys.maxsize if given.all else 10)
    return 1 if any(lines for name, lines in found.items() if name != "configuration") else 0


if __name__ == "__main__":
    sys.exit(main())
