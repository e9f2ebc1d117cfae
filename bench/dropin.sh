#!/usr/bin/env bash
# The two files to drop in (packages/amalgamate.py), compiled with -O3 -std=c++20 alone, beside Bazel's
# build of the library: instructions per document by callgrind, which must not be more than 2 % more,
# and the time, the best of three alternating runs, which is shown only: it moves with the load.
#   bench/dropin.sh [FLAG...]    other flags than -O3
set -euo pipefail
cd "$(dirname "$0")/.."
(($# > 0)) || set -- -O3
if ! command -v valgrind >/dev/null; then
  echo "bench/dropin.sh: no valgrind (apt-get install valgrind)" >&2
  exit 2
fi
tools/bazel build -c opt //bench:instructions >&2
bin=$(tools/bazel info -c opt bazel-bin 2>/dev/null)
external=$(tools/bazel info output_base 2>/dev/null)/external
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 packages/amalgamate.py --out="$folder" --simdjson="$external/simdjson"
g++ -std=c++20 "$@" -c "$folder/leadscan.cc" -o "$folder/leadscan.o"
g++ -std=c++20 "$@" -c "$folder/simdjson.cpp" -o "$folder/simdjson.o"
sources=(bench/instructions.cc)
for source in corpus/*.cc; do
  [[ $source == *_test.cc || $source == */generate.cc ]] || sources+=("$source")
done
# The corpora are made by the same code; what reads them is that of the object above.
g++ -std=c++20 -O2 -I. -Ilib "${sources[@]}" "$folder/leadscan.o" "$folder/simdjson.o" -pthread \
  -o "$folder/dropin"

count() {  # PROGRAM CORPUS PATH PASSES
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}
per_document() { echo $((($(count "$@" 15) - $(count "$@" 10)) / 5000)); }
seconds() { local TIMEFORMAT=%U; { time "$@" >/dev/null; } 2>&1; }

status=0
printf '%-12s %-10s %12s %12s   %8s %8s\n' corpus path 'Bazel instr.' 'two files' 'Bazel ns' 'two files'
for corpus in uniform mixed adversarial; do
  for path in learned tokens on_demand; do
    bazel=$(per_document "$bin/bench/instructions" "$corpus" "$path")
    dropin=$(per_document "$folder/dropin" "$corpus" "$path")
    passes=1000
    [[ $corpus != adversarial ]] || passes=250
    times=$(for _ in 1 2 3; do
      echo "$(seconds "$bin/bench/instructions" "$corpus" "$path" $passes)" \
        "$(seconds "$folder/dropin" "$corpus" "$path" $passes)"
    done | awk -v n=$((passes * 1000)) '{ for (i = 1; i <= 2; i++) if (NR == 1 || $i < best[i]) best[i] = $i }
      END { printf "%8.1f %8.1f", best[1] * 1e9 / n, best[2] * 1e9 / n }')
    verdict=
    if ((dropin * 100 > bazel * 102)); then verdict='  MORE by over 2 %' status=1; fi
    printf '%-12s %-10s %12d %12d   %s%s\n' "$corpus" "$path" "$bazel" "$dropin" "$times" "$verdict"
  done
done
exit "$status"
