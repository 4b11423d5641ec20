# SPDX-License-Identifier: Apache-2.0
"""Measures of experiments that compare arms, on trials and weights that are made up and counted by
hand."""
import contextlib
import os
import re
import sys
from unittest import mock

import numpy as np

sys.path.insert(0, os.path.join(os.environ["SOURCE_DIR"], "scripts"))
from phasic_run.experiments.consolidation import (  # noqa: E402
    continual, familiar_novel, habit, rehabilitation, salience, synaptic)
from phasic_run.experiments.neuromodulation import (  # noqa: E402
    mean_within, rate_at, broadcast_coordination, explore_exploit, gates, learners, novelty,
    practice, regions, timescales)
from phasic_run.experiments import tag_and_capture  # noqa: E402


class Made:
    """A run: its trials by phase, and weights."""

    def __init__(self, weights=None, **phases):
        self.phases, self.made = phases, weights or {}

    @contextlib.contextmanager
    def open(self):
        yield self

    def phase_names(self):
        return list(self.phases)

    def trials(self):
        names = {name for trials in self.phases.values() for name in trials}
        made = {name: np.concatenate([np.array(trials[name]) for trials in self.phases.values()])
                for name in names}
        made["phase"] = np.repeat(range(len(self.phases)), [
            len(next(iter(trials.values()))) for trials in self.phases.values()])
        return made

    def group(self, path):
        return self.made.get(path)


def of(*right):
    """A run of one phase with these answers."""
    return Made(world={"correct": right})


# Learners. Seed by seed: the fast one gains .5 and .25 from change, the slow one .25 and -.25 from
# structure, so that the lesser is .25 and -.25.
runs = {"fast, change": [of(1, 1, 1, 0), of(1, 1, 0, 0)],
        "slow, change": [of(1, 0, 0, 0), of(1, 0, 0, 0)],
        "fast, structure": [of(1, 1, 0, 0), of(1, 1, 1, 0)],
        "slow, structure": [of(1, 1, 1, 0), of(1, 1, 0, 0)]}
found = learners.values(runs)
assert found[learners.GAIN_FAST] == [0.5, 0.25], found
assert found[learners.GAIN_SLOW] == [0.25, -0.25], found
assert found[learners.LESSER] == [0.25, -0.25], found


def tested(*paid):
    """A run with these rewards in the test, after one in learning that must not count."""
    return Made(learning={"reward": [1]}, test={"reward": paid})


# Gates. Of two ways to switch the dendrite off the one that costs less counts.
runs = {label: [tested(1, 1, 1, 1)] for label in gates.ARMS}
runs |= {gates.NO_GLIA: [tested(0, 0, 0, 1)], gates.NO_PFC_I: [tested(1, 0, 0, 1)],
         gates.PASSIVE: [tested(0, 0, 0, 0)], gates.DRIVEN: [tested(1, 1, 1, 0)]}
found = gates.values(runs)
assert found["glia"] == [0.75] and found["prefrontal interneurons"] == [0.5], found
assert found["apical dendrite"] == [0.25] and found[gates.LEAST] == [0.25], found

# Practice: the answers after the night count, not those of practice.
run = Made(practice={"correct": [1, 1, 1, 1], "context": [0] * 4},
           retention={"correct": [1, 0, 1, 0, 0], "context": [0, 0, 1, 3, 3]})
assert practice.measure(run) == 0.4
assert practice.also(run)["retention, worst digit"] == 0
assert practice.also(run)["practice, last 40"] == 1

# Changes of weights: the mean of each target cell, whichever order its synapses have; the cell
# without synapses has none.
tract = {"0_start": {"target": np.array([0, 2, 2, 0]), "weight": np.array([1., 1., 1., 1.])},
         "1_one": {"target": np.array([0, 2, 2, 0]), "weight": np.array([2., 1., 4., 0.])}}
tract = {name: {key: {(): values} for key, values in columns.items()}
         for name, columns in tract.items()}
run = Made(weights={"weights/tract": tract})
assert broadcast_coordination.changes(run, "tract", "start", "one").tolist() == [0, 0, 1.5]
assert broadcast_coordination.alike(np.array([1, 2, 3]), np.array([2, 4, 6])) > 0.999
assert broadcast_coordination.alike(np.array([1, 2, 3]), np.array([3, 2, 1])) < -0.999
assert broadcast_coordination.alike(np.array([1, 2, 3]), np.zeros(3)) == 0

# Entropy over ten choices: none where all are alike, one bit where half are; NaN before the tenth.
bits = explore_exploit.entropy(np.array([0] * 10 + [1] * 10))
assert np.isnan(bits[:9]).all() and bits[9] == bits[19] == 0 and abs(bits[14] - 1) < 1e-12, bits
since = explore_exploit.since_change({"better": np.array([0, 0, 1, 1, 1, 0])})
assert since.tolist() == [-1, -1, 0, 1, 2, 0], since

# Time scales: both tests count alike, sessions do not.
run = Made(learning={"correct": [0, 0]}, test={"correct": [1, 1, 1, 0]}, end={"correct": [1, 0]})
assert timescales.shares(run) == [0.75, 0.5] and timescales.measure(run) == 0.625

# What serotonin leaves of learning rates, half of them where the curve says, and back; and the rate
# that keeps a level: by hand, 570 * 30 / 200 + 0.04 * 30 nM/s go, a spike brings 55 * 0.6 nM.
half = 100 * 0.12 / 0.88
assert abs(timescales.factor(half) - 0.5) < 1e-12 and abs(timescales.level_of(0.5) - half) < 1e-9
assert abs(timescales.factor(timescales.level_of(0.02)) - 0.02) < 1e-12
serotonin = {"release": "55 nM", "innervation": {"striatum": 0.6}, "loss": "0.04 /s",
             "uptake": {"V_max": "570 nM/s", "K_m": "170 nM"}}
with mock.patch("phasic_run.resolved.of_run", return_value={
        "neuromodulation": {"transmitters": {"serotonin": serotonin}}}):
    rate = rate_at(mock.Mock(), "serotonin", "striatum", 30)
assert abs(rate - (85.5 + 1.2) / 33) < 1e-9, rate

# In each arm serotonin is what it was in the sessions of both loops, and in no rest between them;
# the configuration has the curve and the sessions that the module counts on.
spans = [(name, k, k + 1, 0) for k, name in enumerate(["start", *timescales.SESSIONS])]
level = np.arange(len(spans), dtype=float)
run = Made(weights={"neuromodulators/serotonin/striatum": {
    "time_ms": {(): level + 1}, "concentration_nM": {(): 10 * level}}})
run.phases = lambda: spans
levels = [10 * (k + 1) for k in range(12)]
assert timescales.serotonin(run) == levels, timescales.serotonin(run)
assert timescales.mean_level(run) == 65
mean = np.mean([timescales.factor(one) for one in levels])
assert abs(timescales.factor(timescales.level_of_mean_rate(run)) - mean) < 1e-12
with open(os.path.join(os.environ["SOURCE_DIR"], "configs/experiments/neuromodulation",
                       "timescales.yaml"), encoding="utf-8") as file:
    text = file.read()
assert "n: 4, half: 0.12, offset: 1, gain: -1" in text
assert {name: int(n) for name, n in re.findall(r"^  (\w+):\n    repeat: (\d+)", text, re.M)} \
    == timescales.GROUPS

# Recall of an assembly of four among eight cells: two are shown. By hand: where all four answer as
# they learnt, one bit is shared; where the shown two do, 1 + 0.8113 - 1.5.
learnt = np.array([5, 5, 5, 5, 0, 0, 0, 0])
whole = tag_and_capture.outcome(learnt, learnt, 4)
assert whole == {"Q": 1, "MI": 1, "rate": 10}, whole
part = tag_and_capture.outcome(learnt, np.array([6, 4, 0, 2, 0, 0, 0, 1]), 4)
assert abs(part["Q"] - 0.15) < 1e-12 and part["rate"] == 10, part
part = tag_and_capture.outcome(learnt, np.array([5, 5, 0, 0, 0, 0, 0, 0]), 4)
assert abs(part["MI"] - 0.311278) < 1e-6 and part["Q"] == 0, part


class Spiking(Made):
    """A run of spikes alone: {moment ms: spikes of each neuron there}."""

    def spikes(self, population, begin, end):
        assert population == "ca3.E", population
        now = [counts for at, counts in self.made.items() if begin <= at < end]
        return None, np.repeat(np.tile(np.arange(1600), len(now)), np.concatenate(now or [[]]))


def cells(**ranges):
    """Spikes of every cell: _FIRST_END=number of those from FIRST on."""
    counts = np.zeros(1600, dtype=int)
    for name, number in ranges.items():
        first, last = name.strip("_").split("_")
        counts[int(first):int(last)] = number
    return counts


# Synaptic: what is shown at 11 s and at 28801 s counts, within a quarter of a second.
run = Spiking({2000: cells(_0_200=9), 11100: cells(_0_100=8, _100_200=2), 11351: cells(_0_1600=7),
               28801349: cells(_0_100=8, _100_200=2, _200_1600=1), 28800849: cells(_0_1600=7)})
assert synaptic.recall(run, "10s")["Q"] == 0.25 and synaptic.measure(run) == 0.125

# Familiar and novel: the new cues' completion less what comes back of their kin, 2 and 3 being new.
class Pairs:
    kin, stored = (2, 0.5), range(4)


with mock.patch.multiple(
        familiar_novel.patterns, Patterns=lambda run: Pairs,
        completion=lambda found, phase, cues: ({(0, 1): 0.875, (2, 3): 0.75}[tuple(cues)], 0),
        intrusion=lambda found, phase, cues: {(0, 1): 0.125, (2, 3): 0.25}[tuple(cues)]):
    assert familiar_novel.measure(Made()) == 0.5
    assert familiar_novel.recall(Made()) == {
        ("completion", "old"): 0.875, ("completion", "new"): 0.75,
        ("intrusion", "old"): 0.125, ("intrusion", "new"): 0.25}

# Novelty: cues 4 and on are new. Of spikes within 375 ms of a cue, new ones have 2, 5 and 6, familiar ones
# 4, 5 and 8: they have grown by 1.5 and .25 after one reward, by 2 and 1 after four.
class Cues(Made):
    def spikes(self, population, begin, end):
        assert population == "striatum.D1", population
        return [at for at, n in self.made.items() if begin <= at < end for _ in range(n)], None


run = Cues({0: 1, 374: 3, 375: 9, 1000: 2, 5000: 5, 6000: 3, 7000: 7, 9000: 6, 9600: 8},
           before={"stimulus": [3, 4], "time_ms": [0, 1000]},
           after_one={"stimulus": [7, 0, 3], "time_ms": [5000, 6000, 7000]},
           after_four={"stimulus": [4, 1], "time_ms": [9000, 9600]})
assert novelty.responses(run) == {"novel": [2, 5, 6], "familiar": [4, 5, 8]}
assert novelty.measure(run) == 1.25 and novelty.growth([2, 5, 6], 2) == 2
assert np.isnan(novelty.growth([0, 5, 6]))

# Regions: of scores .5 and .75 (mean .625) a lesion leaves .25 and .75; what a region has no role in counts
# for nothing but the page.
with mock.patch.object(regions, "scores", lambda runs, task: (
        np.array([0.5, 0.75]), {("pfc", "silent"): np.array([0.25, 0.75])})):
    found = regions.values({})
    assert found[regions.INTACT] == [1, 1] and found["delay: pfc silent"] == [0.6, 1], found
    assert "delay: pfc silent" in regions.OWN and "novelty: pfc silent" not in regions.OWN

# The level at which a transmitter is held: the mean of the phases that are named, or of all.
run = mock.Mock(phases=lambda: [("old", 0, 2, 5), ("new", 2, 5, 5)])
time, level = np.arange(1.0, 6), np.array([10.0, 20, 1, 2, 6])
assert mean_within(run, time, level, ["new"]) == 3 and mean_within(run, time, level, None) == 7.8

# Habit: hungry, all are right at the cue of the left food (better: 0) and 1 of 2 at the other's. Sated with
# the left food 1 of 4 at its cue, with the right one none at its own: .75 and .5 are lost. At the other
# food's cue 0 and .25. Trials of the second block after the reversal count.
better = [0, 0, 0, 0, 1, 1]
run = Made(**{"test.hungry": {"better": better, "correct": [1, 1, 1, 1, 1, 0], "block": [0] * 6},
              "test.sated_left": {"better": better, "correct": [0, 1, 0, 0, 0, 1], "block": [0] * 6},
              "test.sated_right": {"better": better, "correct": [1, 0, 1, 1, 0, 0], "block": [0] * 6},
              "obstacle": {"better": better, "correct": [1, 1, 0, 1, 1, 0],
                           "block": [0, 0, 1, 1, 1, 2]}})
assert habit.measure(run) == 0.625 and habit.lost(run, False) == 0.125
assert habit.tests(run) == [5 / 6, 0.125, 0.625]
assert habit.reconfigured(run) == 3 and habit.regained(run) == 2 / 3
# A rule that is not followed to the end counts if there was time for it.
for left in (habit.LAST - 1, habit.LAST):
    run.phases["obstacle"] = {"better": [0] * (left + 1), "correct": np.array([1] + [0] * left),
                              "block": [0] + [1] * left}
    found = [habit.reconfigured(run), habit.regained(run)]
    assert found == [left, 0] if left == habit.LAST else np.isnan(found).all(), left

# Rehabilitation: where no action was ahead, drawn answers count one half, right or wrong.
answers = {"test": {"correct": [1, 1], "action": [0, 1]},
           "test_lesioned": {"correct": [1, 0, 0, 1], "action": [0, 1, -1, -1]},
           "practice": {"correct": [0, 0], "action": [1, 1]},
           "test_after": {"correct": [1, 0, 1, 1], "action": [0, -1, -1, 1]}}
run = Made(**answers)
assert rehabilitation.score(answers["test_lesioned"] | {
    "action": np.array([0, 1, -1, -1])}) == 0.5
assert rehabilitation.measure(run) == 0.25
with mock.patch.object(rehabilitation, "level", lambda run: 80):
    assert rehabilitation.also(run)["right before the lesion"] == 1
    assert rehabilitation.also(run)["answers of its own after the lesion"] == 0.5

# What keeps up 10 nM: 45 nM/s of uptake and 10 of loss, from terminals that release two thirds.
uptake = {"uptake": {"V_max": "90 nM/s", "K_m": "10 nM"}, "loss": "1 /s",
          "receptors": {"D2_terminal": {"EC50": "10 nM"}},
          "modulation": {"autoreceptor": {"curve": {"half": 1}}}}
assert rehabilitation.drive(uptake, 10) == 82.5

# Continual: each set in the test of its day: sets 1 to 4 have .875 on the mean (of set 3 one answer was drawn
# by lot). At the end sets 1 and 3 are known, set 2 is not, set 4 is at chance, .5: .125 of .375 are left.
def answered(**right):
    """Trials of a test: _SET=answers to it; None: drawn by lot."""
    rows = [(int(name[1:]) - 1, one) for name, answers in right.items() for one in answers]
    return {"context": [row[0] for row in rows],
            "correct": [0 if row[1] is None else row[1] for row in rows],
            "action": [-1 if row[1] is None else 0 for row in rows]}


run = Made(**{"day_1.test": answered(_1=[1, 1]), "day_2.test": answered(_1=[0, 0], _2=[1, 1]),
              "day_3.test": answered(_3=[None, 0, 1, 1], _2=[1, 1]),
              "day_4.test": answered(_4=[1, 1, 1, 0, 1, 1, 1, 1]),
              "day_5.test": answered(_5=[1, 1], _1=[1, 0]),
              "end.test": answered(_1=[1, 1], _2=[0, 0], _3=[1, 1], _4=[0, 1], _5=[0, 0])})
found = continual.shares(run)
assert found[1, :2].tolist() == [0, 1] and found[2, 2] == 0.625 and np.isnan(found[2, 0]), found
assert continual.right_after(found) == (1 + 1 + 0.625 + 0.875) / 4
assert abs(continual.measure(run) - 1 / 3) < 1e-12
run.phases["end.lesioned"] = answered(_1=[1, 0], _2=[1, 1], _3=[1, 1], _4=[1, 1], _5=[0, 0])
with mock.patch.object(continual, "replay", lambda run: (2, 1, np.nan)):
    told = continual.also(run)
assert told["sets 1 to 4 at the end, without hippocampus"] == 0.875 and len(told) == 9, told
found[range(4), range(4)] = 0.84
assert continual.retention(found) == 0    # what was not learnt is not kept
assert np.allclose(continual.earlier(np.array([[1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [1, 1, 0, 0, 0],
                                               [1, 1, 1, 0, 0], [1, 1, 1, 1, 0],
                                               [1, 1, 1, 0, 0]])), [1, 1, 1, 1, 0.75])

# Salience: the cells of neither memory are what both are held against.
at = salience.RECALL_MS
run = Spiking({at + 1000: cells(_0_75=8, _75_150=3, _150_300=6, _300_1600=1),
               at + 2300: cells(_150_225=4, _225_300=3, _300_1600=2, _0_150=9)})
assert salience.measure(run) == 0.25 and salience.recall(run, "detail") == 0.25

# The burst comes when its name says, and the days are as long.
with open(os.path.join(os.environ["SOURCE_DIR"],
                       "configs/experiments/consolidation/salience.yaml"), encoding="utf-8") as file:
    lines = re.findall(r"^  (\w+): +{(?:rest: true, )?duration: (\d+) s", file.read(), re.M)
for label, settings in salience.ARMS.items():
    phases, bursts = {name: int(length) for name, length in lines}, "learn"
    for path, text in (setting.split("=") for setting in settings):
        if path == "interventions.burst.phases":
            bursts = text.strip("[]")
        else:
            phases[path.split(".")[1]] = int(text.split()[0])
    ends = dict(zip(phases, np.cumsum(list(phases.values()))))
    assert ends["rest_2"] == 14400 and ends["rest_4"] == 86400, (label, ends)
    if bursts:
        hours = (ends[bursts] - ends["learn"]) / 3600
        assert hours == salience.HOURS[label], (label, hours)
assert set(salience.ARMS) == {*salience.HOURS, salience.NONE}
