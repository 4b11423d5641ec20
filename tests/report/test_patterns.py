# SPDX-License-Identifier: Apache-2.0
"""Patterns read from runs: the cells of a cue are those that the task drives, whole and in part;
completion and replay of made-up spikes are what they were made to be."""
import os
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.environ["SOURCE_DIR"], "scripts"))
from phasic_run import patterns  # noqa: E402
from phasic_run.run import Run  # noqa: E402

CONFIG = """
simulation: {resolution: 0.5 ms, seed: 81985529216486}
regions:
  r: {populations: {E: {size: 300, neuron: {type: relay}}}}
task:
  type: novelty
  stimulus: {target: r.E, weight: 1 pA, rate: 100 Hz, indegree: 10, fraction: 0.2,
             kin: {first: 2, share: 0.6}}
  familiar: 4
  novel_share: 0
  trial: {cue: 100 ms, reward_after: 0 ms, pause: 100 ms, pause_jitter: 0 ms}
phases:
  whole: {trials: 4}
  half: {trials: 4, set: {task.stimulus.part: 0.5}}
"""


class Made:
    """Patterns of a run that there is not: spikes are listed."""

    def __init__(self, spikes, phases, trials=(), kin=patterns.NO_KIN):
        self.run, self.population, self.sizes, self.seed, self.fraction = self, "c", {
            "c": 400, "h": 100}, 7, 0.1
        self.stored, self._phases, self._trials = range(3), phases, trials
        self._spikes = {name: np.array(sorted(made), dtype=float).reshape(-1, 2)
                        for name, made in spikes.items()}
        self.folder, self._cells, self.kin = "made", {}, kin

    cells = patterns.Patterns.cells
    phase = patterns.Patterns.phase
    counts = patterns.Patterns.counts

    def spikes(self, population, begin, end):
        """(times, cells) in [begin, end)."""
        made = self._spikes[population]
        chosen = made[(made[:, 0] >= begin) & (made[:, 0] < end)]
        return chosen[:, 0], chosen[:, 1].astype(int)

    def phases(self):
        """As of a run."""
        return self._phases

    def phase_names(self):
        """As of a run."""
        return [phase[0] for phase in self._phases]

    def trials(self):
        """As of a run."""
        return {"time_ms": np.array([t for t, _ in self._trials]),
                "stimulus": np.array([k for _, k in self._trials]),
                "phase": np.zeros(len(self._trials), dtype=int)}


# The cells that fire in a trial are those of its cue, or the part of them that is shown.
with tempfile.TemporaryDirectory() as work:
    with open(work + "/c.yaml", "w", encoding="utf-8") as file:
        file.write(CONFIG)
    subprocess.run([os.environ["PHASIC"], "run", work + "/c.yaml", "--out", work + "/out",
                    "--quiet"], check=True)
    with Run(work + "/out") as run:
        found, trials = patterns.Patterns(run), run.trials()
        assert len(trials["stimulus"]) == 8 and found.sizes == {"r.E": 300}
        for onset, cue, phase in zip(trials["time_ms"], trials["stimulus"], trials["phase"]):
            fired = found.counts("r.E", onset, onset + 200) > 0
            member, place = found.cells(int(cue))
            assert np.array_equal(fired, member & (place < (0.5 if phase else 1))), (cue, phase)
            assert 30 < member.sum() < 90, member.sum()

# Completion: of each trial's cells that are not shown three quarters fire, and a tenth of the rest.
random = np.random.default_rng(1)
made, trials, hidden = [], [(1000.0 * k, k % 3) for k in range(30)], []
for onset, cue in trials:
    member, place = patterns.cells_of(7, cue, 400, 0.1)
    fires = np.where(member & (place >= 0.5), random.random(400) < 0.75, random.random(400) < 0.1)
    made += [(onset + 100, i) for i in np.flatnonzero(fires)]
    made += [(onset + 10, i) for i in range(400)]              # before the window
differs, never = patterns.completion(Made({"c": made}, [("test", 0, 30000, 30)], trials), "test")
# Of patterns never stored the tenth that overlaps the hidden cells fires as these do.
assert abs(never - (0.1 + 0.65 * 0.05)) < 0.02 and abs(differs + never - 0.75) < 0.06, (differs,
                                                                                         never)

# Reaction times: the hidden cells fire one after the other, 1 ms apart from 40 ms on; in every third trial too few do.
made = []
for k, (onset, cue) in enumerate(trials):
    member, place = patterns.cells_of(7, cue, 400, 0.1)
    hidden = np.flatnonzero(member & (place >= 0.5))
    made += [(onset + 40 + i, cell) for i, cell in enumerate(hidden)][:3 if k % 3 == 0 else None]
    made += [(onset + 5, cell) for cell in np.flatnonzero(member & (place < 0.5))]
half = [40 + (np.sum(patterns.cells_of(7, cue, 400, 0.1)[0] & (patterns.cells_of(7, cue, 400, 0.1)[1] >= 0.5)) - 1) // 2
        for k, (_, cue) in enumerate(trials) if k % 3]
tested = Made({"c": made, "h": [(onset + 5, cue) for onset, cue in trials]}, [("test", 0, 30000, 30)], trials)
mean, share = patterns.reaction(tested, "test")
assert abs(mean - np.mean(half)) < 1e-9 and abs(share - 2 / 3) < 1e-9, (mean, np.mean(half), share)
assert patterns.decoded(tested, "c", "test") == 1 and patterns.decoded(tested, "h", "test") == 1
assert patterns.decoded(tested, "h", "test", (10, 300)) < 0.6       # nothing is fired there

# Kin: half of the hidden cells fire and a quarter of those that the kin alone has, of all the rest a
# tenth; only trials of the cues that are asked for count.
made, trials = [], [(1000.0 * k, k % 4) for k in range(80)]
for onset, cue in trials:
    own, place = patterns.cells_of(7, cue, 400, 0.1, (2, 0.5))
    kin = patterns.cells_of(7, (cue + 2) % 4, 400, 0.1, (2, 0.5))[0]
    share = np.where(own, 0.5, np.where(kin & (cue >= 2), 0.25, 0.1))
    fires = random.random(400) < np.where(own & (place < 0.5), 1, share)
    made += [(onset + 100, i) for i in np.flatnonzero(fires)]
pairs = Made({"c": made}, [("test", 0, 80000, 80)], trials, (2, 0.5))
by_chance = [patterns.completion(pairs, "test", cues=cues)[1] for cues in (range(2), range(2, 4))]
for cues, never, share in ((range(2), by_chance[0], 0.1), (range(2, 4), by_chance[1], 0.25)):
    own = patterns.completion(pairs, "test", cues=cues)[0]
    intruded = patterns.intrusion(pairs, "test", cues=cues)
    assert abs(own + never - 0.5) < 0.06 and abs(intruded + never - share) < 0.05, (own, intruded)
assert patterns.kin_of(pairs, 1) == 3 and patterns.kin_of(pairs, 2) == 0

# Bursts: two that are near are one; each brings a pattern, or nothing.
bursts = [100, 120, 500, 900]
hippocampus = [(t + 0.1 * i, i) for t in bursts for i in range(5)] + [(700, 1)]
cortex = [(110, i) for i in np.flatnonzero(patterns.cells_of(7, 2, 400, 0.1)[0])]
cortex += [(515, i) for i in np.flatnonzero(patterns.cells_of(7, 0, 400, 0.1)[0])]
night = Made({"c": cortex, "h": hippocampus}, [("night", 0.0, 2000.0, 0)])
assert patterns.events(night, "h", ["night"]) == [(100, 130), (500, 510), (900, 910)]
stored, never = patterns.content(night, patterns.events(night, "h", ["night"]))
assert list(stored.argmax(axis=1)[:2]) == [2, 0] and np.allclose(stored.max(axis=1), [1, 1, 0])
assert list(patterns.order(night, patterns.events(night, "h", ["night"]))) == [2, 0, -1]
many, again = patterns.evenness(np.array([0, 1, 2, 3] * 25 + [-1]))
assert abs(many - 4) < 1e-9 and again == 0, (many, again)
many, again = patterns.evenness(np.array([0] * 50 + [1] * 50))
assert abs(many - 2) < 1e-9 and abs(again - 98 / 99 * 2) < 1e-9, (many, again)
many, again = patterns.evenness(random.choice(3, 6000, p=[0.5, 0.25, 0.25]))
assert abs(many - 2 * 2 ** 0.5) < 0.1 and abs(again - 1) < 0.1, (many, again)
rate, above, share = patterns.replayed(night, "h", ["night"])
assert rate == 1.5 and abs(share - 2 / 3) < 1e-12 and 0.4 < above < 2 / 3, (rate, above, share)
print("patterns, completion and replay as made")
