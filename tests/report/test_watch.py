# SPDX-License-Identifier: Apache-2.0
"""phasic watch reads from part files what run.h5 holds after they are merged: time, rates of the last
second, concentrations, score. A run that goes on is said to run, and one that was stopped not."""
import os
import re
import subprocess
import sys
import tempfile
import time

import numpy as np

SOURCE, PHASIC = os.environ["SOURCE_DIR"], os.environ["PHASIC"]
sys.path.insert(0, os.path.join(SOURCE, "scripts"))
from phasic_run.run import Run  # noqa: E402

QUICKSTART = os.path.join(SOURCE, "configs", "quickstart.yaml")


def phasic(*arguments, ranks=0, code=0):
    """Run it. @return standard output"""
    command = ["mpirun", "-n", str(ranks)] if ranks else []
    done = subprocess.run([*command, PHASIC, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == code, (arguments, done.returncode, done.stderr)
    return done.stdout


def expected_rates(run):
    """{region: Hz of the last second} by run.h5."""
    rates = run.group("rates")
    spikes, cells = {}, {}
    last = int(round(1000 / float(rates.attrs["interval_ms"])))
    for name, region, size in run.populations():
        if name in rates:
            spikes[region] = spikes.get(region, 0) + size * np.mean(rates[name][-last:])
            cells[region] = cells.get(region, 0) + size
    return {region: spikes[region] / cells[region] for region in spikes}


def a_stopped_run_is_told_as_it_is(folder):
    """Against the files that recover makes of the same parts."""
    out = os.path.join(folder, "out")
    phasic("run", QUICKSTART, "--stop-at", "20 s", "--out", out, "--quiet", ranks=3, code=5)
    told = phasic("watch", out, "--once")
    phasic("recover", out)
    with Run(out) as run:
        head = told.splitlines()[0]
        assert f"{out}  does not run  20.0 s" in head, head
        shown = dict(re.findall(r"^  (\w+) +([0-9.]+) Hz", told, re.M))
        expected = expected_rates(run)
        assert sorted(shown) == sorted(expected), (shown, expected)
        for region, rate in expected.items():
            assert abs(float(shown[region]) - rate) < 0.0051, (region, shown[region], rate)
        for region, nM in re.findall(r"(\w+) ([0-9.]+)", re.search("dopamine(.*)nM", told)[1]):
            found = run.group(f"neuromodulators/dopamine/{region}")["concentration_nM"][-1]
            assert abs(float(nM) - found) < 0.051, (region, nM, found)
        right = run.trials()["correct"]
        assert f"before {len(right)}: {100 * np.mean(right[-50:]):.0f} % right" in head, head


def await_parts(run, out):
    """Until a run has begun to record."""
    while not os.path.exists(os.path.join(out, "parts", "rank-00000.part")):
        assert run.poll() is None
        time.sleep(0.05)


def a_run_is_followed_to_its_end(folder):
    """From when it has begun."""
    out = os.path.join(folder, "followed")
    with subprocess.Popen([PHASIC, "run", QUICKSTART, "--until", "60 s", "--out", out, "--quiet"],
                          stdout=subprocess.DEVNULL) as run:
        await_parts(run, out)
        told = phasic("watch", out)
        assert run.wait() == 0
    lines = [line for line in told.splitlines() if line.startswith(out)]
    assert f"{out}  runs  " in lines[0] and "is complete" in lines[-1], told


def a_night_takes_no_time(folder):
    """Time counts it, and what is left does not. A brain that records nothing but its phases is told by them."""
    path, out = os.path.join(folder, "nights.yaml"), os.path.join(folder, "nights")
    region = os.path.join(SOURCE, "regions", "sensory_cortex", "region.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write("phases: {a: {duration: 1 h}, night: {rest: true, duration: 8 h}, b: {duration: 2 s}}\n"
                   f"regions: {{cortex: {{from: {region}, scale: 0.02}}}}\nrecording: {{rates: {{populations: all}}}}\n")
    with subprocess.Popen([PHASIC, "run", path, "--out", out, "--quiet"], stderr=subprocess.DEVNULL) as run:
        await_parts(run, out)
        with subprocess.Popen([PHASIC, "watch", out], stdout=subprocess.PIPE, text=True) as watch:
            told = next((line for line in watch.stdout if "  left " in line), "")
            watch.terminate()
        run.terminate()
    at, of, factor, left = map(float, re.search(
        r"([0-9.]+) s of ([0-9]+) s  factor ([0-9.]+)  left ([0-9]+) s", told).groups())
    assert of == 9 * 3600 + 2 and abs(left - (3602 - at) * factor) <= 0.005 * 3602 + 1, told
    phasic("run", path, "--set", "phases.a.duration=1 s", "--set", "recording.rates.populations=[]",
           "--stop-at", "28801.5 s", "--out", out, "--force", "--quiet", code=5)
    told = phasic("watch", out, "--once")
    assert "  28801.0 s of 28803 s" in told, told


def what_is_not_recorded_is_not_shown(folder):
    """No transmitter without its concentration; a report of such parts says what can be done."""
    out = os.path.join(folder, "bare")
    phasic("run", QUICKSTART, "--stop-at", "200 ms", "--out", out, "--quiet", "--set",
           "recording={rates: {populations: [pfc.E]}, modulators: {interval: 1 h}}", code=5)
    told = phasic("watch", out, "--once")
    assert "pfc" in told and "nM" not in told, told
    done = subprocess.run([os.path.join(SOURCE, "scripts", "report"), out], text=True, check=False,
                          stderr=subprocess.PIPE)
    assert done.returncode == 3 and f"phasic recover {out}" in done.stderr, done.stderr


def main():
    """Four runs; and a folder that is none."""
    with tempfile.TemporaryDirectory() as folder:
        a_stopped_run_is_told_as_it_is(folder)
        a_run_is_followed_to_its_end(folder)
        a_night_takes_no_time(folder)
        what_is_not_recorded_is_not_shown(folder)
        phasic("watch", os.path.join(folder, "nothing"), code=3)
    print("test_watch: passed")


if __name__ == "__main__":
    main()
