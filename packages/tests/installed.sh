#!/usr/bin/env bash
# Programs outside of the tree over a folder that `//:install -- --prefix=FOLDER` filled, which is moved
# first: by pkg-config and by CMake, with gcc and the newest clang. That folder is gone afterwards.
#   packages/tests/installed.sh FOLDER
# in the repository's root.
set -euo pipefail

tests=$PWD/packages/tests
version=$(sed -n 's/^#define LEADSCAN_VERSION_\(MAJOR\|MINOR\|PATCH\) //p' lib/leadscan/version.h |
  paste -s -d .)
names=$(sed -n 's/^ *\(leadscan_[a-z_]*\);$/\1/p' lib/leadscan/c/leadscan.map | sort)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
prefix=$work/moved
mv -- "$1" "$prefix"
cd -- "$work"

die() {
  printf 'packages/tests/installed.sh: %s\n' "$*" >&2
  exit 1
}
says() {  # PROGRAM
  local said
  said=$("$@")
  [[ $said == "$version" ]] || die "$* said $said, not $version"
}

[[ $("$prefix/bin/leadscan" --version) == "leadscan $version"$'\n'* ]] || die 'another version'
"$prefix/bin/leadscan" --version | grep -Eq '^commit: [0-9a-f]{7,}\+?$' || die 'no commit'
# The shared library shows what its map lists, the static one no simdjson by its name.
[[ $(nm -D --defined-only "$prefix/lib/libleadscan.so" | sed -n 's/.* T \([a-z_]*\).*/\1/p' |
  sort) == "$names" ]] || die 'libleadscan.so shows other names than its map has'
if nm -C --defined-only "$prefix/lib/libleadscan.a" 2>/dev/null | grep -Eq '\bsimdjson(_fast_float)?::'; then
  die 'libleadscan.a has symbols of simdjson'
fi
# What gateways load: Envoy finds its hooks, LuaJIT this very version, and both another name's symbols
# not at all.
[[ $(nm -D --defined-only "$prefix/lib/leadscan/libleadscan_envoy.so" | sed 's/.* //' |
  grep -vc '^envoy_dynamic_module_on_') == 0 ]] || die 'libleadscan_envoy.so shows more than hooks'
nm -D --defined-only "$prefix/lib/leadscan/libleadscan_envoy.so" |
  grep -q ' T envoy_dynamic_module_on_http_filter_response_body$' || die 'libleadscan_envoy.so has no hooks'
grep -q "_VERSION = \"$version\"" "$prefix/share/leadscan/lua/leadscan.lua" || die 'another leadscan.lua'
if type -P luajit >/dev/null; then
  says luajit -e "package.path = '$prefix/share/leadscan/lua/?.lua'
    local leadscan = require 'leadscan'
    leadscan.setup { library = '$prefix/lib/libleadscan.so.0' }
    assert(leadscan.parse('{\"message\":\"x\"}').family == 'message')
    print(leadscan._VERSION)"
fi

compilers=(g++)
newest=$(find /usr/bin -name 'clang++-[0-9]*' | sort -V | tail -n 1)
[[ -z $newest ]] || compilers+=("${newest##*/}")
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
strict=(-std=c++20 -fno-exceptions -fno-rtti -Wall -Wextra -Werror)
for cxx in "${compilers[@]}"; do
  cc=${cxx/clang++/clang} cc=${cc/g++/gcc}
  # shellcheck disable=SC2046  # words
  "$cxx" "${strict[@]}" -O2 "$tests/consumer.cc" $(pkg-config --cflags leadscan) \
    "$prefix/lib/libleadscan.a" -pthread -o "cxx_$cxx"
  says "./cxx_$cxx"
  for standard in c99 c11; do
    # shellcheck disable=SC2046
    "$cc" -D_ISOC11_SOURCE -std=$standard -Wall -Wextra -Werror "$tests/consumer.c" \
      $(pkg-config --cflags --libs leadscan) -o "c_$cxx"
    says env LD_LIBRARY_PATH="$prefix/lib" "./c_$cxx"
  done
  cmake -S "$tests" -B "cmake_$cxx" -DTAKE=installed -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" >/dev/null
  cmake --build "cmake_$cxx" >/dev/null
  says "cmake_$cxx/consumer"
  says "cmake_$cxx/consumer_c"
done
# The example of a server, by the command of docs/embedding.md.
if [[ -e /usr/include/boost/beast.hpp ]]; then
  command=$(grep -o '^c++ .* -o server server.cc .*' "$tests/../../docs/embedding.md")
  cp -- "$tests/../examples/server.cc" .
  bash -c "$command"
  ./server 0 1 >port &
  server=$!
  for ((i = 0; i < 100; ++i)); do [[ ! -s port ]] || break; sleep 0.1; done
  said=$(curl --silent --show-error --data-binary '{"message":"x"}' "http://127.0.0.1:$(<port)/") || true
  kill "$server"
  wait "$server" || die 'server did not end well'
  [[ $said == '{"verdict":"message"}' ]] || die "server said $said"
fi
# A later interface than this one is none.
mkdir later
printf 'cmake_minimum_required(VERSION 3.18)\nproject(p CXX)\nfind_package(leadscan 0.999 REQUIRED)\n' \
  >later/CMakeLists.txt
if cmake -S later -B later/build -DCMAKE_PREFIX_PATH="$prefix" >later/log 2>&1; then
  die 'find_package(leadscan 0.999) found this version'
fi
grep -q "version: $version" later/log
echo "packages/tests/installed.sh: good, with ${compilers[*]}"
