# SPDX-License-Identifier: Apache-2.0
"""The page of comparing experiments: what each claims, how it was judged, what differs from the
default brain. It is rendered from results.json beside it, so that Holm's steps go over all."""
import json
import os

from . import experiments, statistics

HEAD = """\
{title}
Written by `scripts/reproduce`, one experiment at a time; `results.json` beside it has the value of every seed. {others}

**How it is judged.** A run gives one number, the primary measure. The seed is the unit: an arm and its control are
compared seed by seed. Effect: the mean difference and its 95 % interval by Student's t. p: exact sign-flip test of the
differences, two-sided (all signs of up to 20 seeds, 131072 random ones of more); where several controls are named each
must be beaten, and the largest p counts. Equivalence: 90 % interval within ± the smallest effect worth having, p the
larger of two one-sided sign-flip tests. Holm: over all rows of this page. Claim, measure, controls and smallest effect
stand in each configuration's `experiment`, fixed before the seeds shown here were run; parameters were tuned on seeds
of 1000 and more. *Shown*: p (Holm) < 0.05, the interval on the claimed side of zero, the mean at least the smallest
effect; *smaller than worth having*: the first two alone. A *mechanism* is written in by the configuration: that it is
found checks the program and is no evidence about brains.

"""
ABOUT = {  # by set: the page's title, and which others there are
    "neuromodulation": ("# Results of the experiments on neuromodulation", """(Single
rules against published figures: [plasticity](plasticity/RESULTS.md).)"""),
    "consolidation": ("# Results of the experiments on consolidation", """(Others:
[neuromodulation](../RESULTS.md); single rules: [plasticity](../plasticity/RESULTS.md).)""")}
COLUMNS = ["experiment", "kind", "claim", "effect (interval)", "smallest", "p", "p (Holm)",
           "verdict"]
CONFIGS = "configs/experiments/neuromodulation"
MANY = 8  # controls that are named in a sentence


# --- what is kept ------------------------------------------------------------------------------


def record_of(question, values, **rest):
    """What results.json keeps of an experiment.

    question: `experiment` of summary.json; values: {arm: [one number a seed]}; rest: seeds (text),
    base (the configuration from which keys differ), differs {arm: {path: [old, new]}},
    also {arm: {name: [numbers]}}, published [rows of text], core_hours, runs, leak, note, command,
    picture, commit"""
    found = statistics.contrasts(question, values)
    contrasts = [{"against": c.against, "mean": c.mean, "interval": c.between, "level": c.level,
                  "p": c.p} for c in found]
    return {"experiment": question, "values": values, "contrasts": contrasts,
            "p": statistics.p_of(found), **rest}


def load(path):
    """{name: record}; empty where there is no file yet."""
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def save(path, records):
    """Under a temporary name until it is whole."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(dict(sorted(records.items())), file, indent=1, ensure_ascii=False)
        file.write("\n")
    os.replace(path + ".new", path)


def judge(records):
    """{name: (p by Holm, verdict)} of all experiments."""
    names = sorted(records)
    adjusted = statistics.holm([records[name]["p"] for name in names])
    return {name: (p, statistics.verdict(statistics.contrasts(
        records[name]["experiment"], records[name]["values"]), p))
            for name, p in zip(names, adjusted)}


# --- text --------------------------------------------------------------------------------------


def _number(value):
    return f"{value if abs(value) > 1e-12 else 0:.3g}"  # what rounding leaves of 1 - 1 is 0


def _range(mean, between):
    if between is None:
        return _number(mean)
    return f"{_number(mean)} ({_number(between[0])} to {_number(between[1])})"


def _mean(values):
    return _range(sum(values) / len(values), statistics.interval(values))


def _table(header, rows):
    cells = [header, ["---"] * len(header)] + rows
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |"
                     for row in cells) + "\n"


def _weakest(record):
    """The contrast that decides: the one whose p counts, or the smallest of those."""
    sign = -1 if record["experiment"]["direction"] == "below" else 1
    return max(record["contrasts"], key=lambda c: (c["p"], -sign * c["mean"]))


def row_of(name, record, judged):
    """The experiment's row of the table on top."""
    question, contrast, (p_holm, verdict) = record["experiment"], _weakest(record), judged
    sign = {"above": "+", "below": "−"}[question["direction"]]
    if question["kind"] == "equivalence":
        sign = "±"
    return [f"[{name}](#{name})", question["kind"], question["claim"],
            _range(contrast["mean"], contrast["interval"]),
            f"{sign}{_number(question['smallest'])}", _number(record["p"]), _number(p_holm),
            verdict]


def tested(question):
    """What is compared, as words; many controls are counted, as a table names them."""
    labels = question["against"]
    controls = (" and against ".join(f"*{label}*" for label in labels) if len(labels) <= MANY
                else f"each of {len(labels)} (below)")
    if question["kind"] == "equivalence":
        return (f"*{question['arm']}* is within ±{_number(question['smallest'])} of "
                f"{controls.replace('against ', '')}")
    return (f"*{question['arm']}* against {controls}: {question['direction']}, by at least "
            f"{_number(question['smallest'])}")


def _arms(record):
    names = list(dict.fromkeys(name for also in record["also"].values() for name in also))
    rows = [[label, _mean(values)] + [_mean(record["also"][label][name])
                                      if name in record["also"].get(label, {}) else ""
                                      for name in names]
            for label, values in record["values"].items()]
    return _table(["arm", record["experiment"]["measure"]] + names, rows)


def _contrasts(record):
    return _table(["difference from", "mean (interval)", "p"],
                  [[c["against"], _range(c["mean"], c["interval"]) + f", {100 * c['level']:.0f} %",
                    _number(c["p"])] for c in record["contrasts"]])


def _key(path, old, new):
    if new is None:
        return f"  {path}: none (there: {old})"
    return f"  {path}: {new}" + (f"   (there: {old})" if old is not None else "")


def _differs(record):
    """Every key in which the arms differ from the default brain: what all share, then the rest."""
    arms = {label: {path: tuple(pair) for path, pair in keys.items()}
            for label, keys in record["differs"].items()}
    shared = set.intersection(*(set(keys.items()) for keys in arms.values()))
    lines = ["every arm:"] + [_key(path, *pair) for path, pair in next(iter(arms.values())).items()
                              if (path, pair) in shared]
    for label, keys in arms.items():
        own = [_key(path, *pair) for path, pair in keys.items() if (path, pair) not in shared]
        lines += [f"{label}:"] + (own or ["  nothing else"])
    return "\n".join(lines)


def _leak(record):
    leak = record.get("leak")
    if not leak:
        return ""
    low, high = leak["interval"] or (leak["mean"], leak["mean"])
    said = ("chance" if leak["is_chance"] else "undecided, the interval is too wide"
            if low <= leak["chance"] <= high else "NOT chance")
    return (f"\nLeak test, reward independent of the answer: share right "
            f"{_range(leak['mean'], leak['interval'])} (90 % interval), chance "
            f"{_number(leak['chance'])} ± {_number(leak['within'])}: {said}.\n")


def _published(record):
    rows = record.get("published")
    return "\n" + _table(["measure", "published", "accepted", "found", "verdict"],
                         rows) if rows else ""


def section(name, record, judged):
    """All about one experiment."""
    question, (p_holm, verdict) = record["experiment"], judged
    check = ", a check of the mechanism" if question["kind"] == "mechanism" else ""
    note = f"\n{record['note'].strip()}\n" if record.get("note") else ""
    return f"""## {name}
**{question['claim']}**{check}: **{verdict}** (p {_number(record['p'])}, Holm {_number(p_holm)}).
Tested: {tested(question)}. Seeds {record['seeds']}, {record['runs']} runs, {record['core_hours']:.2g} core-hours.
`{record['command']}`, figure `{record['picture']}`.

{_arms(record)}
{_contrasts(record)}{_published(record)}{_leak(record)}{note}
Keys that differ from `{CONFIGS}/{record.get("base", "brain.yaml")}` (recording and seed apart):

```
{_differs(record)}
```
"""


def render(records, of="neuromodulation"):
    """The page's text. of: the set of experiments"""
    title, others = ABOUT[of]
    judged = judge(records)
    rows = [row_of(name, records[name], judged[name]) for name in sorted(records)]
    return HEAD.format(title=title, others=others) + _table(COLUMNS, rows) + "\n" + "\n".join(
        section(name, records[name], judged[name]) for name in sorted(records))


def write(page, name, record):
    """Note an experiment in results.json and render the page anew. @return (p by Holm, verdict)"""
    state = os.path.join(os.path.dirname(page), "results.json")
    records = load(state)
    records[name] = json.loads(json.dumps(record))
    save(state, records)
    with open(page + ".new", "w", encoding="utf-8") as file:
        file.write(render(records, experiments.set_of(name) if experiments.compares(name)
                          else "neuromodulation"))
    os.replace(page + ".new", page)
    return judge(records)[name]
