#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# phasic is installed; a program outside the tree links to it, by find_package (shared, static) and by
# pkg-config, adds a rule and a task, and runs on two ranks: weights follow the rule's closed form, the
# task pays for answers and for nothing else. The shared library shows nothing but what headers declare.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# PHASIC_PREFIX: where phasic is installed already (tests/bare/run).
prefix=${PHASIC_PREFIX:-$work/prefix}
if [ -z "${PHASIC_PREFIX:-}" ]; then
    cmake --install "$BUILD_DIR" --prefix "$prefix" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
fi
cp -r "$SOURCE_DIR/examples/embedding" "$work/example"
cd "$work/example"
build() {
    "$@" >"$work/log" 2>&1 || { echo "FAILED $*"; cat "$work/log"; exit 1; }
}
build cmake -B shared -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_FLAGS="-Wall -Wextra -Werror"
build cmake --build shared
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name phasic.pc)")
export PKG_CONFIG_PATH
build make
runs="one two silent"
# The shared library needs nothing but itself; a static link needs MPI, HDF5 and the rest.
needs=$(sed -n 's/^Requires.private: //p' "$PKG_CONFIG_PATH/phasic.pc")
[ -n "$needs" ] || { echo "FAILED: phasic.pc does not say what a static link needs"; exit 1; }
# shellcheck disable=SC2086
if pkg-config --exists $needs; then
    runs="$runs static"
    build cmake -B static -DCMAKE_PREFIX_PATH="$prefix" -DPHASIC_STATIC=ON
    build cmake --build static
    ldd static/embedding | grep -q libphasic && { echo "FAILED: static/embedding needs libphasic.so"; exit 1; }
fi

# Each symbol that is shown is declared in a header, and the other way round.
library=$(find "$prefix" -name libphasic.so)
nm -D --defined-only "$library" | awk '{print $3}' | grep '^ph_' | sort >"$work/shown"
nm -D --defined-only "$library" | awk '{print $3}' | grep -v '^ph_' >"$work/others" || true
cat "$prefix"/include/phasic/*.h | tr '\n' ' ' | grep -o 'PH_API [^;=({]*' | grep -o 'ph_[A-Za-z0-9_]* *\(\[\]\)*$' |
    tr -d ' []' | sort -u >"$work/declared"
diff "$work/declared" "$work/shown" || { echo "FAILED: symbols and headers differ"; exit 1; }
# (those of the linker, of OpenMP, AddressSanitizer and gcov apart)
grep -v '^_init$\|^_fini$\|^\.gomp\|asan\|gcov' "$work/others" && { echo "FAILED: these symbols are shown"; exit 1; }

./embedding explain hebb_toll | grep -q toll
./embedding schema | grep -q '"knock"'
run() {
    name=$1 ranks=$2 program=$3
    shift 3
    build mpirun -n "$ranks" "$program" run knock.yaml --out "$work/$name" "$@"
}
run one 1 shared/embedding
run two 2 ./embedding
[ ! -d static ] || run static 2 static/embedding
run silent 2 shared/embedding --set task.rate="0 Hz"
sh "$SOURCE_DIR/scripts/python" - "$work" $runs <<'END'
import json, math, sys
import h5py

work, *runs = sys.argv[1:]
hashes = {name: json.load(open(f"{work}/{name}/summary.json")) for name in runs}
keys = ("spike_hash", "weight_hash")
for name in set(runs) - {"silent"}:
    assert all(hashes[name][key] == hashes["one"][key] for key in keys), name
assert hashes["two"]["ranks"] == 2

def times(name, population):
    with h5py.File(f"{work}/{name}/spikes.h5") as file:
        group = file["spikes"][population]
        node = group["node_ids"][()]
        return sorted(group["timestamps"][()][node == 0])

def expected(name):
    """The rule's closed form: x at each postsynaptic spike, less the toll of each arrival."""
    arrivals = [t + 2 for t in times(name, "input.pre")]
    posts = times(name, "output.post")
    assert len(arrivals) == 5 and len(posts) == 4, (arrivals, posts)
    w = 0.5
    for post in posts:
        w += 0.05 * sum(math.exp(-(post - a) / 20) for a in arrivals if a < post + 1e-9)
    return w - 0.05 * 0.2 * len(arrivals)

for name in runs:
    with h5py.File(f"{work}/{name}/run.h5") as file:
        last = sorted(file["weights/pre_post"])[-1]
        weights = file["weights/pre_post"][last]["weight"][()]
        trials = {key: file["trials"][key][()] for key in ("reward", "responses", "correct")}
    assert len(weights) == 5 and weights.min() == weights.max(), weights
    print(f"{name:8s} weight {weights[0]:.5f} pA, by the closed form {expected(name):.5f}")
    assert abs(weights[0] - expected(name)) < 1e-5, (weights, expected(name))
    assert abs(weights[0] - 0.5) > 0.05
    paid, answers = trials["reward"][:6], trials["responses"][:6]
    print(f"{'':8s} answers {answers.tolist()}, paid {paid.tolist()}")
    if name == "silent":
        assert answers.sum() == 0 and paid.sum() == 0
    else:
        assert (answers > 50).all() and (answers < 160).all(), answers # 10 cells, 200 Hz, 50 ms: 100
        assert paid.tolist() == [1] * 6
END
