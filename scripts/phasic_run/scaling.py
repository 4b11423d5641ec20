# SPDX-License-Identifier: Apache-2.0
"""Strong and weak scaling of a configuration: run layouts (ranks x threads) in turn, several times,
and write OUT/SERIES.md, .csv and .png."""
import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time

from .program import default_program
from .run import read_summary
from .scaling_figure import draw
from .scaling_rows import HEADER, Row, cells
from .submit import parse_layouts, positive
from .sweep import Usage, last_error, print_table, write_csv

EPILOG = """\
A run that is complete is not run again: the same command goes on where it was. With --collect
nothing is run: the series that tasks of slurm/strong.sh and slurm/weak.sh have left in DIR are
tabulated. Repeats go round: every layout once, then every layout again, so that what else a machine
does falls on all alike; speed-ups are medians of ratios within a repeat. What phasic plan says is of
the configuration and the biological time of the runs themselves. Layouts of --predict are not run,
only planned, as the first run that there is (a weak series: with --grow), at its rates. Waiting and transfer:
the rank that waits least of all waits for nobody, so its exchange is taken as transfer, and what
others have more as waiting. seeds/h: runs an hour with as many cores as the largest layout that
was run, when they do not disturb each other.
Exit codes: 0 all runs are complete, 1 a run failed, 2 usage."""


# --- runs ------------------------------------------------------------------------------------


def grown(options, series, ranks):
    """What grows with the ranks, as options of phasic."""
    return ["--set", options.grow.replace("@", str(ranks))] if series == "weak" else []


def words_of(options, series, layout):
    """Options of a run."""
    words = ["--threads", str(layout[1])]
    for setting in options.settings:
        words += ["--set", setting]
    return words + grown(options, series, layout[0]) + \
        (["--until", options.until] if options.until else [])


def folder_of(options, series, layout, repeat):
    """Where a run writes, as in the job templates."""
    return os.path.join(options.out, series, f"{layout[0]}x{layout[1]}", f"repeat-{repeat}")


def run_once(options, series, layout, repeat):
    """One run, unless it is complete. @return an error or None"""
    folder = folder_of(options, series, layout, repeat)
    if read_summary(folder).get("complete"):
        return None
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    launch = shlex.split(options.launch) + ["-n", str(layout[0])] if layout[0] > 1 else []
    command = launch + [options.program, "run", options.config, "--out", folder, "--force",
                        "--quiet"] + words_of(options, series, layout)
    log = folder + ".log"
    with open(log, "w", encoding="utf-8") as file:
        file.write("# " + shlex.join(command) + "\n")
        file.flush()
        try:
            code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file,
                                  stderr=subprocess.STDOUT, check=False).returncode
        except OSError as error:
            return f"{command[0]}: {error.strerror}"
    if code or not read_summary(folder).get("complete"):
        return f"{last_error(log)} (exit code {code})"
    return None


def run_all(options, wanted):
    """All layouts of all series in turn. @return errors by (series, layout)"""
    errors, done, count = {}, 0, options.repeats * len(wanted)
    for repeat in range(options.repeats):
        for series, layout in wanted:
            done += 1
            if (series, layout) in errors:
                continue
            error = run_once(options, series, layout, repeat)
            said = f"FAILED: {error}" if error else "done"
            print(f"[{done}/{count}] {series} {layout[0]}x{layout[1]} repeat {repeat}: {said}",
                  file=sys.stderr, flush=True)
            if error:
                errors[series, layout] = error
    return errors


# --- what came out ---------------------------------------------------------------------------


def found_layouts(options, series):
    """Layouts of which there are folders."""
    folder = os.path.join(options.out, series)
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return sorted(layout for name in names if os.path.isdir(os.path.join(folder, name))
                  for layout in parse_layouts(name))


def repeats_of(options, series, layout):
    """{number: summary} of the complete runs of a layout."""
    folder = os.path.dirname(folder_of(options, series, layout, 0))
    found = {}
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        prefix, _, number = name.partition("-")
        if prefix == "repeat" and number.isdigit():
            summary = read_summary(os.path.join(folder, name))
            if summary.get("complete"):
                found[int(number)] = summary
    return dict(sorted(found.items()))


def plan_of(options, series, layout, ran):
    """What phasic plan says of a layout, or None where it cannot: of what was run, or grown from
    the first run. @param ran folders of complete runs, by layout"""
    first = next(iter(ran.values()))
    run, settings = ran.get(layout), []
    if not run:
        if series == "weak" and not options.grow:
            return None
        run, settings = first, grown(options, series, layout[0])
    until = read_summary(run)["biological_s"]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "plan.json")
        words = [options.program, "plan", os.path.join(run, "config.yaml"), "--ranks",
                 str(layout[0]), "--threads", str(layout[1]), "--nodes",
                 str(-(-layout[0] // options.per_node)), "--until", f"{until:.9g} s", "--json", path,
                 "--rates", first] + settings
        for machine in options.machine:
            words += ["--machine", machine]
        done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              check=False)
        if done.returncode:
            print(f"scaling: no plan of {layout[0]}x{layout[1]}: {done.stderr.strip()}",
                  file=sys.stderr)
            return None
        with open(path, encoding="utf-8") as file:
            return json.load(file)


def check_alike(rows):
    """Runs of a strong series must agree; one of another configuration in the folder does not."""
    hashes = {summary["spike_hash"] for row in rows if row.series == "strong"
              for summary in row.repeats.values()}
    if len(hashes) > 1:
        raise Usage("runs of the strong series differ in their spikes: they are not of one "
                    "configuration and version; use another --out")


def tabulate(options, series, layouts):
    """The files of a series. @return its rows"""
    repeats = {layout: repeats_of(options, series, layout) for layout in layouts}
    ran = {layout: folder_of(options, series, layout, next(iter(numbers)))
           for layout, numbers in repeats.items() if numbers}
    if not ran:
        raise Usage(f"{options.out}/{series}: no complete run")
    rows = [Row(series, layout, repeats[layout], plan_of(options, series, layout, ran))
            for layout in layouts]
    rows = [row for row in rows if row.repeats or row.plan]
    measured = [row for row in rows if row.repeats]
    check_alike(rows)
    base, cores = measured[0], max(row.cores for row in measured)
    table = [cells(row, base, cores) for row in rows]
    stem = os.path.join(options.out, series)
    write_csv(stem + ".csv", HEADER, table)
    summary = next(iter(base.repeats.values()))
    with open(stem + ".md", "w", encoding="utf-8") as file:
        file.write(f"{series} scaling of {options.config}, phasic {summary['version']} "
                   f"({summary['git_commit']}, {summary['precision']}), "
                   f"{summary['biological_s']:g} s of biological time, medians of up to "
                   f"{max(len(row.repeats) for row in rows)} interleaved repeats, "
                   f"{time.strftime('%Y-%m-%d')}\n\n")
        for line in [HEADER, ["---"] * len(HEADER)] + table:
            file.write("| " + " | ".join(line) + " |\n")
    draw(stem + ".png", rows, base)
    print(f"{series} scaling, to {base.name()}:")
    shown = [0, 1, 2, 3, 5, 6, 7, 10, 11, 17]
    print_table([HEADER[i] for i in shown], [[line[i] for i in shown] for line in table])
    print(f"{stem}.md, .csv and .png hold all of it\n")
    return rows


# --- command line ----------------------------------------------------------------------------


def parse(arguments):
    """Options of the command line."""
    parser = argparse.ArgumentParser(prog="scaling", description=__doc__, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("config", metavar="CONFIG", help="configuration to run")
    add("--strong", metavar="LAYOUTS", help="ranks x threads of the strong series: 1x1,2x1,2x2")
    add("--weak", metavar="LAYOUTS", help="of the weak series; needs --grow")
    add("--grow", metavar="PATH=VALUE", help="what grows; @ is the number of ranks")
    add("--predict", metavar="LAYOUTS", help="further layouts, of which the plan is shown")
    add("--repeats", type=positive, default=3, help="of each run (default 3)")
    add("--until", metavar="TIME", help="end at this biological time")
    add("--set", metavar="PATH=VALUE", action="append", default=[], dest="settings",
        help="change a value; may be repeated")
    add("--collect", action="store_true", help="run nothing")
    add("--machine", metavar="FILE", action="append", default=[],
        help="figures of phasic bench --json for the plan; may be repeated")
    add("--per-node", type=positive, default=64, help="ranks of a machine, for the plan "
        "(default 64)")
    add("--launch", default="mpirun", help="default mpirun")
    add("--out", metavar="DIR", help="default out/scaling-NAME-OF-CONFIG")
    add("--program", metavar="FILE", default=default_program(),
        help="default %(default)s")
    options = parser.parse_args(arguments)
    if options.weak and (not options.grow or "@" not in options.grow):
        parser.error("--weak needs --grow PATH=VALUE with @ where the number of ranks goes")
    if not options.out:
        stem = os.path.splitext(os.path.basename(options.config))[0]
        options.out = os.path.join("out", f"scaling-{stem}")
    return options


def series_of(options):
    """{series: layouts that are or were run}."""
    series = {}
    for name in ("strong", "weak"):
        text = getattr(options, name)
        layouts = parse_layouts(text) if text else []
        if options.collect and not layouts:
            layouts = found_layouts(options, name)
        if layouts:
            series[name] = layouts
    if not series and not options.collect:
        series["strong"] = parse_layouts("1x1,1x2,2x1")
    if not series:
        raise Usage(f"{options.out}: there is no series")
    if "weak" in series and options.predict and not options.grow:
        raise Usage("a weak series needs its --grow PATH=VALUE for --predict")
    return series


def main(arguments=None):
    """Command line of scripts/scaling."""
    options = parse(arguments)
    try:
        if not os.path.isfile(options.config):
            raise Usage(f"{options.config}: no such file")
        series = series_of(options)
        beyond = parse_layouts(options.predict) if options.predict else []
        wanted = [(name, layout) for name, layouts in series.items() for layout in layouts]
        errors = {} if options.collect else run_all(options, wanted)
        for (name, layout), error in errors.items():
            print(f"scaling: {name} {layout[0]}x{layout[1]}: {error}", file=sys.stderr)
        for name, layouts in series.items():
            if all((name, layout) in errors for layout in layouts):
                continue  # of which there is nothing to tell
            tabulate(options, name, layouts + [each for each in beyond if each not in layouts])
    except (Usage, OSError) as error:
        print(f"scaling: {error}", file=sys.stderr)
        return 2
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
