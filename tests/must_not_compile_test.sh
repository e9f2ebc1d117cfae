#!/usr/bin/env bash
# Compiles each file of tests/must_not_compile twice: with TWIN defined it must compile, without it
# must not, for the reason that its first line expects. So that the misuse fails, and not the file.
#
# must_not_compile_test.sh FILE...: in the repository's root.
set -uo pipefail

compiler=
for candidate in c++ g++ clang++ clang++-19; do
  if type -P "$candidate" >/dev/null; then
    compiler=$candidate
    break
  fi
done
[[ -n $compiler ]] || { echo "no C++ compiler on PATH ($PATH)"; exit 1; }
[[ -f lib/leadscan/leadscan.h ]] || { echo "no lib/leadscan/leadscan.h in $PWD"; exit 1; }
(($# > 0)) || { echo "no files"; exit 1; }

compile() {
  LC_ALL=C "$compiler" -std=c++20 -fsyntax-only -Wall -Werror=unused-result -Ilib "$@" 2>&1
}

failed=0
for file in "$@"; do
  expected=$(sed -n '1s|^// expects: ||p' "$file")
  if [[ -z $expected ]]; then
    echo "FAILED $file: no '// expects: ' in its first line"
    failed=1
  elif ! output=$(compile -DTWIN "$file"); then
    echo "FAILED $file: its twin does not compile"
    echo "$output"
    failed=1
  elif output=$(compile "$file"); then
    echo "FAILED $file: compiles"
    failed=1
  elif ! grep -qE "error: .*($expected)" <<<"$output"; then
    echo "FAILED $file: for another reason than '$expected'"
    echo "$output"
    failed=1
  else
    echo "ok     $file"
  fi
done
exit $failed
