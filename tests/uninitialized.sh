#!/usr/bin/env bash
# No word is read before it is written: the library by gcc's analyzer, by valgrind (AVX2 and
# portable, as it is optimised) and, where there is clang-19, by MemorySanitizer (AVX-512 too).
#
# The analyzer is not doubled by the others: they look at bits, and do not mind a word of which only
# written bits come to matter.
#   tests/uninitialized.sh   # after `tools/bazel build //lib:leadscan`, which fetches simdjson
set -uo pipefail
cd "$(dirname "$0")/.." || exit
simdjson=$(tools/bazel info output_base 2>/dev/null)/external/simdjson
[[ -f $simdjson/simdjson.cpp ]] || { echo "$0: no simdjson in $simdjson" >&2; exit 2; }
type -P valgrind >/dev/null || { echo "$0: no valgrind (apt-get install valgrind)" >&2; exit 2; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
flags=(-std=c++20 -I. -Ilib -isystem "$simdjson")
sources=(lib/leadscan/*.cc lib/leadscan/*/*.cc)
documents=(data/fixtures/*/*.json)
status=0

# each COMMAND...: of every source of the library, two at a time.
each() { printf '%s\0' "${sources[@]}" | xargs -0 -P2 -I{} "$@"; }

each bash -c 'g++ "${@:2}" -O2 -fno-exceptions -fno-rtti -fanalyzer -c "$1" -o /dev/null 2>&1' \
  analyze {} "${flags[@]}" >"$out/analyzer"
if grep -B2 -A12 'Wanalyzer-use-of-uninitialized-value' "$out/analyzer"; then
  echo 'BAD: the analyzer found unwritten words'
  status=1
fi

tools/bazel build -c opt //tests:every_byte >&2 || exit
valgrind -q --error-exitcode=1 "$(tools/bazel info -c opt bazel-bin 2>/dev/null)/tests/every_byte" \
  "${documents[@]}" || { echo 'BAD: under valgrind'; status=1; }

if type -P clang++-19 >/dev/null; then
  # What the C++ library has compiled is not instrumented: templates are instantiated here instead.
  flags+=(-O1 -g -fsanitize=memory -fno-omit-frame-pointer -D_GLIBCXX_EXTERN_TEMPLATE=0 -w)
  sources+=("$simdjson/simdjson.cpp" tests/every_byte_main.cc)
  # shellcheck disable=SC2016
  each bash -c 'clang++-19 "${@:3}" -c "$1" -o "$2/${1//\//_}.o"' compile {} "$out" "${flags[@]}" &&
    clang++-19 -fsanitize=memory "$out"/*.o -o "$out/every_byte" &&
    "$out/every_byte" "${documents[@]}" || { echo 'BAD: under MemorySanitizer'; status=1; }
else
  echo 'no clang++-19: not under MemorySanitizer'
fi
exit "$status"
