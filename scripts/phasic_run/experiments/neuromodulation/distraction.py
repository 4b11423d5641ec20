# SPDX-License-Identifier: Apache-2.0
"""An irrelevant dimension beside the cue, while transients and changes of the rule come:
noradrenaline's loop closed, or its concentration held at the mean of that."""
import numpy as np

from . import Leak, held, noise, trials_of

ABOUT = "an irrelevant dimension beside the cue: noradrenaline's loop closed, or clamped"
SEEDS = "1..10"
ARMS = {noise.CLOSED: [],
        noise.CLAMPED: held(noise.CLOSED, "noradrenaline", "striatum", noise.PHASES)}
LEAK = Leak(0.5, settings=noise.LEAK.settings)
measure, figure = noise.measure, noise.figure


def also(run):
    """As in noise, and choices where the rule is known."""
    known = trials_of(run, noise.TRANSIENTS)
    calm = (known["outlier"] == 0) & (np.arange(len(known["outlier"])) >= noise.KNOWN)
    return noise.also(run) | {"share right where the rule stays": known["correct"][calm].mean()}
