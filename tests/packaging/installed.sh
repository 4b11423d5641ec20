#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An installed phasic, from a folder that is not the tree's: the quickstart with its report, the scripts,
# man pages, completion, and the module file where Environment Modules or Lmod is there.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
unset PHASIC # scripts are to find their own
cmake --install "$BUILD_DIR" --prefix "$prefix" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
mkdir "$work/elsewhere"
cd "$work/elsewhere"
fail() { echo "FAILED: $*"; cat "$work/log"; exit 1; }

"$prefix/share/phasic/scripts/quickstart" --until "1 s" --quiet >"$work/log" 2>&1 || fail quickstart
[ -s out/quickstart/report.html ] && [ -s out/quickstart/summary.json ] || fail "no report"
"$prefix/share/phasic/scripts/sweep" "$prefix/share/phasic/configs/experiments/plasticity/stdp-window.yaml" \
    --seeds 1 --set phases.pairing.duration="100 ms" --out sweep >"$work/log" 2>&1 || fail sweep
"$prefix/share/phasic/scripts/submit" "$prefix/share/phasic/configs/quickstart.yaml" --dry-run --out job >"$work/log" 2>&1 || fail submit
grep -q "^PHASIC=.*$prefix/bin/phasic" "$work/log" || fail "a job does not name the installed program"
for file in $(cd "$prefix/share/phasic" && find configs regions -name '*.yaml'); do
    schema=$(sed -n '1s/.*\$schema=//p' "$prefix/share/phasic/$file")
    [ -f "$prefix/share/phasic/$(dirname "$file")/$schema" ] || fail "$file: its schema is not there"
done
# Pages name each other, and what they speak of, by relative links.
for page in $(cd "$prefix/share/phasic" && find README.md docs -name '*.md'); do
    grep -o ']([^)#:]*' "$prefix/share/phasic/$page" | cut -c 3- >"$work/links" || true
    while read -r link; do
        [ -e "$prefix/share/phasic/$(dirname "$page")/$link" ] || fail "$page: $link is not there"
    done <"$work/links"
done
for number in 1 2 3 4 5 6 7 8; do
    ls "$prefix/share/phasic/docs/tutorial/$number"-*.md >"$work/log" 2>&1 || fail "no page of tutorial $number"
done
[ -s "$(find "$prefix/share/doc" -name LICENSE)" ] || fail "no licence"
for command in '' $(sed -n "s/^_phasic_commands='\(.*\)'/\1/p" "$prefix/share/bash-completion/completions/phasic"); do
    [ -s "$prefix/share/man/man1/phasic${command:+-$command}.1" ] || fail "no man page of phasic $command"
done
bash -c '. "$1" && complete -p phasic' - "$prefix/share/bash-completion/completions/phasic" >"$work/log" || fail completion
[ -z "$(find "$prefix" -name '*.pyc' -o -name build -o -name .git)" ] || fail "something of the tree was installed by mistake"

# A libdir of more than one folder, as Debian's and those of some clusters are.
cmake -S "$SOURCE_DIR" -B "$work/deep" -DCMAKE_INSTALL_LIBDIR=lib/deep/er -DBUILD_TESTING=OFF \
    >"$work/log" 2>&1 || fail "configuring with a deep libdir"
mkdir -p "$prefix/lib/deep/er/pkgconfig"
cp "$work/deep/phasic.pc" "$prefix/lib/deep/er/pkgconfig"
libdir=$(PKG_CONFIG_PATH=$prefix/lib/deep/er/pkgconfig pkg-config --variable=libdir phasic)
[ "$(realpath -m "$libdir")" = "$(realpath "$prefix")/lib/deep/er" ] || fail "libdir of phasic.pc: $libdir"

# Each that is there; man finds its pages by PATH.
tried=
for modulecmd in /usr/bin/modulecmd /usr/share/lmod/*/libexec/lmod; do
    [ -x "$modulecmd" ] || continue
    bash -c 'eval "$("$1" bash use "$2")"; eval "$("$1" bash load phasic)"; command -v phasic; echo "$PHASIC_SHARE"' - \
        "$modulecmd" "$prefix/share/phasic/modulefiles" >"$work/modules" 2>"$work/log" || fail "$modulecmd: load phasic"
    [ "$(cat "$work/modules")" = "$prefix/bin/phasic
$prefix/share/phasic" ] || fail "$modulecmd: $(cat "$work/modules")"
    tried="$tried $modulecmd"
done
echo "module load phasic:${tried:- not tried, there is neither Environment Modules nor Lmod here}"
