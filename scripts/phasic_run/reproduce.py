# SPDX-License-Identifier: Apache-2.0
"""Experiments over seeds, held against published figures: a picture, and rows of the results."""
import argparse
import glob
import hashlib
import os
import re
import shutil
import sys

from . import experiments, sweep
from .run import RunError

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
CONFIGS = os.path.join(ROOT, "configs/experiments/plasticity")
EPILOG = """\
Runs are resumed as by scripts/sweep: what is complete in DIR is not run again unless its
configuration was edited (--fresh: after the program was). The picture goes to DIR/NAME/NAME.png;
the rows of NAME in the results are replaced, whatever came out. Exit codes: 0 every figure is
reached, 1 one is not or a run failed, 2 usage."""
HEAD = """\
# Results of the experiments on plasticity
Written by `scripts/reproduce`, one experiment at a time; rows say what was found, reached or not.
Accepted is what lies within the tolerance of the published figure. Found: the mean over seeds and
its 95 % interval.

"""
COLUMNS = ["experiment", "measure", "published", "accepted", "found", "seeds", "verdict", "command"]


# --- the results page ------------------------------------------------------------------------


def read_rows(path):
    """The table's rows as lists of cells; none where there is no page."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.startswith("|")]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in lines[2:]]


def accepted(measure):
    """The range that is accepted, as text."""
    if measure.high == float("inf"):
        return f"≥ {measure.low:.4g}"
    if measure.low == -float("inf"):
        return f"≤ {measure.high:.4g}"
    return f"{measure.low:.4g} to {measure.high:.4g}"


def rows_of(name, measures, seeds):
    """New rows of an experiment."""
    return [[name, m.name, m.target, accepted(m), m.shown(), seeds,
             "reached" if m.is_reached() else "not reached",
             f"`scripts/reproduce {name} --seeds {seeds}`"] for m in measures]


def write_rows(path, name, rows):
    """Put the rows of an experiment in the place of its old ones."""
    kept = [row for row in read_rows(path) if row[0] != name]
    table = sorted(kept + rows, key=lambda row: row[0])  # stable: measures stay in order
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
             for row in [COLUMNS, ["---"] * len(COLUMNS)] + table]
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(HEAD + "\n".join(lines) + "\n")
    os.replace(path + ".new", path)


# --- one experiment --------------------------------------------------------------------------


def configurations(name):
    """[(stem, path)] of an experiment: NAME.yaml, or all in NAME/."""
    single = os.path.join(CONFIGS, name + ".yaml")
    paths = [single] if os.path.exists(single) else sorted(
        glob.glob(os.path.join(CONFIGS, name, "*.yaml")))
    return [(os.path.splitext(os.path.basename(path))[0], path) for path in paths]


def text_of(path):
    """A configuration with what it includes, as bytes."""
    with open(path, "rb") as file:
        text = file.read()
    for included in re.findall(rb"\bfrom: *([^\s,}]+)", text):
        text += text_of(os.path.join(os.path.dirname(path), included.decode()))
    return text


def folder_of(name, stem, path, options):
    """Where the runs of a configuration go: elsewhere once it, or what it includes, is edited."""
    digest = hashlib.sha256(text_of(path)).hexdigest()[:8]
    return os.path.join(options.out, name, f"{stem}-{digest}")


def run_one(path, settings, seeds, folder, label, options):
    """Sweep a configuration. @return [Arm] of that label, or None after a failure"""
    words = [path, "--seeds", seeds, "--jobs", str(options.jobs), "--program", options.program,
             "--out", folder]
    for setting in settings:
        words += ["--set", setting]
    if sweep.main(words) != 0:
        return None
    swept = sweep.parse(words)
    return [experiments.Arm(label, dict(job.settings), job.seed, job.folder(swept))
            for job in sweep.plan(swept)[0]]


def run_all(name, module, seeds, options):
    """Run what is not complete yet. @return [Arm], or None after a failure"""
    arms = []
    for stem, path in configurations(name):
        folder = folder_of(name, stem, path, options)
        if options.fresh:
            shutil.rmtree(folder, ignore_errors=True)
        settings = getattr(module, "SETTINGS", {}).get(stem, [])
        made = run_one(path, settings, seeds, folder, stem, options)
        if made is None:
            return None
        arms += made
    paths = dict(configurations(name))
    for label, stem, seed, settings in getattr(module, "further", lambda _: [])(list(arms)):
        folder = os.path.join(folder_of(name, stem, paths[stem], options), label)
        made = run_one(paths[stem], settings, str(seed), folder, label, options)
        if made is None:
            return None
        arms += made
    return arms


def reproduce(name, options):
    """Run, analyse and note one experiment. @return whether every figure is reached"""
    module = experiments.module_of(name)
    seeds = options.seeds or module.SEEDS
    print(f"== {name}: {module.ABOUT}")
    arms = run_all(name, module, seeds, options)
    if not arms:
        print(f"reproduce: {name}: not all runs are complete", file=sys.stderr)
        return False
    picture = os.path.join(options.out, name, name + ".png")
    rows = rows_of(name, module.analyse(arms, picture), seeds)
    write_rows(options.results, name, rows)
    print()
    sweep.print_table(COLUMNS[1:-1], [row[1:-1] for row in rows])
    print(f"{picture}\n{options.results}")
    return all(row[6] == "reached" for row in rows)


# --- command line ----------------------------------------------------------------------------


def parse(arguments):
    """Options of the command line."""
    parser = argparse.ArgumentParser(
        prog="reproduce", description="Run an experiment's configurations over seeds, draw its "
        "figure, and hold what comes out against published figures.", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*", help="experiments (--list), or all")
    parser.add_argument("--list", action="store_true", help="say which experiments there are")
    parser.add_argument("--seeds", metavar="1..N", help="default: the experiment's own")
    parser.add_argument("--jobs", type=int, default=1, help="runs at once (default 1)")
    parser.add_argument("--fresh", action="store_true", help="run again what is complete")
    parser.add_argument("--out", metavar="DIR", default="out/reproduce",
                        help="default out/reproduce; gets NAME/")
    parser.add_argument("--results", metavar="FILE", default=os.path.join(CONFIGS, "RESULTS.md"),
                        help="default configs/experiments/plasticity/RESULTS.md")
    parser.add_argument("--program", metavar="FILE", default="build/phasic",
                        help="default build/phasic")
    options = parser.parse_args(arguments)
    known = experiments.names()
    if options.names == ["all"]:
        options.names = known
    for name in options.names:
        if name not in known:
            parser.error(f"there is no experiment '{name}'; there are: {', '.join(known)}")
    if not options.names and not options.list:
        parser.error("an experiment is meant; --list says which there are")
    try:
        sweep.parse_seeds(options.seeds or "1")
    except sweep.Usage as error:
        parser.error(str(error))
    return options


def main(arguments=None):
    """Command line of scripts/reproduce."""
    options = parse(arguments)
    if options.list:
        sweep.print_table(["experiment", "seeds", ""],
                          [[name, experiments.module_of(name).SEEDS,
                            experiments.module_of(name).ABOUT] for name in experiments.names()])
        return 0
    reached = True
    for name in options.names:
        try:
            reached = reproduce(name, options) and reached
        except (RunError, OSError, KeyError) as error:
            print(f"reproduce: {name}: {error}", file=sys.stderr)
            reached = False
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
