# SPDX-License-Identifier: Apache-2.0
"""Experiments that compare arms: runs every arm and seed, measures, and notes the result."""
import math
import os
import re
import sys

from . import experiments, resolved, results_page, statistics, sweep
from .run import RunError, read_summary

# keys that do not act, or that are meant
APART = ("experiment", "recording", "checkpoint", "simulation.seed")


# --- runs --------------------------------------------------------------------------------------


def arms_of(module):
    """{label: (configuration or None, settings or a function that gives them)}"""
    arms = dict(module.ARMS)
    leak = getattr(module, "LEAK", None)
    if leak:
        arms[leak.LABEL] = leak.settings
    return {label: arm if isinstance(arm, tuple) else (None, arm) for label, arm in arms.items()}


def jobs_of(label, arm, seeds, runs, folders, options):
    """[(sweep.Job, its options)] of an arm, one a seed."""
    stem, settings = arm
    path, folder = folders[stem or next(iter(folders))]
    place = re.sub(r"[^\w.+-]+", "-", label)
    words = sweep.parse([path, "--out", folder, "--program", options.program])
    os.makedirs(os.path.join(folder, place), exist_ok=True)
    made = []
    for seed in seeds:
        chosen = settings(seed, runs) if callable(settings) else settings
        pairs = tuple(tuple(text.split("=", 1)) for text in chosen)
        made.append((sweep.Job(pairs, seed, f"{place}/seed={seed}"), words))
    return made


def run_arms(name, module, seeds, folders, options):
    """Run what is not complete yet: first arms that read no others, then the rest in order.

    folders: {configuration: (path, folder of its runs)}
    @return {label: [Arm]}, or None after a failure"""
    arms, runs = arms_of(module), {}
    late = [label for label, (_, settings) in arms.items() if callable(settings)]
    for wave in [[label for label in arms if label not in late]] + [[label] for label in late]:
        jobs = {label: jobs_of(label, arms[label], seeds, runs, folders, options)
                for label in wave}
        if not sweep.run_all([pair for pairs in jobs.values() for pair in pairs], options.jobs):
            return None
        failed = [(label, job) for label, pairs in jobs.items() for job, _ in pairs if job.error]
        for label, job in failed:
            print(f"reproduce: {name}: {label}, {job.name}: {job.error}", file=sys.stderr)
        if failed:
            return None
        for label, pairs in jobs.items():
            runs[label] = {job.seed: experiments.Arm(label, dict(job.settings), job.seed,
                                                     job.folder(words)) for job, words in pairs}
    return {label: list(runs[label].values()) for label in arms}


# --- what came out -----------------------------------------------------------------------------


def question_of(runs, values=None):
    """What all runs say under `experiment`: it must be the same and name arms that there are.

    values: of values_of, whose labels count as well"""
    known = dict.fromkeys([*runs, *(values or {})])
    questions = [read_summary(run.folder).get("experiment") for arm in runs.values() for run in arm]
    if not questions[0] or any(question != questions[0] for question in questions):
        raise RunError("the configurations must have the same `experiment`")
    question = questions[0]
    controls = question["against"]
    for label in [question["arm"]] + controls:
        if label not in known and (label == question["arm"] or statistics.number(label) is None):
            raise RunError(f"experiment: there is no arm '{label}' (known: {', '.join(known)})")
    if not controls:
        raise RunError("experiment.against names no control")
    return question


def core_hours(runs):
    """Time of all runs, times ranks and threads."""
    summaries = [read_summary(run.folder) for arm in runs.values() for run in arm]
    return sum((s["build_s"] + s["simulate_s"]) * s["ranks"] * s["threads"]
               for s in summaries) / 3600


def differs_of(runs, brain, program):
    """{arm: {path: [there, here]}} against the default brain, or the experiment's own."""
    def shown(text):
        return text and text.replace(os.getcwd() + "/", "")

    made, arms = {}, {label: resolved.of_run(arm[0].folder) for label, arm in runs.items()}
    default = resolved.opened(resolved.of_file(brain, program), list(arms.values()))
    for label, arm in arms.items():
        found = resolved.differences(default, arm)
        made[label] = {path: [shown(old), shown(new)] for path, (old, new) in found.items()
                       if not any(path == key or path.startswith(key + ".") for key in APART)}
    return made


def leak_of(module, runs):
    """What the arm whose reward tells nothing says, or None."""
    leak = getattr(module, "LEAK", None)
    if not leak:
        return None
    values = [leak.measure(run) for run in runs[leak.LABEL]]
    between = statistics.interval(values, 0.9)
    is_chance = between is not None and max(abs(b - leak.chance) for b in between) < leak.within
    return {"values": values, "mean": sum(values) / len(values), "interval": between,
            "chance": leak.chance, "within": leak.within, "is_chance": is_chance}


def also_of(module, compared):
    """{arm: {name: [numbers]}} of what is told beside the measure."""
    made = {}
    for label, arm in compared.items():
        for run in arm if hasattr(module, "also") else []:
            for name, value in module.also(run).items():
                made.setdefault(label, {}).setdefault(name, []).append(float(value))
    return made


def values_of(module, compared):
    """{arm: [the primary measure, one a seed]}; what is no number is an error."""
    if hasattr(module, "values"):
        values = module.values(compared)
    else:
        values = {label: [float(module.measure(run)) for run in arm]
                  for label, arm in compared.items()}
    seeds = [run.seed for run in next(iter(compared.values()))]
    for label, row in values.items():
        for seed, value in zip(seeds, row, strict=True):
            if not math.isfinite(value):
                raise RunError(f"{label}, seed {seed}: the measure is {value}")
    return values


def published_of(module, compared):
    """[[measure, published, accepted, found, verdict]] of figures that are published."""
    measures = module.published(compared) if hasattr(module, "published") else []
    return [[m.name, m.target, m.accepted(), m.shown(), m.verdict()] for m in measures]


def judge(name, module, runs, seeds, brain, page, options):
    """Measure, draw, test and note an experiment. @return whether its claim is shown"""
    compared = {label: runs[label] for label in module.ARMS}
    values = values_of(module, compared)
    question, picture = question_of(runs, values), os.path.join(options.out, name, name + ".png")
    module.figure(compared, picture)
    own = "" if seeds == module.SEEDS else f" --seeds {seeds}"
    summary = read_summary(next(iter(runs.values()))[0].folder)
    record = results_page.record_of(
        question, values, seeds=seeds, also=also_of(module, compared),
        base=os.path.basename(brain), differs=differs_of(runs, brain, options.program),
        leak=leak_of(module, runs),
        core_hours=core_hours(runs), runs=sum(len(arm) for arm in runs.values()),
        published=published_of(module, compared), note=getattr(module, "NOTE", ""),
        command=f"scripts/reproduce {name}{own}",
        picture=picture, commit=summary.get("git_commit"))
    p_holm, verdict = results_page.write(page, name, record)
    print()
    sweep.print_table(results_page.COLUMNS[3:], [results_page.row_of(
        name, record, (p_holm, verdict))[3:]])
    print(f"{question['claim']}: {verdict}; {record['core_hours']:.2g} core-hours")
    print(f"{picture}\n{page}")
    reached = all(row[-1] == "reached" for row in record["published"])
    return verdict == "shown" and reached and (not record["leak"] or record["leak"]["is_chance"])
