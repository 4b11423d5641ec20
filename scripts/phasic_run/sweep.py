# SPDX-License-Identifier: Apache-2.0
"""Runs of one configuration over settings and seeds, and a table of what came out."""
import argparse
import csv
import itertools
import os
import re
import shlex
import signal
import statistics
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from .program import default_program, missing
from .run import Run, RunError, accuracy_by_class, read_summary

EPILOG = """\
A run whose summary.json says complete is not run again: a sweep that was stopped goes on where it
was. Values are separated by commas; commas within [], {} or quotes belong to the value:
    --set 'tracts.a.weight={type: normal, mean: 1 nS, sd: 0.1 nS},2 nS'
Each run writes DIR/NAME and DIR/NAME.log; the table goes to DIR/table.csv, means over seeds to
DIR/means.csv. Exit codes: 0 all runs are complete, 1 a run failed, 2 usage."""


class Usage(Exception):
    """A wrong argument, in the user's words."""


def split_values(text):
    """Values between commas that stand outside brackets and quotes."""
    values, depth, quote, begin = [], 0, "", 0
    for i, c in enumerate(text):
        if quote:
            quote = "" if c == quote else quote
        elif c in "'\"":
            quote = c
        elif c in "[{":
            depth += 1
        elif c in "]}":
            depth -= 1
        elif c == "," and depth == 0:
            values.append(text[begin:i].strip())
            begin = i + 1
    if depth or quote:
        raise Usage(f"--set {text}: a bracket or quote is not closed")
    values.append(text[begin:].strip())
    return values


def parse_setting(text):
    """PATH=A,B as (path, [values])."""
    path, equals, values = text.partition("=")
    if not equals or not path or not values:
        raise Usage(f"--set {text}: PATH=VALUE[,VALUE...] is meant")
    return path.strip(), split_values(values)


def parse_seeds(text):
    """1..10 or 1,2,5 as a list of numbers."""
    seeds = []
    for piece in text.split(","):
        match = re.fullmatch(r"\s*(\d+)(?:\.\.(\d+))?\s*", piece)
        if not match or (match[2] and int(match[2]) < int(match[1])):
            raise Usage(f"--seeds {text}: numbers (1,2,5) or a range (1..10) are meant")
        seeds += range(int(match[1]), int(match[2] or match[1]) + 1)
    return seeds


def piece_of(path, value):
    """What a setting adds to the name of a run."""
    return re.sub(r"[^\w.=+-]+", "-", f"{path.rsplit('.', 1)[-1]}={value}")


def run_name(settings, seed, taken):
    """A folder name that says what is different about the run."""
    name = "_".join([piece_of(*setting) for setting in settings] + [f"seed={seed}"]).strip("-")
    unique, n = name, 2
    while unique in taken:
        unique, n = f"{name}_{n}", n + 1
    taken.add(unique)
    return unique


class Job:
    """One run: what is set, where it goes, what became of it."""

    def __init__(self, settings, seed, name):
        self.settings, self.seed, self.name = settings, seed, name
        self.error, self.measures = None, {}

    def command(self, options):
        """The words of the command line."""
        words = [] if options.ranks == 1 else ["mpirun", "-n", str(options.ranks),
                                               "--oversubscribe", "--bind-to", "none"]
        words += [options.program, "run", options.config, "--seed", str(self.seed), "--out",
                  self.folder(options), "--threads", str(options.threads), "--quiet"]
        for path, value in self.settings:
            words += ["--set", f"{path}={value}"]
        if os.path.exists(self.folder(options)):
            words.append("--force")  # an unfinished run of this sweep
        return words

    def meaning(self, options):
        """What decides the results, as the first line of the log: not the layout."""
        return "# " + shlex.join([os.path.abspath(options.config), f"seed={self.seed}"] +
                                 [f"{path}={value}" for path, value in self.settings])

    def is_done(self, options):
        """Whether this very run is complete; one of another sweep in the folder is not."""
        if not is_complete(self.folder(options)):
            return False
        if options.collect:
            return True
        try:
            with open(self.folder(options) + ".log", encoding="utf-8", errors="replace") as file:
                return file.readline().strip() == self.meaning(options)
        except OSError:
            return False

    def folder(self, options):
        """OUT of this run."""
        return os.path.join(options.out, self.name)


def environment(ranks):
    """Variables that let several ranks share the cores of one machine."""
    variables = dict(os.environ)
    if ranks > 1:
        variables.setdefault("OMPI_ALLOW_RUN_AS_ROOT", "1")
        variables.setdefault("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
        variables.setdefault("OMPI_MCA_mpi_yield_when_idle", "1")
    return variables


BOILERPLATE = re.compile(r"^(-{5,}|Primary job|mpirun |prterun |MPI_ABORT|with errorcode|"
                         r"NOTE: |You may or may not|a non-zero exit|Process name|"
                         r"\s*Process name|\s*Exit code|per user-direction)")


def last_error(path):
    """The last line of a log that says what went wrong, without mpirun's words."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = [line.strip() for line in file if line.strip() and line[0] != "#"]
    except OSError as error:
        return str(error)
    told = [line for line in lines if not BOILERPLATE.match(line)]
    return (told or lines or ["no message"])[-1]


def is_complete(folder):
    """Whether a run's summary says that it reached its end."""
    try:
        return bool(read_summary(folder).get("complete"))
    except RunError:
        return False


def measure(folder):
    """Columns of the table from summary.json and the trials of run.h5."""
    with Run(folder) as run:
        s, measures = run.summary, {}
        for name, phase in (s.get("phases") or {}).items():
            if phase.get("trials"):
                measures[f"accuracy_last_50.{name}"] = phase.get("accuracy_last_50")
                measures[f"accuracy.{name}"] = phase.get("accuracy")
        trials, names = run.trials(), run.phase_names()
        for index, name in enumerate(names if trials is not None else []):
            for context, share in accuracy_by_class(trials, index).items():
                measures[f"accuracy.{name}.class_{context}"] = share
        for key in ("biological_s", "simulate_s", "real_time_factor", "spikes", "spike_hash",
                    "weight_hash"):
            measures[key] = s.get(key)
        return measures


class Children:
    """The programs that are running, so that they end with the sweep."""

    def __init__(self):
        self.lock, self.running, self.stopped = threading.Lock(), set(), False

    def run(self, command, log, variables):
        """Run to the end; the exit code."""
        with self.lock:
            if self.stopped:
                return 1
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                     stderr=subprocess.STDOUT, env=variables)
            self.running.add(child)
        code = child.wait()
        with self.lock:
            self.running.discard(child)
        return code

    def stop(self):
        """End all that run, and start no more."""
        with self.lock:
            self.stopped = True
            for child in self.running:
                child.terminate()


def execute(job, options, say, children):
    """Run a job unless it is done, then measure it."""
    folder = job.folder(options)
    if job.is_done(options):
        say(f"{job.name}: complete already")
    elif options.collect:
        job.error = "not complete"
        return
    else:
        log = folder + ".log"
        command = job.command(options)
        try:
            with open(log, "w", encoding="utf-8") as file:
                file.write(f"{job.meaning(options)}\n# {shlex.join(command)}\n")
                file.flush()
                code = children.run(command, file, environment(options.ranks))
        except OSError as error:
            job.error = f"{command[0]}: {error.strerror}"
            return
        if code != 0 or not is_complete(folder):
            job.error = last_error(log) + (f" (exit code {code})" if code else
                                           " (summary.json does not say complete)")
            return
        say(f"{job.name}: done")
    try:
        job.measures = measure(folder)
    except (RunError, OSError, KeyError) as error:
        job.error = str(error)


def run_all(jobs, at_once):
    """Run jobs, [(Job, its options)], in this order and so many at once; errors stay in the jobs.
    @return whether none was stopped by a signal"""
    lock, count, children = threading.Lock(), itertools.count(1), Children()

    def say(text):
        with lock:
            print(f"[{next(count)}/{len(jobs)}] {text}", file=sys.stderr, flush=True)

    def work(pair):
        job, options = pair
        if not children.stopped:
            execute(job, options, say, children)
        if job.error and not children.stopped:
            say(f"{job.name}: FAILED: {job.error}")

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ThreadPoolExecutor(at_once) as pool:
        try:
            list(pool.map(work, jobs))
        except KeyboardInterrupt:
            children.stop()
    if children.stopped:
        print("stopped; the same command goes on where it was", file=sys.stderr)
    return not children.stopped


# --- tables ----------------------------------------------------------------------------------


def shown(value):
    """A value as it stands in a table."""
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def print_table(header, rows):
    """Columns as wide as they need to be."""
    rows = [[shown(v) for v in row] for row in rows]
    widths = [max([len(h)] + [len(r[i]) for r in rows]) for i, h in enumerate(header)]
    for row in [header] + rows:
        print("  ".join(text.rjust(w) if i else text.ljust(w)
                        for i, (text, w) in enumerate(zip(row, widths))).rstrip())


def columns_of(jobs):
    """Names of all measures, in the order in which they first come."""
    names = {}
    for job in jobs:
        names.update(dict.fromkeys(job.measures))
    return list(names)


def statistics_of(jobs, columns):
    """[(settings, [(name of the statistic, {column: value})])] over the seeds of a setting."""
    made = []
    for settings in dict.fromkeys(job.settings for job in jobs):
        done = [j for j in jobs if j.settings == settings and j.measures]
        rows = []
        for name, function in (("mean", statistics.fmean), ("min", min), ("max", max)):
            values = {}
            for column in columns:
                numbers = [j.measures[column] for j in done
                           if isinstance(j.measures.get(column), (int, float))]
                values[column] = function(numbers) if numbers else None
            rows.append((f"{name} of {len(done)}", values))
        made.append((settings, rows))
    return made


def write_csv(path, header, rows):
    """A table, under a temporary name until it is whole."""
    temporary = f"{path}.{os.getpid()}.tmp"  # another sweep may write the same table
    with open(temporary, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([["" if v is None else v for v in row] for row in rows])
    os.replace(temporary, path)


def tabulate(jobs, paths, out):
    """table.csv, means.csv and what is printed."""
    columns = columns_of(jobs)
    runs = [[value for _, value in j.settings] + [j.seed, j.name, j.error or "complete"] +
            [j.measures.get(c) for c in columns] for j in jobs]
    write_csv(os.path.join(out, "table.csv"), paths + ["seed", "name", "status"] + columns, runs)
    groups = statistics_of(jobs, columns)
    write_csv(os.path.join(out, "means.csv"), paths + ["statistic"] + columns,
              [[v for _, v in settings] + [name] + [values[c] for c in columns]
               for settings, rows in groups for name, values in rows])
    chosen = [c for c in columns if c.startswith("accuracy_last_50.")] + \
        [c for c in ("real_time_factor", "spikes") if c in columns]
    header = [p.rsplit(".", 1)[-1] for p in paths] + ["seed"] + chosen
    table = [[v for _, v in j.settings] + [j.seed] +
             ([j.measures.get(c) for c in chosen] if not j.error else ["failed"]) for j in jobs]
    table += [[v for _, v in settings] + [name] + [values[c] for c in chosen]
              for settings, rows in groups for name, values in rows]
    table = [row + [""] * (len(header) - len(row)) for row in table]
    table = [row[:len(header)] for row in table]
    print_table(header, table)


# --- command line ----------------------------------------------------------------------------


def parse(arguments):
    """Options of the command line."""
    parser = argparse.ArgumentParser(
        prog="sweep", description="Run a configuration over the product of settings and seeds, "
        "and tabulate the accuracy of every phase.", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", metavar="CONFIG", help="configuration to run")
    parser.add_argument("--set", metavar="PATH=A,B", action="append", default=[], dest="settings",
                        help="values to try for a key, as of phasic run --set; may be repeated")
    parser.add_argument("--seeds", metavar="1..N", default="1", help="seeds (default 1)")
    parser.add_argument("--jobs", type=int, default=1, help="runs at once (default 1)")
    parser.add_argument("--ranks", type=int, default=1, help="MPI ranks of a run (default 1)")
    parser.add_argument("--threads", type=int, default=1, help="threads of a rank (default 1)")
    parser.add_argument("--out", metavar="DIR", help="default out/sweep-NAME-OF-CONFIG")
    parser.add_argument("--program", metavar="FILE", default=default_program(),
                        help="default %(default)s")
    parser.add_argument("--collect", action="store_true", help="run nothing: make the table of "
                        "what the tasks of slurm/array.sh have run into DIR")
    options = parser.parse_args(arguments)
    for name in ("jobs", "ranks", "threads"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} must be 1 or more")
    if not options.out:
        stem = os.path.splitext(os.path.basename(options.config))[0]
        options.out = os.path.join("out", f"sweep-{stem}")
    return options


def plan(options):
    """All jobs, settings varying slowest in the order given, and the paths that vary."""
    settings = [parse_setting(text) for text in options.settings]
    paths = [path for path, _ in settings]
    if len(set(paths)) != len(paths):
        raise Usage("--set: a path is given twice; list its values behind one")
    taken, jobs = set(), []
    for values in itertools.product(*(values for _, values in settings)):
        chosen = tuple(zip(paths, values))
        for seed in parse_seeds(options.seeds):
            jobs.append(Job(chosen, seed, run_name(chosen, seed, taken)))
    return jobs, paths


def main(arguments=None):
    """Command line of scripts/sweep."""
    options = parse(arguments)
    try:
        jobs, paths = plan(options)
        if not os.path.isfile(options.config):
            raise Usage(f"{options.config}: no such file")
        if missing(options.program):
            raise Usage(missing(options.program))
        os.makedirs(options.out, exist_ok=True)
    except (Usage, OSError) as error:
        print(f"sweep: {error}", file=sys.stderr)
        return 2
    if not run_all([(job, options) for job in jobs], options.jobs):
        return 1
    tabulate(jobs, paths, options.out)
    failed = [job for job in jobs if job.error]
    for job in failed:
        print(f"sweep: {job.name}: {job.error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
