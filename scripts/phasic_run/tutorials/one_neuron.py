# SPDX-License-Identifier: Apache-2.0
"""One neuron: its potential under a step of current, its frequency at constant currents, and the
closed form of both."""
import numpy as np

from .. import plot
from ..run import RunError
from . import configured, need, panels

CURRENTS_pA = (350, 376, 400, 450, 500, 600, 800, 1000)
STEP_MS, STEP_pA = (100, 300, 500), (300, 500)  # begin of each, and end; amplitudes


def parameters(run):
    """{name: number in mV, ms, pA, pF} of the neuron."""
    return configured(run, "regions.dish.populations.neuron.neuron")


def closed_form_hz(current_pA, p):
    """Rate at a constant current: the potential climbs from V_reset to V_th, then rests t_ref."""
    aim = p["E_L"] + current_pA / p["C_m"] * p["tau_m"]
    if aim <= p["V_th"]:
        return 0.0
    return 1000 / (p["t_ref"] + p["tau_m"] * np.log((aim - p["V_reset"]) / (aim - p["V_th"])))


def rate_hz(run, current_pA):
    """From the interval between the first spike and the last one."""
    times, _ = run.spikes(f"dish.I{current_pA}", 0, np.inf)
    return 1000 * (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0


def trace(run):
    """(time ms, mV) of the neuron under the step."""
    group = need(run, "V_m/dish.neuron")
    return group["time_ms"][()], group["data"][:, 0]


def below_threshold(time_ms, p):
    """The closed form of the potential in the first step."""
    rise = STEP_pA[0] / p["C_m"] * p["tau_m"]
    return p["E_L"] + rise * (1 - np.exp(-np.maximum(time_ms - STEP_MS[0], 0) / p["tau_m"]))


def measures(run):
    """Potential and rates, beside the closed form."""
    p = parameters(run)
    time, V = trace(run)
    first = (time > STEP_MS[0]) & (time < STEP_MS[1])
    spikes = run.spikes("dish.neuron", 0, np.inf)[0]
    if not first.any():
        raise RunError(f"{run.folder}: the run ended before the first step did")
    found = [("threshold current", "%.0f pA" % ((p["V_th"] - p["E_L"]) * p["C_m"] / p["tau_m"])),
             ("potential at the end of the first step", "%.2f mV" % V[first][-1]),
             ("largest distance from the closed form",
              "%.2g mV" % max(np.abs(V - below_threshold(time, p))[first].max(), 1e-4)),
             ("spikes in the first step", "%d" % np.sum(spikes <= STEP_MS[1])),
             ("spikes in the second step",
              "%d" % np.sum((spikes > STEP_MS[1]) & (spikes <= STEP_MS[2])))]
    return found + [(f"rate at {current} pA", "%.1f Hz, closed form %.1f Hz" %
                     (rate_hz(run, current), closed_form_hz(current, p)))
                    for current in CURRENTS_pA]


def figure(run):
    """The trace, and frequency against current."""
    p = parameters(run)
    fig, (left, right) = panels(plot, 2)
    time, V = trace(run)
    shown = time <= 600
    left.plot(time[shown], V[shown], color=plot.colour(0), linewidth=1.2, label="phasic")
    first = (time > STEP_MS[0]) & (time < STEP_MS[1])
    left.plot(time[first], below_threshold(time[first], p), "--", color=plot.colour(1),
              label="closed form")
    left.axhline(p["V_th"], color="#888888", linewidth=0.8, linestyle=":")
    left.set(xlabel="ms", ylabel="mV", title="300 pA, then 500 pA")
    left.legend(fontsize=8, loc="upper left")
    current = np.linspace(300, 1020, 721)
    right.plot(current, [closed_form_hz(c, p) for c in current], color=plot.colour(1),
               label="closed form")
    right.plot(CURRENTS_pA, [rate_hz(run, c) for c in CURRENTS_pA], "o", color=plot.colour(0),
               label="phasic")
    right.set(xlabel="pA", ylabel="Hz", title="frequency against current")
    right.legend(fontsize=8, loc="upper left")
    return fig
