#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One program for all machines of a cluster: nothing is compiled for the machine that compiles, and instructions
# beyond the common ones stand only in kernels that are chosen at run time.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $*"
    exit 1
}
[ -s "$BUILD_DIR/compile_commands.json" ] || fail "no compile_commands.json in $BUILD_DIR"
[ "$(grep -c '"command"' "$BUILD_DIR/compile_commands.json")" -gt 100 ] || fail "too few commands"
# Nor anything that lets compilers change what is computed.
grep -oE -e '-m(arch|tune|cpu|avx|fma|sse[34])[^ "]*|-Ofast|-ffast-math|-funsafe-math[^ "]*' \
    "$BUILD_DIR/compile_commands.json" && fail "these flags"
grep -q -e '-ffp-contract=off' "$BUILD_DIR/compile_commands.json" || fail "no -ffp-contract=off"
[ "$(uname -m)" = x86_64 ] || {
    echo "no such flags; skipped: instructions of $(uname -m)"
    exit 77
}
command -v objdump >/dev/null || {
    echo "skipped: no objdump here (on Debian: apt-get install binutils)"
    exit 77
}
# Functions with AVX: mnemonics that begin with v, registers ymm, zmm and k.
objdump -d --no-show-raw-insn "$PHASIC" | awk '
    /^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/[<>:]/, "", name) }
    $2 ~ /^v[a-z0-9]+$/ && $2 !~ /^ver[rw]$/ || /%[yz]mm|%k[0-7]/ { found[name]++ }
    END { for (name in found) print name }' | sort >"$work/avx"
n=$(grep -cE '_avx(2|512)(\.|$)' "$work/avx")
[ "$n" -ge 10 ] || fail "$n kernels with AVX alone"
grep -vE '_avx(2|512)(\.|$)' "$work/avx" && fail "these functions have AVX and are no kernels"
echo "AVX in $n kernels, and nowhere else"
