#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Man pages: groff has no complaint, and each shows what --help shows. Skipped without groff.
set -u
command -v groff >/dev/null || { echo "skipped: no groff here (groff-base)"; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
commands=$("$PHASIC" completion | sed -n "s/^_phasic_commands='\(.*\)'/\1/p")
[ -n "$commands" ] || exit 1
for command in "" $commands; do
    # shellcheck disable=SC2086
    "$PHASIC" manual $command >"$work/page" || failed=$((failed + 1))
    groff -man -Tutf8 -ww -P -c "$work/page" >"$work/text" 2>"$work/complaints"
    if [ -s "$work/complaints" ]; then
        echo "FAILED phasic manual $command:"
        cat "$work/complaints"
        failed=$((failed + 1))
    fi
    sed 's/.\x08//g; s/‐/-/g; s/−/-/g' "$work/text" >"$work/plain"
    # shellcheck disable=SC2086
    "$PHASIC" $command --help | sed -n 's/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p; s/^  \([a-z][a-z]*\) .*/\1/p' >"$work/words"
    [ -s "$work/words" ] || failed=$((failed + 1))
    while read -r word; do
        grep -q -- "$word" "$work/plain" && continue
        echo "FAILED phasic manual $command: no $word"
        failed=$((failed + 1))
    done <"$work/words"
done
echo "$failed failures"
[ "$failed" = 0 ]
