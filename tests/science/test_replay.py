# SPDX-License-Identifier: Apache-2.0
"""The first night of the experiment systems: a hippocampus that has studied completes what half a cue
begins, without it nothing does, and its bursts in sleep bring back whole patterns; not so when the
weights among CA3's cells have changed places."""
import os
import subprocess
import sys
import tempfile

SOURCE = os.environ["SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "scripts"))
from phasic_run import patterns  # noqa: E402
from phasic_run.run import Run  # noqa: E402

CONFIG = os.path.join(SOURCE, "configs/experiments/consolidation/systems.yaml")
BRIEF = ["phases.night_5.repeat=0", "phases.night_20.repeat=0"] + [
    f"phases.test_{night}.phases={{quiet: {{duration: 5 ms}}, intact: {{trials: 1}}, "
    "lesioned: {trials: 1}}" for night in (1, 5, 20)]


def go(work, *settings):
    """(completion with and without the hippocampus before the night, bursts a second, share of
    them that bring a pattern)"""
    words = [word for setting in [*BRIEF, *settings] for word in ("--set", setting)]
    subprocess.run([os.environ["PHASIC"], "run", CONFIG, *words, "--seed", "1001", "--out", work,
                    "--force", "--quiet"], check=True)
    with Run(work) as run:
        found = patterns.Patterns(run)
        rate, _, share = patterns.replayed(found, "hippocampus.CA3", ["night_1-1"])
        return (patterns.completion(found, "test_0.intact")[0],
                patterns.completion(found, "test_0.lesioned")[0], rate, share)


with tempfile.TemporaryDirectory() as folder:
    intact, lesioned, rate, share = go(folder + "/sleep")
    print(f"with hippocampus {intact:.2f}, without {lesioned:.2f}; {rate:.1f} bursts a second, "
          f"{share:.2f} of them bring a pattern")
    assert intact > 0.6 and abs(lesioned) < 0.1 and 2 < rate < 8 and share > 0.8
    *_, rate, share = go(folder + "/shuffled", "interventions.unlearned.phases=all")
    print(f"CA3 shuffled: {rate:.1f} bursts a second, {share:.2f} of them bring a pattern")
    assert rate * share < 0.5
