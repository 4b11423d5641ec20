#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What bash offers after some words: commands, the options that --help lists, keys, files by their shape.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
"$PHASIC" completion >completion || exit 1
bash -n completion || exit 1
source ./completion
mkdir folder
touch brain.yaml net.json notes.txt
failed=0

# offers "EXPECTED, sorted" WORD...: the last word is being typed
offers() {
    local expected=$1
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _phasic
    local got
    got=$(printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"} | sort -u | tr '\n' ' ')
    if [ "${got% }" != "$expected" ]; then
        echo "FAILED: $*: '${got% }' instead of '$expected'"
        failed=$((failed + 1))
    fi
}

offers "check" phasic che
offers "--help --version" phasic --
offers "brain.yaml folder net.json" phasic run ""
offers "brain.yaml" phasic check br
offers "sonata" phasic export so
offers "brain.yaml" phasic export sonata br
offers "folder" phasic run brain.yaml --out ""
offers "folder" phasic run brain.yaml -o f
offers "folder" phasic run --out = f
offers "folder" phasic run --resume ""
offers "folder" phasic recover ""
offers "brain.yaml folder net.json" phasic run --quiet ""
offers "" phasic run --seed ""
offers "notes.txt" phasic plan brain.yaml --json no
offers "simulation.resolution=" phasic run brain.yaml --set simulation.re
offers "iaf_psc_alpha iaf_psc_exp" phasic explain iaf_psc
offers "tracts.weight" phasic explain tracts.wei
offers "reference" phasic manual ref
offers "" phasic nonsense ""
for command in $_phasic_commands; do
    listed=$("$PHASIC" "$command" --help | sed -n 's/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p' | sort -u | tr '\n' ' ')
    offers "${listed% }" phasic "$command" --
done
[ "$failed" = 0 ] && echo "all as expected"
