# SPDX-License-Identifier: Apache-2.0
"""Experiments over seeds, held against published figures or against control arms: a picture, and
rows or a section of the results."""
import argparse
import glob
import hashlib
import os
import re
import shutil
import sys

from . import compare, experiments, sweep
from .program import default_program, missing
from .run import RunError

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
EXPERIMENTS = os.path.join(ROOT, "configs/experiments")
EPILOG = """\
Runs are resumed as by scripts/sweep: what is complete in DIR is not run again unless its
configuration was edited (--fresh: after the program was). The picture goes to DIR/NAME/NAME.png;
what NAME has in the results is replaced, whatever came out. On a cluster slurm/experiment.sh gives
each task of an array a seed (--seeds 3 --runs-only) and the same DIR, then calls it once for all of
them. Exit codes: 0 every figure is reached or claim shown, 1 one is not or a run failed, 2 usage."""
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


def rows_of(name, measures, seeds):
    """New rows of an experiment."""
    return [[name, m.name, m.target, m.accepted(), m.shown(), seeds, m.verdict(),
             f"`scripts/reproduce {name} --seeds {seeds}`"] for m in measures]


def notes_of(table):
    """What the experiments of a table have to say beside their rows."""
    known = set(experiments.names())
    told = [(name, getattr(experiments.module_of(name), "NOTE", ""))
            for name in dict.fromkeys(row[0] for row in table) if name in known]
    return "".join(f"\n**{name}.** {note.strip()}\n" for name, note in told if note)


def write_rows(path, name, rows):
    """Put the rows of an experiment in the place of its old ones."""
    kept = [row for row in read_rows(path) if row[0] != name]
    table = sorted(kept + rows, key=lambda row: row[0])  # stable: measures stay in order
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
             for row in [COLUMNS, ["---"] * len(COLUMNS)] + table]
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(HEAD + "\n".join(lines) + "\n" + notes_of(table))
    os.replace(path + ".new", path)


# --- one experiment --------------------------------------------------------------------------


def configurations(name):
    """[(stem, path)] of an experiment: NAME.yaml, or all in NAME/."""
    folder = os.path.join(EXPERIMENTS, experiments.set_of(name))
    single = os.path.join(folder, name + ".yaml")
    paths = [single] if os.path.exists(single) else sorted(
        glob.glob(os.path.join(folder, name, "*.yaml")))
    return [(os.path.splitext(os.path.basename(path))[0], path) for path in paths]


def text_of(path):
    """A configuration with what it includes, as bytes, without the line that names its schema."""
    with open(path, "rb") as file:
        text = re.sub(rb"\A# yaml-language-server:[^\n]*\n", b"", file.read())
    acts = re.sub(rb"(^|\s)#[^\n]*", rb"\1", text)  # comments name files too
    for included in re.findall(rb"\bfrom: *([^\s,}]+)", acts):
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


def page_of(options, name):
    """The page of results: as asked for; the tree's; of an installed phasic, one beside the runs."""
    if options.results:
        return options.results
    if os.path.exists(os.path.join(ROOT, "CMakeLists.txt")):
        return os.path.join(EXPERIMENTS, name)
    return os.path.join(options.out, name.replace("/", "-"))


def hold(name, module, seeds, options):
    """An experiment held against published figures. @return whether every one is reached"""
    arms = run_all(name, module, seeds, options)
    if not arms or options.runs_only:
        return bool(arms)
    picture = os.path.join(options.out, name, name + ".png")
    page = page_of(options, "plasticity/RESULTS.md")
    rows = rows_of(name, module.analyse(arms, picture), seeds)
    write_rows(page, name, rows)
    print()
    sweep.print_table(COLUMNS[1:-1], [row[1:-1] for row in rows])
    print(f"{picture}\n{page}")
    return all(row[6] == "reached" for row in rows)


def contrast(name, module, seeds, options):
    """An experiment that compares arms. @return whether its claim is shown"""
    folders = {stem: (path, folder_of(name, stem, path, options))
               for stem, path in configurations(name)}
    if options.fresh:
        for _, folder in folders.values():
            shutil.rmtree(folder, ignore_errors=True)
    runs = compare.run_arms(name, module, sweep.parse_seeds(seeds), folders, options)
    if not runs or options.runs_only:
        return bool(runs)
    page = page_of(options, experiments.COMPARING[experiments.set_of(name)])
    brain = os.path.join(EXPERIMENTS, "neuromodulation", getattr(module, "BASE", "brain.yaml"))
    return compare.judge(name, module, runs, seeds, brain, page, options)


def reproduce(name, options):
    """Run, analyse and note one experiment. @return whether all is as it should be"""
    module = experiments.module_of(name)
    print(f"== {name}: {module.ABOUT}")
    way = contrast if experiments.compares(name) else hold
    return way(name, module, options.seeds or module.SEEDS, options)


# --- command line ----------------------------------------------------------------------------


def parse(arguments):
    """Options of the command line."""
    parser = argparse.ArgumentParser(
        prog="reproduce", description="Run an experiment over seeds, draw its figure, hold what "
        "comes out against published figures or its control arms.", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*", help="experiments (--list), or all")
    parser.add_argument("--list", action="store_true", help="say which experiments there are")
    parser.add_argument("--seeds", metavar="1..N", help="default: the experiment's own")
    parser.add_argument("--jobs", type=int, default=1, help="runs at once (default 1)")
    parser.add_argument("--fresh", action="store_true", help="run again what is complete")
    parser.add_argument("--out", metavar="DIR", default="out/reproduce",
                        help="default out/reproduce; gets NAME/")
    parser.add_argument("--results", metavar="FILE", help="page of results (default: RESULTS.md of "
                        "configs/experiments/ or the experiment's folder there)")
    parser.add_argument("--runs-only", action="store_true", help="run, and note nothing")
    parser.add_argument("--program", metavar="FILE", default=default_program(),
                        help="default %(default)s")
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
    if missing(options.program):
        print(f"reproduce: {missing(options.program)}", file=sys.stderr)
        return 2
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
