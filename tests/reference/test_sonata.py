# SPDX-License-Identifier: Apache-2.0
"""A SONATA network with all that the format allows, on 1 to 3 ranks, against plain formulas: the same
spikes in double, the same but for rounding in float; and the same bits however its edges are ordered
and indexed, wherever they are built, and when the run is stopped and goes on."""
import json
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

PHASIC, SOURCE = os.environ["PHASIC"], os.environ["SOURCE_DIR"]
sys.path.insert(0, SOURCE + "/tests/fixtures")
import sonata_network as fixture  # noqa: E402

IS_DOUBLE = "double" in subprocess.run([PHASIC, "--version"], capture_output=True, text=True).stdout


# Populations of a circuit in two regions: edges between them are a tract; and one projection learns.
REGIONS = """
simulation: {resolution: 0.1 ms, duration: 150 ms}
regions:
  outside:
    sonata:
      circuit: circuit.json
      populations: [input]
      node_sets: node_sets.json
      inputs: {in: {input_type: spikes, input_file: spikes.h5, node_set: playing}}
  cortex:
    sonata: {circuit: circuit.json, populations: [cells]}
    projections:
      cells_to_cells_exc: {plasticity: {type: stdp, w_max: 100 pA, learning_rate: %g}}
recording: {spikes: {populations: [cortex]}}
"""


def simulate(folder, config, ranks=1, threads=1):
    """By a path relative to the folder around that of the configuration. Returns the summary."""
    where, name = os.path.split(os.path.dirname(config))
    subprocess.run(["mpirun", "-n", str(ranks), PHASIC, "run",
                    os.path.join(name, os.path.basename(config)), "--quiet", "--threads",
                    str(threads), "--out", folder + "/out"], check=True, cwd=where)
    with open(folder + "/out/summary.json") as file:
        return json.load(file)


def spikes_of(out, population):
    """(step, node) of all spikes, in order."""
    with h5py.File(out + "/spikes.h5") as file:
        group = file["spikes"][population]
        steps = np.rint(group["timestamps"][()] / fixture.DT).astype(int).tolist()
        return list(zip(steps, group["node_ids"][()].astype(int).tolist()))


def run(config, ranks=1, threads=1):
    with tempfile.TemporaryDirectory() as folder:
        synapses = simulate(folder, config, ranks, threads)["synapses"]
        with h5py.File(folder + "/out/spikes.h5") as file:
            assert list(file["spikes"]) == ["cells"], list(file["spikes"])
        with h5py.File(folder + "/out/run.h5") as file:
            cells = file["V_m/circuit.cells/node_ids"][()].astype(int).tolist()
        return spikes_of(folder + "/out", "cells"), cells, synapses


def in_regions(network, config, learning_rate):
    """Spikes and plastic synapses of the same circuit within a configuration of phasic."""
    path = os.path.join(os.path.dirname(config), "regions.yaml")
    with open(path, "w") as file:
        file.write(REGIONS % learning_rate)
    with tempfile.TemporaryDirectory() as folder:
        plastic = simulate(folder, path, 2)["plastic_synapses"]
        return spikes_of(folder + "/out", "cortex.cells"), plastic


def resumed(config):
    """The spikes of a run that is stopped halfway and goes on, on other ranks."""
    with tempfile.TemporaryDirectory() as folder:
        out = folder + "/out"
        stopped = subprocess.run([PHASIC, "run", config, "--quiet", "--out", out, "--stop-at",
                                  "75 ms"], stderr=subprocess.DEVNULL)
        assert stopped.returncode == 5, stopped.returncode
        subprocess.run(["mpirun", "-n", "2", PHASIC, "run", "--resume", out, "--quiet"],
                       check=True)
        return spikes_of(out, "cells")


def main():
    network = fixture.Network()
    expected = sorted(network.spikes())
    draw = np.random.RandomState(1)
    orders = {"sorted": None, "by source": np.argsort(network.source, kind="stable"),
              "any": draw.permutation(fixture.EDGES)}
    reported = np.nonzero((network.layer == 2) & (network.type == 7))[0].tolist()
    good, first = True, None
    cases = [("sorted", None, 1, 1), ("sorted", "node_id_to_range", 2, 1),
             ("sorted", "node_id_to_ranges", 1, 2), ("by source", "node_id_to_range", 3, 1),
             ("any", None, 2, 2)]
    with tempfile.TemporaryDirectory() as folder:
        for order, index, ranks, threads in cases:
            config = fixture.write(folder + "/network", network, index, orders[order])
            spikes, cells, synapses = run(config, ranks, threads)
            first = first or spikes
            same = len(set(spikes) & set(expected)) / len(set(expected) | set(spikes))
            right = spikes == first and (sorted(spikes) == expected if IS_DOUBLE else same > 0.98)
            print("edges %-10s index %-18s %d ranks, %d threads: %d spikes, %.4f as expected  %s" % (
                order, index, ranks, threads, len(spikes), same, "ok" if right else "FAILED"))
            all_edges = fixture.EDGES + len(network.in_source)
            if synapses != all_edges:
                print("FAILED: %d synapses of %d edges" % (synapses, all_edges))
            good &= right and cells == reported and synapses == all_edges
        for learning_rate, is_same in ((0, True), (1, False)):
            spikes, plastic = in_regions(network, config, learning_rate)
            right = (spikes == first) == is_same and plastic == np.sum(network.weight > 0)
            print("two regions, learning rate %g: %d spikes, %d plastic synapses  %s" % (
                learning_rate, len(spikes), plastic, "ok" if right else "FAILED"))
            good &= right
        right = resumed(config) == first
        print("stopped, and gone on with on other ranks  %s" % ("ok" if right else "FAILED"))
        good &= right
    print("%d cells in the report's node set" % len(reported))
    assert len(expected) > 2000, len(expected)
    return good


sys.exit(not main())
