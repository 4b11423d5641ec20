# SPDX-License-Identifier: Apache-2.0
"""scripts/scaling: ratios against figures worked out by hand, and a series that is really run, added
to, and collected."""
import csv
import json
import os
import subprocess
import sys
import tempfile

SOURCE = os.environ["SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "scripts"))
from phasic_run.scaling_rows import (Row, efficiency, planned_efficiency,  # noqa: E402
                                     seeds_per_hour, speed_up)


def summary(simulate, exchange=(0, 0), build=1.0):
    """exchange: mean over ranks, and least."""
    return {"simulate_s": simulate, "build_s": build, "stages_s": {"exchange": exchange[0]},
            "stages_min_s": {"exchange": exchange[1]}}


# Within repeats the second layout is 2, 3 and 1.5 times as fast: ratios of medians would give 4/3.
one = Row("strong", (1, 1), dict(enumerate([summary(t) for t in (4, 12, 3)])), {"simulate_s": 4})
two = Row("strong", (2, 1), dict(enumerate([summary(2), summary(4), summary(2, (0.5, 0.2))])),
          {"simulate_s": 2.5})
assert speed_up(two, one) == (2, 1.5, 3), speed_up(two, one)
assert efficiency(two, one)[0] == 1 and planned_efficiency(two, one) == 0.8
weak = Row("weak", (2, 1), {0: summary(5)}, None)
assert efficiency(weak, one)[0] == 0.8 and planned_efficiency(weak, one) is None
assert speed_up(Row("strong", (4, 1), {}, None), one) is None
last = Row("strong", (2, 1), {0: summary(2, (0.5, 0.2))}, None)
assert last.transfer() == 0.2 and abs(last.waiting() - 0.3) < 1e-12
# Runs of 2 + 1 s, two of which fit on 5 cores at once.
assert seeds_per_hour(last, 5) == 2400


def scaling(*words):
    done = subprocess.run(["sh", SOURCE + "/scripts/scaling", SOURCE + "/tests/fixtures/columns.yaml",
                           "--program", os.environ["PHASIC"], *words], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def plan(*words):
    """What phasic plan says of the columns."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([os.environ["PHASIC"], "plan", SOURCE + "/tests/fixtures/columns.yaml",
                        "--json", folder + "/plan.json", *words], stdout=subprocess.DEVNULL, check=True)
        with open(folder + "/plan.json", encoding="utf-8") as file:
            return json.load(file)


def table(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


GROW = ("--grow", "regions.cortex.channels=[@0]")
with tempfile.TemporaryDirectory() as out:
    wanted = ("--strong", "1x1,2x1", "--weak", "1x1,2x1", *GROW, "--predict", "64x2", "--out", out)
    code, said = scaling(*wanted, "--repeats", "1")
    assert code == 0, said
    rows = table(out + "/strong.csv")
    assert [r["layout"] for r in rows] == ["1x1", "2x1", "64x2"], rows
    assert rows[0]["speed-up"] == "1" and rows[0]["epoch messages/s"] == "0"
    assert float(rows[1]["epoch messages/s"]) > 0 and float(rows[1]["plan s"]) > 0
    assert rows[2]["where"] == "predicted" and rows[2]["simulate s"] == ""
    assert os.path.getsize(out + "/strong.png") > 10000 and os.path.getsize(out + "/weak.png") > 10000
    first = os.stat(out + "/strong/1x1/repeat-0/summary.json").st_mtime_ns

    # Further repeats add to what there is; collecting runs nothing.
    code, said = scaling(*wanted, "--repeats", "2")
    assert code == 0 and os.stat(out + "/strong/1x1/repeat-0/summary.json").st_mtime_ns == first, said
    before = table(out + "/weak.csv")
    code, said = scaling("--collect", "--out", out)
    assert code == 0 and "repeat 0" not in said, said
    assert [r["layout"] for r in table(out + "/weak.csv")] == ["1x1", "2x1"]
    # Plans are of what was run: of brains that grew, though nobody says how they did.
    assert [r["plan s"] for r in table(out + "/weak.csv")] == [r["plan s"] for r in before[:2]]
    code, said = scaling("--collect", "--predict", "4x1", "--out", out)
    assert code == 2 and "needs its --grow" in said, said

    # Shorter runs of fewer columns stand beside a plan of the same, though --collect is not told.
    less, few = out + "/less", ("--set", "regions.cortex.channels=[5]", "--until", "15 ms")
    code, said = scaling("--strong", "1x1", "--repeats", "1", "--out", less, *few)
    assert code == 0, said
    code, said = scaling("--collect", "--out", less)
    assert code == 0, said
    rates = ("--rates", less + "/strong/1x1/repeat-0")
    planned, whole = plan(*few, *rates)["simulate_s"], plan(*rates)["simulate_s"]
    assert planned < 0.5 * whole, (planned, whole)
    assert table(less + "/strong.csv")[0]["plan s"] == f"{planned:.3g}", (planned, whole)

    # Runs of something else in the folder, a layout that fails, a wrong word.
    code, said = scaling("--strong", "1x1,4x1", "--repeats", "1", "--out", out, "--set",
                         "regions.cortex.populations.E.stimuli.drive.amplitude=900 pA")
    assert code == 2 and "differ in their spikes" in said, said
    code, said = scaling("--strong", "1x1", "--until", "5 ns", "--out", out + "/none")
    assert code == 1 and "no unit 'ns'" in said, said
    code, said = scaling("--strong", "1by1", "--out", out)
    assert code == 2 and "RANKSxTHREADS" in said, said
    # All cells spike once in 20 ms; a plan at those rates has more to do than one at 4 Hz.
    folder = out + "/strong/1x1/repeat-0"
    with open(folder + "/summary.json", encoding="utf-8") as file:
        run = json.load(file)
    assert run["populations"]["cortex.I"] == {"neurons": 200, "rate_Hz": 50}, run["populations"]
    assert run["exchange"]["epoch"]["messages"] == 0 and run["machines"] == 1
    compute = [plan(*words)["compute_s_per_biological_s"] for words in ((), ("--rates", folder))]
    assert compute[1] > 1.5 * compute[0], compute
# Nine tenths of that brain are one region: four ranks wait for one.
plan = subprocess.run([os.environ["PHASIC"], "plan", SOURCE + "/configs/quickstart.yaml",
                       "--ranks", "4", "--nodes", "2"], stdout=subprocess.PIPE, text=True,
                      check=True).stdout
assert "uneven: " in plan and "on as many cores 2 ranks x 2 threads" in plan, plan
assert "messages between machines taken as those within one" in plan, plan
print("ratios, series, collecting and refusals are right")
