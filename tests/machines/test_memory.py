#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No process of a run ever takes more memory than phasic plan says, and 10 %: neither while it computes and
writes a checkpoint, nor while it merges its files and measures what delivery could be. Asked of the system
when the process has ended."""
import json
import os
import subprocess
import sys
import tempfile

PROGRAM = os.environ["PHASIC"]
REGION = os.path.join(os.environ["SOURCE_DIR"], "regions", "sensory_cortex", "region.yaml")
RANKS = 4
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

with tempfile.TemporaryDirectory() as work:
    def path(name):
        """A file of this test."""
        return os.path.join(work, name)

    def load(name):
        """What a file of JSON holds."""
        with open(path(name), encoding="utf-8") as file:
            return json.load(file)

    with open(path("four.yaml"), "w", encoding="utf-8") as file:
        file.write("simulation: {duration: 40 s}\ncheckpoint: {at_end: true}\nrecording: {spikes: {populations: all}}\nregions:\n")
        for name in "abcd":
            file.write(f"  {name}: {{from: {REGION}, scale: 0.02}}\n")
    with open(path("witness.py"), "w", encoding="utf-8") as file:
        file.write(WITNESS)

    subprocess.run([PROGRAM, "plan", path("four.yaml"), "--ranks", str(RANKS), "--json", path("plan")],
                   check=True, stdout=subprocess.DEVNULL)
    # As on a machine with a core for each: without, delivery is not measured.
    subprocess.run(["mpirun", "-n", str(RANKS), sys.executable, path("witness.py"), work, PROGRAM, "run",
                    path("four.yaml"), "--out", path("out"), "--quiet"], check=True, timeout=600,
                   env=dict(os.environ, PHASIC_CORES=str(RANKS)))
    plan, summary = load("plan"), load("out/summary.json")
    most = [load(f"most.{rank}") for rank in range(RANKS)]

said = (f"most memory: {', '.join(f'{b / 1e6:.1f}' for b in most)} MB; planned: {plan['largest_rank_bytes'] / 1e6:.1f} "
        f"MB on the largest rank, {plan['largest_node_bytes'] / 1e6:.1f} MB on the node")
print(said)
assert summary["delivery"]["limit_per_s"], "delivery was not measured"
assert max(most) <= MARGIN * plan["largest_rank_bytes"], said
assert sum(most) <= MARGIN * plan["largest_node_bytes"], said
