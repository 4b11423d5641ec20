# SPDX-License-Identifier: Apache-2.0
"""scripts/reproduce: verdicts, intervals, the results page whose misses stay, and an experiment
that is run, resumed and seen to fail when its weights are not those of the closed form."""
import argparse
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

SOURCE = os.environ["SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "scripts"))
from phasic_run import (  # noqa: E402
    calcium, experiments, reproduce, resolved, compare, statistics)
from phasic_run.experiments import (  # noqa: E402
    Measure, calcium_curves, threshold_shift)

# Student's t of two degrees of freedom: 2 +- 4.303 / sqrt(3).
low, high = experiments.interval([1, 2, 3])
assert abs(low + 0.48414) < 1e-4 and abs(high - 4.48414) < 1e-4, (low, high)
assert experiments.interval([1]) is None
hit = Measure("rate, Hz", "5", 4, 6, [4.5, 5.5])
miss = Measure("a | b", "1", 0.9, 1.1, found=1.2, between=(1.15, 1.25))
assert hit.is_reached() and not miss.is_reached()
assert not Measure("nothing", "1", 0, 2, [float("nan")]).is_reached()
assert miss.shown() == "1.2 (1.15 to 1.25)", miss.shown()


def rows(page):
    return [(row[0], row[1], row[6]) for row in reproduce.read_rows(page)]


with tempfile.TemporaryDirectory() as folder:
    page = os.path.join(folder, "RESULTS.md")
    reproduce.write_rows(page, "b", reproduce.rows_of("b", [hit, miss], "1..2"))
    reproduce.write_rows(page, "a", reproduce.rows_of("a", [hit], "1"))
    assert rows(page) == [("a", "rate, Hz", "reached"), ("b", "rate, Hz", "reached"),
                          ("b", "a | b", "not reached")], rows(page)
    # Run again: the old rows go, those of others stay.
    reproduce.write_rows(page, "b", reproduce.rows_of("b", [hit], "1..3"))
    assert rows(page) == [("a", "rate, Hz", "reached"), ("b", "rate, Hz", "reached")], rows(page)
    assert reproduce.read_rows(page)[1][5] == "1..3"

    # What an experiment has to say stands below the table.
    assert "\n**distal-reward.** The share" in reproduce.notes_of([["distal-reward"], ["a"]])
    assert reproduce.notes_of([["stdp-window"], ["a"]]) == ""

    def call(*words):
        return subprocess.run(["sh", os.path.join(SOURCE, "scripts/reproduce"), "--program",
                               os.environ["PHASIC"], "--out", folder, "--results", page, *words],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)

    made = call("stdp-window", "--seeds", "3")
    assert made.returncode == 0 and "seed=3: done" in made.stdout, made.stdout
    assert len(rows(page)) == 6 and rows(page)[0][0] == "a", rows(page)
    with open(folder + "/stdp-window/stdp-window.png", "rb") as file:
        assert file.read(4) == b"\x89PNG"
    made = call("stdp-window", "--seeds", "3")
    assert made.returncode == 0 and "complete already" in made.stdout, made.stdout
    # A weight that is a thousandth of w_max off is a miss, and is noted as one.
    run = next(d for d in os.listdir(folder + "/stdp-window") if d.startswith("stdp-window-"))
    with h5py.File(f"{folder}/stdp-window/{run}/seed=3/run.h5", "r+") as file:
        file["weights/slice.pre_post/1_pairing/weight"][17] += 1e-3
    made = call("stdp-window", "--seeds", "3")
    assert made.returncode == 1 and "not reached" in made.stdout, made.stdout
    assert rows(page)[2][2] == "not reached", rows(page)
    made = call("stdp-windows")
    assert made.returncode == 2 and "no experiment 'stdp-windows'" in made.stdout, made.stdout

    # Where there is no program that is said once, and nothing is noted.
    before = rows(page)
    made = call("stdp-window", "--seeds", "3..5", "--program", folder + "/none")
    assert made.returncode == 2 and made.stdout.count("there is no program") == 1, made.stdout
    assert "FAILED" not in made.stdout and rows(page) == before, made.stdout

    # Runs that need what others found come after them, under a name of their own.
    class Module:
        def further(runs):
            assert [(run.configuration, run.seed) for run in runs] == [("stdp-window", 3)], runs
            assert os.path.exists(runs[0].path("run.h5")), runs[0].path("run.h5")
            return [("again", "stdp-window", 4, ["simulation.duration=2 s"])]

    options = argparse.Namespace(out=folder, fresh=False, jobs=1, program=os.environ["PHASIC"])
    arms = reproduce.run_all("stdp-window", Module, "3", options)
    assert [(arm.configuration, arm.seed) for arm in arms] == [("stdp-window", 3), ("again", 4)]
    assert arms[1].settings == {"simulation.duration": "2 s"}, arms[1].settings
    assert os.path.exists(arms[1].path("run.h5"))

# Runs of another text, or of another included text, are other runs.
with tempfile.TemporaryDirectory() as folder:
    path, included = (os.path.join(folder, name) for name in ("a.yaml", "b.yaml"))
    texts = []
    for own, other in (("x", "1"), ("y", "1"), ("y", "2")):
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"# said `from: c.yaml`, which is no file\nfrom: b.yaml\n{own}: 1\n")
        with open(included, "w", encoding="utf-8") as file:
            file.write(f"z: {other}\n")
        texts.append(reproduce.text_of(path))
    assert len(set(texts)) == 3, texts

# The calcium rule from spike to spike approaches what its shares of time above thresholds say.
p, period = dict(calcium.CORTICAL), 50.0
pre = period * np.arange(2000)
for lag in (10.0, -10.0):
    above = calcium_curves.shares_above({**p, "theta_d": 1.0}, (p["theta_p"], 1.0), [lag], period)
    up, down = p["gamma_p"] * above[0], p["gamma_d"] * above[1]
    flows = calcium.flows(p, [pre], [pre + lag], -100, 2000 * period)
    rho = calcium.mean_rho(p, *flows, 0.5)[0]
    assert abs(rho - up / (up + down)) < 0.01, (lag, rho, up / (up + down))

# A threshold is where the curve turns positive for good, its slope that of the curve.
rates = np.array([2.0, 5, 10, 20, 30, 40])
at, slope = threshold_shift.crossing(rates, (rates - 12.0) * 3)
assert abs(at - 12) < 1e-9 and abs(slope - 3) < 1e-9, (at, slope)
# Release is uptake and loss, at every level.
for name, (_, k) in threshold_shift.KINETICS.items():
    for level, (C, _) in enumerate(threshold_shift.LEVELS[name]):
        gone = k["V_max"] * C / (k["K_m"] + C) + k["loss"] * C
        assert abs(gone - level * k["release"]) < 1e-6, (name, level)

# Every experiment has its configuration and says what scripts/reproduce needs.
assert "stdp-window" in experiments.names()
for name in experiments.names():
    module = experiments.module_of(name)
    stems = [stem for stem, _ in reproduce.configurations(name)]
    assert stems and module.ABOUT and module.SEEDS, name
    if experiments.compares(name):
        assert callable(getattr(module, "values", None) or module.measure), name
        assert callable(module.figure), name
        assert all(stem in stems + [None] for stem, _ in compare.arms_of(module).values()), name
    else:
        assert callable(module.analyse), name
        assert set(getattr(module, "SETTINGS", {})) <= set(stems), name
    for _, path in reproduce.configurations(name):
        asked = resolved.of_file(path, os.environ["PHASIC"]).get("experiment")
        if experiments.compares(name):
            labels = [asked["arm"]] + [label for label in asked["against"]
                                       if statistics.number(label) is None]
            assert set(labels) <= {*module.ARMS, *getattr(module, "OWN", ())}, name
print(f"results, verdicts and {len(experiments.names())} experiments as they should be")
