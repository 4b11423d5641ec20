#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Nobody reads what a run says: standard output is closed, full, or a pipe whose reader has gone. The run goes
# on, its files are those of a run that is read, and its exit status (3) says that its words were lost.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
config=$SOURCE_DIR/tests/fixtures/controllers.yaml
fail() {
    echo "FAILED: $*"
    cat "$work/said"
    exit 1
}
# whole NAME CODE WANTED: complete, as the run that was read, and it has said so
whole() {
    [ "$2" = "$3" ] || fail "$1: exit code $2 instead of $3"
    [ -e "$work/$1/summary.json" ] || fail "$1: not complete"
    cmp "$work/read/spikes.h5" "$work/$1/spikes.h5" || fail "$1: other spikes"
    [ "$(grep _hash "$work/read/summary.json")" = "$(grep _hash "$work/$1/summary.json")" ] || fail "$1: other hashes"
    cmp "$work/read/config.yaml" "$work/$1/config.yaml" || fail "$1: other words in a file"
    [ "$3" = 0 ] || grep -q "$work/$1 is complete, but: cannot write to standard output" "$work/said" ||
        fail "$1: nothing is said of it"
    echo "$1: complete, exit status $2"
}

"$PHASIC" run "$config" --out "$work/read" >"$work/said" 2>&1 || fail "a run that is read"
"$PHASIC" run "$config" --out "$work/closed" >&- 2>"$work/said"
whole closed $? 3
grep -q "the run goes on" "$work/said" || fail "the header's loss is not told"
"$PHASIC" run "$config" --out "$work/full" >/dev/full 2>"$work/said"
whole full $? 3
{
    "$PHASIC" run "$config" --out "$work/head" 2>"$work/said"
    echo $? >"$work/code"
} | head -n 1 >"$work/line"
whole head "$(cat "$work/code")" 3
[ -s "$work/line" ] || fail "there was no first line"
"$PHASIC" run "$config" --out "$work/quiet" --quiet >&- 2>"$work/said"
whole quiet $? 0
# Part files must not take the numbers of closed streams, nor get what is said.
"$PHASIC" run "$config" --out "$work/nothing" <&- >&- 2>&-
code=$?
echo "$work/nothing is complete, but: cannot write to standard output" >"$work/said" # nobody could be told
whole nothing $code 3
"$PHASIC" run "$config" --out "$work/errors" 2>&- >"$work/said"
whole errors $? 0

# Under a launcher, whose standard output it is.
{
    timeout 120 mpirun -n 2 "$PHASIC" run "$config" --out "$work/ranks" 2>"$work/said"
    echo $? >"$work/code"
} | head -n 1 >"$work/line"
whole ranks 0 0
"$PHASIC" check "$config" >/dev/full 2>"$work/said"
[ $? = 3 ] || fail "check onto a full disk"
echo "runs outlive those who read them"
