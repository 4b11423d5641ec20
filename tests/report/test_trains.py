# SPDX-License-Identifier: Apache-2.0
"""Spikes as Neo's objects: every spike of spikes.h5 in the train of its neuron, silent neurons there
too; Neo's own statistics agree. Skipped without python3-neo."""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

SOURCE, PHASIC = os.environ["SOURCE_DIR"], os.environ["PHASIC"]
sys.path.insert(0, os.path.join(SOURCE, "scripts"))
try:
    import neo  # noqa: F401
except ImportError:
    print("skipped: no neo here (apt-get install python3-neo)")
    sys.exit(77)
from phasic_run.trains import segment  # noqa: E402


def main():
    """A quarter second of the quickstart."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        subprocess.run([PHASIC, "run", os.path.join(SOURCE, "configs", "quickstart.yaml"), "--until",
                        "250 ms", "--out", out, "--quiet", "--set",
                        "recording.spikes.populations=all"], check=True)
        made = segment(out)
        with h5py.File(os.path.join(out, "spikes.h5")) as file:
            for name, group in file["spikes"].items():
                times, ids = group["timestamps"][()], group["node_ids"][()]
                trains = {t.annotations["node_id"]: t for t in made.spiketrains
                          if t.annotations["population"] == name}
                assert sorted(trains) == list(range(len(trains))), name
                assert sum(len(t) for t in trains.values()) == len(times), name
                for node, train in trains.items():
                    own = train.rescale("ms").magnitude
                    assert np.array_equal(own, times[ids == node]), (name, node)
                    assert float(train.t_stop.rescale("ms")) == 250.0
        assert sum(map(len, made.spiketrains)) > 1000
    print(f"test_trains: {len(made.spiketrains)} trains")


if __name__ == "__main__":
    main()
