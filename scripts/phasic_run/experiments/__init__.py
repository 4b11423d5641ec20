# SPDX-License-Identifier: Apache-2.0
"""Experiments that scripts/reproduce knows, in sets. Those in neuromodulation/ and consolidation/
compare arms over seeds: see there. The others hold numbers against published ones: each is a configuration (or
a folder of them) in configs/experiments/plasticity/ and a module here of the same name, with _ for
-. The module has

    ABOUT      one line for --list
    SEEDS      seeds that are run, as 1..10
    SETTINGS   {configuration: ["PATH=A,B", ...]} as of scripts/sweep --set (may be missing)
    further(runs)            [(label, configuration, seed, ["PATH=VALUE", ...])]: what is run after
                             these, and may read them; the label stands for the configuration in
                             runs (may be missing)
    NOTE                     what is to be said beside its rows of the results (may be missing)
    analyse(runs, picture)   draws the figure into the path and returns Measures

runs: [Arm] of complete runs, in the order of configurations, settings and seeds."""
import importlib
import os
import pkgutil

from ..run import Run
from ..statistics import interval

HERE = os.path.dirname(os.path.abspath(__file__))
COMPARING = {"neuromodulation": "RESULTS.md",   # sets that compare arms, and their pages
             "consolidation": "consolidation/RESULTS.md"}


class Arm:
    """One run: the configuration's stem (or the arm's label), what was set ({path: text}), the
    seed, the folder."""

    def __init__(self, configuration, settings, seed, folder):
        self.configuration, self.settings, self.seed = configuration, settings, seed
        self.folder = folder

    def path(self, name):
        """Where a file of the run lies."""
        return os.path.join(os.path.abspath(self.folder), name)

    def open(self):
        """The run's files, as a context."""
        return Run(self.folder)


class Measure:
    """A number that was found, and where it should lie.

    values: one a seed, whose mean is judged; or give `found` and its `between` (a 95 % interval).
    target: the published value as text, with its source where experiments have several;
    low, high: what is accepted."""

    def __init__(self, name, target, low, high, values=(), found=None, between=None):
        values = [float(v) for v in values]
        self.name, self.target, self.low, self.high = name, target, low, high
        self.found = sum(values) / len(values) if found is None else float(found)
        self.between = interval(values) if found is None else between

    def is_reached(self):
        """Whether what was found is accepted; what is not a number is not."""
        return self.low <= self.found <= self.high

    def accepted(self):
        """The range that is accepted, as text."""
        if self.high == float("inf"):
            return f"≥ {self.low:.4g}"
        if self.low == -float("inf"):
            return f"≤ {self.high:.4g}"
        return f"{self.low:.4g} to {self.high:.4g}"

    def verdict(self):
        """In a word or two."""
        return "reached" if self.is_reached() else "not reached"

    def shown(self):
        """What was found, as text."""
        if self.between is None:
            return f"{self.found:.4g}"
        return f"{self.found:.4g} ({self.between[0]:.4g} to {self.between[1]:.4g})"


def names():
    """Names of all experiments."""
    found = [info.name for folder in (HERE, *(os.path.join(HERE, name) for name in COMPARING))
             for info in pkgutil.iter_modules([folder]) if not info.ispkg]
    return sorted(name.replace("_", "-") for name in found)


def set_of(name):
    """The set of an experiment: the folder of its configuration."""
    file = name.replace("-", "_") + ".py"
    found = [folder for folder in COMPARING if os.path.exists(os.path.join(HERE, folder, file))]
    return found[0] if found else "plasticity"


def compares(name):
    """Whether an experiment compares arms."""
    return set_of(name) in COMPARING


def module_of(name):
    """The module of an experiment."""
    place = f".{set_of(name)}." if compares(name) else "."
    return importlib.import_module(place + name.replace("-", "_"), __name__)
