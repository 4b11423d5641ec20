# SPDX-License-Identifier: Apache-2.0
"""Inhibitory plasticity brings the cells that it ends on to rho_0, from weights of 0, whether their
inhibition is a current (of weights below 0) or a conductance."""
import sys

import parrots

RHO_0, PHASES, LAST_MS = 10, [20000, 5000], 5000  # Hz, ms
CELLS = 40


def rate(neuron, unit, w_max, drive):
    """Mean rate of the targets in the last phase, Hz."""
    def cells(current):
        noisy = {"type": "poisson", "rate": "2000 Hz", "weight": drive}
        return {"size": CELLS, "neuron": "{type: %s}" % neuron,
                "stimuli": {"dc": {"type": "dc", "amplitude": current}, "noise": noisy}}
    projection = {"source": "I", "target": "E", "receptor": "inh", "weight": "0 " + unit,
                  "connect": "{type: all_to_all}", "delay": "1 ms",
                  "plasticity": {"type": "istdp", "w_max": w_max, "learning_rate": 5e-3,
                                 "rho_0": "%g Hz" % RHO_0}}
    result = parrots.simulate(parrots.configuration(
        0.1, {"I": cells("380 pA"), "E": cells("380 pA")}, {"I_E": projection}, PHASES))
    times, _ = result.spikes["E"]
    early = (times < 500).sum() / CELLS / 0.5
    late = (times > sum(PHASES) - LAST_MS).sum() / CELLS / (LAST_MS * 1e-3)
    print("%-13s %5.1f Hz at first, %5.2f Hz at last; rho_0 is %g Hz" % (
        neuron, early, late, RHO_0))
    return early > 1.2 * RHO_0 and abs(late - RHO_0) < 0.15 * RHO_0


right = [rate("iaf_psc_exp", "pA", "200 pA", "20 pA"),
         rate("iaf_cond_exp", "nS", "20 nS", "1 nS")]
sys.exit(not all(right))
