# SPDX-License-Identifier: Apache-2.0
"""Patterns: which cells a cue of a task has, how much of one comes back when a part of it is shown,
and what a sleeping brain replays of them. Cells are drawn as src/task/cues.c draws them."""
import numpy as np

from . import analysis, readers, resolved
from .run import RunError

NEVER = range(1000, 1020)   # numbers of cues that no task shows

_TASK_FIELDS, _CUE = 9, 2   # purpose and stream of the draws
_LOW = np.uint64(0xFFFFFFFF)


def _philox(key, counter):
    """Philox 4x32-10 (include/phasic/random.h). @return four arrays of 32-bit numbers"""
    c = list(np.broadcast_arrays(*(np.asarray(word, dtype=np.uint64) for word in counter)))
    k = list(key)
    for _ in range(10):
        a, b = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(b >> np.uint64(32)) ^ c[1] ^ np.uint64(k[0] & 0xFFFFFFFF), b & _LOW,
             (a >> np.uint64(32)) ^ c[3] ^ np.uint64(k[1] & 0xFFFFFFFF), a & _LOW]
        k = [k[0] + 0x9E3779B9, k[1] + 0xBB67AE85]
    return c


NO_KIN = 0, 0.0             # the first cue that has kin, and their correlation


def cells_of(seed, cue, size, fraction, kin=NO_KIN):
    """(whether a cell is in the cue, its place in it: shown where below `part`), a cell each;
    of cues that overlap as kin do or by chance, without a sequence."""
    key = seed & 0xFFFFFFFF, (seed >> 32) << 16 | _TASK_FIELDS
    own, shared = (
        [(word.astype(float) + 0.5) / 2**32 for word in _philox(key, (np.arange(size), _CUE, k, 0))]
        for k in (cue, cue % kin[0] if kin[0] else cue))
    return np.where(own[3] < kin[1], shared[0], own[0]) < fraction, own[2]


class Patterns:
    """The patterns of a run's task, and the spikes of the population that sees them.

    stored: numbers of the cues that were learnt; None: the familiar ones of the task"""

    def __init__(self, run, stored=None):
        configuration = resolved.of_run(run.folder)
        stimulus = configuration["task"]["stimulus"]
        if float(stimulus["overlap"]) or float(stimulus["sequence"]["share"]):
            raise RunError(f"{run.folder}: cues with an overlap or a sequence are not told apart")
        self.run, self.population = run, stimulus["target"]
        self.sizes = {name: int(size) for name, _, size in run.populations()}
        self.seed = int(configuration["simulation"]["seed"])
        self.fraction = float(stimulus["fraction"])
        self.kin = int(stimulus["kin"]["first"]), float(stimulus["kin"]["share"])
        self.stored = stored or range(int(configuration["task"]["familiar"]))
        self._cells = {}

    def cells(self, cue):
        """(membership, place) of a cue's cells."""
        if cue not in self._cells:
            self._cells[cue] = cells_of(self.seed, cue, self.sizes[self.population],
                                        self.fraction, NO_KIN if cue in NEVER else self.kin)
        return self._cells[cue]

    def counts(self, population, begin, end):
        """Spikes of each cell in [begin, end) ms."""
        _, ids = self.run.spikes(population, begin, end)
        return np.bincount(ids.astype(int), minlength=self.sizes[population])

    def phase(self, name):
        """(begin, end) of a phase in ms."""
        for phase, begin, end, _ in self.run.phases():
            if phase == name:
                return begin, end
        raise RunError(f"{self.run.folder}: no phase '{name}'")


def _recalled(patterns, phase, cues, part, window):
    """Of the trials of a phase that show one of these cues (None: any): the cue, which cells fire
    in the window (ms from its onset), which were shown, and the share of the cells of patterns
    never stored that fire, without those shown."""
    trials = readers.trials(patterns.run, phase)
    for onset, cue in zip(trials["time_ms"], trials["stimulus"].astype(int)):
        if cues is not None and cue not in cues:
            continue
        fired = patterns.counts(patterns.population, onset + window[0], onset + window[1]) > 0
        member, place = patterns.cells(cue)
        shown = member & (place < part)
        never = np.mean([fired[patterns.cells(k)[0] & ~shown].mean() for k in NEVER])
        yield cue, fired, shown, never


def completion(patterns, phase, part=0.5, window=(50, 300), cues=None):
    """How much of the patterns comes back in a phase: of each trial (of these cues) the share of
    the pattern's cells that were not shown and fire in the window, less the same share of patterns
    never stored; and these patterns' share itself.
    @return (mean of the differences, mean share of patterns never stored)"""
    found = []
    for cue, fired, shown, never in _recalled(patterns, phase, cues, part, window):
        found.append((fired[patterns.cells(cue)[0] & ~shown].mean() - never, never))
    return tuple(float(value) for value in np.mean(found, axis=0))


def reaction(patterns, phase, part=0.5, most=300):
    """Reaction times in a phase: ms from a cue until half of its cells that were not shown have
    fired, in trials in which they do within `most` ms. @return (mean, NaN where there are none;
    share of such trials)"""
    trials = readers.trials(patterns.run, phase)
    found = []
    for onset, cue in zip(trials["time_ms"], trials["stimulus"]):
        member, place = patterns.cells(int(cue))
        hidden = member & (place >= part)
        times, ids = patterns.run.spikes(patterns.population, onset, onset + most)
        ids = ids.astype(int)
        first = np.full(len(member), np.inf)
        np.minimum.at(first, ids, times - onset)
        found.append(np.sort(first[hidden])[(hidden.sum() - 1) // 2])
    found = np.array(found)
    done = np.isfinite(found)
    return float(found[done].mean()) if done.any() else float("nan"), float(done.mean())


def decoded(patterns, population, phase, window=(0, 300)):
    """Share of a phase's held-out trials whose cue a linear decoder names right from the spikes of
    a population in the window (ms from the cue); chance is one in as many as there are cues."""
    trials = readers.trials(patterns.run, phase)
    counts = [patterns.counts(population, onset + window[0], onset + window[1])
              for onset in trials["time_ms"]]
    return analysis.decode(counts, trials["stimulus"])


def kin_of(patterns, cue):
    """The other one of a pair of kin, where as many have kin as are kin of others."""
    first = patterns.kin[0]
    return cue % first if cue >= first else cue + first


def intrusion(patterns, phase, part=0.5, window=(50, 300), cues=None):
    """How much of their kin comes back instead: as completion, of the cells that the kin alone
    has."""
    found = []
    for cue, fired, shown, never in _recalled(patterns, phase, cues, part, window):
        other = patterns.cells(kin_of(patterns, cue))[0] & ~patterns.cells(cue)[0]
        found.append(fired[other].mean() - never)
    return float(np.mean(found))


def events(patterns, population, phases, share=0.03, width=10.0, gap=30.0):
    """Population bursts: [(begin, end) in ms], where at least this share of the cells' number of
    spikes falls within `width`; those that are less than `gap` apart are one."""
    found = []
    for phase in phases:
        begin, end = patterns.phase(phase)
        times, _ = patterns.run.spikes(population, begin, end)
        counts = np.bincount(((times - begin) / width).astype(int),
                             minlength=int((end - begin) / width))
        for k in np.flatnonzero(counts >= share * patterns.sizes[population]):
            at = begin + k * width
            if found and at - found[-1][1] < gap:
                found[-1][1] = at + width
            else:
                found.append([at, at + width])
    return [tuple(event) for event in found]


def content(patterns, bursts, after=30.0):
    """What bursts bring to the population that sees patterns: of each, in columns, the shares of
    the cells of every stored pattern and of as many that were never stored that fire in it or
    shortly after."""
    made = []
    for begin, end in bursts:
        fired = patterns.counts(patterns.population, begin, end + after) > 0
        cues = [*patterns.stored, *NEVER[:len(patterns.stored)]]
        made.append([fired[patterns.cells(cue)[0]].mean() for cue in cues])
    n = len(patterns.stored)
    made = np.array(made).reshape(-1, 2 * n)
    return made[:, :n], made[:, n:]


def order(patterns, bursts):
    """Which pattern each burst brings, in turn: the one of which most comes back, -1 where that is
    not above one half."""
    stored, _ = content(patterns, bursts)
    if not len(stored):
        return np.empty(0, dtype=int)
    return np.where(stored.max(axis=1) > 0.5, stored.argmax(axis=1), -1)


def evenness(brought):
    """Of patterns in the order in which bursts brought them: (how many there are, counted by the
    exponential of their entropy; how often one follows itself, against chance, 1)."""
    brought = brought[brought >= 0]
    if len(brought) < 2:
        return float(len(brought)), float("nan")
    share = np.bincount(brought) / len(brought)
    share = share[share > 0]
    again = np.mean(brought[1:] == brought[:-1])
    return float(np.exp(-np.sum(share * np.log(share)))), float(again / np.sum(share ** 2))


def replayed(patterns, population, phases):
    """(bursts a second, by how much the pattern that comes back most in a burst does so more than
    the one of as many never stored that does, share of bursts in which a pattern comes back:
    above one half)"""
    bursts = events(patterns, population, phases)
    seconds = sum(np.diff(patterns.phase(phase))[0] for phase in phases) * 1e-3
    if not bursts:
        return 0.0, 0.0, 0.0
    stored, never = content(patterns, bursts)
    return (len(bursts) / seconds, float(np.mean(stored.max(axis=1) - never.max(axis=1))),
            float(np.mean(stored.max(axis=1) > 0.5)))
