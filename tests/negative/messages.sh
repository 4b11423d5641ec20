#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Wrong configurations: each gives its message and exit code, alone and under MPI, without a hang and
# without a folder that looks complete. cases.txt: FILE, exit code, text of the message, arguments.
set -u
cd "$SOURCE_DIR/tests/negative" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0 count=0
tab=$(printf '\t')

# expect NAME CODE TEXT COMMAND...
expect() {
    name=$1 code=$2 text=$3
    shift 3
    count=$((count + 1))
    timeout 60 "$@" >"$work/out" 2>"$work/err"
    got=$?
    if [ "$got" != "$code" ]; then
        echo "FAILED $name: exit code $got, not $code"
        cat "$work/err"
        failed=$((failed + 1))
    elif ! grep -qF -- "$text" "$work/err"; then
        echo "FAILED $name: no '$text' in:"
        cat "$work/err"
        failed=$((failed + 1))
    elif [ -e "$work/run" ]; then
        echo "FAILED $name: left an output folder"
        rm -rf "$work/run"
        failed=$((failed + 1))
    fi
}

while IFS=$tab read -r file code text arguments; do
    # shellcheck disable=SC2086
    set -- $arguments
    expect "check $file" "$code" "$text" "$PHASIC" check "cases/$file" "$@"
    expect "run $file" "$code" "$text" "$PHASIC" run "cases/$file" --out "$work/run" "$@"
done <cases.txt

# The same under MPI: every rank ends, the message comes once.
for file in unknown_key.yaml empty.yaml include_cycle.yaml short_delay.yaml; do
    line=$(grep "^$file$tab" cases.txt)
    code=$(echo "$line" | cut -f2)
    text=$(echo "$line" | cut -f3)
    expect "4 ranks $file" "$code" "$text" mpirun -n 4 "$PHASIC" run "cases/$file" --out "$work/run"
    if [ "$(grep -cF -- "$text" "$work/err")" != 1 ]; then
        echo "FAILED 4 ranks $file: the message does not come once"
        failed=$((failed + 1))
    fi
done

# A brain that does not fit is told when it is built: the folder can be asked for again. (Under
# AddressSanitizer no program begins with so little.)
if sh -c "ulimit -v 600000; exec '$PHASIC' --version" >/dev/null 2>&1; then
    expect "no room" 4 "memory" sh -c "ulimit -v 600000; exec '$PHASIC' run one_neuron.yaml \
        --set regions.r.populations.A.size=200000000 --out '$work/run'"
fi

# Usage and files.
expect "no command" 2 "" "$PHASIC"
expect "unknown command" 2 "chek" "$PHASIC" chek
expect "unknown option" 2 "frce" "$PHASIC" run --frce x
expect "no such file" 3 "No such file" "$PHASIC" run nowhere.yaml --out "$work/run"
mkdir "$work/there"
expect "folder exists" 3 "--force" "$PHASIC" run cases/../one_neuron.yaml --out "$work/there"
: >"$work/file"
expect "unwritable folder" 3 "$work/file" "$PHASIC" run one_neuron.yaml --out "$work/file/run"
expect "no such rank" 2 "there are ranks 0 to 1" "$PHASIC" plan one_neuron.yaml --ranks 2 \
    --build-rank 2
expect "no file of a machine" 3 "cannot open none.json" "$PHASIC" plan one_neuron.yaml \
    --machine none.json
expect "another file as a machine" 2 "not figures of phasic bench" "$PHASIC" plan one_neuron.yaml \
    --machine one_neuron.yaml
expect "no run with rates" 3 "cannot open none/summary.json" "$PHASIC" plan one_neuron.yaml --rates none
expect "one rank, under mpirun" 2 "built without mpirun" mpirun -n 2 "$PHASIC" plan one_neuron.yaml \
    --ranks 2 --build-rank 1
expect "task data missing" 3 "nowhere.csv" mpirun -n 2 "$PHASIC" run \
    "$SOURCE_DIR/configs/quickstart.yaml" --set task.images=nowhere.csv --out "$work/run"

echo "$count cases, $failed failed"
[ "$failed" = 0 ]
