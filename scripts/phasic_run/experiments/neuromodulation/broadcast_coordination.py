# SPDX-License-Identifier: Apache-2.0
"""Two tasks in turn: modulators broadcast from their nuclei, each region's own release, another
animal's broadcast, none. Whether both are known, and whether synapses from different regions
change alike."""
import numpy as np

from ... import arms_figure, readers, reversals
from . import Leak, played, trials_of

ABOUT = "interference of two tasks with the broadcast, with each region's own release, with none"
SEEDS = "1..10"
BROADCAST, OWN_RELEASE, OTHER, NONE = \
    "broadcast", "regions on their own", "another animal's broadcast", "none"
ARMS = {BROADCAST: [], OWN_RELEASE: ["neuromodulation.broadcast=local"],
        OTHER: played(BROADCAST), NONE: ["neuromodulation.broadcast=tonic"]}
LEAK = Leak(0.5)
CORTEX, PFC = "cortex_striatum_D1", "pfc_striatum_D1"
BLOCK = 20  # trials of one task


def shares(run):
    """Share right in each of the two tasks, weights frozen."""
    test = trials_of(run, "test")
    return [test["correct"][begin:end].mean() for begin, end in reversals.blocks(test)]


def measure(run):
    """Share right in the task that is known worse."""
    return float(min(shares(run)))


def changes(opened, tract, before, after):
    """Mean change of the synapses of each target cell between two moments, nS."""
    found = readers.weights(opened, tract)
    group = opened.group(f"weights/{tract}")
    target = group[next(iter(group))]["target"][()]
    change = found[after] - found[before]
    return np.bincount(target, weights=change) / np.maximum(np.bincount(target), 1)


def alike(a, b):
    """Correlation of two rows; 0 where one does not change."""
    return float(np.corrcoef(a, b)[0, 1]) if a.std() > 0 and b.std() > 0 else 0.0


def also(run):
    """The task that is known better, practice, and how weights changed."""
    with run.open() as opened:
        cortex, pfc = (changes(opened, tract, "start", "in_turn") for tract in (CORTEX, PFC))
    practice = trials_of(run, "in_turn")
    late = reversals.after(practice["correct"], [4 * BLOCK, 5 * BLOCK], BLOCK)
    return {"the other task": max(shares(run)), "last 40 trials of practice": late.mean(),
            "first 3 trials of these blocks": late[:, :3].mean(),
            "change of a D1 cell's synapse from cortex, nS": np.abs(cortex).mean(),
            "alignment of changes, cortex and pfc": alike(cortex, pfc)}


def figure(runs, picture):
    """Practice, and the seeds."""
    with arms_figure.sheet(picture) as (practice, seeds):
        rows = {label: [trials_of(run, "in_turn")["correct"].reshape(-1, BLOCK // 2).mean(axis=1)
                        for run in arm] for label, arm in runs.items()}
        middle = (np.arange(len(rows[BROADCAST][0])) + 0.5) * BLOCK / 2
        arms_figure.curves(practice, middle, rows, "trial of practice", "share right")
        for edge in range(BLOCK, int(middle[-1]), BLOCK):
            practice.axvline(edge, color="#bbbbbb", linewidth=0.7)
        arms_figure.seeds(seeds, {label.replace(" ", "\n", 1): [measure(run) for run in arm]
                                  for label, arm in runs.items()}, "share right, worse task")
