# SPDX-License-Identifier: Apache-2.0
"""phasic export sonata: what is written and read again gives the same spikes and weights, bit for bit,
whatever SONATA has words for; files are the same from any number of ranks; their edges are those of a
run, and the indices find each of them; a circuit whose neurons all differ comes out as it went in."""
import csv
import filecmp
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

# Models that SONATA does and does not know, ports of all kinds, channels, spans of cells, a projection
# that draws nothing, a tract within a region, bounds closer than a quantum, rules and stimuli; in an order
# that is not the alphabet's.
MIXED = """
simulation: {resolution: 0.1 ms, seed: 5, duration: 100 ms}
regions:
  z:
    populations:
      S: {size: 90, neuron: {type: iaf_cond_exp, tau_syn_exc: 3 ms},
          stimuli: {q: {type: noise, sd: 300 pA}, p: {type: poisson, rate: 900 Hz, weight: 9 nS}}}
      G: {size: 40, neuron: {type: adex}, V_init: {type: uniform, min: -70 mV, max: -52 mV},
          stimuli: {p: {type: poisson, rate: 900 Hz, weight: 20 nS}}}
      P: {size: 20, neuron: {type: pyramidal}, stimuli: {d: {type: dc, amplitude: 600 pA}}}
    projections:
      S_S: {source: S, target: S, receptor: exc, connect: {type: fixed_indegree, indegree: 20},
            weight: {type: uniform, min: 0.5 nS, max: 0.5003 nS}, delay: {type: uniform, min: 1 ms, max: 4 ms}}
      G_S: {source: G, target: S, receptor: inh, connect: {type: pairwise_bernoulli, p: 0.3}, weight: 0 nS,
            delay: 1.3 ms, plasticity: {type: istdp, w_max: 30 nS, learning_rate: 1}}
      G_G: {source: G.0-9, target: G.5-30, receptor: inh, connect: {type: all_to_all}, weight: 0.7 nS, delay: 1 ms}
      none: {source: G, target: G, receptor: exc, connect: {type: pairwise_bernoulli, p: 1e-9}, weight: 2 nS,
             delay: 1 ms}
      S_P: {source: S, target: P, receptor: exc_apical, connect: {type: fixed_indegree, indegree: 12}, weight: 3 nS,
            delay: {type: normal, mean: 2 ms, sd: 0.5 ms, min: 0.5 ms}}
  a:
    channels: [left, right]
    populations:
      E: {size: 30, per_channel: true, neuron: {type: iaf_psc_alpha, tau_syn_exc: 1 ms}}
      I: {size: 60, neuron: {type: iaf_psc_exp, E_L: -66 mV}, V_init: -60 mV}
    projections:
      E_E: {source: E, target: E, receptor: exc, channels: same, connect: {type: fixed_total_number, total: 700},
            weight: 30 pA, delay: 1.5 ms, short_term: {U: 0.4}}
      I_E: {source: I, target: E.left, receptor: inh, connect: {type: fixed_indegree, indegree: 9},
            weight: {type: normal, mean: -40 pA, sd: 10 pA, max: 0 pA}, delay: 0.8 ms}
tracts:
  z_a: {source: z.S, target: a.E, receptor: exc, connect: {type: fixed_indegree, indegree: 30},
        weight: {type: lognormal, mean: 120 pA, sd: 40 pA}, delay: {type: uniform, min: 5 ms, max: 7 ms},
        plasticity: {type: stdp, w_max: 600 pA, learning_rate: 1}}
  back: {source: a.E, target: a.I, receptor: exc, connect: {type: one_to_one}, weight: 700 pA, delay: 6 ms}
phases:
  still: {duration: 20 ms, plasticity: frozen}
  learns: {duration: 40 ms}
recording: {weights: {tracts: [z_a], at: phase_end}}
"""

MICROCIRCUIT = SOURCE + "/configs/benchmarks/microcircuit_poisson.yaml"

CASES = { # name: (configuration, settings, ranks of the imports)
    "columns": (SOURCE + "/tests/fixtures/columns.yaml", [], (4,)),
    "interventions": (SOURCE + "/tests/fixtures/interventions.yaml", [], (2,)),
    "microcircuit": (MICROCIRCUIT, ["regions.cortex.scale=0.02", "simulation.duration=20 ms"], (1, 2)),
}


def mpirun(ranks, *words, **more):
    return subprocess.run(["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks), PHASIC,
                           *words], capture_output=True, text=True, check=False, **more)


def sets(settings):
    return [word for setting in settings for word in ("--set", setting)]


def simulate(config, out, ranks=1, settings=()):
    """Hashes and counts of a run."""
    done = mpirun(ranks, "run", config, "--quiet", "--out", out, *sets(settings))
    assert done.returncode == 0, done.stderr
    with open(out + "/summary.json") as file:
        summary = json.load(file)
    return [summary[key] for key in ("spike_hash", "weight_hash", "spikes", "synapses",
                                     "plastic_synapses")]


def export(config, out, ranks=1, settings=()):
    done = mpirun(ranks, "export", "sonata", config, out, *sets(settings))
    assert done.returncode == 0, done.stderr
    return done.stdout


def check_indices(file):
    """Both indices of every edge population list each edge once, under its node."""
    count = 0
    for name, edges in file["edges"].items():
        for side, index in (("target", "target_to_source"), ("source", "source_to_target")):
            ids = edges[side + "_node_id"][()]
            nodes = edges["indices/%s/node_id_to_range" % index][()]
            rows = edges["indices/%s/range_to_edge_id" % index][()]
            assert (edges["indices/%s/node_id_to_ranges" % index][()] == nodes).all()
            owner = np.full(len(ids), -1)
            for node, (first, last) in enumerate(nodes):
                for begin, end in rows[first:last]:
                    assert (owner[begin:end] == -1).all(), (name, index, node)
                    owner[begin:end] = node
            assert (owner == ids).all(), (name, index)
        assert (np.diff(edges["target_node_id"][()].astype(int)) >= 0).all()
        assert (edges["edge_group_index"][()] == np.arange(len(ids))).all()
        assert not edges["edge_group_id"][()].any()
        count += len(ids)
    return count


def check_recorded(file, run):
    """A plastic projection's edges are the weights that the run had before it learnt."""
    edges = file["edges/z_a"]
    known = [edges[key][()] for key in ("source_node_id", "target_node_id", "0/syn_weight")]
    known[2] = known[2].astype(np.float32)  # as weights are recorded
    with h5py.File(run) as recorded:
        group = recorded["weights/z_a/0_start"]
        built = [group[key][()] for key in ("source", "target", "weight")]
    assert sorted(zip(*map(list, known))) == sorted(zip(*map(list, built)))


def there_and_back(name, config, settings, ranks, folder):
    here = folder + "/" + name
    built = simulate(config, here + "_run", 1, settings)
    export(config, here + "_1", 1, settings)
    said = export(config, here + "_3", 3, settings)
    same = all(filecmp.cmp(here + "_1/" + each, here + "_3/" + each, shallow=False)
               for each in ("edges.h5", "nodes.h5", "node_types.csv", "edge_types.csv",
                            "phasic.yaml", "simulation_config.json", "circuit_config.json"))
    read = [simulate(here + "_3/simulation_config.json", "%s_read_%d" % (here, n), n) for n in ranks]
    with h5py.File(here + "_1/edges.h5") as file:
        count = check_indices(file)
    good = same and all(each == built for each in read) and built[2] > 0
    # What an intervention cuts is in the file, but not in the run.
    good &= count >= built[3] and ("%d edges" % count) in said
    print("%-14s %6d spikes, %7d edges, on %s ranks  %s" % (name, built[2], count, ranks,
                                                         "ok" if good else "FAILED"))
    if not good:
        print(same, built, read)
    return good


def circuit_again(folder):
    """A SONATA simulation with parameters by neuron, exported and read."""
    network = fixture.Network()
    config = fixture.write(folder + "/network", network, "node_id_to_range", None)
    built = simulate(config, folder + "/in")
    export(config, folder + "/again", 2)
    read = simulate(folder + "/again/simulation_config.json", folder + "/read", 2)
    with h5py.File(folder + "/again/nodes.h5") as file:
        columns = file["nodes/cells/0/dynamics_params"]
        good = all(np.array_equal(columns[key][()], network.values[key])
                   for key in ("tau_m", "V_th", "C_m"))
    good &= built == read and built[2] > 2000
    print("a circuit whose neurons differ: %d spikes  %s" % (built[2], "ok" if good else "FAILED"))
    return good


def plain(folder):
    """Without phasic's own part the circuit is that of any reader: same edges, models known by name."""
    config = SOURCE + "/tests/fixtures/columns.yaml"
    out = folder + "/plain"
    export(config, out)
    with open(out + "/simulation_config.json") as file:
        simulation = json.load(file)
    del simulation["phasic"]
    with open(out + "/simulation_config.json", "w") as file:
        json.dump(simulation, file)
    count = simulate(out + "/simulation_config.json", out + "_run")[3]
    export(out + "/simulation_config.json", out + "_again")
    first, again = edges_of(out), edges_of(out + "_again")
    good = count == sum(map(len, first.values())) > 0 and len(first) == len(again)
    for name, edges in first.items():
        found = again["circuit." + name.replace(".", "_")]
        good &= edges.shape == found.shape and np.array_equal(edges[:, :3], found[:, :3])
        quantum = np.abs(edges[:, 3]).max() / 2 ** 14  # weights have 16 bits, or less
        good &= np.abs(edges[:, 3] - found[:, 3]).max() <= quantum and np.abs(edges[:, 3]).max() > 0
    print("without phasic.yaml: %d synapses  %s" % (count, "ok" if good else "FAILED"))
    return good


def rows_of(path):
    """A table of types as readers have it: blanks between cells, quotes doubled within quotes."""
    with open(path) as file:
        head, *rows = csv.reader(file, delimiter=" ")
    assert all(len(row) == len(head) for row in rows), (path, head, rows)
    return [dict(zip(head, row)) for row in rows]


def path_of(folder, text):
    assert text.startswith("$BASE_DIR/")
    return os.path.join(folder, text[len("$BASE_DIR/"):])


def edges_of(folder):
    """Of each edge population: source, target, delay and weight, sorted."""
    types = {int(row["edge_type_id"]): row for row in rows_of(folder + "/edge_types.csv")}
    found = {}
    with h5py.File(folder + "/edges.h5") as file:
        for name, edges in file["edges"].items():
            ids = [edges[side + "_node_id"][()] for side in ("source", "target")]
            row = types[int(edges["edge_type_id"][0])]
            values = [edges["0"][key][()] if key in edges["0"] else np.full(len(ids[0]), float(row[key]))
                      for key in ("delay", "syn_weight")]
            table = np.array(ids + [np.round(values[0], 6), values[1]], float).T
            found[name] = table[np.lexsort(table.T[::-1])]
    return found


def walk_as_nest(folder):
    """A circuit by the rules of NEST's SonataNetwork. Returns the model_type of each population."""
    with open(folder + "/circuit_config.json") as file:
        circuit = json.load(file)
    assert circuit["target_simulator"] == "NEST", circuit
    models, populations, types = circuit["components"]["point_neuron_models_dir"], {}, {}
    for entry in circuit["networks"]["nodes"]:
        rows = rows_of(path_of(folder, entry["node_types_file"]))
        kinds = {row["model_type"] for row in rows}
        assert len(kinds) == 1, "one model_type in each table: %s" % kinds
        by_type = {int(row["node_type_id"]): row for row in rows}
        with h5py.File(path_of(folder, entry["nodes_file"])) as file:
            for name, nodes in file["nodes"].items():
                populations[name] = rows[0]["model_type"]
                for number in np.unique(nodes["node_type_id"][()]):
                    assert by_type[number]["pop_name"] == name
                    if populations[name] == "point_neuron":
                        assert by_type[number]["model_template"].startswith("nest:")
                        with open(path_of(folder, models) + "/" + by_type[number]["dynamics_params"]) as params:
                            json.load(params)
    for entry in circuit["networks"]["edges"]:
        for row in rows_of(path_of(folder, entry["edge_types_file"])):
            assert row["model_template"] == "static_synapse" and "dynamics_params" not in row
            types[int(row["edge_type_id"])] = row
        with h5py.File(path_of(folder, entry["edges_file"])) as file:
            for name, edges in file["edges"].items():
                row = types[int(edges["edge_type_id"][0])]
                assert row["edge_population"] == name
                for key in ("syn_weight", "delay"):
                    assert row[key] != "NULL" or key in edges["0"], (name, key)
                for side in ("source", "target"):
                    assert edges[side + "_node_id"].attrs["node_population"] in populations
    return populations


def for_others(folder):
    """A circuit with virtual nodes, and with names that have blanks and quotes, for NEST to read; and
    phasic reads it again as it was."""
    network = fixture.Network()
    config, odd = fixture.write(folder + "/odd", network), 'the "odd" cells'
    with h5py.File(folder + "/odd/nodes.h5", "r+") as file:
        file.move("nodes/cells", "nodes/" + odd)
    with h5py.File(folder + "/odd/edges.h5", "r+") as file:
        for name, edges in file["edges"].items():
            edges["target_node_id"].attrs["node_population"] = odd
            if name == "cells_to_cells":
                edges["source_node_id"].attrs["node_population"] = odd
    built = simulate(config, folder + "/odd_in")
    export(config, folder + "/odd_out")
    populations = walk_as_nest(folder + "/odd_out")
    read = simulate(folder + "/odd_out/simulation_config.json", folder + "/odd_read")
    good = populations == {odd: "point_neuron", "input": "virtual"} and built == read
    print("for other readers: %s  %s" % (sorted(populations), "ok" if good else "FAILED"))
    return good


# Two currents beside that of scale, which a configuration has no place for.
CURRENTS = """
simulation: {resolution: 0.1 ms, duration: 10 ms}
regions:
  r:
    scale: 0.5
    populations:
      E: {size: 100, neuron: {type: iaf_psc_exp}, rate: 8 Hz,
          stimuli: {a: {type: dc, amplitude: 10 pA}, b: {type: dc, amplitude: 10 pA}}}
    projections:
      E_E: {source: E, target: E, receptor: exc, connect: {type: fixed_indegree, indegree: 8}, weight: 40 pA,
            delay: 1 ms}
"""


def refused(folder):
    config = SOURCE + "/tests/fixtures/columns.yaml"
    with open(folder + "/file", "w") as file:
        file.write("no folder")
    os.mkdir(folder + "/there")
    with open(folder + "/currents.yaml", "w") as file:
        file.write(CURRENTS)
    cases = {("sonata", folder + "/currents.yaml", folder + "/currents"):
             (2, "beside two currents, that of scale cannot be exported"),
             ("sonata", config, folder + "/there"): (3, "exists; give another folder, or --force"),
             ("sonata", config, folder + "/file/out"): (3, "the folder cannot be made"),
             ("sonata", config): (2, "is missing: phasic export sonata CONFIG OUT"),
             ("nwb", config, folder + "/nwb"): (2, "unknown format 'nwb' (known: sonata)"),
             ("sonata", folder + "/none.yaml", folder + "/new"): (3, "none.yaml: No such file")}
    good = True
    for words, (code, message) in cases.items():
        done = mpirun(2, "export", *words)
        if done.returncode != code or message not in done.stderr:
            print("FAILED: %s: %d %s" % (words, done.returncode, done.stderr))
            good = False
    good &= not os.path.exists(folder + "/new")
    good &= not os.path.exists(folder + "/currents/nodes.h5")  # before anything is written
    done = mpirun(1, "export", "sonata", config, folder + "/there", "--force")
    print("what is refused  %s" % ("ok" if good and done.returncode == 0 else "FAILED"))
    return good and done.returncode == 0


def main():
    good = True
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/mixed.yaml", "w") as file:
            file.write(MIXED)
        cases = dict(CASES, mixed=(folder + "/mixed.yaml", [], (1, 2, 4)))
        for name, (config, settings, ranks) in cases.items():
            good &= there_and_back(name, config, settings, ranks, folder)
        with h5py.File(folder + "/mixed_1/edges.h5") as file:
            check_recorded(file, folder + "/mixed_run/run.h5")
        good &= circuit_again(folder) & plain(folder) & for_others(folder) & refused(folder)
    return good


sys.exit(not main())
