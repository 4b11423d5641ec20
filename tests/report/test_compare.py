# SPDX-License-Identifier: Apache-2.0
"""Experiments that compare arms: run, resumed, judged, and written to the page with every key that
differs; configurations as resolved; what is read of runs."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

SOURCE, PHASIC = os.environ["SOURCE_DIR"], os.environ["PHASIC"]
sys.path.insert(0, os.path.join(SOURCE, "scripts"))
from phasic_run import (  # noqa: E402
    arms_figure, compare, readers, resolved, results_page)
from phasic_run.experiments import Measure  # noqa: E402
from phasic_run.experiments.neuromodulation import Leak, played  # noqa: E402
from phasic_run.run import Run, RunError  # noqa: E402

BRAIN = """\
regions:
  r:
    populations:
      A:
        size: 20
        neuron: {type: iaf_psc_exp}
        stimuli: {in: {type: poisson, rate: 8000 Hz, weight: 90 pA, receptor: exc}}
"""
QUESTION = """\
from: brain.yaml
simulation: {duration: 300 ms}
experiment: {claim: more current makes more spikes, measure: "spikes", arm: more,
             against: [default, "1"], smallest: 5}
"""


def after_more(seed, runs):
    """Settings of an arm that reads another's run of the same seed."""
    assert runs["more"][seed].seed == seed and os.path.exists(runs["more"][seed].path("run.h5"))
    return [f"regions.r.populations.A.stimuli.in.weight={90 + seed} pA",
            "regions.r.populations.A.neuron.t_ref=1 ms"]


class Module:
    """An experiment whose arms differ in one weight."""
    ABOUT, SEEDS, NOTE = "spikes", "1..6", "Said | so."
    ARMS = {"default": [],
            "more": ["regions.r.populations.A.stimuli.in.weight=110 pA"],
            "late": after_more}

    @staticmethod
    def measure(run):
        """Spikes of a run."""
        with run.open() as opened:
            return opened.summary["spikes"]

    @staticmethod
    def also(run):
        """What is told beside it."""
        return {"seed": run.seed} if run.configuration == "more" else {}

    @staticmethod
    def published(runs):
        """A figure that is reached."""
        return [Measure("spikes of more", "many", 1, float("inf"),
                        [Module.measure(run) for run in runs["more"]])]

    @staticmethod
    def figure(runs, picture):
        """It gets all arms and seeds."""
        assert [len(arm) for arm in runs.values()] == [6, 6, 6], runs
        spikes = {label: [Module.measure(run) for run in arm] for label, arm in runs.items()}
        with arms_figure.sheet(picture) as (left, right):
            arms_figure.seeds(left, spikes, "spikes")
            arms_figure.curves(right, [0, 1], {label: [[0, n] for n in row]
                                               for label, row in spikes.items()})


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# --- a whole experiment ------------------------------------------------------------------------

with tempfile.TemporaryDirectory(prefix="Upper") as folder:
    os.chdir(folder)
    brain, path, page = (os.path.join(folder, name)
                         for name in ("brain.yaml", "a.yaml", "RESULTS.md"))
    write(brain, BRAIN)
    write(path, QUESTION)
    os.makedirs("out/spikes")
    options = argparse.Namespace(out="out", jobs=2, program=PHASIC)
    folders, seeds = {"spikes": (path, "out/spikes/a")}, [1, 2, 3, 4, 5, 6]
    runs = compare.run_arms("spikes", Module, seeds, folders, options)
    assert list(runs) == list(Module.ARMS) and [run.seed for run in runs["more"]] == seeds
    stamp = os.stat(runs["more"][0].path("summary.json")).st_mtime_ns
    # 6 seeds: p is 2 / 64, which is below 0.05 alone on the page.
    assert compare.judge("spikes", Module, runs, "1..6", brain, page, options)
    with open("out/spikes/spikes.png", "rb") as file:
        assert file.read(4) == b"\x89PNG"
    with open(page, encoding="utf-8") as file:
        text = file.read()
    for piece in ("| [spikes](#spikes) | effect | more current makes more spikes |", "| shown |",
                  "every arm:\n  simulation.duration: 300 ms   (there: 1 s)",
                  "default:\n  nothing else\n",
                  "more:\n  regions.r.populations.A.stimuli.in.weight: 110 pA   (there: 90 pA)",
                  "late:\n  regions.r.populations.A.neuron.t_ref: 1 ms   (there: 2 ms)\n",
                  "*more* against *default* and against *1*: above, by at least 5",
                  "Said | so.", "`scripts/reproduce spikes`, figure `out/spikes/spikes.png`",
                  "| late | ", "| spikes of more | many | ≥ 1 | "):
        assert piece in text, (piece, text)
    many = {"kind": "effect", "arm": "all", "against": list("abcdefghi"), "direction": "above",
            "smallest": 1}
    assert results_page.tested(many) == "*all* against each of 9 (below): above, by at least 1"
    record = results_page.load(os.path.join(folder, "results.json"))["spikes"]
    assert record["p"] == 2 / 64 and record["runs"] == 18, record
    assert record["values"]["more"] == [Module.measure(run) for run in runs["more"]]
    # A measure of several arms, under a label of its own.
    Module.values = staticmethod(lambda runs: {"more": [2, 3], "of both": [1, float("nan")]})
    both = {label: arm[:2] for label, arm in runs.items()}
    try:
        compare.values_of(Module, both)
        assert False, "a measure that is no number"
    except RunError as error:
        assert "of both, seed 2: the measure is nan" in str(error)
    del Module.values
    assert compare.question_of({"default": runs["default"]}, {"more": []})["arm"] == "more"
    # A published figure that is missed is a miss, whatever the claim.
    Module.published = staticmethod(lambda runs: [Measure("none", "0", 0, 0, found=1)])
    assert not compare.judge("spikes", Module, runs, "1..6", brain, page, options)
    with open(page, encoding="utf-8") as file:
        assert "| none | 0 | 0 to 0 | 1 | not reached |" in file.read()
    del Module.published
    # Resumed: nothing is run again; an arm whose settings are others is.
    runs = compare.run_arms("spikes", Module, seeds, folders, options)
    assert os.stat(runs["more"][0].path("summary.json")).st_mtime_ns == stamp
    Module.ARMS["more"] = ["regions.r.populations.A.stimuli.in.weight=70 pA"]
    runs = compare.run_arms("spikes", Module, seeds, folders, options)
    assert os.stat(runs["more"][0].path("summary.json")).st_mtime_ns != stamp
    assert not compare.judge("spikes", Module, runs, "1..6", brain, page, options)
    with open(page, encoding="utf-8") as file:
        assert "| the opposite |" in file.read()
    # What the leak test says; of equal p the smaller effect is the one on top.
    leak = {"mean": 0.6, "interval": [0.45, 0.75], "chance": 0.5, "within": 0.1, "is_chance": False}
    for between, said in (([0.45, 0.75], "undecided"), ([0.55, 0.65], "NOT chance")):
        text = results_page.section("a", {**record, "leak": {**leak, "interval": between}}, (1, ""))
        assert said in text, text
    pair = [{**record["contrasts"][0], "mean": mean, "p": 0.1} for mean in (9, 7)]
    assert results_page.row_of("a", {**record, "contrasts": pair}, (1, ""))[3].startswith("7 (")
    # A second experiment: Holm doubles the p of both.
    results_page.write(page, "another", {**record, "p": 0.03})
    judged = results_page.judge(results_page.load(os.path.join(folder, "results.json")))
    assert judged["another"][0] == 0.06 and judged["another"][1] == "not shown", judged

    # Wrong questions.
    def said(change):
        try:
            compare.question_of(change)
        except RunError as error:
            return str(error)
        return ""

    assert "no arm 'more'" in said({"default": runs["default"]})
    summary = runs["more"][0].path("summary.json")
    with open(summary, encoding="utf-8") as file:
        changed = json.load(file)
    changed["experiment"]["smallest"] = 0.1
    write(summary, json.dumps(changed))
    assert "the same `experiment`" in said(runs)

    # What is read of a run that has neither trials nor modulators.
    with Run(runs["default"][0].folder) as run:
        for read in (readers.trials, lambda r: readers.nucleus(r, "dopamine"),
                     lambda r: readers.rates(r, "r.A"), lambda r: readers.weights(r, "t")):
            try:
                raise AssertionError(read(run))
            except RunError:
                pass
    os.chdir(SOURCE)

# Another seed's modulators: the next one's, the first after the last.
class Heard:
    def __init__(self, seed):
        self.seed = seed

    def path(self, name):
        return f"/{self.seed}/{name}"


heard = {"loop": {seed: Heard(seed) for seed in (3, 5, 9)}}
assert played("loop", ["a=1"], "2 s")(9, heard) == [
    "a=1", "neuromodulation.broadcast=yoked", "neuromodulation.yoked=/3/run.h5",
    "neuromodulation.shift=2 s"]
assert played("loop")(3, heard)[1].endswith("/5/run.h5")

# --- a run with a task -------------------------------------------------------------------------

with tempfile.TemporaryDirectory() as folder:
    out = os.path.join(folder, "out")
    subprocess.run([PHASIC, "run", SOURCE + "/configs/quickstart.yaml", "--until", "4 s", "--out",
                    out, "--quiet", "--set", "recording.spikes.populations=[]"], check=True)
    with Run(out) as run:
        trials = readers.trials(run)
        assert len(trials["time_ms"]) == 6 and readers.trials(run, "before")["phase"].max() == 0
        assert len(readers.trials(run, "after")["phase"]) == 0
        assert readers.share_right(trials) == np.mean(trials["correct"])
        time, rate = readers.nucleus(run, "dopamine")
        assert len(time) == len(rate) == 800 and 2 < rate.mean() < 15, rate.mean()
        time, nM = readers.concentration(run, "dopamine", "striatum")
        _, o = readers.occupancy(run, "dopamine", "striatum", "D1")
        assert np.all(nM > 0) and abs(np.mean(o) - np.mean(nM / (nM + 1000))) < 0.01
        name = next(iter(run.group("controllers")))
        time, signal = readers.signal(run, name)
        assert name.startswith("dopamine.") and np.any(signal != 0) and len(time) == 800
        time, hz = readers.rates(run, "striatum")
        whole = sum(n for address, region, n in run.populations() if region == "striatum")
        parts = sum(n * run.group("rates")[address][()].mean()
                    for address, region, n in run.populations() if region == "striatum")
        assert abs(hz.mean() - parts / whole) < 1e-9, (hz.mean(), parts / whole)
        found = readers.weights(run, "cortex_striatum_D1")
        assert list(found) == ["start", "before"] and found["start"].shape == found["before"].shape
        configuration = resolved.of_run(out)

    class Asked:
        def open(self):
            return Run(out)

    own = trials["action"] >= 0
    assert Leak(0.5).measure(Asked()) == np.mean(trials["correct"][own])
    # What phasic writes is what it reads: the same configuration again differs in nothing.
    again = resolved.of_file(os.path.join(out, "config.yaml"), PHASIC)
    assert resolved.differences(configuration, again) == {}
    original = resolved.of_file(SOURCE + "/configs/quickstart.yaml", PHASIC)
    assert resolved.differences(original, configuration) == {
        "recording.spikes.populations": ("all", "[]")}
    del again["tracts"]["cortex_FS"]
    again["tracts"]["cortex_pfc"]["weight"]["mean"] = "2 nS"
    again["task"] = {"type": "bandit"}
    # A mapping of which arms differ is told key by key where there is none, but for one with a type.
    arms = [{"region": {"size": "5", "rule": {"type": "stdp", "A": x}, "rest": {"a": x, "b": "2"}}}
            for x in "13"]
    opened = resolved.opened({"other": "1"}, arms)
    assert opened == {"other": "1", "region": {"rest": {}}}, opened
    assert resolved.differences(opened, arms[0] | {"other": "1"}) == {
        "region.size": (None, "5"), "region.rule": (None, "{type: stdp, A: 1}"),
        "region.rest.a": (None, "1"), "region.rest.b": (None, "2")}
    assert resolved.opened({}, arms[:1] * 2) == {}

    found = resolved.differences(configuration, again)
    assert list(found) == ["tracts.cortex_pfc.weight.mean", "tracts.cortex_FS", "task"], found
    assert found["tracts.cortex_FS"][1] is None and found["task"][1] == "{type: bandit}"

assert resolved.parse('a: "x\\"y\\x09"\n"b: c":\n  - 1\n  -\n    d: 2\n    e: []\nf:\n') == {
    "a": 'x"y\t', "b: c": ["1", {"d": "2", "e": []}], "f": ""}
assert np.allclose(arms_figure.smoothed([0, 1, 1, 1], 2), [np.nan, 0.5, 1, 1], equal_nan=True)
# Trials to criterion, and means around events.
assert readers.to_criterion([0, 0, 1, 1, 1, 1], 0.75, 4) == 5
assert readers.to_criterion([0, 1] * 5, 0.8, 5) == 11 and readers.to_criterion([1], 0.8, 2) == 2
lags, made = readers.around(np.arange(10.0), np.arange(10.0), [4, 9], 2, 2, 1)
assert list(lags) == [-1.5, -0.5, 0.5, 1.5] and list(made[0]) == [2, 3, 4, 5], made
assert list(made[1][:3]) == [7, 8, 9] and np.isnan(made[1][3])
print("arms, page, readers and resolved configurations as they should be")
