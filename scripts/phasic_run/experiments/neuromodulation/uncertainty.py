# SPDX-License-Identifier: Apache-2.0
"""Acetylcholine by expected, noradrenaline by unexpected uncertainty (A. J. Yu, P. Dayan, Neuron
46:681, 2005): rewards that are known to be unreliable, against a rule that has just changed."""
import numpy as np

from ... import arms_figure, readers, reversals
from . import Leak

ABOUT = "acetylcholine by expected, noradrenaline by unexpected uncertainty"
SEEDS = "1..10"
CLOSED = "loops closed"
ARMS = {CLOSED: []}
LEAK = Leak(0.5, settings=("task.reward=independent", "phases.sure.trials=1",
                           "phases.unsure.trials=1", "phases.changing.trials=40"))
TRANSMITTERS = ("acetylcholine", "noradrenaline")
REGION = "pfc"
SETTLED = 20        # trials of a phase until expectations have followed it
FIRST, LAST = 2, 8  # trials after a reversal in which the change is known to some and to none
BLOCK = 20          # trials

NOTE = """\
Neither half of the dissociation is there. Noradrenaline does follow a change of the rule, but late: from 45 nM it rises
to 92 at the eighth trial, as the animal needs five trials of errors before its choices turn and the level takes 2.6 s,
four trials, to build up and to go; the trials that are counted, the third to the eighth, were fixed before that. And where
rewards are unreliable it is as high, as each row of unlucky trials raises it by more, uptake being saturated, than a row
of lucky ones lowers it. (When noradrenaline was gone with 0.3 s, by a V_max without a source, this half was there: 1.3
SD.) Acetylcholine follows the mean size of errors over some 20 trials, and a rule that changes every 20
trials makes that as large as rewards at 65/35 do. Rarer changes, or a loop that leaves out errors that noradrenaline has
claimed, would be another experiment, on other seeds. The schedule was too short (30 trials that are sure, 10 of them
counted) to say much of acetylcholine where rewards are sure."""


def columns(run):
    """Trials, with the mean concentration of both transmitters in each, nM, and the phase names."""
    with run.open() as opened:
        trials, names = readers.trials(opened), opened.phase_names()
        for transmitter in TRANSMITTERS:
            time, nM = readers.concentration(opened, transmitter, REGION)
            trials[transmitter] = readers.each_trial(time, nM, trials["time_ms"])
    return trials, names


def of_phase(trials, names, phase):
    """Mask of the settled trials of a phase."""
    mask = trials["phase"] == names.index(phase)
    mask[np.flatnonzero(mask)[:SETTLED]] = False
    return mask


def just_changed(trials):
    """Mask of the trials in which a rule has just changed."""
    mask = np.zeros(len(trials["block"]), dtype=bool)
    for start in reversals.starts(trials):
        mask[start + FIRST:start + LAST] = True
    return mask


def differences(run):
    """How far each transmitter is higher in its own kind of uncertainty than in the other's, in
    standard deviations over the run's trials."""
    trials, names = columns(run)
    unsure, changed = of_phase(trials, names, "unsure"), just_changed(trials)
    made = []
    for transmitter, own, other in zip(TRANSMITTERS, (unsure, changed), (changed, unsure)):
        nM = trials[transmitter]
        made.append(float((nM[own].mean() - nM[other].mean()) / nM.std()))
    return made


def measure(run):
    """The smaller of both differences: above 0 is a double dissociation."""
    return min(differences(run))


def also(run):
    """Both differences, and both concentrations in each kind of block."""
    trials, names = columns(run)
    masks = {"sure": of_phase(trials, names, "sure"),
             "unsure": of_phase(trials, names, "unsure"), "changed": just_changed(trials)}
    found = dict(zip((f"{t}, SD" for t in TRANSMITTERS), differences(run)))
    for transmitter in TRANSMITTERS:
        found |= {f"{transmitter}, {name}, nM": trials[transmitter][mask].mean()
                  for name, mask in masks.items()}
    return found


def figure(runs, picture):
    """Both transmitters over trials and after reversals; the seeds."""
    found = [columns(run)[0] for run in runs[CLOSED]]
    number = np.arange(len(found[0]["block"])) + 1
    with arms_figure.sheet(picture, columns=3) as (over, after, seeds):
        arms_figure.curves(over, number, {
            t: [trials[t] / trials[t].mean() for trials in found] for t in TRANSMITTERS},
            "trial", f"concentration in {REGION}, of its mean")
        for edge in np.flatnonzero(np.diff(found[0]["phase"])) + 1:
            over.axvline(edge + 0.5, color="#999999", linewidth=1, linestyle=(0, (4, 3)))
        for start in reversals.starts(found[0]):
            over.axvline(start + 0.5, color="#bbbbbb", linewidth=0.7)
        arms_figure.curves(after, np.arange(BLOCK) + 1, {
            t: [reversals.after(trials[t] / trials[t].mean(), reversals.starts(trials),
                                BLOCK).mean(axis=0) for trials in found] for t in TRANSMITTERS},
            "trial from a change on", "concentration, of its mean")
        pairs = np.array([differences(run) for run in runs[CLOSED]])
        arms_figure.seeds(seeds, dict(zip(TRANSMITTERS, pairs.T)),
                          "higher in its own uncertainty, SD")
