# SPDX-License-Identifier: Apache-2.0
"""Circuits of a few cells, of which one knows by hand what a SONATA file says: which rows of a table are
for which population, what is switched off, which nodes a set means, how many after-spike currents there
are, where cells begin."""
import json
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

PHASIC = os.environ["PHASIC"]
NODE_TYPES = """node_type_id model_type model_template dynamics_params
1 point_neuron %s cell.json
2 virtual NULL NULL
"""
EDGE_TYPES = """edge_type_id delay syn_weight dynamics_params
1 1.0 5000 syn.json
"""
INPUT = {"input_type": "spikes", "module": "h5", "input_file": "spikes.h5", "node_set": "in"}
REPORT = {"cells": "cells", "module": "membrane_report", "variable_name": "V_m"}


def write_population(file, name, n, node_type, attributes):
    group = file.create_group("nodes/" + name)
    group["node_type_id"] = np.full(n, node_type, "u4")
    group["node_group_id"] = np.zeros(n, "u4")
    group["node_group_index"] = np.arange(n)
    own = group.create_group("0")
    for key, values in attributes.items():
        own[key] = values


def write(folder, model="nest:iaf_psc_alpha", cell=None, synapse=None, attributes=None, sets=None,
          inputs=None, reports=None, node_types=None, edge_types=EDGE_TYPES, types=(1, 2),
          spikes=((1.05, 0), (2.0, 1)), stop=20.0, **simulation):
    """Four cells; each of the first two has a virtual node that makes it fire."""
    with h5py.File(folder + "/nodes.h5", "w") as file:
        write_population(file, "cells", 4, types[0], attributes or {})
        write_population(file, "in", 2, types[1], {})
    with h5py.File(folder + "/edges.h5", "w") as file:
        group = file.create_group("edges/in_to_cells")
        for side, population in (("source", "in"), ("target", "cells")):
            group[side + "_node_id"] = np.arange(2)
            group[side + "_node_id"].attrs["node_population"] = population
        group["edge_type_id"], group["edge_group_index"] = np.ones(2, int), np.arange(2)
        group["edge_group_id"] = np.zeros(2, int)
        group.create_group("0")
    with h5py.File(folder + "/spikes.h5", "w") as file:
        file["spikes/in/timestamps"] = np.array([time for time, _ in spikes], float)
        file["spikes/in/node_ids"] = np.array([node for _, node in spikes], "u8")
    files = {"cell": cell or {}, "syn": synapse or {}, "node_sets": sets or {},
             "circuit": {"networks": {
                 "nodes": [{"nodes_file": "nodes.h5", "node_types_file": "node_types.csv"}],
                 "edges": [{"edges_file": "edges.h5", "edge_types_file": "edge_types.csv"}]},
                 "components": {"point_neuron_models_dir": ".", "synaptic_models_dir": "."}},
             "simulation": dict({"run": {"tstop": stop, "dt": 0.1}, "network": "circuit.json",
                                 "node_sets_file": "node_sets.json",
                                 "inputs": {"x": INPUT} if inputs is None else inputs,
                                 "reports": reports or {}}, **simulation)}
    texts = {name + ".json": json.dumps(content) for name, content in files.items()}
    texts["node_types.csv"] = node_types or NODE_TYPES % model
    texts["edge_types.csv"] = edge_types
    for name, text in texts.items():
        with open("%s/%s" % (folder, name), "w") as file:
            file.write(text)
    return folder + "/simulation.json"


def phasic(*words):
    return subprocess.run([PHASIC, *words], capture_output=True, text=True, check=False)


def run(folder, settings=(), **circuit):
    """Spikes (ms, node), and the potentials of the report if there is one."""
    words = [word for setting in settings for word in ("--set", setting)]
    done = phasic("run", write(folder, **circuit), "--quiet", "--force", "--out", folder + "/out",
                  *words)
    assert done.returncode == 0, done.stderr
    with h5py.File(folder + "/out/spikes.h5") as file:
        group = file["spikes/cells"]
        spikes = list(zip(np.round(group["timestamps"][()], 4).tolist(), group["node_ids"][()].tolist()))
    V_m = None
    if circuit.get("reports"):
        with h5py.File(folder + "/out/r.h5") as file:
            V_m = file["report/cells/data"][()]
    return spikes, V_m


def nodes_of(folder, wanted, attributes=None, node_types=None):
    """The cells of a report whose set asks for an attribute, or what is said of it."""
    sets = {"some": dict({"population": "cells"}, **wanted)}
    config = write(folder, sets=sets, attributes=attributes, node_types=node_types,
                   reports={"r": dict(REPORT, cells="some")}, stop=1.0)
    done = phasic("run", config, "--quiet", "--force", "--out", folder + "/out")
    if done.returncode != 0:
        return done.stderr
    with h5py.File(folder + "/out/r.h5") as file:
        return file["report/cells/mapping/node_ids"][()].tolist()


def refused(folder, **circuit):
    done = phasic("check", write(folder, **circuit))
    return done.stderr if done.returncode else ""


# --- what is tested ---------------------------------------------------------------------------------

def tables_for_several_populations(folder):
    """One id in both populations, one edge type of others: rows are chosen by the column."""
    rows = ["100 cells point_neuron nest:iaf_psc_alpha cell.json", "100 in virtual NULL NULL"]
    edges = ["1 others 1.0 7 syn.json", "1 in_to_cells 1.0 5000 syn.json"]
    expected = run(folder)[0]
    assert {node for _, node in expected} == {0, 1}
    for order in (1, -1):
        found = run(folder, types=(100, 100), node_types="\n".join(
            ["node_type_id population model_type model_template dynamics_params"] + rows[::order]),
                    edge_types="\n".join(["edge_type_id population delay syn_weight dynamics_params"] +
                                         edges[::order]))[0]
        assert found == expected, (order, found)


def inputs_that_are_off(folder):
    assert run(folder, inputs={"x": dict(INPUT, enabled=False)})[0] == []
    assert run(folder, inputs={"x": dict(INPUT, enabled=True)})[0] != []
    assert "enabled: true or false is expected" in refused(folder,
                                                           inputs={"x": dict(INPUT, enabled="no")})


def one_after_spike_current(folder):
    """A list of one is one current; a second that nothing is added to changes nothing."""
    lists = {"asc_init": [0.0, 0.0], "asc_decay": [0.01, 0.1], "asc_amps": [-5.0, 0.0], "asc_r": [1.0, 1.0]}
    for_all = dict(V_th=-60.0, E_L=-78.85, after_spike_currents=True)
    V_m = [run(folder, model="nest:glif_psc", synapse={"receptor_type": 1}, reports={"r": REPORT},
               cell=dict(for_all, **{key: values[:n] for key, values in lists.items()}))[1]
           for n in (1, 2)]
    assert np.std(V_m[1][:, 0]) > 0 and np.array_equal(V_m[0], V_m[1])


def node_sets_that_compare(folder):
    attributes = {"layer": np.array([1, 2, 3, 2], "u4"), "depth": np.array([0.1, 0.3, 0.25, 0.7], "f4"),
                  "name": np.array(["a", "b", "c", "b"], "S1")}
    cases = {"1": ({"layer": {"$gt": 1}}, [1, 2, 3]), "2": ({"layer": {"$gte": 2, "$lt": 3}}, [1, 3]),
             "3": ({"layer": {"$lte": 1}}, [0]), "4": ({"layer": {"$gt": 2.5}, "name": "c"}, [2]),
             "5": ({"depth": {"$gt": 0.3}}, [3]), "6": ({"depth": {"$gte": 0.3}}, [1, 3]),
             "7": ({"node_type_id": {"$lt": 2}, "layer": 2}, [1, 3]),
             "regex": ({"name": {"$regex": "a"}}, "unknown operator '$regex' of a node set (known: $gt"),
             "text": ({"name": {"$gt": 1}}, "nodes have the text 'a', which is compared with no number"),
             "word": ({"layer": {"$gt": "1"}}, "$gt: a number is expected"),
             "deep": ({"layer": [{"$gt": 1}]}, "a number, a text or a list of them is expected"),
             "id": ({"node_id": {"$lt": 2}}, "node_id: a value or a list of values is expected")}
    for name, (wanted, expected) in cases.items():
        found = nodes_of(folder, wanted, attributes)
        right = found == expected if isinstance(expected, list) else expected in found
        assert right, (name, found)


def node_sets_of_flags_and_floats(folder):
    flags = np.array([1, 0, 1, 0], "i1")
    attributes = {"flag": flags, "enum": flags.astype(bool), "depth": np.array([0.1, 0.3, 0.25, 0.1], "f4"),
                  "word": np.array(["true", "1", "no", "true"], "S4")}
    cases = [({"flag": True}, [0, 2]), ({"flag": False}, [1, 3]), ({"enum": True}, [0, 2]),
             ({"flag": "true"}, "no nodes"), ({"word": "true"}, [0, 3]), ({"depth": 0.1}, [0, 3]),
             ({"depth": [0.3, 0.25]}, [1, 2]), ({"depth": 0.1000001}, "no nodes")]
    for wanted, expected in cases:
        found = nodes_of(folder, wanted, attributes)
        right = found == expected if isinstance(expected, list) else expected in found
        assert right, (wanted, found)


def spikes_at_the_begin(folder):
    """Input at 0 is there, a step after the begin; with times to the nearest step, too."""
    for spikes, settings in ((((0.0, 0), (0.0, 1)), ()),
                             (((0.03, 0), (0.04, 1)), ["regions.circuit.sonata.spike_times=nearest"])):
        at_zero = run(folder, settings, spikes=spikes)[0]
        later = run(folder, settings, spikes=((0.1, 0), (0.1, 1)))[0]
        assert len(at_zero) >= 2 and at_zero == later, (at_zero, later)


def reports_from_and_to(folder):
    """The rows of a report between two times are those that it has without them."""
    whole = run(folder, reports={"r": REPORT})[1]
    part = run(folder, reports={"r": dict(REPORT, start_time=10.0, end_time=12.0, dt=0.5)})[1]
    with h5py.File(folder + "/out/r.h5") as file:
        start, stop, step = file["report/cells/mapping/time"][()]
    assert (start, step, len(part)) == (10.0, 0.5, 5) and abs(stop - 12.5) < 1e-9
    rows = len(whole) - 1 - np.array([100, 95, 90, 85, 80])  # the last row is at 20 ms
    assert np.array_equal(part, whole[rows])


def short_simulations(folder):
    """A run is as long as the simulation says, also below two of the usual beats."""
    for stop in (0.2, 1.0, 5.0, 7.0, 10.0):
        rows = run(folder, reports={"r": REPORT}, stop=stop)[1]
        assert len(rows) in (round(stop / 0.1), round(stop / 0.1) + 1), (stop, len(rows))


def large_node_sets(folder):
    """A file of node sets of more than 16 MB and of more values than a configuration may have."""
    sets = {"padding": {"population": "cells", "node_id": [0] * 1200000, "note": "x" * 16000000},
            "some": {"population": "cells", "node_id": [1, 3]}}
    run(folder, sets=sets, reports={"r": dict(REPORT, cells="some")}, stop=1.0)
    with h5py.File(folder + "/out/r.h5") as file:
        assert file["report/cells/mapping/node_ids"][()].tolist() == [1, 3]


def where_cells_begin(folder):
    """V_m of a type; without it NEST's, whatever E_L is: then it decays to E_L."""
    models = {"nest:iaf_psc_alpha": (-70.0, 10.0), "nest:iaf_psc_exp": (-70.0, 10.0),
              "nest:iaf_cond_exp": (-70.0, 250 / 16.6667), "nest:glif_psc": (-78.85, 58.72 / 9.43)}
    for model, (begin, tau) in models.items():
        for V_m in (None, -62.0):
            cell = dict(E_L=-66.0, **({} if V_m is None else {"V_m": V_m}))
            found = run(folder, model=model, cell=cell, synapse={"receptor_type": 1}, inputs={},
                        reports={"r": REPORT})[1][:, 0]
            steps = np.arange(200 - len(found) + 1, 201)
            expected = -66.0 + ((begin if V_m is None else V_m) + 66.0) * np.exp(-0.1 * steps / tau)
            assert np.allclose(found, expected, atol=1e-3), (model, V_m, found[:3], expected[:3])


def cells_of_a_population_begin_apart(folder):
    """V_m by type; V_m of each node beats it; V_init on top beats both; exported and taken in again
    they begin there, too."""
    table = NODE_TYPES % "nest:iaf_psc_alpha" + "3 point_neuron nest:iaf_psc_alpha NULL\n"
    circuit = {"cell": {"V_m": -62.0, "E_L": -66.0}, "node_types": table, "types": ([1, 3, 3, 1], 2),
               "inputs": {}, "reports": {"r": dict(REPORT, start_time=0.0)}, "stop": 1.0}
    each = {"dynamics_params/V_m": np.array([-60.0, -61.5, -63.0, -56.25])}
    on_top = ["regions.circuit.populations.cells.V_init=-65 mV"]
    E_L = np.array([-66.0, -70.0, -70.0, -66.0])
    for attributes, settings, begin in ((None, [], [-62.0, -70.0, -70.0, -62.0]),
                                        (each, [], each["dynamics_params/V_m"]),
                                        (each, on_top, [-65.0] * 4)):
        found = run(folder, settings, attributes=attributes, **circuit)[1]
        steps = np.arange(10 - len(found) + 1, 11)[:, None]
        expected = E_L + (np.array(begin) - E_L) * np.exp(-0.1 * steps / 10.0)
        assert np.allclose(found, expected, atol=1e-3), (begin, found[:2], expected[:2])
        words = [word for setting in settings for word in ("--set", setting)]
        done = phasic("export", "sonata", folder + "/simulation.json", folder + "/copy", "--force", *words)
        assert done.returncode == 0, done.stderr
        done = phasic("run", folder + "/copy/simulation_config.json", "--quiet", "--force", "--out",
                      folder + "/again")
        assert done.returncode == 0, done.stderr
        with h5py.File(folder + "/again/r.h5") as file:
            assert np.array_equal(file["report/cells/data"][()], found), begin


TESTS = [tables_for_several_populations, inputs_that_are_off, one_after_spike_current,
         node_sets_that_compare, node_sets_of_flags_and_floats, spikes_at_the_begin,
         reports_from_and_to, short_simulations, where_cells_begin,
         cells_of_a_population_begin_apart, large_node_sets]


def main():
    good = True
    for test in TESTS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(folder)
                print("%-40s ok" % test.__name__.replace("_", " "))
            except AssertionError as error:
                print("%-40s FAILED: %s" % (test.__name__.replace("_", " "), error))
                good = False
    return good


sys.exit(not main())
