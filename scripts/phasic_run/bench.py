# SPDX-License-Identifier: Apache-2.0
"""Run the benchmark configurations several times, interleaved, and write one table with medians,
spread and ratios: to standard output and OUT/table.md."""
import argparse
import glob
import json
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import time
from statistics import median

from phasic_run import bench_rows, coba_brian
from phasic_run.bench_rows import ROWS
from phasic_run.program import default_program

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Failed(Exception):
    """A run that did not end well, in the user's words."""


def cpu_seconds():
    """Processor time of all that has been run and ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def execute(command, environment, folder=SOURCE, log=False):
    """Run a command; its error text becomes a Failed. @return what it printed; log: as messages"""
    done = subprocess.run(command, cwd=folder, env={**os.environ, **dict(environment)},
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
        raise Failed(f"{' '.join(command)}: exit {done.returncode}: {last[-1]}")
    return done.stderr if log else done.stdout


def with_ranks(run, command):
    """One rank runs without mpirun, so that what it starts is the program alone."""
    return command if run.ranks == 1 else ["mpirun", "-n", str(run.ranks)] + command


def copy_checkpoint(folder, times, pause):
    """Write a run's newest checkpoint some times more, with dd, in the run's own rhythm: the last two
    are kept, and as long lies between two (what has just been freed is written four times as fast).
    @return its bytes, dd's seconds"""
    newest = max(glob.glob(os.path.join(folder, "checkpoints", "*")))
    states = glob.glob(os.path.join(newest, "*.state"))
    seconds = []
    for i in range(times):
        copy = os.path.join(folder, f"copy{i}")
        time.sleep(pause)
        begin = time.monotonic()
        for k, state in enumerate(states):  # all ranks' in one file: the same bytes, the same disk
            execute(["dd", f"if={state}", f"of={copy}", "bs=16M", "conv=fsync" +
                     (",notrunc" if k else ""), *(["oflag=append"] if k else [])], ())
        seconds.append(time.monotonic() - begin)
        if i >= 2:
            os.remove(os.path.join(folder, f"copy{i - 2}"))
    for copy in glob.glob(os.path.join(folder, "copy*")):
        os.remove(copy)
    return {"checkpoint_bytes": sum(map(os.path.getsize, states)), "dd_s": median(seconds)}


class Bench:
    """The options, and the folders and programs of runs."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.out = os.path.abspath(arguments.out)
        self.seconds = 2 if arguments.quick else bench_rows.COBA_SECONDS
        bench_rows.COBA_SECONDS = self.seconds
        self.brian_python = os.environ.get("PHASIC_BRIAN_PYTHON", "") or self.find_brian()

    @staticmethod
    def find_brian():
        """A python3 that has Brian 2; the first one when none has."""
        for python in (sys.executable, "/usr/bin/python3"):
            if os.path.exists(python) and subprocess.run(
                    [python, "-c", "import importlib.util as u, sys; "
                     "sys.exit(u.find_spec('brian2') is None)"], check=False).returncode == 0:
                return python
        return sys.executable

    def folder(self, run):
        """Where a run writes."""
        return os.path.join(self.out, "runs", run.name)

    def prepare(self, run):
        """What comes before the clock starts: Brian's program is compiled."""
        if run.program != "brian":
            return
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "coba_brian.py")
        subprocess.run(["rm", "-rf", self.folder(run)], check=True)
        os.makedirs(self.folder(run))
        execute([self.brian_python, script, self.folder(run), "--threads", str(run.threads),
                 "--seconds", str(self.seconds), "--build-only", *run.options],
                (("PYTHONWARNINGS", "ignore"),))

    def watched(self, run, command):
        """Run it while phasic watch looks on as soon as there is something to see. @return what the
        run told, and the processor time of phasic watch (s)"""
        shutil.rmtree(self.folder(run), ignore_errors=True)
        with subprocess.Popen(
                ["sh", "-c", 'until [ -e "$2/parts" ]; do sleep 0.05; done; exec "$1" watch "$2"',
                 "sh", self.arguments.phasic, self.folder(run)], stdout=subprocess.DEVNULL,
                cwd=SOURCE) as watcher:
            try:
                told = execute(command, run.environment)
            except Failed:
                watcher.kill()
                raise
            _, code, used = os.wait4(watcher.pid, 0)
            watcher.returncode = os.waitstatus_to_exitcode(code)
        if watcher.returncode != 0:
            raise Failed("phasic watch failed")
        return told, used.ru_utime + used.ru_stime

    def once(self, run, repeat):
        """One run. @return its figures, and the processor time of all its ranks"""
        before = cpu_seconds()
        figures = self.figures(run, repeat)
        return {**figures, "cpu_s": cpu_seconds() - before}

    def figures(self, run, repeat):
        """One run. @return its figures"""
        if run.program == "brian":
            return coba_brian.run(self.folder(run), self.seconds)
        phasic = self.arguments.phasic
        if run.program == "messages":
            path = os.path.join(self.out, run.name + ".json")
            execute(with_ranks(run, [phasic, "bench", "--messages", "--json", path]),
                    run.environment)
        else:
            options = run.options + (run.quick if self.arguments.quick and
                                     "--until" not in run.options else ())
            if run.seeds:
                options += ("--seed", str(repeat + 1))
            command = with_ranks(run, [phasic, "run", run.config, "--threads", str(run.threads),
                                       "--out", self.folder(run), "--force",
                                       *(() if run.copies else ("--quiet",)), *options])
            told, watching = self.watched(run, command) if run.watched else (execute(
                command, run.environment, log=run.copies), None)
            path = os.path.join(self.folder(run), "summary.json")
        with open(path, encoding="utf-8") as file:
            figures = json.load(file)
        if run.watched:
            figures["watch_share"] = watching / figures["simulate_s"]
        if run.copies:
            took = [float(t) for t in re.findall(r"checkpoint at .*, written in ([0-9.]+) s", told)]
            pause = figures["simulate_s"] / len(took) - median(took)
            figures.update(checkpoint_s=median(took),
                           **copy_checkpoint(self.folder(run), len(took), pause))
        return figures


def measure(bench, runs, repeats):
    """All runs in turn, `repeats` times. @return {name: [figures]}, {name: error}"""
    data, errors = {run.name: [] for run in runs}, {}
    for repeat in range(-1, repeats):
        for run in runs:
            if run.name in errors or (run.once and repeat > 0):
                continue
            try:
                if repeat < 0:
                    bench.prepare(run)
                else:
                    data[run.name].append(bench.once(run, repeat))
                    print(f"  {repeat + 1}/{repeats} {run.name}", file=sys.stderr, flush=True)
            except Failed as error:
                errors[run.name] = str(error)
                print(f"  {run.name}: {error}", file=sys.stderr, flush=True)
    return data, errors


def processor():
    """The name of the processor."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or "unknown processor"


def table(bench, names, data, errors, load):
    """The table as Markdown."""
    version = execute([bench.arguments.phasic, "--version"], ()).strip()
    text = [f"{version} on {processor()}, {os.cpu_count()} cores; medians of "
            f"{bench.arguments.repeats} interleaved repeats, {time.strftime('%Y-%m-%d')}. "
            f"Load average {load[0]:.1f} before and {os.getloadavg()[0]:.1f} after: much above "
            "0 before means that others used the machine.", "",
            "| what | median | from - to | ratio | to reach |", "|---|---|---|---|---|"]
    for name in names:
        failed = [errors[run.name] for run in ROWS[name].runs if run.name in errors]
        if failed:
            text.append(f"| {name} | failed: {failed[0].replace('|', '/')} | | | |")
            continue
        text += ["| " + " | ".join(line.cells()) + " |" for line in ROWS[name].lines(data)]
    return "\n".join(text) + "\n"


def plot_scaling(bench, data):
    """Wall time of the simulation and of delivery against synaptic events, per biological second."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np
    figure, axes = plt.subplots(figsize=(5, 4))
    points = [data[f"size_{size}"][0] for size in bench_rows.SIZES]
    events = np.array([p["synaptic_events"] / p["biological_s"] for p in points])
    for values, label in (([p["simulate_s"] / p["biological_s"] for p in points], "all stages"),
                          ([p["stages_s"]["deliver"] / p["biological_s"] for p in points],
                           "delivery")):
        slope = np.polyfit(np.log(events), np.log(values), 1)[0]
        axes.loglog(events, values, "o-", label=f"{label}, slope {slope:.2f}")
    axes.loglog(events, events * points[-1]["simulate_s"] / points[-1]["synaptic_events"], "k:",
                label="in proportion")
    axes.set_xlabel("synaptic events per biological second")
    axes.set_ylabel("wall time per biological second, s")
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(os.path.join(bench.out, "scaling.png"), dpi=150)


def read_arguments(arguments):
    """The command line."""
    rows = "\n".join(f"  {name:15} {row.doc}" for name, row in ROWS.items())
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__, epilog="rows (default: all):\n" + rows,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--repeats", type=int, help="of each run (default: 5; with --quick: 1)")
    parser.add_argument("--quick", action="store_true", help="short runs, once each")
    parser.add_argument("--out", default="out/bench", help="folder (default: out/bench)")
    parser.add_argument("--phasic", default=default_program(),
                        help="the program (default: %(default)s)")
    result = parser.parse_args(arguments)
    unknown = [row for row in result.rows if row not in ROWS]
    if unknown:
        parser.error(f"there is no row '{unknown[0]}'; there are {', '.join(ROWS)}")
    result.repeats = result.repeats or (1 if result.quick else 5)
    if result.repeats < 1:
        parser.error("--repeats: at least 1")
    return result


def main(arguments=None):
    """Run the chosen rows. @return exit code"""
    arguments = read_arguments(arguments)
    os.chdir(SOURCE)
    if not os.access(arguments.phasic, os.X_OK):
        print(f"bench: {arguments.phasic} is not there; build it: cmake --preset release && "
              "cmake --build --preset release", file=sys.stderr)
        return 2
    names = arguments.rows or list(ROWS)
    bench = Bench(arguments)
    os.makedirs(os.path.join(bench.out, "runs"), exist_ok=True)
    runs = list({run.name: run for name in names for run in ROWS[name].runs}.values())
    load = os.getloadavg()
    data, errors = measure(bench, runs, arguments.repeats)
    text = table(bench, names, data, errors, load)
    print(text, end="")
    with open(os.path.join(bench.out, "table.md"), "w", encoding="utf-8") as file:
        file.write(text)
    for name in names:
        if ROWS[name].plots and not any(run.name in errors for run in ROWS[name].runs):
            plot_scaling(bench, data)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
