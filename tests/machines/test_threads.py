#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which cpus the threads of runs keep to, as the kernel says while they run, on two cpus of this machine:
each its own where the run has them to itself, and it is what the header says; none where another run may
be there, or where the user does not want it. A rank that is bound too narrowly ends the job, with its message."""
import os
import re
import subprocess
import sys
import tempfile
import time

PROGRAM = os.environ["PHASIC"]
REGION = os.path.join(os.environ["SOURCE_DIR"], "regions", "sensory_cortex", "region.yaml")
PATIENCE_S = 120


def allowed(status):
    """The cpus of a task, a set."""
    words = re.search(r"^Cpus_allowed_list:\s*(\S+)", status, re.M)[1]
    cpus = set()
    for part in words.split(","):
        first, _, last = part.partition("-")
        cpus |= set(range(int(first), int(last or first) + 1))
    return cpus


def tasks(pid):
    """The cpus of each task of a process."""
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status", encoding="ascii") as file:
            found.append(allowed(file.read()))
    return found


def ranks_of(job, ranks):
    """Process ids of the ranks, in their order; of a job without a launcher its own."""
    if ranks == 0:
        return [job.pid]
    found = {}
    with open(f"/proc/{job.pid}/task/{job.pid}/children", encoding="ascii") as file:
        for child in file.read().split():
            with open(f"/proc/{child}/environ", "rb") as environment:
                match = re.search(rb"OMPI_COMM_WORLD_RANK=(\d+)", environment.read())
            if match:
                found[int(match[1])] = int(child)
    return [found[r] for r in sorted(found)]


def look(folder, cpus, ranks, threads, launcher=(), environment=None):
    """Run until the header is there. @return by rank the cpus that its pinned tasks keep to (one list
    of sets each), and the header's word on the rank"""
    config = os.path.join(folder, "cortex.yaml")
    command = ["taskset", "-c", ",".join(map(str, cpus))]
    if ranks:
        command += ["mpirun", "-n", str(ranks), *launcher]
    command += [PROGRAM, "run", config, "--threads", str(threads), "--out", folder + "/out", "--force"]
    path = os.path.join(folder, "log")
    with open(path, "w+", encoding="utf-8") as log:
        job = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT,
                               env={**os.environ, **(environment or {})})
        begin = time.monotonic()
        text = ""
        # The header's last line comes at once with the one before it.
        while not re.search(r"^  \S+: rank 0 .*$", text, re.M):
            if job.poll() is not None or time.monotonic() - begin > PATIENCE_S:
                job.kill()
                sys.exit(f"FAILED: {' '.join(command)}\n{text}")
            time.sleep(0.05)
            with open(path, encoding="utf-8") as file:
                text = file.read()
        seen = [[c for c in tasks(pid) if len(c) == 1] for pid in ranks_of(job, ranks)]
        job.terminate()
        job.wait()
    words = [re.search(rf"rank {r} ([^:\n]*?)(?:, rank|$)", text, re.M)[1] for r in range(ranks or 1)]
    return seen, words


def expect(what, found, wanted):
    """Compare, and say so."""
    if found != wanted:
        sys.exit(f"FAILED: {what}: {found} instead of {wanted}")
    print(f"{what}: {found[1]}")


def refuse(what, text, command):
    """A job that is to end by itself, with its message once."""
    job = subprocess.run(["timeout", "60", *command], capture_output=True, text=True, check=False)
    if job.returncode != 4 or job.stderr.count(text) != 1 or "--bind-to none" not in job.stderr:
        sys.exit(f"FAILED: {what}: {job}")
    print(job.stderr.splitlines()[0])


def main():
    """All of it on the first two cpus that this test may use."""
    mine = sorted(os.sched_getaffinity(0))
    if len(mine) < 2:
        print("skipped: there is one cpu")
        sys.exit(77)
    a, b = mine[:2]
    both = f"{a}-{b}" if b == a + 1 else f"{a},{b}"
    for name in ("PHASIC_CORES", "OMP_PROC_BIND", "OMP_PLACES", "SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/cortex.yaml", "w", encoding="utf-8") as file:
            file.write(f"simulation: {{duration: 1000 s}}\n"
                       f"regions: {{sensory_cortex: {{from: {REGION}, scale: 0.02}}}}\n")
        def run(*arguments, **more):
            seen, words = look(folder, [a, b], *arguments, **more)
            return [sorted(set().union(*rank)) for rank in seen], words
        pinned = {"environment": {"OMP_PROC_BIND": "true"}}
        expect("two threads", run(0, 2, **pinned), ([[a, b]], [f"cpus {both}"]))
        expect("two ranks that share the cpus", run(2, 1, **pinned), ([[a], [b]], [f"cpu {a}", f"cpu {b}"]))
        expect("two ranks that the launcher binds", run(2, 1, ["--bind-to", "core"]),
               ([[a], [b]], [f"cpu {a}", f"cpu {b}"]))
        expect("three ranks on two cpus", run(3, 1, **pinned),
               ([[a], [b], [a]], [f"cpu {a}", f"cpu {b}", f"cpu {a}"]))
        expect("a job that has the cpus", run(0, 2, environment={"PBS_JOBID": "1"}),
               ([[a, b]], [f"cpus {both}"]))
        expect("a job that takes half of them", run(0, 1, environment={"PBS_JOBID": "1"}),
               ([[]], [f"any of cpus {both}"]))
        expect("a job whose user wants it otherwise",
               run(0, 2, environment={"PBS_JOBID": "1", "OMP_PROC_BIND": "false"}),
               ([[]], [f"cpus {both}"]))
        if len(mine) == 2:
            expect("no job", run(0, 2), ([[]], [f"cpus {both}"]))
        program = [PROGRAM, "run", folder + "/cortex.yaml", "--threads", "2", "--out", folder + "/out", "--force"]
        bound = ["taskset", "-c", str(a)]
        refuse("one rank", "rank 0 is bound to 1 cpu", bound + program)
        for rank, order in enumerate([[bound + program, program], [program, bound + program]]):
            refuse("one rank of two", f"rank {rank} is bound to 1 cpu",
                   ["mpirun", "--bind-to", "none", "-n", "1", *order[0], ":", "-n", "1", *order[1]])


if __name__ == "__main__":
    main()
