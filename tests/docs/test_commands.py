# SPDX-License-Identifier: Apache-2.0
"""Every command of the README and of the pages named below is taken out of the text and run, in a copy
of the tree. Long ones are run shorter, as SHORTER says; those of NOT_RUN are not, for the reason given,
but their programs and options must exist. A command that is in neither table is run as it stands, so a
new line in a page is tested without a change here; an entry that no page has any more is an error.

Usage: test_commands.py [PAGE]...   (default: PAGES)"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

SOURCE, BUILD = os.environ["SOURCE_DIR"], os.environ["BUILD_DIR"]
PAGES = ("README.md", "CONTRIBUTING.md", "examples/embedding/README.md")

# A command (or its beginning) and what is replaced in it, or put behind it.
SHORTER = {
    "mpirun -n 4 --oversubscribe --bind-to none build/phasic run configs/quickstart.yaml":
        (("", " --until '500 ms'"),),
    "build/phasic run configs/quickstart.yaml --set neuromodulation.broadcast=tonic":
        (("", " --until '1 s'"),),
    "scripts/sweep configs/quickstart.yaml --seeds 1..10":
        (("1..10", "1..2"),
         ("", " --set phases.before.trials=2 --set phases.after.trials=2 --set phases.test.trials=2")),
    "/tmp/phasic/share/phasic/scripts/quickstart": (("", " --until '500 ms'"),),
    "mpirun -n 4 build/phasic run configs/quickstart.yaml --set checkpoint.interval=":
        (("", " --stop-at '500 ms'; [ $? = 5 ]"),),
    "mpirun -n 2 build/phasic run --resume out/long": (("", " --until '700 ms'"),),
    "scripts/compare out/quickstart out/tonic": (("", "; [ $? = 1 ]"),), # they differ
    "scripts/scaling configs/quickstart.yaml --strong": (("2 s", "100 ms"),
                                                         ("", " --repeats 1")),
}
NOT_RUN = {
    "scripts/scaling configs/benchmarks/microcircuit.yaml": "minutes; tests/report/test_scaling.py",
    "PHASIC_CORES=8 scripts/scaling configs/scaling/microcircuits_near.yaml":
        "minutes, and 11 GB; tests/report/test_scaling.py",
    "scripts/quickstart": "installs and builds; tests/bare/run",
    "scripts/test": "runs this test",
    "cmake --preset release": "builds anew; scripts/test does",
    "mpirun -n 4 build/phasic run simulation_config.json":
        "a circuit of the user's; tests/reference/test_sonata.py",
    "scripts/validate": "six million synapses, minutes a seed; tests/report/test_validate.py",
    "scripts/bench": "half an hour on a quiet machine; tests/report/test_bench.py",
    "build/phasic bench": "half a minute on all cores; tests/unit/test_bench.c",
    "scripts/controls": "hours",
    "scripts/weak_scaling": "gigabytes",
    "scripts/reproduce stdp-window": "replaces a page; tests/report/test_reproduce.py",
    "scripts/reproduce systems": "twenty minutes; tests/science/test_replay.py",
    "scripts/reproduce sleep-neuromodulators": "nine minutes; tests/science/test_replay.py",
    "scripts/reproduce synaptic": "a quarter of an hour; tests/invariance/stc.sh",
    "scripts/reproduce all": "a day",
}
PROGRAM = re.compile(r"^([A-Z_]+=\S+ )?(build/phasic|scripts/\w+|mpirun|cmake|cd|make|source|phasic|\(sed|/tmp/\S+) ?")
MOST_SECONDS = 300 # of a command; on a quiet machine all of them take a minute
used = set()


def commands(text):
    """Indented lines and words in backquotes that begin with a program, without what explains them:
    that stands behind two blanks or more."""
    for line in re.sub(r" *\\\n +", " ", text).split("\n"): # a backslash goes on below
        if re.match(r"^    \S", line) and PROGRAM.match(line.strip()):
            yield re.split(r"  +", line.strip())[0]
        elif not line.startswith("    "):
            for words in re.findall(r"`([^`]+)`", line):
                # `phasic explain NAME` tells a form, `scripts/report` a name.
                if re.match(r"^(build/phasic|scripts/\w+|mpirun|cmake)( |$)", words) and \
                        not re.search(r"\b[A-Z]{2,}\b", words):
                    yield words


def entry(table, command):
    """The longest key that the command begins with."""
    found = max((key for key in table if command == key or command.startswith(key)), key=len,
                default=None)
    used.add(found)
    return found


def check_options(command, folder):
    """A command that is not run: its program is there, and knows its options."""
    words = [word for word in command.split() if not re.match(r"[A-Z_]+=", word)]
    if words[0] == "cmake":
        return True
    if "build/phasic" in words:
        words = words[words.index("build/phasic"):]
    program = words[:2] if words[0] == "build/phasic" else words[:1]
    text = subprocess.run([*program, "--help"], cwd=folder, capture_output=True, text=True,
                          check=False)
    known = set(re.findall(r"--[a-z-]+", text.stdout))
    return text.returncode == 0 and set(re.findall(r"--[a-z-]+", command)) <= known


def run(command, folder, scratch):
    """Its status and what it said."""
    shorter = entry(SHORTER, command)
    for old, new in SHORTER.get(shorter, ()):
        command = command.replace(old, new) if old else command + new
    command = command.replace("/tmp/", scratch + "/")
    if "man -l" in command and not shutil.which("man"):
        command = command.replace("man -l -", "cat")
    done = subprocess.run(["timeout", str(MOST_SECONDS), "bash", "-c", command], cwd=folder,
                          capture_output=True, text=True, check=False,
                          env={**os.environ, "MANPAGER": "cat"})
    late = "after %d s: an entry of SHORTER or NOT_RUN is due\n" % MOST_SECONDS
    return (done.returncode, done.stdout[-2000:] + done.stderr[-2000:] +
            (late if done.returncode == 124 else ""))


def copy_tree(folder):
    """The tree without builds and output, with this test's build at `build`."""
    shutil.copytree(SOURCE, folder, symlinks=True, ignore=shutil.ignore_patterns(
        "build", "build-*", "out", ".git", "__pycache__"))
    os.symlink(BUILD, os.path.join(folder, "build"))


def main(pages):
    failed = count = kept = 0
    seen = set()
    with tempfile.TemporaryDirectory() as scratch:
        tree = os.path.join(scratch, "tree")
        copy_tree(tree)
        for page in pages:
            with open(os.path.join(SOURCE, page), encoding="utf-8") as file:
                found = list(commands(file.read()))
            folder = tree
            for command in found:
                if command.startswith("cd "):
                    folder = os.path.join(folder, command[3:])
                    if not os.path.isdir(folder):
                        print("FAILED %s: %s" % (page, command))
                        failed += 1
                    continue
                if command in seen:
                    continue
                seen.add(command)
                begin = time.monotonic()
                reason = entry(NOT_RUN, command)
                if reason:
                    status = 0 if check_options(command, tree) else 1
                    said = "the program is missing, or does not know its options"
                    kept += 1
                else:
                    status, said = run(command, folder, scratch)
                    count += 1
                print("%s%s: %s (%s)" % ("" if status == 0 else "FAILED ", page, command,
                                         "not run: " + NOT_RUN[reason] if reason
                                         else "%.1f s" % (time.monotonic() - begin)), flush=True)
                if status:
                    print(said)
                    failed += 1
    if pages == PAGES:
        for table in (SHORTER, NOT_RUN):
            for key in set(table) - used:
                print("FAILED: no page has '%s' any more" % key)
                failed += 1
    print("%d commands run, %d not run, %d failed" % (count, kept, failed))
    return failed == 0 and count > 0


if __name__ == "__main__":
    sys.exit(not main(tuple(sys.argv[1:]) or PAGES))
