# SPDX-License-Identifier: Apache-2.0
"""Weight change against rate of the triplet rule, held against what was measured in cortex, and
which of the published amplitudes fit it."""
import itertools

import numpy as np

from .. import plot
from . import Measure

ABOUT = "60 pairs at +10 and -10 ms at 0.1 to 50 Hz, stdp_triplet against Sjoestroem et al. (2001)"
SEEDS = "1"  # nothing in it is random

PAIRS = 60
REGIONS = {0.1: "r0_1", 10: "r10", 20: "r20", 40: "r40", 50: "r50"}  # by rate in Hz
SIDES = {"plus": 10.0, "minus": -10.0}  # ms
# Mean and standard error of the relative change, in the order of REGIONS.
DATA = {"plus": [(-.04, .05), (.14, .10), (.29, .14), (.53, .11), (.56, .26)],
        "minus": [(-.29, .08), (-.41, .11), (-.34, .10), (.56, .32), (.75, .19)]}
POINTS = [(side, rate) for side in SIDES for rate in REGIONS]
MEAN, SEM = np.array([value for side in SIDES for value in DATA[side]]).T

# Time constants tau_plus, tau_x, tau_minus, tau_y in ms and amplitudes A2+, A3+, A2-, A3-.
SETS = {"full": ((16.8, 101, 33.7, 125), (5e-10, 6.2e-3, 7e-3, 2.3e-4)),
        "minimal": ((16.8, 101, 33.7, 114), (0, 6.5e-3, 7.1e-3, 0)),
        "copies": ((16.8, 101, 33.7, 125), (7.5e-10, 9.3e-3, 7e-3, 2.3e-4))}


# --- the rule, worked out --------------------------------------------------------------------


def trace(at, spikes, tau, strictly):
    """Sum of exponentials of earlier spikes at each of the times."""
    since = at[:, None] - spikes[None, :]
    before = since > 1e-6 if strictly else since > -1e-6
    return np.where(before, np.exp(-np.where(before, since, 0) / tau), 0).sum(axis=1)


def sums(pre, post, taus):
    """What multiplies A2+, A3+, A2- and A3- in the change of the weight."""
    tau_plus, tau_x, tau_minus, tau_y = taus
    x, y_two = trace(post, pre, tau_plus, False), trace(post, post, tau_y, True)
    y, x_two = trace(pre, post, tau_minus, True), trace(pre, pre, tau_x, True)
    return np.array([x.sum(), (x * y_two).sum(), -y.sum(), -(y * x_two).sum()])


def periodic(rate, lag):
    """Presynaptic and postsynaptic times of 60 pairs at a rate."""
    pre = np.arange(PAIRS) * 1000.0 / rate
    return pre, pre + lag


def measured(rate, lag):
    """As it was measured: 15 bursts of 5 pairs, 10 s apart; at 0.1 Hz 50 pairs."""
    n = 5 if rate > 0.1 else 50
    pre = (np.arange(75 // n)[:, None] * 1e4 + np.arange(n)[None, :] * 1000.0 / rate).ravel()
    return pre, pre + lag


def design(taus, train=periodic):
    """The sums of all points, a row each."""
    return np.array([sums(*train(rate, SIDES[side]), taus) for side, rate in POINTS])


def error(change):
    """Mean squared distance from the measured means, in standard errors."""
    return np.mean(((np.asarray(change) - MEAN) / SEM) ** 2)


def fitted(taus, train=periodic):
    """Amplitudes of 0 and more that come nearest to the measurement, and their errors."""
    rows = design(taus, train) / SEM[:, None]
    best, errors, least = np.zeros(4), np.zeros(4), np.inf
    for n in range(1, 5):
        for used in map(list, itertools.combinations(range(4), n)):
            found = np.linalg.lstsq(rows[:, used], MEAN / SEM, rcond=None)[0]
            distance = np.sum((rows[:, used] @ found - MEAN / SEM) ** 2)
            if (found >= 0).all() and distance < least:
                best, errors, least = np.zeros(4), np.zeros(4), distance
                best[used] = found
                errors[used] = np.sqrt(np.diag(np.linalg.inv(rows[:, used].T @ rows[:, used])))
    return best, errors


# --- what was run ----------------------------------------------------------------------------


def simulated(arm):
    """{set: relative change at every point}; weights start at 1 pA."""
    with arm.open() as run:
        def change(name, side, rate):
            path = f"weights/{REGIONS[rate]}.{name}_{side}"
            begin, end = (run.group(f"{path}/{when}/weight")[0]
                          for when in ("0_start", "1_pairing"))
            return end / begin - 1
        return {name: np.array([change(name, *point) for point in POINTS]) for name in SETS}


def analyse(runs, picture):
    """Every measured point, the error of each set, and the amplitudes that fit."""
    found = simulated(runs[0])
    expected = {name: design(taus) @ amplitudes for name, (taus, amplitudes) in SETS.items()}
    best, errors = fitted(SETS["full"][0])
    draw(found, best, picture)
    measures = [Measure(f"change at {SIDES[side]:+.0f} ms, {rate:g} Hz", f"{mean:g} ± {sem:g}",
                        mean - 1.96 * sem, mean + 1.96 * sem, [change])
                for (side, rate), mean, sem, change in zip(POINTS, MEAN, SEM, found["full"])]
    measures += [Measure(f"mean squared error / SEM², {name}", "fitted to these data", 0, 1,
                         [error(found[name])]) for name in ("full", "minimal")]
    measures.append(Measure("the same with A2+ and A3+ 1.5 times as large (public copies)",
                            "no fit: above 1", 1, np.inf, [error(found["copies"])]))
    for k, name, published in ((1, "A3+", 6.2e-3), (2, "A2-", 7e-3)):
        measures.append(Measure(
            f"published {name} / what fits best at the full set's time constants", "1", 0.85, 1.15,
            found=published / best[k], between=(published / (best[k] + 1.96 * errors[k]),
                                                published / (best[k] - 1.96 * errors[k]))))
    taus, amplitudes = SETS["full"]
    as_measured = design(taus, measured)
    measures.append(Measure("mean squared error / SEM², full, pairs in 15 bursts of 5 as measured",
                            "not fitted to this", 0, 1, [error(as_measured @ amplitudes)]))
    best = fitted(taus, measured)[0]
    measures.append(Measure(
        f"the same with what fits best: A3+ {best[1]:.4f}, A2- {best[2]:.4f}, A3- {best[3]:.4f}",
        "none", 0, 1, [error(as_measured @ best)]))
    off = max(np.abs(found[name] - expected[name]).max() for name in SETS)
    measures.append(Measure("largest deviation of the program from the sums, % of the weight",
                            "0 (worked out)", 0, 0.1, [100 * off]))
    return measures


def draw(found, best, picture):
    """Data, both rules' curves, and the program's points."""
    rates = np.geomspace(0.1, 60, 120)
    with plot.paper():
        fig, axes = plot.plt.subplots(1, 2, figsize=(10, 4.2), sharey=True)
        for ax, (side, lag) in zip(axes, SIDES.items()):
            def curve(taus, amplitudes, train=periodic, at=rates):
                return [100 * sums(*train(rate, lag), taus) @ np.array(amplitudes)
                        for rate in at]
            for k, (name, label) in enumerate((("full", "published set"),
                                               ("copies", "A2+, A3+ 1.5 times (copies)"))):
                ax.plot(rates, curve(*SETS[name]), color=plot.colour((0, 3)[k]), label=label)
                ax.plot(list(REGIONS), [100 * change for point, change in
                                        zip(POINTS, found[name]) if point[0] == side], "s",
                        markersize=5, color=plot.colour((0, 3)[k]),
                        label="phasic" if k == 0 else None)
            ax.plot(rates, curve(SETS["full"][0], best), color=plot.colour(2), linestyle=":",
                    label="amplitudes that fit best")
            ax.plot(rates[rates > 2], curve(*SETS["full"], measured, rates[rates > 2]), linewidth=1,
                    linestyle="--", color=plot.colour(0), label="published set, 15 bursts of 5")
            mean, sem = 100 * np.array(DATA[side]).T
            ax.errorbar(list(REGIONS), mean, sem, fmt="o", color="#222222", capsize=3,
                        label="measured, mean and SEM")
            ax.axhline(0, color="#888888", linewidth=1)
            ax.set(xlabel="rate of pairs, Hz", ylim=(-60, 175),
                   title=f"post {abs(lag):.0f} ms {'after' if lag > 0 else 'before'} pre")
        axes[0].set_ylabel("weight change, %")
        axes[0].legend(fontsize=8, loc="upper left")
        fig.savefig(picture, dpi=130, format="png")
        plot.plt.close(fig)
