# SPDX-License-Identifier: Apache-2.0
"""Consolidation against acetylcholine in sleep. That raising it in early sleep blocks consolidation
of words, which need the hippocampus: S. Gais, J. Born, PNAS 101:2140 (2004), with physostigmine."""
import numpy as np

from ... import arms_figure, readers
from . import systems

ABOUT = "consolidation against the level of acetylcholine in sleep"
SEEDS = "1..10"
ARMS = {"none": ["interventions.none.phases=[night_1, night_5, night_20]"],
        "a trace": ["interventions.level.inh_rate=100 Hz"],
        "waking tone": [],
        "twice that": ["interventions.level.exc_rate=40 Hz"],
        "as in study": ["interventions.level.exc_rate=150 Hz"]}

NOTE = """\
Written in: what M2, M1 and nicotinic receptors do to release and learning rates (README.md there), so that at the level
of study nothing is transmitted within the hippocampus and nothing learnt in the cortex. Not written in: how much of the
way to the waking tone replay and consolidation bear. Each arm has its animals' own nights from the same study."""

measure = systems.measure


def level(run):
    """Mean acetylcholine of the hippocampus in the nights, nM."""
    with run.open() as opened:
        time, nM = readers.concentration(opened, "acetylcholine", "hippocampus")
        nights = [(begin, end) for name, begin, end, _ in opened.phases()
                  if name in systems.ASLEEP]
    asleep = np.zeros(len(time), dtype=bool)
    for begin, end in nights:
        asleep |= (time > begin) & (time <= end)
    return float(nM[asleep].mean())


def also(run):
    """The level, what was replayed, and the recall with the hippocampus."""
    rate, above, share = systems.replay(run)
    return {"acetylcholine in the nights, nM": level(run), "bursts of CA3, /s, night 1": rate,
            "their content, above chance": above, "share with a pattern": share,
            "with hippocampus, night 20": systems.recall(run, 20, "intact")}


def figure(runs, picture):
    """Completion by the cortex against the level in sleep, and the seeds."""
    with arms_figure.sheet(picture) as (left, right):
        rows = [[measure(run) for run in arm] for arm in runs.values()]
        arms_figure.curves(left, [np.mean([level(run) for run in arm]) for arm in runs.values()],
                           {"without hippocampus, night 20": np.transpose(rows)},
                           "acetylcholine in sleep, nM", "completion above chance")
        left.set_xscale("symlog", linthresh=10)
        arms_figure.seeds(right, {label: [measure(run) for run in arm]
                                  for label, arm in runs.items()},
                          "completion without hippocampus, night 20")
