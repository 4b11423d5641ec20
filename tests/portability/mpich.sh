#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Built with MPICH and its HDF5, the program makes the same spikes and weights on 1 to 4 ranks, and goes on
# from what another MPI has left.
set -u
command -v mpicc.mpich >/dev/null && command -v mpirun.mpich >/dev/null || {
    echo "skipped: no MPICH here (on Debian: apt-get install mpich libmpich-dev libhdf5-mpich-dev)"
    exit 77
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export PHASIC_CORES=8
fail() {
    echo "FAILED: $*"
    tail -20 "$work/log"
    exit 1
}
hashes() { grep '_hash"' "$1/summary.json"; }

case $("$PHASIC" --version) in *double*) double=ON ;; *) double=OFF ;; esac
cmake -S "$SOURCE_DIR" -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF -DPHASIC_DOUBLE=$double \
    -DMPI_C_COMPILER="$(command -v mpicc.mpich)" >"$work/log" 2>&1 || fail "it cannot be configured with MPICH"
cmake --build "$work/build" -j "$(nproc)" >"$work/log" 2>&1 || fail "it cannot be built with MPICH"
program=$work/build/phasic
ldd "$program" | grep -q 'libmpich' || fail "it is not MPICH that is linked"
ldd "$program" | grep -qi 'openmpi\|libmpi\.so' && fail "Open MPI is linked too"

set -- "$SOURCE_DIR/configs/quickstart.yaml" --until "2 s" --quiet
mpirun -n 2 "$PHASIC" run "$@" --out "$work/other" >"$work/log" 2>&1 || fail "the other MPI"
for ranks in 1 2 4; do
    mpirun.mpich -n $ranks "$program" run "$@" --out "$work/$ranks" >"$work/log" 2>&1 || fail "$ranks ranks"
    [ "$(hashes "$work/$ranks")" = "$(hashes "$work/other")" ] || fail "$ranks ranks: other spikes or weights"
done
mpirun -n 3 "$PHASIC" run "$@" --stop-at "1 s" --out "$work/stopped" >"$work/log" 2>&1
[ $? = 5 ] || fail "the other MPI does not stop"
mpirun.mpich -n 2 "$program" run --resume "$work/stopped" --until "2 s" --quiet >"$work/log" 2>&1 ||
    fail "it does not go on from another MPI's checkpoint"
[ "$(hashes "$work/stopped")" = "$(hashes "$work/other")" ] || fail "it goes on to other spikes or weights"
mpirun.mpich -n 2 "$program" run "$work/none.yaml" >"$work/log" 2>&1 && fail "a missing file goes unnoticed"
grep -q "none.yaml" "$work/log" || fail "the missing file is not named"
echo "MPICH: the same spikes and weights"
