# SPDX-License-Identifier: Apache-2.0
"""Experiments that scripts/reproduce knows. One is a configuration (or a folder of them) in
configs/experiments/plasticity/ and a module here of the same name, with _ for -. The module has

    ABOUT      one line for --list
    SEEDS      seeds that are run, as 1..10
    SETTINGS   {configuration: ["PATH=A,B", ...]} as of scripts/sweep --set (may be missing)
    further(runs)            [(label, configuration, seed, ["PATH=VALUE", ...])]: what is run after
                             these, and may read them; the label stands for the configuration in
                             runs (may be missing)
    analyse(runs, picture)   draws the figure into the path and returns Measures

runs: [Arm] of complete runs, in the order of configurations, settings and seeds."""
import importlib
import math
import os
import pkgutil
import statistics

from ..run import Run

# 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom.
_T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]


class Arm:
    """One run: the configuration's stem, what was set ({path: text}), the seed, the folder."""

    def __init__(self, configuration, settings, seed, folder):
        self.configuration, self.settings, self.seed = configuration, settings, seed
        self.folder = folder

    def path(self, name):
        """Where a file of the run lies."""
        return os.path.join(os.path.abspath(self.folder), name)

    def open(self):
        """The run's files, as a context."""
        return Run(self.folder)


def interval(values):
    """The mean's 95 % interval, or None of less than two values."""
    n = len(values)
    if n < 2:
        return None
    t = _T[n - 2] if n - 2 < len(_T) else 1.96 + 2.55 / (n - 1)
    half = t * statistics.stdev(values) / math.sqrt(n)
    mean = statistics.fmean(values)
    return mean - half, mean + half


class Measure:
    """A number that was found, and where it should lie.

    values: one a seed, whose mean is judged; or give `found` and its `between` (a 95 % interval).
    target: the published value as text, with its source where experiments have several;
    low, high: what is accepted."""

    def __init__(self, name, target, low, high, values=(), found=None, between=None):
        values = [float(v) for v in values]
        self.name, self.target, self.low, self.high = name, target, low, high
        self.found = statistics.fmean(values) if found is None else float(found)
        self.between = interval(values) if found is None else between

    def is_reached(self):
        """Whether what was found is accepted; what is not a number is not."""
        return self.low <= self.found <= self.high

    def shown(self):
        """What was found, as text."""
        if self.between is None:
            return f"{self.found:.4g}"
        return f"{self.found:.4g} ({self.between[0]:.4g} to {self.between[1]:.4g})"


def module_of(name):
    """The module of an experiment."""
    return importlib.import_module("." + name.replace("-", "_"), __name__)


def names():
    """Names of all experiments."""
    return sorted(info.name.replace("_", "-")
                  for info in pkgutil.iter_modules([os.path.dirname(__file__)]))
