# SPDX-License-Identifier: Apache-2.0
"""Every tutorial (docs/tutorial/N-NAME.md) is done as its page says, in a copy of the tree: each
command is taken out of the text and run, each line shown below one must be among those that it
prints, and what the page claims in words (CLAIMS) must hold of what was measured.

Usage: test_tutorials.py [NAME]...   (1-one-neuron; default: all)"""
import glob
import os
import re
import resource
import sys
import tempfile

from test_commands import SOURCE, commands, copy_tree, run

FOLDER = os.path.join(SOURCE, "docs", "tutorial")
MOST_SECONDS = 60 # of processor time of a command

# {page: [(words of the page, what must hold)]}. A claim is given a function that returns the number
# measured in a run: of("OUT", "WHAT"), and `of("OUT", "WHAT", 1)` the second number of that line.
CLAIMS = {
    "1-one-neuron": [
        ("stops 3 mV short of threshold",
         lambda of: abs(of("1-one-neuron", "potential at the end of the first step") + 53) < 0.01
         and of("1-one-neuron", "spikes in the first step") == 0),
        ("follows the closed form to within a thousandth of a millivolt",
         lambda of: of("1-one-neuron", "largest distance") < 1e-3),
        ("no spike at 350 pA, 16 a second at 376 pA",
         lambda of: of("1-one-neuron", "rate at 350") == 0
         and round(of("1-one-neuron", "rate at 376")) == 16),
        ("at most one time step longer",
         lambda of: all(0 <= 1000 / of("1-one-neuron", f"rate at {I}") -
                        1000 / of("1-one-neuron", f"rate at {I}", 1) < 0.105
                        for I in (400, 450, 500, 600, 800, 1000))),
        ("a tenth of the step, less than a quarter of the distance",
         lambda of: 4 * (of("1-fine", "rate at 1000", 1) - of("1-fine", "rate at 1000")) <
         of("1-one-neuron", "rate at 1000", 1) - of("1-one-neuron", "rate at 1000")),
        ("halves the threshold current",
         lambda of: round(of("1-slow", "threshold current")) in (187, 188)
         and of("1-one-neuron", "threshold current") == 375),
        ("fires in the first step too",
         lambda of: of("1-slow", "spikes in the first step") > 0),
    ],
    "2-population": [
        ("all within 1 % of theory",
         lambda of: all(abs(of("2-population", what) / of("2-population", what, 1) - 1) < 0.01
                        for what in ("rate", "potential without threshold, mean",
                                     "potential without threshold, standard deviation"))),
        ("3.5 mV below threshold",
         lambda of: abs(of("2-population", "potential without threshold, mean") + 53.5) < 0.1),
        ("The mean falls back to rest, the fluctuations grow, and the cells are silent",
         lambda of: of("2-balanced", "rate") == 0
         and abs(of("2-balanced", "potential without threshold, mean") + 65) < 0.1
         and of("2-balanced", "potential without threshold, standard") >
         of("2-population", "potential without threshold, standard")),
        ("15 mV are more than four standard deviations",
         lambda of: 15 > 4 * of("2-balanced", "potential without threshold, standard")),
        ("The mean alone now reaches threshold",
         lambda of: of("2-driven", "potential without threshold, mean") > -50),
        ("fire four times as fast and less than half as irregularly",
         lambda of: 3.5 < of("2-driven", "rate") / of("2-population", "rate") < 4.5
         and of("2-driven", "CV") < of("2-population", "CV") / 2),
    ],
    "3-balanced-network": [
        ("cells fire irregularly", lambda of: of("3-balanced-network", "CV") > 0.6),
        ("differ by less than 2 %",
         lambda of: abs(of("3-balanced-network", "rate of E") /
                        of("3-balanced-network", "rate of I") - 1) < 0.02),
        ("nearly uncorrelated", lambda of: of("3-balanced-network", "mean correlation") < 0.02),
        ("slower, more irregular, and a fifth of the correlation",
         lambda of: of("3-strong", "rate of E") < of("3-balanced-network", "rate of E") / 3
         and of("3-strong", "CV") > of("3-balanced-network", "CV") + 0.1
         and of("3-strong", "mean correlation") < of("3-balanced-network", "mean correlation") / 4),
        ("as fast as refractoriness lets them, and like clocks", # 2 ms, and 0.7 ms to threshold
         lambda of: 330 < of("3-weak", "rate of E") < 500 and of("3-weak", "CV") < 0.05),
        ("Rates stay; the correlation grows",
         lambda of: abs(of("3-one-delay", "rate of E") -
                        of("3-balanced-network", "rate of E")) < 0.5
         and of("3-one-delay", "mean correlation") >
         1.3 * of("3-balanced-network", "mean correlation")),
    ],
    "4-spike-timing": [
        ("to within a thousandth of the largest change",
         lambda of: of("4-spike-timing", "largest distance") < 0.1),
        ("grows where its spike arrives before the postsynaptic one, and shrinks where it arrives "
         "after",
         lambda of: of("4-spike-timing", "change 10 ms after") > 0
         > of("4-spike-timing", "change 10 ms before")),
        ("fire above 100 Hz",
         lambda of: of("4-spike-timing", "rate of the neuron in the first") > 100),
        ("ends at less than a fifth of its first rate",
         lambda of: of("4-spike-timing", "rate of the neuron in the last", 0) <
         of("4-spike-timing", "rate of the neuron in the first") / 5),
        ("at the end more than half have lost or won",
         lambda of: of("4-spike-timing", "synapses that lost") +
         of("4-spike-timing", "synapses that won") > 500),
        ("nearly all synapses win, and the neuron fires ten times as fast as before",
         lambda of: of("4-growth", "synapses that won") > 950
         and of("4-growth", "rate of the neuron in the last") >
         10 * of("4-spike-timing", "rate of the neuron in the last")),
    ],
    "5-reward": [
        ("learns the rule, fails when it is reversed, and learns the new one",
         lambda of: of("5-reward", "right, last 20 before") > 0.9
         and of("5-reward", "right, first 20 after") < 0.5
         and of("5-reward", "right, last 20 trials") > 0.9),
        ("a reward with a burst, and a reward that does not come with a pause",
         lambda of: of("5-reward", "VTA after a reward, first") > 1.5 * of("5-reward", "VTA in all")
         and of("5-reward", "VTA after no reward") < 0.1 * of("5-reward", "VTA in all")),
        ("smaller when rewards are expected",
         lambda of: of("5-reward", "VTA after a reward, last") <
         of("5-reward", "VTA after a reward, first") - 1),
        ("VTA fires as before", lambda of: of("5-tonic", "VTA after a reward, first") > 6),
        ("then about as often wrong as they were right",
         lambda of: abs(of("5-tonic", "right, all trials before") +
                        of("5-tonic", "right, all trials after") - 1) < 0.15),
    ],
    "6-neuromodulators": [
        ("within 2 % of it in each phase",
         lambda of: all(abs(of("6-neuromodulators", phase + ": nor") /
                            of("6-neuromodulators", phase + ": nor", 1) - 1) < 0.02
                        for phase in ("quiet", "aroused", "blocked", "mimicked", "depleted"))),
        ("to within 0.002",
         lambda of: all(abs(of("6-neuromodulators", phase + ": beta") -
                            of("6-neuromodulators", phase + ": beta", 1)) < 0.002
                        for phase in ("quiet", "aroused", "blocked", "mimicked", "depleted"))),
        ("leaves the concentration as it was and quiets the cortex",
         lambda of: abs(of("6-neuromodulators", "blocked: nor") /
                        of("6-neuromodulators", "aroused: nor") - 1) < 0.05
         and of("6-neuromodulators", "blocked: cortex") <
         of("6-neuromodulators", "aroused: cortex") / 10),
        ("three times as fast with no more noradrenaline",
         lambda of: of("6-neuromodulators", "mimicked: nor") <
         of("6-neuromodulators", "aroused: nor")
         and 2.7 < of("6-neuromodulators", "mimicked: cortex") /
         of("6-neuromodulators", "aroused: cortex") < 3.5),
        ("as little noradrenaline as in quiet, and as little activity",
         lambda of: abs(of("6-neuromodulators", "depleted: nor") -
                        of("6-neuromodulators", "quiet: nor")) < 2
         and of("6-neuromodulators", "depleted: cortex") < 0.1),
        ("not a ninth of the effect",
         lambda of: of("6-neuromodulators", "aroused: beta") - of("6-dose", "blocked: beta") >
         0.2 * (of("6-neuromodulators", "aroused: beta") -
                of("6-neuromodulators", "blocked: beta"))),
        ("more receptors are bound than in quiet",
         lambda of: of("6-dose", "blocked: beta") > of("6-neuromodulators", "quiet: beta")),
        ("twice the noradrenaline in quiet, more than twice in arousal",
         lambda of: abs(of("6-uptake", "quiet: nor") /
                        of("6-neuromodulators", "quiet: nor") - 2) < 0.1
         and of("6-uptake", "aroused: nor") > 2.2 * of("6-neuromodulators", "aroused: nor")),
    ],
    "7-regions": [
        ("through the hippocampus in 12 ms",
         lambda of: abs(of("7-regions", "volley arrives in hippocampus.CA1") - 12) <= 0.5),
        ("as much later as its tract's delay says, 10 and 20 ms",
         lambda of: all(of("7-regions", f"volley arrives in {name}.E") -
                        of("7-regions", "volley arrives in hippocampus.CA1") ==
                        of("7-regions", f"delay of the tract to {name}")
                        for name in ("pfc", "cingulate"))),
        ("arrives 5 ms later there, and nowhere else",
         lambda of: of("7-slow", "volley arrives in pfc") ==
         of("7-regions", "volley arrives in pfc") + 5
         and all(of("7-slow", "volley arrives in " + name) ==
                 of("7-regions", "volley arrives in " + name)
                 for name in ("hippocampus.CA1", "cingulate"))),
        ("the same arrivals",
         lambda of: all(of("7-seed", "volley arrives in " + name) ==
                        of("7-regions", "volley arrives in " + name)
                        for name in ("hippocampus.CA1", "pfc", "cingulate"))),
    ],
    "8-night": [
        ("falls to a fiftieth or less, and is back in the morning",
         lambda of: of("8-night", "asleep: acetylcholine") <=
         of("8-night", "day: acetylcholine") / 50
         and abs(of("8-night", "morning: acetylcholine") -
                 of("8-night", "day: acetylcholine")) < 5),
        ("it fires half as much on the same input",
         lambda of: 0.4 < of("8-night", "asleep: sensory") / of("8-night", "day: sensory") < 0.6),
        ("CA1 loses a tenth",
         lambda of: 0.8 < of("8-night", "asleep: hippocampus.CA1") /
         of("8-night", "day: hippocampus.CA1") < 0.97),
        ("In the evening both memories are stronger than at rest",
         lambda of: of("8-night", "strength of 'passing', in the evening") > 1.2
         and of("8-night", "strength of 'thorough', in the evening") > 1.2),
        ("passing is gone in the morning",
         lambda of: abs(of("8-night", "strength of 'passing', in the morning") - 1) < 0.02),
        ("thoroughly two thirds or more are left",
         lambda of: of("8-night", "strength of 'thorough', in the morning") - 1 >
         (of("8-night", "strength of 'thorough', in the evening") - 1) * 2 / 3),
        ("it loses nearly half when the cortex falls asleep",
         lambda of: 0.5 < of("8-no-M2", "asleep: hippocampus.CA1") /
         of("8-no-M2", "day: hippocampus.CA1") < 0.65),
        ("as strong in the evening, and is gone in the morning",
         lambda of: abs(of("8-blocked", "strength of 'thorough', in the evening") -
                        of("8-night", "strength of 'thorough', in the evening")) < 0.02
         and abs(of("8-blocked", "strength of 'thorough', in the morning") - 1) < 0.02),
        ("The strengths are the same",
         lambda of: of("8-vigil", "asleep: acetylcholine") > 60
         and all(abs(of("8-vigil", f"strength of '{tract}', in the morning") -
                     of("8-night", f"strength of '{tract}', in the morning")) < 0.02
                 for tract in ("passing", "thorough"))),
    ],
}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def squeezed(text):
    """With one blank for any number of blanks and line ends."""
    return re.sub(r"\s+", " ", text).strip()


def steps(text):
    """[(command, [line shown below it])] of a page."""
    found, inside = [], False
    for line in re.sub(r" *\\\n +", " ", text).split("\n"):
        if not line.startswith("    "):
            inside = False
            found += [(command, []) for command in commands(line)]
            continue
        command = next(commands(line), None)
        if command:
            found.append((command, []))
        elif inside:
            found[-1][1].append(squeezed(line))
        inside = inside or command is not None
    return found


def measured(printed):
    """Lines of `WHAT   VALUE` as {what: [numbers]}."""
    rows = (re.split(r"  +", line.strip(), maxsplit=1) for line in printed.split("\n"))
    return {row[0]: [float(number) for number in NUMBER.findall(row[1])]
            for row in rows if len(row) == 2}


def reader(found):
    """What CLAIMS ask: the number of a run's measure, which may be named by its beginning."""
    def of(out, what, which=0):
        rows = found[out]
        return rows[what if what in rows else next(k for k in rows if k.startswith(what))][which]
    return of


def processor_time():
    """Of all commands so far: the wall clock depends on who else is there."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test(name, tree, scratch):
    """Complaints about a page."""
    complaints, found = [], {}
    with open(os.path.join(FOLDER, name + ".md"), encoding="utf-8") as file:
        text = file.read()
    for command, shown in steps(text):
        begin = processor_time()
        status, said = run(command, tree, scratch)
        took = processor_time() - begin
        print("%s: %s (%.1f s)" % (name, command, took), flush=True)
        if status != (5 if "--stop-at" in command else 0): # a checkpoint was written
            complaints.append("%s: exit status %d\n%s" % (command, status, said))
        if took > MOST_SECONDS:
            complaints.append("%s: took %.0f s" % (command, took))
        printed = [squeezed(line) for line in said.split("\n")]
        complaints += ["%s: does not print '%s' but\n%s" % (command, line, said)
                       for line in shown if line not in printed]
        words = command.split()
        if words[0] == "scripts/tutorial" and status == 0:
            out = words[2] if len(words) > 2 else "out/" + name
            found[os.path.basename(out)] = measured(said)
            if not os.path.exists(os.path.join(tree, out, "figure.png")):
                complaints.append("%s: no figure" % command)
    for words, holds in CLAIMS[name]:
        if words not in squeezed(text.replace("\n- ", "\n")):
            complaints.append("the page does not say '%s' any more" % words)
        elif not complaints and not holds(reader(found)):
            complaints.append("'%s' is not so: %s" % (words, found))
    for picture in re.findall(r"\]\(([^)]*\.png)\)", text):
        if not os.path.exists(os.path.join(FOLDER, picture)):
            complaints.append("%s is missing" % picture)
    return complaints


def main(names):
    pages = sorted(os.path.basename(path)[:-3] for path in glob.glob(FOLDER + "/[0-9]-*.md"))
    configured = sorted({os.path.basename(path).split(".")[0]
                         for path in glob.glob(SOURCE + "/configs/tutorial/[0-9]-*")})
    failed = 0
    if not pages == configured == sorted(CLAIMS):
        print("FAILED: pages %s, configurations %s, claims %s" % (pages, configured, list(CLAIMS)))
        failed += 1
    with tempfile.TemporaryDirectory() as scratch:
        tree = os.path.join(scratch, "tree")
        copy_tree(tree)
        for name in names or pages:
            for complaint in test(name, tree, scratch):
                print("FAILED %s: %s" % (name, complaint))
                failed += 1
    print("%d tutorials, %d failures" % (len(names or pages), failed))
    return failed == 0


sys.exit(not main(sys.argv[1:]))
