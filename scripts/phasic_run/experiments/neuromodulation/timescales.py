# SPDX-License-Identifier: Apache-2.0
"""Dopamine of moments and serotonin of hours (N. D. Daw, S. Kakade, P. Dayan, Neural Netw 15:603,
2002): a stress that lasts two sessions is to leave what is known alone, a change of the rule that
stays is to be followed."""
import numpy as np

from ... import arms_figure, readers
from . import Leak, clamped, rate_at, trials_of

ABOUT = "fast dopamine with slow serotonin against either alone, through a stress and a change"
SEEDS = "1..10"
BOTH, SEROTONIN, FAST = "both loops", "serotonin alone", "serotonin as fast"
DOPAMINE, RATE = "dopamine alone", "dopamine alone, mean rate"
PHASES = ("learning", "stress", "test", "pause", "turn", "change", "end")
GROUPS = {"learning": 6, "stress": 2, "change": 4}   # sessions of each
SESSIONS = [f"{group}-{k + 1}.session" for group, n in GROUPS.items() for k in range(n)]
TESTS = AFTER_STRESS, AFTER_CHANGE = "test", "end"
MOOD = "neuromodulation.transmitters.serotonin.controllers.mood"
EC50, HALF, POWER = 100, 0.12, 4   # nM; of the curve by which serotonin moves learning rates


def bound(level):
    """Share of 5HT2A that is bound at a steady level, nM."""
    return np.asarray(level) / (np.asarray(level) + EC50)


def factor(level):
    """What is left of learning rates at a level, nM."""
    return 1 / (1 + (bound(level) / HALF) ** POWER)


def level_of(rate):
    """The level at which this is left, nM."""
    share = HALF * (1 / rate - 1) ** (1 / POWER)
    return EC50 * share / (1 - share)


def in_sessions(run):
    """Serotonin of the striatum in each session, nM, sample by sample."""
    with run.open() as opened:
        time, level = readers.concentration(opened, "serotonin", "striatum")
        spans = {name: (begin, end) for name, begin, end, _ in opened.phases()}
    return [level[(time > begin) & (time <= end)]
            for begin, end in (spans[name] for name in SESSIONS)]


def serotonin(run):
    """Its mean in each session, nM."""
    return [float(np.mean(level)) for level in in_sessions(run)]


def mean_level(run):
    """Its mean in all sessions."""
    return float(np.mean(np.concatenate(in_sessions(run))))


def level_of_mean_rate(run):
    """The level at which learning rates are what they are in the mean of all sessions."""
    return float(level_of(np.mean(factor(np.concatenate(in_sessions(run))))))


def _held(level):
    """Settings of an arm that has a level of the same seed's run of both loops, and no other."""
    def of(seed, runs):
        run = runs[BOTH][seed]
        return clamped("serotonin", PHASES, rate_at(run, "serotonin", "striatum", level(run)))
    return of


ARMS = {BOTH: [], DOPAMINE: _held(mean_level), RATE: _held(level_of_mean_rate),
        SEROTONIN: ["interventions.without.phases=all"],
        FAST: [f"{MOOD}.tau=6 s", f"{MOOD}.scale=1 /s"]}   # ten trials; 1.7: all of them paid
LEAK = Leak(0.5, settings=("task.reward=independent", "task.reversals.every=10",
                           "phases.learning.repeat=3", "phases.stress.repeat=0",
                           "phases.test.trials=1", "phases.change.repeat=2",
                           "phases.end.trials=1"))

NOTE = """\
Dopamine acts within a trial, serotonin's loop has 3 h, and sessions of 12 s lie an hour apart: rests count for it. Written
in: that serotonin tells the reward of the last hours, and that synapses of the striatum learn the less the more of it is
bound (a hundredth of the rate is left at 60 nM). Not written in: how the two meet. What is kept through a stress keeps its
rewards, and with them serotonin; what a change takes away lowers it, and synapses open. *Serotonin alone*: dopamine is
clamped at its tone, and nothing is learnt. *Dopamine alone*: serotonin is clamped at the mean it had in the sessions of
the same seed's run of both loops; *mean rate*: at the level at which learning rates are what they were there in the mean,
as a mean of levels is not one of rates. *Serotonin as fast*: ten trials, 6 s, in place of 3 h, with the same gains; each
session then begins with none. What must be said against it: the stress inhibits the cells that release dopamine and not
those of serotonin, whose loop is told rewards themselves, and rewards go on by the rule; a stress that took rewards away
would look like a change as long as it lasts. The stress is shorter (40 trials) than the change (81), and both its length and its strength count (while
tuning): with 60 trials, and less learnt before, one of four seeds lost what it knew; with 80 Hz in place of 150 Hz, where
dopamine still tells rewards somewhat, *mean rate* did as well on two seeds (.9 and .975, both loops 1 and .9). The sign is
an assumption: serotonin inhibits long-term potentiation in visual cortex (Y. Edagawa, H. Saito, K. Abe, J Neurosci
21:1532, 2001), but mice learnt faster when its cells were stimulated (K. Iigaya and others, Nat Commun 9:2477, 2018; both
cited from memory). So is its range, 6 to 110 nM in the striatum, by a nucleus that is driven 2.5 times as strongly as in
the default brain."""


def shares(run):
    """Share right after the stress, and after the change, nothing being learnt."""
    return [readers.share_right(trials_of(run, phase)) for phase in TESTS]


def measure(run):
    """Mean of both."""
    return float(np.mean(shares(run)))


def of_sessions(run):
    """Share right in each session."""
    return [readers.share_right(trials_of(run, session)) for session in SESSIONS]


def also(run):
    """Both shares, where they come from, and serotonin."""
    right, level = of_sessions(run), serotonin(run)
    learnt = GROUPS["learning"] - 1
    kept, followed = shares(run)
    return {"after the stress": kept, "after the change": followed,
            "last session before the stress": right[learnt],
            "serotonin in that, nM": level[learnt],
            "serotonin, lowest of a session, nM": min(level)}


def figure(runs, picture):
    """Choices and serotonin over the sessions, and the seeds."""
    number = np.arange(len(SESSIONS)) + 1
    with arms_figure.sheet(picture, columns=3) as (right, level, each):
        for axes, of, name in ((right, of_sessions, "share right"),
                               (level, serotonin, "serotonin in striatum, nM")):
            arms_figure.curves(axes, number, {label: [of(run) for run in arm]
                                              for label, arm in runs.items()}, "session", name)
            for edge in np.cumsum(list(GROUPS.values()))[:-1]:
                axes.axvline(edge + 0.5, color="#999999", linewidth=1, linestyle=(0, (4, 3)))
        right.set(ylim=(0, 1.03))
        arms_figure.seeds(each, {label.replace(" ", "\n"): [measure(run) for run in arm]
                                 for label, arm in runs.items()},
                          "share right, after stress and after change")
