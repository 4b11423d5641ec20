# SPDX-License-Identifier: Apache-2.0
"""What one reward teaches about a cue that is new and about one that was seen often: novelty by
repetition suppression in the hippocampus, told by acetylcholine."""
import numpy as np

from ... import arms_figure, readers

ABOUT = "one reward after a new cue, against one after a familiar cue"
SEEDS = "1..16"
CLOSED, CLAMPED = "loop closed", "acetylcholine clamped"
SILENCED, LATE = "hippocampus silenced", "acetylcholine one trial late"
ARMS = {CLOSED: [], CLAMPED: ["interventions.clamped.phases=all"],
        SILENCED: ["interventions.silenced.phases=all"],
        LATE: ["interventions.late.phases=[pairing]"]}
CELLS = "striatum.D1"
OUTCOME_MS = 375     # from the cue's onset: spikes until then are the response
HEARD_MS = 300       # after it: dopamine's time, over which acetylcholine is told
FAMILIAR, NOVEL = 0, 1

NOTE = """\
Written in is that acetylcholine raises the rate at which dopamine moves synapses of the striatum, and
that synapses from the cortex to CA1 are depressed where both sides fire. That CA1 then tells cues
apart that were seen from those that were not, that the basal forebrain hears it within the cue's time,
and that one reward suffices, follows. Which cue is new is known to the task's shuffling and to the reader of
its trials alone. While cues become familiar nobody is paid, and dopamine is held at its tonic level in
all arms, so that the striatum knows no cue when it is first paid. Responses to familiar cues grow too,
by half as much: what is learnt about one cue spreads to others by the cells that they share, and a
cue's first trial comes before or after much of that. This makes the arm with the loop closed vary between seeds,
clamped ones hardly at all; *one trial late* shares the order and the spread. *One trial late*: the same
acetylcholine, each release coming one trial (2375 ms) later. Acetylcholine from outside the striatum, beside that
of its interneurons, is found there (D. Dautan et al., J Neurosci 34:4509, 2014, from the brainstem);
here the basal forebrain stands for its source, and 0.4 is assumed. Synapses of CA1 have no way back:
over hours everything would become familiar."""


def responses(run):
    """{kind: rows, one a cue, of spikes of D1 cells at its 1st, 2nd, ... pairing; NaN after the
    last}"""
    with run.open() as opened:
        trials = readers.trials(opened, "pairing")
        spikes = np.array([len(opened.spikes(CELLS, begin, begin + OUTCOME_MS)[0])
                           for begin in trials["time_ms"]], dtype=float)
    made = {}
    for kind in (FAMILIAR, NOVEL):
        cues = np.unique(trials["stimulus"][trials["context"] == kind])
        made[kind] = np.full((len(cues), max(2, trials["block"].max() + 1)), np.nan)
        for row, cue in zip(made[kind], cues):
            own = trials["stimulus"] == cue
            row[trials["block"][own]] = spikes[own]
    return made


def growth(rows, pairings=1):
    """Growth of the response after so many pairings, of cues that were shown again after them; NaN
    where there was none."""
    again = rows[np.isfinite(rows[:, pairings])]
    first = again[:, 0].sum()
    return again[:, pairings].sum() / first - 1 if first else np.nan


def measure(run):
    """Growth by the first pairing: of novel cues, less that of familiar ones."""
    found = responses(run)
    return growth(found[NOVEL]) - growth(found[FAMILIAR])


def first_mean(opened, trials, kind, time, values, begin, end):
    """Mean of values from begin to end ms of the first trials of each cue of a kind."""
    starts = trials["time_ms"][(trials["context"] == kind) & (trials["block"] == 0)]
    return np.mean([values[(time >= start + begin) & (time < start + end)].mean()
                    for start in starts])


def also(run):
    """Growth of each kind, what CA1 said of it at first, and the acetylcholine that came."""
    found, made = responses(run), {}
    with run.open() as opened:
        trials = readers.trials(opened, "pairing")
        signal = readers.signal(opened, "acetylcholine.novelty")
        level = readers.concentration(opened, "acetylcholine", "striatum")
        for kind, name in ((NOVEL, "novel"), (FAMILIAR, "familiar")):
            made[f"{name}: growth"] = growth(found[kind])
            made[f"{name}: CA1's novelty"] = first_mean(opened, trials, kind, *signal, 100,
                                                        OUTCOME_MS)
            made[f"{name}: acetylcholine, nM"] = first_mean(
                opened, trials, kind, *level, OUTCOME_MS, OUTCOME_MS + HEARD_MS)
    return made


def grown(run):
    """Growth by the first pairing, as (novel, familiar)."""
    found = responses(run)
    return growth(found[NOVEL]), growth(found[FAMILIAR])


def figure(runs, picture):
    """Growth of new and of familiar cues with the loop closed and clamped, and the difference."""
    with arms_figure.sheet(picture, columns=3) as (closed, clamped, difference):
        for axes, label in ((closed, CLOSED), (clamped, CLAMPED)):
            pairs = np.array([grown(run) for run in runs[label]])
            arms_figure.seeds(axes, {"new": pairs[:, 0], "familiar": pairs[:, 1]},
                              f"growth by one reward, {label}")
            axes.set_ylim(-0.5, 2)
        arms_figure.seeds(difference, {label: [measure(run) for run in arm]
                                       for label, arm in runs.items()},
                          "growth by one reward, new less familiar")
