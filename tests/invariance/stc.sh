#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Rule stc, with its noise, proteins and a rest of 8 hours: the same spikes and weights, bit for bit,
# on any number of ranks and threads and on any instruction set; also where dopamine's messenger,
# which fades in the rest, moves the threshold of proteins. A cell's proteins serve all of its
# synapses: of two projections as of one.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
config=$SOURCE_DIR/configs/experiments/plasticity/tag-and-capture/recall-8h-200.yaml
pathways=$SOURCE_DIR/configs/experiments/plasticity/tag-and-capture/pathways-weak-first.yaml
stimuli=regions.ca3.populations.E.stimuli

# run NAME RANKS THREADS
run() {
    mpirun -n "$2" "$PHASIC" run "$config" --threads "$3" --out "$work/$1" --quiet \
        --set "$stimuli.learn_1={type: noise, mean: 1e6 pA, sd: 2e5 pA, neurons: 77, start: 1 s, \
stop: 1.3 s}" --set phases.learn.duration="2 s" --set phases.recall.duration="2 s" \
        --set "$stimuli.learn_2={start: 5 s, stop: 5.1 s}" >"$work/log" 2>&1 || {
        echo "FAILED $1: the run failed"
        cat "$work/log"
        exit 1
    }
}

run 1x1 1 1
export PHASIC_CORES=4
run 1x2 1 2
run 3x1 3 1
unset PHASIC_CORES
PHASIC_ISA=baseline run baseline 1 1
PHASIC_ISA=avx2 run avx2 1 1

# day NAME RANKS RATE: a short form of the experiment synaptic
day() {
    PHASIC_CORES=4 mpirun -n "$2" "$PHASIC" run \
        "$SOURCE_DIR/configs/experiments/consolidation/synaptic.yaml" --out "$work/$1" --quiet \
        --set interventions.burst.exc_rate="$3 Hz" --set phases.learn.duration="1 s" \
        --set phases.recall_10s.duration="10 ms" --set phases.recall_8h.duration="100 ms" \
        --set "recording.weights={tracts: [ca3.E_E], at: phase_end}" || exit 1
}

day burst-1 1 400
day burst-3 3 400
day tone 1 0

# Two pathways onto a cell, the weak one of which captures what the strong one makes: as one
# projection, and as two.
sed -e 's/^        source: pre$/        source: pre.weak/' \
    -e 's/^phases:/      strong_post: {like: pre_post, source: pre.strong}\n&/' \
    -e 's/tracts: \[slice.pre_post\]/tracts: [slice.pre_post, slice.strong_post]/' \
    "$pathways" >"$work/two.yaml"
"$PHASIC" run "$pathways" --out "$work/one" --quiet || exit 1
"$PHASIC" run "$work/two.yaml" --out "$work/two" --quiet || exit 1

sh "$SOURCE_DIR/scripts/python" - "$work" <<'END'
import sys
import numpy as np
from phasic_run.run import Run

def differing(names):
    """How many of these runs are not as the first."""
    runs = [Run(sys.argv[1] + "/" + name).summary for name in names]
    same = [all(run[key] == runs[0][key] for key in ("spike_hash", "weight_hash")) for run in runs]
    for name, is_same in zip(names, same):
        print("%-9s %s" % (name, "same" if is_same else "FAILED"))
    return same.count(False)


first = Run(sys.argv[1] + "/1x1")
moments = first.group("weights/ca3.E_E")
begin, learnt, rested, end = (moments[k]["weight"][()] for k in sorted(moments))
# Something is learned, decays and is kept in part; then it is used again.
assert learnt.max() > 1.3 * begin.max() and 1.01 * begin.max() < rested.max(), rested.max()
assert np.any(end != rested)
failed = differing(("1x1", "1x2", "3x1", "baseline", "avx2")) + differing(("burst-1", "burst-3"))
burst, tone = (Run(sys.argv[1] + "/" + name).group("weights/ca3.E_E")
               for name in ("burst-1", "tone"))
learnt, rested = sorted(burst)[3:5]
assert burst[learnt]["weight"][()].max() > 1.2 * begin.max()
assert burst[rested]["weight"][()].max() > tone[rested]["weight"][()].max() + 0.05 * begin.max()

one, two = (Run(sys.argv[1] + "/" + name) for name in ("one", "two"))
weights = one.group("weights/slice.pre_post")
weak, strong = (two.group("weights/slice." + name) for name in ("pre_post", "strong_post"))
last = sorted(weights)[-1]
assert weights[last]["weight"][0] > 1.1, "the weak pathway has captured nothing"
for moment in weights:
    apart = np.concatenate([pathway[moment]["weight"][()] for pathway in (weak, strong)])
    same = np.array_equal(weights[moment]["weight"][()], apart)
    print("two projections, %-10s %s" % (moment, "same" if same else "FAILED"))
    failed += not same
sys.exit(failed != 0)
END
