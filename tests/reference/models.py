# SPDX-License-Identifier: Apache-2.0
"""The equations of the neuron models in plain Python, integrated at high precision: RK4 in steps of
0.1 ms / 40 and, for AdEx, shorter ones in the upstroke. Names of parameters are those of NEST."""
import math

STEP = 0.1  # ms


class Leaky:
    """Integrate-and-fire; a state is [V, then what the input needs]."""

    def __init__(self, parameters):
        self.p = parameters
        self.taus = {"exc": parameters["tau_syn_ex"], "inh": parameters["tau_syn_in"]}

    def start(self):
        return [self.p["V_m"], 0.0, 0.0, 0.0, 0.0]

    def longest(self, state, held):
        return STEP / 40

    def arrive(self, state, port, weight):
        state[("exc", "inh").index(port) + 1] += weight

    def threshold(self):
        return self.p["V_th"]

    def spike(self, state):
        state[0] = self.p["V_reset"]

    def decays(self, s):
        return [-s[1] / self.taus["exc"], -s[2] / self.taus["inh"], 0.0, 0.0]


class PscExp(Leaky):
    def slopes(self, s, held):
        p = self.p
        V = -(s[0] - p["E_L"]) / p["tau_m"] + (s[1] + s[2] + p["I_e"]) / p["C_m"]
        return [0.0 if held else V] + self.decays(s)


class CondExp(Leaky):
    def slopes(self, s, held):
        p = self.p
        V = (-p["g_L"] * (s[0] - p["E_L"]) - s[1] * (s[0] - p["E_ex"]) - s[2] * (s[0] - p["E_in"]) +
             p["I_e"]) / p["C_m"]
        return [0.0 if held else V] + self.decays(s)


class Alpha:
    """Alpha functions: an arrival starts w t / tau exp(1 - t / tau), which two equations make."""

    def arrive(self, state, port, weight):
        state[("exc", "inh").index(port) + 3] += weight * math.e / self.taus[port]

    def decays(self, s):
        exc, inh = self.taus["exc"], self.taus["inh"]
        return [s[3] - s[1] / exc, s[4] - s[2] / inh, -s[3] / exc, -s[4] / inh]


class PscAlpha(Alpha, PscExp):
    pass


class CondAlpha(Alpha, CondExp):
    pass


class Nmda(Leaky):
    """[V, g_exc, g_inh, x, y]: the NMDA conductance is x - y, a difference of exponentials, which is
    not how the program holds it."""
    PORTS = ("exc", "inh", "nmda")

    def __init__(self, parameters):
        super().__init__(parameters)
        self.share = parameters["tau_rise_nmda"] / parameters["tau_decay_nmda"]
        self.most = 0.0  # largest NMDA conductance, nS

    def arrive(self, state, port, weight):
        if port == "nmda":
            state[3] += weight / (1 - self.share)
            state[4] += weight / (1 - self.share)
        else:
            super().arrive(state, port, weight)

    def slopes(self, s, held):
        p = self.p
        g_nmda = s[3] - s[4]
        self.most = max(self.most, g_nmda)
        open_ = 1 / (1 + p["Mg"] * math.exp(-0.062 * s[0]) / 3.57)
        V = (-p["g_L"] * (s[0] - p["E_L"]) - (s[1] + open_ * g_nmda) * (s[0] - p["E_ex"]) -
             s[2] * (s[0] - p["E_in"]) + p["I_e"]) / p["C_m"]
        return [0.0 if held else V, -s[1] / self.taus["exc"], -s[2] / self.taus["inh"],
                -s[3] / p["tau_decay_nmda"], -s[4] / p["tau_rise_nmda"]]


class AdEx(Leaky):
    """[V, g_exc, g_inh, w]; the reset falls within a step."""

    def start(self):
        return [self.p["V_m"], 0.0, 0.0, 0.0]

    def exponential(self, V):
        p = self.p
        return p["g_L"] * p["Delta_T"] * math.exp((V - p["V_th"]) / p["Delta_T"])

    def slopes(self, s, held):
        p = self.p
        V = (-p["g_L"] * (s[0] - p["E_L"]) + self.exponential(min(s[0], p["V_peak"])) - s[3] -
             s[1] * (s[0] - p["E_ex"]) - s[2] * (s[0] - p["E_in"]) + p["I_e"]) / p["C_m"]
        return [0.0 if held else V, -s[1] / self.taus["exc"], -s[2] / self.taus["inh"],
                (p["a"] * (s[0] - p["E_L"]) - s[3]) / p["tau_w"]]

    def longest(self, state, held):
        rate = self.exponential(min(state[0], self.p["V_peak"])) / self.p["C_m"]  # mV/ms
        return STEP / 40 if held else min(STEP / 40, 0.01 * self.p["Delta_T"] / rate)

    def threshold(self):
        return math.inf

    def peak(self):
        return self.p["V_peak"]

    def spike(self, state):
        state[0] = self.p["V_reset"]
        state[3] += self.p["b"]


class Pyramidal:
    """[V_s, V_d, w_s, w_d, theta, g_exc, g_inh, g_exc_apical, g_inh_apical]"""
    PORTS = ("exc", "inh", "exc_apical", "inh_apical")

    def __init__(self, parameters):
        self.p = parameters
        self.since = math.inf  # ms from the last spike to the middle of the step
        self.highest = -math.inf  # of V_d, mV

    def start(self):
        return [self.p["V_m"], self.p["E_L"]] + [0.0] * 7

    def longest(self, state, held):
        self.highest = max(self.highest, state[1])
        return STEP / 40

    def arrive(self, state, port, weight):
        state[5 + self.PORTS.index(port)] += weight

    def slopes(self, s, held):
        p = self.p
        V_s, V_d, w_s, w_d, theta, g_exc, g_inh, g_exc_apical, g_inh_apical = s
        f = 1 / (1 + math.exp(-(V_d - p["E_d"]) / p["D_d"]))
        back = p["c_d"] if p["t_K"] < self.since < p["t_K"] + p["T_K"] else 0.0
        I_s = p["I_e"] - g_exc * (V_s - p["E_ex"]) - g_inh * (V_s - p["E_in"])
        I_d = p["I_e_d"] - g_exc_apical * (V_d - p["E_ex"]) - g_inh_apical * (V_d - p["E_in"])
        soma = -(V_s - p["E_L"]) / p["tau_s"] + (p["g_s"] * f - w_s + I_s) / p["C_s"]
        dendrite = -(V_d - p["E_L"]) / p["tau_d"] + (p["g_d"] * f + back - w_d + I_d) / p["C_d"]
        return [0.0 if held else soma, dendrite, -w_s / p["tau_ws"],
                (p["a_d"] * (V_d - p["E_L"]) - w_d) / p["tau_wd"], -theta / p["tau_th"],
                -g_exc / p["tau_syn_ex"], -g_inh / p["tau_syn_in"],
                -g_exc_apical / p["tau_syn_ex"], -g_inh_apical / p["tau_syn_in"]]

    def threshold(self):
        return self.p["V_th"]

    def over(self, state):
        return state[0] - state[4]

    def spike(self, state):
        state[0] = self.p["V_reset"]
        state[2] += self.p["b_s"]
        state[4] += self.p["d_th"]
        self.since = -STEP / 2

    def end_of_step(self):
        self.since += STEP


def izhikevich(p, arrivals, steps):
    """The model's difference equations, as they stand in its file. Spike times (ms) and v."""
    v, u, spikes, trace = p["V_m"], p["U_m"], [], []
    for step in range(1, steps + 1):
        arriving = sum(weight for _, weight in arrivals.get(step, []))
        if p.get("consistent_integration", "true") == "true":
            v, u = (v + STEP * (0.04 * v * v + 5 * v + 140 - u + p["I_e"]) + arriving,
                    u + STEP * p["a"] * (p["b"] * v - u))
        else:
            for _ in range(2):
                v += 0.5 * (STEP * (0.04 * v * v + 5 * v + 140 - u + p["I_e"]) + arriving)
            u += STEP * p["a"] * (p["b"] * v - u)
        if v >= p["V_th"]:
            v, u = p["c"], u + p["d"]
            spikes.append(step * STEP)
        trace.append(v)
    return spikes, trace


def glif_psc(p, arrivals, steps, current):
    """GLIF 1 to 5 step by step, as C. Teeter et al. (2018) and NEST have them. Spike times (ms) and V.
    current: pA of each step."""
    tau_m, h = p["C_m"] / p["g"], STEP
    V, theta_s, theta_v, held, spikes, trace = p["V_m"] - p["E_L"], 0.0, 0.0, 0, [], []
    after, I, y = [0.0, 0.0], [0.0] * len(p["tau_syn"]), [0.0] * len(p["tau_syn"])
    a, b = p["th_voltage_index"], p["th_voltage_decay"]

    def mean(rate, value):
        return value * (1 - math.exp(-rate * h)) / (rate * h)

    def relaxed(V, drive, t):
        """V after t ms of a constant current."""
        return drive / p["g"] + (V - drive / p["g"]) * math.exp(-t / tau_m)

    def by_synapse(tau, slope, value):
        """What an alpha current moves V by: its convolution with the membrane's response."""
        x = 1 / tau_m - 1 / tau
        grown = (math.exp(x * h) - 1) / x
        moved = (math.exp(x * h) * (x * h - 1) + 1) / (x * x)
        return math.exp(-h / tau_m) / p["C_m"] * (value * grown + slope * moved)

    for step in range(1, steps + 1):
        before = V
        if held == 0:
            theta_s *= math.exp(-p["th_spike_decay"] * h)
            drive = current[step]
            if p["after_spike_currents"]:
                drive += sum(mean(k, now) for k, now in zip(p["asc_decay"], after))
                after = [now * math.exp(-k * h) for k, now in zip(p["asc_decay"], after)]
            V = relaxed(V, drive, h) + sum(map(by_synapse, p["tau_syn"], y, I))
            if p["adapting_threshold"]:  # theta' = a V - b theta along `relaxed`, by its integral
                tends = drive / p["g"]
                grown = (math.exp((b - 1 / tau_m) * h) - 1) / (b - 1 / tau_m)
                theta_v = math.exp(-b * h) * (theta_v + a * (before - tends) * grown +
                                              a * tends * (math.exp(b * h) - 1) / b)
            if V > p["V_th"] - p["E_L"] + theta_s + theta_v:
                spikes.append(step * h)
                held = int(round(p["t_ref"] / h + 1e-9))
                if p["after_spike_currents"]:
                    after = [added + now * r * math.exp(-k * p["t_ref"]) for added, now, r, k in
                             zip(p["asc_amps"], after, p["asc_r"], p["asc_decay"])]
                V = p["V_reset"] - p["E_L"]
                if p["spike_dependent_threshold"]:
                    V = p["voltage_reset_fraction"] * before + p["voltage_reset_add"]
                    theta_s = theta_s * math.exp(-p["th_spike_decay"] * p["t_ref"]) + p["th_spike_add"]
        else:
            held -= 1
        for j, tau in enumerate(p["tau_syn"]):
            I[j] = (I[j] + h * y[j]) * math.exp(-h / tau)
            y[j] *= math.exp(-h / tau)
        for port, weight in arrivals.get(step, []):
            j = int(port[4:]) - 1
            y[j] += weight * math.e / p["tau_syn"][j]
        trace.append(V + p["E_L"])
    return spikes, trace


class Quadratic:
    """The differential equations behind them: [v, u]; the reset falls within a step."""

    def __init__(self, parameters):
        self.p = dict(parameters, t_ref=0)

    def start(self):
        return [self.p["V_m"], self.p["U_m"]]

    def longest(self, state, held):
        return STEP / 400

    def slopes(self, s, held):
        p = self.p
        return [0.04 * s[0] * s[0] + 5 * s[0] + 140 - s[1] + p["I_e"],
                p["a"] * (p["b"] * s[0] - s[1])]

    def threshold(self):
        return math.inf

    def peak(self):
        return self.p["V_th"]

    def spike(self, state):
        state[0] = self.p["c"]
        state[1] += self.p["d"]


MODELS = {"iaf_psc_exp": PscExp, "iaf_psc_alpha": PscAlpha, "iaf_cond_exp": CondExp,
          "iaf_cond_alpha": CondAlpha, "iaf_cond_nmda": Nmda, "aeif_cond_exp": AdEx,
          "pyramidal": Pyramidal}


def runge_kutta(model, s, h, held):
    k1 = model.slopes(s, held)
    k2 = model.slopes([x + h / 2 * k for x, k in zip(s, k1)], held)
    k3 = model.slopes([x + h / 2 * k for x, k in zip(s, k2)], held)
    k4 = model.slopes([x + h * k for x, k in zip(s, k3)], held)
    return [x + h / 6 * (a + 2 * b + 2 * c + d) for x, a, b, c, d in zip(s, k1, k2, k3, k4)]


def up_to(model, s, h, peak):
    """A step of at most h, shorter where V reaches its peak: (step, state at its end)."""
    new = runge_kutta(model, s, h, False)
    if not new[0] >= peak:
        return h, new
    low, high = 0.0, h
    while high - low > 1e-14:
        middle = 0.5 * (low + high)
        if runge_kutta(model, s, middle, False)[0] >= peak:
            high = middle
        else:
            low = middle
    return high, [peak] + runge_kutta(model, s, high, False)[1:]


def integrate(model, arrivals, steps):
    """Spike times (ms) and V at the end of each step. arrivals: {step: [(port, weight), ..]}"""
    state, held, spikes, trace = model.start(), 0, [], []
    refractory = int(round(model.p["t_ref"] / STEP))
    peak = getattr(model, "peak", lambda: math.inf)()
    over = getattr(model, "over", lambda s: s[0])
    for step in range(1, steps + 1):
        left, hold_on = STEP, False
        while left > 1e-13:
            h, hold = min(left, model.longest(state, held or hold_on)), held or hold_on
            if hold or peak == math.inf:
                state = runge_kutta(model, state, h, hold)
            else:
                h, state = up_to(model, state, h, peak)
            left -= h
            if state[0] >= peak:
                model.spike(state)
                spikes.append(step * STEP)
                hold_on = refractory > 0
        for port, weight in arrivals.get(step, []):
            model.arrive(state, port, weight)
        if not held and over(state) >= model.threshold():
            model.spike(state)
            spikes.append(step * STEP)
            hold_on = True
        held = refractory if hold_on else max(0, held - 1)
        getattr(model, "end_of_step", int)()
        trace.append(state[0])
    return spikes, trace
