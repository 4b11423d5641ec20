# SPDX-License-Identifier: Apache-2.0
"""scripts/report on synthetic runs: a full one, and ones in which parts are missing; scripts/sweep
with a program that stands for phasic.

Usage: test_report.py [--keep FOLDER] [--spikes N]"""
import argparse
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from html.parser import HTMLParser

import h5py
import numpy as np

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts")
REPORT = os.path.join(SCRIPTS, "report")
TRIALS = [200, 200, 100]
PHASES = ["before", "after", "test"]
TRIAL_MS = 600.0
TIME_LINES = ("Rates", "Dopamine")
POPULATIONS = {"sensory_cortex": {"L4E": 220, "L4I": 55, "L5E": 160, "L5I": 40},
               "hippocampus": {"DG": 200, "CA3": 120, "CA1": 120},
               "striatum": {"D1": 200, "D2": 200, "striosome": 40, "FSI": 20},
               "pfc": {"E": 800, "I": 200}, "brainstem": {"VTA": 50}}


def put(group, name, values, unit="1"):
    """A dataset as phasic writes them."""
    group[name] = values
    group[name].attrs["unit"] = np.bytes_(unit)
    group[name].attrs["description"] = np.bytes_("synthetic")


def make_trials(rng):
    """Columns of trials that are learned, reversed and learned again."""
    n = sum(TRIALS)
    phase = np.repeat(np.arange(3), TRIALS)
    i = np.arange(n)
    context = rng.integers(0, 4, n)
    p = np.where(phase == 0, 0.95 - 0.45 * np.exp(-i / 40), 0.0)
    reversed_class = (context == 0) | (context == 2)
    later = i - TRIALS[0]
    p = np.where(phase > 0, np.where(reversed_class, 0.9 - 0.85 * np.exp(-later / 60), 0.93), p)
    correct = (rng.random(n) < p).astype(np.int8)
    return {"time_ms": i * TRIAL_MS + 50.0, "phase": phase.astype(np.int32),
            "stimulus": rng.integers(0, 1000, n).astype(np.int32),
            "context": context.astype(np.int32), "action": rng.integers(-1, 2, n).astype(np.int32),
            "correct": correct, "reward": correct.astype(float),
            "latency_ms": np.where(correct, rng.uniform(80, 300, n), np.nan),
            "value": np.linspace(0, 0.9, n)}


def write_spikes(path, rng, total_ms, spikes):
    """Poisson spikes of every population, raised after each cue."""
    neurons = sum(sum(p.values()) for p in POPULATIONS.values())
    with h5py.File(path, "w") as file:
        file.attrs["magic"] = np.uint32(0x0A7A)
        for region, populations in POPULATIONS.items():
            for name, size in populations.items():
                n = int(spikes * size / neurons)
                times = rng.random(n) * total_ms
                half = n // 2
                times[:half] = np.floor(times[:half] / TRIAL_MS) * TRIAL_MS + 60 + \
                    rng.gamma(2.0, 60.0, half)
                group = file.create_group(f"spikes/{region}.{name}")
                put(group, "timestamps", np.sort(np.round(times, 1)), "ms")
                put(group, "node_ids", rng.integers(0, size, n).astype(np.uint64))


def write_modulators(file, trials, total_ms):
    """Dopamine: bursts at rewards that move to the cue, dips at omissions."""
    time = np.arange(0, total_ms, 5.0)
    drive, reward = np.zeros(len(time)), np.zeros(len(time))
    for k, cue in enumerate(trials["time_ms"]):
        paid = trials["reward"][k] > 0
        drive[int((cue + 50) / 5)] += 12 * trials["value"][k]
        at = int((cue + 400) / 5)
        drive[at:at + 4] += 6 * (1 - trials["value"][k]) if paid else -3 * trials["value"][k]
        reward[at] = float(paid)
    signal = np.convolve(drive, [0.5, 0.3, 0.2])[:len(time)]
    rate = np.maximum(0, 5 + 3 * np.convolve(drive, np.exp(-np.arange(10) / 3))[:len(time)])
    concentration = 40 + 25 * np.convolve(drive, np.exp(-np.arange(80) / 20))[:len(time)]
    group = file.create_group("neuromodulators/dopamine")
    put(group, "time_ms", time, "ms")
    put(group, "nucleus_spikes", (rate / 4).astype(np.int32))
    put(group, "nucleus_rate_Hz", rate, "Hz")
    put(group, "reward", reward)
    for region, share in {"striatum": 1.0, "pfc": 0.2}.items():
        put(group, f"{region}/time_ms", time + 5, "ms")
        put(group, f"{region}/concentration_nM", share * concentration, "nM")
        for kind in ("occupancy", "o_tonic"):
            put(group, f"{region}/{kind}/D1", concentration / (concentration + 1000))
        put(group, f"{region}/messenger/D1", np.convolve(
            concentration / (concentration + 1000), np.full(100, 0.01))[:len(time)])
    put(group, "pfc/apical/time_ms", time + 5, "ms")
    put(group, "pfc/apical/concentration_nM", 0.4 * concentration, "nM")
    for name, column, values in (("time_ms", "ms", time), ("spikes", "1", reward),
                                 ("rate_Hz", "Hz", rate / 2)):
        put(group, f"sources/LC/{name}", values, column)
    for name in ("rpe", "stress"):
        put(file, f"controllers/dopamine.{name}/time_ms", time, "ms")
        put(file, f"controllers/dopamine.{name}/signal", signal)


def write_run(path, rng, trials, total_ms):
    """run.h5 with everything."""
    with h5py.File(path, "w") as file:
        names = [(f"{r}.{p}", r, n) for r, ps in POPULATIONS.items() for p, n in ps.items()]
        put(file, "populations/name", np.array([n[0] for n in names], "S"))
        put(file, "populations/region", np.array([n[1] for n in names], "S"))
        put(file, "populations/size", np.array([n[2] for n in names]))
        ends = np.cumsum(TRIALS) * TRIAL_MS
        put(file, "phases/name", np.array(PHASES, "S"))
        put(file, "phases/planned", np.array(PHASES, "S"))
        put(file, "phases/begin_ms", np.append(0, ends[:-1]), "ms")
        put(file, "phases/end_ms", ends, "ms")
        put(file, "phases/trials", np.array(TRIALS))
        for name, column in trials.items():
            put(file, f"trials/{name}", column)
        put(file, "trials/action_names", np.array(["left", "right"], "S"))
        write_modulators(file, trials, total_ms)
        time = np.arange(0, total_ms, 10.0)
        put(file, "rates/time_ms", time, "ms")
        file["rates"].attrs["interval_ms"] = 10.0
        for k, (name, _, _) in enumerate(names):
            put(file, f"rates/{name}", rng.poisson(2 + k % 5, len(time)) * (1 + time / total_ms),
                "Hz")
        for tract in ("cortex_striatum_D1", "cortex_striatum_D2", "hippocampus_striatum"):
            for m, phase in enumerate(["start"] + PHASES):
                group = file.create_group(f"weights/{tract}/{m}_{phase}")
                group.attrs["moment"] = m
                group.attrs["phase"] = np.bytes_("" if m == 0 else phase)
                put(group, "weight", np.clip(np.concatenate(
                    [rng.normal(1 + 0.5 * m, 0.1 + 0.15 * m, 12000),
                     rng.normal(1 - 0.25 * m, 0.1, 8000)]), 0, 4).astype(np.float32), "nS")


def summary(trials, total_ms, spikes):
    """summary.json as phasic writes it."""
    stages = dict(zip(["build", "deliver", "update", "exchange", "neuromod", "write", "other"],
                      [1.2, 60.5, 44.1, 8.3, 1.7, 2.2, 5.0]))
    phases = {}
    for k, name in enumerate(PHASES):
        own = trials["correct"][trials["phase"] == k]
        phases[name] = {"trials": len(own), "accuracy": float(own.mean()),
                        "accuracy_last_50": float(own[-50:].mean())}
    return {"complete": True, "exit_reason": "finished", "version": "0.1.0", "seed": 1,
            "spike_hash": "0123456789abcdef", "weight_hash": "fedcba9876543210", "neurons": 2425,
            "synapses": 310000, "plastic_synapses": 60000, "ranks": 4, "threads": 2,
            "largest_rank_neurons": 800, "largest_rank_synapses": 101000, "spikes": spikes,
            "biological_s": total_ms / 1000, "build_s": 1.2, "simulate_s": 121.8,
            "real_time_factor": 121.8 / (total_ms / 1000), "synaptic_events": 10 ** 9,
            "plastic_events": 10 ** 8, "bytes_per_synapse": None, "peak_rss_bytes": 210000000,
            "delivery_limit_share": None, "stages_s": stages,
            "stages_max_s": {k: 1.3 * v for k, v in stages.items()}, "phases": phases}


def make(folder, spikes):
    """A full synthetic run."""
    rng = np.random.default_rng(1)
    total_ms = sum(TRIALS) * TRIAL_MS
    trials = make_trials(rng)
    os.makedirs(folder, exist_ok=True)
    write_spikes(os.path.join(folder, "spikes.h5"), rng, total_ms, spikes)
    write_run(os.path.join(folder, "run.h5"), rng, trials, total_ms)
    with open(os.path.join(folder, "summary.json"), "w", encoding="utf-8") as file:
        json.dump(summary(trials, total_ms, spikes), file)


class Page(HTMLParser):
    """Headings, ids and addresses of a page."""

    def __init__(self, text):
        super().__init__()
        self.headings, self.ids, self.links, self.images, self.unnamed = [], [], [], 0, 0
        self._in_heading = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self._in_heading = tag == "h2"
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [v for k, v in attrs if k in ("href", "src", "xlink:href")]
        if tag == "svg":
            self.images += 1
            self.unnamed += not attributes.get("aria-label")

    def handle_data(self, data):
        if self._in_heading:
            self.headings.append(data)
        self._in_heading = False


def report(folder, *more):
    """Run scripts/report; the finished process."""
    environment = dict(os.environ, PHASIC_PYTHON=sys.executable)
    return subprocess.run([REPORT, folder, *more], capture_output=True, text=True, check=False,
                          env=environment, timeout=120)


def check_page(folder, headings):
    """The page is there, self-contained, and has these figures."""
    done = report(folder)
    assert done.returncode == 0, done.stderr
    with open(os.path.join(folder, "report.html"), encoding="utf-8") as file:
        text = file.read()
    page = Page(text)
    assert page.headings == headings, page.headings
    lines = sum(heading in TIME_LINES for heading in headings)  # each once more, to be zoomed in
    assert page.images == 2 * len(headings) + lines and page.unnamed == 0
    assert text.count('<details class="zoom">') == lines
    assert all(link.startswith(("#", "data:")) for link in page.links), "the page needs a network"
    duplicates = {i for i in page.ids if page.ids.count(i) > 1}
    assert not duplicates, f"ids occur twice: {sorted(duplicates)[:3]}"
    assert not re.search(r"@import|url\((?!#)", text)
    assert ">nan<" not in text.lower() and "nan %" not in text
    return text


PROGRAM = """#!/bin/sh
case "$*" in
*"--seed 2"*gain=2*) echo "phasic: gain 2 is wrong" >&2; exit 2 ;;
esac
while [ "$1" != --out ]; do shift; done
mkdir -p "$2"
cp FULL/run.h5 FULL/summary.json "$2"
"""


def sweep(work, *more):
    """Run scripts/sweep; the finished process and the rows of table.csv."""
    environment = dict(os.environ, PHASIC_PYTHON=sys.executable)
    out = os.path.join(work, "sweep")
    done = subprocess.run([os.path.join(SCRIPTS, "sweep"), os.path.join(work, "c.yaml"), "--out",
                           out, "--program", os.path.join(work, "program"), *more],
                          capture_output=True, text=True, check=False, env=environment,
                          timeout=120)
    with open(os.path.join(out, "table.csv"), encoding="utf-8") as file:
        return done, list(csv.DictReader(file))


def check_sweep(work, full):
    """Product of settings and seeds, failures, resumption, tables."""
    with open(os.path.join(work, "program"), "w", encoding="utf-8") as file:
        file.write(PROGRAM.replace("FULL", full))
    os.chmod(file.name, 0o755)
    with open(os.path.join(work, "c.yaml"), "w", encoding="utf-8"):
        pass
    grid = ["--set", "a.gain=1,2", "--set", "b={x: 1, y: 2},[c, d]", "--jobs", "2"]
    done, rows = sweep(work, *grid, "--seeds", "1..3")
    assert done.returncode == 1, done.stderr
    assert "phasic: gain 2 is wrong" in done.stderr
    assert len(rows) == 12 and sum(r["status"] == "complete" for r in rows) == 10
    assert {r["b"] for r in rows} == {"{x: 1, y: 2}", "[c, d]"}
    with open(os.path.join(full, "summary.json"), encoding="utf-8") as file:
        expected = json.load(file)["phases"]["after"]["accuracy_last_50"]
    assert abs(float(rows[0]["accuracy_last_50.after"]) - expected) < 1e-12
    assert 0 < float(rows[0]["accuracy.after.class_0"]) < 1
    done, rows = sweep(work, *grid[:-2], "--seeds", "1,3")
    assert done.returncode == 0 and done.stderr.count("complete already") == 8, done.stderr
    done, _ = sweep(work, "--set", "other.gain=1", "--set", grid[3], "--seeds", "1")
    assert done.returncode == 0 and "already" not in done.stderr, "another key, another run"
    assert sweep(work, "--set", "a")[0].returncode == 2
    assert sweep(work, "--seeds", "3..1")[0].returncode == 2


def main():
    """All checks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", metavar="FOLDER", help="leave the full run in this folder")
    parser.add_argument("--spikes", type=int, default=200000)
    options = parser.parse_args()
    work = tempfile.mkdtemp(prefix="phasic-report-")
    try:
        full = options.keep or os.path.join(work, "full")
        make(full, options.spikes)
        begin = time.monotonic()
        text = check_page(full, ["Learning", "Spikes", "Rates", "Dopamine",
                                 "Dopamine around trials", "Weights", "Time"])
        for words in ("pfc, apical", "D1's messenger", "LC", "signal of rpe"):
            assert words in text, words
        print(f"full run: {len(text) / 1e6:.2f} MB in {time.monotonic() - begin:.1f} s")

        bare = os.path.join(work, "bare")
        make(bare, 20000)
        os.remove(os.path.join(bare, "spikes.h5"))
        with h5py.File(os.path.join(bare, "run.h5"), "a") as file:
            for name in ("weights", "rates", "neuromodulators"):
                del file[name]
        check_page(bare, ["Learning", "Time"])

        no_task = os.path.join(work, "no_task")
        make(no_task, 20000)
        with h5py.File(os.path.join(no_task, "run.h5"), "a") as file:
            for name in list(file["trials"]):
                values = file["trials"][name][:0]
                del file["trials"][name]
                file["trials"][name] = values
        check_page(no_task, ["Spikes", "Rates", "Dopamine", "Weights", "Time"])

        killed = os.path.join(work, "killed")
        make(killed, 20000)
        os.remove(os.path.join(killed, "summary.json"))
        os.remove(os.path.join(killed, "run.h5"))
        check_page(killed, ["Spikes"])

        os.makedirs(os.path.join(work, "empty"))
        for folder in (os.path.join(work, "empty"), os.path.join(work, "none")):
            done = report(folder)
            assert done.returncode == 3 and folder in done.stderr, done
        with open(os.path.join(bare, "run.h5"), "wb") as file:
            file.write(b"broken")
        done = report(bare)
        assert done.returncode == 3 and "Traceback" not in done.stderr, done
        assert report("--help").returncode == 0
        check_sweep(work, os.path.abspath(full))
    finally:
        shutil.rmtree(work)
    print("ok")


if __name__ == "__main__":
    main()
