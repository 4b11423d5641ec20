# SPDX-License-Identifier: Apache-2.0
"""Synaptic consolidation by dopamine: what is recalled 10 s and 8 h after learning at its tone and
under bursts of the locus coeruleus. The network and its figures: J. Luboeinski, C. Tetzlaff, Commun
Biol 4:275 (2021); its threshold of protein synthesis under neuromodulators: A. B. Lehr,
J. Luboeinski, C. Tetzlaff, Sci Rep 12:17772 (2022)."""
import numpy as np

from ... import arms_figure, readers, resolved, statistics
from .. import Measure, tag_and_capture

ABOUT = "recall 10 s and 8 h after learning by dopamine, with and without protein synthesis"
SEEDS = "1..10"
TONE, WEAK, STRONG = "tone", "weak burst", "strong burst"
BLOCKED, SILENT = "strong burst, D5 blocked", "strong burst, no proteins"
PUBLISHED = "as published"
MUCH = ["interventions.burst.exc_rate=180 Hz"]
SYNAPSES = "regions.ca3.projections.E_E.plasticity."
ARMS = {TONE: [], WEAK: ["interventions.burst.exc_rate=45 Hz"], STRONG: MUCH,
        BLOCKED: MUCH + ["interventions.SCH23390.dose=100"],
        SILENT: MUCH + [SYNAPSES + "alpha=0"],
        PUBLISHED: [SYNAPSES + "theta_pro=0.5", SYNAPSES + "modulation.theta_pro.curve.gain=0"]}
SIZE = 200
LEARNT_MS, RECALLED_MS = 2000.0, {"10s": 11100.0, "8h": 28801100.0}

NOTE = """\
The network of the plasticity page stands beside the regions of the default brain and hears of them by dopamine alone,
which the locus coeruleus and the ventral tegmental area release there as in the hippocampus; in *burst* the coeruleus
fires at 5 or 20 Hz for the 10 s about learning (2 Hz otherwise). Written in: that the messenger of D5 receptors, as far
as it is above its tone, lowers the threshold of protein synthesis by the published formula, and that it takes 40 min
(assumed) to fade. Not written in: that this is long enough for proteins to be made and tags to catch them, and how much
of the memory is left then. What the neuromodulator does was published for levels that stay for 8 hours; no figures of
recall were taken from there, so *as published* has the threshold of the network without neuromodulators, and is what its
figures are held against. Nothing is learnt in the recall after 10 s, so that it does not spoil the other; dopamine does
not move it. The burst also releases noradrenaline, which nothing in the network reads. *No proteins*: alpha 0."""


def recall(run, delay):
    """{Q, MI, rate} after so long."""
    with run.open() as opened:
        return tag_and_capture.outcome(tag_and_capture.counts(opened, LEARNT_MS),
                                       tag_and_capture.counts(opened, RECALLED_MS[delay]), SIZE)


def measure(run):
    """Q after 8 hours."""
    return recall(run, "8h")["Q"]


def dopamine(run):
    """(its mean as the network learns, nM; the threshold of proteins as that ends, h_0)"""
    rule = resolved.of_run(run.folder)["regions"]["ca3"]["projections"]["E_E"]["plasticity"]
    curve = rule["modulation"]["theta_pro"]["curve"]
    with run.open() as opened:
        begin, end = next(phase[1:3] for phase in opened.phases() if phase[0] == "learn")
        time, nM = readers.concentration(opened, "dopamine", "ca3")
        above = readers.messenger(opened, "dopamine", "ca3", "D5")[1]
    x = max(above[time <= end][-1] - above[0], 0)
    moved = float(curve["offset"]) + float(curve["gain"]) * x / (float(curve["half"]) + x)
    return nM[(time > begin) & (time <= end)].mean(), float(rule["theta_pro"]) * moved


def also(run):
    """Recall after 10 s, information, and what dopamine did."""
    early, late, (nM, threshold) = recall(run, "10s"), recall(run, "8h"), dopamine(run)
    return {"Q after 10 s": early["Q"], "MI after 8 h, bits": late["MI"],
            "MI after 10 s, bits": early["MI"], "dopamine while learning, nM": nM,
            "th_pro after it, h_0": threshold}


def published(runs):
    """The figures of the network without neuromodulators, and what is asked of it with them."""
    made, where = [], f"{SIZE} neurons"
    for delay in RECALLED_MS:
        found = [recall(run, delay) for run in runs[PUBLISHED]]
        for name, table, more in (("MI", tag_and_capture.PUBLISHED_MI, 0.05),
                                  ("Q", tag_and_capture.PUBLISHED_Q, 0)):
            values, figure = [one[name] for one in found], table[delay, SIZE]
            made.append(Measure(f"{name}, {where}, after {delay}, {PUBLISHED}",
                                f"{figure[0]} ± {figure[1]} ({tag_and_capture.SOURCE})",
                                *tag_and_capture.band(figure, values, more), values))
    for label in (STRONG, PUBLISHED):
        gain = [recall(run, "8h")["MI"] - recall(run, "10s")["MI"] for run in runs[label]]
        made.append(Measure(f"MI after 8 h less that after 10 s, {label}", "better after 8 h", 0,
                            float("inf"), gain))
    made += [Measure(f"Q after 8 h, {label}", f"lost ({tag_and_capture.SOURCE})", -0.01, 0.01,
                     [measure(run) for run in runs[label]]) for label in (SILENT, BLOCKED, TONE)]
    rising = statistics.jonckheere([np.array([measure(run) for run in runs[label]])
                                    for label in (TONE, WEAK, STRONG)])
    return made + [Measure("p that Q after 8 h does not rise with dopamine (Jonckheere)",
                           "asked for", 0, 0.05, found=rising)]


def figure(runs, picture):
    """Recall after 10 s and 8 h by dopamine while learning, and the seeds."""
    with arms_figure.sheet(picture) as (left, right):
        levels = [np.mean([dopamine(run)[0] for run in runs[label]])
                  for label in (TONE, WEAK, STRONG)]
        arms_figure.curves(left, levels, {
            f"after {delay.replace('s', ' s').replace('h', ' h')}":
                np.transpose([[recall(run, delay)["Q"] for run in runs[label]]
                              for label in (TONE, WEAK, STRONG)]) for delay in RECALLED_MS},
            "dopamine while learning, nM", "recall, Q")
        arms_figure.seeds(right, {label.replace(", ", ",\n"): [measure(run) for run in arm]
                                  for label, arm in runs.items()}, "recall after 8 h, Q")
