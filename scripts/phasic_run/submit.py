# SPDX-License-Identifier: Apache-2.0
"""Fill a job template from a configuration and its plan, show it, and submit it."""
import argparse
import glob
import itertools
import json
import math
import os
import re
import shlex
import subprocess
import sys
import tempfile

from .program import default_program
from .run import RunError, read_summary
from .sweep import Usage, parse_seeds, parse_setting, piece_of
from .templates import Template

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TEMPLATES = {"single": "sbatch", "chain": "sbatch", "array": "sbatch", "pipeline": "sbatch",
             "strong": "sbatch", "weak": "sbatch", "pbs": "qsub", "lsf": "bsub"}
SINGLE = ("single", "chain", "pbs", "lsf")  # jobs that are one run
OF_ONE_SEED = SINGLE + ("pipeline",)
REPLACE = ("single", "pbs", "lsf")         # take --force
WAIT_S = 10             # of srun, for other ranks when one has died
LEAST_EFFICIENCY = 0.7  # of ranks that are chosen
LEAST_MINUTES = 5
START_MINUTES = 2       # of a job: modules, MPI, files
MARGIN_MEMORY = 1.2
SLOW_DISK_MB_PER_S = 50
SPARE_BYTES = 256e6     # of a node: the launcher, buffers of MPI and files

EPILOG = """\
Without --ranks the number is chosen: as many (1, and --nodes times 1, 2, 4 ... up to --most-ranks)
as are 70 % efficient by the plan. Each node gets as many ranks as any other. Time and memory are
the plan's with a margin. The filled script is kept as DIR.job, so it can be submitted again by
hand. strong and weak run every layout of --layouts (ranks x threads) --repeats times and are for
scripts/scaling; weak takes --grow, where @ is the number of ranks. chain is one run in as many jobs
of --time as it takes, by checkpoints; a folder that has some is gone on with, unless the
configuration differs. pipeline learns once with CONFIG, and then runs --test in the learned state,
as array does; values that are single hold for both.
Exit codes: 0 submitted (or shown, by --dry-run), 2 usage, 3 files, 4 the scheduler refused."""


# --- the plan --------------------------------------------------------------------------------


def plan(options, ranks, threads, settings, config=None):
    """What phasic plan says of a configuration, by default the options': the dictionary of its JSON."""
    nodes = nodes_of(options, ranks)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "plan.json")
        words = [options.program, "plan", config or options.config, "--ranks", str(ranks), "--threads",
                 str(threads), "--nodes", str(nodes), "--json", path]
        words += ["--until", options.until] if options.until else []
        for name, values in (("--machine", options.machine), ("--rates", options.rates)):
            for value in values:
                words += [name, value]
        for setting in settings:
            words += ["--set", setting]
        try:
            done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                  check=False)
        except OSError as error:
            raise Usage(f"{options.program}: {error.strerror}") from error
        if done.returncode != 0:
            raise Usage((done.stderr.strip() or "phasic plan failed").removeprefix("phasic: "))
        with open(path, encoding="utf-8") as file:
            return json.load(file)


def nodes_of(options, ranks):
    """As many as were asked for, but none without a rank."""
    return min(options.nodes, ranks)


def check_even(options):
    """Nodes get as many ranks each; schedulers would round up what does not divide."""
    ranks, nodes = options.ranks, nodes_of(options, options.ranks)
    if ranks % nodes:
        raise Usage(f"{ranks} ranks do not go evenly onto {nodes} nodes: --ranks "
                    f"{ranks - ranks % nodes} or {ranks - ranks % nodes + nodes}, or other --nodes")


def choose_ranks(options, settings, config):
    """The most ranks that the plan calls efficient, as many on each node."""
    chosen, alone = 1, None
    counts = [options.nodes << i for i in range(options.most_ranks.bit_length())]
    for ranks in [1] + [n for n in counts if 1 < n <= options.most_ranks]:
        figures = plan(options, ranks, options.threads, settings, config)
        took = figures["build_s"] + (figures["simulate_s"] or figures["seconds_per_biological_s"])
        alone = alone or took
        if alone / took >= LEAST_EFFICIENCY * ranks:
            chosen = ranks
    return chosen


def minutes_of(seconds, margin):
    """Minutes to ask for."""
    return max(LEAST_MINUTES, math.ceil(seconds * margin / 60) + START_MINUTES)


def megabytes_of(figures):
    """Memory to ask for, of a node, in MiB."""
    bytes_asked = figures["largest_node_bytes"] * MARGIN_MEMORY + SPARE_BYTES
    return 64 * math.ceil(bytes_asked / 2**20 / 64)


def seconds_of(figures):
    """How long the whole run takes by the plan."""
    if figures["simulate_s"] is None:
        raise Usage("the run has no end of its own: give --until, or --time")
    return figures["build_s"] + figures["simulate_s"]


# --- what is asked for -----------------------------------------------------------------------


class Demand:
    """Ranks, threads, nodes, memory (MiB of a node) and minutes of a job."""

    def __init__(self, options, ranks, threads, minutes, megabytes):
        self.ranks, self.threads, self.minutes = ranks, threads, minutes
        self.nodes = nodes_of(options, ranks)
        self.per_node = math.ceil(ranks / self.nodes)
        self.megabytes = options.mem or megabytes

    def clock(self):
        """The time as HH:MM."""
        return f"{self.minutes // 60:02d}:{self.minutes % 60:02d}"


def asked_minutes(options, seconds):
    """--time, or the plan's time with the margin; seconds is a function."""
    if options.time:
        return options.time
    return minutes_of(seconds(), options.margin)


def demand_of_tasks(options, tasks):
    """Of a job that is any one of several runs, by their settings and configuration: what the
    largest needs; its plan."""
    if options.ranks:
        check_even(options)
    ranks = options.ranks or max(choose_ranks(options, *task) for task in tasks)
    plans = [plan(options, ranks, options.threads, *task) for task in tasks]
    minutes = asked_minutes(options, lambda: max(map(seconds_of, plans)))
    largest = max(plans, key=megabytes_of)
    return Demand(options, ranks, options.threads, minutes, megabytes_of(largest)), largest


def demand_of_one(options, settings):
    """Of a job that is one run; the plan of it."""
    return demand_of_tasks(options, [(settings, options.config)])


def demand_of_layouts(options, layouts, grow):
    """Of a job that runs all layouts one after the other."""
    plans = [plan(options, ranks, threads,
                  options.settings + ([grow.replace("@", str(ranks))] if grow else []))
             for ranks, threads in layouts]
    minutes = asked_minutes(options, lambda: sum(map(seconds_of, plans)))
    ranks, threads = max(r for r, _ in layouts), max(t for _, t in layouts)
    if ranks * threads > max(r * t for r, t in layouts):
        ranks, threads = max(r * t for r, t in layouts), 1
    largest = max(plans, key=megabytes_of)
    return Demand(options, ranks, threads, minutes, megabytes_of(largest)), largest


def slurm_directives(options, name, demand):
    """Lines of place 1 for Slurm."""
    lines = [f"--job-name={name}", f"--nodes={demand.nodes}",
             f"--ntasks-per-node={demand.per_node}", f"--cpus-per-task={demand.threads}",
             f"--mem={demand.megabytes}M", f"--time={demand.clock()}:00"]
    lines += [f"--partition={options.partition}"] if options.partition else []
    lines += [f"--account={options.account}"] if options.account else []
    return ["#SBATCH " + line for line in lines]


def pbs_directives(options, name, demand):
    """Lines of place 1 for PBS Pro."""
    chunk = (f"select={demand.nodes}:ncpus={demand.per_node * demand.threads}:"
             f"mpiprocs={demand.per_node}:ompthreads={demand.threads}:mem={demand.megabytes}mb")
    lines = [f"-N {name}", f"-l {chunk}", f"-l walltime={demand.clock()}:00"]
    lines += [f"-q {options.partition}"] if options.partition else []
    lines += [f"-A {options.account}"] if options.account else []
    return ["#PBS " + line for line in lines]


def lsf_directives(options, name, demand):
    """Lines of place 1 for LSF."""
    per_rank = math.ceil(demand.megabytes / demand.per_node)
    lines = [f"-J {name}", f"-n {demand.per_node * demand.nodes}",
             f'-R "span[ptile={demand.per_node}] affinity[core({demand.threads})] '
             f'rusage[mem={per_rank}MB]"', f"-W {demand.clock()}"]
    lines += [f"-q {options.partition}"] if options.partition else []
    lines += [f"-P {options.account}"] if options.account else []
    return ["#BSUB " + line for line in lines]


# --- filling ---------------------------------------------------------------------------------


def run_options(options, settings):
    """Further options of phasic run."""
    words = []
    for setting in settings:
        words += ["--set", setting]
    if options.until:
        words += ["--until", options.until]
    return words


def warning_of(demand):
    """Seconds before the end of a job at which its last checkpoint begins: a minute, for Slurm may
    be as early, another for the beat and the launcher, and what writing all memory takes on a slow
    disk; never more than half of the job."""
    seconds = 120 + math.ceil(demand.megabytes / SLOW_DISK_MB_PER_S)
    return min(seconds, 30 * demand.minutes)


def fill_single(options, template, name):
    """single, chain, pbs, lsf: one run."""
    settings = options.settings
    if options.template == "chain" and not any(s.startswith("checkpoint") for s in settings):
        settings = settings + ["checkpoint.interval=10 min"]
    demand, figures = demand_of_one(options, settings)
    words = run_options(options, settings)
    if options.seeds:
        words += ["--seed", options.seeds]
    words += ["--force"] if options.force else []
    directives = {"pbs": pbs_directives, "lsf": lsf_directives}.get(options.template,
                                                                     slurm_directives)
    for line in directives(options, name, demand):
        template.directive(line)
    if options.template == "chain":
        template.directive(f"#SBATCH --signal=B:USR1@{warning_of(demand)}")
    template.variable("OPTIONS", words)
    if options.template in ("pbs", "lsf"):
        template.variable("THREADS", demand.threads)
        template.variable("MINUTES", demand.minutes)
    return demand, figures


def fill_tasks(options, template, name, chosen, config, common=(), first=()):
    """A task for each combination of settings, beside those common to all; the number of
    combinations comes first.
    @param first tasks, as (settings, configuration), that ask for as much as these"""
    combinations = list(itertools.product(*([(path, value) for value in values]
                                            for path, values in chosen)))
    names = ["_".join(piece_of(path, value) for path, value in c) for c in combinations]
    if len(set(names)) != len(names):
        raise Usage("--set: two settings would have the same name")
    tasks = [(list(common) + [f"{path}={value}" for path, value in c], config) for c in combinations]
    demand, figures = demand_of_tasks(options, list(first) + tasks)
    for line in slurm_directives(options, name, demand):
        template.directive(line)
    template.variable("NAMES", names)
    template.variable("SETTINGS", [" && ".join(f"{p}={v}" for p, v in c) for c in combinations])
    return len(combinations), demand, figures


def fill_array(options, template, name):
    """array: settings times seeds, one run a task."""
    chosen = [parse_setting(text) for text in options.settings]
    settings, demand, figures = fill_tasks(options, template, name, chosen, options.config)
    seeds = parse_seeds(options.seeds or "1")
    tasks = settings * len(seeds)
    template.variable("SEEDS", seeds)
    template.directive(f"#SBATCH --array=0-{tasks - 1}%{min(options.at_once, tasks)}")
    template.variable("OPTIONS", run_options(options, []))
    return demand, figures


def fill_pipeline(options, template, name):
    """pipeline: one run that learns, and tasks that begin in its state, of the same seed."""
    chosen = [parse_setting(text) for text in options.settings]
    if not any(len(values) > 1 for _, values in chosen):
        raise Usage("pipeline needs a --set of several values, PATH=A,B: a test for each")
    both = [f"{path}={values[0]}" for path, values in chosen if len(values) == 1]
    test = options.test or options.config
    _, demand, figures = fill_tasks(options, template, name,
                                    [setting for setting in chosen if len(setting[1]) > 1], test,
                                    both, [(both, options.config)])
    template.variable("SEED", options.seeds or "1")
    template.variable("TEST", test)
    template.variable("LEARN", run_options(options, both))
    template.variable("OPTIONS", run_options(options, both))
    template.variable("AT_ONCE", options.at_once)
    return demand, figures


def parse_layouts(text):
    """1x1,2x1 as [(ranks, threads)]."""
    layouts = []
    for piece in text.split(","):
        match = re.fullmatch(r"\s*([1-9]\d*)x([1-9]\d*)\s*", piece)
        if not match:
            raise Usage(f"--layouts {text}: RANKSxTHREADS is meant, as in 1x1,2x1,4x2")
        layouts.append((int(match[1]), int(match[2])))
    return layouts


def fill_scaling(options, template, name):
    """strong and weak: all layouts in each task, a task a repeat."""
    layouts = parse_layouts(options.layouts)
    grow = options.grow if options.template == "weak" else None
    if options.template == "weak" and (not grow or "@" not in grow or "=" not in grow):
        raise Usage("weak needs --grow PATH=VALUE with @ where the number of ranks goes")
    demand, figures = demand_of_layouts(options, layouts, grow)
    for line in slurm_directives(options, name, demand):
        template.directive(line)
    template.directive(f"#SBATCH --array=0-{options.repeats - 1}%1")
    template.variable("LAYOUTS", [f"{ranks}x{threads}" for ranks, threads in layouts])
    if grow:
        template.variable("GROW", grow)
    template.variable("OPTIONS", run_options(options, options.settings))
    return demand, figures


def fill(options):
    """The filled template, and a line that says what is asked for."""
    path = os.path.join(SOURCE, "slurm", options.template + ".sh")
    with open(path, encoding="utf-8") as file:
        template = Template(file.read())
    name = options.name or "phasic-" + os.path.splitext(os.path.basename(options.config))[0]
    filler = {"array": fill_array, "pipeline": fill_pipeline,
              "strong": fill_scaling, "weak": fill_scaling}.get(
        options.template, fill_single)
    demand, figures = filler(options, template, name)
    template.variable("PHASIC", options.program)
    template.variable("CONFIG", options.config)
    template.variable("OUT", options.out)
    launch = {"srun": ["srun", f"--mpi={options.mpi}", f"--wait={WAIT_S}"],
              "mpirun": ["mpirun", "--bind-to", "none"]}[options.launch]
    template.variable("LAUNCH", launch)
    for line in options.directives:
        template.directive(line)
    took = "unknown time" if figures["simulate_s"] is None else \
        f"{figures['build_s'] + figures['simulate_s']:.3g} s"
    said = (f"{demand.ranks} ranks x {demand.threads} threads on {demand.nodes} nodes; plan: "
            f"{took}, {figures['largest_node_bytes'] / 1e6:.0f} MB on the fullest node; asked for: "
            f"{demand.clock()} h, {demand.megabytes} MiB a node")
    return template.text(), said


def check_folder(options):
    """What is there is not written over unasked. A chain goes on from checkpoints; other jobs of
    many runs look into their folder themselves."""
    out = options.out
    if options.template not in SINGLE or options.force or not os.path.exists(out):
        return
    if options.template in REPLACE:
        raise Usage(f"{out} exists; --out another folder, or --force")
    if read_summary(out).get("complete"):
        raise Usage(f"{out} is complete; --out another folder")
    if not glob.glob(glob.escape(out) + "/checkpoints/*[0-9]"):
        raise Usage(f"{out} exists, without a checkpoint to go on from; remove it, or --out another "
                    "folder")


def submit(options, path):
    """Hand the script over. @return the exit code"""
    command = TEMPLATES[options.template]
    words = [command] if command == "bsub" else [command, path]
    try:
        with open(path, encoding="utf-8") as file:
            done = subprocess.run(words, stdin=file, check=False)
    except FileNotFoundError:
        print(f"submit: there is no {command} here; the script is {path}", file=sys.stderr)
        return 4
    return 4 if done.returncode else 0


# --- command line ----------------------------------------------------------------------------


def parse_time(text):
    """HH:MM[:SS] or minutes, as minutes."""
    match = re.fullmatch(r"(?:(\d+):)?(\d+)(?::(\d\d))?", text)
    if not match or (match[3] and not match[1]):
        raise argparse.ArgumentTypeError("HH:MM, HH:MM:SS or minutes are meant")
    minutes = 60 * int(match[1] or 0) + int(match[2]) + (1 if int(match[3] or 0) else 0)
    if minutes < 1:
        raise argparse.ArgumentTypeError("at least a minute is meant")
    return minutes


def positive(text):
    """A whole number of 1 or more."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number of 1 or more is meant")
    return int(text)


def parse(arguments):
    """Options of the command line."""
    parser = argparse.ArgumentParser(
        prog="submit", description="Fill a job template of slurm/ from a configuration and "
        "phasic plan, show it, and submit it.", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("config", metavar="CONFIG", help="configuration to run")
    add("--template", choices=list(TEMPLATES), default="single", help="default single")
    add("--dry-run", action="store_true", help="show it, write and submit nothing")
    add("--ranks", type=positive, help="MPI ranks; without it chosen by the plan")
    add("--most-ranks", type=positive, default=64, help="of those that are chosen (default 64)")
    add("--threads", type=positive, default=1, help="threads of a rank (default 1)")
    add("--nodes", type=positive, default=1, help="machines (default 1)")
    add("--set", metavar="PATH=VALUE", action="append", default=[], dest="settings",
        help="a value; array, pipeline: PATH=A,B runs both; may be repeated")
    add("--seeds", metavar="1..N",
        help="array: seeds (default 1); pipeline: one (default 1); others: one (default: the configuration's)")
    add("--until", metavar="TIME", help="end at this biological time")
    add("--layouts", default="1x1,2x1,4x1", help="strong, weak: default 1x1,2x1,4x1")
    add("--repeats", type=positive, default=3, help="strong, weak: default 3")
    add("--test", metavar="CONFIG", help="pipeline: what is run in the learned state (default CONFIG)")
    add("--grow", metavar="PATH=VALUE", help="weak: what grows, @ is the number of ranks")
    add("--at-once", type=positive, default=10, help="array, pipeline: runs at once (default 10)")
    add("--time", type=parse_time, metavar="HH:MM", help="instead of the plan's")
    add("--margin", type=float, default=2.0, help="times the plan's time (default 2)")
    add("--mem", type=positive, metavar="MIB", help="of a node, instead of the plan's")
    add("--machine", metavar="FILE", action="append", default=[],
        help="figures of phasic bench --json for the plan; may be repeated")
    add("--rates", metavar="DIR", nargs=1, default=[],
        help="folder of a run whose rates the plan expects")
    add("--partition", help="partition or queue")
    add("--account", help="account or project")
    add("--launch", choices=("srun", "mpirun"), help="default srun; of pbs and lsf mpirun")
    add("--mpi", default="pmix", help="of srun (default pmix)")
    add("--directive", metavar="LINE", action="append", default=[], dest="directives",
        help="a further line for the scheduler: '#SBATCH --qos=long'; may be repeated")
    add("--name", help="of the job (default phasic-NAME-OF-CONFIG)")
    add("--out", metavar="DIR", help="default out/NAME-OF-CONFIG, of others than single with "
        "-TEMPLATE behind it")
    add("--force", action="store_true", help="replace an existing folder of a single run")
    add("--program", metavar="FILE", default=default_program(),
        help="default %(default)s")
    options = parser.parse_args(arguments)
    is_single = options.template in SINGLE
    if not options.out:
        stem = os.path.splitext(os.path.basename(options.config))[0]
        options.out = os.path.join("out", stem if is_single else f"{stem}-{options.template}")
    if not options.launch:
        options.launch = "mpirun" if options.template in ("pbs", "lsf") else "srun"
    if not options.margin >= 1:
        parser.error("--margin: 1 or more is meant")
    if options.force and options.template not in REPLACE:
        parser.error(f"--force: {options.template} goes on with what is in its folder; remove that, "
                     "or --out another, to begin anew")
    if options.template in OF_ONE_SEED and not (options.seeds or "1").isdigit():
        parser.error(f"--seeds: {options.template} has one; --template array runs many")
    for line in options.directives:
        if not re.match(r"#(SBATCH|PBS|BSUB)\s+-\S", line):
            parser.error(f"--directive {line}: a line such as '#SBATCH --qos=long' is meant")
    return options


def main(arguments=None):
    """Command line of scripts/submit."""
    options = parse(arguments)
    path = options.out + ".job"
    try:
        check_folder(options)
        text, said = fill(options)
        if not options.dry_run:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    except (Usage, RunError) as error:
        print(f"submit: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"submit: {error.filename}: {error.strerror}", file=sys.stderr)
        return 3
    print(text, end="")
    print(f"# {said}")
    if options.dry_run:
        return 0
    print(f"# {TEMPLATES[options.template]} {shlex.quote(path)}", flush=True)
    return submit(options, path)


if __name__ == "__main__":
    sys.exit(main())
