# SPDX-License-Identifier: Apache-2.0
"""What the page of a tutorial speaks of, measured in a run of it, and the page's figure."""
import argparse
import importlib
import os
import sys

from . import plot
from .run import Run, RunError

NAMES = {1: "one-neuron", 2: "population", 3: "balanced-network", 4: "spike-timing", 5: "reward",
         6: "neuromodulators", 7: "regions", 8: "night"}


def main(arguments=None):
    """Print the measures of a run, write its figure."""
    parser = argparse.ArgumentParser(prog="scripts/tutorial", description=__doc__)
    parser.add_argument("number", metavar="N", type=int, choices=NAMES,
                        help="tutorial, 1 to %d" % max(NAMES))
    parser.add_argument("out", metavar="OUT", nargs="?",
                        help="folder of its run; when not given, out/N-NAME")
    parser.add_argument("--figure", metavar="FILE", help="PNG; OUT/figure.png when not given")
    given = parser.parse_args(arguments)
    name = NAMES[given.number]
    folder = given.out or "out/%d-%s" % (given.number, name)
    module = importlib.import_module(".tutorials." + name.replace("-", "_"), __package__)
    try:
        with Run(folder) as run, plot.paper():
            # A measure is (what, value with its unit).
            for what, value in module.measures(run):
                print("%-52s %s" % (what, value))
            fig = module.figure(run)
            fig.savefig(given.figure or os.path.join(folder, "figure.png"), dpi=110, format="png")
    except RunError as error:
        print("scripts/tutorial: %s" % error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
