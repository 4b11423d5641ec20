# SPDX-License-Identifier: Apache-2.0
"""Recovery by practice after most cells of a cortical layer are lost, where dopamine follows what
is done, where as much comes late, and where as much comes evenly. That stimulation of the vagus
nerve during practice brings back more than as much of it at other times: N. Khodaparast et al.,
Neurorehabil Neural Repair 28:698 (2014); S. A. Hays et al., Stroke 45:3097 (2014)."""
import numpy as np

from ... import arms_figure, readers, resolved
from ..neuromodulation import clamped, cleared, mean_within, number, trials_of

ABOUT = "practice after a lesion of the cortex, with dopamine on time, late and evenly"
SEEDS = "1..10"
TIMED, LATE, EVENLY, TONE = "on time", "2 s late", "same dose evenly", "tone alone"
WEAK, WEAK_EVENLY = "weak, on time", "weak, evenly"   # told beside: another lesion
PRACTICE = "practice"
WEAKER = ["interventions.lesion.fraction=0.92", "interventions.sprouting.phases=[]"]
WINDOW = 20   # of the running share


def late(seed, runs):
    """Settings of the arm that hears the release of the same seed's run on time, 2 s later."""
    return [f"neuromodulation.yoked={runs[TIMED][seed].path('run.h5')}", "neuromodulation.shift=2 s",
            f"phases.{PRACTICE}.set={{neuromodulation.broadcast: yoked}}"]


def level(run):
    """Mean dopamine of the striatum in practice, nM."""
    with run.open() as opened:
        return float(mean_within(opened, *readers.concentration(opened, "dopamine", "striatum"),
                                 [PRACTICE]))


def drive(settings, nM):
    """What keeps up a level, as a rate of the nucleus but for a factor: what is cleared, over the
    share of its release that the terminals' autoreceptor leaves."""
    occupied = nM / (number(settings["receptors"]["D2_terminal"]["EC50"]) + nM)
    half = number(settings["modulation"]["autoreceptor"]["curve"]["half"])
    return cleared(settings, nM) * (half + occupied) / half


def evenly(label, more=()):
    """Settings of an arm whose striatum is held at the mean that the same seed's run of `label` had
    in practice; at the tonic rate it is held at that of the arm TONE."""
    def of(seed, runs):
        settings = resolved.of_run(runs[label][seed].folder)
        settings = settings["neuromodulation"]["transmitters"]["dopamine"]
        mean, tone = level(runs[label][seed]), level(runs[TONE][seed])
        rate = number(settings["tonic_rate"]) * drive(settings, mean) / drive(settings, tone)
        return [*more, *clamped("dopamine", [PRACTICE], rate)]
    return of


ARMS = {TIMED: [], TONE: [f"interventions.clamped.phases=[{PRACTICE}]"], LATE: late,
        EVENLY: evenly(TIMED), WEAK: WEAKER, WEAK_EVENLY: evenly(WEAK, WEAKER)}

NOTE = """\
Trials are the same in all arms. *2 s late*: the release of all four transmitters is that of the same seed's run on time,
played back 2 s later in practice, when another trial is on. *Same dose evenly*: the concentration of dopamine is held at the
striatum's mean over practice of the run on time, which lies above the tone. *Tone alone*: held at the tone, so that no
weight changes by the rule as it is written: practice without a message. Written in: which cells are lost; that what each
striatal cell has learnt changes places among its synapses from the cortex, so that what is left answers each cue somehow,
often wrong; that weights need dopamine to change. Not written in: that a fifth of the cells carries enough to learn all
again, and that dopamine above the tone which does not tell right from wrong makes firm whatever is done. The loss of as many
cells alone cost nothing in a tuning run with two cues; what practice has to bring back is what the rearrangement took. In rats such a lesion
takes strength as well, and stimulation of the vagus nerve, which is not modelled, adds to what the brain itself releases;
here the brain's own release is moved. *Weak*, told beside and not tested: .92 of the cells are lost and nothing changes
places. Then most cues get no answer of the brain's own, but one drawn by lot, and some of what was known is left."""


def score(trials):
    """Share right; where no action was ahead it was drawn by lot, and counts one half."""
    return float(np.mean(readers.right_or_drawn(trials)))


def measure(run):
    """What practice brings back."""
    return score(trials_of(run, "test_after")) - score(trials_of(run, "test_lesioned"))


def also(run):
    """The three tests, answers that were not drawn, and the dose."""
    told = {f"right {name}": score(trials_of(run, phase)) for name, phase in (
        ("before the lesion", "test"), ("after it", "test_lesioned"),
        ("after practice", "test_after"))}
    for name, phase in (("after the lesion", "test_lesioned"), ("after practice", "test_after")):
        told[f"answers of its own {name}"] = np.mean(trials_of(run, phase)["action"] >= 0)
    return {**told, "dopamine in practice, nM": level(run)}


def course(run):
    """Running share right over practice."""
    trials = trials_of(run, PRACTICE)
    return arms_figure.smoothed(readers.right_or_drawn(trials), WINDOW)


def figure(runs, picture):
    """Practice, and the seeds."""
    with arms_figure.sheet(picture) as (practice, seeds):
        rows = {label: [course(run) for run in arm] for label, arm in runs.items()}
        arms_figure.curves(practice, np.arange(len(rows[TIMED][0])) + 1, rows,
                           "trial of practice", f"share right, last {WINDOW}")
        arms_figure.seeds(seeds, {label: [measure(run) for run in arm]
                                  for label, arm in runs.items()}, "share right, gained by practice")
