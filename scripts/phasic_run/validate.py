# SPDX-License-Identifier: Apache-2.0
"""The microcircuit over seeds, held against NEST: rates, irregularity, synchrony."""
import argparse
import itertools
import os
import re
import sys

import numpy as np

from . import nest, sweep, validate_figure
from .program import default_program
from .run import Run, RunError
from .spiking import Window, ks_distance

CONFIGS = {"dc": "microcircuit.yaml", "poisson": "microcircuit_poisson.yaml"}
REGION = "cortex"
RATE_TOLERANCE = {"L23E": 0.08, "L6E": 0.08}  # share of NEST's; few spikes, so wider than the rest
RATE_TOLERANCE_ELSE = 0.05
DEVIATIONS = 3.0      # standard errors that a mean may be away from NEST's
SAMPLE, SAMPLES = 200, 30

EPILOG = """\
What is compared, after a warm-up of 0.5 s. Rates: mean over seeds and the whole duration, within
5 % of NEST's (L23E and L6E 8 %). CV and correlation: means of windows of 2 s, as NEST's are; CV of
neurons with 2 intervals or more, correlation of counts in 2 ms bins over all pairs of neurons that
spiked. They may be 3 standard errors away from NEST's, which are means of two seeds: the error is
the spread of our windows times sqrt(1/windows + 1/2); how many neurons NEST's correlations were
taken from is not known, 200 are assumed, and what samples of so many vary by is added. KS: mean
distance of the distributions of two phasic seeds in the first window, no larger than the largest
that two NEST seeds had (rates 0.042, CVs 0.059); NEST's distributions themselves are not at hand.
A '-' stands where there are too few runs to tell.
Runs are kept and not run again. Exit codes: 0 all pass, 1 a test or run fails, 2 usage."""


class Population:
    """What the runs of one drive say of one population, in lists over seeds or windows."""

    def __init__(self, name):
        self.name, self.seeds = name, []
        self.cv, self.correlation, self.first = [], [], []
        self.sampling = np.nan

    def add(self, times, ids, n, end_ms):
        """One seed's spikes."""
        whole = Window(times, ids, n, nest.WARM_UP_MS, end_ms)
        self.seeds.append(float(whole.rates().mean()))
        begins = np.arange(nest.WARM_UP_MS, end_ms - nest.WINDOW_MS + 1e-3, nest.WINDOW_MS)
        windows = [Window(times, ids, n, b, b + nest.WINDOW_MS) for b in begins]
        cvs = [w.cvs() for w in windows]
        self.cv += [float(v.mean()) for v in cvs]
        self.correlation += [w.correlation() for w in windows]
        self.first.append((windows[0].rates(), cvs[0]))
        if np.isnan(self.sampling):
            self.sampling = sampling_error(windows[0])

    def distances(self):
        """Mean KS distance of rates and of CVs over the pairs of seeds."""
        pairs = list(itertools.combinations(self.first, 2))
        if not pairs:
            return np.nan, np.nan
        return tuple(float(np.mean([ks_distance(a[i], b[i]) for a, b in pairs])) for i in (0, 1))


def sampling_error(window):
    """By how much mean correlations of random samples of SAMPLE neurons vary (sd)."""
    rng = np.random.default_rng(1)
    active = np.flatnonzero(window.counts)
    chosen = [rng.choice(active, min(SAMPLE, len(active)), replace=False) for _ in range(SAMPLES)]
    return float(np.std([window.correlation(c) for c in chosen], ddof=1))


def mean_and_tolerance(values, sampling=0.0):
    """Mean of windows, and how far it may be from a mean of NEST's two seeds."""
    if len(values) < 2:
        return float(np.mean(values)), np.nan
    spread = np.std(values, ddof=1)
    variance = spread ** 2 * (1 / len(values) + 1 / nest.SEEDS) + sampling ** 2 / nest.SEEDS
    return float(np.mean(values)), float(DEVIATIONS * np.sqrt(variance))


def verdict(distance, tolerance):
    """pass, FAIL, or - where there is no telling."""
    if np.isnan(distance) or np.isnan(tolerance):
        return "-"
    return "pass" if abs(distance) <= tolerance else "FAIL"


def table(drive, populations):
    """Rows of the printed table, each with its verdicts."""
    rows = []
    for i, p in enumerate(populations):
        reference = nest.RATE_HZ[drive][i]
        rate = float(np.mean(p.seeds))
        off = rate / reference - 1
        row = [p.name, f"{rate:.3f}", f"{reference:.3f}", f"{100 * off:+.1f} %",
               verdict(off, RATE_TOLERANCE.get(p.name, RATE_TOLERANCE_ELSE))]
        cv, tolerance = mean_and_tolerance(p.cv)
        row += [f"{cv:.3f}", f"{nest.CV[drive][i]:.3f}", f"{tolerance:.3f}",
                verdict(cv - nest.CV[drive][i], tolerance)]
        mean, tolerance = mean_and_tolerance(p.correlation, p.sampling)
        row += [f"{mean:.4f}", f"{nest.CORRELATION[drive][i]:.4f}", f"{tolerance:.4f}",
                verdict(mean - nest.CORRELATION[drive][i], tolerance)]
        for distance, limits in zip(p.distances(), (nest.KS_RATES, nest.KS_CVS)):
            row += [f"{distance:.3f}", verdict(distance, limits[1])]
        rows.append([cell.replace("nan", "-") for cell in row])
    return rows


HEADER = ["", "Hz", "NEST", "off", "", "CV", "NEST", "+-", "", "corr", "NEST", "+-", "",
          "KS rates", "", "KS CVs", ""]


def read(folders, end_ms):
    """Populations with the spikes of all folders."""
    populations = [Population(name) for name in nest.POPULATIONS]
    for folder in folders:
        with Run(folder) as run:
            sizes = {address: int(size) for address, _, size in run.populations()}
            for p in populations:
                address = f"{REGION}.{p.name}"
                times, ids = run.spikes(address, nest.WARM_UP_MS, end_ms + 1e-3)
                p.add(times, ids, sizes[address], end_ms)
    return populations


def simulate(drive, options):
    """Run the seeds of a drive that are not there yet; their folders, or None after a failure."""
    here = os.path.dirname(os.path.abspath(__file__))
    config = os.path.join(here, "../../configs/benchmarks", CONFIGS[drive])
    words = [os.path.normpath(config), "--seeds", options.seeds, "--threads", "2", "--program",
             options.program, "--out", os.path.join(options.out, drive),
             "--set", f"phases.warm_up.duration={nest.WARM_UP_MS:g} ms",
             "--set", f"phases.measured.duration={options.duration}",
             "--set", "recording.spikes.populations=all",
             "--set", f"regions.{REGION}.scale={options.scale:g}"]
    if sweep.main(words) != 0:
        return None
    swept = sweep.parse(words)
    jobs, _ = sweep.plan(swept)
    return [job.folder(swept) for job in jobs]


def duration_ms(text):
    """A duration with its unit, in ms."""
    match = re.fullmatch(r"\s*([\d.]+)\s*(ms|s)\s*", text)
    try:
        value = float(match[1]) * (1000 if match[2] == "s" else 1)
    except (TypeError, ValueError):
        value = 0
    if value < nest.WINDOW_MS:
        raise argparse.ArgumentTypeError("a time of 2 s or more is meant, as in '10 s'")
    return value


def parse(arguments):
    """Options of the command line."""
    parser = argparse.ArgumentParser(
        prog="validate", description="Run the microcircuit at natural density over seeds and hold "
        "rates, CVs and correlations against NEST's; print a table, draw a figure.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", metavar="1..N", default="1..5", help="seeds (default 1..5)")
    parser.add_argument("--duration", metavar="TIME", default="10 s",
                        help="biological time that is measured (default 10 s)")
    parser.add_argument("--drive", choices=["dc", "poisson", "both"], default="both",
                        help="input from outside (default both)")
    parser.add_argument("--scale", type=float, default=1.0,
                        help="of the region (default 1); below 1 nothing is judged, since rates "
                        "and correlations are known to differ then")
    parser.add_argument("--out", metavar="DIR", default="out/validate",
                        help="default out/validate; gets DRIVE/ and DRIVE.png")
    parser.add_argument("--program", metavar="FILE", default=default_program(),
                        help="default %(default)s")
    options = parser.parse_args(arguments)
    try:
        options.end_ms = nest.WARM_UP_MS + duration_ms(options.duration)
        sweep.parse_seeds(options.seeds)
    except (argparse.ArgumentTypeError, sweep.Usage) as error:
        parser.error(str(error))
    options.drives = ["dc", "poisson"] if options.drive == "both" else [options.drive]
    return options


def main(arguments=None):
    """Command line of scripts/validate."""
    options = parse(arguments)
    failed = 0
    for drive in options.drives:
        folders = simulate(drive, options)
        if folders is None:
            return 1
        try:
            populations = read(folders, options.end_ms)
            picture = os.path.join(options.out, drive + ".png")
            validate_figure.draw(drive, populations, folders[0], picture)
        except (RunError, OSError, KeyError) as error:
            print(f"validate: {error}", file=sys.stderr)
            return 1
        rows = table(drive, populations)
        if options.scale != 1:
            rows = [["-" if cell in ("pass", "FAIL") else cell for cell in row] for row in rows]
        print(f"\n{drive}: scale {options.scale:g}, seeds {options.seeds}, {options.duration} "
              f"after {nest.WARM_UP_MS / 1000:g} s; +- is what may lie between (--help says what "
              "is compared)")
        sweep.print_table(HEADER, rows)
        fails = sum(row.count("FAIL") for row in rows)
        print(f"{picture}\n{fails} of {sum(row.count('pass') for row in rows) + fails} fail")
        failed += fails
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
