# SPDX-License-Identifier: Apache-2.0
"""What one reward teaches about a cue that is new and about one that was seen often: novelty by
repetition suppression in the hippocampus, told by acetylcholine."""
import functools

import numpy as np

from ... import arms_figure, readers

ABOUT = "one reward after a new cue, against one after a familiar cue"
SEEDS = "21..50"
CLOSED, CLAMPED = "loop closed", "acetylcholine clamped"
SILENCED, LATE = "hippocampus silenced", "acetylcholine one trial late"
ARMS = {CLOSED: [], CLAMPED: ["interventions.clamped.phases=all"],
        SILENCED: ["interventions.silenced.phases=all"],
        LATE: ["interventions.late.phases=[pairing]"]}
CELLS = "striatum.D1"
OUTCOME_MS = 375     # from the cue's onset: spikes until then are the response
HEARD_MS = 300       # after it: dopamine's time, over which acetylcholine is told
SEEN = 4             # cues of the phase `familiar`: those of higher numbers are new
TESTS = ("before", "after_one", "after_four")    # phases with weights frozen
KINDS = NOVEL, FAMILIAR = "novel", "familiar"

NOTE = """\
Written in is that acetylcholine raises the rate at which dopamine moves synapses of the striatum, and
that synapses from the cortex to CA1 are depressed where both sides fire. That CA1 then tells cues
apart that were seen from those that were not, that the basal forebrain hears it within the cue's time,
and that one reward suffices, follows. The first phase shows four of the eight cues; nothing else tells
the others from them, but the reader of the trials. While cues become familiar, and in the tests,
nobody is paid, and dopamine is held at its tonic level in all arms, so that the striatum knows no cue
when it is first paid. A test shows each cue three times with all weights frozen, those of CA1 too: a
cue that is tested stays as new as it was. Responses to familiar cues grow too, by three quarters
as much: what is learnt about one cue spreads to others by the cells that they share. *After four
rewards* a familiar cue is known better than a new one after its first. *Clamped* is at the tonic
level, where next to nothing is learnt; *one trial late* has as much acetylcholine as the arm with the
loop closed, each release coming one trial (2375 ms) later. Acetylcholine from outside the striatum, beside that
of its interneurons, is found there (D. Dautan et al., J Neurosci 34:4509, 2014, from the brainstem);
here the basal forebrain stands for its source, and 0.4 is assumed. Synapses of CA1 have no way back:
over hours everything would become familiar. Asked at first, on seeds 1..16, was each cue at its own
second reward, by when more or less had been learnt about others: .35 (.07 to .62), p = .018, which
Holm's correction undid. Tests before and after were made on seeds 1001..1008, then the seeds shown
here were run."""


def of_kind(trials, kind):
    """Whether the cue of each trial is new, or one that the phase `familiar` has shown."""
    return (trials["stimulus"] >= SEEN) == (kind == NOVEL)


@functools.cache
def responses(run):
    """{kind: spikes of D1 cells in answer to its cues, one mean a test}"""
    made = {kind: [] for kind in KINDS}
    with run.open() as opened:
        for phase in TESTS:
            trials = readers.trials(opened, phase)
            spikes = np.array([len(opened.spikes(CELLS, begin, begin + OUTCOME_MS)[0])
                               for begin in trials["time_ms"]])
            for kind, means in made.items():
                means.append(spikes[of_kind(trials, kind)].mean())
    return made


def growth(tested, test=1):
    """By how much a response has grown until a test, as a share of what it was; NaN where nothing
    answered."""
    return float(tested[test] / tested[0] - 1) if tested[0] else np.nan


def measure(run):
    """Growth by one reward a cue: of novel cues, less that of familiar ones."""
    found = responses(run)
    return growth(found[NOVEL]) - growth(found[FAMILIAR])


def mean_after(cues, time, values, begin, end):
    """Mean of values from begin to end ms after the onsets of cues, ms."""
    return readers.around(time, values, cues, -begin, end, end - begin)[1].mean()


def also(run):
    """Growth of each kind, what CA1 said of it at its first reward, and the acetylcholine that
    came."""
    found, made = responses(run), {}
    with run.open() as opened:
        trials = readers.trials(opened, "pairing")
        signal = readers.signal(opened, "acetylcholine.novelty")
        level = readers.concentration(opened, "acetylcholine", "striatum")
    for kind in KINDS:
        cues = trials["time_ms"][of_kind(trials, kind)]
        made[f"{kind}: growth"] = growth(found[kind])
        made[f"{kind}: after four rewards"] = growth(found[kind], 2)
        made[f"{kind}: CA1's novelty"] = mean_after(cues, *signal, 100, OUTCOME_MS)
        made[f"{kind}: acetylcholine, nM"] = mean_after(cues, *level, OUTCOME_MS,
                                                        OUTCOME_MS + HEARD_MS)
    return made


def figure(runs, picture):
    """Growth of new and of familiar cues with the loop closed and clamped, and the difference."""
    with arms_figure.sheet(picture, columns=3) as (closed, clamped, difference):
        for axes, label in ((closed, CLOSED), (clamped, CLAMPED)):
            found = [responses(run) for run in runs[label]]
            arms_figure.curves(axes, (0, 1, 4), {
                kind: [np.array(each[kind]) / each[kind][0] for each in found]
                for kind in KINDS},
                "rewards of a cue", "response of D1 cells, 1 before")
            axes.set_title(label, fontsize=10)
            axes.set_ylim(0, 8)
        arms_figure.seeds(difference, {label: [measure(run) for run in arm]
                                       for label, arm in runs.items()},
                          "growth by one reward, new less familiar")
