# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts: what is missing on this machine, installing it, and the environment of MPI.

# A Python 3 that has what the analysis needs, into $PYTHON; empty when there is none.
find_python() {
    PYTHON=
    for candidate in "${PHASIC_PYTHON:-}" python3 /usr/bin/python3; do
        if [ -n "$candidate" ] &&
            "$candidate" -c 'import numpy, h5py, matplotlib' >/dev/null 2>&1; then
            PYTHON=$candidate
            return
        fi
    done
}

# Whether a Python here has Brian 2, which rules of plasticity are held against.
has_brian() {
    for candidate in $PYTHON /usr/bin/python3; do
        "$candidate" -c 'import importlib.util as u, sys; sys.exit(u.find_spec("brian2") is None)' \
            >/dev/null 2>&1 && return 0
    done
    return 1
}

# Whether a C program with this line compiles.
can_compile() {
    printf '%s\nint main(void) { return 0; }\n' "$1" |
        ${2:-cc} -x c -fsyntax-only ${3:-} - >/dev/null 2>&1
}

has_pkg() {
    pkg-config --exists "$1" 2>/dev/null
}

# How packages are installed here, into $as_root: sudo, nothing, or `none` and failure.
find_root() {
    if ! command -v apt-get >/dev/null 2>&1; then
        as_root=none
    elif [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then
        as_root=sudo
    else
        as_root=none
    fi
    [ "$as_root" != none ]
}

# The Debian packages of what probes do not find, into $MISSING.
find_missing() {
    MISSING=
    command -v cc >/dev/null 2>&1 && can_compile '#include <stdio.h>' ||
        MISSING="$MISSING gcc libc6-dev"
    command -v make >/dev/null 2>&1 || MISSING="$MISSING make"
    command -v cmake >/dev/null 2>&1 || MISSING="$MISSING cmake"
    command -v pkg-config >/dev/null 2>&1 || MISSING="$MISSING pkg-config"
    command -v mpicc >/dev/null 2>&1 || MISSING="$MISSING libopenmpi-dev"
    command -v mpirun >/dev/null 2>&1 || MISSING="$MISSING openmpi-bin"
    has_pkg hdf5-openmpi || has_pkg hdf5 || command -v h5pcc >/dev/null 2>&1 ||
        MISSING="$MISSING libhdf5-openmpi-dev"
    has_pkg yaml-0.1 || MISSING="$MISSING libyaml-dev"
    has_pkg "hwloc >= 2.0" || MISSING="$MISSING libhwloc-dev"
    can_compile '#include <zlib.h>' || MISSING="$MISSING zlib1g-dev"
    can_compile '#include <Random123/philox.h>' cc "${RANDOM123_CFLAGS:-}" ||
        MISSING="$MISSING librandom123-dev"
    find_python
    [ -n "$PYTHON" ] || MISSING="$MISSING python3 python3-numpy python3-h5py python3-matplotlib"
    if [ "${NEED_TESTS:-}" ]; then
        can_compile '#include <CUnit/CUnit.h>' || MISSING="$MISSING libcunit1-dev"
        PATH=$PATH:/usr/sbin:/sbin command -v ip >/dev/null || MISSING="$MISSING iproute2"
        has_brian || MISSING="$MISSING python3-brian"
        "${PYTHON:-python3}" -c 'import jsonschema, yaml' >/dev/null 2>&1 ||
            MISSING="$MISSING python3-jsonschema python3-yaml"
        "${PYTHON:-python3}" -c 'import neo' >/dev/null 2>&1 || MISSING="$MISSING python3-neo"
        command -v groff >/dev/null 2>&1 || MISSING="$MISSING groff-base"
        command -v dpkg-shlibdeps >/dev/null 2>&1 || MISSING="$MISSING dpkg-dev"
        command -v file >/dev/null 2>&1 || MISSING="$MISSING file"
        # Where nothing can be installed, the tests of job templates are skipped.
        if find_root && ! PATH=$PATH:/usr/sbin command -v slurmctld >/dev/null 2>&1; then
            MISSING="$MISSING slurm-wlm munge"
        fi
    fi
    if [ "${NEED_FULL:-}" ]; then
        command -v chromium >/dev/null 2>&1 || MISSING="$MISSING chromium"
        command -v gcovr >/dev/null 2>&1 || MISSING="$MISSING gcovr"
        command -v gcc-11 >/dev/null 2>&1 || MISSING="$MISSING gcc-11"
        command -v mpicc.mpich >/dev/null 2>&1 || MISSING="$MISSING mpich libmpich-dev libhdf5-mpich-dev"
    fi
}

install_missing() {
    find_missing
    [ -n "$MISSING" ] || return 0
    find_root
    if [ "$as_root" = none ]; then
        cat >&2 <<END
Missing here:$MISSING
Install them as root on Debian:   apt-get install$MISSING
or load them on a cluster:        module load gcc cmake openmpi hdf5/parallel hwloc libyaml python
or build them with Spack:         spack install cmake openmpi hdf5+mpi hwloc libyaml random123 cunit py-h5py py-matplotlib
END
        exit 2
    fi
    echo "installing:$MISSING"
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null &&
        $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -q --no-install-recommends $MISSING >/dev/null || {
        echo "apt-get could not install:$MISSING" >&2
        exit 2
    }
    find_missing
    if [ -n "$MISSING" ]; then
        echo "still missing after apt-get:$MISSING" >&2
        exit 2
    fi
}

# Open MPI on any machine: as root, with more ranks than cores, in containers, without the user
# knowing the flags.
mpi_environment() {
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
    export OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_btl_vader_single_copy_mechanism=none
    export OMP_NUM_THREADS=1 HWLOC_HIDE_ERRORS=2
}

cores() {
    nproc 2>/dev/null || echo 2
}

# configure_and_build PRESET [CMAKE-ARGUMENT]...
configure_and_build() {
    preset=$1
    shift
    cmake --preset "$preset" "$@" >"$LOG" 2>&1 && cmake --build --preset "$preset" -j "$(cores)" >>"$LOG" 2>&1 || {
        cat "$LOG" >&2
        echo "the build failed (preset $preset)" >&2
        return 1
    }
}
