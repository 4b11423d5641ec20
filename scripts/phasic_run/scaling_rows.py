# SPDX-License-Identifier: Apache-2.0
"""What a scaling series says: medians over repeats, and ratios of runs of the same repeat."""
import statistics

STAGES = ("deliver", "update", "exchange", "neuromod", "write", "other")


def spread(values):
    """(median, least, largest)."""
    return statistics.median(values), min(values), max(values)


class Row:
    """One layout of a series. Times are in seconds of the whole run; repeats is {number: summary},
    plan the dictionary of phasic plan --json or None. Without repeats it is predicted."""

    def __init__(self, series, layout, repeats, plan):
        self.series, self.layout, self.repeats, self.plan = series, layout, repeats, plan
        self.ranks, self.threads = layout
        self.cores = self.ranks * self.threads

    def name(self):
        """RANKSxTHREADS."""
        return f"{self.ranks}x{self.threads}"

    def spread_of(self, value):
        """(median, least, largest) of value(summary), or None without runs."""
        values = [value(summary) for summary in self.repeats.values()]
        return spread(values) if values else None

    def simulate(self):
        """Time of the simulation."""
        return self.spread_of(lambda s: s["simulate_s"])

    def build(self):
        """Time of building."""
        return self.spread_of(lambda s: s["build_s"])

    def stage(self, name, which="stages_s"):
        """Median of a stage: the mean over ranks, or (stages_max_s) the largest of any."""
        return statistics.median(s[which][name] for s in self.repeats.values())

    def transfer(self):
        """Exchange that is no waiting for others: that of the rank which waits least, since the
        slowest rank waits for nobody."""
        return statistics.median(min(s["stages_min_s"]["exchange"], s["stages_s"]["exchange"])
                                 for s in self.repeats.values())

    def waiting(self):
        """The rest of the exchange, mean over ranks."""
        return max(0.0, self.stage("exchange") - self.transfer())

    def per_biological_s(self, tier, what):
        """Messages or bytes of a tier, of all ranks, in a biological second."""
        return statistics.median(s["exchange"][tier][what] / s["biological_s"]
                                 for s in self.repeats.values())

    def place(self):
        """Host, machines and binding, as in the first repeat."""
        summary = next(iter(self.repeats.values()))
        bound = summary["cores_bound"]
        return (f"{summary['host']}, {summary['machines']} machine"
                f"{'' if summary['machines'] == 1 else 's'}, rank 0 on {bound} core"
                f"{'' if bound == 1 else 's'}{', pinned' if summary.get('pinned') else ''}")

    def planned(self):
        """Time of the simulation by the plan, or None."""
        return self.plan["simulate_s"] if self.plan else None


def speed_up(row, base):
    """How many times as fast as the base: the median over repeats that both have; None without.
    Runs of one repeat were neighbours in time, so what else the machine did falls on both."""
    ratios = [base.repeats[k]["simulate_s"] / row.repeats[k]["simulate_s"]
              for k in row.repeats if k in base.repeats]
    return spread(ratios) if ratios else None


def efficiency(row, base):
    """(median, least, largest) share of what the cores could bring at best; None without runs."""
    ratios = speed_up(row, base)
    if not ratios:
        return None
    more = row.cores / base.cores if row.series == "strong" else 1
    return tuple(ratio / more for ratio in ratios)


def planned_efficiency(row, base):
    """The same of the plan alone."""
    if not row.planned() or not base.planned():
        return None
    more = row.cores / base.cores if row.series == "strong" else 1
    return base.planned() / row.planned() / more


def seeds_per_hour(row, cores):
    """Runs an hour when `cores` cores are filled with such runs, if they do not disturb each
    other."""
    took = [s["build_s"] + s["simulate_s"] for s in row.repeats.values()]
    return 3600 / statistics.median(took) * (cores // row.cores) if took else None


HEADER = ["layout", "build s", "simulate s", "from - to", "real-time factor", "speed-up",
          "efficiency", "plan s", "plan / run", "exchange s", "waiting s", "transfer s",
          "slice messages/s", "slice kB/s", "epoch messages/s", "epoch kB/s", "MB a rank",
          "seeds/h", "where"]


def number(value):
    """Three digits, or nothing."""
    return "" if value is None else f"{value:.3g}"


def cells(row, base, cores):
    """A row of the table, by HEADER. @param cores of the largest measured layout"""
    planned = row.planned()
    if not row.repeats:
        return [row.name(), number(row.plan["build_s"]) if row.plan else "", "", "", "", "",
                f"{number(planned_efficiency(row, base))} planned", number(planned)] + \
            [""] * 8 + [number(row.plan["largest_rank_bytes"] / 1e6) if row.plan else "", "",
                        "predicted"]
    simulate = row.simulate()
    faster, share = speed_up(row, base), efficiency(row, base)
    traffic = [row.per_biological_s(tier, what) / (1000 if what == "bytes" else 1)
               for tier in ("slice", "epoch") for what in ("messages", "bytes")]
    return [row.name(), number(row.build()[0]), number(simulate[0]),
            f"{number(simulate[1])} - {number(simulate[2])}",
            number(row.spread_of(lambda s: s["real_time_factor"])[0]),
            number(faster and faster[0]), number(share and share[0]), number(planned),
            number(planned and planned / simulate[0]), number(row.stage("exchange")),
            number(row.waiting()), number(row.transfer())] + \
        [number(value) for value in traffic] + \
        [number(row.spread_of(lambda s: s["peak_rss_bytes"])[0] / 1e6),
         number(seeds_per_hour(row, cores)), row.place()]
