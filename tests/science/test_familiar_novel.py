# SPDX-License-Identifier: Apache-2.0
"""The experiment familiar-novel, one seed and short: more acetylcholine follows cues that are new than
cues that were studied, though nobody tells the animal which; and with the loop open more of the old
memories comes back with the new ones, and less of these."""
import os
import subprocess
import sys
import tempfile

SOURCE = os.environ["SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "scripts"))
from phasic_run import experiments  # noqa: E402
from phasic_run.experiments.consolidation import familiar_novel  # noqa: E402

CONFIG = os.path.join(SOURCE, "configs/experiments/consolidation/familiar-novel.yaml")
LOOP = "neuromodulation.transmitters.acetylcholine.controllers.novelty"
BRIEF = ["task.trial.pause=2 s", "phases.rest.duration=3 s", "phases.test.phases.recall.trials=10"]


def go(work, *settings):
    """A run of the loop, or of what is left of it."""
    words = [word for setting in [*BRIEF, *settings] for word in ("--set", setting)]
    subprocess.run([os.environ["PHASIC"], "run", CONFIG, *words, "--seed", "1001", "--out", work,
                    "--quiet"], check=True)
    return experiments.Arm("", {}, 1001, work)


with tempfile.TemporaryDirectory() as folder:
    closed = go(folder + "/closed")
    opened = go(folder + "/open", LOOP + ".exc_rate=0 Hz")
    heard = {kind: familiar_novel.level(closed, kind) for kind in ("new", "old")}
    print(f"after new cues {heard['new']:.0f} nM, after old ones {heard['old']:.0f}")
    assert heard["new"] > 1.5 * heard["old"], heard
    with_loop, without = familiar_novel.measure(closed), familiar_novel.measure(opened)
    print(f"new memories less old ones: loop closed {with_loop:.2f}, open {without:.2f}")
    assert with_loop > without + 0.2, (with_loop, without)
