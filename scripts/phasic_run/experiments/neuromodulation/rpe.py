# SPDX-License-Identifier: Apache-2.0
"""Where dopamine cells burst and pause in Pavlovian conditioning, before and after learning."""
import numpy as np

from ... import arms_figure, readers

ABOUT = "the dopamine burst moves from reward to cue, and pauses at an omitted reward"
SEEDS = "1..10"
OWN, CLAMPED = "own dopamine", "dopamine clamped"
ARMS = {OWN: [], CLAMPED: ["interventions.clamped.phases=all"]}

CUE, REWARD = 0, 800      # ms after a trial's begin
BURST, PAUSE = 200, 250   # ms that are counted from there
BEFORE = 200              # ms before the cue: the rate without events
EARLY = 10                # first trials

NOTE = """\
That dopamine follows the temporal difference of the critic's value, and a reward, is written in
(`td_error`). What is not: the value, which 60 cells of the striosome learn trial by trial from the
dopamine that they cause, at synapses from 800 cells of layer 2/3 and from PFC; with dopamine clamped
the nucleus hears of the same rewards and no value arises. The time code ends as the reward is due: with one that
went on (seed 1001, while tuning) a burst stayed at the reward, as dopamine comes 100 to 300 ms late and
then strengthens cells that fire after the reward. So the time at which the value falls is that of the
code's end; learned is that there is a value to fall. In the run of 120 trials the burst at the reward
shrinks and does not vanish."""


def windows(run):
    """Trials, and the VTA's rate in each: before the cue, at it, and after the outcome was due,
    counted as a burst and as a pause; Hz of a cell."""
    with run.open() as opened:
        trials = readers.trials(opened)
        time, rate = readers.nucleus(opened, "dopamine")

    def mean(first, length):
        return readers.around(time, rate, trials["time_ms"], -first, first + length, length)[1][:, 0]

    return trials, {"before": mean(-BEFORE, BEFORE), "cue": mean(CUE, BURST),
                    "reward": mean(REWARD, BURST), "pause": mean(REWARD, PAUSE)}


def kinds(trials):
    """{kind: mask of its trials}"""
    test = trials["phase"] == 1
    omitted = trials["outlier"] == 1
    return {"first trials": np.arange(len(test)) < EARLY, "learned": test & ~omitted,
            "omitted": test & omitted}


def changes(run):
    """The three numbers, Hz."""
    trials, rate = windows(run)
    early, learned, omitted = kinds(trials).values()
    test = learned | omitted
    return {"gain at the cue, Hz": rate["cue"][test].mean() - rate["cue"][early].mean(),
            "loss at the reward, Hz": rate["reward"][early].mean() - rate["reward"][learned].mean(),
            "pause, Hz": rate["before"][test].mean() - rate["pause"][omitted].mean()}


def measure(run):
    """The least of the three changes."""
    return min(changes(run).values())


def also(run):
    """Each of the three."""
    return changes(run)


# --- figure ------------------------------------------------------------------------------------


def course(run, kind, what=readers.nucleus, source="dopamine", step=25):
    """(ms after the cue's onset, the VTA's rate or else) in a kind of trial."""
    with run.open() as opened:
        trials = readers.trials(opened)
        time, values = what(opened, source)
    onsets = trials["time_ms"][kinds(trials)[kind]]
    lags, found = readers.around(time, values, onsets, 200, 1400, step)
    return lags, np.nanmean(found, axis=0)


def draw_course(axes, arm, title, ylabel="VTA, Hz", **what):
    """Within a trial: at first, after learning, and where the reward was left out."""
    found = {kind: [course(run, kind, **what) for run in arm]
             for kind in ("first trials", "learned", "omitted")}
    arms_figure.curves(axes, found["learned"][0][0],
                       {kind: [row for _, row in rows] for kind, rows in found.items()},
                       "ms after the cue's onset", ylabel)
    for event in (CUE, REWARD):
        axes.axvline(event, color="#999999", linewidth=1, linestyle=(0, (4, 3)))
    axes.set(title=title)


def by_trial(arm, window, block=10):
    """Rate in a window over blocks of trials; omitted rewards are left out of the reward's."""
    rows = []
    for run in arm:
        trials, rate = windows(run)
        kept = np.where((window == "reward") & (trials["outlier"] == 1), np.nan, rate[window])
        rows.append(np.nanmean(kept.reshape(-1, block), axis=1))
    return rows


def figure(runs, picture):
    """Within a trial: the VTA's rate in both arms, the critic's; over trials: bursts at the cue and
    at the reward; the seeds."""
    with arms_figure.sheet(picture, columns=3, rows=2) as panels:
        draw_course(panels[0], runs[OWN], OWN)
        draw_course(panels[1], runs[CLAMPED], CLAMPED)
        draw_course(panels[2], runs[OWN], OWN, "critic, Hz", what=readers.rates,
                    source="striatum.striosome")
        for axes, window in zip(panels[3:], ("cue", "reward")):
            rows = {label: by_trial(arm, window) for label, arm in runs.items()}
            middle = 10 * np.arange(len(rows[OWN][0])) + 5.5
            arms_figure.curves(axes, middle, rows, "trial", f"VTA at the {window}, Hz")
        arms_figure.seeds(panels[5], {label: [measure(run) for run in arm]
                                      for label, arm in runs.items()}, "least change, Hz")
