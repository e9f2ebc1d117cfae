#!/usr/bin/env bash
# Compiles each file of tests/must_not_compile twice: with TWIN defined it must compile, without it
# must not, for the reason that its first line expects. So that the misuse fails, and not the file.
# `expects:` is for any compiler, `clang expects:` for what only clang sees; without clang those
# files are still compiled with TWIN.
#
# must_not_compile_test.sh FILE...: in the repository's root.
set -uo pipefail

first_of() {
  local candidate
  for candidate in "$@"; do
    if type -P "$candidate"; then return; fi
  done
}
compiler=$(first_of c++ g++ clang++ clang++-19)
clang=$(first_of clang++-19 clang++)
[[ -n $compiler ]] || { echo "no C++ compiler on PATH ($PATH)"; exit 1; }
[[ -f lib/leadscan/leadscan.h ]] || { echo "no lib/leadscan/leadscan.h in $PWD"; exit 1; }
(($# > 0)) || { echo "no files"; exit 1; }
[[ -n $clang ]] || echo "no clang: what only clang sees is not tested"

compile() {  # COMPILER ARGUMENT...
  LC_ALL=C "$1" -std=c++20 -fsyntax-only -Wall -Werror=unused-result -Ilib "${@:2}" 2>&1
}

failed=0
check() {  # FILE EXPECTED COMPILER [FLAG...]
  local file=$1 expected=$2 output
  shift 2
  if ! output=$(compile "$@" -DTWIN "$file"); then
    echo "FAILED $file: its twin does not compile"
    echo "$output"
    failed=1
  elif output=$(compile "$@" "$file"); then
    echo "FAILED $file: compiles"
    failed=1
  elif ! grep -qE "error: .*($expected)" <<<"$output"; then
    echo "FAILED $file: for another reason than '$expected'"
    echo "$output"
    failed=1
  else
    echo "ok     $file"
  fi
}

for file in "$@"; do
  expected=$(sed -n '1s|^// expects: ||p' "$file")
  of_clang=$(sed -n '1s|^// clang expects: ||p' "$file")
  if [[ -n $expected ]]; then
    check "$file" "$expected" "$compiler"
  elif [[ -z $of_clang ]]; then
    echo "FAILED $file: no '// expects: ' or '// clang expects: ' in its first line"
    failed=1
  elif [[ -n $clang ]]; then
    check "$file" "$of_clang" "$clang" -Werror=dangling -Werror=return-stack-address
  elif ! output=$(compile "$compiler" -DTWIN "$file"); then
    echo "FAILED $file: its twin does not compile"
    echo "$output"
    failed=1
  fi
done
exit $failed
