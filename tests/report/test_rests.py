# SPDX-License-Identifier: Apache-2.0
"""A report of a run with a night of rest in it: the hours in which nothing fires take no room on axes,
and closer looks fall where something happened."""
import os
import sys
import tempfile

import h5py
import numpy as np

sys.path.insert(0, os.path.join(os.environ["SOURCE_DIR"], "scripts"))
from phasic_run import figures, plot  # noqa: E402
from phasic_run.run import Run  # noqa: E402

HOUR = 3.6e6
CONFIG = """\
phases:
  day:
    duration: 6 s
    rest: false
  night:
    repeat: 2
    phases:
      sleep-2:
        rest: false
      sleep:
        rest: true
  morning:
    rest: false
"""
PHASES = (("day", 0, 6000), ("night-1.sleep-2", 6000, 8000), ("night-1.sleep", 8000, 8000 + HOUR),
          ("night-2.sleep-2", 8000 + HOUR, 9000 + HOUR),
          ("night-2.sleep", 9000 + HOUR, 9000 + 5 * HOUR),
          ("morning", 9000 + 5 * HOUR, 11000 + 5 * HOUR))


def make(folder):
    """Files of such a run: rates, acetylcholine and spikes while it is awake."""
    awake = np.concatenate([np.arange(b, e, 100.0) for name, b, e in PHASES
                            if not name.endswith(".sleep")])
    with h5py.File(os.path.join(folder, "run.h5"), "w") as file:
        file["provenance/configuration"] = np.array(CONFIG, "S")
        file["phases/name"] = np.array([name for name, _, _ in PHASES], "S")
        file["phases/begin_ms"] = [float(begin) for _, begin, _ in PHASES]
        file["phases/end_ms"] = [float(end) for _, _, end in PHASES]
        file["phases/trials"] = [0] * len(PHASES)
        file["populations/name"], file["populations/region"] = (
            np.array([word], "S") for word in ("pfc.E", "pfc"))
        file["populations/size"] = [10]
        file["rates/time_ms"], file["rates/pfc.E"] = awake, np.ones(len(awake))
        file["rates"].attrs["interval_ms"] = 100.0
        place = file.create_group("neuromodulators/acetylcholine/pfc")
        place["time_ms"], place["concentration_nM"] = awake, awake * 1e-3
    with h5py.File(os.path.join(folder, "spikes.h5"), "w") as file:
        file["spikes/pfc.E/timestamps"] = awake
        file["spikes/pfc.E/node_ids"] = np.arange(len(awake), dtype=np.uint64) % 10


def extent(figure, column=0):
    """The time axis of the last row: (begin, end, what stands below it)."""
    axes = [axes for axes in figure.axes if axes.get_xlabel()][column]
    found = (*axes.dataLim.intervalx, axes.get_xlabel())
    plot.plt.close(figure)
    return found


def a_run_that_starts_from_another_begins_later():
    """Its time goes on: its middle, its end and its spikes are there."""
    with tempfile.TemporaryDirectory() as folder:
        make(folder)
        with h5py.File(os.path.join(folder, "run.h5"), "r+") as file:
            del file["phases"], file["neuromodulators"], file["rates"]
            file["phases/name"] = np.array(["run"], "S")
            file["phases/begin_ms"], file["phases/end_ms"] = [5000.0], [8000.0]
            file["phases/trials"] = [0]
        with open(os.path.join(folder, "summary.json"), "w", encoding="utf-8") as file:
            file.write('{"biological_s": 3}')
        with Run(folder) as run:
            assert (run.begin_ms(), run.end_ms()) == (5000, 8000), (run.begin_ms(), run.end_ms())
            assert "from 6.0 to 7.0 s" in figures.raster(run)[1], figures.raster(run)[1]


def main():
    """The clock without rests, then each figure."""
    with tempfile.TemporaryDirectory() as folder:
        make(folder)
        with Run(folder) as run:
            assert run.rests() == [(8000.0, 8000.0 + HOUR), (9000.0 + HOUR, 9000.0 + 5 * HOUR)]
            shown = run.without_rests([7000, 8000 + HOUR / 2, 8500 + HOUR, 10000 + 5 * HOUR])
            assert shown.tolist() == [7000, 8000, 8500, 10000], shown
            made = {figure[0]: figure for figure in figures.all_figures(run)}
            assert list(made) == ["Spikes", "Rates", "Acetylcholine"], list(made)
            assert "from 3.5 to 4.5 s" in made["Spikes"][1], made["Spikes"][1]
            begin, end, label = extent(made["Rates"][3]("wide"))
            assert begin >= 0 and 10 < end <= 11.1 and label == "time without rests, s", (begin, end)
            assert "5 hours of rest take no room" in made["Rates"][1], made["Rates"][1]
            drawn = made["Acetylcholine"][3]("wide")
            closer = drawn.axes[1].lines[0].get_xdata()
            assert len(closer) > 50 and 0 <= min(closer) and max(closer) <= 8, closer
            begin, end, label = extent(drawn)
            assert begin >= 0 and 10 < end <= 11.1 and label == "time without rests, s", (begin, end)
    a_run_that_starts_from_another_begins_later()
    print("test_rests: passed")


if __name__ == "__main__":
    main()
