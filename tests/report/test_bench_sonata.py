# SPDX-License-Identifier: Apache-2.0
"""scripts/bench sonata with a small network: what it prints of spikes and memory, and what it leaves. How
fast it is depends on who else is at work, so that is not held against anything here."""
import os
import re
import subprocess
import sys
import tempfile

SOURCE, PHASIC = os.environ["SOURCE_DIR"], os.environ["PHASIC"]


def bench(*options):
    return subprocess.run([SOURCE + "/scripts/bench", "sonata", "--phasic", PHASIC, *options],
                          capture_output=True, text=True, check=False)


with tempfile.TemporaryDirectory() as folder:
    done = bench("--edges", "2e5", "--ranks", "1", "2", "--repeats", "1", "--out", folder)
    assert done.returncode in (0, 1), done.stderr
    assert re.match(r"200000 edges, \d+ MB, exported on 2 ranks in", done.stdout), done.stdout
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines()[-2:]]
    assert [row[0] for row in rows] == ["1", "2"] and all(row[8] == "yes" for row in rows), rows
    assert all(0.9 < float(row[7]) < 1.3 for row in rows), rows
    good = all(float(row[5]) >= 0.5 for row in rows)
    assert good == (done.returncode == 0), (rows, done.returncode)
    assert not os.path.exists(folder + "/net/edges.h5")
    done = bench("--edges", "1e15", "--out", folder)
    assert done.returncode == 4 and "GB are free" in done.stderr, done
print("a small network, and one that is too large")
sys.exit(0)
