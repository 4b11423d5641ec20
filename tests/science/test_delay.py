# SPDX-License-Identifier: Apache-2.0
"""The delay network of regions/pfc holds which of two cues it was shown for a second after the cue's
end, at rates as in prefrontal cortex, on other seeds than it was tuned on. It is forgotten where D1
receptors are blocked; where they are driven a channel fires that was not shown: the gain's range."""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

PHASIC, SOURCE = os.environ["PHASIC"], os.environ["SOURCE_DIR"]
CELLS, INHIBITORY = 60, 30  # of a channel; shared
SPANS = {"before": (500, 1500), "held_left": (2300, 2800), "between": (3300, 4000),
         "held_right": (4800, 5300)}  # ms: late in the phases


def rates(seed, *settings):
    """{span: (left, right, inhibitory)} in Hz."""
    with tempfile.TemporaryDirectory() as folder:
        command = [PHASIC, "run", SOURCE + "/tests/fixtures/delay.yaml", "--out", folder + "/out",
                   "--seed", str(seed), "--quiet"]
        for setting in settings:
            command += ["--set", setting]
        subprocess.run(command, check=True)
        with h5py.File(folder + "/out/spikes.h5") as file:
            E, I = ({key: group[key][()] for key in ("timestamps", "node_ids")}
                    for group in (file["spikes/pfc.E"], file["spikes/pfc.I"]))
    found = {}
    for name, (begin, end) in SPANS.items():
        inside = (E["timestamps"] > begin) & (E["timestamps"] <= end)
        counts = [np.sum(E["node_ids"][inside] // CELLS == channel) / CELLS for channel in (0, 1)]
        counts.append(np.sum((I["timestamps"] > begin) & (I["timestamps"] <= end)) / INHIBITORY)
        found[name] = tuple(1e3 * count / (end - begin) for count in counts)
    return found


def is_held(found):
    """Whether each cue is told from the other at the end of its delay."""
    left, right = found["held_left"], found["held_right"]
    return left[0] > 15 and left[1] < 3 and right[1] > 15 and right[0] < 3


def show(name, found, good):
    print("%-12s %s  %s" % (name, ", ".join("%s %.1f %.1f (%.1f)" % ((span,) + found[span])
                                            for span in SPANS), "ok" if good else "FAILED"))
    return good


def main():
    right = []
    for seed in range(1, 6):
        found = rates(seed)
        rest = max(found["before"][:2] + found["between"][:2])
        held = (found["held_left"][0], found["held_right"][1])
        inhibition = max(of[2] for of in found.values())
        good = is_held(found) and rest < 4 and max(held) < 45 and 8 < inhibition < 45
        right.append(show("seed %d" % seed, found, good))
    found = rates(1, "interventions.antagonist.dose=3")
    right.append(show("D1 blocked", found, not is_held(found) and found["held_left"][0] < 5))
    found = rates(1, "interventions.agonist.dose=0.05")
    right.append(show("D1 driven", found, not is_held(found) and
                      max(found["before"][:2] + found["between"][:2]) > 15))
    return not all(right)


sys.exit(main())
