#!/usr/bin/env bash
# Each header of the library compiles alone, without warnings, exceptions and RTTI, by every
# compiler that is there.
#
# headers_test.sh: in the repository's root.
set -uo pipefail

failed=0
compilers=0
for compiler in g++ clang++ clang++-19; do
  type -P "$compiler" >/dev/null || continue
  ((++compilers))
  for header in $(find lib/leadscan -name "*.h" ! -name "*-inl.h"); do
    name=${header#lib/}
    # Twice: a header must guard itself.
    if printf '#include "%s"\n#include "%s"\n' "$name" "$name" |
      LC_ALL=C "$compiler" -x c++ -std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Werror \
        -fno-exceptions -fno-rtti -Ilib -; then
      echo "ok     $compiler $name"
    else
      echo "FAILED $compiler $name"
      failed=1
    fi
  done
done
((compilers > 0)) || { echo "no C++ compiler on PATH ($PATH)"; exit 1; }
exit $failed
