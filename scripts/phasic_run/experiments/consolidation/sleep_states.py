# SPDX-License-Identifier: Apache-2.0
"""States of sleep: what the cortex does awake, in NREM (no acetylcholine, no noradrenaline) and in REM
(acetylcholine alone). Up and down states: M. Steriade, A. Nunez, F. Amzica, J Neurosci 13:3252
(1993); M. Steriade, I. Timofeev, F. Grenier, J Neurophysiol 85:1969 (2001)."""
import numpy as np

from ... import analysis, arms_figure, patterns, plot, updown
from .. import Measure

ABOUT = "up and down states of cortex in NREM, none awake and in REM; replay beside them"
SEEDS = "1..10"
NREM, WAKE, REM = "NREM", "wake", "REM"
OWN = (WAKE, REM)                   # of the same runs as NREM
PHASES = {NREM: "nrem", WAKE: "wake", REM: "rem"}
UNMOVED, ALONE, AWAY = "without adaptation", "without collaterals", "without hippocampus"
CORTEX, CA3 = "sensory_cortex.L23E", "hippocampus.CA3"
SETTLES = 5000.0                    # ms until the transmitters of the phase before are gone

_BRIEF = ["phases.wake.duration=5 ms", "phases.rem.duration=5 ms"]   # only NREM is asked for
ARMS = {NREM: [],
        UNMOVED: _BRIEF + ["regions.sensory_cortex.populations.L23E.neuron.b=0 pA"],
        ALONE: _BRIEF + ["regions.sensory_cortex.projections.collaterals.weight=0 nS"],
        AWAY: _BRIEF + ["interventions.lesion.phases=[nrem]"]}


NOTE = """\
Written in: what nuclei do in each state, and what receptors do to cells: M1 takes adaptation away, M1 and alpha1
depolarise, M2 suppresses release between cells of L2/3 (README.md there). Not written in: that cells then fall silent
and fire together, how often and for how long, and that M1 alone (REM) keeps them from it. A state is told by the rate
of L2/3 (mean over 50 ms): up from above 1 Hz until below 0.3 Hz, 100 ms at least; only states of which begin and end
are seen are counted, 5 s after a phase began. *wake* and *REM* are phases of the runs of *NREM*; the other arms have
NREM alone. *Without hippocampus*: no spikes leave it. Nothing is learnt but in study, so that phases are of one brain.
A burst of CA3 is a replay where it brings more than half of a pattern to the cortex. Sources are cited from memory."""


class Phase:
    """What the cortex and CA3 did in a phase once it had settled."""

    def __init__(self, run, name):
        found = patterns.Patterns(run)
        begin, self.end = found.phase(PHASES[name])
        self.begin = begin + SETTLES
        self.seconds = (self.end - self.begin) * 1e-3
        times, _ = run.spikes(CORTEX, self.begin, self.end)
        self.rates = updown.rate(times, found.sizes[CORTEX], self.begin, self.end)
        self.up = updown.states(self.rates)
        self.cvs = analysis.window(run, CORTEX, self.begin, self.end).cvs()
        bursts = [burst for burst in patterns.events(found, CA3, [PHASES[name]])
                  if burst[0] >= self.begin]
        self.bursts = np.array([burst[0] - self.begin for burst in bursts])
        self.brought = patterns.order(found, bursts)

    def often(self):
        """Whole up states a second."""
        return len(updown.whole(self.up, True)) / self.seconds

    def length(self, state):
        """Mean ms of the whole up or down states; NaN where there are none."""
        lengths = [end - begin for begin, end in updown.whole(self.up, state)]
        return float(np.mean(lengths)) if lengths else float("nan")

    def replays(self):
        """Bursts of CA3 a second that bring a pattern to the cortex."""
        return float(np.sum(self.brought >= 0)) / self.seconds


def phase(arm, name=NREM):
    """A Phase of a run."""
    with arm.open() as run:
        return Phase(run, name)


def values(runs):
    """Up states a second: in NREM of every arm, and in the other phases of the first."""
    made = {label: [phase(run).often() for run in arm] for label, arm in runs.items()}
    made.update({name: [phase(run, name).often() for run in runs[NREM]] for name in OWN})
    return made


def also(run):
    """What else was seen in NREM."""
    seen = phase(run)
    told = {"down, share of time": 1 - seen.up.mean(), "up state, ms": seen.length(True),
            "down state, ms": seen.length(False), "bimodality": updown.bimodality(seen.rates),
            "rate of cells, Hz": seen.rates.mean(),
            "bursts of CA3, /s": len(seen.bursts) / seen.seconds,
            "with a pattern, /s": seen.replays(),
            "bursts in up states, of chance": updown.preference(seen.bursts, seen.up)}
    return {name: float(value) for name, value in told.items() if np.isfinite(value)}


def published(runs):
    """What is known of the three states. Awake and in REM cortical cells fire tonically: Steriade and
    others (2001), irregularly: W. R. Softky, C. Koch, J Neurosci 13:334 (1993). Slow oscillation in
    cortex cut off: I. Timofeev and others, Cereb Cortex 10:1185 (2000). Ripples and up states: F. P.
    Battaglia and others, Learn Mem 11:697 (2004); A. Sirota and others, PNAS 100:2065 (2003)."""
    seen = {name: [phase(run, name) for run in runs[NREM]] for name in PHASES}
    away, most = [phase(run) for run in runs[AWAY]], float("inf")
    made = [Measure("up states a second in NREM", "below 1, Steriade 1993", 0.3, 1.5,
                    [s.often() for s in seen[NREM]]),
            Measure("length of up states, ms", "some hundred", 200, 1000,
                    [s.length(True) for s in seen[NREM]])]
    for name in OWN:
        made += [Measure(f"share of time in down states, {name}", "none, Steriade 2001", 0, 0.02,
                         [1 - s.up.mean() for s in seen[name]]),
                 Measure(f"CV of intervals, {name}", "0.5 to 1, Softky 1993", 0.5, 1.2,
                         [s.cvs.mean() for s in seen[name]])]
    return made + [
        Measure("up states without the hippocampus, of with it", "they stay, Timofeev 2000", 0.5, 1.5,
                [s.often() / max(t.often(), 1e-9) for s, t in zip(away, seen[NREM])]),
        Measure("bursts of CA3 in up states, of chance", "more, Battaglia 2004", 1.2, most,
                [updown.preference(s.bursts, s.up) for s in seen[NREM]]),
        Measure("bursts that bring a pattern, REM, of NREM", "asked for", 0, 0.2,
                [s.replays() / max(t.replays(), 1e-9) for s, t in zip(seen[REM], seen[NREM])])]


def _traces(axes, seen, ms=8000.0):
    """The rate of one brain in every phase, one above the other."""
    bins = int(ms / updown.BIN)
    top = 1.1 * max(s.rates[:bins].max() for s in seen.values())
    for k, (name, s) in enumerate(seen.items()):
        base, rates = -k * top, s.rates[:bins]
        axes.fill_between(np.arange(bins) * updown.BIN * 1e-3, base, base + rates,
                          color=plot.colour(k), linewidth=0)
        axes.plot(s.bursts[s.bursts < ms] * 1e-3, np.full(np.sum(s.bursts < ms), base - 0.04 * top),
                  "|", color="black", markersize=4)
        axes.text(0, base + 0.75 * top, name, fontsize=8)
    axes.set(xlabel="s", ylabel=f"L23E ({top:.0f} Hz a step); bursts of CA3")
    axes.set_yticks([])


def figure(runs, picture):
    """Rates of one brain, how they are spread, bursts of CA3 about up states, and the seeds."""
    with arms_figure.sheet(picture, rows=2) as (traces, spread, bursts, seeds):
        seen = {name: [phase(run, name) for run in runs[NREM]] for name in PHASES}
        _traces(traces, {name: phases[0] for name, phases in seen.items()})
        most = max(s.rates.max() for phases in seen.values() for s in phases)
        edges = np.linspace(0, np.sqrt(most), 40)
        arms_figure.curves(spread, (edges[:-1] + edges[1:]) / 2, {
            name: [np.histogram(np.sqrt(s.rates), edges, density=True)[0] for s in phases]
            for name, phases in seen.items()}, "root of the rate of L23E, Hz", "density")
        lags = [updown.about(s.bursts, [a for a, _ in updown.whole(s.up, True)], 500, 500, 50)
                for s in seen[NREM]]
        arms_figure.curves(bursts, lags[0][0], {"bursts of CA3": [often for _, often in lags]},
                           "ms from the begin of an up state", "a second")
        arms_figure.seeds(seeds, {label: row for label, row in values(runs).items()},
                          "up states a second")
