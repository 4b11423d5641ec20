# SPDX-License-Identifier: Apache-2.0
"""The folder of a run: summary.json, run.h5 and spikes.h5, read no further than needed."""
import json
import os
import re

import h5py
import numpy as np


class RunError(Exception):
    """A folder that cannot be read, in the user's words."""


def _open(path):
    """Open an HDF5 file for reading, or None where there is none."""
    if not os.path.exists(path):
        return None
    try:
        return h5py.File(path, "r")
    except OSError as error:
        raise RunError(f"{path}: {error}") from error


def texts(dataset):
    """Fixed-length strings as a list of str."""
    return [t.decode("utf-8", "replace") for t in dataset[()].tolist()]


def attribute(item, name):
    """A text attribute as str."""
    value = item.attrs[name]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def read_summary(folder):
    """The dictionary of summary.json; empty where there is none."""
    path = os.path.join(folder, "summary.json")
    if not os.path.exists(path):
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: {error}") from error


class Run:
    """One output folder. Every part may be missing: it is then None or empty."""

    def __init__(self, folder):
        if not os.path.isdir(folder):
            raise RunError(f"{folder}: no such folder")
        self.folder = folder
        self.name = os.path.basename(os.path.abspath(folder))
        self.summary = read_summary(folder)
        self.file = _open(os.path.join(folder, "run.h5"))
        self.spikes_file = _open(os.path.join(folder, "spikes.h5"))
        self._rests = None
        if not self.summary and self.file is None and self.spikes_file is None:
            if os.path.isdir(os.path.join(folder, "parts")):
                raise RunError(f"{folder}: the run goes on (phasic watch {folder}), or was killed "
                               f"(phasic recover {folder} finishes its files)")
            raise RunError(f"{folder}: neither summary.json nor run.h5 nor spikes.h5 is there")

    def close(self):
        """Close the files."""
        for file in (self.file, self.spikes_file):
            if file is not None:
                file.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def group(self, path):
        """A group or dataset of run.h5, or None."""
        if self.file is None or path not in self.file:
            return None
        return self.file[path]

    def trials(self):
        """Columns of the trials by name, or None without any."""
        group = self.group("trials")
        if group is None or group["time_ms"].shape[0] == 0:
            return None
        return {name: column[()] for name, column in group.items() if name != "action_names"}

    def phases(self):
        """[(name, begin_ms, end_ms, trials)] of the phases that were run."""
        group = self.group("phases")
        if group is None or "name" not in group:
            return []
        return list(zip(texts(group["name"]), group["begin_ms"][()], group["end_ms"][()],
                        group["trials"][()]))

    def rests(self):
        """[(begin_ms, end_ms)] of the phases of rest: hours in which nothing fires."""
        if self._rests is None:
            text = self.group("provenance/configuration")
            names = _names_of_rests(text[()].decode("utf-8", "replace")) if text is not None else ""
            self._rests = [(float(begin), float(end)) for name, begin, end, _ in self.phases()
                           if re.fullmatch(names, name)]
        return self._rests

    def without_rests(self, times):
        """Times (ms) on a clock that stands still while the brain rests."""
        times = np.asarray(times, dtype=float)
        return times - sum((np.clip(times - begin, 0, end - begin) for begin, end in self.rests()),
                           np.zeros(times.shape))

    def longest_stretch(self):
        """(begin_ms, end_ms) of the longest time without a rest in it."""
        edges = [self.begin_ms(), *(edge for rest in self.rests() for edge in rest), self.end_ms()]
        return max(zip(edges[::2], edges[1::2]), key=lambda pair: pair[1] - pair[0])

    def phase_names(self):
        """Names of all phases of the configuration, by index."""
        group = self.group("phases/planned")
        return texts(group) if group is not None else []

    def populations(self):
        """[(address, region, size)] in the configuration's order."""
        group = self.group("populations")
        if group is not None:
            return list(zip(texts(group["name"]), texts(group["region"]), group["size"][()]))
        if self.spikes_file is None or "spikes" not in self.spikes_file:
            return []
        return [(name, name.split(".")[0], None) for name in self.spikes_file["spikes"]]

    def begin_ms(self):
        """Time at which the run begins, ms: later than 0 where it starts from another's state."""
        phases = self.phases()
        return float(phases[0][1]) if phases else 0.0

    def end_ms(self):
        """Time at which the run ends in ms, as far as it is known."""
        if self.summary.get("biological_s"):
            return self.begin_ms() + 1000.0 * self.summary["biological_s"]
        phases = self.phases()
        if phases:
            return float(phases[-1][2])
        return max((float(g["timestamps"][-1]) for g in self._spikes()
                    if g["timestamps"].shape[0]), default=0.0)

    def _spikes(self):
        if self.spikes_file is None or "spikes" not in self.spikes_file:
            return []
        return self.spikes_file["spikes"].values()

    def spikes(self, population, begin_ms, end_ms):
        """(times, node ids) of a population in [begin, end), found by bisection in the file."""
        if self.spikes_file is None or f"spikes/{population}" not in self.spikes_file:
            return np.empty(0), np.empty(0, dtype=np.uint64)
        group = self.spikes_file[f"spikes/{population}"]
        times = group["timestamps"]
        first, last = (_bisect(times, t) for t in (begin_ms, end_ms))
        return times[first:last], group["node_ids"][first:last]


def _names_of_rests(text):
    """A pattern of the names that phases of rest have in a run, of its resolved configuration: a group
    and a phase may each have the number of a repetition behind it."""
    from . import resolved  # which reads runs itself

    rests, others = [], []

    def add(phases, before):
        for name, phase in phases.items() if isinstance(phases, dict) else ():
            pattern = before + re.escape(name) + "(-[0-9]+)?"
            if isinstance(phase, dict) and "phases" in phase:
                add(phase["phases"], pattern + "[.]")
            elif isinstance(phase, dict):
                (rests if phase.get("rest") == "true" else others).append(pattern)

    add(resolved.parse(text).get("phases"), "")
    # A phase may have a name that looks like another's repetition: what is no rest goes before.
    return f"(?!({'|'.join(others)})$)({'|'.join(rests)})" if rests else "(?!)"


def _bisect(times, value):
    """Index of the first element that is not below value; reads a few elements."""
    low, high = 0, times.shape[0]
    while high - low > 4096:
        middle = (low + high) // 2
        if times[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low + int(np.searchsorted(times[low:high], value))


def accuracy_by_class(trials, phase):
    """{class: share of correct trials} of one phase."""
    chosen = trials["phase"] == phase
    result = {}
    for context in np.unique(trials["context"][chosen]):
        result[int(context)] = float(np.mean(
            trials["correct"][chosen & (trials["context"] == context)]))
    return result
