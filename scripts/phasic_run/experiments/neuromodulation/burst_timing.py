# SPDX-License-Identifier: Apache-2.0
"""What dopamine teaches, and what it destroys, when it comes at the wrong time."""
import numpy as np

from ... import arms_figure, readers

ABOUT = "release shifted by -2 ... +5 s: what new cues teach, and what is left of old ones"
SEEDS = "1..10"
ON_TIME = "on time"
SECONDS = {ON_TIME: 0, "2 s early": -2, "half a second early": -0.5, "1 s late": 1, "5 s late": 5}
OLD, NEW = (0, 1), (2, 3)    # numbers of the cues: paid, unpaid

NOTE = """\
The release of all four transmitters is that of the same seed's run on time, played back with a shift in the phase of
learning alone: amount, bursts and pauses are the same, and so is every trial. A trial lasts .6 to .8 s, so that a
shifted burst finds the eligibility of another trial, with any of the four cues. That eligibility decays with 250 ms is
written in; that a burst at the wrong time does not teach by chance what it should, and what it does to the old cues, is
not. The old cues are shown and paid in the phase of learning as before: on time what was known of them grows, and 2 s
too early or 1 s too late it is damaged (column *change*, told beside, not tested)."""


def played(shift):
    """Settings of an arm that hears the release of the same seed's run on time, shifted."""
    def of(seed, runs):
        return [f"neuromodulation.yoked={runs[ON_TIME][seed].path('run.h5')}",
                f"neuromodulation.shift={shift}",
                "phases.learning.set={neuromodulation.broadcast: yoked}"]
    return of


ARMS = {ON_TIME: [], **{label: played(f"{1000 * shift:.0f} ms")
                           for label, shift in SECONDS.items() if shift}}


def contrast(trials, cues):
    """(paid - unpaid) / (paid + unpaid) of the mean responses; 0 where there are none."""
    paid, unpaid = (trials["responses"][trials["stimulus"] == cue].mean() for cue in cues)
    return (paid - unpaid) / max(paid + unpaid, 1)


def contrasts(run, cues):
    """Before and after learning."""
    with run.open() as opened:
        return [contrast(readers.trials(opened, phase), cues) for phase in ("before", "after")]


def growth(run, cues):
    """Of the contrast over the phase of learning."""
    before, after = contrasts(run, cues)
    return after - before


def measure(run):
    """What was learnt of the new cues."""
    return growth(run, NEW)


def also(run):
    """What became of the old ones."""
    before, after = contrasts(run, OLD)
    return {"old cues, before": before, "old cues, after": after, "change": after - before}


def figure(runs, picture):
    """Learning and retention by the shift, and the seeds."""
    order = sorted(SECONDS, key=SECONDS.get)
    with arms_figure.sheet(picture) as (left, right):
        arms_figure.curves(left, [SECONDS[label] for label in order], {
            name: [[growth(run, cues) for run in runs_of] for runs_of in
                   zip(*(runs[label] for label in order))]
            for name, cues in (("new cues", NEW), ("old cues", OLD))},
            "shift of the release, s", "growth of (paid - unpaid) / (paid + unpaid)")
        arms_figure.seeds(right, {label: [measure(run) for run in runs[label]]
                                  for label in order}, "growth, new cues")
