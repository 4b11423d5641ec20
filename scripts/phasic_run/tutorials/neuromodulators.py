# SPDX-License-Identifier: Apache-2.0
"""Neuromodulators: nucleus, concentration, receptor and cells in each phase, beside the closed
forms of concentration and occupancy."""
import math

from .. import plot, readers
from . import configured, mean_of_level, mean_of_rate, panels

SETTLING_MS = 2000.0  # of a phase, which are left out


def transmitter(run):
    """Release, uptake and receptor as numbers: nM, nM/s, /s."""
    place = "neuromodulation.transmitters.noradrenaline"
    return {**configured(run, place), **configured(run, place + ".uptake"),
            **configured(run, place + ".receptors.beta")}


def expected_nM(rate_Hz, p, left=1.0):
    """Where release (of which `left` is left) and clearance are in balance."""
    release = p["release"] * rate_Hz * left
    # loss C^2 + (V_max + loss K_m - release) C - release K_m = 0
    b = p["V_max"] + p["loss"] * p["K_m"] - release
    return (-b + math.sqrt(b * b + 4 * p["loss"] * release * p["K_m"])) / (2 * p["loss"])


def expected_occupancy(phase, C, p, run):
    """Gaddum's equation, with what drugs of the phase add."""
    blocker = configured(run, "interventions.propranolol")["dose"] if phase == "blocked" else 0
    agonist = configured(run, "interventions.isoprenaline")["dose"] if phase == "mimicked" else 0
    x = (C / p["EC50"] + agonist) / (1 + blocker)
    return x / (1 + x)


def phase_means(run):
    """{phase: (LC in Hz, nM, occupancy, cortex in Hz)} after the first two seconds."""
    series = ((mean_of_rate, readers.rates(run, "brainstem.LC")),
              (mean_of_level, readers.concentration(run, "noradrenaline", "cortex")),
              (mean_of_level, readers.occupancy(run, "noradrenaline", "cortex", "beta")),
              (mean_of_rate, readers.rates(run, "cortex.E")))
    return {name: [mean(values, begin + SETTLING_MS, end) for mean, values in series]
            for name, begin, end, _ in run.phases()}


def measures(run):
    """One line for each thing in each phase."""
    p, found = transmitter(run), []
    fraction = configured(run, "interventions.DSP4")["fraction"]
    for phase, (LC, C, occupied, cortex) in phase_means(run).items():
        left = 1 - fraction if phase == "depleted" else 1
        found += [(f"{phase}: locus coeruleus", "%.1f Hz" % LC),
                  (f"{phase}: noradrenaline", "%.1f nM, closed form %.1f nM" %
                   (abs(C), expected_nM(LC, p, left))),
                  (f"{phase}: beta receptors bound", "%.3f, closed form %.3f" %
                   (abs(occupied), expected_occupancy(phase, C, p, run))),
                  (f"{phase}: cortex", "%.2f Hz" % cortex)]
    return found


def figure(run):
    """Nucleus, receptor and cortex over time."""
    fig, axes = panels(plot, 1, 3, sharex=True)
    fig.set_size_inches(8, 5.6)
    time, bound = readers.occupancy(run, "noradrenaline", "cortex", "beta")
    rows = ((*readers.rates(run, "brainstem.LC"), "Hz", "locus coeruleus"),
            (time, bound, "share bound", "beta receptors of the cortex"),
            (*readers.rates(run, "cortex.E"), "Hz", "cortex"))
    for k, (axis, (time, values, unit, title)) in enumerate(zip(axes, rows)):
        axis.plot(time / 1000, values, color=plot.colour(k), linewidth=1.2)
        axis.set(ylabel=unit, title=title, ylim=(0, None))
        for name, begin, _, _ in run.phases():
            axis.axvline(begin / 1000, color="#888888", linewidth=0.6, linestyle=":")
            if k == 0:
                axis.text(begin / 1000 + 0.1, axis.get_ylim()[1], name, fontsize=8, va="top")
    axes[-1].set(xlabel="s")
    return fig
