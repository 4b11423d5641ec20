#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cpack -G DEB: the package names what it needs, and what is in it works where it is unpacked.
# tests/bare/run installs it on a bare Debian.
set -eu
command -v dpkg-shlibdeps >/dev/null || { echo "skipped: no dpkg-shlibdeps here (dpkg-dev)"; exit 77; }
command -v file >/dev/null || { echo "skipped: no file here (file)"; exit 77; }
command -v cpack >/dev/null || { echo "skipped: no cpack here"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; cat "$work/log"; exit 1; }
cd "$work"
cpack -G DEB --config "$BUILD_DIR/CPackConfig.cmake" -B "$work/made" >"$work/log" 2>&1 || fail cpack
package=$(ls made/phasic_*.deb) || fail "no package"
dpkg-deb --field "$package" >"$work/log"
needs=$(dpkg-deb --field "$package" Depends)
for package_name in openmpi-bin libc6 libgomp1 libhdf5-openmpi libopenmpi libyaml-0 zlib1g; do
    echo "$needs" | grep -q "$package_name" || fail "it does not depend on $package_name"
done
dpkg-deb --extract "$package" root
[ -z "$(find root -newermt 2100-01-01)" ] && [ -d root/usr/bin ] || fail "no usr/bin"
[ -n "$(find root -path '*/usr/*' -name 'libphasic.so.0.1')" ] || fail "no libphasic.so.0.1"
version=$(root/usr/bin/phasic --version)
echo "$version" | grep -q "^phasic $(dpkg-deb --field "$package" Version) " || fail "$version"
root/usr/bin/phasic check root/usr/share/phasic/configs/quickstart.yaml >"$work/log" 2>&1 || fail check
find root -type f -exec grep -lF "$SOURCE_DIR/" {} + >"$work/log" && fail "these name the folder of the sources"
echo "$(basename "$package"): $needs"
