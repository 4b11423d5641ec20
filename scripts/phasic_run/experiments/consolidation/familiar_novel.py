# SPDX-License-Identifier: Apache-2.0
"""New memories that share cells with old ones: what of the old comes back with the new, where
acetylcholine answers to novelty and where it does not. That acetylcholine keeps what is retrieved
out of what is stored: M. E. Hasselmo, B. P. Wyble, Behav Brain Res 89:1 (1997); that scopolamine
raises proactive interference between odours: E. De Rosa, M. E. Hasselmo, Behav Neurosci 114:32
(2000)."""
import numpy as np

from ... import arms_figure, patterns, plot, readers
from ..neuromodulation import held

ABOUT = "new memories beside old ones, with and without acetylcholine that answers to novelty"
SEEDS = "1..10"
CLOSED, CLAMPED = "loop closed", "acetylcholine clamped"
LATE = "acetylcholine between cues"
STUDY, TEST = "new", "test.recall"
ARMS = {CLOSED: [],
        CLAMPED: held(CLOSED, "acetylcholine", "hippocampus", [STUDY], within=[STUDY]),
        LATE: [f"interventions.late.phases=[{STUDY}]"]}
HEARD_MS = 100, 600   # from a cue's onset: when acetylcholine answers

NOTE = """\
Written in: that synapses onto some cells of the hippocampus are depressed where both sides fire, so that these answer
less to what they have met, and that the basal forebrain hears them; and what acetylcholine does in the hippocampus
(M2, M1, nicotinic; README.md there): it keeps down what is retrieved and lets it learn. Not written in: which cues are
new; that this is told within a cue's time; that a new cue brings back an old memory with which it shares cells, and
that both become one if that is not kept down. *Clamped*: acetylcholine stays at the mean that the loop had among these
cues. *Between cues*: what was released comes 6 s later, when no cue is shown. In all arms the old are the same: the
loop makes its difference from the first new cue on. Nothing is learnt in the test. New patterns are seen once, for a
second. That scopolamine raises interference (De Rosa & Hasselmo 2000) has not been asked here."""


def of_kind(found, kind):
    """Numbers of the old and of the new cues of Patterns."""
    first = found.kin[0]
    return range(first) if kind == "old" else range(first, len(found.stored))


def recall(run):
    """{(completion or intrusion, old or new): number} of the test."""
    with run.open() as opened:
        found = patterns.Patterns(opened)
        made = {}
        for kind in ("old", "new"):
            cues = of_kind(found, kind)
            made["completion", kind] = patterns.completion(found, TEST, cues=cues)[0]
            made["intrusion", kind] = patterns.intrusion(found, TEST, cues=cues)
    return made


def measure(run):
    """Of the new patterns: what comes back of them, less what comes back of their kin instead."""
    made = recall(run)
    return made["completion", "new"] - made["intrusion", "new"]


def level(run, kind):
    """Mean acetylcholine of the hippocampus after the onset of cues of a kind, nM."""
    with run.open() as opened:
        time, nM = readers.concentration(opened, "acetylcholine", "hippocampus")
        trials = readers.trials(opened, STUDY)
        chosen = np.isin(trials["stimulus"], of_kind(patterns.Patterns(opened), kind))
        return float(np.mean([nM[(time >= begin + HEARD_MS[0]) & (time < begin + HEARD_MS[1])]
                              for begin in trials["time_ms"][chosen]]))


def also(run):
    """What comes back of all, and what acetylcholine said when the new was studied."""
    made = recall(run)
    told = {f"{kind}: {what}": made[how, kind] for kind in ("new", "old")
            for how, what in (("completion", "of itself"), ("intrusion", "of its kin"))}
    for kind in ("new", "old"):
        told[f"acetylcholine after {kind} cues, nM"] = level(run, kind)
    return told


def figure(runs, picture):
    """What comes back of the new and of the old with it, and the seeds."""
    with arms_figure.sheet(picture) as (left, right):
        found = {label: np.array([[recall(run)[how, "new"] for how in ("completion", "intrusion")]
                                  for run in arm]) for label, arm in runs.items()}
        for k, (label, rows) in enumerate(found.items()):
            left.plot(rows[:, 1], rows[:, 0], "o", color=plot.colour(k), label=label, markersize=4)
        most = max(rows.max() for rows in found.values())
        left.plot([0, most], [0, most], color=plot.colour(9), linewidth=0.5)
        left.set(xlabel="the old ones' own cells that come back with new patterns",
                 ylabel="cells of new patterns that come back")
        left.legend(fontsize=7)
        arms_figure.seeds(right, {label: rows[:, 0] - rows[:, 1] for label, rows in found.items()},
                          "new patterns, less the old ones")
