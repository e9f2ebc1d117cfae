#!/usr/bin/env bash
# Builds the Debian packages, source and binary, and has lintian look at them.
#   packages/debian.sh SIMDJSON_FOLDER OUT
# SIMDJSON_FOLDER has simdjson.h and simdjson.cpp; it becomes a part of the source package, for a
# build of one has no network. Run it in the repository's root, or a tree that looks so. It needs
# dpkg-dev and the packages of packages/debian/control; lintian if it is there.
set -euo pipefail

(($# == 2)) || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
simdjson=$(realpath -- "$1")
mkdir -p -- "$2"
out=$(realpath -- "$2")
version=$(sed -n 's/^#define LEADSCAN_VERSION_\(MAJOR\|MINOR\|PATCH\) //p' lib/leadscan/version.h |
  paste -s -d .)
tree=$out/leadscan-$version
rm -rf -- "$tree"
mkdir -- "$tree" "$tree/simdjson"
# What the build reads, and what a reader wants beside it.
cp -RL -- CHANGELOG.md CMakeLists.txt LICENSE README.md lib audit corpus "$tree"
mkdir -p -- "$tree/gateway/lua"
cp -RL -- gateway/nginx "$tree/gateway"
cp -L -- gateway/lua/leadscan.lua "$tree/gateway/lua"
mkdir -- "$tree/packages" "$tree/third_party"
cp -L -- packages/*.cmake packages/*.in "$tree/packages"
cp -L -- third_party/deps.bzl "$tree/third_party"
cp -L -- "$simdjson/simdjson.h" "$simdjson/simdjson.cpp" "$tree/simdjson"
chmod -R u+w -- "$tree"
find "$tree" -name __pycache__ -prune -exec rm -rf {} +
changes=$(sed -n '1s/.*(\(.*\)).*/\1/p' packages/debian/changelog)
[[ ${changes%-*} == "$version" ]] ||
  { echo "packages/debian/changelog is of $changes, lib/leadscan/version.h of $version" >&2; exit 1; }

# One archive for one tree: names in order, one time, no owner.
tar --sort=name --owner=0 --group=0 --numeric-owner --mode=go+rX,go-w,u+rw \
  --mtime="@${SOURCE_DATE_EPOCH:-1795824000}" -C "$out" -cf - "leadscan-$version" |
  xz -1 >"$out/leadscan_$version.orig.tar.xz"
cp -RL -- packages/debian "$tree/debian"
commit=$(tools/workspace_status.sh 2>/dev/null || true)
printf '%s\n' "${LEADSCAN_COMMIT:-${commit#* }}" >"$tree/debian/commit"

cd -- "$tree"
dpkg-buildpackage --unsigned-source --unsigned-changes
cd -- "$out"
if type -P lintian >/dev/null; then
  lintian --allow-root --fail-on error,warning "leadscan_${changes}_$(dpkg --print-architecture).changes"
else
  echo 'packages/debian.sh: without lintian' >&2
fi
