# SPDX-License-Identifier: Apache-2.0
"""A short run of the distal-reward experiment, with a wide window so that rewards are many: they
follow from the spikes of the two cells, dopamine is that of the paper, a yoked run hears another
one's, and two ranks give the same run. For the seeds: scripts/reproduce distal-reward."""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

PHASIC, SOURCE = os.environ["PHASIC"], os.environ["SOURCE_DIR"]
WINDOW = 200.0  # ms
COMMAND = [PHASIC, "run", SOURCE + "/configs/experiments/plasticity/distal-reward.yaml", "--quiet",
           "--until", "90 s", "--set", "task.window=%g ms" % WINDOW]


def run(out, *words, ranks=0):
    mpi = ["mpirun", "-n", str(ranks)] if ranks else []
    subprocess.run(mpi + COMMAND + ["--out", out, *words], check=True, stdout=subprocess.DEVNULL)


def spikes(out, population, cell=0):
    """Times of a cell's spikes, ms."""
    with h5py.File(out + "/spikes.h5") as file:
        group = file["spikes/" + population]
        return group["timestamps"][()][group["node_ids"][()] == cell]


def dopamine(out):
    """Concentration at the beginning of every beat, nM."""
    with h5py.File(out + "/run.h5") as file:
        return file["neuromodulators/dopamine/net/concentration_nM"][()]


def hashes(out):
    with h5py.File(out + "/run.h5") as file:
        return [file["weights/net.%s/1_to_300_s/weight" % name][()].tobytes()
                for name in ("E_E", "E_I", "pair")]


def promised(first, second):
    """Times of the second's spikes that are rewarded."""
    kept = []
    for t in second:
        before = first[first <= t]
        if len(before) and 0 < t - before[-1] < WINDOW:
            kept.append(t)
    return np.array(kept)


right = []


def check(text, good):
    print(text + ("" if good else "  FAILED"))
    right.append(bool(good))


with tempfile.TemporaryDirectory() as folder:
    own, other, parted = (folder + "/" + name for name in ("own", "other", "parted"))
    recorded = ["--set", "recording.spikes.populations=[net.E, midbrain.VTA]",
                "--set", "recording.modulators.interval=0 ms", "--seed", "1000"]
    run(own, *recorded)
    due = promised(spikes(own, "net.E", 0), spikes(own, "net.E", 1))
    with h5py.File(own + "/run.h5") as file:
        latency = file["trials/latency_ms"][()]
        onset = file["trials/time_ms"][()]
    order = np.argsort(onset)
    onset, latency = onset[order], latency[order]
    n = len(onset)
    check("%d rewards, %d pairs in order" % (n, len(due)), 10 < n <= len(due))
    # Those of the last three seconds are still to come, in any order: the rest is complete.
    seen = onset - 2  # the task's answer to the counts of a beat is in force two beats after it
    early = due[due < 86000]
    check("they follow the second cell's spikes", set(seen) <= set(due) and set(early) <= set(seen))
    check("after 1 to 3 s", latency.min() >= 1000 and latency.max() <= 3000 and
          np.ptp(latency) > 1000)
    fired = spikes(own, "midbrain.VTA")
    check("VTA fires once for each, when it is due",
          np.array_equal(np.unique(seen + latency), fired))
    level = dopamine(own)
    jumps = np.flatnonzero(np.diff(level) > 1)
    quiet = np.setdiff1d(np.flatnonzero(level[:-1] > 1e-3), jumps)
    check("dopamine decays by 0.995 a ms", np.abs(level[quiet + 1] / level[quiet] - 0.995).max()
          < 1e-6)
    check("and jumps by 500 nM a reward, two beats after VTA's spike", len(jumps) == len(fired) and
          np.abs(level[jumps + 1] - 0.995 * level[jumps] - 498.75).max() < 0.01)
    run(other, "--seed", "1001", "--set", "neuromodulation.broadcast=yoked", "--set",
        "neuromodulation.yoked=%s/run.h5" % own, "--set", "recording.modulators.interval=0 ms")
    check("a yoked run hears the same dopamine", np.array_equal(dopamine(other), level))
    run(parted, *recorded, ranks=2)
    check("two ranks: the same rewards, dopamine and weights",
          np.array_equal(dopamine(parted), level) and hashes(parted) == hashes(own))
sys.exit(not all(right))
