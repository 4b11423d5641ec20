#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No process of a run ever takes more memory than phasic plan says, and 10 %: neither while it computes and
writes a checkpoint, nor while it merges its files and measures what delivery could be, nor when it goes on
from a checkpoint. Asked of the system when the process has ended."""
import json
import os
import subprocess
import sys
import tempfile

PROGRAM = os.environ["PHASIC"]
ROOT = os.environ["SOURCE_DIR"]
REGION = os.path.join(ROOT, "regions", "sensory_cortex", "region.yaml")
PLASTIC = os.path.join(ROOT, "configs", "benchmarks", "plastic.yaml")
MARGIN = 1.1
# Runs a program and leaves behind how much memory it took, by rank.
WITNESS = """
import os, resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
rank = os.environ.get("OMPI_COMM_WORLD_RANK", os.environ.get("PMI_RANK"))
with open(os.path.join(sys.argv[1], "most." + rank), "w") as file:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, file=file)
sys.exit(code)
"""

if "__asan" in subprocess.run(["nm", "-D", PROGRAM], capture_output=True, text=True, check=False).stdout:
    print("skipped: a program that watches its memory takes more")
    sys.exit(77)


def load(*path):
    """What a file of JSON holds."""
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def run(work, ranks, *arguments):
    """Run on so many ranks as if there was a core for each: without, delivery is not measured.
    @return the most memory of each"""
    subprocess.run(["mpirun", "-n", str(ranks), sys.executable, os.path.join(work, "witness.py"), work, PROGRAM,
                    "run", *arguments, "--quiet"], check=True, timeout=600,
                   env=dict(os.environ, PHASIC_CORES=str(ranks)))
    return [load(work, f"most.{rank}") for rank in range(ranks)]


def plan(work, ranks, *arguments):
    """What phasic plan says."""
    path = os.path.join(work, "plan")
    subprocess.run([PROGRAM, "plan", *arguments, "--ranks", str(ranks), "--json", path], check=True,
                   stdout=subprocess.DEVNULL)
    return load(path)


def compare(what, most, planned):
    """Complain where more was taken."""
    said = (f"{what}: {', '.join(f'{b / 1e6:.1f}' for b in most)} MB; planned: "
            f"{planned['largest_rank_bytes'] / 1e6:.1f} MB on the largest rank, "
            f"{planned['largest_node_bytes'] / 1e6:.1f} MB on the node")
    print(said)
    assert max(most) <= MARGIN * planned["largest_rank_bytes"], said
    assert sum(most) <= MARGIN * planned["largest_node_bytes"], said


def four_regions(work):
    """Small regions, a run long enough for its delivery to be measured, recorded spikes."""
    config = os.path.join(work, "four.yaml")
    with open(config, "w", encoding="utf-8") as file:
        file.write("simulation: {duration: 40 s}\ncheckpoint: {at_end: true}\n"
                   "recording: {spikes: {populations: all}}\nregions:\n")
        for name in "abcd":
            file.write(f"  {name}: {{from: {REGION}, scale: 0.02}}\n")
    out = os.path.join(work, "four")
    compare("four regions", run(work, 4, config, "--out", out), plan(work, 4, config))
    assert load(out, "summary.json")["delivery"]["limit_per_s"], "delivery was not measured"


def plastic(work):
    """Millions of plastic synapses at 40 Hz: what is on its way and what is remembered; stopped with a
    checkpoint, and continued on fewer ranks."""
    sets = ["--set", "checkpoint.at_end=true"]
    out = os.path.join(work, "plastic")
    most = run(work, 2, PLASTIC, *sets, "--until", "1.2 s", "--out", out)
    compare("plastic", most, plan(work, 2, PLASTIC, *sets, "--rates", out))
    rates = os.path.join(work, "rates")
    os.rename(out, rates)
    code = subprocess.run(["mpirun", "-n", "2", PROGRAM, "run", PLASTIC, *sets, "--stop-at", "0.2 s", "--out", out,
                           "--quiet"], stderr=subprocess.DEVNULL, check=False).returncode
    assert code == 5, code
    most = run(work, 1, "--resume", out, "--until", "0.4 s")
    compare("resumed", most, plan(work, 1, PLASTIC, *sets, "--rates", rates))


with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "witness.py"), "w", encoding="utf-8") as witness:
        witness.write(WITNESS)
    four_regions(folder)
    plastic(folder)
