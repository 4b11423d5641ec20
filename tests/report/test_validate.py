# SPDX-License-Identifier: Apache-2.0
"""scripts/validate: its statistics against plain evaluations of the same definitions, and its verdicts
on a program that stands for phasic and writes renewal spikes of chosen rates."""
import itertools
import os
import stat
import subprocess
import sys
import tempfile

import numpy as np

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts")
sys.path.insert(0, SCRIPTS)
sys.dont_write_bytecode = True
from phasic_run import nest  # noqa: E402
from phasic_run.spiking import Window, ks_distance  # noqa: E402

# Spikes of all populations at NEST's rates for constant currents, L5E's times a factor.
PROGRAM = """#!%s
import json, os, sys
import h5py, numpy as np
sys.path.insert(0, %r)
from phasic_run import nest
words = sys.argv
out, seed = words[words.index("--out") + 1], int(words[words.index("--seed") + 1])
assert "phases.measured.duration=4 s" in words, words
os.makedirs(out, exist_ok=True)
rng = np.random.default_rng(seed)
sizes = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948]
names = ["cortex." + name for name in nest.POPULATIONS]
with h5py.File(out + "/spikes.h5", "w") as file:
    for name, n, rate in zip(names, sizes, nest.RATE_HZ["dc"]):
        rate *= FACTOR if name.endswith("L5E") else 1
        count = rng.poisson(rate * 4.5, n)
        times = np.round(rng.uniform(0, 4500, count.sum()), 1)
        order = np.argsort(times, kind="stable")
        file["spikes/%%s/timestamps" %% name] = times[order]
        file["spikes/%%s/node_ids" %% name] = np.repeat(np.arange(n, dtype=np.uint64), count)[order]
with h5py.File(out + "/run.h5", "w") as file:
    file["populations/name"] = np.array(names, dtype="S20")
    file["populations/region"] = np.array(["cortex"] * 8, dtype="S20")
    file["populations/size"] = np.array(sizes)
json.dump({"complete": True, "phases": {}}, open(out + "/summary.json", "w"))
"""


def plain_statistics(times, ids, n, begin, end):
    """Rates, CVs and the mean correlation, neuron by neuron and pair by pair."""
    trains = [np.sort(times[(ids == i) & (times > begin + 0.01) & (times < end + 0.01)])
              for i in range(n)]
    cvs = [np.std(np.diff(t)) / np.mean(np.diff(t)) for t in trains if len(t) > 2]
    counts = [np.bincount(((np.round((t - begin) * 10).astype(int) - 1) // 20),
                          minlength=int(end - begin) // 2) for t in trains if len(t)]
    pairs = [np.corrcoef(a, b)[0, 1] for a, b in itertools.combinations(counts, 2)]
    return [len(t) / (end - begin) * 1000 for t in trains], cvs, np.mean(pairs)


def check_statistics():
    """Times on a grid of 0.1 ms, some on the edges of window and bins, some neurons silent."""
    rng = np.random.default_rng(5)
    n, begin, end = 30, 100.0, 500.0
    common = rng.integers(900, 5200, 60)
    trains = []
    for i in range(n - 2):
        own = np.r_[common[rng.random(60) < 0.3], rng.integers(900, 5200, i), [1000, 5000, 1020]]
        trains.append(np.unique(own) * 0.1)
    times = np.concatenate(trains)
    ids = np.repeat(np.arange(n - 2, dtype=np.uint64), [len(t) for t in trains])
    window = Window(times, ids, n, begin, end)
    rates, cvs, correlation = plain_statistics(times, ids, n, begin, end)
    assert np.allclose(window.rates(), rates)
    assert np.allclose(window.cvs(), cvs)
    assert abs(window.correlation() - correlation) < 1e-12, (window.correlation(), correlation)
    some = np.array([3, 7, 12, 20, n - 1])
    part = np.isin(ids, some)
    expected = plain_statistics(times[part], ids[part], n, begin, end)[2]
    assert abs(window.correlation(some) - expected) < 1e-12
    # Spikes behind the last whole bin of 2 ms belong to no bin.
    odd = Window(times, ids, n, begin, end - 3)
    whole = plain_statistics(times, ids, n, begin, end - 4)[2]
    assert (times > end - 4).any() and abs(odd.correlation() - whole) < 1e-12
    silent = Window(times[:0], ids[:0], n, begin, end)
    assert np.isnan(silent.correlation()) and not silent.rates().any() and silent.cvs().size == 0
    a, b = rng.normal(0, 1, 400).round(1), rng.normal(0.4, 1, 300).round(1)
    x = np.unique(np.r_[a, b])
    largest = max(abs(np.mean(a <= v) - np.mean(b <= v)) for v in x)
    assert abs(ks_distance(a, b) - largest) < 1e-12


def validate(work, factor):
    """Exit code and rows of the table, a list of cells by population."""
    program = os.path.join(work, "phasic")
    with open(program, "w", encoding="utf-8") as file:
        file.write((PROGRAM % (sys.executable, SCRIPTS)).replace("FACTOR", str(factor)))
    os.chmod(program, stat.S_IRWXU)
    out = os.path.join(work, str(factor))
    done = subprocess.run([os.path.join(SCRIPTS, "validate"), "--seeds", "1..2", "--drive", "dc",
                           "--duration", "4 s", "--out", out, "--program", program],
                          capture_output=True, text=True, check=False)
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines()
            if line.split() and line.split()[0] in nest.POPULATIONS}
    assert len(rows) == 8, done.stdout + done.stderr
    with open(os.path.join(out, "dc.png"), "rb") as file:
        assert file.read(4) == b"\x89PNG"
    return done.returncode, rows


def main():
    check_statistics()
    with tempfile.TemporaryDirectory() as work:
        code, rows = validate(work, 1.0)
        # name, Hz, NEST, off, %, verdict; CV, NEST, +-, verdict; corr ...; KS of rates, of CVs
        assert all(row[5] == "pass" for row in rows.values()), rows
        # Poisson trains: as regular as none of NEST's, without correlation, alike in all seeds.
        assert all(row[9] == "FAIL" for name, row in rows.items() if name != "L5I"), rows
        assert rows["L5E"][13] == rows["L23E"][13] == "FAIL", rows
        assert all(row[15] == row[17] == "pass" for row in rows.values()), rows
        assert code == 1
        code, rows = validate(work, 1.07)
        assert [name for name, row in rows.items() if row[5] != "pass"] == ["L5E"], rows
        assert code == 1
    bad = subprocess.run([os.path.join(SCRIPTS, "validate"), "--duration", "1 s"],
                         capture_output=True, text=True, check=False)
    assert bad.returncode == 2 and "2 s or more" in bad.stderr, bad
    print("scripts/validate: statistics and verdicts hold")


main()
