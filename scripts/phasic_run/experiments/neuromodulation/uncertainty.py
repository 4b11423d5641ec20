# SPDX-License-Identifier: Apache-2.0
"""Acetylcholine by expected, noradrenaline by unexpected uncertainty (A. J. Yu, P. Dayan, Neuron
46:681, 2005): rewards that are known to be unreliable, against a rule that has just changed."""
import numpy as np

from ... import arms_figure, readers, reversals
from . import Leak

ABOUT = "acetylcholine by expected, noradrenaline by unexpected uncertainty"
SEEDS = "11..20"
CLOSED = "loops closed"
ARMS = {CLOSED: []}
LEAK = Leak(0.5, settings=("task.reward=independent", "phases.sure.trials=1",
                           "phases.unsure.trials=1", "phases.changing.trials=40"))
TRANSMITTERS = ("acetylcholine", "noradrenaline")
REGION = "pfc"
FIRST, LAST = 3, 13  # trials after a reversal: the animal errs, and the level has had time to rise
SHOWN = 30           # trials after a reversal in the figure

NOTE = """\
A check of the mechanism: which error drives which nucleus is written in. Not written in is that the two come apart in a
brain that learns, whose errors are its own. For that its blocks are long. When each rule stayed for 20 trials, the
unreliable block had 50 and trials 3 to 8 after a change were counted (seeds 1 to 10), it was the opposite: -.79 (-1.37
to -.22). Noradrenaline's loop holds errors against a mean of the last 33 or so, so that a block that has just become
unreliable is a change like any other; acetylcholine's follows a mean of the last 20, to which a rule that changes every
20 trials is as unreliable as rewards at 65/35.
Here the second half of a block counts, and trials 4 to 13 after a change: the animal needs some five to ten errors to
turn its choices, and the level 2.6 s, four trials, to build up. All that was chosen on seeds 1001 to 1004; the loops are
those of the default brain. Acetylcholine's half is the weaker one: ten errors after a change raise the slow mean too."""


def columns(run):
    """Trials, with the mean concentration of both transmitters in each, nM, and the phase names."""
    with run.open() as opened:
        trials, names = readers.trials(opened), opened.phase_names()
        for transmitter in TRANSMITTERS:
            time, nM = readers.concentration(opened, transmitter, REGION)
            trials[transmitter] = readers.each_trial(time, nM, trials["time_ms"])
    return trials, names


def of_phase(trials, names, phase):
    """Mask of the second half of a phase: what is usual there is known by then."""
    own = np.flatnonzero(trials["phase"] == names.index(phase))
    mask = np.zeros(len(trials["phase"]), dtype=bool)
    mask[own[len(own) // 2:]] = True
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
        arms_figure.curves(after, np.arange(SHOWN) + 1, {
            t: [reversals.after(trials[t] / trials[t].mean(), reversals.starts(trials),
                                SHOWN).mean(axis=0) for trials in found] for t in TRANSMITTERS},
            "trial from a change on", "concentration, of its mean")
        pairs = np.array([differences(run) for run in runs[CLOSED]])
        arms_figure.seeds(seeds, dict(zip(TRANSMITTERS, pairs.T)),
                          "higher in its own uncertainty, SD")
