#!/usr/bin/env bash
# Another project's Bazel workspace takes the library, as docs/embedding.md has it, and its program runs.
#   packages/tests/bazel.sh [workspace|module]
# in the repository's root; by WORKSPACE (default), or by MODULE.bazel, for Bazel 7 and later. That
# Bazel asks a registry for modules of its own, even if nothing uses them; with LEADSCAN_NO_REGISTRY=1,
# where none can be reached, empty ones stand in. In a root of Debian sid:
#   debootstrap --variant=minbase --include=bazel-bootstrap,g++,python3-pip,ca-certificates sid ROOT
#   cp -r . ROOT/leadscan
#   chroot ROOT sh -c 'cd /leadscan && LEADSCAN_NO_REGISTRY=1 packages/tests/bazel.sh module'
set -euo pipefail

how=${1:-workspace}
repository=$PWD
folder=$(mktemp -d)
bazel() { (cd -- "$folder/program" && command bazel --output_user_root="$folder/root" "$@"); }
trap 'bazel shutdown; chmod -R u+w -- "$folder"; rm -rf -- "$folder"' EXIT

mkdir -- "$folder/program"
cp packages/tests/consumer.cc packages/tests/consumer.c "$folder/program"
# The lines of docs/embedding.md, with this folder in place of the one they name.
sed -n "/^\`\`\`python $how\$/,/^\`\`\`\$/{/^\`\`\`/d;s,/path/to/leadscan,$repository,;p}" \
  docs/embedding.md >"$folder/program/$([[ $how == module ]] && echo MODULE.bazel || echo WORKSPACE)"
[[ $how != module ]] || : >"$folder/program/WORKSPACE.bzlmod"
cat >"$folder/program/BUILD" <<'BUILD'
cc_binary(
    name = "consumer",
    srcs = ["consumer.cc"],
    copts = ["-std=c++20", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra"],
    deps = ["@leadscan//lib:leadscan"],
)

cc_binary(
    name = "consumer_c",
    srcs = ["consumer.c"],
    deps = ["@leadscan//lib/leadscan/c"],
)
BUILD
# Empty modules for those that Bazel misses, one after the other.
options=(-c opt --nosandbox_debug)
if [[ $how == module && -n ${LEADSCAN_NO_REGISTRY:-} ]]; then
  registry=$folder/registry
  mkdir -p -- "$registry/empty"
  echo '{}' >"$registry/bazel_registry.json"
  options+=("--registry=file://$registry")
  for _ in {1..20}; do
    bazel build --nobuild "${options[@]}" //:consumer >"$folder/log" 2>&1 && break
    missing=$(grep -oE "[a-z_0-9]+@[0-9][^ '>]*('s source.json)? not found|module [a-z_0-9]+@[0-9][^ '>]*" \
      "$folder/log" | grep -oE '[a-z_0-9]+@[0-9][^ ]*' | head -n 1) || break
    missing=${missing%"'s"}
    at=$registry/modules/${missing%@*}/${missing#*@}
    [[ ! -e $at ]] || break
    mkdir -p -- "$at"
    echo "module(name = '${missing%@*}', version = '${missing#*@}')" >"$at/MODULE.bazel"
    echo '{"type": "local_path", "path": "'"$registry/empty"'"}' >"$at/source.json"
  done
fi
# No .bazelrc of this repository is read there, so the library brings the flags that it needs.
bazel build "${options[@]}" //:consumer //:consumer_c
version=$(sed -n 's/^#define LEADSCAN_VERSION_\(MAJOR\|MINOR\|PATCH\) //p' lib/leadscan/version.h |
  paste -s -d .)
for program in consumer consumer_c; do
  said=$("$folder/program/bazel-bin/$program")
  [[ $said == "$version" ]] || { echo "$program said $said, not $version" >&2; exit 1; }
done
echo "packages/tests/bazel.sh $how: good"
