#!/usr/bin/env bash
# The tests on ARM (NEON), by a cross compiler and an emulated CPU. On Debian:
#   apt-get install g++-aarch64-linux-gnu qemu-user
# and `tools/bazel build //tests/...` once, which fetches the libraries.
set -euo pipefail
cd "$(dirname "$0")/.."
external=$(tools/bazel info output_base)/external
out=${TMPDIR:-/tmp}/leadscan-arm64
mkdir -p "$out"
flags=(-std=c++20 -O2 -DNDEBUG -Wall -Wextra -I. -Ilib -isystem "$external/simdjson"
  -isystem "$external/googletest/googletest/include" -isystem "$external/nlohmann_json/include"
  -I"$external/googletest/googletest")

objects=()
compile() {  # SOURCE [FLAG...]
  local object="$out/${1//\//_}.o"
  objects+=("$object")
  [[ $object -nt $1 ]] || aarch64-linux-gnu-g++ "${flags[@]}" "${@:2}" -c "$1" -o "$object"
}
for source in lib/leadscan/*.cc lib/leadscan/*/*.cc; do
  compile "$source" -fno-exceptions -fno-rtti
done
compile "$external/simdjson/simdjson.cpp" -w
compile "$external/googletest/googletest/src/gtest-all.cc" -w
compile "$external/googletest/googletest/src/gtest_main.cc" -w
for source in tests/support.cc tests/mutate.cc tests/reference_dom.cc; do compile "$source"; done
shared=("${objects[@]}")

for name in "${@:-fixtures guard_pages layouts stream differential parser encoding limits}"; do
  for test in $name; do
    objects=("${shared[@]}")
    compile "tests/${test}_test.cc"
    aarch64-linux-gnu-g++ -static "${objects[@]}" -o "$out/$test"
    echo "== ${test}_test"
    qemu-aarch64 "$out/$test" --gtest_brief=1
  done
done
