# SPDX-License-Identifier: Apache-2.0
"""The window of the pair rule at five steady levels of dopamine: whether the receptor moves it by
what the configuration says."""
import numpy as np

from .. import plot
from . import Measure, stdp_window

ABOUT = "the window of stdp at five levels of dopamine, whose D1 turns depression into potentiation"
SEEDS = "1..3"
LEVELS = "neuromodulation.transmitters.dopamine.tonic_rate"
SETTINGS = {"threshold-shift": [LEVELS + "=0 Hz,4 Hz,8 Hz,12 Hz,16 Hz"]}

OFFSET, GAIN = 1.0, -4.0  # of A- by the occupancy, as in the configuration


def occupancy(arm):
    """The D1 receptor's in the steady state."""
    with arm.open() as run:
        return float(run.group("neuromodulators/dopamine/slice/occupancy/D1")[()][-1])


def amplitude(lag, change):
    """A- that fits the depression side."""
    side = lag < 0
    zero, one = (stdp_window.closed_form(lag[side], A_minus) for A_minus in (0.0, 1.0))
    slope = one - zero
    return np.dot(change[side] - zero, slope) / np.dot(slope, slope)


def analyse(runs, picture):
    """A- against occupancy: slope, where it crosses 0, and the distance from the closed form."""
    found = [(arm, occupancy(arm), *stdp_window.window(arm)) for arm in runs]
    slopes, crossings, off = [], [], []
    for seed in sorted({arm.seed for arm in runs}):
        mine = [(o, lag, change) for arm, o, lag, change in found if arm.seed == seed]
        slope, at_zero = np.polyfit([o for o, _, _ in mine],
                                    [amplitude(lag, change) for _, lag, change in mine], 1)
        slopes.append(slope / stdp_window.A_MINUS)
        crossings.append(-at_zero / slope)
        off.append(max(np.abs(change - stdp_window.closed_form(lag, set_to(o))).max()
                       for o, lag, change in mine))
    largest = np.abs(stdp_window.closed_form(np.array([0.0]))).max()
    draw([f for f in found if f[0].seed == runs[0].seed], picture)
    return [Measure("dopamine, timing: slope of A- / 1.05 against D1 occupancy",
                    "-4 (configured)", -4.02, -3.98, slopes),
            Measure("dopamine, timing: occupancy at which depression becomes potentiation",
                    "0.25 (configured)", 0.249, 0.251, crossings),
            Measure("dopamine, timing: largest deviation from the closed form, % of A+",
                    "0 (closed form)", 0, 0.1, 100 * np.array(off) / largest)]


def set_to(o):
    """A- that the configuration asks for at an occupancy."""
    return stdp_window.A_MINUS * (OFFSET + GAIN * o)


def draw(found, picture):
    """One seed's windows, a colour a level."""
    with plot.paper():
        fig, axes = plot.plt.subplots(figsize=(6, 4))
        for k, (arm, o, lag, change) in enumerate(found):
            axes.plot(lag[k::25], 100 * change[k::25], ".", markersize=5, color=plot.colour(k),
                      label=f"VTA at {arm.settings[LEVELS]}, D1 {o:.2f}")
            for side in (lag < 0, lag >= 0):
                axes.plot(lag[side], 100 * stdp_window.closed_form(lag[side], set_to(o)),
                          linewidth=1, color=plot.colour(k))
        axes.set(xlabel="postsynaptic spike after the arrival, ms",
                 ylabel="weight change, % of w_max", title="Lines: what the configuration sets")
        axes.legend(fontsize=8)
        fig.savefig(picture, dpi=130, format="png")
        plot.plt.close(fig)
