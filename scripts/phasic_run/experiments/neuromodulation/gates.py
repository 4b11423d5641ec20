# SPDX-License-Identifier: Apache-2.0
"""What is lost without glia, without interneurons, without the plateau of the apical dendrite."""
import numpy as np

from ... import arms_figure, readers
from . import Leak, trials_of

ABOUT = "glia, interneurons, the apical dendrite, each switched off: what is lost"
SEEDS = "1..10"
DELAY, ALIKE = "delay", "cues alike"
WHOLE, NO_GLIA, NO_PFC_I = "delay: whole", "delay: no glia", "delay: prefrontal interneurons silent"
NO_FS, NO_CHI = "delay: fast-spiking cells silent", "delay: cholinergic cells silent"
DENDRITE, PASSIVE = "cues alike: whole", "cues alike: dendrite passive"
DRIVEN, ON_SOMA = PASSIVE + ", soma driven more", "cues alike: all on the soma"
NO_PLATEAU = ["regions.sensory_cortex.populations.L5E.neuron.g_s=0 pA"]
MORE = ["regions.sensory_cortex.projections.L23E_L5E.weight=9 nS"]
ARMS = {WHOLE: ("delay", []),
        NO_GLIA: ("delay", ["neuromodulation.transmitters.dopamine.glia.pfc=1"]),
        NO_PFC_I: ("delay", ["interventions.pfc_I.phases=all"]),
        NO_FS: ("delay", ["interventions.FS.phases=all"]),
        NO_CHI: ("delay", ["interventions.ChI.phases=all"]),
        DENDRITE: ("dendrite", []), PASSIVE: ("dendrite", NO_PLATEAU),
        DRIVEN: ("dendrite", NO_PLATEAU + MORE),
        ON_SOMA: ("dendrite", [f"tracts.pfc_L5_{side}.receptor=exc" for side in ("left", "right")])}
LOSSES = {"glia": (WHOLE, [NO_GLIA]), "prefrontal interneurons": (WHOLE, [NO_PFC_I]),
          "apical dendrite": (DENDRITE, [PASSIVE, DRIVEN])}
LEAST = "least loss"
OWN = (LEAST, *LOSSES)

NOTE = """\
Two tasks: an answer after a delay, as in `inverted-u`, and two cues that look much alike, which prefrontal cortex tells
apart (`stimulus.tuned`) and the striatum learns by cells of layer 5 alone: what is seen reaches their soma, what
prefrontal cortex knows their apical dendrite. Each gate is off from the first trial on. Without glia (transporters of
dopamine in prefrontal cortex as many as in striatum) dopamine there falls to a fourteenth and the cue is forgotten:
nobody answers, and a drawn action is right by chance. Without prefrontal interneurons every cell fires and nothing is
told. A passive dendrite (no current of its plateau reaches the soma) leaves the synapses that it has and what is seen at
the soma; its loss is the lesser of two, of cells that fire less and of cells whose soma is driven as much more as makes up
for that. Written in: that glia set the level of dopamine and that layer 5 hears prefrontal cortex by its dendrites; not
written in: what of the answers is lost. That it takes a compartment is not shown: with the same prefrontal synapses on
the soma (*all on the soma*, told beside) one answer in twenty is lost. Nor is every interneuron needed: the
fast-spiking cells of the striatum are not, its cholinergic cells in two seeds of ten; so the row of interneurons is that
of prefrontal cortex, chosen while tuning. The leak test is that of the second task; that of the first is in
`inverted-u`. Core-hours are those of a machine with many other loads."""


class OfDendrite(Leak):
    """The configuration whose leak no other experiment tests."""

    def __init__(self):
        super().__init__(0.5)
        self.settings = ("dendrite", ["task.reward=independent", "task.reversals.every=20",
                                      "phases.learning.trials=120"])


LEAK = OfDendrite()


def share(run):
    """Of the test's trials that are paid. Where no cell speaks an action is drawn, and paid if it
    happens to be the right one."""
    return float(np.mean(trials_of(run, "test")["reward"] > 0))


def losses(runs):
    """{gate: what its absence costs, one a seed}; of several ways to switch it off the cheapest"""
    paid = {label: np.array([share(run) for run in arm]) for label, arm in runs.items()}
    return {gate: paid[whole] - np.max([paid[label] for label in without], axis=0)
            for gate, (whole, without) in LOSSES.items()}


def values(runs):
    """The least loss, each loss, and the share paid in every arm."""
    lost = losses(runs)
    return {LEAST: np.min(list(lost.values()), axis=0).tolist(),
            **{gate: loss.tolist() for gate, loss in lost.items()},
            **{label: [share(run) for run in arm] for label, arm in runs.items()}}


def also(run):
    """Answers given, and what the cells that are to tell the cue do while it is chosen."""
    test = trials_of(run, "test")
    with run.open() as opened:
        time, nM = readers.concentration(opened, "dopamine", "pfc")
        cells = [name for name, _, _ in opened.populations()
                 if name in ("pfc.E", "sensory_cortex.L5E")]
        firing = {name: readers.rates(opened, name) for name in cells}
    begin = test["time_ms"][0]
    found = {"answered": np.mean(test["action"] >= 0),
             "dopamine in pfc, nM": nM[time >= begin].mean()}
    for name, label in (("pfc.E", "pfc, Hz"), ("sensory_cortex.L5E", "layer 5, Hz")):
        if name in firing:
            found[label] = firing[name][1][firing[name][0] >= begin].mean()
    return found


def figure(runs, picture):
    """Share paid in both tasks, and the losses."""
    with arms_figure.sheet(picture, columns=3) as (delay, alike, lost):
        for axes, task in ((delay, DELAY), (alike, ALIKE)):
            arms_figure.seeds(axes, {
                label.split(": ")[1].replace(" ", "\n"): [share(run) for run in arm]
                for label, arm in runs.items() if label.startswith(task)}, f"share paid, {task}")
            axes.tick_params(axis="x", labelsize=7, rotation=0)
        arms_figure.seeds(lost, {gate.replace(" ", "\n"): row
                                 for gate, row in losses(runs).items()}, "share lost")
