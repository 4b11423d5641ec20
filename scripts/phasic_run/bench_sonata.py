# SPDX-License-Identifier: Apache-2.0
"""Export a network as SONATA files and read it again on several ranks, its files cold: how fast, against dd
with direct reading of the same file, and in how much memory, against a run that draws its connections."""
import argparse
import json
import os
import resource
import subprocess
import sys
import time
from statistics import median

from phasic_run.program import ROOT, default_program

CONFIG = "configs/benchmarks/brunel.yaml"  # 1,000 synapses a neuron, four fifths of them excitatory
MOST_MEMORY, LEAST_SPEED = 1.3, 0.5        # of a run with drawn connections; of dd
BYTES_AN_EDGE = 40                         # of the files, for the check of the disk


def read_arguments(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench sonata", description=__doc__)
    parser.add_argument("--edges", type=float, default=1e7, help="edges of the network (1e7; 1e8 takes 4 GB)")
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4], help="ranks that read (1 2 4)")
    parser.add_argument("--repeats", type=int, default=3, help="readings of each (3); medians are shown")
    parser.add_argument("--out", default="out/bench_sonata", help="folder of the files, written over")
    parser.add_argument("--keep", action="store_true", help="leave the network's files there")
    parser.add_argument("--phasic", default=default_program(), help="the program")
    return parser.parse_args(arguments)


def run(*command):
    """Seconds that a command took."""
    begun = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"bench sonata: {' '.join(command)}: exit {done.returncode}: "
                         f"{(done.stderr or done.stdout).strip()[-1000:]}")
    return time.monotonic() - begun


def forget(path):
    """Have the system keep nothing of a file in memory."""
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def with_ranks(ranks, *command):
    """One rank needs no mpirun."""
    return command if ranks == 1 else ("mpirun", "--oversubscribe", "-n", str(ranks), *command)


def processor_seconds():
    """Of all that has been run and ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def simulate(arguments, config, ranks, settings=()):
    """Seconds until the first step, and what the summary says; in it the processor time of all of it."""
    out = os.path.join(arguments.out, "run")
    before = processor_seconds()
    took = run(*with_ranks(ranks, arguments.phasic, "run", config, "--quiet", "--force", "--out", out,
                           "--until", "5 ms", *settings))
    with open(os.path.join(out, "summary.json"), encoding="utf-8") as file:
        summary = json.load(file)
    summary["cpu_s"] = processor_seconds() - before
    return took - summary["simulate_s"], summary


def read_once(arguments, ranks, edges, simulation, settings):
    """dd, a cold reading and a run that draws, one behind the other. @return seconds of dd, figures of both"""
    forget(edges)
    dd = run("dd", f"if={edges}", "of=/dev/null", "bs=16M", "iflag=direct")
    forget(edges)
    return dd, simulate(arguments, simulation, ranks), simulate(arguments, CONFIG, ranks, settings)


def line(ranks, readings, size):
    """A line of the table, and whether both figures are as they should be."""
    dd = median(dd for dd, _, _ in readings)
    seconds = median(read[0] for _, read, _ in readings)
    memory = median(read[1]["peak_rss_bytes"] for _, read, _ in readings)
    drawn = median(draw[1]["peak_rss_bytes"] for _, _, draw in readings)
    cpu = median(read[1]["cpu_s"] for _, read, _ in readings)
    speed = median(dd / read[0] for dd, read, _ in readings)
    same = all(read[1]["spike_hash"] == draw[1]["spike_hash"] and
               read[1]["synapses"] == draw[1]["synapses"] for _, read, draw in readings)
    good = same and memory <= MOST_MEMORY * drawn and speed >= LEAST_SPEED
    print(f"| {ranks} | {seconds:.2f} s | {cpu:.2f} s | {size / seconds / 1e6:.0f} MB/s | {size / dd / 1e6:.0f} MB/s | "
          f"{speed:.2f} | {memory / 1e6:.0f} MB | {memory / drawn:.2f} | {'yes' if same else 'NO'} |")
    return good


def main(arguments=None):
    """Export, read, compare. @return exit code"""
    arguments = read_arguments(arguments)
    os.chdir(ROOT)
    net = os.path.join(arguments.out, "net")
    os.makedirs(arguments.out, exist_ok=True)
    free = os.statvfs(arguments.out).f_bavail * os.statvfs(arguments.out).f_frsize
    if free < arguments.edges * BYTES_AN_EDGE * 1.2:
        print(f"bench sonata: {free / 1e9:.0f} GB are free; {arguments.edges:.0e} edges take "
              f"{arguments.edges * BYTES_AN_EDGE / 1e9:.1f} GB", file=sys.stderr)
        return 4
    neurons = round(arguments.edges / 1000)
    settings = [word for name, size in (("E", neurons * 4 // 5), ("I", neurons - neurons * 4 // 5))
                for word in ("--set", f"regions.cortex.populations.{name}.size={size}")]
    took = run(*with_ranks(2, arguments.phasic, "export", "sonata", CONFIG, net, "--force", *settings))
    edges, simulation = os.path.join(net, "edges.h5"), os.path.join(net, "simulation_config.json")
    size = os.path.getsize(edges)
    print(f"{neurons * 1000} edges, {size / 1e6:.0f} MB, exported on 2 ranks in {took:.1f} s\n")
    print("| ranks | until the first step | processors, whole run | is | dd, direct | of dd (at least 0.5) | "
          "memory | of a drawn network's (at most 1.3) | same spikes |\n" + "|---" * 9 + "|")
    good = True
    for ranks in arguments.ranks:
        readings = [read_once(arguments, ranks, edges, simulation, settings)
                    for _ in range(arguments.repeats)]
        good &= line(ranks, readings, size)
    if not arguments.keep:
        for name in ("edges.h5", "nodes.h5"):
            os.remove(os.path.join(net, name))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
