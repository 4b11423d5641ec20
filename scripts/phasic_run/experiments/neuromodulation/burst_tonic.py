# SPDX-License-Identifier: Apache-2.0
"""What bursts of dopamine teach that the same dose, given evenly, does not."""
import numpy as np

from ... import arms_figure, readers

ABOUT = "bursts of dopamine against the same dose given evenly, on two cues of which one pays"
SEEDS = "1..10"
BURSTS, SAME, TWICE = "bursts", "same dose evenly", "twice the dose evenly"
PHASES = ("before", "learning", "after")
PAID = 0          # number of the cue that pays

NOTE = """\
Evenly: the concentration is held at the steady level of a rate of the nucleus, which is the mean over
the learning phase of the run with bursts, or twice that; receptors compare with the tone before. It
is the nucleus' spikes that are the same: what one releases the terminals' autoreceptor sets by the
level; and as bursts saturate uptake, they leave a somewhat higher mean level. The same dose lies
below that tone, as dips of the nucleus outweigh its bursts, so it weakens the synapses of both cues;
twice the dose strengthens both. That weights need dopamine to change is written in (the rule is gated
by the deviation of D2's occupancy); that its timing tells the cues apart is not."""


def dose(run):
    """Mean rate of the VTA over the learning phase, Hz."""
    with run.open() as opened:
        learned, after = (readers.trials(opened, phase)["time_ms"][0] for phase in PHASES[1:])
        time, rate = readers.nucleus(opened, "dopamine")
    return float(np.mean(rate[(time >= learned) & (time < after)]))


def evenly(times):
    """Settings of an arm that gets the dose of the same seed's run with bursts, so many times."""
    def of(seed, runs):
        rate = times * dose(runs[BURSTS][seed])
        return ["interventions.evenly.phases=[learning]",
                "phases.learning.set={neuromodulation.transmitters.dopamine.tonic_rate: "
                f"{rate:.3f} Hz}}"]
    return of


ARMS = {BURSTS: [], SAME: evenly(1), TWICE: evenly(2)}


def responses(trials):
    """Mean spikes in trials of the cue that pays, and of the other."""
    paid = trials["stimulus"] == PAID
    return trials["responses"][paid].mean(), trials["responses"][~paid].mean()


def contrast(trials):
    """(paid - unpaid) / (paid + unpaid) of the responses; 0 where there are none."""
    paid, unpaid = responses(trials)
    return (paid - unpaid) / max(paid + unpaid, 1)


def by_phase(run):
    """{phase: its trials}"""
    with run.open() as opened:
        return {phase: readers.trials(opened, phase) for phase in PHASES}


def measure(run):
    """Growth of the contrast over the phase of learning."""
    trials = by_phase(run)
    return contrast(trials["after"]) - contrast(trials["before"])


def also(run):
    """Responses after learning as shares of those before, and the dose that acted."""
    trials = by_phase(run)
    after, before = responses(trials["after"]), responses(trials["before"])
    with run.open() as opened:
        time, level = readers.concentration(opened, "dopamine", "striatum")
    first, end = (trials[phase]["time_ms"][0] for phase in PHASES[1:])
    return {"response to the paid cue, of that before": after[0] / before[0],
            "to the unpaid": after[1] / before[1],
            "dopamine in learning, nM": level[(time >= first) & (time < end)].mean()}


def course(run, block=10):
    """Contrast over blocks of trials: (middle of each, contrast)."""
    with run.open() as opened:
        trials = readers.trials(opened)
    starts = np.arange(0, len(trials["stimulus"]) - block + 1, block)
    blocks = [readers.of_trials(trials, slice(start, start + block)) for start in starts]
    return starts + (block + 1) / 2, [contrast(trials) for trials in blocks]


def figure(runs, picture):
    """The contrast over trials, and the seeds."""
    with arms_figure.sheet(picture) as (left, right):
        rows = {label: [course(run) for run in arm] for label, arm in runs.items()}
        arms_figure.curves(left, rows[BURSTS][0][0],
                           {label: [row for _, row in found] for label, found in rows.items()},
                           "trial", "(paid - unpaid) / (paid + unpaid)")
        arms_figure.seeds(right, {label: [measure(run) for run in arm]
                                  for label, arm in runs.items()}, "growth over learning")
