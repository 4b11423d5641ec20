# SPDX-License-Identifier: Apache-2.0
"""An irrelevant dimension beside the cue, while transients and changes of the rule come:
noradrenaline's loop closed, or its concentration held at the mean of that."""
import numpy as np

from . import Leak, held, noise, trials_of

ABOUT = "an irrelevant dimension beside the cue: noradrenaline's loop closed, or clamped"
SEEDS = "11..40"
ARMS = {noise.CLOSED: [],
        noise.CLAMPED: held(noise.CLOSED, "noradrenaline", "striatum", noise.PHASES)}
LEAK = Leak(0.5, settings=noise.LEAK.settings)

NOTE = """\
The schedule, the brain and the measure are those of `noise`, where the loop closed does better than clamped by three
times as much. Beside twelve irrelevant cues a change of the rule is followed a little sooner with the loop closed, a
transient let pass no better. Why: each irrelevant cue keeps what was last paid beside it and pulls the choice that way,
so that there are errors where the rule stays as well. The loop takes them for signs of a change: noradrenaline is
nearly twice as high as without distractors (`noise`) already where the rule stays, and rises by less, in proportion,
where it changes, and a high learning rate learns the irrelevant cues faster, too. The nucleus hears errors alone, not
what they are about; a loop that would hold distraction down has to be told which cues predict them, as attention is,
and this brain has none. Beside four irrelevant cues, each of which comes back three times as often, there was nothing
to be found on seeds 1..10 (-.013, -.065 to .039). Twelve were tried on seeds 1001..1008, where they gave .055, and
thirty new seeds run."""

measure, figure = noise.measure, noise.figure


def also(run):
    """As in noise, and choices where the rule is known."""
    known = trials_of(run, noise.TRANSIENTS)
    calm = (known["outlier"] == 0) & (np.arange(len(known["outlier"])) >= noise.KNOWN)
    return noise.also(run) | {"share right where the rule stays": known["correct"][calm].mean()}
