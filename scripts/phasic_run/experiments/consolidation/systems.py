# SPDX-License-Identifier: Apache-2.0
"""Systems consolidation: what the cortex completes by itself 0, 1, 5 and 20 nights after study, with
replay in sleep and without. The idea that a slower, more direct pathway learns from the faster,
indirect one: M. W. H. Remme and others, PLoS Comput Biol 17:e1009681 (2021); replay between spiking
or rate networks of several speeds: F. Fiebig, A. Lansner, Front Comput Neurosci 8:64 (2014)."""
import numpy as np

from ... import arms_figure, patterns, plot, statistics
from .. import Measure

ABOUT = "recall without the hippocampus 0, 1, 5, 20 nights after study; without replay; awake"
SEEDS = "11..20"
SLEEP, SILENT = "sleep", "sleep without CA3"
SCATTERED, AWAKE = "ripples of shuffled cells", "awake rest"
UNLEARNED = "CA3 shuffled"
NIGHTS = (0, 1, 5, 20)              # before the tests
ASLEEP = ["night_1-1"] + [f"night_5-{k}" for k in range(1, 5)] + \
    [f"night_20-{k}" for k in range(1, 16)]


ARMS = {SLEEP: [], SILENT: ["interventions.no_CA3.phases=[night_1, night_5, night_20]"],
        SCATTERED: ["interventions.scattered.phases=all"],
        AWAKE: ["interventions.asleep.phases=[]"],
        UNLEARNED: ["interventions.unlearned.phases=all"]}

NOTE = """\
What is told is completion: of half a pattern's cells, which are not shown, the share that fires, less that of patterns
never stored. Written in: acetylcholine suppresses transmission within and out of the hippocampus (M2, by release) and
learning in the cortex (M2), opens the hippocampus to the cortex (nicotinic) and lets it learn (M1), so that study binds
in the hippocampus alone; its three levels are set by phase. Not written in: that CA3 bursts in sleep, what these bursts
say, when they end (cells adapt, synapses deplete), and what the cortex makes of it. Nothing is learnt in tests, so that
all four are of one animal. A night is 5 s of sleep. In *awake rest* acetylcholine stays at its tone, which also slows
cortical learning by more than half; *sleep without CA3* has the cortex' full rate of learning and nothing to learn from.
*Ripples of shuffled cells*: the weights from CA1 onto each cortical cell change places before the first night, so that as
many spikes reach it from other cells; *CA3 shuffled*: those among CA3 cells do. A burst has a pattern when more than half
of its cortical cells fire. How much of a recall is the cortex' own is what is left of it without the hippocampus."""


def recall(run, night, how="lesioned"):
    """Completion at the test after so many nights."""
    with run.open() as opened:
        return patterns.completion(patterns.Patterns(opened), f"test_{night}.{how}")[0]


def measure(run):
    """Completion by the cortex alone after the last night."""
    return recall(run, NIGHTS[-1])


def replay(run):
    """(bursts of CA3 a second, their content in cortex above chance, share with a pattern) in the
    first night, before the cortex knows anything."""
    with run.open() as opened:
        return patterns.replayed(patterns.Patterns(opened), "hippocampus.CA3", ASLEEP[:1])


def also(run):
    """What was found at the other tests, and what was replayed."""
    told = {f"with hippocampus, night {night}": recall(run, night, "intact") for night in NIGHTS}
    told.update({f"without, night {night}": recall(run, night) for night in NIGHTS[:-1]})
    rate, above, share = replay(run)
    told.update({"bursts of CA3, /s, night 1": rate, "their content, above chance": above,
                 "share with a pattern": share, **readouts(run)})
    return told


def readouts(run):
    """How even replay is, how fast a recall is, and what regions know of the cue."""
    with run.open() as opened:
        found = patterns.Patterns(opened)
        bursts = patterns.events(found, "hippocampus.CA3", ASLEEP)
        many, again = patterns.evenness(patterns.order(found, bursts))
        fast, slow = (patterns.reaction(found, phase)[0]
                      for phase in ("test_0.intact", "test_20.lesioned"))
        told = {"patterns replayed": many, "one after itself, of chance": again,
                "reaction, ms, with hippocampus, night 0": fast,
                "reaction, ms, without, night 20": slow}
        for name in ("CA3", "CA1"):
            told[f"cue decoded from {name}, night 0"] = patterns.decoded(
                found, f"hippocampus.{name}", "test_0.intact")
        return {name: value for name, value in told.items() if np.isfinite(value)}


def published(runs):
    """What the model is asked to show. Graded amnesia: L. R. Squire, P. Alvarez, Curr Opin Neurobiol
    5:169 (1995)."""
    sleep = {how: np.array([[recall(run, night, how) for night in NIGHTS] for run in runs[SLEEP]])
             for how in ("intact", "lesioned")}
    intact, lesioned, most = sleep["intact"], sleep["lesioned"], float("inf")
    rising = statistics.jonckheere(list(lesioned.T))
    made = [Measure("completion with the hippocampus, night 0", "asked for", 0.7, most,
                    intact[:, 0]),
            Measure("the same at night 20, of night 0", "asked for", 0.7, most,
                    intact[:, -1] / intact[:, 0]),
            Measure("without it at night 20, of with it", "graded amnesia", 0.8, most,
                    lesioned[:, -1] / intact[:, -1]),
            Measure("without it at night 0, of with it", "graded amnesia", -most, 0.3,
                    lesioned[:, 0] / intact[:, 0]),
            Measure("p that it does not rise over nights (Jonckheere)", "graded amnesia", 0, 0.05,
                    found=rising)]
    for label in (SILENT, SCATTERED, AWAKE):
        shares = [recall(run, NIGHTS[-1]) / recall(run, 0, "intact") for run in runs[label]]
        made.append(Measure(f"{label}: without it at night 20, of with it at night 0", "asked for",
                            -most, 0.3, shares))
    return made + [
        Measure("bursts of CA3 with a pattern in cortex, of all, with CA3 shuffled", "chance: 0",
                -most, 0.1, [replay(run)[2] for run in runs[UNLEARNED]]),
        Measure("the same in sleep", "most", 0.7, 1, [replay(run)[2] for run in runs[SLEEP]])]


def figure(runs, picture):
    """Completion over nights with and without the hippocampus, and the seeds."""
    with arms_figure.sheet(picture) as (left, right):
        places = np.arange(len(NIGHTS))
        curves = {"with hippocampus": [[recall(run, night, "intact") for night in NIGHTS]
                                       for run in runs[SLEEP]]}
        curves.update({f"without, {label}": [[recall(run, night) for night in NIGHTS]
                                             for run in arm] for label, arm in runs.items()})
        arms_figure.curves(left, places, curves, "nights after study", "completion above chance")
        left.set_xticks(places, [str(night) for night in NIGHTS])
        left.axhline(0, color=plot.colour(9), linewidth=0.5)
        arms_figure.seeds(right, {label: [measure(run) for run in arm]
                                  for label, arm in runs.items()},
                          "completion without hippocampus, night 20")
