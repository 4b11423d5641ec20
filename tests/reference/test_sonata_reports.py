# SPDX-License-Identifier: Apache-2.0
"""Reports of a SONATA simulation: files as libsonata and BMTK read them, with the potentials and the
weights that run.h5 has, for the nodes of a set, at the times that were asked for; the same from any number
of ranks; those of an earlier run go when its folder is written again."""
import filecmp
import json
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

PHASIC, SOURCE = os.environ["PHASIC"], os.environ["SOURCE_DIR"]

# Two populations of which one learns; V_m of all of it is in run.h5.
CONFIG = """
simulation: {resolution: 0.1 ms, seed: 2}
regions:
  r:
    populations:
      E: {size: 70, neuron: {type: iaf_psc_exp}, stimuli: {p: {type: poisson, rate: 9000 Hz, weight: 120 pA}}}
      A: {size: 30, neuron: {type: adex}, stimuli: {d: {type: dc, amplitude: 800 pA}}}
    projections:
      E_E: {source: E, target: E, receptor: exc, connect: {type: fixed_indegree, indegree: 8}, weight: 40 pA,
            delay: {type: uniform, min: 1 ms, max: 3 ms}, plasticity: {type: stdp, w_max: 90 pA, learning_rate: 1}}
      E_A: {source: E, target: A, receptor: exc, connect: {type: fixed_indegree, indegree: 5},
            weight: {type: normal, mean: 2 nS, sd: 0.3 nS, min: 0 nS}, delay: 1 ms,
            plasticity: {type: stdp, w_max: 5 nS, learning_rate: 1}}
phases: {one: {duration: 30 ms}, two: {duration: 30 ms}}
recording:
  spikes: {populations: all}
  V_m: {populations: [r.E, r.A], cells: 100, interval: 0.5 ms}
  weights: {tracts: all, at: phase_end}
"""
REPORTS = {
    "potentials": {"cells": "some", "module": "membrane_report", "variable_name": "V_m", "dt": 1.5},
    "every": {"cells": "r.A", "module": "multimeter_report", "variable_name": "v", "dt": 0.5,
              "file_name": "all_of_A.h5"},
    "learnt": {"cells": "some", "module": "syn_report", "variable_name": "syn_weight"},
    "not": {"cells": "r.A", "module": "membrane_report", "variable_name": "V_m", "enabled": False},
}
SETS = {"some": ["few", "one"], "few": {"population": "r.E", "node_id": [3, 4, 5, 60]},
        "one": {"population": "r.A", "node_id": [7]}}
CELLS = {"r.E": [3, 4, 5, 60], "r.A": [7]}


def phasic(*words, ranks=1):
    done = subprocess.run(["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks), PHASIC,
                           *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def write(folder):
    """An exported network with reports. Returns its simulation's path."""
    with open(folder + "/config.yaml", "w") as file:
        file.write(CONFIG)
    code, said = phasic("export", "sonata", folder + "/config.yaml", folder + "/net")
    assert code == 0, said
    path = folder + "/net/simulation_config.json"
    with open(path) as file:
        simulation = json.load(file)
    simulation["reports"] = REPORTS
    for name, content in (("simulation_config", simulation), ("node_sets", None)):
        with open(folder + "/net/%s.json" % name) as file:
            content = content or dict(json.load(file), **SETS)
        with open(folder + "/net/%s.json" % name, "w") as file:
            json.dump(content, file)
    return path


def is_variable(thing, key, value):
    """A text of variable length: older libsonata reads no others."""
    return thing.attrs[key] == value and thing.attrs.get_id(key).get_type().is_variable_str()


def check_mapping(group, elements):
    """As both readers have it. Returns nodes, and the time of each row."""
    mapping = group["mapping"]
    first = mapping["index_pointers"][()]
    assert (mapping["index_pointer"][()] == first).all()
    nodes = mapping["node_ids"][()]
    assert len(first) == len(nodes) + 1 and first[0] == 0 and first[-1] == elements
    assert len(mapping["element_ids"]) == len(mapping["element_pos"]) == elements
    start, stop, step = mapping["time"][()]
    assert is_variable(mapping["time"], "units", "ms")
    times = start + step * np.arange(len(group["data"]))
    assert abs(times[-1] + step - stop) < 1e-6
    assert group["data"].dtype == np.float32
    return nodes, times


def check_potentials(path, run, cells, every):
    with h5py.File(path) as file, h5py.File(run) as whole:
        assert file.attrs["magic"] == 0x0A7A and list(file.attrs["version"]) == [0, 1]
        assert sorted(file["report"]) == sorted(cells)
        for name, ids in cells.items():
            group, all_of_it = file["report"][name], whole["V_m"][name]
            nodes, times = check_mapping(group, len(ids))
            rows = np.isclose(np.mod(all_of_it["time_ms"][()] + 1e-9, every), 0, atol=1e-6)
            assert list(nodes) == ids
            assert np.allclose(times, all_of_it["time_ms"][()][rows])
            columns = np.searchsorted(all_of_it["node_ids"][()], ids)
            expected = all_of_it["data"][()][rows][:, columns].astype(np.float32)
            assert np.array_equal(group["data"][()], expected) and np.std(expected) > 0
            assert is_variable(group["data"], "units", "mV")


def check_weights(path, run):
    moved = 0
    with h5py.File(path) as file, h5py.File(run) as whole:
        for name, projection in (("r.E", "r.E_E"), ("r.A", "r.E_A")):
            group = file["report"][name]
            moments = [whole["weights"][projection][key] for key in sorted(whole["weights"][projection])]
            kept = [np.isin(moment["target"][()], CELLS[name]) for moment in moments]
            nodes, times = check_mapping(group, int(np.sum(kept[0])))
            assert list(nodes) == CELLS[name] and list(times) == [0, 30, 60]
            order = [np.lexsort((moment["weight"][()][keep], moment["delay"][()][keep],
                                 moment["source"][()][keep], moment["target"][()][keep]))
                     for moment, keep in zip(moments, kept)]
            expected = [moment["weight"][()][keep][by] for moment, keep, by in zip(moments, kept, order)]
            assert np.array_equal(group["data"][()], np.array(expected, np.float32))
            assert np.array_equal(group["source_node_ids"][()],
                                  moments[0]["source"][()][kept[0]][order[0]])
            assert {group["addresses"][()][i] for i in group["projections"][()]} == {projection.encode()}
            first = group["mapping/index_pointers"][()]
            assert set(np.diff(first)) == {8 if name == "r.E" else 5}
            moved += np.sum(expected[0] != expected[-1])
    assert moved > 0


def refused(path):
    """A report that cannot be had is an error that says so."""
    good = True
    with open(path) as file:
        simulation = json.load(file)
    cases = {"unknown module 'ecp'": {"module": "ecp"},
             "unknown variable_name 'Ca' of a report (known: V_m, v)": {"variable_name": "Ca"},
             "there is no node set and no node population 'none'": {"cells": "none"},
             "another file of the run is named run.h5": {"file_name": "run.h5"},
             "a name in the run's folder is expected": {"file_name": "../V.h5"},
             "rows are a step of the simulation apart, or more": {"dt": 0.01},
             "dt: rows are whole steps of the simulation (0.1 ms) apart": {"dt": 0.25},
             "start_time: rows are at whole multiples of dt, 1.5 ms": {"start_time": 1.0},
             "end_time is after start_time, which is 0 ms or more": {"start_time": 30, "end_time": 15},
             "weights are reported for all of the run": dict(REPORTS["learnt"], end_time=30)}
    for message, change in cases.items():
        simulation["reports"] = {"potentials": dict(REPORTS["potentials"], **change)}
        with open(path, "w") as file:
            json.dump(simulation, file)
        code, said = phasic("check", path)
        if code not in (2, 3) or message not in said:
            print("FAILED: %s: %d %s" % (change, code, said))
            good = False
    return good


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder)
        outs = [folder + "/one", folder + "/two"]
        for ranks, out in enumerate(outs, 1):
            code, said = phasic("run", path, "--quiet", "--out", out, ranks=ranks)
            assert code == 0, said
        names = sorted(set(os.listdir(outs[0])) - {"config.yaml", "summary.json", "run.h5", "spikes.h5"})
        assert names == ["all_of_A.h5", "learnt.h5", "potentials.h5"], names
        assert all(filecmp.cmp(outs[0] + "/" + name, outs[1] + "/" + name, shallow=False)
                   for name in names)
        check_potentials(outs[0] + "/potentials.h5", outs[0] + "/run.h5", CELLS, 1.5)
        check_potentials(outs[0] + "/all_of_A.h5", outs[0] + "/run.h5", {"r.A": list(range(30))}, 0.5)
        check_weights(outs[0] + "/learnt.h5", outs[0] + "/run.h5")
        with h5py.File(outs[0] + "/spikes.h5") as file:
            assert all(is_variable(group["timestamps"], "units", "ms") for group in file["spikes"].values())
        with h5py.File(folder + "/net/edges.h5") as file:
            assert all(is_variable(edges[side + "_node_id"], "node_population", "r.E")
                       for edges in file["edges"].values() for side in ("source",))
        print("potentials of two sets and weights of one  ok")
        code, said = phasic("run", folder + "/config.yaml", "--quiet", "--force", "--out", outs[0])
        assert code == 0, said
        left = set(os.listdir(outs[0])) & set(names)
        print("reports of an earlier run  %s" % ("are still there: FAILED" if left else "ok"))
        good = refused(path)
        print("what is refused  %s" % ("ok" if good else "FAILED"))
        return good and not left


sys.exit(not main())
