# SPDX-License-Identifier: Apache-2.0
"""Inhibitory plasticity towards a target rate, and balance restored after a pattern is stored."""
import numpy as np

from .. import plot
from . import Measure

ABOUT = "istdp brings 10,000 cells to a low rate, and back after a pattern is stored (Vogels 2011)"
SEEDS = "1..3"

SIZES = {"net.E": 7200, "net.pattern": 800}
STORED_S, RESTORE_S = 110, 112  # begin of `store` and of `restore`
TARGET_HZ = 3.0
# Another program's run of the network as public examples (Brian 2, Auryn) have it.
PUBLISHED_S, PUBLISHED_HZ = np.array([0.5, 10, 53, 113]), np.array([167, 8.9, 5.29, 4.46])


class Course:
    """Rates of a run, one value a second, and the irregularity of the pattern's cells."""

    def __init__(self, arm):
        with arm.open() as run:
            rates = run.group("rates")
            self.begin_s = rates["time_ms"][()] / 1000
            self.of = {name: rates[name][()] for name in SIZES}
            self.cv = irregularity(*run.spikes("net.pattern", 80e3, 110e3))
        self.all = sum(self.of[name] * n for name, n in SIZES.items()) / sum(SIZES.values())

    def mean(self, begin_s, end_s, name=None):
        """Of all excitatory cells, or of a population."""
        rate = self.all if name is None else self.of[name]
        return rate[(self.begin_s > begin_s - 0.5) & (self.begin_s < end_s - 0.5)].mean()


def irregularity(times, cells):
    """Mean CV of the intervals of cells that have five and more."""
    order = np.lexsort((times, cells))
    times, cells = times[order], cells[order]
    inner = cells[1:] == cells[:-1]
    interval, cell = np.diff(times)[inner], cells[1:][inner].astype(int)
    n, total, squares = (np.bincount(cell, weights) for weights in
                         (None, interval, interval ** 2))
    n, total, squares = (x[n >= 5] for x in (n, total, squares))
    mean = total / n
    return float(np.mean(np.sqrt(squares / n - mean ** 2) / mean))


def largest_rise(course):
    """From one mean over 20 s to the next, between 2 and 110 s."""
    means = [course.mean(t, t + 20) for t in range(10, 110, 20)]
    return max(np.diff([course.mean(2, 10)] + means))


def analyse(runs, picture):
    """Approach, irregularity, and the pattern's rate against the others'."""
    plastic, frozen = ([Course(arm) for arm in runs if arm.configuration == name]
                       for name in ("plastic", "frozen"))
    draw(plastic[0], frozen[0], picture)

    def measure(name, published, low, high, of, courses=plastic):
        return Measure(name, published, low, high, [of(course) for course in courses])

    def ratio(begin_s, end_s):
        return lambda c: c.mean(begin_s, end_s, "net.pattern") / c.mean(begin_s, end_s, "net.E")

    last = frozen[0].begin_s[-1] + 1
    return [
        measure("rate before inhibition learns, Hz", "167 (another program)", 150, 184,
                lambda c: c.mean(0, 1)),
        measure("rate after 10 s, Hz", "8.9 (another program)", 8.0, 9.8, lambda c: c.mean(9, 12)),
        measure("rate after 53 s, Hz", "5.29 (another program)", 4.76, 5.82, lambda c: c.mean(50, 57)),
        measure("rate after 110 s, Hz", "4.46 (another program)", 4.0, 4.9, lambda c: c.mean(103, 110)),
        measure("monotone approach: largest rise between means over 20 s, Hz", "falls", -np.inf, 0,
                largest_rise),
        measure("CV of intervals, 80 to 110 s", "0.98 (another program)", 0.9, 1.1, lambda c: c.cv),
        measure("pattern stored: its rate / that before, first second", "rises", 1.5, np.inf,
                lambda c: c.mean(110, 111, "net.pattern") / c.mean(100, 110, "net.pattern")),
        measure("20 s later: rate of the pattern / of the others", "1 (balance restored)", 0.9,
                1.1, ratio(RESTORE_S + 20, RESTORE_S + 40)),
        measure("100 to 200 s later: the same", "1 (balance restored)", 0.9, 1.1,
                ratio(RESTORE_S + 100, RESTORE_S + 200)),
        measure("rate of the others after 300 s, Hz", "towards 3 (rho_0)", 3, 4,
                lambda c: c.mean(292, 312, "net.E")),
        measure("inhibition frozen when it is stored: the same after 10 to 20 s", "stays above",
                1.5, np.inf, ratio(last - 10, last), frozen)]


def draw(course, frozen, picture):
    """One seed's rates: the approach, and what storing a pattern does."""
    with plot.paper():
        fig, (left, right) = plot.plt.subplots(1, 2, figsize=(10, 4))
        middle = course.begin_s + 0.5
        left.semilogy(middle[:STORED_S], course.all[:STORED_S], color=plot.colour(0),
                      label="phasic")
        left.semilogy(PUBLISHED_S, PUBLISHED_HZ, "o", color=plot.colour(1),
                      label="the same network in another program")
        left.axhline(TARGET_HZ, color="#888888", linestyle="--", linewidth=1)
        left.annotate("target", (STORED_S, TARGET_HZ), (0, 3), ha="right", color="#666666",
                      textcoords="offset points")
        left.set(xlabel="time, s", ylabel="rate of excitatory cells, Hz",
                 title="Inhibition learns from 1 s on")
        left.set_yticks([3, 5, 10, 20, 50, 100, 200], ["3", "5", "10", "20", "50", "100", "200"])
        left.minorticks_off()
        left.legend(fontsize=9)
        for rates, name, colour, label in (
                (frozen, "net.pattern", 3, "pattern, inhibition frozen from then on"),
                (course, "net.pattern", 1, "pattern"), (course, "net.E", 0, "other cells")):
            shown = (rates.begin_s >= 95) & (rates.begin_s < 140)
            right.semilogy(rates.begin_s[shown] + 0.5 - STORED_S, rates.of[name][shown],
                           color=plot.colour(colour), label=label)
        right.set_yticks([3, 5, 10, 20, 50, 100], ["3", "5", "10", "20", "50", "100"])
        right.minorticks_off()
        right.axvspan(0, RESTORE_S - STORED_S, color="#eeeeee", zorder=0)
        right.set(xlabel="time after the pattern is stored (grey), s", ylabel="rate, Hz",
                  title="Balance after a pattern of 800 cells")
        right.legend(fontsize=8, loc="upper left", bbox_to_anchor=(0.38, 0.85))
        fig.savefig(picture, dpi=130, format="png")
        plot.plt.close(fig)
