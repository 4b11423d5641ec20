#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one rank of which is killed at random, while it builds, computes, records, writes a checkpoint
and merges its files. The job ends within 30 s and names the rank, and what goes on from the last
checkpoint, or begins again where there is none, ends as the run that was left alone, bit for bit.

PHASIC_KILLS is how many there are at least (default 10; scripts/test --full has 200), a tenth of them
in each stage; PHASIC_KILLS_SEED is what their times, ranks and layouts are drawn from."""
import glob
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import h5py

PROGRAM = os.environ["PHASIC"]
CONFIG = os.path.join(os.environ["SOURCE_DIR"], "tests", "fixtures", "transmitters.yaml")
SETTINGS = ["--set", "checkpoint={interval: 100 ms, clock: biological}",
            "--set", "phases.last.duration=3 s"]  # so that it lasts for a kill in each stage
KILLS = int(os.environ.get("PHASIC_KILLS", "10"))
SEED = int(os.environ.get("PHASIC_KILLS_SEED", "1"))
STAGES = ["build", "epoch", "recording", "checkpoint", "end"]
SAME = ("spike_hash", "weight_hash", "spikes", "synaptic_events", "plastic_events", "biological_s")
MOST_S = 30.0    # from a kill to the end of the job
PATIENCE = 20    # launches until a stage is met


def launch(words, ranks, log):
    """mpirun, in the background."""
    return subprocess.Popen(["mpirun", "-n", str(ranks), PROGRAM, "run"] + words + ["--quiet"],
                            stdout=log, stderr=subprocess.STDOUT)


def words_for(folder):
    """Go on from a checkpoint, or begin again."""
    if glob.glob(folder + "/checkpoints/*[0-9]"):
        return ["--resume", folder]
    return [CONFIG, *SETTINGS, "--out", folder, "--force"]


def processes(job, ranks):
    """Process ids by rank, of a job that has not ended; {} while they are not all there."""
    found = {}
    try:
        with open(f"/proc/{job.pid}/task/{job.pid}/children", encoding="ascii") as file:
            children = file.read().split()
        for child in children:
            with open(f"/proc/{child}/environ", "rb") as file:
                match = re.search(rb"OMPI_COMM_WORLD_RANK=(\d+)", file.read())
            if match:
                found[int(match[1])] = int(child)
    except OSError:
        return {}
    return found if len(found) == ranks else {}


def states(job, pids):
    """What is left of a job: the state of its processes, as /proc has it."""
    found = []
    for name, pid in [("mpirun", job.pid), *((f"rank {rank}", pid) for rank, pid in pids.items())]:
        try:
            with open(f"/proc/{pid}/status", encoding="ascii") as file:
                found.append(f"{name}: " + re.search(r"State:\s+(.*)", file.read())[1])
        except OSError:
            found.append(f"{name}: gone")
    return ", ".join(found)


def sizes(folder):
    """Bytes of all parts."""
    total = 0
    for path in glob.glob(folder + "/parts/*"):
        try:
            total += os.path.getsize(path)
        except OSError:
            pass
    return total


def signs(folder):
    """What a run has left that tells where it is: parts, a checkpoint or files being written."""
    return {"parts": len(glob.glob(folder + "/parts/*")),
            "bytes": sizes(folder),
            "checkpoint": bool(glob.glob(folder + "/checkpoints/*.tmp")),
            "end": bool(glob.glob(folder + "/*.h5.tmp") or glob.glob(folder + "/spikes.h5"))}


def is_met(stage, before, now, last):
    """Whether a run is in a stage; `before` it began, `now`, and when it was `last` looked at."""
    if stage == "end":
        return now["end"]
    if stage == "checkpoint":
        return now["checkpoint"]
    runs = now["parts"] > before["parts"] and not now["end"]
    if stage == "recording":
        return runs and now["bytes"] > last["bytes"] > 0
    return runs and not now["checkpoint"]


def has_begun(folder, launched):
    """Whether the run of a job has taken its folder's lock: MPI is up on all ranks then, and what is
    said of a killed one is no longer what mpirun makes of a process that has not joined yet."""
    try:
        return os.path.getmtime(folder + "/lock") >= launched
    except OSError:
        return False


def wait_for(job, stage, folder, before, draw, build_s):
    """Until a run is in a stage, and a little longer. @return the stage it came to: one that is built
    already computes; None: it is over"""
    if stage == "build":
        while not has_begun(folder, before["launched"]):
            if job.poll() is not None:
                return None
        time.sleep(draw.uniform(0, build_s))
        if job.poll() is not None:
            return None
        return "epoch" if signs(folder)["parts"] > before["parts"] else "build"
    if stage == "epoch":
        time.sleep(draw.uniform(0, 2 * build_s))
    last = signs(folder)
    while job.poll() is None:
        now = signs(folder)
        if is_met(stage, before, now, last):
            time.sleep(draw.uniform(0, 0.002))
            return stage
        last = now
    return None


def kill(folder, stage, draw, build_s):
    """One launch, killed in a stage. @return the stage it was killed in, or None"""
    ranks, before = draw.choice([2, 3]), {**signs(folder), "launched": time.time()}
    for path in glob.glob(folder + "/checkpoints/*.tmp") + glob.glob(folder + "/*.tmp"):
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    with tempfile.TemporaryFile("w+") as log:
        job = launch(words_for(folder), ranks, log)
        pids = {}
        while not pids and job.poll() is None:
            pids = processes(job, ranks)
        came = wait_for(job, stage, folder, before, draw, build_s) if pids else None
        rank = draw.randrange(ranks)
        if came:
            try:
                os.kill(pids[rank], 9)
            except ProcessLookupError:
                came = None
        begin = time.monotonic()
        try:
            code = job.wait(MOST_S if came else 300)
        except subprocess.TimeoutExpired:
            left = states(job, pids)
            job.kill()
            log.seek(0)
            sys.exit(f"FAILED: {stage}: the job goes on {MOST_S:.0f} s after rank {rank} of {ranks} "
                     f"was killed; {left}; it said: {log.read()}")
        log.seek(0)
        said = log.read()
    if code == 0:
        return None  # it was over, or so near to it that nothing was left to do
    if not came:
        sys.exit(f"FAILED: {stage}: exit code {code} of a run that was not killed: {said}")
    if not re.search(rf"rank {rank}\b", said):
        sys.exit(f"FAILED: {stage}: after {time.monotonic() - begin:.1f} s nothing names rank {rank}: "
                 f"{said}")
    return came


def datasets(path):
    """All of them, as bytes."""
    found = {}
    with h5py.File(path, "r") as file:
        file.visititems(lambda name, item: found.__setitem__(name, item[()].tobytes())
                        if isinstance(item, h5py.Dataset) else None)
    return {name: value for name, value in found.items() if not name.startswith("provenance")}


def differences(folder, alone):
    """What is not as in the run that was left alone."""
    one, other = (json.load(open(f + "/summary.json", encoding="utf-8")) for f in (alone, folder))
    bad = [key for key in SAME if one[key] != other[key]]
    with open(alone + "/spikes.h5", "rb") as a, open(folder + "/spikes.h5", "rb") as b:
        bad += [] if a.read() == b.read() else ["spikes.h5"]
    mine, theirs = datasets(alone + "/run.h5"), datasets(folder + "/run.h5")
    return bad + [key for key in sorted(set(mine) | set(theirs)) if mine.get(key) != theirs.get(key)]


def finish(folder):
    """Let it run to its end, if it has not come to it."""
    if os.path.exists(folder + "/summary.json"):
        return
    with tempfile.TemporaryFile("w+") as log:
        if launch(words_for(folder), 2, log).wait() != 0:
            log.seek(0)
            sys.exit(f"FAILED: it does not go on: {log.read()}")


def kill_in_each(folder, draw, build_s):
    """A run that is killed once in each stage. @return how often it was, by stage"""
    order = draw.sample(STAGES[:-1], len(STAGES) - 1) + STAGES[-1:]
    counts = dict.fromkeys(STAGES, 0)
    for stage in order:
        for _ in range(PATIENCE):
            came = kill(folder, stage, draw, build_s)
            if came:
                counts[came] += 1
            if came == stage:
                break
            if os.path.exists(folder + "/summary.json"):
                break  # it ended before it was killed
        if os.path.exists(folder + "/summary.json"):
            break
    return counts


def main():
    """Runs until there have been enough kills in each stage."""
    os.environ["PHASIC_CORES"] = "8"
    draw, counts, runs = random.Random(SEED), dict.fromkeys(STAGES, 0), 0
    with tempfile.TemporaryDirectory() as work:
        alone = work + "/alone"
        begin = time.monotonic()
        subprocess.run([PROGRAM, "run", CONFIG, *SETTINGS[2:], "--out", alone, "--quiet"],
                       check=True)
        build_s = (time.monotonic() - begin) / 8
        while sum(counts.values()) < KILLS or min(counts.values()) < KILLS / 10:
            folder = f"{work}/{runs}"
            os.mkdir(folder)
            for stage, n in kill_in_each(folder, draw, build_s).items():
                counts[stage] += n
            finish(folder)
            bad = differences(folder, alone)
            if bad:
                sys.exit(f"FAILED: run {runs} of seed {SEED}: {', '.join(bad)}")
            shutil.rmtree(folder)
            runs += 1
            if runs % 10 == 0:
                print(f"{sum(counts.values())} kills in {runs} runs", flush=True)
            if runs > 10 * KILLS:
                sys.exit(f"FAILED: {runs} runs, and only {counts} kills")
    print(f"{sum(counts.values())} kills ({', '.join(f'{s} {n}' for s, n in counts.items())}) in "
          f"{runs} runs: each ended as the run that was left alone")


if __name__ == "__main__":
    main()
