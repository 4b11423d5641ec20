# SPDX-License-Identifier: Apache-2.0
"""Every rule against its equations in Brian 2, on random trains.

One run of phasic has a projection for each rule and setting between the same two populations, with
random delays on the axons and one in the dendrites, and dopamine that a randomly firing nucleus
releases. Its spikes, delays, first weights and receptor occupancies are handed to Brian, which
computes the same weights step by step. Brian clips a weight at arrivals and postsynaptic spikes, as
phasic does. Compared is the weight at the last arrival, for which every source fires once more
after all else has fallen silent.

A rule is one entry of RULES. It is held as soon as `phasic explain` knows the rule."""
import sys
import warnings

import numpy as np

import parrots

H_MS, BEAT_MS, LAST_MS = 0.5, 5.0, 30000.0
DENDRITIC_MS, LONGEST_MS = 1.5, 4.0
SILENCE_MS = 200.0  # before the last arrival
W_MAX = 1e-3   # pA, as far below what a parrot feels as in rules_nest.py
LIMIT = 1e-4   # of w_max
COUNT = 12     # neurons of each population; all to all

# In the equations w is in units of w_max, x_* belong to arrivals and y_* to postsynaptic spikes; h
# is the step and M what the receptor makes of the learning rate in the step that ends now. `decays`
# are traces and their time constants in ms; `state` further variables; `step` stands before the
# events of a step. A bound is applied after every change.


class Rule:
    """`type`, `parameters` and `modulation` as in phasic, pure numbers unless there is a unit; the
    rest is Brian's, with the parameters as names: traces, code at arrivals, at postsynaptic spikes
    and D after arrivals, further variables, code of a step. needs: a parameter that the rule may
    not have yet."""

    def __init__(self, type_, parameters, decays, on_pre, on_post, state=(), step="",
                 modulation=None, delayed="", needs=None):
        self.type, self.parameters, self.decays = type_, parameters, decays
        self.on_pre, self.on_post, self.state, self.step = on_pre, on_post, state, step
        self.modulation, self.delayed, self.needs = modulation, delayed, needs


PAIR = {"tau_plus": "17 ms", "tau_minus": "34 ms", "learning_rate": 0.01, "A_plus": 1.0,
        "A_minus": 0.55}
HARD = "w = clip(w + dw, 0, 1)"
SOFT = "w = clip(w + dw*((1 - w)*int(dw > 0) + w*int(dw <= 0)), 0, 1)"
PAIR_PRE = "dw = -learning_rate*A_minus*y_1\n%s\nx_1 += 1"
PAIR_POST = "dw = learning_rate*A_plus*x_1\n%s\ny_1 += 1"
PAIR_TRACES = {"x_1": "tau_plus", "y_1": "tau_minus"}

REWARD = {"tau_plus": "20 ms", "tau_minus": "25 ms", "tau_e": "400 ms", "learning_rate": "0.03 /s",
          "A_plus": 1.0, "A_minus": 0.7, "bounds": "hard"}
# M is constant within a step, so that this is exact.
REWARD_STEP = """w += learning_rate*1e-3*M*e_1*tau_e*(1 - exp(-h/tau_e))
e_1 *= exp(-h/tau_e)"""

# (exp(-t/tau_e) - exp(-t/tau_rise)) tau_e/(tau_e - tau_rise) of r_1 are in e_1 after t.
RISE_STEP = """k = r_1*tau_e/(tau_e - tau_rise)
w += learning_rate*1e-3*M*((e_1 + k)*tau_e*(1 - exp(-h/tau_e)) - k*tau_rise*(1 - exp(-h/tau_rise)))
e_1 = (e_1 + k)*exp(-h/tau_e) - k*exp(-h/tau_rise)
r_1 *= exp(-h/tau_rise)"""
LEARNING_BY_D2 = {"learning_rate": {"receptor": "D2", "combine": "product", "curve": {
    "type": "linear", "offset": 0.2, "gain": 3}}}

# Graupner & Brunel (2012), without noise: the parts of a step above both thresholds and then above
# one are exact; the double well moves rho by 1e-6 in a step.
CALCIUM = {"tau_Ca": "20 ms", "C_pre": 1.0, "C_post": 2.0, "theta_p": 1.3, "theta_d": 1.0,
           "gamma_p": 321.808, "gamma_d": 200.0, "tau": "20 s", "D": "13.5 ms", "sigma": 0.0}
CALCIUM_STEP = """on_p = clip(tau_Ca*log(clip(c/theta_p, 1, inf)), 0, h)
on_d = clip(tau_Ca*log(clip(c/theta_d, 1, inf)), 0, h)
c *= exp(-h/tau_Ca)
level = gamma_p/(gamma_p + gamma_d)
w = level + (w - level)*exp(-(gamma_p + gamma_d)*on_p/tau)
w *= exp(-gamma_d*(on_d - on_p)/tau)
w -= h*w*(1 - w)*(0.5 - w)/tau"""

RULES = {
    "stdp_hard": Rule("stdp", dict(PAIR, bounds="hard"), PAIR_TRACES, PAIR_PRE % HARD,
                      PAIR_POST % HARD, ["dw"]),
    "stdp_soft": Rule("stdp", dict(PAIR, bounds="soft"), PAIR_TRACES, PAIR_PRE % SOFT,
                      PAIR_POST % SOFT, ["dw"]),
    "stdp_nearest": Rule("stdp", dict(PAIR, bounds="hard", pairing="nearest"), PAIR_TRACES,
                         (PAIR_PRE % HARD).replace("+= 1", "= 1"),
                         (PAIR_POST % HARD).replace("+= 1", "= 1"), ["dw"], needs="pairing"),
    "stdp_reward": Rule("stdp_reward", REWARD, PAIR_TRACES,
                        "w = clip(w, 0, 1)\ne_1 -= A_minus*y_1\nx_1 += 1",
                        "w = clip(w, 0, 1)\ne_1 += A_plus*x_1\ny_1 += 1", ["e_1"], REWARD_STEP,
                        LEARNING_BY_D2),
    # Pfister & Gerstner (2006), eqs. 2 to 4: the slow traces are those just before the spike.
    "stdp_triplet": Rule(
        "stdp_triplet",
        {"tau_plus": "16.8 ms", "tau_x": "101 ms", "tau_minus": "33.7 ms", "tau_y": "125 ms",
         "learning_rate": 1.0, "A2_plus": 0.001, "A3_plus": 0.003, "A2_minus": 0.004,
         "A3_minus": 0.0005, "bounds": "hard"},
        {"x_1": "tau_plus", "x_2": "tau_x", "y_1": "tau_minus", "y_2": "tau_y"},
        "w = clip(w - learning_rate*y_1*(A2_minus + A3_minus*x_2), 0, 1)\nx_1 += 1\nx_2 += 1",
        "w = clip(w + learning_rate*x_1*(A2_plus + A3_plus*y_2), 0, 1)\ny_1 += 1\ny_2 += 1"),
    # Vogels et al. (2011).
    "istdp": Rule("istdp", {"tau": "20 ms", "learning_rate": 0.002, "rho_0": "25 Hz"},
                  {"x_1": "tau", "y_1": "tau"},
                  "w = clip(w + learning_rate*(y_1 - 2*rho_0*tau), 0, 1)\nx_1 += 1",
                  "w = clip(w + learning_rate*x_1, 0, 1)\ny_1 += 1"),
    # Eligibility with a rise (stdp_reward_rise): r_1 goes over into e_1.
    "stdp_reward_rise": Rule(
        "stdp_reward_rise", dict(REWARD, tau_rise="150 ms"), PAIR_TRACES,
        "w = clip(w, 0, 1)\nr_1 -= A_minus*y_1\nx_1 += 1",
        "w = clip(w, 0, 1)\nr_1 += A_plus*x_1\ny_1 += 1", ["e_1", "r_1", "k"],
        RISE_STEP, LEARNING_BY_D2),
    # Brzosko et al. (2017) as phasic has it: depression at once, eligibility for dopamine.
    "sequential": Rule(
        "sequential", {"tau": "10 ms", "tau_e": "400 ms", "depression_rate": 0.001,
                       "learning_rate": "0.02 /s", "A_pre_post": 1.0, "A_post_pre": 0.8,
                       "bounds": "hard"}, {"x_1": "tau", "y_1": "tau"},
        "w = clip(w, 0, 1)\nw = clip(w - depression_rate*A_post_pre*y_1, 0, 1)\n"
        "e_1 += A_post_pre*y_1\nx_1 += 1",
        "w = clip(w, 0, 1)\nw = clip(w - depression_rate*A_pre_post*x_1, 0, 1)\n"
        "e_1 += A_pre_post*x_1\ny_1 += 1", ["e_1"], REWARD_STEP, LEARNING_BY_D2),
    "calcium": Rule("calcium", CALCIUM, {}, "", "c += C_post", ["c"], CALCIUM_STEP,
                    delayed="c += C_pre"),
}


def number(value):
    """A parameter as Brian's equations want it: ms are 1, s 1000, Hz 1/ms, /s as it is."""
    if not isinstance(value, str):
        return value
    digits, unit = value.split()
    return float(digits) * {"ms": 1, "s": 1000, "/s": 1, "Hz": 1e-3}[unit]


def brain(rules):
    """The configuration."""
    end = LAST_MS + 2 * BEAT_MS
    drive = {"type": "poisson", "rate": "30 Hz", "weight": parrots.SPIKE,
             "stop": "%r ms" % (LAST_MS - SILENCE_MS)}
    populations = {
        "pre": parrots.population(COUNT, {"s": drive, "last": parrots.spike_list([LAST_MS])}),
        "post": parrots.population(COUNT, {"s": drive}),
        "nucleus": parrots.population(20, {"s": dict(drive, rate="5 Hz")})}
    projections = {}
    for name, rule in rules.items():
        plasticity = dict({"type": rule.type, "w_max": "%r pA" % W_MAX}, **rule.parameters)
        if rule.modulation:
            plasticity["modulation"] = rule.modulation
        projections[name] = {
            "source": "pre", "target": "post", "receptor": "exc",
            "connect": "{type: all_to_all}",
            "weight": "{type: uniform, min: %r pA, max: %r pA}" % (0.2 * W_MAX, 0.8 * W_MAX),
            "delay": "{type: uniform, min: 2 ms, max: %r ms}" % LONGEST_MS,
            "dendritic_delay": "%r ms" % DENDRITIC_MS, "plasticity": plasticity}
    neuromodulation = {"beat": "%r ms" % BEAT_MS, "transmitters": {"dopamine": {
        "nucleus": "r.nucleus", "release": "200 nM", "tonic_rate": "5 Hz",
        "innervation": "{r: 1}", "uptake": "{V_max: 4000 nM/s, K_m: 160 nM}",
        "receptors": {"D2": "{EC50: 50 nM, k_off: 10 /s, tau_tonic: 20 s}"}}}}
    return parrots.configuration(H_MS, populations, projections, [end],
                                 {"neuromodulation": neuromodulation})


def synapses(b2, name, rule, groups, columns, result):
    """Brian's synapses of one rule with phasic's delays and first weights."""
    names = {key: number(value) for key, value in rule.parameters.items()
             if key not in ("bounds", "pairing")}
    equations = ["d%s/dt = -%s/(%s*ms) : 1 (event-driven)" % (trace, trace, tau)
                 for trace, tau in rule.decays.items()]
    equations += ["%s : 1" % variable for variable in ["w", "w_last"] + list(rule.state)]
    names.update(h=H_MS)
    if rule.modulation:
        curve = rule.modulation["learning_rate"]["curve"]
        occupancy, tonic = (result.modulators["dopamine"][key]["D2"]
                            for key in ("occupancy", "o_tonic"))
        # The first record holds from the second beat on; the brain begins at the tonic level.
        moved = np.append(0, occupancy - tonic)
        names["M_of"] = b2.TimedArray(curve["offset"] + curve["gain"] * moved, dt=BEAT_MS * b2.ms)
    pathways = {"pre": (rule.on_pre + "\nw_last = w").strip()}
    if rule.delayed:
        pathways["late"] = rule.delayed
    made = b2.Synapses(*groups, "\n".join(equations), on_pre=pathways, on_post=rule.on_post,
                       namespace=names, name=name, method="exact")
    made.connect(i=columns["source"], j=columns["target"])
    made.w = columns["weight"][0] / W_MAX
    made.pre.delay = columns["delay"] * b2.ms
    if rule.delayed:
        made.late.delay = (columns["delay"] + number(rule.parameters["D"])) * b2.ms
    made.post.delay = DENDRITIC_MS * b2.ms
    made.pre.order, made.post.order = 0, 2  # of one step: the arrival first
    if rule.step:
        # At the beginning of a step, for what passed since the last one.
        made.run_regularly(rule.step.replace("M*", "M_of(t - h*ms/2)*"), dt=H_MS * b2.ms,
                           when="before_synapses")
    return made


def import_brian():
    """The module, without warnings and log files; None where this Python does not have it."""
    warnings.filterwarnings("ignore")
    try:
        import brian2
    except ImportError:
        return None
    brian2.prefs.codegen.target = "numpy"  # starts at once
    brian2.prefs.logging.file_log = False
    return brian2


def check():
    """Print a line for each entry. @return [whether it is right]; empty without Brian 2"""
    b2 = import_brian()
    if b2 is None:
        print("%s has no Brian 2, nothing is held against it; on Debian: apt-get install "
              "python3-brian, and PHASIC_PYTHON=/usr/bin/python3" % sys.executable)
        return []
    rules = {}
    for name, rule in RULES.items():
        has = parrots.known(rule.type)
        if has and (rule.needs is None or rule.needs in has):
            rules[name] = rule
        else:
            print("%-16s not held: there is no %s yet" % (name, rule.needs or "rule " + rule.type))
    result = parrots.simulate(brain(rules))
    b2.defaultclock.dt = H_MS * b2.ms
    groups = []
    for population in ("pre", "post"):
        times, ids = result.spikes[population]
        groups.append(b2.SpikeGeneratorGroup(COUNT, ids, times * b2.ms, name=population))
    made = {name: synapses(b2, name, rule, groups, result.weights[name], result)
            for name, rule in rules.items()}
    b2.Network(groups, list(made.values())).run((LAST_MS + 2 * BEAT_MS) * b2.ms)
    right = []
    for name in rules:
        begin, end = result.weights[name]["weight"][[0, -1]] / W_MAX
        brian = np.array(made[name].w_last)
        off, moved = np.abs(end - brian).max(), np.abs(end - begin).mean()
        free = np.mean((end > 0) & (end < 1))
        good = off <= LIMIT and moved > 20 * LIMIT and free > 0.5
        print("%-16s %d weights within %.1e of w_max; mean change %.2g, %.0f %% at a bound  %s" % (
            name, len(end), off, moved, 100 * (1 - free),
            "ok" if good else "FAILED"))
        right.append(good)
    return right
