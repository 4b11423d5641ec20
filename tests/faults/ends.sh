#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where a run ends: a time that was asked for holds after a resume, a run that had come to its end
# when it failed is not simulated further, and no option destroys what it was given.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $*"
    cat "$work/said"
    exit 1
}
cat >"$work/cells.yaml" <<YAML
simulation: {duration: 10 s}
regions:
  r:
    populations:
      E: {size: 60, neuron: {type: iaf_psc_exp}, stimuli: {in: {type: poisson, receptor: exc, rate: 8 kHz, weight: 120 pA}}}
    projections:
      all: {source: E, target: E, receptor: exc, connect: {type: fixed_indegree, indegree: 9}, weight: 40 pA, delay: 2 ms}
recording: {spikes: {populations: all}, rates: {populations: all}}
YAML

# expect CODE TEXT ARGUMENT...
expect() {
    code=$1 text=$2
    shift 2
    "$PHASIC" run "$@" --quiet >"$work/said" 2>&1
    got=$?
    [ $got = "$code" ] || fail "exit code $got instead of $code: $*"
    [ -z "$text" ] || grep -qF -- "$text" "$work/said" || fail "no '$text'"
}

# same FOLDER: as the run that was left alone
same() {
    cmp "$work/alone/spikes.h5" "$work/$1/spikes.h5" || fail "$1: other spikes"
    for key in spike_hash spikes biological_s exit_reason rate_Hz; do
        [ "$(grep "\"$key\"" "$work/alone/summary.json")" = \
            "$(grep "\"$key\"" "$work/$1/summary.json")" ] || fail "$1: other $key"
    done
    echo "$1: the same"
}

expect 0 "" "$work/cells.yaml" --out "$work/alone" --until "300 ms"

# The end that was asked for is kept; another may be given, if it is still ahead.
expect 5 "--resume" "$work/cells.yaml" --out "$work/kept" --until "300 ms" --stop-at "100 ms"
cp -r "$work/kept" "$work/moved"
expect 0 "" --resume "$work/kept"
same kept
expect 2 "the checkpoint is at 0.100 s: --until must be later" --resume "$work/moved" --until "80 ms"
expect 2 "--until must be later" --resume "$work/moved" --until "100 ms"
expect 0 "" --resume "$work/moved" --until "400 ms"
grep -q '"biological_s": 0.4,' "$work/moved/summary.json" || fail "--until is not taken"

# To stop where the run ends is to end.
expect 0 "" "$work/cells.yaml" --out "$work/late" --until "300 ms" --stop-at "300 ms" \
    --set checkpoint.at_end=true
same late

# Its end is reached and kept, but results cannot be written: the resume writes them and no more.
expect 5 "--resume" "$work/cells.yaml" --out "$work/merge" --until "300 ms" --stop-at "100 ms" \
    --set checkpoint.at_end=true
mkdir -p "$work/merge/spikes.h5.tmp/in/the/way"
expect 3 "spikes.h5" --resume "$work/merge"
rm -r "$work/merge/spikes.h5.tmp"
[ ! -e "$work/merge/summary.json" ] || fail "it looks complete"
expect 2 "has come to its end, at 0.300 s" --resume "$work/merge" --until "1 s"
expect 0 "" --resume "$work/merge"
same merge

# A state to start from is not cleared away for the run that starts from it.
expect 2 "lies in the output folder" "$work/cells.yaml" --out "$work/late" --force \
    --set "start_from=$work/late" --until "200 ms"
same late
expect 0 "" "$work/cells.yaml" --out "$work/after" --set "start_from=$work/late" --until "100 ms"

# What a kill left of a checkpoint goes with the resume, and so does a damaged one that was newer
# than the one taken; one of another version is called that.
expect 5 "--resume" "$work/cells.yaml" --out "$work/tidy" --until "300 ms" --stop-at "100 ms"
expect 5 "--resume" --resume "$work/tidy" --stop-at "200 ms"
mkdir "$work/tidy/checkpoints/000000000000777.tmp"
: >"$work/tidy/checkpoints/000000000000777.tmp/rank-00000.state"
newest=$(ls -d "$work/tidy/checkpoints/"*2000)
cp -r "$work/tidy" "$work/version"
truncate -s 1000 "$newest/rank-00000.state"
left=$(ls "$work/tidy/checkpoints")
expect 2 "instead of" "$work/cells.yaml" --resume "$work/tidy" --seed 4711
[ "$(ls "$work/tidy/checkpoints")" = "$left" ] || fail "a resume that was refused has changed the folder"
expect 5 "the checkpoint before it is taken" --resume "$work/tidy" --stop-at "150 ms"
[ ! -e "$newest" ] || fail "the damaged checkpoint is still there"
[ ! -e "$work/tidy/checkpoints/000000000000777.tmp" ] || fail "an unfinished checkpoint is still there"
expect 0 "" --resume "$work/tidy"
same tidy
for index in "$work/version/checkpoints/"*00/index; do
    printf '\001' | dd of="$index" bs=1 seek=40 conv=notrunc 2>/dev/null
done
expect 3 "is of version 1, here is" --resume "$work/version"

expect 3 "there is no run $work/nowhere" --resume "$work/nowhere"
expect 3 "give the folder of the run" --resume "$(ls -d "$work/late/checkpoints/"*)"
expect 5 "--resume" "$work/cells.yaml" --out "$work/bare" --until "300 ms" --stop-at "100 ms"
rm "$work/bare/config.yaml"
expect 0 "" --resume "$work/bare"
same bare
echo "ends hold"
