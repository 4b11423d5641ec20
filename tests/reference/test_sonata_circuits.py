# SPDX-License-Identifier: Apache-2.0
"""The public example circuits of SONATA, found by PHASIC_SONATA_EXAMPLES: 300_pointneurons gives the
counts of NEST at every time, and with other conventions than NEST's those that they lead to;
300_intfire, in double, the published spikes of NEURON: its cells fire where m exceeds 1, on sums of
weights that are 1 but for their last digits, and a spike more or less begins a reverberation that does
not end; 16 bits of a weight are too few for that."""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

PHASIC, EXAMPLES = os.environ["PHASIC"], os.environ.get("PHASIC_SONATA_EXAMPLES", "")
NEURONS, INTFIRE = (EXAMPLES + "/" + name for name in ("300_pointneurons", "300_intfire"))
if not os.path.isfile(NEURONS + "/simulation_config.json"):
    print("skipped: PHASIC_SONATA_EXAMPLES names no folder with 300_pointneurons and 300_intfire")
    sys.exit(77)
IS_DOUBLE = "double" in subprocess.run([PHASIC, "--version"], capture_output=True, text=True).stdout

TIMES = [30, 100, 250, 500, 1000, 1500]  # ms
COUNTS = [251, 1188, 3431, 6654, 12454, 18828]
TYPES = {(0, 80): 1350, (80, 160): 2780, (160, 240): 7755, (240, 270): 1738, (270, 300): 5205}
OTHERWISE = {"V_init=-80mV": 18767, "delay=2ms": 18789, "spike_times=nearest": 18798,
             "autapses=false": 18764}


def run(config, population, ranks=1, settings=()):
    with tempfile.TemporaryDirectory() as folder:
        command = ["mpirun", "-n", str(ranks), PHASIC, "run", config, "--quiet", "--out",
                   folder + "/out"]
        for setting in settings:
            command += ["--set", setting]
        subprocess.run(command, check=True)
        with h5py.File(folder + "/out/spikes.h5") as file:
            group = file["spikes"][population]
            return group["timestamps"][()], group["node_ids"][()]


def is_like(found, expected):
    """Rounding moves spikes of a chaotic network, not their number."""
    return found == expected if IS_DOUBLE else abs(found - expected) <= 0.005 * expected


def check(name, good):
    print("%-60s %s" % (name, "ok" if good else "FAILED"))
    return good


def pointneurons():
    good, config = [], NEURONS + "/simulation_config.json"
    for ranks in (1, 2, 4):
        times, nodes = run(config, "internal", ranks)
        counts = [int((times <= t + 1e-6).sum()) for t in TIMES]
        types = [int(((nodes >= low) & (nodes < high)).sum()) for low, high in TYPES]
        name = "300_pointneurons, %d ranks: %s" % (ranks, counts)
        good.append(check(name, all(map(is_like, counts[-1:], COUNTS[-1:])) and (
            not IS_DOUBLE or (counts == COUNTS and types == list(TYPES.values())))))
    usual = list(zip(times, nodes))
    for setting, expected in OTHERWISE.items():
        times, found = run(config, "internal", 1, ["regions.circuit.sonata." + setting])
        differs = list(zip(times, found)) != usual  # in float the counts alone could be those of the default
        good.append(check("%s: %d" % (setting, len(times)), differs and is_like(len(times), expected)))
    times, _ = run(config, "internal", 1, ["simulation.resolution=0.1ms"])
    good.append(check("dt 0.1 ms: %d" % len(times), is_like(len(times), 18788)))
    return all(good)


def pairs(times, nodes):
    return set(zip(np.rint(times * 1000).astype(int).tolist(), nodes.astype(int).tolist()))


def intfire():
    with h5py.File(INTFIRE + "/output/spikes.h5") as file:
        group = file["spikes/v1"]
        expected = pairs(group["timestamps"][()], group["node_ids"][()])
    found = pairs(*run(INTFIRE + "/config.json", "v1", 2, ["simulation.resolution=0.001ms"]))
    shared = len(found & expected)
    name = "300_intfire: %d of %d spikes, and %d others" % (shared, len(expected),
                                                            len(found) - shared)
    return check(name, found == expected)


right = [pointneurons(), intfire() if IS_DOUBLE else True]
sys.exit(not all(right))
