# SPDX-License-Identifier: Apache-2.0
"""The calcium rule without noise and double well, from spike to spike in closed form: independent
of the program, for any spikes. rho is then the mean over synapses that have the noise."""
import numpy as np

# M. Graupner, N. Brunel, PNAS 109:3991 (2012): their cortical slices, the delay D to 0.1 ms; tau
# and times in ms; theta_d = 1.
CORTICAL = {"tau_Ca": 22.6936, "C_pre": 0.561754, "C_post": 1.23964, "D": 4.6, "theta_p": 1.3,
            "gamma_d": 331.909, "gamma_p": 725.085, "tau": 346361.5, "learning_rate": 1.0}


def flows(p, arrivals, posts, begin, end):
    """(times, amounts) of calcium between begin and end, a row an event, a column a synapse;
    arrivals, posts: times of each synapse. The last row is the end."""
    columns = []
    for pre, post in zip(arrivals, posts):
        times = np.concatenate([np.asarray(pre) + p["D"], post])
        amounts = np.repeat([p["C_pre"], p["C_post"]], [len(pre), len(post)])
        inside = (times >= begin) & (times < end)
        order = np.argsort(times[inside], kind="stable")
        columns.append((times[inside][order], amounts[inside][order]))
    rows = 1 + max(len(times) for times, _ in columns)
    all_times = np.full((rows, len(columns)), float(end))
    all_amounts = np.zeros_like(all_times)
    for i, (times, amounts) in enumerate(columns):
        all_times[:len(times), i] = times
        all_amounts[:len(times), i] = amounts
    return all_times, all_amounts


def relaxed(rho, up, down, t):
    """rho after t ms with rates up and down, one of which may be 0."""
    rest = up / (up + down)
    return rest + (rho - rest) * np.exp(-(up + down) * t)


def mean_rho(p, times, amounts, rho):
    """rho at the end. Parameters may be columns (one row a variant), rho has a row a variant."""
    up, down = (p[gamma] * p["learning_rate"] / p["tau"] for gamma in ("gamma_p", "gamma_d"))
    calcium = np.zeros(times.shape[1])
    for now, then, amount in zip(times[:-1], times[1:], amounts):
        level, gap = calcium + amount, then - now
        calcium = level * np.exp(-gap / p["tau_Ca"])
        ln_level = np.log(np.maximum(level, 1e-30))
        above_d = np.clip(p["tau_Ca"] * ln_level, 0, gap)
        above_p = np.clip(p["tau_Ca"] * (ln_level - np.log(p["theta_p"])), 0, gap)
        both = np.minimum(above_p, above_d)  # at first; then the lower threshold alone
        rho = relaxed(rho, up, down, both)
        rho = relaxed(rho, 0, down, above_d - both)
        rho = relaxed(rho, up, 0, above_p - both)
    return rho
