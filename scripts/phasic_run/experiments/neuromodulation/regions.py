# SPDX-License-Identifier: Apache-2.0
"""What silencing a region costs in each of four tasks, and what noise of its own rate does in its
place. A choice between actions, conditioning and answers after a delay are learnt first, then
tested lesion by lesion with weights frozen; where learning is the score (novelty) each lesion has
runs of its own."""
import numpy as np

from ... import arms_figure, readers
from . import burst_tonic, novelty

ABOUT = "each region silenced, or replaced by noise of the same rate, in four tasks"
SEEDS = "11..26"
REGIONS = ("sensory_cortex", "striatum", "hippocampus", "pfc")
TASKS = ("reversal", "conditioning", "novelty", "delay")
ASKED = "before, pairing, after_one"     # phases of novelty
INTACT, SILENT, NOISE = "intact", "silent", "noise"
# The tasks that need a region.
ROLES = {"sensory_cortex": ("reversal", "conditioning", "novelty"), "striatum": TASKS,
         "hippocampus": ("novelty",), "pfc": ("delay",)}


def label_of(task, region, kind):
    """Of a lesion in a task, as `experiment` names it."""
    return f"{task}: {region} {kind}"


# Labels of `experiment` that are no arms.
OWN = (INTACT, *(label_of(task, region, kind) for region in REGIONS for task in ROLES[region]
                 for kind in (SILENT, NOISE)))

NOTE = """\
The score: choices of its own that are right, above one half (an action that had to be drawn counts
one half), over one half; conditioning: (paid - unpaid) / (paid + unpaid) by the spikes of D1 cells; novelty: as there.
What is kept is told as a share of the intact score, its mean over seeds. Asked is each pair of a region and a task that
needs it, by silence and by noise, and the least sure counts: the sensory cortex and the striatum in all (not the cortex
in the delayed answer, whose cues drive the prefrontal cortex as well), the hippocampus in novelty, the prefrontal cortex
in the delayed answer. Noise: each population's mean rate in the intact phase of the same seed (in novelty, while cues are
paid). The other pairs are told beside. On seeds 1..10 another question was asked, the least of these losses within each
seed; the intact score of novelty, as it was then measured, was below zero in five of ten, where nothing can be lost."""


def rates_of(run, phase):
    """{population of the regions: its mean rate in a phase, Hz}"""
    with run.open() as opened:
        begin, end = next((begin, end) for name, begin, end, _ in opened.phases() if name == phase)
        made = {}
        for name, region, _ in opened.populations():
            if region in REGIONS:
                time, rate = readers.rates(opened, name)
                made[name] = rate[(time >= begin) & (time < end)].mean()
    return made


def noise(label, phase, regions=REGIONS, within=None):
    """Settings by which noise replaces regions, at the rates that an arm's run had in a phase.

    within: the phases in which; each region in the phase of its name where absent"""
    def of(seed, runs):
        words = [f"interventions.{region}.phases=[]" for region in REGIONS]
        for name, rate in rates_of(runs[label][seed], phase).items():
            region = name.split(".")[0]
            if region in regions:
                words.append(f"interventions.noise_{name.replace('.', '_')}={{type: noise, "
                             f"populations: [{name}], rate: {rate:.3f} Hz, "
                             f"phases: [{within or region}]}}")
        return words
    return of


def arms():
    """{label: (configuration, settings)}"""
    made = {}
    for task in TASKS:
        if task != "novelty":
            made[f"{task}, {SILENT}"] = (task, [])
            made[f"{task}, {NOISE}"] = (task, noise(f"{task}, {SILENT}", "intact"))
    made["novelty, intact"] = ("novelty", [])
    for region in REGIONS:
        made[f"novelty, {region} {SILENT}"] = (
            "novelty", [f"interventions.{region}.phases=[{ASKED}]"])
        made[f"novelty, {region} {NOISE}"] = (
            "novelty", noise("novelty, intact", "pairing", (region,), ASKED))
    return made


ARMS = arms()


def right(trials):
    """Right choices above one half, over one half; a drawn one counts one half."""
    return 2 * np.mean(readers.right_or_drawn(trials)) - 1


def phase_score(run, task, phase):
    """The score of a phase of a run."""
    with run.open() as opened:
        trials = readers.trials(opened, phase)
    return burst_tonic.contrast(trials) if task == "conditioning" else right(trials)


def novelty_score(run):
    """Growth by one reward; none where nothing answers."""
    return float(np.nan_to_num(novelty.measure(run)))


def scores(runs, task):
    """(intact [one a seed], {(region, kind): the same})"""
    if task == "novelty":
        def of(what):
            return np.array([novelty_score(run) for run in runs[f"novelty, {what}"]])
        return of("intact"), {(region, kind): of(f"{region} {kind}")
                              for region in REGIONS for kind in (SILENT, NOISE)}

    def phase(kind, name):
        return np.array([phase_score(run, task, name) for run in runs[f"{task}, {kind}"]])
    return phase(SILENT, "intact"), {(region, kind): phase(kind, region)
                                     for region in REGIONS for kind in (SILENT, NOISE)}


def losses(runs):
    """{(task, region, kind): share of the intact score that is lost, one a seed}"""
    made = {}
    for task in TASKS:
        intact, lesioned = scores(runs, task)
        for (region, kind), found in lesioned.items():
            made[task, region, kind] = (intact - found) / intact.mean()
    return made


def values(runs):
    """What is kept of the intact score: of itself all, of the lesions the matrix."""
    kept = {label_of(*which): (1 - lost).tolist() for which, lost in losses(runs).items()}
    return {INTACT: [1.0] * len(next(iter(kept.values())))} | kept


def figure(runs, picture):
    """The matrix of mean losses, by silence and by noise."""
    matrix = losses(runs)
    with arms_figure.sheet(picture) as panels:
        for axes, kind in zip(panels, (SILENT, NOISE)):
            mean = np.array([[matrix[task, region, kind].mean() for task in TASKS]
                             for region in REGIONS])
            axes.imshow(mean, vmin=0, vmax=1, cmap="Blues", aspect="auto")
            for i, row in enumerate(mean):
                for j, value in enumerate(row):
                    axes.text(j, i, f"{value:.2f}", ha="center", va="center",
                              color="white" if value > 0.6 else "black")
            axes.set_xticks(range(len(TASKS)), TASKS, rotation=15)
            axes.set_yticks(range(len(REGIONS)), REGIONS)
            axes.set_title(f"share of the score lost, region {kind}", fontsize=10)
            axes.grid(False)
