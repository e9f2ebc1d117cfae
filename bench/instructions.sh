#!/usr/bin/env bash
# Instructions per document on the AVX2 path, counted by callgrind: they do not drift with the
# machine's load. Compared with bench/results/instructions.tsv, from which they may grow by 5 %.
#   bench/instructions.sh [--update]
set -euo pipefail
cd "$(dirname "$0")/.."
table=bench/results/instructions.tsv
if ! command -v valgrind >/dev/null; then
  echo "bench/instructions.sh: no valgrind (apt-get install valgrind)" >&2
  exit 2
fi
tools/bazel build -c opt //bench:instructions >&2
program=$(tools/bazel info -c opt bazel-bin 2>/dev/null)/bench/instructions
compiler=$(g++ -dumpfullversion)
log=$(mktemp)
trap 'rm -f "$log"' EXIT

count() {  # CORPUS PATH PASSES
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$@" >/dev/null 2>"$log" ||
    { cat "$log" >&2; exit 2; }
  sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$log"
}

measured=$(for corpus in uniform mixed adversarial; do
  for path in learned tokens on_demand; do
    # Passes 11 to 15: learning is over.
    before=$(count "$corpus" "$path" 10)
    after=$(count "$corpus" "$path" 15)
    printf '%s\t%s\t%d\t%s\n' "$corpus" "$path" $(((after - before) / 5000)) "$compiler"
  done
done)

if [[ ${1:-} == --update ]]; then
  { printf '# corpus\tpath\tinstructions per document\tgcc\n'; echo "$measured"; } >"$table"
  cat "$table"
  exit
fi
status=0
while IFS=$'\t' read -r corpus path now _; do
  if ! row=$(grep "^$corpus	$path	" "$table"); then
    echo "$corpus $path: not in $table (--update)" >&2
    exit 2
  fi
  IFS=$'\t' read -r _ _ was with <<<"$row"
  verdict=ok
  if [[ $with != "$compiler" ]]; then
    verdict="not compared: gcc $with then, $compiler now"
  elif ((now * 100 > was * 105)); then
    verdict="GREW by more than 5 %"
    status=1
  fi
  printf '%-12s %-10s %6d instructions a document, %6d recorded: %s\n' "$corpus" "$path" "$now" "$was" "$verdict"
done <<<"$measured"
exit "$status"
