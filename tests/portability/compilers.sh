#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Built by other compilers that are here, the program makes the same spikes and weights.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $*"
    tail -20 "$work/log"
    exit 1
}
hashes() { grep '_hash"' "$1/summary.json"; }
case $("$PHASIC" --version) in *double*) double=ON ;; *) double=OFF ;; esac
set -- "$SOURCE_DIR/configs/quickstart.yaml" --until "2 s" --quiet
"$PHASIC" run "$@" --out "$work/own" >"$work/log" 2>&1 || fail "the compiler of this build"
echo 'int main(void) { return 0; }' >"$work/one.c"
built=
for compiler in gcc-8 gcc-9 gcc-10 gcc-11 gcc-13 gcc-14 clang clang-14 clang-16; do
    command -v $compiler >/dev/null && $compiler -fopenmp -o "$work/one" "$work/one.c" 2>/dev/null || continue
    cmake -S "$SOURCE_DIR" -B "$work/$compiler" -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF \
        -DPHASIC_DOUBLE=$double -DCMAKE_C_COMPILER=$compiler >"$work/log" 2>&1 || fail "$compiler: configuration"
    cmake --build "$work/$compiler" -j "$(nproc)" --target phasic >"$work/log" 2>&1 || fail "$compiler: build"
    "$work/$compiler/phasic" run "$@" --out "$work/$compiler.out" >"$work/log" 2>&1 || fail "$compiler: run"
    [ "$(hashes "$work/$compiler.out")" = "$(hashes "$work/own")" ] || fail "$compiler: other spikes or weights"
    built="$built $compiler"
done
[ -n "$built" ] || {
    echo "skipped: no other compiler with OpenMP here (on Debian: apt-get install gcc-11)"
    exit 77
}
echo "the same spikes and weights by$built"
