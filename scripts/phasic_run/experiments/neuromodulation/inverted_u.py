# SPDX-License-Identifier: Apache-2.0
"""Answers after a delay against dopamine in prefrontal cortex: too little, too much, and what a
drug on D1 receptors does for each. Too little: T. J. Brozoski and others, Science 205:929 (1979),
who depleted it and gave L-DOPA and apomorphine. Too much: J. Zahrt and others, J Neurosci 17:8528
(1997), who drove D1 and gave an antagonist."""
import numpy as np

from ... import arms_figure, plot, readers
from . import Leak

ABOUT = "dopamine in prefrontal cortex against answers after a delay: too little, too much, rescue"
SEEDS = "1..10"
LEAST, LESS, TONIC, MORE, MOST = "too little", "less", "tonic", "more", "too much"
AGONIST, ANTAGONIST = "too little, agonist", "too much, antagonist"
SILENT = "prefrontal cortex silenced"
LITTLE = ["interventions.depleted.fraction=0.9"]
MUCH = ["interventions.blocked.fraction=0.95"]
ARMS = {LEAST: LITTLE, LESS: ["interventions.depleted.fraction=0.65"], TONIC: [],
        MORE: ["interventions.blocked.fraction=0.75"], MOST: MUCH,
        AGONIST: LITTLE + ["interventions.agonist.dose=0.008"],
        ANTAGONIST: MUCH + ["interventions.antagonist.dose=9"],
        SILENT: ["interventions.silenced.phases=[test]"]}
LEAK = Leak(0.5, settings=("task.reward=independent", "task.reversals={every: 20}",
                           "phases.learning.trials=160"))
LEVELS = (LEAST, LESS, TONIC, MORE, MOST)

SETTLED = 10                        # trials of the test until a drug has come to act
DELAY = (700, 800)                  # ms after the cue's onset: the end of the delay
HALF, OFFSET, GAIN = 0.0075, 0.4, 1.2   # of D1's curve, regions/pfc/delay.yaml

NOTE = """\
Written in: D1 raises the NMDA conductance of prefrontal cells by a curve that only rises, and the network's constants
were chosen (regions/pfc/README.md) such that it holds a cue at that curve's middle. Not written in: that more of the
same conductance is worse again, how answers fail, and the answers themselves, which the striatum learns from reward at
synapses from channels that mean nothing to it. With too little dopamine the cue is forgotten, the striatum is silent,
and a drawn action is right in half of the trials. With too much the channel that fires holds on: the next cue does not
end it, and the last answer is given again. So the same curve trades forgetting for perseveration. Drugs act in
prefrontal cortex alone, in the test, after learning at the tonic level; each rescue's dose was chosen (seeds of 1000
and more) to bring D1 back to where it is at the tonic level, so that it checks that nothing but D1 is at fault. The
level at which performance falls on the high side is some ten times the tonic one: the curve saturates, the model says
nothing of where the decline begins in animals. Each cue drives a channel of its own in prefrontal cortex
(`stimulus.tuned`): how the cortex comes to such a code is left out."""


def tested(run):
    """The test's trials from when a drug acts."""
    with run.open() as opened:
        trials = readers.trials(opened, "test")
    return readers.of_trials(trials, slice(SETTLED, None))


def measure(run):
    """Share of these trials that are paid. Where no cell speaks an action is drawn, and paid if it
    happens to be the right one."""
    return float(np.mean(tested(run)["reward"] > 0))


def level(run):
    """Mean dopamine in prefrontal cortex in these trials, nM."""
    with run.open() as opened:
        time, nM = readers.concentration(opened, "dopamine", "pfc")
    return float(np.mean(nM[time >= tested(run)["time_ms"][0]]))


def nmda(run):
    """Mean gain of NMDA receptors there."""
    with run.open() as opened:
        time, m = readers.messenger(opened, "dopamine", "pfc", "D1")
    m = m[time >= tested(run)["time_ms"][0]]
    return float(np.mean(OFFSET + GAIN * m / (m + HALF)))


def delay_rate(run):
    """Mean rate of prefrontal cells at the end of the delay, of both channels, Hz."""
    with run.open() as opened:
        time, rate = readers.rates(opened, "pfc.E")
    onsets = tested(run)["time_ms"]
    return float(np.nanmean(readers.around(time, rate, onsets + DELAY[0], 0, DELAY[1] - DELAY[0],
                                           DELAY[1] - DELAY[0])[1]))


def repeats(trials):
    """Share of the trials with another cue than the one before that repeat its action."""
    changed = np.flatnonzero(np.diff(trials["stimulus"])) + 1
    action = trials["action"]
    return float(np.mean((action[changed] == action[changed - 1]) & (action[changed] >= 0)))


def also(run):
    """What the drug did, and how answers fail: by silence, or by the last answer once more."""
    trials = tested(run)
    return {"dopamine in PFC, nM": level(run), "NMDA gain": nmda(run),
            "PFC at the end of the delay, Hz": delay_rate(run),
            "no answer": np.mean(trials["action"] < 0),
            "last answer again, cue changed": repeats(trials)}


def figure(runs, picture):
    """Share paid over the level of dopamine, with both rescues, and the seeds."""
    with arms_figure.sheet(picture) as (left, right):
        arms_figure.curves(left, [np.mean([level(run) for run in runs[name]]) for name in LEVELS],
                           {"dopamine moved": np.transpose(
                               [[measure(run) for run in runs[name]] for name in LEVELS])},
                           "dopamine in PFC in the test, nM", "share of trials paid")
        for k, name in enumerate((AGONIST, ANTAGONIST)):
            left.plot(np.mean([level(run) for run in runs[name]]),
                      np.mean([measure(run) for run in runs[name]]), "s",
                      color=plot.colour(k + 1), label=name)
        left.set_xscale("log")
        left.axhline(0.5, color="#bbbbbb", linewidth=0.7)
        left.legend(fontsize=8)
        arms_figure.seeds(right, {name: [measure(run) for run in arm]
                                  for name, arm in runs.items()}, "share of trials paid")
