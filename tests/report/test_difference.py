# SPDX-License-Identifier: Apache-2.0
"""scripts/compare: two layouts of one run are the same; another weight is told with its key, and with
the first spike that differs, found here by looking at every spike; a missing run is an error."""
import io
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

SOURCE, PHASIC = os.environ["SOURCE_DIR"], os.environ["PHASIC"]
sys.path.insert(0, os.path.join(SOURCE, "scripts"))
from phasic_run import difference  # noqa: E402
from phasic_run.run import Run  # noqa: E402

BRAIN = """\
simulation: {duration: 200 ms}
regions:
  r:
    populations:
      A:
        size: 50
        neuron: {type: iaf_psc_exp}
        stimuli: {in: {type: poisson, rate: 8000 Hz, weight: 90 pA, receptor: exc}}
      B: {like: A, size: 30}
recording: {spikes: {populations: all}}
"""


def compared(*folders):
    """(exit code, what it prints)"""
    done = subprocess.run([os.path.join(SOURCE, "scripts", "compare"), *folders],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def table(folder, population):
    """[(time, id)] of a population."""
    with h5py.File(os.path.join(folder, "spikes.h5")) as file:
        group = file["spikes"][population]
        return list(zip(group["timestamps"][()].tolist(), group["node_ids"][()].tolist()))


def runs_are_told_apart(folder):
    """By their first spike that differs and the key that made it."""
    one, again, other = (os.path.join(folder, name) for name in ("one", "again", "other"))
    code, text = compared(one, again)
    assert code == 0 and "the same: configuration, spikes" in text, text
    code, text = compared(one, other)
    assert code == 1, text
    assert "regions.r.populations.B.stimuli.in.weight: 90 pA | 95 pA" in text, text
    assert "spike_hash" in text and "r.A" not in text, text
    left, right = table(one, "r.B"), table(other, "r.B")
    i = next(i for i, (x, y) in enumerate(zip(left, right)) if x != y)
    assert (f"{len(left)} | {len(right)} spikes; the first that differs is its number {i}: neuron "
            f"{left[i][1]} at {left[i][0]:.5g} ms | neuron {right[i][1]} at {right[i][0]:.5g} ms"
            ) in text, text
    assert f"the same until {min(left[i][0], right[i][0]):.5g} ms" in text, text


def a_difference_is_found_beyond_a_chunk():
    """And NaN is like NaN."""
    a = np.array([1.0, np.nan, 3.0, 4.0, 5.0])
    for i in range(5):
        b = a.copy()
        b[i] = -1
        assert difference.first_difference((a,), (b,), chunk=2) == i
    assert difference.first_difference((a,), (a.copy(),), chunk=2) is None
    assert difference.first_difference((a,), (a[:3],), chunk=2) is None


def a_run_that_is_the_beginning_of_another_differs(folder):
    """In the spikes that it lacks."""
    path = os.path.join(folder, "again", "spikes.h5")
    with h5py.File(path, "r+") as file:
        group = file["spikes"]["r.A"]
        for name in ("timestamps", "node_ids"):
            kept = group[name][:-3]
            del group[name]
            group[name] = kept
    with Run(os.path.join(folder, "one")) as a, Run(os.path.join(folder, "again")) as b:
        found = difference.compare(a, b)
    assert "no more spikes" in found["spikes"][1] and not found["trials"], found
    out = io.StringIO()
    difference.show(found, 10, out)
    assert "the same: configuration, trials" in out.getvalue(), out.getvalue()


class Made:
    """A run: one population's spikes, and trials."""

    def __init__(self, times, columns):
        ids = np.zeros(len(times), dtype=np.uint64)
        self.spikes_file = {"spikes": {"r.A": {"timestamps": np.array(times), "node_ids": ids}}}
        self.columns = {name: np.array(values) for name, values in columns.items()}

    def trials(self):
        """Columns by name."""
        return self.columns


def late_times_are_told_apart():
    """A step apart after twenty minutes; of a trial, what differs alone: NaN is like NaN."""
    a = Made([5.0, 1234567.8], {"time_ms": [1234567.75], "value": [np.nan], "action": [0]})
    b = Made([5.0, 1234567.9], {"time_ms": [1234568.0], "value": [np.nan], "action": [0]})
    lines = difference.spikes(a, b)
    assert lines[0] == "the same until 1234567.8 ms", lines
    assert "at 1234567.8 ms | neuron 0 at 1234567.9 ms" in lines[1], lines
    lines = difference.trials(a, b)
    assert lines == ["trial 0 is the first that differs: time_ms 1234567.75 | 1234568.0"], lines


def main():
    """Three runs, and what is said of them."""
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "brain.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(BRAIN)
        for name, more in (("one", []), ("again", ["--threads", "2"]),
                           ("other", ["--set", "regions.r.populations.B.stimuli.in.weight=95 pA"])):
            subprocess.run([PHASIC, "run", config, "--out", os.path.join(folder, name), "--quiet",
                            *more], check=True)
        runs_are_told_apart(folder)
        a_difference_is_found_beyond_a_chunk()
        late_times_are_told_apart()
        a_run_that_is_the_beginning_of_another_differs(folder)
        code, text = compared(os.path.join(folder, "one"), os.path.join(folder, "none"))
        assert code == 2 and "no such folder" in text, text
    print("test_difference: passed")


if __name__ == "__main__":
    main()
