# SPDX-License-Identifier: Apache-2.0
"""Broken SONATA input: each case gives one clear message and a code, without a hang and without a
folder that looks complete; on two ranks as on one, where the ranks that build are those that see it."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy as np

PHASIC, SOURCE = os.environ["PHASIC"], os.environ["SOURCE_DIR"]
sys.path.insert(0, SOURCE + "/tests/fixtures")
import sonata_network as fixture  # noqa: E402

CASES = []
ON_RANKS = {"truncated_file", "index_of_others", "value_out_of_range", "spikes_of_absent",
            "unknown_model", "index_of_some", "index_of_some_in_any_order"}
EDGES, INPUT = "edges/cells_to_cells/", "edges/input_to_cells/"
INDEX = EDGES + "indices/target_to_source/"


def case(code, text, index=None, order="sorted"):
    """A function that breaks a folder, the code, and what the message says."""
    def add(function):
        CASES.append((function, code, text, "%s/%s" % (order, index)))
        return function
    return add


def edit(folder, name, change):
    with open("%s/%s" % (folder, name)) as file:
        content = json.load(file)
    change(content)
    with open("%s/%s" % (folder, name), "w") as file:
        json.dump(content, file, indent=2)


def replace(folder, name, old, new):
    with open("%s/%s" % (folder, name)) as file:
        text = file.read()
    assert old in text, (name, old)
    with open("%s/%s" % (folder, name), "w") as file:
        file.write(text.replace(old, new))


def put(folder, file, dataset, place, value):
    with h5py.File("%s/%s.h5" % (folder, file), "r+") as opened:
        opened[dataset][place] = value


def exchange(folder, file, dataset, values):
    with h5py.File("%s/%s.h5" % (folder, file), "r+") as opened:
        attributes = dict(opened[dataset].attrs)
        del opened[dataset]
        opened[dataset] = values
        opened[dataset].attrs.update(attributes)


def table(folder, name, populations):
    """A column `population`, NULL but for some rows, by their first cell."""
    with open("%s/%s" % (folder, name)) as file:
        head, *rows = file.read().splitlines()
    rows = [row + " " + populations.get(row.split()[0], "NULL") for row in rows]
    with open("%s/%s" % (folder, name), "w") as file:
        file.write("\n".join([head + " population"] + rows) + "\n")


def write_regions(folder, projection):
    """The circuit in a configuration of phasic, that has something else for a projection."""
    with open(folder + "/simulation.json", "w") as file:
        json.dump({"simulation": {"resolution": "0.1 ms", "duration": "10 ms"},
                   "regions": {"circuit": {"sonata": {"circuit": "circuit.json"},
                                           "projections": {"cells_to_cells_exc": projection}}},
                   "recording": {"spikes": {"populations": ["circuit.cells"]}}}, file)


@case(3, "edges.h5: No such file or directory")
def no_file(folder):
    os.remove(folder + "/edges.h5")


@case(3, "edges.h5: ")
def truncated_file(folder):
    os.truncate(folder + "/edges.h5", os.path.getsize(folder + "/edges.h5") // 2)


@case(3, "there are no edge populations (/edges)")
def no_edges(folder):
    with h5py.File(folder + "/edges.h5", "r+") as file:
        del file["edges"]


@case(2, "the circuit has no node population 'input'")
def no_population(folder):
    with h5py.File(folder + "/nodes.h5", "r+") as file:
        del file["nodes/input"]


@case(2, "the circuit has no node population 'sells'")
def other_population(folder):
    with h5py.File(folder + "/edges.h5", "r+") as file:
        file[EDGES + "source_node_id"].attrs["node_population"] = "sells"


@case(3, "has no attribute node_population")
def unnamed_population(folder):
    with h5py.File(folder + "/edges.h5", "r+") as file:
        del file[EDGES + "target_node_id"].attrs["node_population"]


@case(3, "edge 17 of input_to_cells has the source 40; its population has nodes 0 to 39")
def absent_source(folder):
    put(folder, "edges", INPUT + "source_node_id", 17, fixture.INPUTS)


@case(3, "edge 25999 of cells_to_cells has the target 1300; its population has nodes 0 to 1299")
def absent_target(folder):
    put(folder, "edges", EDGES + "target_node_id", fixture.EDGES - 1, fixture.CELLS)


@case(3, "edge 3 of input_to_cells has the target -5")
def negative_target(folder):
    put(folder, "edges", INPUT + "target_node_id", 3, -5)


@case(3, "edges/cells_to_cells/target_node_id holds real numbers; integers are expected")
def real_ids(folder):
    exchange(folder, "edges", EDGES + "target_node_id", np.zeros(fixture.EDGES))


@case(3, "edges/input_to_cells/0/syn_weight holds no numbers")
def texts_for_weights(folder):
    exchange(folder, "edges", INPUT + "0/syn_weight",
             np.array(["x"] * 4 * fixture.CELLS, "S1"))


@case(3, "edges/cells_to_cells/edge_type_id has 3 rows; 26000 are expected")
def short_column(folder):
    exchange(folder, "edges", EDGES + "edge_type_id", np.ones(3, "i4"))


@case(3, "edges/input_to_cells/0/syn_weight has 2 numbers in each row; 1 is expected")
def pairs_of_weights(folder):
    exchange(folder, "edges", INPUT + "0/syn_weight", np.ones((4 * fixture.CELLS, 2)))


@case(3, "nodes/cells/node_type_id has 3000 numbers in each row; 1 is expected")
def wide_types(folder):
    exchange(folder, "nodes", "nodes/cells/node_type_id",
             np.full((fixture.CELLS, 3000), 7, "i2"))


@case(3, "nodes/cells/node_id has 2000 numbers in each row; 1 is expected")
def wide_ids(folder):
    exchange(folder, "nodes", "nodes/cells/node_id",
             np.zeros((fixture.CELLS, 2000), "u4"))


@case(3, "nodes/cells/node_group_index has 2000 numbers in each row; 1 is expected")
def wide_places(folder):
    exchange(folder, "nodes", "nodes/cells/node_group_index",
             np.zeros((fixture.CELLS, 2000), "u4"))


@case(3, "dynamics_params/tau_m has 2000 numbers in each row; 1 is expected")
def wide_parameters(folder):
    exchange(folder, "nodes", "nodes/cells/2/dynamics_params/tau_m", np.full((500, 2000), 10.0))


@case(3, "/nodes/cells/0/layer has 2000 numbers in each row; 1 is expected")
def wide_attribute(folder):
    exchange(folder, "nodes", "nodes/cells/0/layer", np.zeros((1000, 2000)))


@case(3, "there is no /edges/cells_to_cells/edge_group_index")
def no_column(folder):
    with h5py.File(folder + "/edges.h5", "r+") as file:
        del file[EDGES + "edge_group_index"]


@case(3, "there is no edge type 9 of cells_to_cells")
def unknown_edge_type(folder):
    put(folder, "edges", EDGES + "edge_type_id", 100, 9)


@case(3, "cells_to_cells has no group 6")
def unknown_group(folder):
    put(folder, "edges", EDGES + "edge_group_id", 100, 6)


@case(3, "rows; row 999999 is asked for")
def beyond_group(folder):
    with h5py.File(folder + "/edges.h5", "r+") as file:
        place = int(np.nonzero(file[EDGES + "edge_group_id"][()] == 5)[0][0])
        file[EDGES + "edge_group_index"][place] = 999999


@case(3, "row 9223372036854775807 is asked for")
def largest_place(folder):
    with h5py.File(folder + "/edges.h5", "r+") as file:
        place = int(np.nonzero(file[EDGES + "edge_group_id"][()] == 5)[0][0])
        file[EDGES + "edge_group_index"][place] = 2 ** 63 - 1


@case(3, "has the weight 30; the bounds of circuit.cells_to_cells_exc end at 20")
def weight_out_of_bounds(folder):
    write_regions(folder, {"weight": "20 pA"})


@case(3, "cells_to_cells gives circuit.cells_to_cells_exc ")
def other_number_of_synapses(folder):
    write_regions(folder, {"connect": {"synapses": 10}})


@case(3, "of type 4, has no weight (syn_weight)")
def no_weight(folder):
    with h5py.File(folder + "/edges.h5", "r+") as file:
        del file[INPUT + "0/syn_weight"]


@case(3, "the index of cells_to_cells is broken", "node_id_to_range")
def index_beyond(folder):
    put(folder, "edges", INDEX + "range_to_edge_id", (5, 1), fixture.EDGES + 1)


@case(3, "the index of cells_to_cells says that edge", "node_id_to_ranges")
def index_of_others(folder):
    with h5py.File(folder + "/edges.h5", "r+") as file:
        ranges = file[INDEX + "node_id_to_ranges"]
        ranges[10], ranges[11] = ranges[11], ranges[10]


def leave_out(folder):
    with h5py.File(folder + "/edges.h5", "r+") as file:
        file[INDEX + "node_id_to_range"][100:700] = 0


def list_twice(folder):
    with h5py.File(folder + "/edges.h5", "r+") as file:
        group = file[INDEX]
        ranges, rows = group["node_id_to_range"], group["range_to_edge_id"][()]
        has = ranges[:, 0] >= 0
        ranges[...] = np.where(has[:, None], 2 * ranges[()], -1)
        del group["range_to_edge_id"]
        group["range_to_edge_id"] = np.repeat(rows, 2, axis=0)


@case(3, "the index of cells_to_cells lists 12101 edges too few", "node_id_to_range")
def index_of_some(folder):
    leave_out(folder)


@case(3, "the index of cells_to_cells does not know all edges with the target", "node_id_to_range",
      "any")
def index_of_some_in_any_order(folder):
    leave_out(folder)


@case(3, "the index of cells_to_cells lists edge 0 twice for the target 0", "node_id_to_range")
def index_of_all_twice(folder):
    list_twice(folder)


@case(3, "the index of cells_to_cells lists 26000 edges too many", "node_id_to_range", "any")
def index_of_all_twice_in_any_order(folder):
    list_twice(folder)


@case(3, "the node ids of cells are not 0 to 1299, each once: there is a ")
def id_twice(folder):
    with h5py.File(folder + "/nodes.h5", "r+") as file:
        file["nodes/cells/node_id"][5] = file["nodes/cells/node_id"][6]


@case(3, "nodes of cells have the type 8, which")
def unknown_node_type(folder):
    put(folder, "nodes", "nodes/cells/node_type_id", 2, 8)


@case(3, "of cells: tau_m = -3 ms is out of range; allowed: 0.01 .. 100000")
def value_out_of_range(folder):
    put(folder, "nodes", "nodes/cells/2/dynamics_params/tau_m", 4, -3)


@case(2, "nest:iaf_psc_alpha has no parameter 'tau_w' (known: C_m, tau_m,")
def unknown_column(folder):
    with h5py.File(folder + "/nodes.h5", "r+") as file:
        file["nodes/cells/2/dynamics_params/tau_w"] = np.ones(3)


@case(2, "fast.json: nest:iaf_psc_alpha has no parameter 'V_max' (known: C_m, tau_m,")
def unknown_parameter(folder):
    edit(folder, "models/fast.json", lambda content: content.update(V_max=3))


@case(2, "unknown model_template 'nest:izhikevich' (known: nest:iaf_psc_alpha, nest:iaf_psc_exp, "
         "nest:iaf_cond_exp, nest:glif_psc, nrn:IntFire1, phasic:MODEL)")
def unknown_model(folder):
    replace(folder, "node_types.csv", "nest:iaf_psc_alpha", "nest:izhikevich")


def glif(folder, synapse, **cell):
    """Cells of glif_psc, both types alike."""
    replace(folder, "node_types.csv", "nest:iaf_psc_alpha", "nest:glif_psc")
    with h5py.File(folder + "/nodes.h5", "r+") as file:
        del file["nodes/cells/2/dynamics_params"]
    for name, content in (("fast", cell), ("slow", cell), ("none", synapse)):
        with open("%s/models/%s.json" % (folder, name), "w") as file:
            json.dump(content, file)


@case(2, "ends on nest:glif_psc, but its dynamics_params have no receptor_type")
def no_receptor(folder):
    glif(folder, {})


@case(2, "none.json: receptor_type is 5; it is a number from 1 to 4")
def other_receptor(folder):
    glif(folder, {"receptor_type": 5})


@case(2, "tau_syn has 5 values; nest:glif_psc has 4 here")
def long_list(folder):
    glif(folder, {"receptor_type": 1}, tau_syn=[1.0, 2.0, 3.0, 4.0, 5.0])


@case(2, "asc_decay has 2 values and asc_amps 1; after-spike currents have one of each")
def short_list(folder):
    glif(folder, {"receptor_type": 1}, after_spike_currents=True, asc_amps=[-5.0])


@case(2, "tau_syn: a list of numbers is expected")
def no_list(folder):
    glif(folder, {"receptor_type": 1}, tau_syn=2.0)


@case(2, "asc_init can only be 0 here")
def begun_currents(folder):
    glif(folder, {"receptor_type": 1}, asc_init=[0.0, 3.0])


@case(3, "of cells: V_init = 400 mV is out of range; allowed: -200 .. 200")
def start_out_of_range(folder):
    with h5py.File(folder + "/nodes.h5", "r+") as file:
        index = file["nodes/cells/node_group_index"][1]
        group = file["nodes/cells/%d" % file["nodes/cells/node_group_id"][1]]
        start = np.full(file["nodes/cells/node_type_id"].size, -70.0)
        start[index] = 400.0
        group["dynamics_params/V_m"] = start


@case(2, "adapting_threshold: true or false is expected")
def no_flag(folder):
    glif(folder, {"receptor_type": 1}, adapting_threshold=2)


@case(2, "unknown model_template 'phasic:izhikevitch' (known: nest:iaf_psc_alpha,")
def unknown_own_model(folder):
    replace(folder, "node_types.csv", "nest:iaf_psc_alpha", "phasic:izhikevitch")


@case(2, "edges of cells_to_cells are for the receptor 'ampa', which nest:iaf_psc_alpha does not have")
def unknown_receptor(folder):
    with h5py.File(folder + "/edges.h5", "r+") as file:
        file[EDGES].attrs["receptor"] = "ampa"


@case(2, "missing key 'configuration'")
def own_part_without_file(folder):
    edit(folder, "simulation.json", lambda content: content.update(phasic={}))


@case(3, "none.yaml: No such file")
def own_part_missing(folder):
    edit(folder, "simulation.json",
         lambda content: content.update(phasic={"configuration": "none.yaml"}))


@case(2, "unknown model_type 'biophysical' (known: point_neuron, point_process, virtual)")
def unknown_kind(folder):
    replace(folder, "node_types.csv", "point_process", "biophysical")


@case(2, "node population cells mixes models")
def mixed_models(folder):
    replace(folder, "node_types.csv", "point_process nest:iaf_psc_alpha",
            "point_process nrn:IntFire1")


@case(2, "unknown model_template 'stdp_synapse' (known: static_synapse)")
def unknown_synapse(folder):
    replace(folder, "edge_types.csv", "1 1.5 30.0 * static_synapse", "1 1.5 30.0 * stdp_synapse")


@case(3, "edge_types.csv:3: 5 values for 6 columns")
def ragged_table(folder):
    replace(folder, "edge_types.csv", "2 9.0 1000", "2 9.0")


@case(3, "node_types.csv:4: node_type_id 3 stands in line 2, too")
def node_type_twice(folder):
    replace(folder, "node_types.csv", "outside NULL 1 virtual NULL",
            "slow fast.json 3 point_neuron nest:iaf_psc_alpha\noutside NULL 1 virtual NULL")


@case(3, "edge_types.csv:6: edge_type_id 2 stands in line 3, too")
def edge_type_twice(folder):
    table(folder, "edge_types.csv", {"1": "cells_to_cells", "2": "NULL"})
    with open(folder + "/edge_types.csv", "a") as file:
        file.write("2 1.0 7 * static_synapse NULL others\n"
                   "2 1.0 7 * static_synapse NULL cells_to_cells\n")


@case(3, "nodes of cells have the type 7, which")
def type_of_others(folder):
    table(folder, "node_types.csv", {"slow": "input"})


@case(3, "delay: '9.0ms' is no number")
def unit_in_table(folder):
    replace(folder, "edge_types.csv", "2 9.0 1000", "2 9.0ms 1000")


@case(2, "the manifest's variable $MODELS contains itself")
def cyclic_manifest(folder):
    edit(folder, "circuit.json",
         lambda content: content.update(manifest={"$HERE": ".", "$MODELS": "$MODELS"}))


@case(2, "there is no variable $MODELS in the manifest")
def unknown_variable(folder):
    edit(folder, "circuit.json", lambda content: content.update(manifest={"$HERE": "."}))


@case(2, "simulation.json:")
def no_json(folder):
    replace(folder, "simulation.json", '"run": {', '"run": [')


@case(2, "there is no node set and no node population 'playin'")
def unknown_node_set(folder):
    replace(folder, "simulation.json", '"playing"', '"playin"')


@case(2, "node sets contain each other")
def cyclic_node_sets(folder):
    edit(folder, "node_sets.json", lambda content: content.update(first=["playing"]))


@case(2, "'1300' is no node of cells, which has nodes 0 to 1299")
def absent_in_node_set(folder):
    edit(folder, "node_sets.json",
         lambda content: content.update(deep={"population": "cells", "node_id": [1300]}))


@case(2, "'1300' is no node of cells, which has nodes 0 to 1299")
def absent_in_all_populations(folder):
    edit(folder, "node_sets.json", lambda content: content.update(deep={"node_id": [1300]}))


@case(2, "dt: a step of 1e-12 ms is too short")
def endless_steps(folder):
    edit(folder, "simulation.json", lambda content: content["run"].update(dt=1e-12))


@case(3, "has a spike at 9e+11 ms; allowed: 0 .. 1.7e+11")
def spike_beyond_all_runs(folder):
    edit(folder, "simulation.json", lambda content: content["run"].update(dt=0.01))
    put(folder, "spikes", "spikes/input/timestamps", 3, 9e11)


@case(3, "spikes.h5: No such file or directory")
def no_spikes(folder):
    os.remove(folder + "/spikes.h5")


@case(3, "there are spikes of node 40; the population has nodes 0 to 39")
def spikes_of_absent(folder):
    put(folder, "spikes", "spikes/input/node_ids", 7, fixture.INPUTS)


@case(3, "/spikes/input/timestamps is in 'fortnights'; ms is expected")
def unknown_time(folder):
    with h5py.File(folder + "/spikes.h5", "r+") as file:
        file["spikes/input/timestamps"].attrs["units"] = "fortnights"


@case(2, "unknown input_type 'current_clamp' (known: spikes)")
def unknown_input(folder):
    replace(folder, "simulation.json", '"spikes"', '"current_clamp"')


@case(2, "spikes are for virtual nodes; those of cells are nest:iaf_psc_alpha")
def spikes_for_cells(folder):
    replace(folder, "simulation.json", '"playing"', '"cells"')


@case(2, "a delay of 0.04 ms is shorter than the resolution, 0.1 ms")
def short_delay(folder):
    replace(folder, "edge_types.csv", "1 1.5 30.0", "1 0.04 30.0")


def start_of(folder):
    return [folder + "/simulation.json", "--out", folder + "/out", "--force"]


def is_right(name, code, text, folder, ranks, start):
    command = (["mpirun", "-n", str(ranks)] if ranks > 1 else []) + [PHASIC, "run", "--quiet"] + start
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        print("FAILED %s, %d ranks: it hangs" % (name, ranks))
        return False
    wrong = []
    if done.returncode != code:
        wrong.append("exit code %d, not %d" % (done.returncode, code))
    if done.stderr.count(text) != 1:
        wrong.append("'%s' comes %d times" % (text, done.stderr.count(text)))
    if os.path.exists(folder + "/out/summary.json"):
        wrong.append("a summary was written")
    if wrong:
        print("FAILED %s, %d ranks: %s\n%s" % (name, ranks, ", ".join(wrong), done.stderr))
    return not wrong


def is_seen_on_resume(folder):
    """Edges that are made anew, with other weights, between two parts of a run."""
    done = subprocess.run([PHASIC, "run", "--quiet", "--stop-at", "5 ms"] + start_of(folder),
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 5, (done.returncode, done.stderr)
    put(folder, "edges", EDGES + "5/syn_weight", 7, -5000)
    return is_right("other_weights_on_resume", 3, "; the bounds of circuit.cells_to_cells_inh end at",
                    folder, 1, ["--resume", folder + "/out"])


def main():
    network, good = fixture.Network(), True
    with tempfile.TemporaryDirectory() as folder:
        orders = {"sorted": None, "any": np.random.RandomState(1).permutation(fixture.EDGES)}
        for whole in {of[3] for of in CASES}:
            order, index = whole.split("/")
            fixture.write("%s/%s" % (folder, whole), network,
                          None if index == "None" else index, orders[order])
        for function, code, text, index in CASES:
            broken = "%s/%s" % (folder, function.__name__)
            shutil.copytree("%s/%s" % (folder, index), broken)
            function(broken)
            for ranks in (1, 2) if function.__name__ in ON_RANKS else (1,):
                good &= is_right(function.__name__, code, text, broken, ranks, start_of(broken))
            shutil.rmtree(broken)
        good &= is_seen_on_resume("%s/sorted/None" % folder)
    print("%d cases" % len(CASES))
    return good


sys.exit(not main())
