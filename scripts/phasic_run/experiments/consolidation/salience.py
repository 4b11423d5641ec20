# SPDX-License-Identifier: Apache-2.0
"""Salience: which of two memories is kept, by when in the day dopamine bursts. Novelty keeps what was
learnt about an hour before it or after: D. Moncada, H. Viola, J Neurosci 27:7476 (2007); by dopamine
of the locus coeruleus: T. Takeuchi and others, Nature 537:357 (2016)."""
import numpy as np

from ... import arms_figure, plot
from .. import Measure, tag_and_capture

ABOUT = "which of two memories is kept a day later, by when dopamine bursts"
SEEDS = "11..20"
NONE, DETAIL, AT = "no burst", "at the detail", "at learning"
APART_S, LATER_S, BURST_S = 14400, 72000, 10   # detail to learning, learning to recall, a burst


def _before(minutes):
    left = 60 * minutes - BURST_S
    return ["interventions.burst.phases=[before]", f"phases.rest_2.duration={left} s",
            f"phases.rest_1.duration={APART_S - 2 * BURST_S - left} s"]


def _after(minutes):
    left = 60 * minutes - BURST_S
    return ["interventions.burst.phases=[after]", f"phases.rest_3.duration={left} s",
            f"phases.rest_4.duration={LATER_S - 2 * BURST_S - left} s"]


EARLIER, HOUR_BEFORE = "2 h before", "1 h before"
SOON_AFTER, HOUR_AFTER, LATER = "30 min after", "1 h after", "4 h after"
ARMS = {NONE: ["interventions.burst.phases=[]"],
        DETAIL: ["interventions.burst.phases=[detail]"], EARLIER: _before(120),
        HOUR_BEFORE: _before(60), AT: [], SOON_AFTER: _after(30), HOUR_AFTER: _after(60),
        LATER: _after(240)}
HOURS = {DETAIL: -4, EARLIER: -2, HOUR_BEFORE: -1, AT: 0, SOON_AFTER: 0.5, HOUR_AFTER: 1,
         LATER: 4}

SIZE = 150                          # cells of a memory; the detail's come behind the other's
RECALL_MS = 1000.0 * (APART_S + LATER_S)
SHOWN_MS = {"learnt": RECALL_MS + 1100, "detail": RECALL_MS + 2100}

NOTE = """\
Both memories are learnt alike, by as many cells and pulses; what makes one a detail is that dopamine does not burst about
then. All arms have the same four wakings of 10 s, one of which has the burst (the coeruleus at 20 Hz; 2 Hz otherwise); in
between nothing fires. Written in: as in *synaptic*, that the messenger of D5 lowers the threshold of protein synthesis,
and that it takes 25 min to fade; the times of tags and proteins are the published ones (early phase 115 min, proteins and
their capture 1 h). Not written in: the window. A burst that comes first counts as long as its messenger lasts, one that
comes later as long as synapses are tagged. Without a burst no proteins are made and both memories fade. Each memory
has 150 cells and recall is once: with 200, as in *synaptic*, the second that is learnt beside a kept first one sent
the network into a seizure (all cells at 450 Hz) in two of nine seeds (of 1 to 10) and in one of three of tuning.
Seeds 1 to 10 were left there, in the second of eight arms, and do not count."""


def recall(run, memory):
    """Q of a memory: "learnt" or "detail". Cells of neither are what it is held against."""
    with run.open() as opened:
        rates = tag_and_capture.counts(opened, SHOWN_MS[memory]).astype(float)
    begin = SIZE * (memory == "detail")
    shown, rest = np.split(rates[begin:begin + SIZE], 2)
    return (rest.mean() - rates[2 * SIZE:].mean()) / shown.mean()


def measure(run):
    """Q of the second memory."""
    return recall(run, "learnt")


def also(run):
    """Q of the first."""
    return {"the detail, after 24 h, Q": recall(run, "detail")}


def published(runs):
    """What of novelty and dopamine is known, and what is asked for."""
    learnt = {label: np.array([measure(run) for run in arm]) for label, arm in runs.items()}
    detail = {label: np.array([recall(run, "detail") for run in arm])
              for label, arm in runs.items()}
    most = float("inf")
    kept = [(HOUR_BEFORE, "kept (Moncada & Viola 2007)"),
            (SOON_AFTER, "kept (Takeuchi and others 2016)"),
            (HOUR_AFTER, "kept (Moncada & Viola 2007)")]
    return [Measure("the memory less the detail, burst at learning", "asked for", 0.01, most,
                    learnt[AT] - detail[AT]),
            Measure("the detail less the memory, burst at the detail", "asked for", 0.01, most,
                    detail[DETAIL] - learnt[DETAIL]),
            Measure("the memory without a burst", "fades", -0.01, 0.01, learnt[NONE]),
            Measure("the detail without a burst", "fades", -0.01, 0.01, detail[NONE])] + [
        Measure(f"the memory, burst {label}, less that without", target, 0.01, most,
                learnt[label] - learnt[NONE]) for label, target in kept]


def figure(runs, picture):
    """Both memories by when the burst came, and the seeds of the second."""
    with arms_figure.sheet(picture) as (left, right):
        curves = {name: np.transpose([[recall(run, memory) for run in runs[label]]
                                      for label in HOURS])
                  for name, memory in (("the memory", "learnt"), ("the detail", "detail"))}
        arms_figure.curves(left, list(HOURS.values()), curves,
                           "burst, hours after learning", "recall a day later, Q")
        for k, when in enumerate((0, HOURS[DETAIL])):
            left.axvline(when, color=plot.colour(k), linewidth=0.8, linestyle=":")
        left.axhline(0, color=plot.colour(9), linewidth=0.5)
        arms_figure.seeds(right, {label: [measure(run) for run in arm]
                                  for label, arm in runs.items()}, "recall a day later, Q")
