# SPDX-License-Identifier: Apache-2.0
"""The network of configs/benchmarks/coba.yaml for Brian 2, in its C++ standalone mode: writes and
compiles a program that runs it. `scripts/bench coba` runs that program beside phasic."""
import argparse
import glob
import json
import os
import subprocess
import sys

SETTLE_S = 0.2   # as the phase of that name
KICK_S = 0.05
WALL_FILE = "results/wall_s.txt"

# The same equations as iaf_cond_exp. All neurons start between E_L and V_th, without conductances.
EQUATIONS = """
dv/dt = (g_L*(E_L - v) + g_exc*(E_exc - v) + g_inh*(E_inh - v))/C_m : volt (unless refractory)
dg_exc/dt = -g_exc/tau_exc : siemens
dg_inh/dt = -g_inh/tau_inh : siemens
"""


def import_brian():
    """The module brian2, or an end with the line that installs it."""
    try:
        import brian2
    except ImportError:
        sys.exit("Brian 2 is not installed for %s; on Debian:\n"
                 "  apt-get install python3-brian     (and PHASIC_BRIAN_PYTHON=/usr/bin/python3 if "
                 "another python3 comes first)" % sys.executable)
    return brian2


def build(folder, threads, seconds, method, single, seed):
    """Write and compile the program."""
    b2 = import_brian()
    b2.set_device("cpp_standalone", build_on_run=False, directory=folder)
    b2.prefs.devices.cpp_standalone.openmp_threads = threads if threads > 1 else 0
    if single:
        b2.prefs.core.default_float_dtype = b2.float32
    b2.defaultclock.dt = 0.1 * b2.ms
    if seed is not None:
        b2.seed(seed)
    constants = {"C_m": 200 * b2.pF, "g_L": 10 * b2.nS, "E_L": -60 * b2.mV, "E_exc": 0 * b2.mV,
                 "E_inh": -80 * b2.mV, "tau_exc": 5 * b2.ms, "tau_inh": 10 * b2.ms}
    cells = b2.NeuronGroup(4000, EQUATIONS, threshold="v > -50*mV", reset="v = -60*mV",
                           refractory=5 * b2.ms, method=method, namespace=constants)
    cells.v = "-60*mV + 10*mV*rand()"
    exc = b2.Synapses(cells[:3200], cells, on_pre="g_exc_post += 6*nS", delay=0.1 * b2.ms)
    exc.connect(p=0.02)
    inh = b2.Synapses(cells[3200:], cells, on_pre="g_inh_post += 67*nS", delay=0.1 * b2.ms)
    inh.connect(p=0.02)
    kick = b2.PoissonInput(cells, "g_exc", N=1, rate=300 * b2.Hz, weight=6 * b2.nS)
    spikes = b2.SpikeMonitor(cells, record=False, name="spikes")
    network = b2.Network(cells, exc, inh, kick, spikes)
    device = b2.get_device()
    # Wall time of the last of the three runs, without the making of synapses.
    device.insert_code("before_start", "struct timespec wall_begin, wall_end;")
    spikes.active = False
    network.run(KICK_S * b2.second)
    kick.active = False
    network.run((SETTLE_S - KICK_S) * b2.second)
    spikes.active = True
    device.insert_code("main", "clock_gettime(CLOCK_MONOTONIC, &wall_begin);")
    network.run(seconds * b2.second)
    device.insert_code("main", """
        clock_gettime(CLOCK_MONOTONIC, &wall_end);
        std::ofstream wall_file("%s");
        wall_file << wall_end.tv_sec - wall_begin.tv_sec
                     + 1e-9*(wall_end.tv_nsec - wall_begin.tv_nsec) << std::endl;
        wall_file.close();""" % WALL_FILE)
    device.build(directory=folder, compile=True, run=False, clean=False)


def run(folder, seconds):
    """Run the program of a folder. @return {"simulate_s", "rate_E", "rate_I"}"""
    subprocess.run(["./main"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    import numpy as np
    paths = glob.glob(os.path.join(folder, "results", "_array_spikes_count_*"))
    assert len(paths) == 1, paths
    counts = np.fromfile(paths[0], dtype=np.int32)
    assert counts.size == 4000, counts.size
    with open(os.path.join(folder, WALL_FILE), encoding="ascii") as file:
        wall = float(file.read())
    return {"simulate_s": wall, "rate_E": float(counts[:3200].mean() / seconds),
            "rate_I": float(counts[3200:].mean() / seconds)}


def main():
    """Build, then run once and print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="coba_brian", description=__doc__)
    parser.add_argument("folder", help="where the C++ program is written")
    parser.add_argument("--threads", type=int, default=1, help="OpenMP threads (default: 1)")
    parser.add_argument("--seconds", type=float, default=10, help="biological time (default: 10)")
    parser.add_argument("--method", default="euler",
                        choices=["euler", "exponential_euler", "rk2", "rk4"],
                        help="integration of v (default: euler, Brian's fastest)")
    parser.add_argument("--single", action="store_true", help="float32 state, as phasic has")
    parser.add_argument("--seed", type=int, help="default: another network in each run")
    parser.add_argument("--build-only", action="store_true", help="do not run it")
    arguments = parser.parse_args()
    build(arguments.folder, arguments.threads, arguments.seconds, arguments.method,
          arguments.single, arguments.seed)
    if not arguments.build_only:
        print(json.dumps(run(arguments.folder, arguments.seconds)))


if __name__ == "__main__":
    main()
